"""The port: who is on it, and taking it. Never another one silently."""

import errno
import socket

import httpx

from aos.core.errors import EnvironmentFault
from aos.core.settings import url_host

LOOK_TIMEOUT_S = 2.0


def running_instance(host: str, port: int) -> str | None:
    """The instance id of an AOS that answers there; None where nobody listens. Somebody else: `EnvironmentFault`."""
    url = f"http://{url_host(host)}:{port}"
    try:
        with httpx.Client(trust_env=False, timeout=LOOK_TIMEOUT_S, follow_redirects=False) as client:
            answer = client.get(f"{url}/healthz")
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return None
    except httpx.HTTPError:
        raise EnvironmentFault(_taken(host, port)) from None
    try:
        said = answer.json()
        if answer.status_code == 200 and said["service"] == "aos":
            return str(said["instance"])
    except (ValueError, KeyError, TypeError):
        pass
    raise EnvironmentFault(_taken(host, port))


def bind(host: str, port: int) -> socket.socket:
    """A socket that is bound and listening, so that what starts later can already be connected to."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise EnvironmentFault(f"AOS_HOST={host!r} can't be bound: {error.strerror or error}.") from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(512)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise EnvironmentFault(_taken(host, port)) from None
        raise EnvironmentFault(f"{host}:{port} can't be bound: {error.strerror}.") from None
    sock.setblocking(False)
    return sock


def _taken(host: str, port: int) -> str:
    return f"Port {port} on {host} is taken by another program. Free it or set AOS_PORT."
