"""Names that a verb parts."""

from pathlib import Path

from aos.core.settings import Settings
from aos.nlq.parted import put_together
from aos.nlq.synonyms import SynonymFiles
from aos.nlq.text import tokens


def test_a_verb_s_noun_is_put_behind_each_noun_before_it(tmp_path: Path) -> None:
    """The verb is gone; places of the question are known in the new one."""
    synonyms = SynonymFiles(Settings(data_dir=tmp_path)).now()
    made = list(put_together(tokens("how much quib did the mill consume in 2024"), synonyms, {"consumption"}))
    assert [[token.low for token in each.tokens] for each in made] == [
        ["how", "much", "quib", "consumption", "did", "the", "mill", "in", "2024"],
        ["how", "much", "quib", "did", "the", "mill", "consumption", "in", "2024"],
    ]
    assert [made[0].moved(at) for at in (2, 3, 5, 7, 8)] == [2, 4, 6, 7, 8]


def test_nothing_is_put_together_without_a_name_for_it(tmp_path: Path) -> None:
    """The data must have the verb's noun."""
    synonyms = SynonymFiles(Settings(data_dir=tmp_path)).now()
    assert list(put_together(tokens("how much quib did we consume"), synonyms, {"quib"})) == []
