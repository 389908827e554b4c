"""No answer at all: the connection ends without a word, as where a network has no way to a host."""

from typing import NoReturn

from starlette.requests import ClientDisconnect, Request

from aos.core.errors import Unavailable

HANG_UP = "aos.hang_up"  # where the server puts into a request's scope what ends its connection


async def hang_up(request: Request) -> NoReturn:
    """End the connection that a request came on. `ClientDisconnect`, which nobody answers; `Unavailable` where there is
    no connection, in a call within the process."""
    end = request.scope.get(HANG_UP)
    if end is None:
        raise Unavailable("There is no connection to end", code="service.silent")
    end()
    # The server must have noticed before the request ends, or it would answer with a 500 of its own.
    while (await request.receive())["type"] != "http.disconnect":
        pass
    raise ClientDisconnect
