"""The way out under a vendor that misbehaves: caps, paces, redirects, silence, secrets."""

import asyncio
import gzip
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding.auth.outgoing import Outgoing
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.native import NativeAdapter
from aos.aam.onboarding.safe_client import Caps
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Reply, Yard, played

CANARY = "canary-6f1d2c"


def github(yard: Yard) -> NativeAdapter:
    adapter = yard.natives.adapter("github", ["acme"], Secret({"token": CANARY}))
    assert isinstance(adapter, NativeAdapter)
    return adapter


async def failure_of(step: Awaitable[Any]) -> Failure:
    with pytest.raises(Failure) as caught:
        await step
    return caught.value


async def test_twenty_is_enforced_on_the_reply(yard: Yard) -> None:
    """A vendor that ignores the page size and sends 500 items: twenty count, and the warning says how many came."""
    yard.vendor.answers = lambda got: [{"id": n} for n in range(500)]
    sampled = await github(yard).sample()
    assert sampled.rows == 20
    assert "500 items" in sampled.warnings[0]
    assert yard.vendor.got[-1].parameters["per_page"] == "20"


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("POST", "https://api.github.com/orgs/acme/repos", {}),
        ("DELETE", "https://api.github.com/repos/acme/x", {}),
        ("GET", "https://evil.example/orgs/acme", {}),
        ("GET", "https://api.github.com:8443/orgs/acme", {}),
        ("GET", "http://api.github.com@evil.example/", {}),
        ("GET", "https://api.github.com/orgs/acme/repos?per_page=21", {}),
        ("GET", "https://api.github.com/orgs/acme/repos", {"x-http-method-override": "DELETE", "per_page": "20"}),
    ],
)
async def test_what_is_no_small_read_of_this_source_is_refused_before_it_is_sent(
    yard: Yard, method: str, url: str, headers: dict[str, str]
) -> None:
    """By method, host, port, size: counted, and the vendor hears nothing."""
    client = github(yard)._client
    failure = await failure_of(client.read(Outgoing(method, url, headers), size="per_page"))
    assert failure.kind is Kind.OTHER
    assert yard.natives.destructive_ops == 1
    assert yard.vendor.got == []


async def test_a_post_to_a_place_that_is_no_token_url_is_refused(yard: Yard) -> None:
    """A secret goes to the family's token URLs and to no other."""
    await failure_of(github(yard)._client.exchange("https://evil.example/token", {"client_secret": CANARY}, {}))
    assert (yard.natives.destructive_ops, yard.vendor.got) == (1, [])


async def test_a_whole_onboarding_attempts_nothing_destructive(yard: Yard) -> None:
    """Health, discovery and sample of a family leave the count at nought."""
    yard.vendor.answers = lambda got: {"login": "acme"} if got.path == "/orgs/acme" else []
    adapter = github(yard)
    await adapter.open()
    await adapter.discover()
    await adapter.sample()
    assert yard.natives.destructive_ops == 0
    assert {got.method for got in yard.vendor.got} == {"GET"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(yard: Yard, status: int) -> None:
    """Not to another host and not on the same one: one call, and the credential stays where it was sent."""
    yard.vendor.answers = lambda got: Reply(status, b"", (("location", "https://evil.example/orgs/acme"),))
    failure = await failure_of(github(yard).open())
    assert (failure.kind, failure.state) == (Kind.OTHER, "ERROR")
    assert len(yard.vendor.got) == 1
    assert "evil" not in failure.message + failure.next_action


async def test_what_is_asked_to_wait_for_is_waited_for(yard: Yard) -> None:
    """Two refusals for the rate, then an answer: the waits are the vendor's, and nobody notices."""
    replies = [
        Reply(429, b"", (("retry-after", "2"),)),
        Reply(403, b"", (("retry-after", "3"),)),
        Reply(200, {"login": "a"}),
    ]
    yard.vendor.answers = lambda got: replies.pop(0)
    await github(yard).open()
    assert [round(seconds) for seconds in yard.clock.slept] == [2, 3]


async def test_a_wait_past_the_deadline_is_told_at_once(yard: Yard) -> None:
    """An hour is not waited for; the next call of anybody to that account does not go out before its time either."""
    yard.vendor.answers = lambda got: Reply(429, b"", (("retry-after", "3600"),))
    failure = await failure_of(github(yard).open())
    assert (failure.kind, failure.state) == (Kind.THROTTLED, "HEALING")
    assert (len(yard.vendor.got), yard.clock.slept) == (1, [])
    failure = await failure_of(github(yard).sample())
    assert (failure.kind, len(yard.vendor.got)) == (Kind.THROTTLED, 1)
    other = yard.natives.adapter("github", ["globex"], Secret({"token": "x"}))
    await failure_of(other.open())
    assert len(yard.vendor.got) == 2
    yard.clock.advance(301)  # longer than that nobody is made to wait
    yard.vendor.answers = lambda got: {"login": "acme"}
    await github(yard).open()


async def test_a_throttle_that_never_ends_is_healing_after_a_few_tries(yard: Yard) -> None:
    """Without a word on how long: a backoff that grows, and then the state."""
    yard.vendor.answers = lambda got: Reply(429)
    failure = await failure_of(github(yard).open())
    assert failure.kind is Kind.THROTTLED
    assert len(yard.vendor.got) == 4
    assert yard.clock.slept == sorted(yard.clock.slept)
    assert yard.clock.slept[0] >= 0.5


async def test_a_broken_server_is_tried_again_and_then_an_error(yard: Yard) -> None:
    """502 four times is no matter of credentials."""
    yard.vendor.answers = lambda got: Reply(502, b"<html>Bad gateway</html>")
    failure = await failure_of(github(yard).open())
    assert (failure.kind, failure.state, len(yard.vendor.got)) == (Kind.OTHER, "ERROR", 4)


async def test_the_breaker_leaves_a_dead_source_alone_and_asks_again(yard: Yard) -> None:
    """Five calls in a row without an answer: for a minute nothing goes out, then one call that closes it."""
    yard.vendor.answers = lambda got: Reply(cut=True)
    for _ in range(5):
        failure = await failure_of(github(yard).open())
        assert (failure.kind, failure.state) == (Kind.NETWORK, "NETWORK_BLOCKED")
    before = len(yard.vendor.got)
    failure = await failure_of(github(yard).open())
    assert (failure.kind, len(yard.vendor.got)) == (Kind.NETWORK, before)
    yard.vendor.answers = lambda got: {"login": "acme"}
    await yard.natives.adapter("github", ["globex"], Secret({"token": "x"})).open()
    yard.clock.advance(61)
    await github(yard).open()


async def test_no_more_than_eight_are_in_flight_to_one_account(
    yard: Yard, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Thirty at once: eight go, the others wait their turn."""
    yard.vendor.hold = asyncio.Event()
    yard.vendor.answers = lambda got: {"login": "acme"}
    async with asyncio.TaskGroup() as group:
        for _ in range(30):
            group.create_task(github(yard).open())
        await eventually(lambda: yard.vendor.in_flight == 8)
        yard.vendor.hold.set()
    assert yard.vendor.most_in_flight == 8
    assert len(yard.vendor.got) == 30


async def test_netsuite_is_asked_one_thing_at_a_time(yard: Yard, eventually: Callable[..., Awaitable[None]]) -> None:
    """Its limit is on what runs at once for the whole account."""
    yard.vendor.hold = asyncio.Event()
    secret = Secret({"token": "x"})
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(yard.natives.adapter("netsuite", ["1"], secret).open())
        await eventually(lambda: yard.vendor.in_flight == 1)
        yard.vendor.hold.set()
    assert yard.vendor.most_in_flight == 1


async def test_the_rate_cap_holds_for_the_account(yard: Yard) -> None:
    """Slack takes one call a second: after the first twenty, each waits a second more."""
    yard.vendor.answers = lambda got: {"ok": True}
    started = yard.clock.monotonic()
    for _ in range(25):
        await yard.natives.adapter("slack", ["T"], Secret({"token": "x"})).open()
    assert yard.clock.monotonic() - started == pytest.approx(5, abs=0.001)


async def test_who_shares_a_host_does_not_share_a_rate(yard: Yard) -> None:
    """Twenty-five keys of one Datadog site: each has its own pace; the same key has one."""
    yard.vendor.answers = lambda got: {"status": "ok"}
    for number in range(25):
        await yard.natives.adapter("datadog", [""], Secret({"api_key": f"k{number}", "app_key": "a"})).open()
    assert yard.clock.slept == []
    for _ in range(25):
        await yard.natives.adapter("datadog", [""], Secret({"api_key": "k", "app_key": "a"})).open()
    assert sum(yard.clock.slept) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"x" * 70_000),
        Reply(200, b"x", (("content-length", "999999999"),)),
        Reply(200, gzip.compress(b'{"login": "acme"}'), (("content-encoding", "gzip"),)),
    ],
)
async def test_a_body_that_is_too_large_or_packed_is_not_read(tmp_path: Path, reply: Reply) -> None:
    """Whether the length is told or not; and a packed one could be any length."""
    async with played(tmp_path, caps=Caps(most_bytes=64 * 1024)) as yard:
        yard.vendor.answers = lambda got: reply
        failure = await failure_of(github(yard).open())
        assert (failure.kind, len(yard.vendor.got)) == (Kind.OTHER, 1)


async def test_a_silent_source_is_network_blocked_in_time(tmp_path: Path) -> None:
    """It takes the connection and says nothing: one try, of a bounded time."""
    async with played(tmp_path, caps=Caps(try_s=0.05)) as yard:
        yard.vendor.hold = asyncio.Event()
        failure = await failure_of(github(yard).open())
        assert (failure.kind, failure.message) == (
            Kind.NETWORK,
            "GitHub can't be reached for GET /orgs/acme: no answer in time",
        )
        yard.vendor.hold.set()


async def test_a_source_that_is_not_there_is_network_blocked(tmp_path: Path) -> None:
    """Nobody listens."""
    async with played(tmp_path) as yard:
        yard.server.close()
        failure = await failure_of(github(yard).open())
    assert (failure.kind, failure.state) == (Kind.NETWORK, "NETWORK_BLOCKED")


async def test_no_cookie_of_one_account_goes_along_with_another(yard: Yard) -> None:
    """The connections are shared, what was given to one of them is not."""
    yard.vendor.answers = lambda got: Reply(200, {"login": "acme"}, (("set-cookie", "session=acme; Path=/"),))
    await github(yard).open()
    await yard.natives.adapter("github", ["globex"], Secret({"token": "x"})).open()
    assert all("cookie" not in got.headers for got in yard.vendor.got)


async def test_the_vendor_gets_what_it_would_get_under_the_sandboxs_address(yard: Yard) -> None:
    """Host and path of the vendor in the path; the Host header is that of the wire."""
    yard.vendor.answers = lambda got: {"login": "acme"}
    await github(yard).open()
    got = yard.vendor.got[0]
    assert (got.source_type, got.host, got.path) == ("github", "api.github.com", "/orgs/acme")
    assert got.headers["host"].startswith("127.0.0.1:")


SECRETS: dict[str, dict[str, str]] = {
    "github": {"token": CANARY},
    "slack": {"token": CANARY},
    "gitlab": {"token": CANARY},
    "jira": {"email": "a@b", "token": CANARY},
    "datadog": {"api_key": CANARY, "app_key": CANARY},
    "entra": {"client_id": "me", "client_secret": CANARY},
    "dropbox": {"client_id": "me", "client_secret": CANARY, "refresh_token": CANARY},
    "s3": {"access_key_id": "AKID", "secret_access_key": CANARY, "session_token": CANARY},
    "netsuite": {"consumer_key": "ck", "consumer_secret": CANARY, "token_id": "ti", "token_secret": CANARY},
}
RESOURCES = {"s3": ["acme-bucket"], "entra": ["acme.example"], "datadog": [""], "netsuite": ["1"], "gitlab": [""]}


def echo(got: Got, status: int) -> Reply:
    """A vendor that says back everything that it was sent, in every place where it could be taken for a reason."""
    said = f"{got.headers.get('authorization')} {CANARY}"
    body = {
        "ok": False,
        "error": said,
        "message": said,
        "__type": said,
        "code": said,
        "errors": [{"reason": said}],
        "error_description": said,
        "access_token": said,
    }
    return Reply(status, body, (("retry-after", CANARY), ("www-authenticate", said), ("x-amz-bucket-region", CANARY)))


@pytest.mark.parametrize("source_type", SECRETS)
@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 429, 500, 503])
async def test_no_secret_comes_out_of_a_failure(
    yard: Yard, source_type: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a vendor says back to us: not in the failure, its fields, its causes, the logs or the metrics."""
    caplog.set_level(logging.DEBUG, logger="aos")  # libraries are held at warning by core/log.py
    yard.vendor.answers = lambda got: echo(got, status)
    adapter = yard.natives.adapter(source_type, RESOURCES.get(source_type, ["acme"]), Secret(SECRETS[source_type]))
    told = [repr(adapter), repr(yard.natives)]
    for step in (adapter.open, adapter.discover, adapter.sample):
        try:
            told.append(repr(await step()))
        except Failure as failure:
            each: BaseException | None = failure
            while each is not None:
                told.append(f"{each!r} {each} {getattr(each, 'extra', '')}")
                each = each.__cause__ if each.__cause__ is not None or each.__suppress_context__ else each.__context__
    told += [record.getMessage() + str(getattr(record, "aos_data", "")) for record in caplog.records]
    told.append(yard.core.metrics.text().decode())
    assert [text for text in told if CANARY in text] == []


async def test_closing_forgets_the_tokens(yard: Yard) -> None:
    """After the end nothing of a credential is kept."""
    yard.vendor.answers = lambda got: (
        {"access_token": "t", "expires_in": 3600} if got.method == "POST" else {"value": []}
    )
    secret = Secret({"client_id": "me", "client_secret": CANARY})
    await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert len(yard.natives._tokens._kept) == 1
    assert CANARY not in repr(list(yard.natives._tokens._kept.items()))
    await yard.natives.close()
    assert yard.natives._tokens._kept == {}
