"""`AOS_EGRESS_ALLOW`: the origins and networks that the operator lets AOS dial besides the public internet; servers of
other protocols (`tcp://host:port`) and files (`file:///path`) that jobs may read, which nothing else lets them."""

from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

from aos.core.addresses import Network
from aos.core.errors import BadSettings
from aos.core.places import USUAL_PORT, Place, place_of
from aos.core.redact import one_line


class AllowList(NamedTuple):
    """An origin is met by the same scheme, host as written, and port; a network by any address in it; a file by itself
    or, where it is a directory, by what lies below."""

    origins: frozenset[Place] = frozenset()
    networks: tuple[Network, ...] = ()
    files: tuple[Path, ...] = ()

    @classmethod
    def read(cls, text: str) -> "AllowList":
        """Entries separated by commas. `BadSettings` names the one that is neither an origin nor a network."""
        origins, networks, files = set[Place](), list[Network](), list[Path]()
        for entry in filter(None, (piece.strip() for piece in text.split(","))):
            try:
                if entry.startswith("file://"):
                    files.append(_file(entry))
                elif "://" in entry:
                    origins.add(_origin(entry))
                else:
                    networks.append(_network(entry))
            except ValueError as error:
                raise BadSettings(f"AOS_EGRESS_ALLOW: {_shown(entry)}: {error}") from None
        return cls(frozenset(origins), tuple(networks), tuple(files))

    def with_origin_of(self, url: str) -> "AllowList":
        """This list and the origin of a URL that the operator gave; one that can't be dialled anyway adds nothing."""
        try:
            return self._replace(origins=self.origins | {place_of(url)})
        except ValueError:
            return self


def tcp_place(host_and_port: str) -> Place:
    """The place of a server that does not speak HTTP, from `host:port`. `ValueError` says what is wrong."""
    place = place_of(f"http://{host_and_port}")
    if not host_and_port.endswith(f":{place.port}"):
        raise ValueError("a server that does not speak HTTP is host and port, as in tcp://db.internal:5432")
    return place._replace(scheme="tcp")


def _file(entry: str) -> Path:
    path = Path(entry.removeprefix("file://"))
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError("a file is an absolute path, as in file:///srv/exports")
    return path


def _origin(entry: str) -> Place:
    if entry.startswith("tcp://"):
        return tcp_place(entry.removeprefix("tcp://"))
    place = place_of(entry)
    authority = entry.partition("://")[2].removesuffix("/")
    if "/" in authority or "?" in authority:
        raise ValueError("an origin is scheme, host and port only, as in https://api.example.com")
    return place


def _network(entry: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError as error:
        if "host bits" in str(error):
            raise ValueError(f"it has host bits set; {ip_network(entry, strict=False)} would be a network") from None
        schemes = " or ".join(USUAL_PORT)
        raise ValueError(f"neither an origin ({schemes}://host:port) nor a network (10.0.0.0/8, ::1/128)") from None


def _shown(entry: str) -> str:
    """An entry without what could be a secret: what stands before an @ and behind the authority."""
    scheme, mark, rest = entry.rpartition("://")
    rest = rest.partition("?")[0].partition("#")[0]
    hidden = f"***@{rest.rpartition('@')[2]}" if "@" in rest else rest
    return repr(one_line(f"{scheme}{mark}{hidden}" if "@" not in scheme else "***", 100))
