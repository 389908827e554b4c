"""Measures named by more or less than their name."""

from pathlib import Path

import pytest

from aos.core.settings import Settings
from aos.nlq.parted import put_together
from aos.nlq.synonyms import SynonymFiles, Synonyms
from aos.nlq.text import tokens


@pytest.fixture
def synonyms(tmp_path: Path) -> Synonyms:
    return SynonymFiles(Settings(data_dir=tmp_path)).now()


def test_what_is_done_with_things_anyway(synonyms: Synonyms) -> None:
    """Orders are placed; of people that says more."""
    assert "order" in synonyms.acts["placed"]
    assert not synonyms.acts["placed"] & synonyms.persons


@pytest.mark.parametrize(("said", "put"), [("how many maps did we print", True), ("how many maps print", False)])
def test_what_somebody_did_is_looked_for_as_a_name(synonyms: Synonyms, said: str, *, put: bool) -> None:
    """`maps did we print` may be `maps_printed`."""
    variants = ["".join(f"{token.low} " for token in each.tokens) for each in
        put_together(tokens(said), synonyms, {"map", "printed"})]  # fmt: skip
    assert any("maps printed" in each for each in variants) == put
