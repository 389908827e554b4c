"""What a request's query and body may be, and what is said of those that may not."""

from typing import Annotated, Any

import msgspec
import pytest

from aos.contracts.base import Strict, Wire
from aos.core.errors import AosError, InvalidInput, UnsupportedMedia
from aos.core.http import check_media_type, json_response, read_body, read_query


class Pace(Strict, frozen=True):
    rate: float | None = None
    chaos: bool = False
    kinds: str = ""
    since: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(default=1, name="from")


class Item(Strict, frozen=True):
    amount: float


class Order(Strict, frozen=True):
    name: str
    items: tuple[Item, ...] = ()


class Loose(Wire, frozen=True):
    name: str


def refused(raw: bytes, kind: type = Order) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_body(kind, raw)
    return caught.value


def test_query_is_the_declared_struct() -> None:
    """Numbers and booleans are read from text, a comma list stays text, names are those of the URL."""
    assert read_query(Pace, b"rate=2.5&chaos=true&kinds=a,b&from=7") == Pace(rate=2.5, chaos=True, kinds="a,b", since=7)
    assert read_query(Pace, b"") == Pace()
    assert read_query(None, b"") is None


@pytest.mark.parametrize(
    ("raw", "path", "said"),
    [
        (b"rat=1", "query.rat", "the nearest known one is `rate`"),
        (b"%00%0a=1", "query.\0\n", "Unknown parameter"),
        (b"rate=1&rate=1", "query.rate", "more than once"),
        (b"rate=nan", "query.rate", "finite"),
        (b"rate=-inf", "query.rate", "finite"),
        (b"rate=1e999", "query.rate", "out of range"),
        (b"rate=fast", "query.rate", "Expected `float | null`"),
        (b"from=0", "query.from", ">= 1"),
        (b"from=" + b"9" * 5000, "query.from", ""),
        (b"kinds=%ff", "query", "can't be read"),
        (b"kinds=\xff", "query", "can't be read"),
        (b"&".join(b"a%d=" % n for n in range(100)), "query", "can't be read"),
    ],
)
def test_query_that_is_refused_names_the_parameter(raw: bytes, path: str, said: str) -> None:
    """Unknown, repeated, unreadable and impossible values are a 422 that says which."""
    with pytest.raises(InvalidInput) as caught:
        read_query(Pace, raw)
    assert caught.value.status == 422
    assert caught.value.extra["path"] == path
    assert said in caught.value.message


def test_parameter_where_there_are_none_is_refused() -> None:
    """An endpoint without a query struct takes no parameter."""
    with pytest.raises(InvalidInput, match="there are none here"):
        read_query(None, b"x=1")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"name": 1}', "$.name"),
        (b'{"name": "a", "items": [{"amount": 1}, {"amount": "x"}]}', "$.items[1].amount"),
        (b'{"name": "a", "items": [{"amount": 1e999}]}', "$.items[0].amount"),
        (b'{"name": "a", "items": [{"amount": 1, "extra": 2}]}', "$.items[0].extra"),
        (b'{"items": []}', "$.name"),
        (b"[]", "$"),
    ],
)
def test_body_with_a_wrong_field_names_its_path(raw: bytes, path: str) -> None:
    """The JSON path of the first fault stands in the problem."""
    error = refused(raw)
    assert (error.status, error.code, error.extra["path"]) == (422, "input.invalid", path)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'name': 1}",
        b'{"name": "a"} x',
        b'{"name": "a", "items": [{"amount": NaN}]}',
        b"\xff\xfe",
        b'\xef\xbb\xbf{"name": "a"}',
        b'{"name": "\\ud800"}',
    ],
)
def test_body_that_is_not_json_is_422(raw: bytes) -> None:
    """Also NaN, bad UTF-8, a byte order mark and lone surrogates."""
    assert refused(raw).code == "input.json"


def test_body_with_bad_utf8_in_a_field_nobody_reads_is_422() -> None:
    """msgspec alone would let it pass (pitfall 47)."""
    assert refused(b'{"name": "a", "other": "\xff"}', Loose).code == "input.json"


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_body_nested_too_deeply_is_422(begin: bytes, end: bytes) -> None:
    """No recursion error gets out, and none ends the process."""
    deep = begin * 100_000 + b"1" + end * 100_000
    assert refused(b'{"name": "a", "other": ' + deep + b"}", Loose).code == "input.json"


def test_body_with_a_repeated_key_takes_the_last() -> None:
    """As every JSON reader here does."""
    assert read_body(Order, b'{"name": "a", "name": "b"}') == Order(name="b")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json"},
        {"content-type": "Application/JSON; charset=UTF-8"},
        {"content-type": "application/vnd.aos+json"},
    ],
)
def test_json_media_types_are_taken(headers: dict[str, str]) -> None:
    """application/json and any +json, in UTF-8."""
    check_media_type(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_other_media_types_are_415(headers: dict[str, str]) -> None:
    """What a form of another site's page could send is not read at all."""
    with pytest.raises(UnsupportedMedia):
        check_media_type(headers)


def test_no_content_has_no_body() -> None:
    """204 carries neither a body nor a media type."""
    response = json_response(None, 204)
    assert (response.body, response.headers.get("content-type")) == (b"", None)


def test_long_input_is_not_repeated_in_full() -> None:
    """A detail stays short however long the value was."""
    long: Any = "x" * 100_000
    for error in (refused(f'{{"{long}": 1, "name": "a"}}'.encode()), refused(f'"{long}'.encode())):
        assert isinstance(error, AosError)
        assert len(error.message) <= 500
