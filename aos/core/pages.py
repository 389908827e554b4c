"""Pages for people: Jinja2 with escaping always on, and headers under which a page can ask and load this origin alone.

A module adds its `templates/` and `static/` folders; a template is named `<module>/<file>`. Static files carry the hash
of their content in the name and are cached for good.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import BaseLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from aos.core.errors import AosError, NotFound, Unauthenticated
from aos.core.http import UNSTORED, Access, Call, Endpoint, Handler, Request

SIGN_IN = "/signin"
SMALL_FORM = 8 * 1024  # bytes
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SHARED: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    # Not `no-referrer`: a browser would then send `Origin: null` with every form, and we need to know whose form it is.
    "referrer-policy": "same-origin",
}
PAGE: Mapping[str, str] = {**UNSTORED, **SHARED, "content-security-policy": POLICY}
FOR_GOOD: Mapping[str, str] = {**SHARED, "cache-control": "public, max-age=31536000, immutable"}
MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Pages:
    """What a process can show. `add` comes before anything is rendered."""

    def __init__(self) -> None:
        self._loaders: dict[str, BaseLoader] = {}
        self._files: dict[str, tuple[bytes, str]] = {}  # the name with the hash → content, media type
        self._named: dict[str, str] = {}  # the plain name → the name with the hash
        self._environment = Environment(
            loader=PrefixLoader(self._loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(static=self.static)
        self._environment.filters.update(moment=moment)
        self.add("core", "aos.core")

    def add(self, name: str, package: str) -> None:
        """The folders of a package; it may have no `static/`."""
        self._loaders[name] = PackageLoader(package, "templates")
        static = resources.files(package).joinpath("static")
        for file in sorted(static.iterdir() if static.is_dir() else (), key=lambda each: each.name):
            self._take(file)

    def _take(self, file: Traversable) -> None:
        content = file.read_bytes()
        stem, _, kind = file.name.rpartition(".")
        if file.name in self._named:
            raise ValueError(f"two static files are called {file.name}")
        named = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
        self._named[file.name], self._files[named] = named, (content, MEDIA[kind])

    def static(self, name: str) -> str:
        """The path of a static file."""
        return f"/static/{self._named[name]}"

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        text = self._environment.get_template(template).render(**values)
        return Response(text, status, headers=PAGE, media_type="text/html")

    def refusal(self, request: Request, error: AosError) -> Response:
        """What goes wrong, as a page. Who is not signed in is sent to do so, and back to where it can be read."""
        if isinstance(error, Unauthenticated):
            path, query = quote(request.scope["path"]), request.scope["query_string"].decode("latin-1")
            back = f"{path}?{query}" if query else path
            return see_other(f"{SIGN_IN}?{urlencode({'next': back})}" if request.method in ("GET", "HEAD") else SIGN_IN)
        response = self.render("core/refused.html", error.status, error=error, role="")
        if error.status == 429:
            response.headers["retry-after"] = str(error.extra["retry_after_s"])
        return response

    def endpoint(
        self,
        method: str,
        path: str,
        handler: Handler,
        access: Access,
        summary: str,
        *,
        query: type | None = None,
        form: type | None = None,
    ) -> Endpoint:
        """A page, or what a form of one is posted to."""
        return Endpoint(
            method=method,
            path=path,
            handler=handler,
            access=access,
            summary=summary,
            query=query,
            form=form,
            max_body=SMALL_FORM,
            page=self.refusal,
        )

    def endpoints(self) -> list[Endpoint]:
        return [self.endpoint("GET", "/static/{name}", self._file, Access.OPEN, "Styles and scripts of the pages.")]

    async def _file(self, call: Call) -> Response:
        found = self._files.get(call.path["name"])
        if found is None:
            raise NotFound("No such file")
        content, media_type = found
        return Response(content, headers=FOR_GOOD, media_type=media_type)


def see_other(path: str) -> Response:
    """On with GET, at a path of this origin."""
    return RedirectResponse(path, 303, headers=PAGE)


def moment(ms: int) -> str:
    """Milliseconds since the epoch for a person."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
