"""Phrases that say whether an amount has something in it."""

from pathlib import Path

import pytest

from aos.core.settings import Settings
from aos.nlq.synonyms import SynonymFiles
from aos.nlq.text import tokens
from aos.nlq.within import within_at


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("including tax", "with"),
        ("incl. VAT", "with"),
        ("tax included", "with"),
        ("inclusive of all the taxes", "with"),
        ("excl VAT", "without"),
        ("shipping not included", "without"),
        ("before any discount", "before"),
        ("after discounts", "after"),
        ("net of sales tax", "off"),
        ("excluding shipping costs", "without"),
        ("including Norway", ""),
        ("tax by region", ""),
        ("before March", ""),
    ],
)
def test_what_is_in_an_amount_is_read(said: str, how: str, tmp_path: Path) -> None:
    """With the whole phrase taken; a place or a day is nothing that an amount has in it."""
    read = tokens(said)
    found = list(within_at(read, 0, SynonymFiles(Settings(data_dir=tmp_path)).now()))
    assert [cue.of for cue, end in found if end == len(read)] == ([how] if how else [])


def test_all_words_for_one_thing_are_one(tmp_path: Path) -> None:
    """A question may call it VAT where the data call it tax."""
    synonyms = SynonymFiles(Settings(data_dir=tmp_path)).now()
    (vat, _), *_ = within_at(tokens("with VAT"), 0, synonyms)
    assert "tax" in vat.by
    assert not vat.by & synonyms.deducted
