"""The port: AOS, somebody else, or nobody."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from aos.core import port
from aos.core.errors import EnvironmentFault


@contextmanager
def answering(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """Somebody on a port, who talks to the first that comes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                talk(connection)
            except OSError:  # the other side has heard enough
                return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join(20)
        listener.close()


def saying(body: bytes, status: bytes = b"200 OK") -> Callable[[socket.socket], object]:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(body))
    return lambda connection: connection.sendall(head + body)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b" " * 65536)


def test_running_aos_gives_its_instance() -> None:
    """So that a second start can say so and go."""
    with answering(saying(b'{"service": "aos", "instance": "abc"}')) as taken:
        assert port.running_instance("127.0.0.1", taken) == "abc"


def test_nobody_gives_none() -> None:
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    assert port.running_instance("127.0.0.1", free) is None


@pytest.mark.parametrize(
    "talk",
    [
        saying(b'{"service": "other"}'),
        saying(b"[]"),
        saying(b"<html>"),
        saying(b"\xff\xfe"),
        saying(b'{"service": "aos", "instance": "abc"}', b"503 Down"),
        saying(b'{"service": "aos"}'),
        lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"),
        lambda connection: None,
        endless,
    ],
)
def test_somebody_else_is_one_plain_line(talk: Callable[[socket.socket], object]) -> None:
    """Whatever is said there, also without end: the port is taken."""
    with answering(talk) as taken, pytest.raises(EnvironmentFault, match=f"Port {taken} on 127.0.0.1 is taken"):
        port.running_instance("127.0.0.1", taken)


def test_silent_neighbour_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who accepts and says nothing has the port."""
    monkeypatch.setattr(port, "LOOK_TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(EnvironmentFault, match="is taken"):
        port.running_instance("127.0.0.1", listener.getsockname()[1])


def test_bind_listens_at_once() -> None:
    """What starts later can be connected to already; a second bind says that the port is taken."""
    first = port.bind("127.0.0.1", 0)
    taken = first.getsockname()[1]
    with socket.create_connection(("127.0.0.1", taken)), pytest.raises(EnvironmentFault, match="is taken"):
        port.bind("127.0.0.1", taken)
    first.close()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "[::1]", "a" * 70, "a..b", "http://x"])
def test_host_that_is_none_is_one_plain_line(host: str) -> None:
    """Nothing but `EnvironmentFault` comes out, whatever stands in AOS_HOST."""

    def start() -> None:
        if port.running_instance(host, 1) is None:
            port.bind(host, 1)

    with pytest.raises(EnvironmentFault, match="can't be bound"):
        start()


def test_bind_to_an_address_of_another_machine_is_one_plain_line() -> None:
    """It names the address and the reason."""
    with pytest.raises(EnvironmentFault, match=r"203\.0\.113\.1:8 can't be bound: Cannot assign"):
        port.bind("203.0.113.1", 8)
