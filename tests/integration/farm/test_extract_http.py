"""rest_api and ipaas against a server that pages as vendors do, and misbehaves as vendors do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from aos.core.settings import CREDENTIAL_PREFIX
from aos.farm.runner import retry
from aos.farm.runner.extract import http, ipaas
from tests.integration.farm.conftest import Yard
from tests.integration.farm.served_app import served_app

ROWS = [{"id": n, "amount": n / 4} for n in range(1000)]
PAGE = 150


class Source:
    """`/paged/<how>` gives the rows in pages of 150; `plan` holds statuses for the next calls."""

    def __init__(self) -> None:
        self.plan: list[int] = []
        self.asked: list[Request] = []
        self.body = b""
        self.headers: dict[str, str] = {}
        self.routes = [
            Route("/paged/{how}", self.paged),
            Route("/raw", self.raw),
            Route("/lines", self.lines),
            Route("/cut", self.cut),
            Route("/ingest", self.raw, methods=["POST"]),
        ]

    async def paged(self, request: Request) -> Response:
        self.asked.append(request)
        if self.plan:
            return Response(status_code=self.plan.pop(0), headers={"retry-after": "0"})
        how, query = request.path_params["how"], request.query_params
        size = int(query.get("page_size", PAGE))
        at = int(query.get("after") or query.get("offset") or (int(query.get("page", 1)) - 1) * size)
        page, following = ROWS[at : at + size], at + size
        body: Any = {"data": {"rows": page}, "meta": {}}
        more = following < len(ROWS)
        if how == "cursor":
            body["meta"]["next"] = (str(following) if following < 600 else following) if more else None
        headers = {}
        if how == "link":
            first = f'<{request.url.path}?after=0>; rel="first"'
            following_link = f'<{request.url.path}?after={following}>; title="a, b"; rel="next last"'
            headers["link"] = f"{first}, {following_link}" if more else first
            return JSONResponse(page, headers=headers)
        return JSONResponse(body, headers=headers)

    async def raw(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(self.body, headers=self.headers, media_type="application/json")

    async def lines(self, request: Request) -> Response:
        self.asked.append(request)

        async def lines() -> AsyncIterator[bytes]:
            for row in ROWS:
                yield json.dumps(row).encode() + b"\n" * (1 + row["id"] % 2)  # type: ignore[operator]
            yield b'{"id": 1000, "text": "a\xe2\x80\xa8b"}'

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def cut(self, request: Request) -> Response:
        async def lines() -> AsyncIterator[bytes]:
            yield b'{"id": 1}\n{"id": 2}\n'
            raise ConnectionResetError

        return StreamingResponse(lines(), headers={"content-length": "100"})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_S", 0.001)


@pytest.fixture
async def source() -> AsyncIterator[tuple[Source, str]]:
    played = Source()
    async with served_app(Starlette(routes=played.routes)) as url:
        yield played, url


def ref(**endpoint: Any) -> dict[str, Any]:
    return {"source": {"adapter": "rest_api", "endpoint_ref": endpoint}}


@pytest.mark.parametrize(
    ("how", "endpoint"),
    [
        ("link", {"paging": "link", "rows_at": ""}),
        ("link", {"paging": "auto", "rows_at": ""}),
        ("cursor", {"paging": "cursor", "cursor_at": "/meta/next", "cursor_param": "after"}),
        ("cursor", {"cursor_at": "/meta/next", "cursor_param": "after"}),
        ("page", {"paging": "page", "page_size": 90}),
        ("offset", {"paging": "offset"}),
    ],
)
async def test_a_thousand_rows_arrive_by_every_way_of_paging(
    yard: Yard, source: tuple[Source, str], how: str, endpoint: dict[str, Any]
) -> None:
    """Each row once and in order; recon passes by the hashes that were stored before the push."""
    url = f"{source[1]}/paged/{how}?keep=1"
    report = await yard.run(**ref(**{"url": url, "rows_at": "/data/rows", **endpoint}), farm_verification=True)
    assert (report["state"], report["why"]) == ("done", "")
    assert yard.dcl.values() == ROWS
    assert (report["verdict"]["verdict"], report["verdict"]["truth"]) == ("pass", "hashes")
    if how != "link":
        assert {request.query_params["keep"] for request in source[0].asked} == {"1"}


async def test_max_rows_stops_asking_for_pages(yard: Yard, source: tuple[Source, str]) -> None:
    """Two pages are enough for 200 rows."""
    endpoint = {"url": f"{source[1]}/paged/offset", "rows_at": "/data/rows", "paging": "offset"}
    report = await yard.run(**ref(**endpoint), limits={"max_rows": 200})
    assert (report["truncated"], report["rows_pushed"], len(source[0].asked)) == (True, 200, 2)


async def test_pages_that_fail_for_now_are_asked_for_again(yard: Yard, source: tuple[Source, str]) -> None:
    """At most `retry_count` times each; then the job has failed."""
    endpoint = {"url": f"{source[1]}/paged/offset", "rows_at": "/data/rows", "paging": "offset"}
    source[0].plan = [503, 429]
    assert (await yard.run(**ref(**endpoint)))["state"] == "done"
    assert yard.dcl.values() == ROWS
    source[0].plan = [503] * 3
    report = await yard.run(**ref(**endpoint), run_id="run-2", limits={"retry_count": 2})
    assert (report["state"], source[0].plan) == ("failed", [])
    assert "503" in report["why"]


@pytest.mark.parametrize(
    ("body", "headers", "endpoint", "why"),
    [
        (b"<html>", {}, {}, "not JSON"),
        (b'{"items": [', {}, {}, "not JSON"),
        (b'{"items": [{"a": "\xff"}]}', {}, {}, "not JSON"),
        (b'{"rows": []}', {}, {}, "nothing at /items"),
        (b'{"items": {}}', {}, {}, "not a list"),
        (b'{"items": [{}, 1]}', {}, {}, "row 1 is not an object"),
        (b'{"items": [{"a": 1}]}', {"link": '</raw>; rel="next"'}, {}, "read already"),
        (b'{"items": [{"a": 1}]}', {"link": '<http://93.184.216.34/x>; rel="next"'}, {}, "another server"),
        (b'{"items": [{"a": 1}], "next_cursor": "x"}', {}, {"paging": "cursor"}, "read already"),
        (b'{"items": [{"a": 1}], "next_cursor": {}}', {}, {}, "cursor is neither"),
        (b'{"items": []}', {"content-encoding": "gzip"}, {}, "content-encoding"),
        (b'{"items": [{"a": 1e99999999999999999999}]}', {}, {}, "past all reckoning"),
        (b"[" * 100_000, {}, {}, "not JSON"),
        (b'{"items": [' + b" " * 70_000 + b"]}", {}, {}, "more than"),
    ],
)
async def test_pages_that_mean_nothing_fail_the_job_and_say_why(
    yard: Yard,
    source: tuple[Source, str],
    monkeypatch: pytest.MonkeyPatch,
    body: bytes,
    headers: dict[str, str],
    endpoint: dict[str, Any],
    why: str,
) -> None:
    """Never an endless loop, never a guess."""
    monkeypatch.setattr(http, "MOST_ON_PAGE", 60_000 if b" " * 70_000 in body else 10**6)
    source[0].body, source[0].headers = body, headers
    report = await yard.run(**ref(url=f"{source[1]}/raw", **endpoint))
    assert report["state"] == "failed"
    assert why in report["why"], report["why"]
    assert report["next_action"]


@pytest.mark.parametrize(("status", "tries"), [(401, 1), (403, 1), (404, 1), (302, 1), (204, 1)])
async def test_refusals_of_a_source_are_final(yard: Yard, source: tuple[Source, str], status: int, tries: int) -> None:
    """Tried once; redirects are not followed."""
    source[0].plan = [status] * 9
    report = await yard.run(**ref(url=f"{source[1]}/paged/cursor"))
    assert (report["state"], len(source[0].asked)) == ("failed", tries)
    assert str(status) in report["why"]


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({}, "authorization", "Bearer hunter2"),
        ({"auth": "header", "auth_header": "X-Shop-Key"}, "x-shop-key", "hunter2"),
    ],
)
async def test_credentials_go_to_the_source_and_nowhere_else(
    yard: Yard,
    source: tuple[Source, str],
    monkeypatch: pytest.MonkeyPatch,
    auth: dict[str, Any],
    header: str,
    value: str,
) -> None:
    """In the header that is asked for; in no report, no row of the store, and no push; the service key stays here."""
    monkeypatch.setenv(f"{CREDENTIAL_PREFIX}SHOP", "hunter2")
    made = ref(url=f"{source[1]}/paged/offset", rows_at="/data/rows", paging="offset", **auth)
    made["source"] |= {"credentials_ref": "env:AOS_CRED_SHOP", "query": "status=paid&keep=2"}
    report = await yard.run(**made)
    assert report["state"] == "done"
    assert {request.headers[header] for request in source[0].asked} == {value}
    assert {request.query_params["status"] for request in source[0].asked} == {"paid"}
    assert all("key-of-the-service" not in str(request.headers) for request in source[0].asked)
    assert "hunter2" not in str(report)
    assert all("hunter2" not in str(headers) for _, _, headers in yard.dcl.pushes)
    database = yard.place.core.settings.data_dir / "farm" / "farm.db"
    kept = b"".join(path.read_bytes() for path in database.parent.rglob("*") if path.is_file())
    assert b"hunter2" not in kept


async def test_service_key_goes_to_no_other_dcl(
    yard: Yard, source: tuple[Source, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DCL at another origin gets the manifest's own token, or none."""
    source[0].body = b"{}"
    await yard.run(target={"dcl_url": f"{source[1]}/ingest"}, limits={"retry_count": 0})
    (push,) = source[0].asked
    assert (push.headers["x-run-id"], "x-api-key" in push.headers, "x-tenant-id" in push.headers) == (
        "run-1",
        False,
        False,
    )
    monkeypatch.setenv("AOS_CRED_DCL", "hunter2")
    target = {"dcl_url": f"{source[1]}/ingest", "auth_token_ref": "env:AOS_CRED_DCL"}
    await yard.run(target=target, run_id="run-2", limits={"retry_count": 0})
    assert source[0].asked[-1].headers["x-api-key"] == "hunter2"


async def test_lines_of_an_ipaas_arrive_once_each(yard: Yard, source: tuple[Source, str]) -> None:
    """Split at newlines alone; blank lines are keep-alives; the last line needs no newline."""
    made = {"source": {"adapter": "ipaas", "endpoint_ref": {"url": f"{source[1]}/lines"}}}
    report = await yard.run(**made, farm_verification=True)
    assert (report["state"], report["verdict"]["verdict"]) == ("done", "pass")
    assert yard.dcl.values() == [*ROWS, {"id": 1000, "text": "a\u2028b"}]
    short = await yard.run(**made, run_id="run-2", limits={"max_rows": 10})
    assert (short["truncated"], short["rows_pushed"]) == (True, 10)


async def test_a_stream_that_breaks_or_has_no_line_end_fails_the_job(
    yard: Yard, source: tuple[Source, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before is not taken for the whole."""
    report = await yard.run(source={"adapter": "ipaas", "endpoint_ref": {"url": f"{source[1]}/cut"}})
    assert report["state"] == "failed"
    assert "after 2 rows" in report["why"]
    monkeypatch.setattr(ipaas, "MOST_IN_LINE", 100)
    source[0].body = b"{" + b" " * 1000
    report = await yard.run(source={"adapter": "ipaas", "endpoint_ref": {"url": f"{source[1]}/raw"}}, run_id="run-2")
    assert "more than 100 bytes" in report["why"]
