"""No secret leaves in text, and no data forges a line."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.core.redact import is_reference, one_line, redact, secret_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://ann:hunter2@h/x", "http://***@h/x"),
        ("redis://:hunter2@h:6379/0 and more", "redis://***@h:6379/0 and more"),
        ("http://ann:hun@ter2@h/x", "http://***@h/x"),
        ("http://ann:hun'ter2@h/x", "http://***@h/x"),
        ("http://h/x?mail=a@b", "http://h/x?mail=a@b"),
        ("write to a@b about http://h", "write to a@b about http://h"),
        ("http://h/?access_token=hunter2&a=1", "http://h/?access_token=***&a=1"),
        ("http://h/?a=1&API_KEY=hunter2#f", "http://h/?a=1&API_KEY=***#f"),
        ("http://h/cb#access_token=hunter2&a=1", "http://h/cb#access_token=***&a=1"),
        ("http://h/?X-Amz-Signature=hunter2", "http://h/?X-Amz-Signature=***"),
        ("http://h/?client_secret=hunter2;b=2", "http://h/?client_secret=***"),
        ("http://h/?from=7&seed=1", "http://h/?from=7&seed=1"),
        ("http://h/?%74oken=hunter2&a=1", "http://h/?%74oken=***&a=1"),
        ("http://h/?auth%5Btoken%5D=hunter2", "http://h/?auth%5Btoken%5D=***"),
        ("http://h/?pwd=a&code=b&sas=c&sid=d", "http://h/?pwd=***&code=***&sas=***&sid=***"),
        (
            "http://h/?jwt=a&session_id=b&passphrase=c&bearer=d",
            "http://h/?jwt=***&session_id=***&passphrase=***&bearer=***",
        ),
        ("http://h/?country_code=DE&pinned=1", "http://h/?country_code=DE&pinned=1"),
        ("Authorization: Bearer hunter2hunter2", "Authorization: ***"),
        ("{'authorization': 'Token hunter2'}", "{'authorization': '***'}"),
        ('{"x-api-key": "hunter2", "a": 1}', '{"x-api-key": "***", "a": 1}'),
        ("{'x-api-key': 'hunter2', 'a': 1}", "{'x-api-key': '***', 'a': 1}"),
        ("[(b'x-api-key', b'hunter2'), (b'a', b'b')]", "[(b'x-api-key', b'***'), (b'a', b'b')]"),
        ("cookie=session=hunter2; b=c\nnext", "cookie=***\nnext"),
        ("got bearer abc.def-ghi", "got bearer ***"),
        ("key aos_operator_abcdefghijkl was sent", "key aos_operator_*** was sent"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redact_hides_the_secret_and_keeps_the_rest(text: str, shown: str) -> None:
    """Userinfo, secret query values, authorisation headers and our keys go; what else helps a reader stays."""
    assert redact(text) == shown


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8), st.sampled_from("@:'%!$&*+,;="))
def test_redact_hides_any_password(word: str, sign: str) -> None:
    """Whatever signs a password holds that may stand raw in a URL, none of it is left."""
    secret = f"Q{word}{sign}{word}Q"
    assert word not in redact(f"GET postgres://ann:{secret}@h:5432/x failed").replace("postgres", "")


@given(st.text())
def test_redact_twice_is_redact_once(text: str) -> None:
    """A text that went through two hands is not mangled."""
    once = redact(text)
    assert redact(once) == once


def test_redact_of_a_long_text_takes_time_in_proportion() -> None:
    """CPU time for ten times the text stays far under a hundred times: no pattern backtracks."""

    def spent(size: int) -> float:
        text = "a://" + "a:" * size + "?token" * size
        begun = time.process_time()
        redact(text)
        return time.process_time() - begun

    spent(100)
    assert spent(20_000) < 60 * max(spent(2_000), 0.002)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\x1b[31m", "a\\x0ab\\x0d\\x1b[31m"),
        ("a\x00\x7f\x85", "a\\x00\\x7f\\x85"),
        ("a\u2028b\u202eb\u2066\u200f", "a\\u2028b\\u202eb\\u2066\\u200f"),
        ("half \ud800 pair", "half \\ud800 pair"),
        ("tab\tü 漢 🙂", "tab\tü 漢 🙂"),
    ],
)
def test_one_line_escapes_what_could_forge_a_line(text: str, shown: str) -> None:
    """Control and direction characters and half surrogates stand as escapes; letters of any script stay."""
    assert one_line(text) == shown


def test_one_line_of_a_long_text_is_cut_and_says_so() -> None:
    """The length is told, so that a reader knows that there was more."""
    assert one_line("x" * 501) == "x" * 500 + "… (501 characters)"
    assert one_line("x" * 500) == "x" * 500


@given(st.text(st.characters()))
def test_one_line_is_one_line_that_every_stream_takes(text: str) -> None:
    """Whatever comes in, the result is a single line and valid UTF-8."""
    shown = one_line(text, 10_000)
    assert len(shown.splitlines()) <= 1
    shown.encode()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"url": "http://u:p@h/"}, "$.url"),
        ({"a": [{"b": "http://h/?api_key=x"}]}, "$.a[0].b"),
        ({"headers": {"authorization": "x"}}, "$.headers.authorization"),
        ({"tokens": 1, "password": "x"}, "$.password"),
        ({"clientSecret": "x"}, "$.clientSecret"),
        ({"passwd": ["x"]}, "$.passwd[0]"),
        ({"password": "vault:kv/crm"}, ""),
        ({"password": "", "secret": None, "token": 7}, ""),
        ({"cursor_param": "cursor", "identity_keys": ["account_id"], "url": "http://h/?seed=1"}, ""),
        ("plain", ""),
    ],
)
def test_a_secret_in_what_others_wrote_is_found_by_its_place(value: Any, where: str) -> None:
    """By the name of its key or by how it is written; a reference to one is none."""
    assert secret_in(value) == where


def test_a_deep_value_is_looked_through_without_recursion() -> None:
    """Whatever a JSON decoder lets through."""
    deep: Any = {"password": "x"}
    for _ in range(5_000):
        deep = [deep]
    assert secret_in(deep).startswith("$[0]")


@pytest.mark.parametrize("text", ["env:A", "vault:kv/a#b", "consent:slack", "sp:reader"])
def test_references_are_told_from_secrets(text: str) -> None:
    """One kind, a colon, a place without blanks."""
    assert is_reference(text)
    assert not is_reference(f"{text} x")
    assert not is_reference(f"x{text}")
