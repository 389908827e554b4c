"""Where a URL leads, read strictly: a spelling that two readers could take for two places is refused.

One host has one spelling here: a DNS name, a dotted quad, or IPv6 as RFC 5952 writes it. `127.1`, `0x7f000001`,
`2130706433` and fullwidth dots all reach loopback in some resolver, so they are nobody's host.
"""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

import httpx

from aos.core.addresses import Address, embedded, why_not_public

MOST_CHARACTERS = 8_192
USUAL_PORT = {"http": 80, "https": 443}
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?P<fragment>#.*)?")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]+)(?::(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(r"(?!.{254})[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ODD_DOTS = re.compile("[\u3002\uff0e\uff61]")


class Place(NamedTuple):
    """Scheme, host and port; `host` is ASCII in lower case, IPv6 without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != USUAL_PORT.get(self.scheme) else "")

    @property
    def address(self) -> Address | None:
        """The address that the host itself is; None for a name."""
        return address_of(self.host)


def place_of(url: str) -> Place:
    """The place that a URL leads to. `ValueError` says what is wrong, and quotes neither a password nor a query."""
    if len(url) > MOST_CHARACTERS:
        raise ValueError(f"the URL is longer than {MOST_CHARACTERS} characters")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("the URL holds a space, a backslash or a character that can't be seen")
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError("this is not an http or https URL")
    scheme, authority = found["scheme"].lower(), found["authority"]
    if scheme not in USUAL_PORT:
        raise ValueError(f"the scheme is {scheme[:20]!r}, not http or https")
    if "@" in authority:
        raise ValueError("a user or password in a URL is not accepted")
    if found["fragment"] is not None:
        raise ValueError("a fragment (#...) never reaches a server; leave it out")
    split = _AUTHORITY.fullmatch(authority)
    if split is None:
        raise ValueError("there is no host that can be read" if authority else "there is no host")
    port = int(split["port"]) if split["port"] else USUAL_PORT[scheme]
    if not 1 <= port <= 65535:
        raise ValueError(f"port {port} is not between 1 and 65535")
    place = Place(scheme, _host(split["host"]), port)
    _agreed(url, place)
    return place


def _host(written: str) -> str:
    """One spelling of a host as it is written in a URL."""
    if written.startswith("["):
        address = address_of(written[1:-1])
        if address is None or str(address) != written[1:-1]:
            raise ValueError("the IPv6 address is not in its one usual spelling (RFC 5952)")
        if embedded(address) and why_not_public(address):
            raise ValueError("the IPv6 address is another spelling of an IPv4 one; write that")
        return str(address)
    if _ODD_DOTS.search(written):
        raise ValueError("the host has dots that are no dots")
    host = written.lower()
    if not host.isascii():
        host = _ascii(host)
    if not _NAME.fullmatch(host):
        raise ValueError("the host is not a DNS name")
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and not isinstance(address_of(host), IPv4Address):
        raise ValueError("the host is a number in an unusual spelling; write an IPv4 address as four decimal numbers")
    return host


def _ascii(host: str) -> str:
    """An international name as DNS knows it (IDNA 2008)."""
    try:
        return httpx.URL(f"http://{host}/").raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("the host is not a DNS name") from None


def _agreed(url: str, place: Place) -> None:
    """The client that dials reads the same place out of this URL, or it is not dialled."""
    try:
        read = httpx.URL(url)
        found = (read.scheme, read.raw_host.decode("ascii"), read.port or USUAL_PORT[place.scheme])
        name = read.host  # decodes punycode, and the client does so too
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("the URL can't be read") from None
    if found != place or not name:
        raise ValueError("the URL can be read in two ways")


def address_of(host: str) -> Address | None:
    """The address that this text is; None for a name, for an unusual spelling and for one with a zone."""
    for kind in (IPv4Address, IPv6Address):
        try:
            address: Address = kind(host)
        except ValueError:
            continue
        return None if "%" in host else address
    return None
