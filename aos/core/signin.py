"""Signing in with a key or with the link that the console shows at the start, and out again."""

import re
from typing import Annotated

import msgspec
from starlette.responses import Response

from aos.contracts.base import Strict
from aos.core.attempts import Attempts, StartLink
from aos.core.auth import LONGEST_KEY, RIGHTS, Auth, KeyEntry, digest
from aos.core.clock import Clock
from aos.core.entrance import Entrance, same_origin
from aos.core.errors import AosError, Forbidden, TooMany, Unauthenticated
from aos.core.http import Access, Call, Endpoint, Request
from aos.core.log import Log
from aos.core.pages import SIGN_IN, Pages, see_other
from aos.core.sessions import Sessions

# A path of this origin and nothing that a browser reads as another: it drops tabs and newlines, takes `\` for `/`, and
# `//` for the start of a host.
_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]*")
LONGEST_NEXT = 2048

log = Log("signin")

Next = Annotated[str, msgspec.Meta(max_length=LONGEST_NEXT)]


class SignInQuery(Strict, frozen=True):
    """`next` is where to go afterwards; anything but a path of this origin counts for nothing."""

    next: Next = ""


class SignInForm(Strict, frozen=True):
    """A key, or the token of the start link."""

    key: Annotated[str, msgspec.Meta(max_length=LONGEST_KEY)] = ""
    start: Annotated[str, msgspec.Meta(max_length=LONGEST_KEY)] = ""
    next: Next = ""


class SignIn:
    """`/signin`, `/signout`, and `/`, which leads to `home`: the page that one gets to who wants no other."""

    def __init__(
        self, pages: Pages, auth: Auth, sessions: Sessions, entrance: Entrance, clock: Clock, home: str
    ) -> None:
        self._pages, self._auth, self._sessions, self._entrance = pages, auth, sessions, entrance
        self._attempts = Attempts(clock)
        self._home = home
        self.link = StartLink(clock)

    def endpoints(self) -> list[Endpoint]:
        page = self._pages.endpoint
        return [
            page("GET", "/", self.front, Access.OPEN, "Leads to the first page."),
            page("GET", SIGN_IN, self.show, Access.OPEN, "The form to sign in.", query=SignInQuery),
            page("POST", SIGN_IN, self.sign_in, Access.OPEN, "Sign in.", form=SignInForm),
            page("POST", "/signout", self.sign_out, Access.VIEWER, "Sign out."),
        ]

    async def front(self, _: Call) -> Response:
        return see_other(self._home)

    async def show(self, call: Call) -> Response:
        wanted: SignInQuery = call.query
        if self._entrance.session(call.request) is not None:
            return see_other(self._after(wanted.next))
        return self._form(wanted.next)

    async def sign_in(self, call: Call) -> Response:
        form: SignInForm = call.body
        if not same_origin(call.request, unsaid=True):  # else another site could sign its reader in as somebody else
            raise Forbidden("Sign in from AOS's own page", code="auth.cross_origin")
        address = _address(call.request)
        try:
            self._attempts.check(address)
            entry = self._entry(form, address)
        except (Unauthenticated, Forbidden, TooMany) as error:
            return self._form(form.next, error)
        before = self._entrance.token(call.request)
        if before:
            await self._sessions.end(before)
        token = await self._sessions.begin(entry)
        log.info("Signed in", key_id=entry.id, role=entry.role.value, by="start link" if form.start else "key")
        response = see_other(self._after(form.next))
        response.headers["set-cookie"] = self._entrance.cookie(call.request, token)
        return response

    async def sign_out(self, call: Call) -> Response:
        await self._sessions.end(self._entrance.token(call.request))
        response = see_other(SIGN_IN)
        response.headers["set-cookie"] = self._entrance.cookie(call.request, "")
        return response

    def _entry(self, form: SignInForm, address: str) -> KeyEntry:
        """Whose session this is going to be."""
        if form.start:
            if self.link.use(form.start):
                return self._auth.of_role(Access.OPERATOR)
            raise self._refused(
                address, "This start link was used already, or is older than 15 minutes. Sign in with a key."
            )
        entry = self._auth.find(digest(form.key.strip()))
        if entry is None:
            raise self._refused(address, "This key is not known")
        if Access.VIEWER not in RIGHTS[entry.role]:
            raise Forbidden(
                "The service key is for calls between modules. Sign in with the operator or the viewer key."
            )
        return entry

    def _refused(self, address: str, why: str) -> Unauthenticated:
        self._attempts.failed(address)
        log.warning("Sign-in refused", address=address)
        return Unauthenticated(why)

    def _form(self, wanted: str, error: AosError | None = None) -> Response:
        status = 200 if error is None else error.status
        after = self._after(wanted)
        response = self._pages.render("core/signin.html", status, next=after, error=error, role="")
        if status == 401:
            response.headers["www-authenticate"] = 'Bearer realm="AOS"'
        if isinstance(error, TooMany):
            response.headers["retry-after"] = str(error.extra["retry_after_s"])
        return response

    def _after(self, wanted: str) -> str:
        path = local_path(wanted) or self._home
        return self._home if path.partition("?")[0] == SIGN_IN else path


def local_path(wanted: str) -> str:
    """`wanted` where it is a path of this origin; else nothing."""
    return wanted if len(wanted) <= LONGEST_NEXT and _LOCAL.fullmatch(wanted) else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
