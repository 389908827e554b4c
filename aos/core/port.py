"""The port: who is on it, and taking it. Never another one silently."""

import errno
import json
import socket
import time

import httpx

from aos.core.errors import EnvironmentFault
from aos.core.settings import url_host

LOOK_TIMEOUT_S = 2.0
LOOK_BYTES = 65_536


def running_instance(host: str, port: int) -> str | None:
    """The instance id of an AOS that answers there; None where nobody listens. Somebody else: `EnvironmentFault`."""
    url = f"http://{url_host(host)}:{port}"
    try:
        with (
            httpx.Client(trust_env=False, timeout=LOOK_TIMEOUT_S, follow_redirects=False) as client,
            client.stream("GET", f"{url}/healthz", headers={"accept-encoding": "identity"}) as answer,
        ):
            said = json.loads(_beginning(answer))
            if answer.status_code == 200 and said["service"] == "aos":
                return str(said["instance"])
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return None
    except (httpx.InvalidURL, UnicodeError):
        raise EnvironmentFault(f"AOS_HOST={host!r} can't be bound: not a host.") from None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        pass
    raise EnvironmentFault(_taken(host, port))


def _beginning(answer: httpx.Response) -> bytes:
    """As much of the body as an AOS would say; whoever has the port may send without end, or a byte a second."""
    body, until = b"", time.monotonic() + LOOK_TIMEOUT_S
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > LOOK_BYTES or time.monotonic() > until:
            break
    return body


def bind(host: str, port: int) -> socket.socket:
    """A socket that is bound and listening, so that what starts later can already be connected to."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise EnvironmentFault(f"AOS_HOST={host!r} can't be bound: {error.strerror or error}.") from None
    except UnicodeError:
        raise EnvironmentFault(f"AOS_HOST={host!r} can't be bound: not a host.") from None
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
