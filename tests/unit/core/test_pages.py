"""What every page has: escaping, headers that keep it at home, static files under a name of their content."""

import re
from importlib import resources
from types import SimpleNamespace

import httpx
import pytest
from jinja2 import UndefinedError

from aos.core.auth import Auth
from aos.core.errors import NotFound, TooMany
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.pages import Pages
from aos.core.routes import build_app

FOLDERS = [(package, kind) for package in ("aos.core", "aos.aod") for kind in ("templates", "static")]


@pytest.fixture
def pages() -> Pages:
    made = Pages()
    made.add("aod", "aos.aod")
    return made


async def get(pages: Pages, path: str) -> httpx.Response:
    app = build_app([("", pages.endpoints())], guard=Auth([]), metrics=Metrics(), limits=Limits(), title="t")
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path)


def test_a_page_asks_and_loads_its_own_origin_alone(pages: Pages) -> None:
    """No inline script or style, no frame, nothing stored, no referrer to others."""
    page = pages.render("core/signin.html", next="/", error=None, role="")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"


def test_what_is_put_into_a_page_is_text(pages: Pages) -> None:
    """Markup of others is shown, not run."""
    hostile = NotFound("<script>alert(1)</script>", next_action="\"'><img src=x onerror=alert(1)>")
    text = bytes(pages.refusal(SimpleNamespace(method="GET"), hostile).body).decode()  # type: ignore[arg-type]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_a_name_that_a_template_lacks_is_an_error(pages: Pages) -> None:
    """A page with a hole in it is not served."""
    with pytest.raises(UndefinedError):
        pages.render("core/signin.html")


def test_a_refusal_keeps_its_status(pages: Pages) -> None:
    """And says when to come again."""
    page = pages.refusal(SimpleNamespace(method="GET"), TooMany("Wait", retry_after_s=7))  # type: ignore[arg-type]
    assert (page.status_code, page.headers["retry-after"]) == (429, "7")


async def test_static_files_are_kept_for_good_under_the_name_of_their_content(pages: Pages) -> None:
    """The name changes with the content; any other name is a 404 page."""
    path = pages.static("aos.css")
    assert re.fullmatch(r"/static/aos\.[0-9a-f]{12}\.css", path)
    found = await get(pages, path)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert (await get(pages, pages.static("triage.js"))).headers["content-type"].startswith("text/javascript")
    for name in ("aos.css", "aos.000000000000.css", "..%2Fsessions.py", "%2e%2e"):
        assert (await get(pages, f"/static/{name}")).status_code == 404


def test_two_files_of_one_name_end_the_start(pages: Pages) -> None:
    """A module can't take another's place."""
    with pytest.raises(ValueError, match=r"two static files are called triage\.js"):
        pages.add("again", "aos.aod")


@pytest.mark.parametrize(("package", "kind"), FOLDERS)
def test_no_page_has_anything_inline_or_from_outside(package: str, kind: str) -> None:
    """No style or script in the markup, no address of another place (but for the names of XML)."""
    for file in resources.files(package).joinpath(kind).iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z]+\.", text), file.name
        if kind == "templates":
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|\|\s*safe|javascript:", text), (
                file.name
            )
        else:
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), file.name
