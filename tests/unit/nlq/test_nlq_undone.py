"""Words by which something is still to be done."""

import pytest

from aos.nlq.compounds import recut
from aos.nlq.text import clean, tokens
from aos.nlq.undone import is_undone


@pytest.mark.parametrize(
    ("said", "undone"),
    [
        ("are still to be", True),
        ("have yet to be", True),
        ("need to be", True),
        ("yet to", True),
        ("left to", True),
        ("have to", True),
        ("had to be", False),
        ("happen to be", False),
        ("turned out to be", False),
        ("went to", False),
        ("to", False),
        ("", False),
    ],
)
def test_what_is_to_be_done(said: str, undone: bool) -> None:
    """`to be` and `yet to`, but not what had to be done or happens to be so."""
    assert is_undone(said.split()) is undone


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("the entry form isn't signed", "the not entry form signed"),
        ("whose entry form was never signed", "whose not entry form signed"),
        ("an entry form has not yet been signed", "an not entry form signed"),
        ("the entry form is signed", "the entry form is signed"),
        ("the entry is not signed", "the entry is not signed"),
        ("the entry form, not signed", "the entry form not signed"),
    ],
)
def test_a_yes_or_no_is_denied_before_its_name(said: str, read: str) -> None:
    """Where all of the name stands around the verb, and no comma does."""
    flags = [("entry", "form", "signed")]
    assert " ".join(token.low for token in recut(tokens(clean(said)), lambda _: True, [], (), flags)) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("how much did the group make in 2024", "how much did we make in 2024"),
        ("what has the company spent", "what has we spent"),
        ("the members of the group have", "the members of the group have"),
        ("by patient group", "by patient group"),
        ("bills in Co. Orm", "bills in Co Orm"),
        ("the group of order 5", "the group of order 5"),
    ],
)
def test_who_we_are_and_dots_of_short_words(said: str, read: str) -> None:
    """`the group makes` are we; a group that has members is one of the data. The dot of `Co.` ends nothing."""
    assert clean(said) == read


def test_plurals_with_a_hyphen() -> None:
    """`check-ups` is more than one check-up; `UPS` is a name."""
    assert [token.lemma for token in tokens("check-ups and sign-ins by UPS ups")] == [
        "check", "up", "and", "sign", "in", "by", "ups", "ups",
    ]  # fmt: skip
