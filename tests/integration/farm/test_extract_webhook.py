"""webhook: what is posted to a job's own URL, durably and once, until the job has enough."""

import json
from typing import Any

import pytest

from aos.core.http import Access
from tests.integration.farm.conftest import Yard
from tests.integration.served import KEYS


class Hook:
    """A webhook job that collects."""

    def __init__(self, yard: Yard, job_id: str, shown: dict[str, Any]) -> None:
        self.yard, self.job_id, self.shown = yard, job_id, shown

    async def post(self, body: bytes, *, done: bool = False, kind: str = "application/json", **headers: str) -> Any:
        sent = {"x-webhook-token": self.shown["token"], "content-type": kind, "x-api-key": "", **headers}
        return await self.yard.client.post(
            self.shown["url"] + ("?done=true" if done else ""), content=body, headers=sent
        )


async def opened(yard: Yard, **changes: Any) -> Hook:
    source = {"adapter": "webhook", "endpoint_ref": changes.pop("endpoint", {})}
    job_id = (await yard.intake(yard.order(source=source, **changes))).json()["job_id"]
    shown = (await yard.client.get(f"/farm/api/farm/jobs/{job_id}/webhook")).json()
    return Hook(yard, job_id, shown)


async def test_a_thousand_rows_that_were_posted_arrive(yard: Yard) -> None:
    """An object, lists and NDJSON, in the order in which they came; recon passes by hashes."""
    rows = [{"id": n, "amount": n / 4} for n in range(1000)]
    hook = await opened(yard, farm_verification=True)
    assert (await hook.post(json.dumps(rows[0]).encode())).status_code == 202
    assert (await hook.post(json.dumps(rows[1:500]).encode())).json() == {
        "job_id": hook.job_id,
        "rows": 499,
        "total": 500,
        "collects": True,
    }
    lines = b"\n".join(json.dumps(row).encode() for row in rows[500:])
    assert (await hook.post(lines, kind="application/x-ndjson")).json()["total"] == 1000
    assert (await yard.report(hook.job_id))["state"] == "queued"
    assert (await hook.post(b"", done=True)).json()["collects"] is False
    report = await yard.ended(hook.job_id)
    assert (report["state"], report["verdict"]["verdict"], report["verdict"]["truth"]) == ("done", "pass", "hashes")
    assert yard.dcl.values() == rows
    assert (await hook.post(b'{"id": 1}')).status_code == 409


async def test_collecting_ends_by_time_and_by_rows(yard: Yard) -> None:
    """After `collect_seconds`, and with more rows than `max_rows`."""
    timed = await opened(yard, endpoint={"collect_seconds": 1})
    await timed.post(b'[{"id": 1}]')
    assert (await yard.ended(timed.job_id))["rows_pushed"] == 1
    full = await opened(yard, run_id="run-2", limits={"max_rows": 3})
    assert (await full.post(b'[{"id": 1}, {"id": 2}, {"id": 3}]')).json()["collects"] is True
    assert (await full.post(b'[{"id": 4}, {"id": 5}]')).json()["collects"] is False
    report = await yard.ended(full.job_id)
    assert (report["rows_pushed"], report["truncated"]) == (3, True)


async def test_a_post_that_is_sent_again_counts_once(yard: Yard) -> None:
    """By its idempotency key, also after the job was closed by it."""
    hook = await opened(yard)
    for _ in range(2):
        assert (await hook.post(b'[{"id": 1}]', **{"idempotency-key": "a"})).json()["total"] == 1
    for _ in range(2):
        answer = await hook.post(b'[{"id": 2}]', done=True, **{"idempotency-key": "b"})
        assert (answer.status_code, answer.json()["total"]) == (202, 2)
    await yard.ended(hook.job_id)
    assert yard.dcl.values() == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("token", ["", "wrong", "\u00ff"])
async def test_posts_ask_for_the_jobs_token(yard: Yard, token: str) -> None:
    """401 for a wrong one, whether the job is there or not; tokens of two jobs differ and stand in no table."""
    hook, other = await opened(yard), await opened(yard, run_id="run-2")
    assert hook.shown["token"] != other.shown["token"]
    sent = {"x-webhook-token": token.encode("latin-1"), "content-type": "application/json"}
    for url in (hook.shown["url"], hook.shown["url"].replace(hook.job_id, "job-none")):
        assert (await yard.client.post(url, content=b"{}", headers=sent)).status_code == 401
    viewer = {"x-api-key": KEYS[Access.VIEWER]}
    assert (await yard.client.get(hook.shown["url"], headers=viewer)).status_code == 403
    kept = b"".join(path.read_bytes() for path in (yard.place.core.settings.data_dir / "farm").glob("farm.db*"))
    assert hook.shown["token"].encode() not in kept


@pytest.mark.parametrize(
    ("body", "kind", "status", "named"),
    [
        (b"<html>", "application/json", 422, "not JSON"),
        (b"[1]", "application/json", 422, "row 0 is not an object"),
        (b"7", "application/json", 422, "not a list"),
        (b'[{"a": 1e99999999999999999999}]', "application/json", 422, "past all reckoning"),
        (b'{"a": 1}\n{"a": ', "application/x-ndjson", 422, "Line 2"),
        (b'{"a": 1}', "text/plain", 415, "ndjson"),
        (b"[" + b" " * 9_000_000 + b"]", "application/json", 413, "bytes"),
    ],
)
async def test_a_post_that_is_no_rows_is_refused_whole(
    yard: Yard, body: bytes, kind: str, status: int, named: str
) -> None:
    """Nothing of it is kept."""
    hook = await opened(yard)
    answer = await hook.post(body, kind=kind)
    assert (answer.status_code, named in answer.text) == (status, True), answer.text
    assert (await yard.client.get(hook.shown["url"])).json()["rows"] == 0


async def test_an_inbox_is_bounded_in_bytes(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """409, and what was there stays."""
    monkeypatch.setattr("aos.farm.runner.webhook.MOST_BYTES", 50)
    hook = await opened(yard)
    assert (await hook.post(b'{"text": "aaaaaaaaaaaaaaaaaaaa"}')).status_code == 202
    answer = await hook.post(b'{"text": "aaaaaaaaaaaaaaaaaaaa"}')
    assert (answer.status_code, answer.json()["code"]) == (409, "farm.inbox_full")
    assert (await yard.client.get(hook.shown["url"])).json()["rows"] == 1


async def test_a_job_that_is_no_webhook_takes_no_posts(yard: Yard) -> None:
    """409 for its token."""
    job_id = (await yard.intake(yard.order())).json()["job_id"]
    assert (await yard.client.get(f"/farm/api/farm/jobs/{job_id}/webhook")).status_code == 409
