"""What changed: grew, fell, is higher than it was."""

from aos.nlq.asked import Refusal
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces

_LOWER = frozenset("lower smaller less fewer worse".split())
_UP = frozenset(
    "grow grew grown growing growth increase increased increases increasing rise rose risen rising climb climbed jump"
    " jumped expand expanded up".split()
)
_DOWN = frozenset(
    "decrease decreased decreasing decline declined declining drop dropped dropping fall fell fallen falling shrink"
    " shrank shrunk contract contracted reduce reduced down".split()
)
_CHANGES = frozenset("change increase decrease growth decline drop rise fall improvement difference jump".split())
_AUXILIARY = frozenset("did does do has have had".split())


def read_change(pieces: Pieces, n: int) -> None:
    """Of rows that fall due nothing changes: a word of change right before a date is the verb of that date."""
    behind = pieces.at(n + 1)
    if pieces.all[n].text.startswith("mov") and behind is not None and any(t.kind == "value" for t in behind.targets):
        raise pieces.odd(n)  # `workers who moved to …` are some of them
    _refuse_average(pieces, n)
    if pieces.said_at(n - 1, "and") and n - 2 in pieces.measured:
        raise Refusal("not_supported", "Ask for the figure and for its change one after the other.")
    if pieces.said_at(n - 1, "grain") and pieces.all[n].text in _CHANGES and not pieces.said(*SUPERLATIVES):
        text = "How much each period changed is not told; ask for its trend, or for the change between two."
        raise Refusal("not_supported", text, words=(pieces.all[n].text,))
    pieces.take(n)
    dated = behind is not None and any(t.field is not None and t.field.kind == "date" for t in behind.targets)
    asked = pieces.asked
    asked.change = asked.change or not dated
    asked.percent = asked.percent or any(cue.of == "percent" for cue in pieces.all[n].cues)
    said = set(pieces.all[n].text.split())
    asked.upward = True if said & _UP else False if said & _DOWN else asked.upward


def _refuse_average(pieces: Pieces, n: int) -> None:
    """`average salary increase`: what each got, or how the average went?"""
    said = pieces.all[n]
    if any({"did", "do", "does"} & {*piece.before} for piece in pieces.all[:n]):
        return  # a verb: `how much did the average change`
    if said.text in _CHANGES and not said.before and n - 1 in pieces.measured and pieces.said_at(n - 2, "avg"):
        label = pieces.asked.measures[-1].label
        choices = (f"{said.text} of the average {label}", f"average of each {said.text}")
        raise Refusal("ambiguous", f"Is the {said.text} of the average {label} meant?", choices=choices)


def read_more(pieces: Pieces, n: int) -> None:
    """`more of it in one period than in another`."""
    if len(pieces.asked.times) > 1:
        _refuse_growth_of_growth(pieces, n)
        pieces.take(n)
        pieces.asked.change = True
        pieces.asked.more = "more" if pieces.all[n].text == "more" else "less"


def _refuse_growth_of_growth(pieces: Pieces, n: int) -> None:
    """`did it grow more in one period than in another`: two changes, of which each is told by itself."""
    if any(piece.cue("change") and {*piece.text.split()} & (_UP | _DOWN) for piece in pieces.all):
        text = "Whether it changed more in one period than in another is not told; ask for each change."
        raise Refusal("not_supported", text, words=(pieces.all[n].text,))


def read_higher(pieces: Pieces, n: int) -> None:
    """`how much higher was it in one period than in another`: between two values, or two measures, nothing is told."""
    asked = pieces.asked
    if len(asked.times) < 2 and not pieces.said("against") and not asked.against:
        raise pieces.odd(n)
    _refuse_growth_of_growth(pieces, n)
    pieces.take(n)
    asked.change = True
    asked.more = "less" if pieces.all[n].text.split()[2] in _LOWER else "more"
    asked.counted = asked.counted or bool(pieces.entities and not asked.measures)


def read_against(pieces: Pieces, n: int) -> None:
    pieces.take(n)
    pieces.asked.change = True
    pieces.asked.against = next(cue.of for cue in pieces.all[n].cues if cue.kind == "against")


def read_than(pieces: Pieces, n: int) -> None:
    """`higher than in 2024`: a comparison of two periods."""
    if pieces.asked.times and pieces.all[n].cue("change"):
        pieces.take(n)
        pieces.asked.change = True
