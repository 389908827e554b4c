"""One spelling for one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.core.places import MOST_CHARACTERS, Place, place_of

ODD_HOSTS = [
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0X7F.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.01",
    "0",
    "00",
    "0x",
    "1.2.3.4.5",
    "256.1.1.1",
    "127.0.0.1.",
    "localhost.",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "127.0.0.%31",
    "127.0.0.1%00.example.com",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:808:808]",
    "[::7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[0:0:0:0:0:0:0:1]",
    "[::01]",
    "[FE80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[127.0.0.1]",
    "[::1",
    "::1",
    "[]",
    "a..b",
    ".a",
    "-",
    "xn--zz",
    "a" * 64,
    "a." * 130 + "b",
    "{id}.example.com",
    "a,b",
]
ODD_URLS = [
    "",
    "nonsense",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "javascript:alert(1)",
    "http:example.com",
    "http:/example.com",
    "http://",
    "http:///",
    "http://:80/",
    "http://?x",
    "http://example.com:/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:٨٠/",
    "http://example.com:+80/",
    "http://example.com:80:80/",
    "http://example.com/#fragment",
    "http://example.com/#",
    "http://example.com\t/",
    "http://example.com/\n",
    "\thttp://example.com/",
    " http://example.com/",
    "http://exa\u202emple.com/",
    "http://example.com\\@127.0.0.1/",
    "http://evil.com@127.0.0.1/",
    "http://ann:hunter2@example.com/",
    "http://@example.com/",
    "http://example.com/" + "a" * 70_000,
]


@pytest.mark.parametrize("url", [*ODD_URLS, *(f"http://{host}/" for host in ODD_HOSTS)])
def test_odd_spelling_is_refused(url: str) -> None:
    """With one short reason that holds nothing of a password; never another exception."""
    with pytest.raises(ValueError, match=r".") as caught:
        place_of(url)
    assert len(str(caught.value)) < 120
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "place", "origin"),
    [
        ("http://example.com", ("http", "example.com", 80), "http://example.com"),
        ("HTTPS://Example.COM/A?b=c", ("https", "example.com", 443), "https://example.com"),
        ("http://127.0.0.1:8000/x", ("http", "127.0.0.1", 8000), "http://127.0.0.1:8000"),
        ("http://[::1]:8000/x", ("http", "::1", 8000), "http://[::1]:8000"),
        ("http://[2606:4700::1111]/", ("http", "2606:4700::1111", 80), "http://[2606:4700::1111]"),
        ("http://[64:ff9b::808:808]/", ("http", "64:ff9b::808:808", 80), "http://[64:ff9b::808:808]"),
        ("https://münchen.example/", ("https", "xn--mnchen-3ya.example", 443), "https://xn--mnchen-3ya.example"),
        ("http://my_service:8080/", ("http", "my_service", 8080), "http://my_service:8080"),
        ("http://a/x@y?z=@", ("http", "a", 80), "http://a"),
        ("https://a:80/{id}", ("https", "a", 80), "https://a:80"),
    ],
)
def test_plain_url_is_a_place(url: str, place: tuple[str, str, int], origin: str) -> None:
    """Scheme, host in ASCII and lower case, port."""
    assert place_of(url) == Place(*place)
    assert place_of(url).origin == origin


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://[", "http://a@", "http://1"]))
def test_any_text_is_a_place_or_a_value_error(text: str, before: str) -> None:
    """And a place has a port that can be dialled and a host of ASCII."""
    try:
        place = place_of(before + text)
    except ValueError:
        return
    assert 1 <= place.port <= 65535
    assert place.host.isascii()
    assert place_of(place.origin) == place


def test_longest_url_is_bounded() -> None:
    """A URL of exactly the limit passes."""
    url = "http://a/".ljust(MOST_CHARACTERS, "x")
    assert place_of(url).host == "a"
    with pytest.raises(ValueError, match="longer"):
        place_of(url + "x")
