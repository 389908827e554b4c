"""The log tells what the stream does."""

import json
from typing import Any

import httpx
import pytest

from aos.farm.oracle.chaos import Chaos, Kind
from aos.farm.oracle.feed import Feed
from aos.farm.oracle.invoices import LAST, invoice_line
from aos.farm.oracle.stream import PATH

LOG = f"{PATH}/chaos-log"


async def ask(client: httpx.AsyncClient, **params: Any) -> Any:
    response = await client.get(LOG, params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_log_agrees_with_the_lines(client: httpx.AsyncClient) -> None:
    """Exactly the records in the log differ from the truth, each in the way that the log says."""
    lines = (await client.get(PATH, params={"until": 1000, "speed": "max", "chaos": "true"})).content.splitlines()
    told = await ask(client, until=1000, limit=1000)
    assert (told["seed"], told["from"], told["scanned_to"], told["next_from"]) == (1, 1, 1000, None)
    struck = {hit["n"]: hit for hit in told["hits"] if hit["kind"] != "latency"}
    assert {n for n, line in enumerate(lines, 1) if line != invoice_line(1, n)} == set(struck)
    for n, hit in struck.items():
        assert hit["invoice_id"] == f"INV-{n}"
        if hit["kind"] == "drift":
            assert hit["field"] not in json.loads(lines[n - 1])
        elif hit["kind"] == "bad_type":
            assert json.loads(lines[n - 1])[hit["field"]] != json.loads(invoice_line(1, n))[hit["field"]]
        else:
            assert hit["kind"] == "malformed"
            assert hit["detail"]
            assert "field" not in hit


async def test_log_tells_latency_where_the_stream_is_silent(client: httpx.AsyncClient) -> None:
    """Every silence of the stream stands in the log, and no other."""
    chaos = Chaos(0.5, [Kind.LATENCY])
    feed, silent, n = Feed(4, 1, 200, chaos), [], 0
    while not feed.finished:
        block = feed.block(1000)
        n += block.lines
        silent += [n] if block.fault else []
    told = await ask(client, seed=4, until=200, limit=1000, chaos_rate=0.5, chaos_kinds="latency")
    assert [hit["n"] for hit in told["hits"]] == silent


async def test_log_is_read_in_parts(client: httpx.AsyncClient) -> None:
    """Going on at `next_from` gives the same hits as one long answer."""
    whole = await ask(client, seed=2, until=3000, limit=1000)
    parts, start = [], 1
    while start is not None:
        part = await ask(client, seed=2, until=3000, limit=7, **{"from": start})
        assert len(part["hits"]) <= 7
        parts += part["hits"]
        start = part["next_from"]
    assert parts == whole["hits"]


async def test_work_of_a_call_is_bounded(client: httpx.AsyncClient) -> None:
    """Where nothing is hit a call looks at 100,000 records and says where to go on."""
    told = await ask(client, chaos_rate=0)
    assert (told["scanned_to"], told["next_from"], told["hits"]) == (100_000, 100_001, [])


@pytest.mark.parametrize("params", [{"from": 9, "until": 8}, {"from": LAST + 1}, {"until": 0}])
async def test_nothing_to_look_at_is_an_empty_log(client: httpx.AsyncClient, params: dict[str, int]) -> None:
    """The end is behind the beginning: no hits, nothing further."""
    told = await ask(client, **params)
    assert (told["hits"], told["next_from"]) == ([], None)
    assert told["scanned_to"] == told["from"] - 1


@pytest.mark.parametrize("query", ["limit=0", "limit=10001", "chaos_kinds=flood", "chaos=true", "speed=max", "from=0"])
async def test_refuses_what_it_does_not_know(client: httpx.AsyncClient, query: str) -> None:
    """Unknown names and values out of bounds are 422."""
    response = await client.get(f"{LOG}?{query}")
    assert response.status_code == 422
    assert query.partition("=")[0] in response.text
