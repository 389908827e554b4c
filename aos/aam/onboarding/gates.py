"""Which places onboarding may dial: the hosts of the catalogue over https; a user's own endpoint over https, or as
AOS_EGRESS_ALLOW lists it; for the sandbox nothing but Farm. The gate of core/egress.py stands behind each."""

import re
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx

from aos.aam.onboarding.families import PLACEHOLDER, Family, origin_of
from aos.aam.onboarding.wire import CONNECTIONS, Wire
from aos.contracts.onboarding import Endpoints
from aos.core.egress import Egress
from aos.core.errors import Unavailable
from aos.core.module import Core
from aos.core.places import Place, place_of
from aos.core.settings import Settings

STEP_S = 8.0  # without a byte


class Gates:
    """One HTTP client a gate, made when it is first needed."""

    def __init__(self, core: Core, endpoints: Endpoints, families: Mapping[str, Family]) -> None:
        self._core, self._endpoints = core, endpoints
        hosts = {host_pattern(family, url) for family in families.values() for url in _vendor_urls(family)}
        self._catalogue = re.compile("|".join(sorted(f"(?:{host})" for host in hosts)) or "(?!)")
        self._clients: dict[str, httpx.AsyncClient] = {}

    def wire(self, family: Family) -> Wire:
        """`Unavailable` where the sandbox is to be used and there is none."""
        if self._endpoints == "sandbox":
            base = self._core.peers.base("farm")
            if not base:
                raise Unavailable("Farm, which has the sandbox, does not run here; AOS_FARM_URL says where it does")
            farm = place_of(base)
            shut = self._core.egress.only(lambda place: "" if place == farm else "not Farm's sandbox")
            return Wire(self._client("sandbox", shut), self._core.clock, f"{base}/sandbox")
        if family.own_endpoint:
            return Wire(self._client("own", self._core.egress.only(self._why_not_own)), self._core.clock)
        return Wire(self._client("vendor", self._core.egress.only(self._why_not_vendor)), self._core.clock)

    def sandbox_files(self) -> Path | None:
        """Where the sandbox keeps databases that may be read without being listed; None for the vendors."""
        return self._core.settings.data_dir / "farm" / "sandbox" if self._endpoints == "sandbox" else None

    async def close(self) -> None:
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    def _client(self, name: str, egress: Egress) -> httpx.AsyncClient:
        if name not in self._clients:
            client = egress.call_client(deadline_s=STEP_S, connections=CONNECTIONS)
            # What one account is given is not sent along with the calls of another.
            client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            self._clients[name] = client
        return self._clients[name]

    def _why_not_vendor(self, place: Place) -> str:
        if place.scheme != "https":
            return "a vendor is asked over https alone"
        usual = place.port == 443 and self._catalogue.fullmatch(place.host)
        return "" if usual else f"{place.host} is no host of the catalogue"

    def _why_not_own(self, place: Place) -> str:
        if _is_here(place, self._core.settings):
            return "a connection's credential does not go to AOS itself"
        vault = self._core.settings.vault_addr
        if vault and place[1:] == place_of(vault)[1:]:
            return "a connection's credential does not go to AOS_VAULT_ADDR"
        if place.scheme == "https" or self._core.egress.lists(place):
            return ""
        return f"a credential does not go over plain http to {place.host} unless it is listed"


def _is_here(place: Place, settings: Settings) -> bool:
    """Whether a place is this process: at its own port by the host that it is bound to, or by a name for loopback."""
    own, address = place_of(settings.own_origin()), place.address
    loopback = place.host == "localhost" or (address is not None and (address.is_loopback or address.is_unspecified))
    return place.port == own.port and (place.host == own.host or loopback)


def host_pattern(family: Family, url: str) -> str:
    """The hosts that a URL template can have: a placeholder is whatever its own pattern takes."""
    pieces = PLACEHOLDER.split(origin_of(url).removeprefix("https://"))
    return "".join(
        f"(?:{family.place[piece].pattern})" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces)
    )


def _vendor_urls(family: Family) -> list[str]:
    return [] if family.own_endpoint else [url for url in family.urls() if url.startswith("https://")]
