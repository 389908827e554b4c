"""Bodies of strangers, read as JSON or XML, and what is found in them."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aam.onboarding.answer import UNREADABLE, Answer, at, items, text_at

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'


def value(body: bytes) -> Any:
    return Answer(200, httpx.Headers(), body, 0.0).value


def test_xml_is_read_as_objects_and_lists() -> None:
    """One child is a value, several of a name a list; names without their namespace."""
    body = b'<R xmlns="http://x/"><Name> b </Name><C><K>1</K></C><C><K>2</K></C><E/></R>'
    assert value(body) == {"R": {"Name": "b", "C": [{"K": "1"}, {"K": "2"}], "E": ""}}


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        OUTSIDE,
        b"<a>",
        b"<a></b>",
        b"<" * 9,
        b"{",
        b"\xff",
        b"[" * 100_000,
        b"<a>" * 200 + b"</a>" * 200,
        b'{"a":' * 70 + b"1" + b"}" * 70,
    ],
)
def test_what_could_grow_or_can_not_be_read_is_not(body: bytes) -> None:
    """No document types, no bottomless nesting, no guesses."""
    assert value(body) is UNREADABLE


@given(st.binary(max_size=200))
def test_no_bytes_break_it(body: bytes) -> None:
    """Anything is something: a value, nothing, or unreadable."""
    read = value(body)
    assert items(read, "/a/b") is None or isinstance(items(read, "/a/b"), list)
    assert isinstance(text_at(read, "/a"), str)


@pytest.mark.parametrize(
    ("body", "pointer", "absent", "found"),
    [
        (b"[]", "", False, []),
        (b'[{"a":1}]', "", False, [{"a": 1}]),
        (b"[1]", "", False, None),
        (b'{"a":[]}', "/a", False, []),
        (b'{"a":{"b":1}}', "/a", False, [{"b": 1}]),
        (b'{"b":[]}', "/a", False, None),
        (b"{}", "/a", True, []),
        (b'{"kind":"x"}', "/a", True, []),
        (b'{"b":[]}', "/a", True, None),
        (b'{"a":null}', "/a", False, None),
        (b"<R><C><K>1</K></C></R>", "/R/C", False, [{"K": "1"}]),
        (b"<R><N>x</N></R>", "/R/C", False, []),
        (b"<Other><N>x</N></Other>", "/R/C", False, None),
        (b"null", "", False, None),
        (b"7", "/a", True, None),
    ],
)
def test_items_are_found_or_missed(body: bytes, pointer: str, absent: bool, found: Any) -> None:
    """An empty list is none of a shape that is not known."""
    assert items(value(body), pointer, absent=absent) == found


def test_pointers_walk_objects_and_lists() -> None:
    """RFC 6901, and None where nothing is."""
    thing = {"a/b": [{"~": 1}], "o:errorDetails": [{"o:errorCode": "X"}]}
    assert at(thing, "/a~1b/0/~0") == 1
    assert at(thing, "/o:errorDetails/0/o:errorCode") == "X"
    assert at(thing, "/a~1b/7") is None
    assert at(thing, "/a~1b/x") is None
    assert at(thing, "") is thing
