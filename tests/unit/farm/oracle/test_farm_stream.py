"""What may be asked of the stream, and who gets in."""

import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.core.errors import InvalidInput, Unavailable
from aos.core.http import read_query
from aos.farm.oracle.chaos import DEFAULT_KINDS, Chaos, Kind
from aos.farm.oracle.invoices import LAST, MAX_SEED, invoice
from aos.farm.oracle.stream import PATH, Door, StreamQuery, kinds_of


async def test_stream_is_open_to_anyone(client: httpx.AsyncClient) -> None:
    """No key is needed; record n is on line n."""
    response = await client.get(PATH, params={"until": 30, "speed": "max"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in response.content.splitlines()] == [invoice(1, n) for n in range(1, 31)]


async def test_chaos_is_off_unless_asked_for(client: httpx.AsyncClient) -> None:
    """Rate and kinds alone do nothing; `chaos=true` makes them count."""
    params = {"until": 20, "speed": "max", "chaos_rate": 1, "chaos_kinds": "drift"}
    clean = await client.get(PATH, params=params)
    toxic = await client.get(PATH, params={**params, "chaos": "true"})
    truth = [invoice(1, n) for n in range(1, 21)]
    assert [json.loads(line) for line in clean.content.splitlines()] == truth
    assert all(len(json.loads(line)) < len(true) for line, true in zip(toxic.content.splitlines(), truth, strict=True))


@pytest.mark.parametrize(
    ("speed", "rate"), [("slow", 1.0), ("normal", 10.0), ("fast", 100.0), ("max", None), (None, 10.0)]
)
def test_speeds(speed: str | None, rate: float | None) -> None:
    """One, ten, a hundred lines a second, or as fast as it goes; ten by default, and `rate` goes before."""
    query = read_query(StreamQuery, b"" if speed is None else f"speed={speed}".encode())
    assert query.lines_a_second == rate
    assert read_query(StreamQuery, f"speed={speed or 'max'}&rate=2.5".encode()).lines_a_second == 2.5


@pytest.mark.parametrize(
    "query",
    [
        *("speed=warp", "speed=", "rate=0", "rate=-1", "rate=nan", "rate=inf", "rate=1e300", "rate=1e-300", "rate=x"),
        *("chaos=maybe", "chaos_rate=1.01", "chaos_rate=-0.1", "chaos_rate=nan", "chaos_kinds=", "chaos_kinds=drift,"),
        *("chaos_kinds=Drift", "chaos_kinds=flood", "seed=-1", "seed=x", "seed=1.5", f"seed={MAX_SEED + 1}"),
        *("from=0", "from=-1", f"from={LAST + 2}", "until=-1", f"until={LAST + 1}", "first=3", "form=3"),
        "seed=1&seed=2",
    ],
)
async def test_refuses_what_it_does_not_know(client: httpx.AsyncClient, query: str) -> None:
    """An unknown name, value or bound is a 422 problem that says which."""
    response = await client.get(f"{PATH}?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert query.partition("=")[0] in response.text


@given(st.sampled_from(StreamQuery.__struct_encode_fields__), st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_read_or_refused(name: str, value: str) -> None:
    """No text in a parameter raises anything but a refusal."""
    raw = str(httpx.QueryParams({name: value})).encode()
    try:
        query = read_query(StreamQuery, raw)
    except InvalidInput:
        return
    assert 1 <= query.first <= LAST + 1
    assert query.lines_a_second is None or 0 < query.lines_a_second <= 1_000_000
    assert kinds_of(query.chaos_kinds)


def test_kinds_of_reads_a_list() -> None:
    """Names apart by commas, blanks do not count; without a list those that come by themselves."""
    assert kinds_of("reset, drift") == (Kind.RESET, Kind.DRIFT)
    assert kinds_of(",".join(Kind)) == tuple(Kind)
    assert kinds_of(None) == DEFAULT_KINDS


def knocks(door: Door, seed: int, chaos: Chaos, times: int) -> list[bool]:
    got_in = []
    for _ in range(times):
        try:
            door.knock(seed, chaos)
        except Unavailable:
            got_in.append(False)
        else:
            got_in.append(True)
    return got_in


def test_door_never_refuses_twice_in_a_row() -> None:
    """Even at a rate of 1 every second connection of a seed gets in, so a reader that resumes advances."""
    assert knocks(Door(), 1, Chaos(1.0, [Kind.HTTP_503]), 6) == [True, False] * 3


def test_door_draws_by_the_rate() -> None:
    """Refusals are about as frequent as asked for, differ by seed and never befall those who did not ask."""
    chaos = Chaos(0.2, [Kind.HTTP_503, Kind.DRIFT])
    one, two = (knocks(Door(), seed, chaos, 2_000) for seed in (1, 2))
    assert one.count(False) / 2_000 == pytest.approx(0.2 / 1.2, abs=0.03)
    assert one != two
    assert all(knocks(Door(), 1, Chaos(1.0), 100))


def test_door_remembers_a_bounded_number_of_seeds() -> None:
    """Anyone may send any seed; that does not fill the memory."""
    door = Door(remembered=10)
    for seed in range(1_000):
        door.knock(seed, Chaos(1.0, [Kind.HTTP_503]))
    assert len(door._seeds) == 10


def test_door_is_full_at_its_most() -> None:
    """One stream more than there are places is refused for now; a place given back is free again."""
    door = Door(most=2)
    with door.place(), door.place():
        with pytest.raises(Unavailable) as refused:
            door.knock(1, None)
        assert refused.value.code == "farm.too_many_streams"
    door.knock(1, None)


async def test_refused_connection_is_a_503_problem(client: httpx.AsyncClient) -> None:
    """http_503 answers with a status that says: come again."""
    params = {"until": 1, "speed": "max", "chaos": "true", "chaos_rate": 1, "chaos_kinds": "http_503"}
    answers = [await client.get(PATH, params=params) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 503, 200, 503]
    assert answers[1].json()["retryable"] is True
