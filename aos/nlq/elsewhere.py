"""Where another pipe has a word of the question as well, in a way that makes the answer of this one doubtful."""

from collections.abc import Sequence

from aos.nlq.asked import Asked, Refusal
from aos.nlq.cover import Piece, Question
from aos.nlq.lexicon import BARE, WHOLE, Lexicon
from aos.nlq.phrase import listed
from aos.nlq.text import Token

MANY = 2  # measures that a word may mean in one pipe, so that a field so called in another is one of many
_DOING = frozenset("did do does".split())
_SUBJECTS = frozenset("we they you i".split())


def refuse_better(
    question: Question, lexicon: Lexicon, pieces: Sequence[Piece], tokens: Sequence[Token], lexicons: Sequence[Lexicon]
) -> None:
    """A part of a name here is not what a whole name in another pipe is, unless this pipe is named."""
    names = [piece for piece in pieces if piece.kind == "name"]
    if any(t.kind in ("entity", "pipe") for piece in names for t in piece.targets):
        return
    for piece in names:
        if max(target.how for target in piece.targets) >= WHOLE:
            continue
        part = question.part(tokens[piece.start : piece.end])
        for other in lexicons:
            if other is lexicon:
                continue
            if any(t.kind == "field" and t.how >= BARE and t.field for t in other.named(part)):
                near = tuple(t.field.name for t in piece.targets if t.field)[:5]
                text = (
                    f"`{piece.text}` is in {other.pipe.label}, which has nothing for the rest of the question;"
                    f" {lexicon.pipe.label} has {', '.join(near)}."
                )
                raise Refusal("not_understood", text, words=(piece.text,), nearest=near)


def refuse_one_of_many(slots: Asked, refused: Sequence[Refusal]) -> None:
    """`our costs` is a field of one pipe and a word for many in another, and nothing says which pipe is meant."""
    bound = slots.filters or slots.groups or slots.rows or slots.counted or slots.named
    if bound or len(slots.measures) != 1 or len(slots.measures[0].words) > 1 or slots.pipe.periodic:
        return
    for other in refused:
        meant = other.choices or other.nearest
        if other.reason in ("ambiguous", "not_understood") and not other.weak and len(meant) > MANY:
            choices = (slots.measures[0].name, *meant)
            text = f"`{' '.join(other.words)}` may be {listed(choices, 'or')}: say which, or of which pipe."
            raise Refusal("ambiguous", text, words=other.words, choices=choices)


def refuse_figure(question: Question, slots: Asked, lexicons: Sequence[Lexicon]) -> None:
    """`how many people did we hire` counts rows here, and the joiners of another pipe is a figure of that name."""
    if not slots.counted or slots.measures or slots.named or slots.filters:
        return
    tokens = question.tokens
    for n in range(2, len(tokens)):
        if tokens[n - 1].low not in _SUBJECTS or tokens[n - 2].low not in _DOING:
            continue
        for other in lexicons:
            named = () if other.pipe is slots.pipe else other.named(question.part([tokens[n]]))
            found = [t.field for t in named if t.field and t.field.kind == "number" and t.how >= WHOLE]
            if found:
                what = (slots.pipe.facts.entity_scope or "row").replace("_", " ")
                choices = (f"number of {what}s of {slots.pipe.label}", f"{found[0].name} of {other.pipe.label}")
                said = tokens[n].text
                raise Refusal("ambiguous", f"`{said}` is counted in two pipes.", words=(said,), choices=choices)
