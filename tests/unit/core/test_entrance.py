"""Who a request comes from: keys, cookies, and pages of other origins."""

from typing import Any

import pytest
from starlette.requests import Request

from aos.core.entrance import same_origin

HOST = {"host": "127.0.0.1:5000"}


def request(headers: dict[str, str], scheme: str = "http") -> Request:
    raw = [(name.encode(), value.encode()) for name, value in (HOST | headers).items()]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "scheme": scheme, "path": "/", "headers": raw}
    return Request(scope)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:5000"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://127.0.0.1:5000"}, True),
        ({"origin": "http://127.0.0.1:5000", "host": "127.0.0.1:5000"}, True),
        ({"origin": "http://127.0.0.1:5001"}, False),
        ({"origin": "http://127.0.0.1"}, False),
        ({"origin": "http://localhost:5000"}, False),
        ({"origin": "https://127.0.0.1:5000"}, False),
        ({"origin": "https://127.0.0.1:5000", "x-forwarded-proto": "https"}, True),
        ({"origin": "http://127.0.0.1:5000", "x-forwarded-proto": "https"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:5000.evil.example"}, False),
        ({"origin": "HTTP://127.0.0.1:5000"}, True),
        ({}, False),
    ],
)
def test_only_a_page_of_this_very_origin_is_its_own(headers: dict[str, str], own: bool) -> None:
    """Another port of the same host is another origin, whatever SameSite thinks of it."""
    assert same_origin(request(headers)) is own


def test_where_nothing_is_said_the_caller_decides() -> None:
    """A program that signs in sends neither header; a browser always sends one."""
    assert same_origin(request({}), unsaid=True)
    assert not same_origin(request({"origin": "null"}), unsaid=True)


def test_https_is_its_own_origin_too() -> None:
    """A server with TLS of its own."""
    assert same_origin(request({"origin": "https://127.0.0.1:5000"}, "https"))
    assert not same_origin(request({"origin": "http://127.0.0.1:5000"}, "https"))
