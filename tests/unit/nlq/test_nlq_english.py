"""English at large: forms of verbs and adjectives, the dictionary, and where a verb says nothing of its own."""

from pathlib import Path

import pytest

from aos.core.settings import Settings
from aos.nlq.cover import Question
from aos.nlq.cues import Cue
from aos.nlq.english import Dictionary, compared, forms
from aos.nlq.fields import Pipe
from aos.nlq.lexicon import Lexicon
from aos.nlq.synonyms import SynonymFiles, Synonyms
from aos.nlq.text import tokens
from tests.unit.nlq.pipes import a_pipe


@pytest.fixture
def synonyms(tmp_path: Path) -> Synonyms:
    return SynonymFiles(Settings(data_dir=tmp_path)).now()


@pytest.fixture
def pipe() -> Pipe:
    return a_pipe("zorvax", numbers=("quib_cost",), texts=("shade",))


@pytest.mark.parametrize(
    ("entry", "made"),
    [
        ("pull", ("pull", "pulls", "pulled", "pulling")),
        ("charge", ("charge", "charges", "charged", "charging")),
        ("carry", ("carry", "carries", "carried", "carrying")),
        ("log", ("log", "logs", "logged", "logging")),
        ("reach", ("reach", "reaches", "reached", "reaching")),
        ("go goes went gone going", ("go", "goes", "went", "gone", "going")),
    ],
)
def test_forms_of_a_verb(entry: str, made: tuple[str, ...]) -> None:
    """A word alone is regular; of another verb all forms are given."""
    assert forms(entry) == made


def test_forms_of_an_adjective() -> None:
    """Comparative and superlative."""
    assert compared("cheap") == ("cheaper", "cheapest")
    assert compared("large") == ("larger", "largest")
    assert compared("heavy") == ("heavier", "heaviest")


async def test_the_dictionary_has_words_and_no_slips() -> None:
    """Only what it does not have may be a slip for a near name."""
    dictionary = Dictionary()
    await dictionary.ready()
    assert all(word in dictionary for word in ("three", "back", "produced", "cheapest"))
    assert not any(word in dictionary for word in ("invocies", "revanue", "departement"))


def test_adjectives_compare_by_a_measure(synonyms: Synonyms) -> None:
    """`heaviest` is the maximum of what is named by weight, `cheaper than` a limit on a price."""
    assert synonyms.cues["heaviest",][0][:2] == Cue("max")[:2]
    assert "weight" in synonyms.cues["heaviest",][0].by
    assert synonyms.cues["cheaper", "than"][0][:2] == ("cmp", "lt")
    assert synonyms.cues["most", "expensive"][0].kind == "max"
    assert synonyms.cues["how", "old"][0].kind == "much"


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("how much quib cost did we rack up", []),
        ("which shade generates the most quib cost", []),
        ("quib cost that went to shade", []),
        ("holding quib cost", ["holding"]),
        ("cost of living", ["living"]),
        ("disputed quib cost", ["disputed"]),
        ("recorded quib cost", ["recorded"]),
        ("land quib cost", ["land"]),
    ],
)
def test_a_verb_says_nothing_and_an_adjective_does(
    question: str, left: list[str], synonyms: Synonyms, pipe: Pipe
) -> None:
    """A neutral verb is passed over where it is one; before a noun it may pick some of the rows."""
    cut = Question(tokens(question), synonyms, {"land", "disputed"})
    lexicon = Lexicon(pipe, synonyms)
    pieces = cut.cover(lexicon, cut.heard(lexicon, lexicon.vocabulary.__contains__))
    assert [piece.text for piece in pieces if piece.kind == "unknown"] == left


def test_a_word_of_the_dictionary_is_no_slip(synonyms: Synonyms) -> None:
    """A word that is near to a name, and a word of its own."""
    lexicon = Lexicon(a_pipe("zorvax", texts=("mibelon",)), synonyms)
    for known, near in ((frozenset[str](), True), (frozenset({"mibelan"}), False)):
        cut = Question(tokens("zorvax by mibelan"), synonyms, known)
        assert bool(cut.heard(lexicon, lexicon.vocabulary.__contains__).near) is near


def test_units_are_no_part_of_a_name(synonyms: Synonyms) -> None:
    """`weight` is `weight_kg`; a unit that is the thing itself stays."""
    lexicon = Lexicon(a_pipe("zorvax", numbers=("quib_kg", "mibel_share_pct", "lost_thing")), synonyms)
    cut = Question(tokens("quib"), synonyms)
    assert [target.field.name for target in lexicon.named(cut.part(tokens("quib"))) if target.field] == ["quib_kg"]
    assert not lexicon.named(cut.part(tokens("lost")))
