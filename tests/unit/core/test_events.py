"""The ring and those who read it."""

import asyncio
from contextlib import aclosing

import msgspec
import pytest

from aos.contracts.events import RING, Event
from aos.core.clock import FakeClock
from aos.core.errors import Unavailable
from aos.core.events import LAG, MOST_SUBSCRIBERS, Events


def events(count: int = 0) -> Events:
    ring = Events(FakeClock())
    publish(ring, count)
    return ring


def publish(ring: Events, count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        ring.publish("ingest", "record", {"n": n})


def numbers(frames: list[bytes]) -> list[int | str]:
    """The `n` of each frame, "reset" for a reset."""
    found: list[int | str] = []
    for frame in b"".join(frames).decode().strip().split("\n\n"):
        number, name, data = (line.partition(": ")[2] for line in frame.split("\n"))
        if name == "reset":
            found.append("reset")
        else:
            event = msgspec.json.decode(data, type=Event)
            assert (str(event.id), event.topic) == (number, name)
            found.append(event.data["n"])
    return found


def last_id(frames: list[bytes]) -> str:
    return frames[-1].split(b"\n")[0].removeprefix(b"id: ").decode()


def test_subscriber_gets_the_last_and_the_live() -> None:
    """`last=N`, then everything as it comes."""
    ring = events(10)
    with ring.subscribe(last=3) as reader:
        publish(ring, 2, first=10)
        assert numbers(reader.take()) == [7, 8, 9, 10, 11]
        assert reader.take() == []
    with ring.subscribe() as reader:
        assert reader.take() == []


def test_resume_leaves_no_gap_and_repeats_nothing() -> None:
    """A reader that comes back with the last id it saw goes on right behind it."""
    ring = events(5)
    with ring.subscribe(last=5) as reader:
        seen = reader.take()
    publish(ring, 500, first=5)
    with ring.subscribe(last=3, after=last_id(seen)) as reader:
        assert numbers(reader.take()) == list(range(5, 505))


@pytest.mark.parametrize("after", ["0", "7", "99999999999999999", "9" * 5000, "x", "", "-1", "²"])
def test_resume_from_an_id_that_is_not_in_the_ring_is_a_reset(after: str) -> None:
    """An older process, too long ago, the future, nonsense: the reader is told to fetch the state anew."""
    ring = events(5)
    with ring.subscribe(after=after) as reader:
        frames = reader.take()
        assert numbers(frames) == ["reset"]
        publish(ring, 1, first=5)
        assert numbers(reader.take()) == [5]
    with ring.subscribe(after=last_id(frames)) as reader:
        assert numbers(reader.take()) == [5]


def test_id_of_a_ring_that_moved_on_is_a_reset() -> None:
    """More than the ring was missed."""
    ring = events(1)
    with ring.subscribe(last=1) as reader:
        seen = last_id(reader.take())
    publish(ring, RING)
    with ring.subscribe(after=seen) as reader:
        assert len(reader.take()) == RING
    publish(ring, 1)
    with ring.subscribe(after=seen) as reader:
        assert numbers(reader.take()) == ["reset"]


def test_slow_subscriber_is_reset_and_never_grows() -> None:
    """It holds nothing but its place; past the limit it is told so once and goes on with what happens next."""
    ring = events()
    with ring.subscribe() as reader:
        reader.take()
        publish(ring, LAG)
        assert len(reader.take()) == LAG
        publish(ring, 100_000)
        assert numbers(reader.take()) == ["reset"]
        publish(ring, 1)
        assert numbers(reader.take()) == [0]
        assert len(ring._ring) == RING


def test_subscribers_are_limited_and_places_come_back() -> None:
    """Fifty at most; who leaves makes room."""
    ring = events()
    first = ring.subscribe()
    first.__enter__()
    others = [ring.subscribe() for _ in range(MOST_SUBSCRIBERS - 1)]
    for other in others:
        other.__enter__()
    with pytest.raises(Unavailable), ring.subscribe():
        pass
    first.__exit__(None, None, None)
    with ring.subscribe() as reader:
        assert reader.take() == []


@pytest.mark.parametrize("topic", ["", "a b", "a\nb", "reset", "a:b", "Ä"])
def test_topic_that_could_forge_a_line_is_refused(topic: str) -> None:
    """A topic stands bare in the stream."""
    with pytest.raises(ValueError, match="topic"):
        events().publish(topic, "x", {})


def test_data_can_not_forge_an_event() -> None:
    """Newlines in data stay inside its one line."""
    ring = events()
    ring.publish("a", "b\n\nevent: c", {"x": "\n\nid: 1\ndata: {}\r\n\u2028"})
    with ring.subscribe(last=1) as reader:
        (frame,) = reader.take()
    assert frame.count(b"\n") == 4
    assert b"\r" not in frame


async def test_stream_wakes_for_an_event_and_ends_with_stopping() -> None:
    """First the retry time, then events as they come; nobody holds up a stop."""
    ring, stopping = events(), asyncio.Event()
    async with asyncio.timeout(5):
        with ring.subscribe() as reader:
            async with aclosing(reader.frames(stopping)) as frames:
                assert await anext(frames) == b"retry: 2000\n\n"
                asyncio.get_running_loop().call_soon(publish, ring, 1)
                assert numbers([await anext(frames)]) == [0]
                asyncio.get_running_loop().call_soon(stopping.set)
                assert [frame async for frame in frames] == []


async def test_quiet_stream_pings() -> None:
    """So that proxies and dead clients are noticed."""
    with events().subscribe() as reader:
        async with asyncio.timeout(5), aclosing(reader.frames(asyncio.Event(), ping_s=0.0)) as frames:
            assert [await anext(frames) for _ in range(3)][1:] == [b": ping\n\n"] * 2


def test_what_happens_to_another_tenant_is_told_to_nobody() -> None:
    """Subscribers belong to the default tenant."""
    ring = events()
    with ring.subscribe() as subscriber:
        ring.publish("ingest", "record", {"n": 1}, tenant="acme")
        ring.publish("ingest", "record", {"n": 2}, tenant="default")
        assert numbers(subscriber.take()) == [2]
