"""Fetched tokens: one fetch for all who wait, its failure shared, its end foreseen."""

import asyncio

import pytest

from aos.aam.onboarding.auth.outgoing import Token
from aos.aam.onboarding.auth.tokens import MOST_KEPT, TokenStore, exchanged, kept_for_s
from aos.aam.onboarding.failure import Failure, Kind
from aos.core.clock import FakeClock


class Fetch:
    """Gives a new token each time, when it is let; raises what it is told."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.count = clock, 0
        self.go, self.fails = asyncio.Event(), None

    fails: Exception | None

    async def __call__(self) -> Token:
        self.count += 1
        number = self.count
        await self.go.wait()
        if self.fails is not None:
            raise self.fails
        return Token(f"t{number}", self.clock.monotonic() + 100, {})


async def test_those_who_come_while_it_is_fetched_wait_for_it(clock: FakeClock) -> None:
    """Ten callers, one fetch, one token."""
    store, fetch = TokenStore(clock), Fetch(clock)
    tasks = [asyncio.create_task(store.get("a", fetch)) for _ in range(10)]
    await asyncio.sleep(0)
    fetch.go.set()
    assert {token.value for token in await asyncio.gather(*tasks)} == {"t1"}
    assert fetch.count == 1


async def test_a_failure_is_shared_and_not_kept(clock: FakeClock) -> None:
    """Ten callers, one call with the bad secret; the next one tries again."""
    store, fetch = TokenStore(clock), Fetch(clock)
    fetch.fails = Failure(Kind.CREDENTIALS, "no", "do")
    tasks = [asyncio.create_task(store.get("a", fetch)) for _ in range(10)]
    await asyncio.sleep(0)
    fetch.go.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [Failure] * 10
    assert fetch.count == 1
    fetch.fails = None
    assert (await store.get("a", fetch)).value == "t2"


async def test_when_the_one_who_fetches_is_cancelled_another_takes_over(clock: FakeClock) -> None:
    """Only its own caller is cancelled."""
    store, fetch = TokenStore(clock), Fetch(clock)
    first = asyncio.create_task(store.get("a", fetch))
    second = asyncio.create_task(store.get("a", fetch))
    await asyncio.sleep(0)
    first.cancel()
    fetch.go.set()
    assert (await second).value == "t2"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_one_who_waits_can_be_cancelled_alone(clock: FakeClock) -> None:
    """The fetch goes on for the others."""
    store, fetch = TokenStore(clock), Fetch(clock)
    first = asyncio.create_task(store.get("a", fetch))
    second = asyncio.create_task(store.get("a", fetch))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    fetch.go.set()
    assert (await first).value == "t1"


async def test_only_the_token_that_was_meant_is_forgotten(clock: FakeClock) -> None:
    """A late word about an old token does not cost the new one."""
    store, fetch = TokenStore(clock), Fetch(clock)
    fetch.go.set()
    old = await store.get("a", fetch)
    store.forget("a", old)
    new = await store.get("a", fetch)
    store.forget("a", old)
    assert await store.get("a", fetch) is new


async def test_there_is_an_end_to_what_is_kept(clock: FakeClock) -> None:
    """The oldest go first."""
    store, fetch = TokenStore(clock), Fetch(clock)
    fetch.go.set()
    for number in range(MOST_KEPT + 50):
        await store.get(str(number), fetch)
    assert len(store._kept) == MOST_KEPT


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (3600, 3540),
        ("3599", 3539),
        (60, 54),
        (0, 0),
        (-1, 0),
        (None, 270),
        ("soon", 270),
        (1e300, 86340),
        (float("nan"), 0),
    ],
)
def test_a_token_is_used_to_shortly_before_its_end(expires_in: object, seconds: float) -> None:
    """A minute before, or a tenth of a short life; without a word on it, for a few minutes."""
    assert kept_for_s(expires_in) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "reply", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a\nb"}, {"access_token": "ä"}]
)
async def test_a_reply_without_a_usable_token_is_no_token(clock: FakeClock, reply: dict[str, object]) -> None:
    """Nor one that no header could carry."""

    async def exchange(*_: object) -> dict[str, object]:
        return reply

    with pytest.raises(Failure) as caught:
        await exchanged(exchange, clock, "https://x", {}, {})
    assert caught.value.kind is Kind.SCHEMA
