"""Tokens, lemmas and amounts of questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.nlq.numbers import Amount, amount_at, scale_of
from aos.nlq.text import clean, lemma, root, tokens, undoubled, words


@pytest.mark.parametrize(
    "name", ["total_amount", "totalAmount", "Total amounts", "TOTAL-AMOUNT", "total amount", "total\u200b_amount"]
)
def test_names_are_cut_alike_however_they_are_spelled(name: str) -> None:
    """Snake, camel, capitals, hyphens, plurals and stray characters make no other name."""
    assert words(name) == ("total", "amount")


def test_a_question_is_cut_into_words_numbers_and_days() -> None:
    """Contractions are words, R&D and 10k are one each, quotes are a value as it stands."""
    cut = [token.low for token in tokens(clean("What’s R&D over $10k on 2024-03-05, isn't it “Acme Ltd”?"))]
    assert cut == ["what", "is", "r&d", "over", "$10k", "on", "2024-03-05", "is", "not", "it", "acme ltd"]


@pytest.mark.parametrize(
    ("word", "single"),
    [("invoices", "invoice"), ("companies", "company"), ("taxes", "tax"), ("status", "status"), ("gross", "gross")],
)
def test_a_lemma_is_the_singular(word: str, single: str) -> None:
    """As far as endings tell it."""
    assert lemma(word) == single


def test_a_root_has_no_ending_of_a_verb() -> None:
    """What is hired, hires and hiring is one thing."""
    assert {root(word) for word in ("hired", "hires", "hiring", "hire")} == {"hir"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10k", Amount(10_000)),
        ("$2.5m", Amount(2_500_000, "USD")),
        ("1,000", Amount(1_000)),
        ("5 %", Amount(5, percent=True)),
        ("20 percent", Amount(20, percent=True)),
        ("two hundred thousand", Amount(200_000)),
        ("3.5 million euros", Amount(3_500_000, "EUR")),
        ("10k+", Amount(10_000, more=True)),
        ("0.1", Amount(0.1)),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: Amount) -> None:
    """Money words, scales, percent; exact in decimals."""
    assert amount_at(tokens(text), 0) == (amount, len(tokens(text)))


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_cut(text: str) -> None:
    """Tokens stand in the cleaned text where they say, and hold no control characters."""
    plain = clean(text)
    assert plain == clean(plain)
    for token in tokens(plain):
        assert token.text.isprintable()
        assert token.low


@pytest.mark.parametrize(
    ("text", "scale"), [("50", 1), ("55 million", 10**6), ("10k", 1_000), ("2 hundred thousand", 100_000), ("5 %", 1)]
)
def test_the_scale_of_an_amount(text: str, scale: int) -> None:
    """What the figure that is written is multiplied by."""
    assert scale_of(text) == scale


def test_doubled_letters_are_one() -> None:
    """`chanel` is `channel` as it is heard; other letters count."""
    assert undoubled("channel") == undoubled("chanel") == "chanel"
    assert undoubled("chance") != undoubled("channel")
