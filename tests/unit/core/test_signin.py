"""Signing in and out over the whole application, with a database and a clock that stands still."""

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from aos.contracts.base import Strict
from aos.core.attempts import LINK_S, MOST_FAILURES
from aos.core.auth import Auth, KeyEntry, digest
from aos.core.clock import FakeClock
from aos.core.datadir import DataDir
from aos.core.db import Database
from aos.core.entrance import Entrance
from aos.core.http import Access, Call, Endpoint
from aos.core.keyring import SCHEMA
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.pages import Pages
from aos.core.routes import build_app
from aos.core.sessions import IDLE_MS, LONGEST_MS, Sessions
from aos.core.signin import SignIn, local_path

KEYS = {role: f"key-of-the-{role.value}" for role in (Access.OPERATOR, Access.VIEWER, Access.SERVICE)}
ORIGIN = "http://localhost"
OWN = {"origin": ORIGIN}


class Note(Strict, frozen=True):
    text: str = ""


@dataclass
class Door:
    client: httpx.AsyncClient
    sign_in: SignIn
    sessions: Sessions
    clock: FakeClock

    async def enter(self, **form: str) -> httpx.Response:
        return await self.client.post("/signin", data=form, headers=OWN)

    async def as_role(self, role: Access) -> None:
        assert (await self.enter(key=KEYS[role])).status_code == 303


async def told(call: Call) -> Any:
    return {"role": call.role.value, "tenant": call.tenant, "text": call.body.text if call.body else ""}


@pytest.fixture
async def door(data: DataDir, clock: FakeClock) -> AsyncIterator[Door]:
    database = await Database.open(data.path / "aos.db", SCHEMA)
    auth = Auth(KeyEntry(role.value, role, "acme", digest(key)) for role, key in KEYS.items())
    pages = Pages()
    sessions = Sessions(database, auth.find, clock)
    await sessions.open()
    entrance = Entrance(auth, sessions, 5000)
    sign_in = SignIn(pages, auth, sessions, entrance, clock, "/aod/home")

    def endpoint(method: str, path: str, access: Access, **more: Any) -> Endpoint:
        return Endpoint(method=method, path=path, handler=told, access=access, summary="", **more)

    table = [
        *pages.endpoints(),
        *sign_in.endpoints(),
        endpoint("GET", "/read", Access.VIEWER),
        endpoint("POST", "/write", Access.OPERATOR, body=Note, body_optional=True),
        endpoint("DELETE", "/write", Access.OPERATOR),
        endpoint("GET", "/aod/home", Access.VIEWER, page=pages.refusal),
        endpoint("POST", "/aod/home", Access.OPERATOR, form=Note, page=pages.refusal),
    ]
    app = build_app([("", table)], guard=entrance, metrics=Metrics(), limits=Limits(), title="AOS")
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield Door(client, sign_in, sessions, clock)
    await database.close()


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/aod/triage",
        "/aod/triage?outcome=a%2Fb&x=[1]",
        "/a//b",
        "/a/../b",
        "/%5Cevil.example",
        "/x?u=http://evil/",
    ],
)
def test_a_path_of_this_origin_is_gone_to(wanted: str) -> None:
    """With its query."""
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "aod/triage",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " /aod",
        "/a b",
        "http://evil.example/",
        "https:evil.example",
        "http:",
        "javascript:alert(1)",
        "/ä",
        "/a\\b",
        "/a\r\nset-cookie: x=y",
        "/" + "a" * 2048,
    ],
)
def test_anything_else_is_not(wanted: str) -> None:
    """Other hosts in every spelling that a browser takes for one, other schemes, control characters."""
    assert local_path(wanted) == ""


@pytest.mark.parametrize("wanted", ["//evil.example", "http://evil.example", "", "/signin?next=/x"])
async def test_after_signing_in_one_is_never_elsewhere(door: Door, wanted: str) -> None:
    """A `next` that leads away, or round in a circle, leads to the first page."""
    assert (await door.enter(key=KEYS[Access.VIEWER], next=wanted)).headers["location"] == "/aod/home"
    assert (await door.client.get("/signin", params={"next": wanted})).headers["location"] == "/aod/home"


async def test_a_page_sends_one_to_sign_in_and_back(door: Door) -> None:
    """303 with the way back; the API says 401 as ever."""
    sent = await door.client.get("/aod/home?x=1&y=%2F")
    assert (sent.status_code, sent.headers["location"]) == (303, "/signin?next=%2Faod%2Fhome%3Fx%3D1%26y%3D%252F")
    form = await door.client.get(sent.headers["location"])
    assert 'name="next" value="/aod/home?x=1&amp;y=%2F"' in form.text
    signed = await door.enter(key=KEYS[Access.VIEWER], next="/aod/home")
    assert (signed.status_code, signed.headers["location"]) == (303, "/aod/home")
    assert (await door.client.get("/aod/home")).json()["role"] == "viewer"
    door.client.cookies.clear()
    assert (await door.client.post("/aod/home")).headers["location"] == "/signin"
    for method, path in (("GET", "/read"), ("POST", "/write"), ("DELETE", "/write")):
        refused = await door.client.request(method, path)
        assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")


async def test_the_cookie_is_for_this_server_alone(door: Door) -> None:
    """HttpOnly, SameSite=Strict, all paths, seven days, named by the port; Secure where the request came by https."""
    cookie = (await door.enter(key=KEYS[Access.VIEWER])).headers["set-cookie"]
    name, *flags = cookie.split("; ")
    assert re.fullmatch(r"aos_session_5000=[A-Za-z0-9_-]{43}", name)
    assert set(flags) == {"HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={LONGEST_MS // 1000}"}
    behind = {"x-forwarded-proto": "https", "origin": "https://localhost"}
    secure = await door.client.post("/signin", data={"key": KEYS[Access.VIEWER]}, headers=behind)
    assert "Secure" in secure.headers["set-cookie"].split("; ")


@pytest.mark.parametrize("role", [Access.OPERATOR, Access.VIEWER])
async def test_a_session_has_the_right_of_its_key(door: Door, role: Access) -> None:
    """Role and tenant; a viewer's may not write."""
    await door.as_role(role)
    assert (await door.client.get("/read")).json() == {"role": role.value, "tenant": "acme", "text": ""}
    wrote = await door.client.post("/write", headers=OWN)
    assert wrote.status_code == (200 if role is Access.OPERATOR else 403)


async def test_a_write_with_a_cookie_comes_from_an_own_page(door: Door) -> None:
    """Another port, another site, or no word about it: 403, with a session; a key needs none of it."""
    await door.as_role(Access.OPERATOR)
    others: list[dict[str, str]] = [
        {},
        {"origin": "http://localhost:8080"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    ]
    for headers in others:
        for method in ("POST", "DELETE"):
            refused = await door.client.request(method, "/write", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "auth.cross_origin")
        assert (await door.client.post("/signout", headers=headers)).status_code == 403
        assert (await door.client.get("/read", headers=headers)).status_code == 200
        keyed = await door.client.post("/write", headers={**headers, "x-api-key": KEYS[Access.OPERATOR]})
        assert keyed.status_code == 200
    assert (await door.client.post("/write", json={"text": "a"}, headers=OWN)).json()["text"] == "a"
    assert (await door.client.post("/aod/home", data={"text": "b"}, headers=OWN)).json()["text"] == "b"


async def test_a_key_in_a_header_goes_before_the_cookie(door: Door) -> None:
    """Also a wrong one: it is not passed over in silence."""
    await door.as_role(Access.OPERATOR)
    assert (await door.client.get("/read", headers={"x-api-key": KEYS[Access.VIEWER]})).json()["role"] == "viewer"
    assert (await door.client.get("/read", headers={"authorization": "Bearer nobody"})).status_code == 401
    assert (await door.client.get("/read", headers={"x-api-key": ""})).status_code == 401


async def test_another_site_signs_nobody_in(door: Door) -> None:
    """Else its reader would work in somebody else's session. A program that says nothing of it may."""
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = await door.client.post("/signin", data={"key": KEYS[Access.OPERATOR]}, headers=headers)
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert (await door.client.post("/signin", data={"key": KEYS[Access.OPERATOR]})).status_code == 303


async def test_the_start_link_signs_an_operator_in_once(door: Door) -> None:
    """Then never again, nor after fifteen minutes."""
    token = door.sign_in.link.token
    assert (await door.enter(start=token)).status_code == 303
    assert (await door.client.get("/read")).json()["role"] == "operator"
    door.client.cookies.clear()
    again = await door.enter(start=token)
    assert (again.status_code, "set-cookie" in again.headers) == (401, False)
    assert "used already" in again.text


async def test_the_start_link_is_short_lived(door: Door) -> None:
    """Whoever finds it in an old terminal gets nowhere."""
    door.clock.advance(LINK_S)
    assert (await door.enter(start=door.sign_in.link.token)).status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"key": "nobody's"}, 401, "This key is not known"),
        ({"key": ""}, 401, "This key is not known"),
        ({"key": "ü"}, 401, "This key is not known"),
        ({"key": "key-of-the-service"}, 403, "for calls between modules"),
        ({"start": "nobody's"}, 401, "used already"),
        ({"key": "k" * 300}, 422, "form.key"),
        ({"kee": "x"}, 422, "form.kee"),
    ],
)
async def test_what_does_not_sign_in_says_why(door: Door, form: dict[str, str], status: int, says: str) -> None:
    """On a page, without a cookie, and without repeating the key."""
    refused = await door.enter(**form)
    assert (refused.status_code, "set-cookie" in refused.headers) == (status, False)
    assert refused.headers["content-type"].startswith("text/html")
    assert says in refused.text
    assert not [value for value in form.values() if len(value) > 3 and value in refused.text]


async def test_a_body_that_is_no_form_is_415(door: Door) -> None:
    """JSON is for the API."""
    refused = await door.client.post("/signin", json={"key": KEYS[Access.OPERATOR]}, headers=OWN)
    assert refused.status_code == 415


async def test_guessing_is_slowed_down(door: Door) -> None:
    """After ten failures the right key waits, too; a minute later it opens."""
    for _ in range(MOST_FAILURES):
        assert (await door.enter(key="guess")).status_code == 401
    waiting = await door.enter(key=KEYS[Access.OPERATOR])
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "60")
    door.clock.advance(60)
    assert (await door.enter(key=KEYS[Access.OPERATOR])).status_code == 303


async def test_signing_out_ends_the_session_and_takes_the_cookie(door: Door) -> None:
    """A copy of the cookie opens nothing any more."""
    await door.as_role(Access.VIEWER)
    copied = {"cookie": f"aos_session_5000={door.client.cookies['aos_session_5000']}"}
    assert (await door.client.get("/read", headers=copied)).status_code == 200
    out = await door.client.post("/signout", headers=OWN)
    assert (out.status_code, out.headers["location"]) == (303, "/signin")
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert (await door.client.get("/read", headers=copied)).status_code == 401


async def test_signing_in_again_ends_the_session_before(door: Door) -> None:
    """One browser, one session: nobody's token lives on under another's name."""
    await door.as_role(Access.VIEWER)
    before = door.client.cookies["aos_session_5000"]
    await door.as_role(Access.OPERATOR)
    assert door.sessions.find(before) is None
    assert (await door.client.get("/read")).json()["role"] == "operator"


async def test_a_session_that_is_over_is_none(door: Door) -> None:
    """The page sends one to sign in, the API says 401."""
    await door.as_role(Access.OPERATOR)
    door.clock.advance(IDLE_MS / 1000)
    assert (await door.client.get("/aod/home")).status_code == 303
    assert (await door.client.get("/read")).status_code == 401


async def test_the_root_leads_to_the_first_page(door: Door) -> None:
    """Whoever types the address alone gets somewhere."""
    assert (await door.client.get("/")).headers["location"] == "/aod/home"


async def test_no_log_line_holds_a_key_or_a_token(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of one who gets in nor of one who does not."""
    caplog.set_level(logging.DEBUG, "aos")
    token = door.sign_in.link.token
    await door.enter(start=token)
    await door.enter(key=KEYS[Access.OPERATOR])
    await door.enter(key="a-guess-that-fails")
    session = door.client.cookies["aos_session_5000"]
    told = str([vars(record) for record in caplog.records])
    assert "Signed in" in told
    assert "Sign-in refused" in told
    assert not [secret for secret in (token, session, KEYS[Access.OPERATOR], "a-guess") if secret in told]
