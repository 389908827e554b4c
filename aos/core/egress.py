"""The way out: how every outgoing connection of this process is made, and which are not.

A place is dialled when its origin is listed (AOS's own, those that other settings name, those of `AOS_EGRESS_ALLOW`),
or when all its addresses are public or in a listed network and its port is one for HTTP. No redirects, no proxy from
the environment, no content decoding by surprise, HTTP/1.1, explicit limits. Servers of other protocols and files are
listed one by one. docs/security.md has it in plain words.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from aos.core.addresses import why_holds_other, why_not_public
from aos.core.allowlist import AllowList, tcp_place
from aos.core.dialling import CheckedBackend, CheckedTransport, Resolve, look_up
from aos.core.errors import EgressRefused
from aos.core.places import Place, address_of, place_of
from aos.core.settings import Settings
from aos.core.sqlite_file import played_databases

HEADERS = {"accept-encoding": "identity", "user-agent": "aos"}
LOOK_UP_S = 5.0
PUBLIC_PORTS = frozenset((80, 443, 8080, 8443))
# Ports of what is no HTTP server but may take a request for a command; in a listed network they stay shut.
SERVICE_PORTS = frozenset(
    (
        *(21, 22, 23, 25, 53, 110, 111, 135, 139, 143, 389, 445, 465, 587, 636, 873, 993, 995, 1433, 1521, 2049, 2181),
        *(2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 6379, 6380, 9042, 9092, 11211, 26379, 27017),
    )
)

WhyShut = Callable[[Place], str]


class Egress:
    """Makes the clients that call out, and says beforehand whether a URL could be dialled."""

    def __init__(
        self,
        allowed: AllowList | None = None,
        resolve: Resolve = look_up,
        why_shut: WhyShut | None = None,
        data_dir: Path | None = None,
    ) -> None:
        self._allowed, self._resolve, self._why_shut = allowed or AllowList(), resolve, why_shut
        self._data_dir = data_dir
        self._wide: Egress | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Egress":
        """Places that the operator named in other settings, where nobody else writes, are listed like AOS's own."""
        allowed = AllowList.read(settings.egress_allow)
        for url in (settings.own_origin(), *settings.named_urls()):
            allowed = allowed.with_origin_of(url)
        return cls(allowed, data_dir=settings.data_dir)

    def only(self, why_shut: WhyShut) -> "Egress":
        """This gate, and shut besides for each place that `why_shut` gives a reason against, listed or not."""
        narrow = Egress(self._allowed, self._resolve, why_shut, self._data_dir)
        narrow._wide = self
        return narrow

    def lists(self, place: Place) -> bool:
        """Whether the operator listed this very origin, or a network that has this address in it."""
        address = place.address
        in_network = any(
            address is not None and address.version == net.version and address in net for net in self._allowed.networks
        )
        return in_network or place in self._allowed.origins

    def stream_client(self, *, idle_s: float) -> httpx.AsyncClient:
        """A client for one endless answer; `idle_s` is the longest silence between two chunks. `EgressRefused`, here
        and from `call_client`, comes from the call that would have dialled."""
        return self._client(
            httpx.Timeout(connect=5.0, read=idle_s, write=5.0, pool=5.0),
            httpx.Limits(max_connections=2, max_keepalive_connections=0),
        )

    def call_client(self, *, deadline_s: float, connections: int) -> httpx.AsyncClient:
        """A client for short calls to one server; none of their steps takes longer than `deadline_s`."""
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=2.0)
        return self._client(httpx.Timeout(deadline_s), limits)

    def look(self, url: str, *, field: str) -> Place:
        """The place that a URL leads to, by its spelling alone. `EgressRefused` says what is wrong with it."""
        try:
            return place_of(url)
        except ValueError as error:
            raise EgressRefused(f"{field}: {error}", reason=str(error), path=f"$.{field}") from None

    async def check(self, url: str, *, field: str) -> None:
        """Whether this URL could be dialled now. `EgressRefused` names the field, the reason and what would allow it.

        A name that can't be looked up now is not refused: nothing is known against it, and dialling checks again.
        """
        place = self.look(url, field=field)
        try:
            async with asyncio.timeout(LOOK_UP_S):
                await self._addresses(*place)
        except EgressRefused as refused:
            raise EgressRefused(f"{field}: {refused.message}", **refused.extra, path=f"$.{field}") from None
        except OSError:  # and a look-up that takes too long
            return

    async def tcp(self, host: str, port: int, *, field: str) -> Sequence[str]:
        """The addresses of a server that does not speak HTTP. It must be listed as `tcp://host:port`, public or not,
        since none of the checks that HTTP has stands behind it. `OSError` when the name is not known."""
        written = f"[{host}]" if ":" in host else host
        try:
            place = tcp_place(f"{written}:{port}")
        except ValueError as error:
            raise EgressRefused(f"{field}: {error}", reason=str(error), path=f"$.{field}") from None
        if place not in self._allowed.origins:
            refusal = _refusal(place, f"{written}:{port} is not listed")
            raise EgressRefused(f"{field}: {refusal.message}", **refusal.extra, path=f"$.{field}")
        return [place.host] if place.address is not None else await self._resolve(place.host, place.port)

    def file(self, path: str, *, field: str) -> Path:
        """The real path of a file that may be read: it must be listed as `file:///path`, or lie below what is. Links
        are followed first. AOS's own data is shut, listed or not: its databases hold all tenants' rows. (The databases
        that the sandbox plays are nobody's.)"""
        real = Path(path).resolve()
        if self._is_own(real):
            reason = "the file is AOS's own"
            raise EgressRefused(f"{field}: {reason}; nothing allows it", reason=reason, path=f"$.{field}")
        if Path(path).is_absolute() and any(real.is_relative_to(listed.resolve()) for listed in self._allowed.files):
            return real
        reason = "the file is not listed" if Path(path).is_absolute() else "the path of a file is absolute"
        allow = f"AOS_EGRESS_ALLOW=file://{real}"
        told = f"{field}: {reason}; to allow it, start AOS with {allow}"
        raise EgressRefused(told, reason=reason, allow=allow, path=f"$.{field}")

    def _is_own(self, real: Path) -> bool:
        if self._data_dir is None:
            return False
        own = self._data_dir.resolve()
        return real.is_relative_to(own) and not real.is_relative_to(played_databases(own))

    def _client(self, timeout: httpx.Timeout, limits: httpx.Limits) -> httpx.AsyncClient:
        plain, secure = (
            CheckedTransport(CheckedBackend(scheme, self._addresses), limits, tls)
            for scheme, tls in (("http", None), ("https", self._tls))
        )
        return _Client(
            look=self.look,
            transport=plain,
            mounts={"https://": secure},
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers=HEADERS,
        )

    @cached_property
    def _tls(self) -> Any:
        """Made once: to read the certificates takes longer than to connect."""
        return httpx.create_ssl_context(trust_env=False) if self._wide is None else self._wide._tls

    async def _addresses(self, scheme: str, host: str, port: int) -> Sequence[str]:
        """The addresses to dial for a place, each of them checked. `OSError` when the name is not known."""
        place = Place(scheme, host, port)
        if self._why_shut is not None and (why := self._why_shut(place)):
            raise EgressRefused(why, reason=why)
        literal = place.address
        addresses = [host] if literal is not None else await self._resolve(host, port)
        if place in self._allowed.origins:
            return addresses
        for address in addresses:
            if why := self._why_not(address, port):
                named = f"{host} is" if literal is not None else f"{host} leads to {address}, which is"
                raise _refusal(place, why.replace("{it}", named))
        return addresses

    def _why_not(self, text: str, port: int) -> str:
        """Why an address is not dialled; `{it}` stands for how it is named. Empty when it may be."""
        address = address_of(text)
        if address is None:
            return "{it} an address with a zone"
        listed = any(address.version == net.version and address in net for net in self._allowed.networks)
        if listed and not (why := why_holds_other(address)):
            return f"port {port} is that of another service than HTTP" if port in SERVICE_PORTS else ""
        if why := why_not_public(address):
            return f"{{it}} not public ({why})"
        ports = ", ".join(map(str, sorted(PUBLIC_PORTS)))
        return "" if port in PUBLIC_PORTS else f"port {port} is not one of {ports}"


class _Client(httpx.AsyncClient):
    """Reads the spelling of a URL before the library makes its own of it."""

    def __init__(self, *, look: Any, **options: Any) -> None:
        super().__init__(**options)
        self._look = look

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        self._look(str(url), field="target")
        return super().build_request(method, url, **options)


def _refusal(place: Place, reason: str) -> EgressRefused:
    allow = f"AOS_EGRESS_ALLOW={place.origin}"
    return EgressRefused(f"{reason}; to allow it, start AOS with {allow}", reason=reason, allow=allow)
