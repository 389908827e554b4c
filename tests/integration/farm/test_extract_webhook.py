"""webhook: what is posted to a job's own URL, durably and once, until the job has enough."""

import json
from typing import Any

import pytest

from aos.contracts.content import MOST_LEVELS as contract_levels
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


async def test_another_body_under_a_used_key_is_refused(yard: Yard) -> None:
    """It was never taken, so a 202 would lose it; under a key of its own it is."""
    hook = await opened(yard)
    await hook.post(b'[{"id": 1}]', **{"idempotency-key": "a"})
    answer = await hook.post(b'[{"id": 2}]', **{"idempotency-key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "farm.delivery_conflict")
    assert (await hook.post(b'[{"id": 2}]', **{"idempotency-key": "b"})).json()["total"] == 2


def nested(levels: int) -> dict[str, Any]:
    """A row in which objects stand in each other, itself the first."""
    row: dict[str, Any] = {}
    for _ in range(levels - 1):
        row = {"a": row}
    return row


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (nested(33), "$[1]"),
        (nested(41), "$[1]"),
        ({f"f{n}": n for n in range(2001)}, "$[1]"),
        (7, "$[1]"),
        ("half", "$[1]"),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
async def test_a_row_that_dcl_would_refuse_is_refused_with_its_path(yard: Yard, row: Any, path: str, kind: str) -> None:
    """At once, and its post with it: taken, it would end the whole job later."""
    hook = await opened(yard)
    rows = [json.dumps({"id": 1}), json.dumps(row)]
    body = "\n\n".join(rows) if "nd" in kind else f"[{','.join(rows)}]"
    answer = await hook.post(body.encode(), kind=kind)
    assert (answer.status_code, answer.json()["path"]) == (422, path)
    assert (await yard.client.get(hook.shown["url"])).json()["rows"] == 0


@pytest.mark.parametrize("text", ["\\ud800", "\\ud83d and more text behind it", "\\udc00"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
async def test_a_lone_surrogate_is_told_as_one_with_its_row(yard: Yard, text: str, kind: str) -> None:
    """Not as a body that was cut short."""
    hook = await opened(yard)
    rows = ['{"id": 1}', f'{{"id": "{text}"}}', '{"id": 3}']
    body = "\n".join(rows) if "nd" in kind else f"[{','.join(rows)}]"
    answer = await hook.post(body.encode(), kind=kind)
    assert (answer.status_code, answer.json()["path"]) == (422, "$[1]")
    assert "lone surrogate" in answer.json()["detail"]


async def test_rows_at_dcls_limits_are_taken(yard: Yard) -> None:
    """32 levels and 2,000 fields; and more of either where the manifest's transform leaves it out."""
    hook = await opened(yard)
    body = json.dumps([nested(32), {f"f{n}": n for n in range(2000)}]).encode()
    assert (await hook.post(body)).status_code == 202
    assert contract_levels == 32  # DCL takes the same name
    mapped = await opened(yard, run_id="run-2", transform={"schema_map": {"id": {"target": "id"}}})
    assert (await mapped.post(json.dumps({"id": 1, "deep": nested(40)}).encode(), done=True)).status_code == 202
    assert (await yard.ended(mapped.job_id))["state"] == "done"


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
