"""Synonyms and the words of the grammar: general English, and nobody's data."""

import re
from pathlib import Path

import pytest

from aos.core.errors import BadSettings
from aos.core.settings import REPOSITORY, Settings
from aos.farm.generators.catalog import GENERATORS
from aos.nlq.cues import CUES, is_stop
from aos.nlq.synonyms import SynonymFiles
from aos.nlq.text import words


def test_no_name_of_a_pipe_stands_in_the_code() -> None:
    """Neither a field of more than one word, nor a vendor, nor a generator."""
    places = ((REPOSITORY / "aos" / "nlq", "*.py"), (REPOSITORY / "aos" / "nlq", "*.toml"))
    files = [path for place, which in places for path in place.rglob(which)]
    files += (REPOSITORY / "seeds" / "nlq").glob("*.yaml")
    assert {"cues.py", "grammar.toml", "synonyms.yaml", "verbs.yaml"} <= {path.name for path in files}
    text = "\n".join(path.read_text().lower() for path in files)
    names = {field.name for generator in GENERATORS.values() for field in generator.fields if "_" in field.name}
    names |= {name for generator in GENERATORS.values() for name in (generator.name, generator.vendor)}
    found = sorted(name for name in names if re.search(rf"\b{re.escape(name)}\b", text))
    assert found == []


def test_every_phrase_of_the_grammar_can_be_met() -> None:
    """Its words are cut as a question's are: a phrase that no tokens make would never be read."""
    for phrase in CUES:
        assert all(word and " " not in word for word in phrase)
    assert not is_stop("revenue")


def test_a_group_makes_phrases_equal(tmp_path: Path) -> None:
    """Each phrase of a group is the same concept, within a longer name too, joints left out."""
    synonyms = SynonymFiles(Settings(data_dir=tmp_path)).now()
    cogs, cost = synonyms.sets(words("cogs")), synonyms.sets(("cost", "revenue"))
    assert set(cogs) & set(cost)
    assert synonyms.sets(("zorvax",)) == [frozenset({"zorvax"})]


def test_a_user_s_file_adds_and_a_bad_one_is_left_out(tmp_path: Path) -> None:
    """Read again when it changes; the shipped groups stay."""
    files = SynonymFiles(Settings(data_dir=tmp_path))
    before = files.now()
    assert files.now() is before
    (tmp_path / "nlq").mkdir()
    (tmp_path / "nlq" / "a.yaml").write_text("same: [[zorvax, mibel]]")
    (tmp_path / "nlq" / "b.yaml").write_text("same: {no: list}\n")
    (tmp_path / "nlq" / "c.yaml").write_text("surprise: [1]\n")
    after = files.now()
    assert set(after.sets(("zorvax",))) & set(after.sets(("mibel",)))
    assert len(after.groups) == len(before.groups) + 2


def test_shipped_words_that_can_t_be_used_stop_the_start(tmp_path: Path) -> None:
    """The file is named."""
    (tmp_path / "nlq").mkdir()
    (tmp_path / "nlq" / "synonyms.yaml").write_text("same: [1]")
    with pytest.raises(BadSettings, match=r"synonyms\.yaml"):
        SynonymFiles(Settings(seeds_dir=tmp_path, data_dir=tmp_path / "data")).now()
