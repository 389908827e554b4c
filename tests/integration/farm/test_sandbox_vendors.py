"""Every vendor of the sandbox over HTTP: in the order that a client meets them."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
import pytest_asyncio

from aos.farm.sandbox.families import VENDORS
from tests.integration.farm.sandbox_cases import CASES, Case, items_of, next_of
from tests.integration.farm.sandbox_client import Req
from tests.integration.farm.sandbox_place import Sandbox, like, request_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
each_family = pytest.mark.parametrize("case", CASES, ids=[case.family for case in CASES])


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(vendors: Sandbox, case: Case) -> Sandbox:
    """A test has its family to itself."""
    await vendors.keyed.delete(f"/farm/sandbox-control/{case.family}")
    return vendors


@each_family
async def test_a_good_credential_reads_what_there_is(sandbox: Sandbox, case: Case) -> None:
    """Health and schema answer 200; a list asked for twenty gives about twenty, and more where nothing is asked for."""
    player = await sandbox.player(case)
    for what in ("health", "schema"):
        reply = await player.ask(request_of(case, player, what))
        assert reply.status_code in (200, 404)
        assert reply.status_code == 200 or case.family == "m365_sharepoint"
    few = await player.ask(request_of(case, player, "listed", size=True))
    assert 20 <= len(items_of(case, few)) <= case.most
    many = await player.ask(request_of(case, player, "listed"))
    assert len(items_of(case, many)) > 20 or case.family in ("aws_org", "workday", "gitlab")
    seen = await sandbox.seen(case)
    assert seen["writes_seen"] == 0
    assert seen["most_items"] >= 20


@each_family
async def test_pages_lead_to_the_end(sandbox: Sandbox, case: Case) -> None:
    """Following the vendor's own paging gives every thing once."""
    player = await sandbox.player(case)
    request: Req | None = request_of(case, player, "listed", size=case.family != "salesforce")
    found: list[str] = []
    while request is not None:
        reply = await player.ask(request)
        assert reply.status_code == 200, reply.text
        found += [str(each) for each in items_of(case, reply)]
        request = next_of(case, request, reply)
    assert len(found) == len(set(found)) == (20 if case.family == "snowflake" else case.total)


@each_family
async def test_a_bad_credential_is_refused_as_the_vendor_does(sandbox: Sandbox, case: Case) -> None:
    """A credential that was never issued gets the vendor's own words, and so does one that was taken back."""
    player = await sandbox.player(case)
    assert like(await player.ask(request_of(case, player, "listed")), (200, ""))
    await sandbox.turn(case, refuse=True)
    refused = await player.ask(request_of(case, player, "health" if case.family == "jira" else "listed"))
    like(refused, case.bad)
    await sandbox.turn(case)
    like(await player.ask(request_of(case, player, "listed")), (200, ""))
    player.secret = {name: f"sl.not{value[:20]}" for name, value in player.secret.items() if name != "token_uri"}
    player._token = "sl.nothing"
    if "private_key" not in player.secret:
        like(await player.ask(request_of(case, player, "health" if case.family == "jira" else "listed")), case.bad)


@each_family
async def test_a_missing_right_is_told_as_the_vendor_does(sandbox: Sandbox, case: Case) -> None:
    """The credential is known, and what it may not do is refused in the vendor's words."""
    player = await sandbox.player(case)
    await sandbox.turn(case, drop_scope=True)
    like(await player.ask(request_of(case, player, "listed")), case.denied)


@each_family
async def test_the_rate_is_refused_as_often_as_told(sandbox: Sandbox, case: Case) -> None:
    """Two requests too many are refused, with how long to wait in the vendor's dialect; the third goes through."""
    player = await sandbox.player(case)
    await sandbox.turn(case, throttle=2, retry_after_s=7)
    for _ in range(2):
        reply = await player.ask(request_of(case, player, "listed"))
        like(reply, case.fast)
        if case.wait is None:
            assert "retry-after" not in reply.headers
        else:
            assert 0 <= waited(reply, *case.wait) <= 8
    like(await player.ask(request_of(case, player, "listed")), (200, ""))
    assert (await sandbox.seen(case))["throttled"] == 2


def waited(reply: httpx.Response, header: str, form: str) -> float:
    """How many seconds an answer asks to wait."""
    told, now = reply.headers[header], time.time()
    match form:
        case "seconds":
            return float(told)
        case "epoch":
            return float(told) - now
        case "iso":
            return datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp() - now
    return parsedate_to_datetime(told).timestamp() - now


@each_family
async def test_dark_is_no_answer(sandbox: Sandbox, case: Case) -> None:
    """A dark vendor ends the connection without a word, and is there again when it is told so."""
    player = await sandbox.player(case)
    await sandbox.turn(case, dark=True)
    with pytest.raises(httpx.TransportError):
        await player.ask(request_of(case, player, "listed"))
    await sandbox.turn(case)
    like(await player.ask(request_of(case, player, "listed")), (200, ""))


@each_family
async def test_drift_changes_what_is_described(sandbox: Sandbox, case: Case) -> None:
    """The same account is described in the same words twice, and in others after it drifted."""
    player = await sandbox.player(case)
    request = request_of(case, player, "schema")
    if case.family == "m365_sharepoint":
        request = request_of(case, player, "listed")._replace(url="https://graph.microsoft.com/v1.0/sites/root")
    names = [frozenset(_names((await player.ask(request)).text)) for _ in range(2)]
    await sandbox.turn(case, drift=True)
    assert names[0] == names[1] != frozenset(_names((await player.ask(request)).text))


def _names(text: str) -> list[str]:
    """Words of a body that look like names, numbers left out: ids of a request differ every time."""
    return [word for word in "".join(c if c.isalpha() or c == "_" else " " for c in text).split() if len(word) > 8]


@each_family
async def test_empty_is_reached(sandbox: Sandbox, case: Case) -> None:
    """An account without anything in it answers 200 and no items."""
    player = await sandbox.player(case)
    await sandbox.turn(case, empty=True)
    if case.family == "bigquery":
        request = request_of(case, player, "listed")
        reply = await player.ask(request._replace(url=request.url.rpartition("/dataset_000")[0]))
        assert reply.status_code == 200
        assert "datasets" not in reply.json()
        return
    if case.family == "snowflake":
        reply = await player.ask(request_of(case, player, "health"))
        assert reply.json() == []
        return
    if case.family == "netsuite":
        reply = await player.ask(request_of(case, player, "schema")._replace(url=_catalog(case, player.resources[0])))
        assert reply.json()["items"] == []
        return
    reply = await player.ask(request_of(case, player, "listed"))
    assert reply.status_code == 200
    assert items_of(case, reply) == []


def _catalog(case: Case, account: str) -> str:
    return f"https://{case.host.format(account).lower()}/services/rest/record/v1/metadata-catalog"


@each_family
async def test_a_write_is_refused_and_counted(sandbox: Sandbox, case: Case) -> None:
    """What would change something never succeeds, and stands in the count."""
    player = await sandbox.player(case)
    reply = await player.ask(request_of(case, player, "write"))
    assert reply.status_code >= 400 or reply.json()["ok"] is False
    assert reply.headers["content-type"] != "application/problem+json" or case.family == "openapi"
    assert (await sandbox.seen(case))["writes_seen"] == 1


@each_family
async def test_a_knob_of_one_account_leaves_the_others(sandbox: Sandbox, case: Case) -> None:
    """What is turned for an account is that account's alone."""
    mine, other = await sandbox.player(case), await sandbox.player(case, "globex")
    await sandbox.turn(case, account="globex", throttle=-1)
    like(await mine.ask(request_of(case, mine, "listed")), (200, ""))
    if case.family != "openapi":  # whose host in the case is this account's
        like(await other.ask(request_of(case, other, "listed")), case.fast)


async def test_every_family_is_played() -> None:
    """The families of the allowlist are those of the table, and jdbc."""
    allowed = """
        gworkspace_drive m365_sharepoint slack zoom salesforce servicenow jira confluence github gitlab aws_org
        azure_sub gcp_org s3 snowflake bigquery redshift okta entra box dropbox zendesk datadog pagerduty workday
        netsuite openapi jdbc s3_compat
    """
    assert sorted([*(case.family for case in CASES), "jdbc"]) == sorted(allowed.split())
    assert {vendor.source_type for vendor in VENDORS} == set(allowed.split()) - {"jdbc"}
