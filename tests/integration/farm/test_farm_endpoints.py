"""Farm over a real socket: framing, cuts, leaving readers, the stop."""

import asyncio
import json
import logging
import time
from typing import Any

import httpx
import pytest

from aos.farm.oracle.chaos import Chaos, Kind
from aos.farm.oracle.invoices import invoice, invoice_line

STREAM = "/api/stream/synthetic/mulesoft"


def whole(first: int, last: int) -> bytes:
    return b"".join(invoice_line(1, n) + b"\n" for n in range(first, last + 1))


async def open_stream(farm: Any, query: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection with the answer's head read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", farm.port)
    writer.write(f"GET {STREAM}?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked" in head.lower()
    return reader, writer


@pytest.mark.parametrize("prefix", ["", "/farm"])
async def test_stream_answers_as_written_in_the_documents(farm: Any, prefix: str) -> None:
    """At the root and below its prefix, without a key, in chunks, line n being record n."""
    async with farm.client.stream("GET", f"{prefix}{STREAM}", params={"rate": 500}) as response:
        assert response.headers["content-type"] == "application/x-ndjson"
        assert response.headers["transfer-encoding"] == "chunked"
        got = b""
        async for chunk in response.aiter_raw():
            got += chunk
            if got.count(b"\n") >= 20:
                break
    lines = got.split(b"\n")[:20]
    assert [json.loads(line) for line in lines] == [invoice(1, n) for n in range(1, 21)]


async def test_unpaced_stream_ends_whole(farm: Any) -> None:
    """Ten thousand lines arrive as they were made, and the connection can be used again."""
    response = await farm.client.get(STREAM, params={"speed": "max", "from": 3, "until": 10_002})
    assert response.content == whole(3, 10_002)
    assert (await farm.client.get(STREAM, params={"from": 8, "until": 7})).content == b""


async def test_reset_is_cut_on_the_wire_and_quiet_in_the_log(farm: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The line is out, the final chunk is not; nobody calls it an error."""
    chaos = Chaos(0.1, [Kind.RESET])
    struck = next(n for n in range(1, 1_000) if chaos.hit(1, n))
    got = b""
    params = {"speed": "max", "chaos": "true", "chaos_kinds": "reset"}
    with caplog.at_level(logging.WARNING), pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012
        async with farm.client.stream("GET", STREAM, params=params) as response:
            async for chunk in response.aiter_raw():
                got += chunk
    assert got == whole(1, struck)
    assert not caplog.records


async def test_reader_that_resumes_gets_everything_exactly_once(farm: Any) -> None:
    """Through resets and refusals, going on from the last whole line leads to the end without a gap or a double."""
    got, refused, cut = b"", 0, 0
    params = {"speed": "max", "until": 200, "chaos": "true", "chaos_rate": 0.2, "chaos_kinds": "reset,http_503"}
    while True:
        try:
            query = {**params, "from": got.count(b"\n") + 1}
            async with farm.client.stream("GET", STREAM, params=query) as response:
                if response.status_code == 503:
                    refused += 1
                    continue
                async for chunk in response.aiter_raw():
                    got += chunk
                break
        except httpx.RemoteProtocolError:
            cut += 1
    assert got == whole(1, 200)
    assert cut
    assert refused


async def test_pace_is_kept_on_the_wall_clock(farm: Any) -> None:
    """Fifty-one lines at 100/s take half a second."""
    start = time.monotonic()
    response = await farm.client.get(STREAM, params={"speed": "fast", "until": 51})
    assert response.content == whole(1, 51)
    assert 0.5 <= time.monotonic() - start < 1.0


async def test_other_requests_stay_quick_beside_unpaced_streams(farm: Any) -> None:
    """With two streams at full speed, a record is answered in well under a tenth of a second."""
    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(farm.client.get(STREAM, params={"speed": "max", "until": 40_000})) for _ in "12"]
        times = []
        for n in range(1, 21):
            start = time.monotonic()
            assert (await farm.client.get(f"/api/source/salesforce/invoice/INV-{n}")).json() == invoice(1, n)
            times.append(time.monotonic() - start)
    assert sorted(times)[len(times) // 2] < 0.1
    assert all(reader.result().content.count(b"\n") == 40_000 for reader in readers)


async def test_stop_ends_streams_cut_and_in_time(farm: Any) -> None:
    """A paced reader and one that never reads do not hold up the stop, and neither is told that this was all."""
    paced, paced_writer = await open_stream(farm, "speed=slow")
    _, idle_writer = await open_stream(farm, "speed=max")
    await paced.readline()
    start = time.monotonic()
    farm.stopping.set()
    await farm.serving
    assert time.monotonic() - start < 2
    assert not (await paced.read()).endswith(b"0\r\n\r\n")
    for writer in (paced_writer, idle_writer):
        writer.close()


async def test_leaving_reader_frees_its_place(farm: Any) -> None:
    """Far more readers come and go than there are places."""
    for _ in range(100):
        _, writer = await open_stream(farm, "speed=max")
        writer.close()
        await writer.wait_closed()
    assert (await farm.client.get(STREAM, params={"until": 1})).status_code == 200


async def test_full_house_is_a_503(farm: Any) -> None:
    """With every place taken the next reader is told to come again, and records are still answered."""
    writers = [(await open_stream(farm, "speed=slow"))[1] for _ in range(64)]
    response = await farm.client.get(STREAM)
    assert (response.status_code, response.json()["code"]) == (503, "farm.too_many_streams")
    assert (await farm.client.get("/api/source/salesforce/invoice/INV-1")).status_code == 200
    for writer in writers:
        writer.close()


async def test_slow_reader_costs_no_memory(farm: Any) -> None:
    """A reader that stops reading holds the stream up: what was made for it stays within the sockets' buffers."""
    reader, writer = await open_stream(farm, "speed=max")
    for n in range(1, 301):  # meanwhile an unheld stream would make megabytes
        assert (await farm.client.get(f"/api/source/salesforce/invoice/INV-{n}")).status_code == 200
    farm.stopping.set()
    await farm.serving
    try:
        held = len(await reader.read())
    except ConnectionResetError:
        held = 0
    assert held < 16 * 2**20
    writer.close()


async def test_head_does_not_start_a_stream(farm: Any) -> None:
    """HEAD is answered at once with the head alone."""
    response = await farm.client.head(STREAM)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "application/x-ndjson"


async def test_source_and_verify_answer(farm: Any) -> None:
    """A record fetched from the source of truth is verified as the truth; one unknown is a 404."""
    record = (await farm.client.get("/farm/api/source/salesforce/invoice/INV-102?seed=4")).json()
    assert record == invoice(4, 102)
    told = await farm.client.post("/farm/api/verify/salesforce/invoice?seed=4", json=record)
    assert told.json()["verified"] is True
    assert (await farm.client.get("/farm/api/source/salesforce/invoice/INV-102x")).status_code == 404
    log = (await farm.client.get(f"/farm{STREAM}/chaos-log", params={"until": 100})).json()
    assert [hit["n"] for hit in log["hits"]] == [n for n in range(1, 101) if Chaos().hit(1, n)]
