"""Path 3 over HTTP, the guard: a push that names no pipe of its tenant is refused, counted and told."""

import msgspec
import pytest

from aos.contracts.content import NoMatchingPipe
from aos.core.http import Access
from tests.integration.gated import NOTHING, ROWS, Client, connection, push

GUARDED = [
    ("unknown", {}),
    ("p-2", {}),
    ("P-1", {}),
    ("p-1 ", {"x_pipe_id": "p-1x"}),
    ("p" * 65, {}),
    ("", {}),
    ("-", {}),
    ("p-1", {"x_tenant_id": "globex"}),
    ("unknown", {"x_run_id": "farm_1"}),
    ("unknown", {"x_run_id": "farm_verification"}),
    ("unknown", {"x_run_id": "-"}),
    ("unknown", {"x_schema_hash": "-"}),
    ("unknown", {"x_batch_seq": "x"}),
]


@pytest.mark.parametrize("empty", [True, False], ids=["empty store", "other pipes"])
@pytest.mark.parametrize(("pipe_id", "headers"), GUARDED)
async def test_there_is_no_way_round_the_guard(dcl: Client, pipe_id: str, headers: dict[str, str], empty: bool) -> None:
    """No blueprint for this tenant: the document's 422, nothing stored; whatever the ids and the store look like."""
    if not empty:
        await dcl.export(connection("p-1"))
    answer = await dcl.push(pipe_id, ROWS, **headers)
    told = answer.json()
    assert (answer.status_code, told["error"]) == (422, "NO_MATCHING_PIPE"), answer.text
    refusal = msgspec.json.decode(answer.content, type=NoMatchingPipe)
    assert (refusal.message, refusal.timestamp[-1]) == (told["detail"], "Z")
    assert (answer.headers["content-type"], told["retryable"]) == ("application/problem+json", False)
    seen = ["p-1"] if not empty and headers.get("x_tenant_id") != "globex" else None
    assert told["available_pipes"] == seen
    assert await dcl.counts() == NOTHING


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"rows": 1}', b'{"source_system": ["x"], "row_count": -1}']
)
async def test_the_guard_comes_before_whatever_is_wrong_with_the_body(dcl: Client, body: bytes) -> None:
    """An unreadable body for an unknown pipe is a NO_MATCHING_PIPE as well."""
    answer = await dcl.push("unknown", body)
    assert (answer.status_code, answer.json()["error"]) == (422, "NO_MATCHING_PIPE")


async def test_the_refusal_names_what_was_sent_and_the_nearest_ids(dcl: Client) -> None:
    """Only ids of the tenant itself are named."""
    await dcl.export(connection("invoices-emea"), connection("tickets"))
    await dcl.export(connection("invoices-apac"), tenant="globex")
    told = (await dcl.push("invoice-emea", ROWS)).json()
    assert told["pipe_id"] == "invoice-emea"
    assert "invoices-emea" in told["hint"]
    assert told["available_pipes"] == ["invoices-emea", "tickets"]
    assert "globex" not in str(told)
    assert "apac" not in str(told)


async def test_orphans_are_counted_by_sender(dcl: Client) -> None:
    """Who sent how much, with which key; in the metrics and as an event, too."""
    await dcl.push("nothing", ROWS)
    await dcl.push("nothing-2", ROWS[:2])
    await dcl.push("nothing", push(ROWS[:1], source_system="sap"), role=Access.OPERATOR)
    found = (await dcl.get("/orphans")).json()["orphans"]
    told = sorted((each["sender"], each["key_id"], each["refused"], each["rows"], each["pipe_id"]) for each in found)
    assert told == [("netsuite", "service", 2, 7, "nothing-2"), ("sap", "operator", 1, 1, "nothing")]
    assert (await dcl.get("/orphans", tenant="globex")).json() == {"orphans": []}
    text = dcl.place.core.metrics.text().decode()
    assert 'aos_content_orphans_total{way="push"} 8.0' in text
    with dcl.place.core.events.subscribe(last=100) as subscriber:
        assert b"no_matching_pipe" in b"".join(subscriber.take())


async def test_health_says_how_the_last_push_went(dcl: Client) -> None:
    """Degraded while the last one named no pipe, with what to do, and no id: anybody may read health."""

    def told() -> tuple[str, str]:
        report = next(each for each in dcl.place.core.health.reports() if each.name == "content")
        assert "p-1" not in report.reason + report.next_action
        return report.state.value, report.reason + report.next_action

    assert told()[0] == "idle"
    await dcl.push("p-1", ROWS)
    assert (told()[0], "/dcl/orphans" in told()[1]) == ("degraded", True)
    await dcl.export(connection("p-1"))
    await dcl.push("p-1", ROWS)
    assert (told()[0], f"{len(ROWS)} rows" in told()[1]) == ("idle", True)


async def test_senders_past_the_most_are_counted_together(dcl: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that invents names can't fill the table."""
    monkeypatch.setattr("aos.dcl.gate.orphans.MOST_SENDERS", 3)
    for n in range(6):
        await dcl.push("nothing", push(ROWS[:1], source_system=f"s{n}"))
    await dcl.push("nothing", push(ROWS[:1], source_system="s1"))
    found = {each["sender"]: each["refused"] for each in (await dcl.get("/orphans")).json()["orphans"]}
    assert found == {"s0": 1, "s1": 2, "s2": 1, "(others)": 3}


async def test_events_tell_nothing_of_another_tenant(dcl: Client) -> None:
    """`/events` is read by the default tenant; ids of others are not in it."""
    await dcl.export(connection("secret-1"), tenant="globex")
    await dcl.push("secret-1", ROWS, x_tenant_id="globex")
    await dcl.push("secret-2", ROWS, x_tenant_id="globex")
    with dcl.place.core.events.subscribe(last=100) as subscriber:
        assert b"secret" not in b"".join(subscriber.take())


async def test_a_tenant_is_named_by_header_or_body(dcl: Client) -> None:
    """Header, else body, else default; two names are refused, a key of a tenant names no other."""
    await dcl.export(connection("p-1"), tenant="acme")
    assert (await dcl.push("p-1", push(ROWS, tenant_id="acme"))).status_code == 200
    assert (await dcl.push("p-1", ROWS, x_tenant_id="acme", x_batch_seq="2")).status_code == 200
    twice = await dcl.push("p-1", push(ROWS, tenant_id="acme"), x_tenant_id="globex")
    assert (twice.status_code, twice.json()["path"]) == (422, "$.tenant_id")
    other = await dcl.push("p-1", push(ROWS, tenant_id="acme"), role=Access.OPERATOR)
    assert (other.status_code, other.json()["path"]) == (422, "$.tenant_id")
    assert (await dcl.get("/pipes/p-1/rows")).status_code == 404
    assert len((await dcl.get("/pipes/p-1/rows", tenant="acme")).json()["rows"]) == 10


async def test_a_viewer_does_not_push(dcl: Client) -> None:
    """403; and without a content type it is a 415."""
    await dcl.export(connection("p-1"))
    assert (await dcl.push("p-1", ROWS, role=Access.VIEWER)).status_code == 403
    assert (await dcl.push("p-1", ROWS, content_type="text/plain")).status_code == 415
    assert await dcl.counts() == NOTHING
