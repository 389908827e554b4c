"""The whole application, from a request to an answer, over a table of endpoints."""

import json
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from aos.contracts.base import Strict
from aos.core.auth import Auth, KeyEntry, digest, new_key
from aos.core.errors import NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.limits import Limits
from aos.core.metrics import Metrics
from aos.core.routes import build_app


class Echo(Strict, frozen=True):
    text: str = ""
    number: int = 0


async def echo(call: Call) -> dict[str, Any]:
    given = call.body or call.query
    return {"path": dict(call.path), "text": given and given.text, "tenant": call.tenant, "role": call.role.value}


async def endless(call: Call) -> Response:
    async def forever() -> Any:
        while True:
            yield b"x"

    return StreamingResponse(forever(), headers={"x-kind": "endless"})


async def missing(call: Call) -> None:
    raise NotFound(f"No thing {call.path['id']}", thing=call.path["id"])


async def broken(call: Call) -> None:
    raise RuntimeError("internals")


def endpoint(method: str, path: str, access: Access = Access.OPEN, handler: Any = echo, **more: Any) -> Endpoint:
    return Endpoint(method=method, path=path, handler=handler, access=access, summary=path, **more)


TABLE = [
    endpoint("GET", "/open", query=Echo),
    endpoint("GET", "/viewer", Access.VIEWER, query=Echo),
    endpoint("POST", "/operator", Access.OPERATOR, body=Echo, status=202),
    endpoint("POST", "/service", Access.SERVICE, body=Echo),
    endpoint("GET", "/thing/{id}"),
    endpoint("DELETE", "/thing/{id}", Access.OPERATOR, status=204),
    endpoint("GET", "/thing/latest"),
    endpoint("GET", "/missing/{id}", handler=missing),
    endpoint("GET", "/broken", handler=broken),
    endpoint("GET", "/endless", handler=endless),
    endpoint("POST", "/big", body=Echo, max_body=4096),
    endpoint("POST", "/bare"),
    endpoint("POST", "/optional", body=Echo, body_optional=True),
]
ROLES = (Access.OPERATOR, Access.VIEWER, Access.SERVICE)
KEYS = {role: new_key(role) for role in ROLES}
JSON = {"content-type": "application/json"}


def application(metrics: Metrics | None = None) -> ASGIApp:
    return build_app(
        [("", TABLE[:2]), ("/farm", TABLE)],
        guard=Auth(KeyEntry(role.value, role, "acme", digest(key)) for role, key in KEYS.items()),
        metrics=metrics or Metrics(),
        limits=Limits(1024),
        title="AOS",
    )


async def ask(method: str, url: str, app: ASGIApp | None = None, **more: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=app or application())  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, url, **more)


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert {"type", "title", "status", "detail", "code", "retryable"} <= told.keys()
    assert told["status"] == response.status_code
    return response.status_code, told["code"]


def allowed(access: Access, role: Access | None) -> int:
    """What the spec's table of roles says, apart from the code that is tested."""
    if access is Access.OPEN or role is Access.OPERATOR or role is access:
        return 0
    return 401 if role is None else 403


@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("each", TABLE, ids=lambda each: f"{each.method} {each.path}")
async def test_every_endpoint_asks_for_its_role(each: Endpoint, role: Access | None) -> None:
    """401 without a key, 403 with one that lacks the right, neither with one that has it; bodies are not looked at."""
    headers = {} if role is None else {"x-api-key": KEYS[role]}
    method = "HEAD" if each.method == "GET" else each.method  # one of them has no end
    response = await ask(method, "/farm" + each.path.replace("{id}", "7"), headers=headers)
    refused = allowed(each.access, role)
    assert (response.status_code in (401, 403)) == bool(refused)
    if refused:
        assert response.status_code == refused
        assert ("www-authenticate" in response.headers) == (refused == 401)


async def test_key_in_the_query_string_is_no_key() -> None:
    """It would stand in logs and histories: 401, whatever its name."""
    for name in ("x-api-key", "api_key", "key"):
        assert (await ask("GET", "/viewer", params={name: KEYS[Access.VIEWER]})).status_code == 401


async def test_key_with_odd_bytes_is_401() -> None:
    """A header can hold any byte."""
    for key in (b"\xff", b"aos_viewer_\xc3\xa9", b"k" * 10_000):
        assert (await ask("GET", "/viewer", headers={"x-api-key": key})).status_code == 401


async def test_handler_learns_tenant_and_role() -> None:
    """Those of the key; for an open endpoint nobody is asked."""
    known = (await ask("GET", "/viewer?text=a", headers={"authorization": f"Bearer {KEYS[Access.VIEWER]}"})).json()
    assert known == {"path": {}, "text": "a", "tenant": "acme", "role": "viewer"}
    assert (await ask("GET", "/open", headers={"x-api-key": "wrong"})).json()["role"] == "open"


async def test_answer_is_json_with_the_declared_status() -> None:
    """A struct of the endpoint, sent as its declaration says, and not stored by anyone between."""
    response = await ask("POST", "/farm/operator", json={"text": "a"}, headers={"x-api-key": KEYS[Access.OPERATOR]})
    assert (response.status_code, response.headers["content-type"]) == (202, "application/json")
    assert response.headers["cache-control"] == "no-store"


async def test_unknown_path_is_404() -> None:
    """A problem, without a redirect to a path with or without a slash."""
    for path in (
        "/",
        "/farm",
        "/open/",
        "//open",
        "/farm/..;/open",
        "/open%0A",
        "/thing/%00",
        "/OPEN",
        "/farm/thing/a%2Fb",
    ):
        assert code(await ask("GET", path)) == (404, "resource.not_found")


async def test_wrong_method_is_405_and_names_the_right_ones() -> None:
    """All of the path's, HEAD included."""
    response = await ask("PUT", "/farm/thing/7")
    assert code(response) == (405, "http.method_not_allowed")
    assert response.headers["allow"] == "DELETE, GET, HEAD"
    assert (await ask("OPTIONS", "/farm/operator")).headers["allow"] == "POST"


async def test_path_parameter_is_decoded_once() -> None:
    """`%2541` is `%41`, and a path without parameters goes before one with them."""
    assert (await ask("GET", "/farm/thing/a%2541%20%C3%A9")).json()["path"] == {"id": "a%41 é"}
    assert (await ask("GET", "/farm/thing/latest")).json()["path"] == {}


async def test_error_of_a_handler_is_a_problem() -> None:
    """With the fields that it names."""
    response = await ask("GET", "/farm/missing/7")
    assert code(response) == (404, "resource.not_found")
    assert response.json()["thing"] == "7"


async def test_fault_of_a_handler_is_a_bare_500() -> None:
    """No internals outside."""
    response = await ask("GET", "/farm/broken")
    assert code(response) == (500, "internal.error")
    assert "internals" not in response.text


async def test_head_is_get_without_the_body() -> None:
    """Length and status are those of GET; an endless stream is not begun."""
    got = await ask("GET", "/open")
    head = await ask("HEAD", "/open")
    assert (head.status_code, head.headers["content-length"]) == (200, got.headers["content-length"])
    assert (await ask("HEAD", "/farm/endless")).headers["x-kind"] == "endless"
    assert (await ask("HEAD", "/farm/missing/7")).status_code == 404


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"text": "a"}', JSON, 200),
        (b'{"text": "a"}', {}, 415),
        (b'{"text": "a"}', {"content-type": "text/plain"}, 415),
        (b"", JSON, 422),
        (b"{", JSON, 422),
        (b'{"text": 1}', JSON, 422),
        (b'{"other": 1}', JSON, 422),
        (b'{"number": NaN}', JSON, 422),
        (b"[" * 1000, JSON, 422),
        (b"x" * 1025, JSON, 413),
    ],
)
async def test_bodies(content: bytes, headers: dict[str, str], status: int) -> None:
    """Taken, or refused with the status that the table of bad input names."""
    key = {"x-api-key": KEYS[Access.SERVICE]}
    assert (await ask("POST", "/farm/service", content=content, headers={**key, **headers})).status_code == status


async def test_endpoint_raises_its_body_limit() -> None:
    """`max_body` of the declaration."""
    for size, status in ((4000, 200), (4096, 413)):
        content = json.dumps({"text": "x" * size})
        assert (await ask("POST", "/farm/big", content=content, headers=JSON)).status_code == status


async def test_body_where_none_is_declared_is_read_and_dropped() -> None:
    """Up to the limit, so that a client that always sends `{}` is served."""
    assert (await ask("POST", "/farm/bare", content=b"{}")).status_code == 200
    assert (await ask("POST", "/farm/bare", content=b"x" * 2000)).status_code == 413


async def test_evil_host_is_refused_on_every_path() -> None:
    """Also on unknown ones, and before any key is looked at."""
    for each in [*TABLE, endpoint("GET", "/nowhere")]:
        response = await ask(each.method, "/farm" + each.path, headers={"host": "evil.example"})
        assert code(response) == (400, "input.host")


async def test_requests_are_counted_by_known_labels() -> None:
    """An invented method does not make a label."""
    metrics = Metrics()
    app = application(metrics)
    for method in ("GET", "GET", "HEAD", "BREW"):
        await ask(method, "/open", app)
    await ask("GET", "/open", app, headers={"host": "evil.example"})
    text = metrics.text().decode()
    assert 'aos_http_requests_total{method="GET",status="200"} 2.0' in text
    assert 'aos_http_requests_total{method="GET",status="400"} 1.0' in text
    assert 'aos_http_requests_total{method="other",status="405"} 1.0' in text
    assert "aos_http_request_seconds_count 5.0" in text


def test_endpoint_declared_twice_ends_the_start() -> None:
    """The second would never be reached."""
    with pytest.raises(ValueError, match="GET /a/open is declared twice"):
        build_app([("/a", [TABLE[0], TABLE[0]])], guard=Auth([]), metrics=Metrics(), limits=Limits(), title="AOS")


@pytest.mark.parametrize(
    ("content", "headers", "status", "text"),
    [
        (b"", {}, 200, None),
        (b'{"text":"x"}', JSON, 200, "x"),
        (b'{"text":"x"}', {"content-type": "text/plain"}, 415, None),
        (b"{}", {}, 415, None),
        (b'{"txt":"x"}', JSON, 422, None),
    ],
)
async def test_an_optional_body_may_be_left_out_but_not_be_wrong(
    content: bytes, headers: dict[str, str], status: int, text: str | None
) -> None:
    """Without one the handler gets None; one that is there is held to everything that a required one is."""
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post("/farm/optional", content=content, headers=headers)
    assert answer.status_code == status
    assert status != 200 or answer.json()["text"] == text
