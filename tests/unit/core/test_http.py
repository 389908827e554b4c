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


@pytest.mark.parametrize(
    ("raw", "lone"),
    [
        *((b'{"name": "%s"}' % text, True) for text in (b"\\ud800", b"\\uDBFF\\n", b"\\udc00", b"x\\ud83d and more")),
        (b'{"name": "\\ud83d\\ud83d"}', True),
        (b'{"name": "\\ud83d\\u0041"}', True),
        (b'{"name": "\\ud83d\\ude00"', False),
        (b'{"name": "\\ud83d\\u', False),
        (b'{"name": "\\ud83d\\', False),
        (b'{"name": "\\ud83d', False),
        (b'{"name": "\\\\ud83d"', False),
        (b'{"name": "a"', False),
        (b'{"name": a}', False),
    ],
)
def test_a_lone_surrogate_is_told_as_one(raw: bytes, lone: bool) -> None:
    """And what was cut short as that."""
    assert ("lone surrogate" in refused(raw).message) is lone, refused(raw).message


def test_body_with_bad_utf8_in_a_field_nobody_reads_is_422() -> None:
    """msgspec alone would let it pass (pitfall 47)."""
    assert refused(b'{"name": "a", "other": "\xff"}', Loose).code == "input.json"


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_body_nested_too_deeply_is_422(begin: bytes, end: bytes) -> None:
    """No recursion error gets out, and none ends the process."""
    deep = begin * 100_000 + b"1" + end * 100_000
    assert refused(b'{"name": "a", "other": ' + deep + b"}", Loose).code == "input.json"


class Rows(Strict, frozen=True):
    rows: list[msgspec.Raw]


class Mapped(Strict, frozen=True):
    secrets: dict[str, Any] = msgspec.field(default_factory=dict)
    named: dict[str, Any] = msgspec.field(default_factory=dict)


@pytest.mark.parametrize(
    ("kind", "raw", "path"),
    [
        (Order, b'{"name": "a", "name": "b"}', "$.name"),
        (Order, b'{"name": "a", "\\u006eame": "a"}', "$.name"),
        (Order, b'{"name": "a", "items": [{"amount": 1}, {"amount": 1, "amount": 1}]}', "$.items[1].amount"),
        (Loose, b'{"name": "a", "other": [{"x y": 1, "x y": 2}]}', '$.other[0]["x y"]'),
        (Mapped, b'{"named": {"a.b": {"url": 1, "url": 2}}}', '$.named["a.b"].url'),
        (Loose, b'{"name": "a", "passed over": %s, "name": "a"}' % (b"9" * 5_000), "$.name"),
        (Mapped, b'{"secrets": {"hunter2HUNTER2": 1, "hunter2HUNTER2": 2}}', "$.secrets"),
        (Mapped, b'{"secrets": {"hunter2HUNTER2": {"a": 1, "a": 2}}}', "$.secrets[...].a"),
    ],
)
def test_body_with_a_repeated_key_is_422(kind: type, raw: bytes, path: str) -> None:
    """Which of its values was meant nobody knows; a key that may be a secret is not repeated."""
    error = refused(raw, kind)
    assert (error.code, error.extra["path"]) == ("input.invalid", path)
    assert "hunter2" not in str(error)


def test_body_that_may_hold_repeated_keys_takes_the_last() -> None:
    """Rows that are kept as they came, and bodies past 64 KiB, which are not read twice."""
    read = read_body(Rows, b'{"rows": [{"a": 1, "a": 2}], "rows": [{"a": 3, "a": 4}]}')
    assert bytes(read.rows[0]) == b'{"a": 3, "a": 4}'
    assert read_body(Order, b'{"name": "a", "name": "b"%s}' % (b" " * 65_536)) == Order(name="b")


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
