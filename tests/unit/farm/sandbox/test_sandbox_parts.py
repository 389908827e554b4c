"""The pieces that every played vendor stands on."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.core.errors import Conflict
from aos.farm.sandbox import book as books
from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked, asked_of
from aos.farm.sandbox.auth import oauth1
from aos.farm.sandbox.book import Book, Credential, Dark, SandboxKnobs
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor, by_offset, by_page, cursor_at, cursor_of
from aos.farm.sandbox.reply import xml
from aos.farm.sandbox.vendors.google_fields import masked

NOW = 1_000_000.0


def asked(path: str = "/x", query: str = "", body: bytes = b"", **headers: str) -> Asked:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asked_of("GET", f"/farm/sandbox/slack/slack.com{path}", query, named, body, NOW)


def credential(account: str = "acme", expires_at: float = NOW + 60, ident: str = "t") -> Credential:
    return Credential("slack", account, "token", ident, {"token": ident}, ("read",), expires_at)


@pytest.mark.parametrize(
    ("sandbox_path", "host", "path"),
    [
        ("/farm/sandbox/slack/slack.com/api/auth.test", "slack.com", "/api/auth.test"),
        ("/sandbox/slack/SLACK.com", "slack.com", "/"),
        ("/farm/sandbox/s3_compat/minio.a.example:9000/b/", "minio.a.example:9000", "/b/"),
        ("/farm/sandbox/s3_compat/minio.a.example%3A9000/sandbox/x", "minio.a.example:9000", "/sandbox/x"),
        ("/farm/sandbox/github/api.github.com//orgs/%61", "api.github.com", "//orgs/%61"),
        ("/farm/sandbox/github", "", "/"),
    ],
)
def test_the_vendors_host_and_path_are_taken_as_they_were_sent(sandbox_path: str, host: str, path: str) -> None:
    """The first part behind the family is the host, and nothing of the rest is read anew."""
    found = asked_of("GET", sandbox_path, "", {}, b"", NOW)
    assert (found.host, found.raw_path) == (host, path)


def test_a_url_once_more_holds_what_was_sent_encoded_anew() -> None:
    """A line break in a parameter can't get into a header of the answer."""
    told = asked("/api", "a=1%0d%0aset-cookie:x&cursor=old").again({"cursor": "new"})
    assert told == "https://slack.com/api?a=1%0D%0Aset-cookie:x&cursor=new"


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!", "Basic \xe4", "Basic /w==", "Bearer abc"])
def test_basic_that_can_not_be_read_is_nobody(header: str) -> None:
    """Neither a wrong alphabet nor a wrong encoding is an error of ours."""
    assert asked(authorization=header).basic == ("", "")


def test_basic_is_read() -> None:
    """The password may hold a colon."""
    told = base64.b64encode(b"user:pass:word").decode()
    assert asked(authorization=f"Basic {told}").basic == ("user", "pass:word")


def test_too_many_parameters_are_none() -> None:
    """A query of thousands of parameters costs nothing and means nothing."""
    assert asked(query="a=1&" * 5_000).pairs == []


@given(st.integers(0, 300), st.integers(1, 120))
def test_windows_cover_everything_once(total: int, size: int) -> None:
    """By cursor, by offset and by page the windows of a list follow each other to its end."""
    at: dict[str, Any] = {"n": str(size)}
    seen: list[int] = []
    while True:
        window = by_cursor(at, total, "n", Sizes(10, 100), "c")
        seen += range(window.first, window.until)
        if not window.more:
            break
        at["c"] = window.cursor
    assert seen == list(range(total))
    least = min(size, 100)
    assert by_offset({"o": "5", "n": str(size)}, total, "n", Sizes(10, 100), "o")[:2] == (
        min(5, total),
        min(min(5, total) + least, total),
    )
    assert by_page({"p": "2", "n": str(size)}, total, "n", Sizes(10, 100), "p").first == min(least, total)


@pytest.mark.parametrize("told", ["0", "-1", "x", "1.5", "9" * 5_000, "101", "true", "∞"])
def test_a_size_that_is_none_is_refused(told: str) -> None:
    """Where a vendor is strict, so is a size beyond its most."""
    with pytest.raises(BadParameter) as refused:
        by_cursor({"n": told}, 50, "n", Sizes(10, 100, strict=True), "c")
    assert refused.value.name == "n"


@pytest.mark.parametrize("told", ["x", "ä", "====", "YXQ6", "YXQ6LTE", base64.b64encode(b"at:99999999999").decode()])
def test_a_cursor_that_nobody_gave_is_refused(told: str) -> None:
    """Only a cursor of an earlier page leads on."""
    assert cursor_of("c", cursor_at(40)) == 40
    with pytest.raises(BadParameter):
        cursor_of("c", told)


def test_waits_are_told_in_whole_seconds_upwards() -> None:
    """A client that waits as told never comes too early."""
    assert waits.seconds(0.2) == "1"
    assert waits.epoch(NOW, 0.2) == "1000001"
    assert waits.iso(0, 59.5) == "1970-01-01T00:01:00Z"
    assert waits.http_date(0, 1) == "Thu, 01 Jan 1970 00:00:01 GMT"


def test_made_things_are_the_same_again() -> None:
    """An account's things depend on its name alone, and no two of them have one name."""
    assert made.digest("acme", "repo", 1) == made.digest("acme", "repo", 1) != made.digest("globex", "repo", 1)
    assert len({made.name(n) for n in range(300)}) == 300
    assert all(len(str(made.number("a", n, digits=9))) == 9 for n in range(100))


def test_a_drifted_thing_lost_a_field_and_gained_two() -> None:
    """The last field has another name; what identifies a thing stays."""
    assert made.drifted({"id": 1, "name": "a"}) == {"id": 1, "name_v2": "a", "sandbox_added": "new"}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("a", {"a": 1}),
        ("a,b(c)", {"a": 1, "b": [{"c": 2}]}),
        ("b/d", {"b": [{"d": 3}]}),
        ("*", {"a": 1, "b": [{"c": 2, "d": 3}]}),
        ("nothing", {}),
    ],
)
def test_google_answers_the_fields_that_are_asked_for(fields: str, left: object) -> None:
    """Names, brackets and slashes of a partial response."""
    assert masked({"a": 1, "b": [{"c": 2, "d": 3}]}, fields) == left


@pytest.mark.parametrize("fields", ["", "a(", "a(b", "a)", "(a)", "a,,b", "a/", "a(" * 3_000, "a/" * 3_000 + "a"])
def test_a_selection_that_is_none_is_refused(fields: str) -> None:
    """Brackets that do not close, names that are not there, and nesting without end."""
    with pytest.raises(BadParameter):
        masked({"a": 1}, fields)


def test_xml_is_escaped() -> None:
    """What was sent can't become an element of the answer."""
    assert xml("A", {"B": ["<x>", "&"], "C": True}) == "<A><B>&lt;x&gt;</B><B>&amp;</B><C>true</C></A>"


def test_a_credential_holds_until_it_expires() -> None:
    """Neither it nor a token that was given for it is any good after that."""
    book = Book()
    book.issue(credential(), NOW)
    book.give("short", credential(), ("read",), NOW + 10)
    book.give("long", credential(), ("read",), NOW + 10_000)
    assert book.credential("slack", "t", NOW + 59) is not None
    assert book.token("slack", "short", NOW + 11) is None
    assert book.token("slack", "long", NOW + 59) is not None
    assert book.token("slack", "long", NOW + 60) is None
    assert book.credential("slack", "t", NOW + 60) is None
    assert book.credential("github", "t", NOW) is None


def test_knobs_of_an_account_stand_before_those_for_all() -> None:
    """Refused for all, but not the one that has knobs of its own; a reset lets both go and keeps the credential."""
    book = Book()
    for account in ("acme", "globex"):
        book.issue(credential(account, ident=account), NOW)
    book.family("slack").turn(SandboxKnobs(refuse=True))
    book.family("slack").turn(SandboxKnobs(account="acme"))
    assert book.credential("slack", "acme", NOW) is not None
    assert book.credential("slack", "globex", NOW) is None
    book.family("slack").turn(SandboxKnobs(account="acme", dark=True))
    with pytest.raises(Dark):
        book.credential("slack", "acme", NOW)
    book.reset("slack")
    assert book.credential("slack", "globex", NOW) is not None
    assert book.grants("slack", NOW) == 2


def test_the_book_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that expired make room; without any the next is refused. Tokens and nonces forget the oldest."""
    for name in ("MOST_CREDENTIALS", "MOST_TOKENS", "MOST_NONCES", "MOST_KNOBS"):
        monkeypatch.setattr(books, name, 2)
    book = Book()
    book.issue(credential(ident="a", expires_at=NOW + 1), NOW)
    book.issue(credential(ident="b"), NOW)
    book.issue(credential(ident="c"), NOW + 2)
    with pytest.raises(Conflict):
        book.issue(credential(ident="d"), NOW + 2)
    for token in ("1", "2", "3"):
        book.give(token, credential(ident="b"), (), NOW + 50)
        assert book.first_use(token)
    book._credentials["slack", "b"] = credential(ident="b")
    assert [book.token("slack", token, NOW) is not None for token in ("1", "2", "3")] == [False, True, True]
    assert [book.first_use(token) for token in ("3", "1")] == [False, True]
    for account in ("x", "y"):
        book.family("slack").turn(SandboxKnobs(account=account))
    with pytest.raises(Conflict):
        book.family("slack").turn(SandboxKnobs(account="z"))


def test_throttling_counts_down_and_may_never_end() -> None:
    """So many refusals, then none; -1 is all of them."""
    family = Book().family("slack")
    family.turn(SandboxKnobs(throttle=2))
    assert [family.too_fast("acme") for _ in range(4)] == [True, True, False, False]
    family.turn(SandboxKnobs(throttle=-1))
    assert all(family.too_fast("acme") for _ in range(10))


@pytest.mark.parametrize("header", ["OAuth", 'OAuth a="1', 'OAuth a="1", a="2"', "OAuth a=1", "OAuth " + "," * 9_000])
def test_an_oauth_header_that_is_none_has_no_parameters(header: str) -> None:
    """Broken, doubled or empty."""
    assert oauth1.parameters(asked(authorization=header)) == {}


def test_an_oauth_signature_of_another_method_is_none() -> None:
    """Neither a signature that does not fit nor a method that is no signature."""
    told = {"realm": "A", "oauth_consumer_key": "k", "oauth_token": "t", "oauth_signature_method": "HMAC-SHA256"}
    request = asked("/photos", "file=vacation.jpg&size=original")
    assert not oauth1.signed_with(request, {**told, "oauth_signature": "x"}, "a", "b")
    assert not oauth1.signed_with(
        request, {**told, "oauth_signature": "a&b", "oauth_signature_method": "PLAINTEXT"}, "a", "b"
    )
