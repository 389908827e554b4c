"""The very last layer: a signed request goes to the vendor, or to the place that Farm's sandbox has for that vendor.

Nothing above it knows which. The sandbox gets the request that the vendor would have got, under another address.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from aos.aam.onboarding.answer import Answer
from aos.aam.onboarding.auth.outgoing import Outgoing
from aos.core.clock import Clock
from aos.core.redact import one_line

CONNECTIONS = 64


class TooBig(Exception):
    """The body is longer than is read."""


class Encoded(Exception):
    """The body comes in an encoding that was not asked for."""


class Wire(NamedTuple):
    """`sandbox` is where Farm's sandbox begins, empty for the vendors themselves."""

    client: httpx.AsyncClient
    clock: Clock
    sandbox: str = ""

    async def send(self, source_type: str, out: Outgoing, most_bytes: int) -> Answer:
        """One try, whole. Raises what httpx raises, `EgressRefused`, `TooBig` and `Encoded`."""
        started = self.clock.monotonic()
        url = self._address(source_type, out.url)
        async with self.client.stream(out.method, url, headers=out.headers, content=out.body or None) as response:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise Encoded
            declared = response.headers.get("content-length", "0")
            if not declared.isdigit() or len(declared) > 15 or int(declared) > most_bytes:
                raise TooBig
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > most_bytes:
                    raise TooBig
        return Answer(response.status_code, response.headers, bytes(body), self.clock.monotonic() - started)

    def _address(self, source_type: str, url: str) -> str:
        if not self.sandbox:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.sandbox}/{source_type}/{parts.netloc}{parts.path or '/'}{query}"


def kind_of(error: Exception) -> str:
    """What went wrong on the way, in words of ours: a library may quote a header."""
    match error:
        case httpx.ConnectTimeout():
            return "no connection in time"
        case httpx.ConnectError():
            cause = str(error.__cause__ or error).lower()
            if "certificate" in cause or "ssl" in cause or "tls" in cause:
                return "TLS could not be agreed on"
            return "its name is not known" if "name" in cause else "it takes no connection"
        case httpx.TimeoutException() | TimeoutError():
            return "no answer in time"
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError():
            return "it broke the connection off"
        case _:
            return one_line(type(error).__name__, 60)
