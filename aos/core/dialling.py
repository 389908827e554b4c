"""The last step before a connection: look the name up once, check every address, connect to exactly those.

A name whose answer changes between two look-ups (DNS rebinding) gains nothing, since nobody asks a second time: the
address that was checked is the one that is dialled. Host header and TLS server name stay those of the URL.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Checked = Callable[[str, str, int], Awaitable[Sequence[str]]]  # scheme, host, port -> the addresses to dial
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


async def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name, in the order in which the system would try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Makes the connections of one scheme's pool. What `checked` refuses goes through to the caller as it is."""

    def __init__(self, scheme: str, checked: Checked) -> None:
        self._scheme, self._checked = scheme, checked
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Each address gets its share of the time, so that a silent first one does not use up that of the second."""
        loop = asyncio.get_running_loop()
        end = None if timeout is None else loop.time() + timeout
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._checked(self._scheme, host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name was not looked up in time") from None
        except OSError as error:
            raise httpcore.ConnectError("the name is not known") from error
        fault: Exception = httpcore.ConnectError("the name has no address")
        for number, address in enumerate(addresses):
            share = None if end is None else max(0.0, end - loop.time()) / (len(addresses) - number)
            try:
                return await self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        raise fault

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("not a way out")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a pool that dials through a `CheckedBackend`; HTTP/1.1, no proxy.

    httpx has no parameter for the backend, so the pool is put in its place; a test notices when that stops working.
    """

    def __init__(self, backend: CheckedBackend, limits: httpx.Limits, tls: ssl.SSLContext | None) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            http1=True,
            http2=False,
            network_backend=backend,
        )
