"""The fixtures keep their promise, so that no test reaches out by accident."""

import socket

import pytest


def test_dialling_out_fails() -> None:
    """Another machine can't be reached from a test."""
    with socket.socket() as sock, pytest.raises(AssertionError, match="a test dialled"):
        sock.connect(("192.0.2.1", 80))


def test_looking_up_a_name_fails() -> None:
    """Nor its name be asked for."""
    with pytest.raises(OSError, match="not known"):
        socket.create_connection(("aos.example", 80))
