"""`ipaas`: a stream of NDJSON over one GET, an object a line; blank lines are keep-alives."""

from collections.abc import AsyncGenerator, AsyncIterator

from aos.farm.runner.extract.http import STEP_S, HttpEndpoint, answering, check_http, credentials, filters
from aos.farm.runner.extract.http import with_parameters as with_
from aos.farm.runner.extract.order import Adapter, Order
from aos.farm.runner.faults import JobFault, Transient
from aos.farm.runner.rows import LOOK_AT_SOURCE, Row, decoded, objects

MOST_IN_LINE = 4 * 1024 * 1024  # bytes
MOST_ON_READ = 500  # rows handed on at a time


class IpaasEndpoint(HttpEndpoint, frozen=True, kw_only=True):
    """A URL that gives NDJSON and ends, or is read up to `max_rows`."""


async def rows(order: Order) -> AsyncGenerator[list[Row], None]:
    """A stream that breaks is not begun anew: it may give other rows then. A last line without a newline is taken,
    since the answer ended in order."""
    endpoint: IpaasEndpoint = order.endpoint
    url = with_(endpoint.url, filters(order.manifest.source.query))
    headers = {"accept": "application/x-ndjson", **credentials(order)}
    number = 0
    try:
        async with (
            order.core.egress.stream_client(idle_s=STEP_S) as client,
            answering(client, url, headers, order.core.clock) as answer,
        ):
            async for lines in _lines(answer.aiter_raw()):
                for at in range(0, len(lines), MOST_ON_READ):
                    some = [
                        decoded(line, f"Line {number + n + 1}") for n, line in enumerate(lines[at : at + MOST_ON_READ])
                    ]
                    yield objects(some, f"Lines from {number + 1} on")
                    number += len(some)
                    if number >= order.most_rows:
                        return
    except Transient as error:
        raise JobFault(f"{error.message}, after {number} rows", "dispatch it again under a new run_id") from error


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    """Whole lines that are not blank, split at `\\n` alone."""
    held = b""
    async for piece in pieces:
        *lines, held = (held + piece).split(b"\n")
        if len(held) > MOST_IN_LINE:
            raise JobFault(f"A line has more than {MOST_IN_LINE} bytes", LOOK_AT_SOURCE)
        yield [line for line in lines if line.strip()]
    if held.strip():
        yield [held]


ADAPTER = Adapter(IpaasEndpoint, check_http, rows)
