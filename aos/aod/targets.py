"""Which endpoints are probed, and one spelling for each URL."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote_plus, urlsplit, urlunsplit

from aos.contracts.discovery import MOST_TARGETS
from aos.core.errors import InvalidInput
from aos.core.peers import Peers
from aos.core.redact import redact
from aos.core.settings import Settings

# Farm's streams. What they are is for the scanner to find out.
FARM_PATHS = ("/api/stream/synthetic/mulesoft", "/api/feeds/7f3a", "/api/feeds/b21c")
_PORTS = {"http": 80, "https": 443}


def default_targets(settings: Settings, peers: Peers) -> list[str]:
    """Those of the settings, else Farm's; none where there is no Farm either."""
    given = settings.targets()
    if given:
        return canonical_all(given, "AOS_AOD_TARGETS")
    farm = peers.base("farm")
    return [canonical(farm + path) for path in FARM_PATHS] if farm else []


def canonical_all(urls: Iterable[str], where: str) -> list[str]:
    """Each URL once, in order. `InvalidInput` names the one at fault by its place below `where`."""
    found: list[str] = []
    for index, url in enumerate(urls):
        if why := _fault(url):
            raise InvalidInput(f"{where}[{index}] {why}", path=f"{where}[{index}]")
        if (spelled := canonical(url)) not in found:
            found.append(spelled)
    if len(found) > MOST_TARGETS:
        raise InvalidInput(f"{where}: at most {MOST_TARGETS} targets", path=where)
    return found


def _fault(url: str) -> str:
    """Why this can't be a target; empty where it can."""
    try:
        parts = urlsplit(url)
        usable = url.isascii() and url.isprintable() and not set(' "<>\\^`{|}') & set(url)
        if not (usable and parts.scheme in _PORTS and parts.hostname and parts.port != 0):
            return "is not an http or https URL"
    except ValueError:
        return "is not an http or https URL"
    if "@" in parts.netloc or redact(url) != url:
        return "holds a user, a password or a key; it would be stored and shown"
    return ""


def canonical(url: str) -> str:
    """Scheme and host in small letters, no port that goes without saying, no fragment, a path."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in (None, _PORTS[scheme]) else ""
    return urlunsplit((scheme, host + port, parts.path or "/", parts.query, ""))


def with_query(url: str, query: str) -> str:
    """The URL with these parameters behind its own; one that it has already stays as it is."""
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = [piece for piece in query.split("&") if unquote_plus(piece.partition("=")[0]) not in present]
    return urlunsplit(parts._replace(query="&".join([*filter(None, [parts.query]), *added])))
