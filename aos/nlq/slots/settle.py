"""What the slots of a question mean together, and what of them can't be meant."""

from aos.nlq.asked import Refusal
from aos.nlq.fields import Field
from aos.nlq.lexicon import WHOLE, Target
from aos.nlq.phrase import PERCENT, plural
from aos.nlq.slots.contradictions import refuse_contradictions
from aos.nlq.slots.course import drawn, grain_by_deed, is_course
from aos.nlq.slots.family import settle_families
from aos.nlq.slots.figures import MOST_ROWS
from aos.nlq.slots.headline import headline, is_money
from aos.nlq.slots.money import is_given_back, pay_headline
from aos.nlq.slots.parts import split_share
from aos.nlq.slots.pieces import MANY, SUPERLATIVES, Pieces
from aos.nlq.slots.several import settle_several
from aos.nlq.slots.tall import settle_tall
from aos.nlq.slots.whether import refuse_whether
from aos.nlq.slots.who import are_deeds, asks_who, refuse_who
from aos.nlq.slots.wholes import settle_wholes
from aos.nlq.text import lemma, root, words

_EACH = frozenset(("per", "per each", "for each", "for every", "each", "every", "by each"))


_DOING = frozenset("we they you i he she it".split())
_BESIDE = frozenset(("with", "their", "its"))
_WORTH = frozenset(("value of", "worth of", "combined worth of"))
_PRESENT = frozenset("current currently still now presently remain remains remained remaining".split())


def settle(pieces: Pieces) -> None:
    asked = pieces.asked
    _subset(pieces)
    _passed_over(pieces)
    settle_tall(pieces)
    settle_families(pieces)
    if asked.wholes:
        settle_wholes(pieces)
        return
    if asked.figures:
        settle_several(pieces)
        return
    if asked.wanted or asked.limits:
        return
    refuse_who(pieces)
    _moment(pieces)
    asked.course = is_course(pieces)
    _superlatives(pieces)
    _percent(pieces)
    _listed_with(pieces)
    if asked.share:
        split_share(pieces)
    if asked.ranked and not (asked.groups or asked.grain or asked.of_rows):
        if not pieces.entities and not _ranks_figures(pieces):
            raise Refusal("not_understood", "I do not understand what is to be ranked.")
        asked.of_rows = not asked.grain
    if asked.ranked and not asked.measures and not asked.counted:
        _what_ranks(pieces)
    if asked.of_rows:
        asked.together = _together(pieces)
    if asked.of_rows and any(pieces.asks_how_many(n) for n in range(len(pieces))):
        raise Refusal("not_supported", "How many of the first ones meet a condition is not told; list them, and look.")
    several = asked.many if asked.of_rows else asked.plural
    _all_in_order(pieces)
    if asked.ranked and asked.limit is None and not several and pieces.said(*SUPERLATIVES):
        asked.limit = 1
    _per_group(pieces)
    if asked.functions and pieces.entities and not asked.measures and not asked.counted and not asked.of_rows:
        _of_what(pieces)
    if asked.functions and asked.distinct and not (asked.measures or asked.counted or asked.wanted):
        _of_things(pieces, asked.distinct)
    if pieces.said("much") and not (asked.measures or asked.distinct or asked.counted or asked.ranked):
        _how_much(pieces)
    if not (asked.measures or asked.distinct or pieces.entities):
        _what_is_asked(pieces)
    if pieces.entities and not asked.measures and not asked.distinct and not asked.rows:
        figures = (
            asked.counted,
            asked.groups,
            asked.grain,
            asked.share,
            asked.exists,
            asked.trend,
            asked.change,
            asked.versus,
            asked.functions,
        )
        asked.rows = not any(figures)
        asked.counted = asked.counted or not asked.rows
    refuse_contradictions(pieces)
    grain_by_deed(pieces)
    drawn(pieces)


def _all_in_order(pieces: Pieces) -> None:
    """`cost by team, highest to lowest`: all of them; of the first ones somebody says so."""
    asked = pieces.asked
    ordered = pieces.said("descending", "ascending") or any(
        " to " in piece.text for piece in pieces.all if piece.cue("best")
    )
    first = pieces.said(*SUPERLATIVES, "which") and not asked.functions
    if ordered and asked.ranked and not asked.of_rows and asked.limit is None and not first:
        asked.limit = MOST_ROWS


def _subset(pieces: Pieces) -> None:
    """`of the invoices from 2024, how many are …`: the condition comes last, and there is none that is known."""
    last = pieces.all[-1]
    if "of" in pieces.all[0].before and last.cue("count") and last.apart:
        raise pieces.odd(len(pieces) - 1)


def _together(pieces: Pieces) -> str:
    """`total of the 5 largest invoices`; of `5 largest invoices by total amount` the sum is no sum of theirs."""
    first = next((n for n, piece in enumerate(pieces.all) if any(map(piece.cue, SUPERLATIVES))), 0)
    said = next((kind for kind in ("sum", "avg") for piece in pieces.all[:first] if piece.cue(kind)), "")
    if said and pieces.asked.limit is None:
        raise Refusal("not_supported", "Of how many of them together? Say `of the 5 largest`.", words=(said,))
    return said


def _ranks_figures(pieces: Pieces) -> bool:
    """`5 biggest refunds`: rows by it, or the periods that a row is one of."""
    asked, period = pieces.asked, pieces.pipe.period
    if not asked.limit or len(asked.measures) != 1 or asked.measures[0].kind != "number":
        return False
    if pieces.pipe.periodic and period is not None:
        asked.grain = period.look.grain
    return True


def _listed_with(pieces: Pieces) -> None:
    """`list the overdue invoices with their amount`: the rows, and what each of them has."""
    asked = pieces.asked
    others = (asked.functions, asked.groups, asked.grain, asked.trend, asked.change, asked.versus, asked.share)
    if not (pieces.measured and pieces.entities) or any(others) or asked.ranked or asked.counted:
        return
    at = pieces.measured[0]
    beside = pieces.entities[0] < at and {*pieces.all[at].before} & _BESIDE
    if beside and any(pieces.said_at(k, "list", "ask") for k in range(pieces.entities[0])):
        asked.rows, asked.shown, asked.measures = True, asked.measures, []


def _passed_over(pieces: Pieces) -> None:
    """Words without a meaning of their own mostly: not before what they pick rows by."""
    asked = pieces.asked
    said = {word for piece in pieces.all for word in (*piece.before, *piece.after)}
    told_by = asked.groups and not (asked.measures or (asked.counted and pieces.entities))
    if "only" in said and asked.filters and (asked.distinct is not None or told_by):
        raise Refusal("not_supported", "What has nothing else than that is not told.", words=("only",))
    ends = [field for field in pieces.pipe.dates if field.look.nulls]
    what = plural((pieces.pipe.facts.entity_scope or "row").replace("_", " "), 2)
    plain = pieces.entities and not (asked.measures or asked.filters or asked.times or asked.groups or asked.distinct)
    if said & _PRESENT and plain and ends:
        choices = (f"all {what}", *(f"{what} without {field.label}" for field in ends))
        raise Refusal("ambiguous", "Which of them are meant?", words=tuple(sorted(said & _PRESENT)), choices=choices)
    stock = {lemma(word) for n in pieces.entities for word in pieces.all[n].text.split()} & pieces.synonyms.stocks
    if stock and not asked.measures and (asked.times or asked.change or asked.trend or asked.grain):
        text = f"How many there were at a time is not told; ask for {what} by a date of theirs."
        raise Refusal("ambiguous", text, words=tuple(stock),
            choices=tuple(f"{what} by {field.label}" for field in pieces.pipe.dates), weak=True)  # fmt: skip


def _moment(pieces: Pieces) -> None:
    """`when was revenue highest`: the period. Of `when was the latest ticket opened` the date is a measure already."""
    asked, period = pieces.asked, pieces.pipe.period
    ends = [function for function in asked.functions if function in ("max", "min")]
    if not asked.moment or asked.of_rows or (asked.measures and asked.measures[0].kind == "date"):
        return
    if not ends or not asked.measures or period is None or not pieces.pipe.periodic:
        raise Refusal("not_understood", "I do not understand whose date is asked for.")
    asked.grain, asked.ranked, asked.descending, asked.limit = period.look.grain, True, ends[0] == "max", 1
    asked.functions = [each for each in asked.functions if each not in ends]


def _percent(pieces: Pieces) -> None:
    """`what percentage did it grow by`: no share, but a change in percent. `the margin in percent` is as it stands."""
    asked = pieces.asked
    if asked.share and asked.change and not asked.filters:
        asked.share, asked.percent = False, True
    if not asked.percent or asked.share or asked.change or asked.versus:
        return
    if not asked.measures or any((field.unit or "").lower() not in PERCENT for field in asked.measures):
        raise Refusal("not_understood", "I do not understand of what the percentage is asked for.")
    asked.percent = False


def _per_group(pieces: Pieces) -> None:
    """`average invoices per vendor`, `how many invoices per vendor on average`: rows by vendors that have some. Of
    `average invoice per vendor` it is the figure of an invoice."""
    asked = pieces.asked
    if asked.per_grain and asked.functions == ["avg"] and not asked.measures and pieces.entities and asked.many:
        asked.counted = asked.counted or not pieces.said("much")  # `average invoices per month`
    each = any(piece.cue("group") and piece.text in _EACH for piece in pieces.all)
    rows = asked.counted or (pieces.entities and asked.many)
    if asked.functions != ["avg"] or len(asked.groups) != 1 or asked.measures or asked.ranked or not (each and rows):
        return
    if asked.grain or asked.trend or asked.change or asked.versus or asked.share or pieces.said("much"):
        return
    asked.counted = asked.per_group = True


def _superlatives(pieces: Pieces) -> None:
    """`largest invoice by net amount` is a record where what a row is called stands behind the superlative; else it is
    the highest figure. `highest average salary by department` ranks."""
    asked = pieces.asked
    ends = [function for function in asked.functions if function in ("max", "min")]
    if ends and asked.per_grain and pieces.entities and asked.measures and not asked.many:
        raise Refusal("not_supported", "Is that of one record, or of all in a period together? Say which.")
    if ends and asked.per_grain and pieces.entities and not asked.measures:
        if not pieces.said("count") and not any(piece.text in MANY for piece in pieces.all):
            raise Refusal("not_supported", "The largest record of a period is told for one period; say which.")
        asked.counted = True  # `the most orders in a month`
        return
    if not ends or not asked.measures or asked.measures[0].kind == "date":
        if ends and pieces.entities and not asked.measures and _of_amounts(pieces):
            asked.measures = [headline(pieces, pieces.pipe.numbers())]
        elif ends and pieces.entities and not asked.measures:
            asked.ranked, asked.descending = True, ends[0] == "max"
            asked.functions = []
        return
    if pieces.entities and not asked.groups and not asked.grain and _of_entity(pieces):
        asked.of_rows = asked.ranked = True
        asked.descending, asked.functions = ends[0] == "max", []


def _of_amounts(pieces: Pieces) -> bool:
    """`the smallest amount of a deal` is an amount, not a deal."""
    return any(
        pieces.said_at(n, "max", "min") and pieces.all[n + 1].text in ("amount of", "value of")
        for n in range(len(pieces) - 1)
    )


def _of_entity(pieces: Pieces) -> bool:
    at = next((n for n, piece in enumerate(pieces.all) if piece.cue("max") or piece.cue("min")), -1)
    first = pieces.entities[0]
    if first == at + 1 and first + 1 in pieces.measured:
        return False  # `the smallest opportunity amount`
    return first == at + 1 or (first < at and any(piece.cue("which") for piece in pieces.all[: first + 1]))


def _what_ranks(pieces: Pieces) -> None:
    """What a ranking goes by where nobody says: the number of rows where they are named, else the headline figure."""
    asked = pieces.asked
    if asked.of_rows:
        asked.measures = [headline(pieces, pieces.pipe.numbers())]
    elif not pieces.entities and any("money" in (*piece.before, *piece.after) for piece in pieces.all):
        asked.measures = [headline(pieces, [field for field in pieces.pipe.numbers() if is_money(pieces, field)])]
    elif pieces.entities or any(each.field.kind == "bool" for each in asked.filters):
        asked.counted = True  # also `which team has the most first aiders`
    elif _is_asked_of_rows(pieces):
        asked.distinct, asked.groups, asked.ranked = asked.groups[0], [], False
        asked.which = not asked.plural
    elif not pieces.limits_on_numbers():
        raise Refusal("not_understood", "I do not understand by what this is to be ranked.")
    else:
        asked.ranked = asked.limit is not None


def _is_asked_of_rows(pieces: Pieces) -> bool:
    """`which industry is Garnet in`, `which vendors are overdue`: what the rows have that meet a condition."""
    asked = pieces.asked
    return (
        len(asked.groups) == 1 and (bool(asked.filters) or _are_had(pieces)) and asked.limit is None
        and pieces.said("which") and not pieces.said(*SUPERLATIVES, "rank", "best", "worst")
    )  # fmt: skip


def _are_had(pieces: Pieces) -> bool:
    """`which departments do we have`: all that there are."""
    others = [piece for piece in pieces.all if not (piece.targets or piece.cue("which"))]
    there = any(piece.cue("exists") or piece.cue("flow") for piece in others)
    said = [*pieces.all[-1].after, *(word for piece in pieces.all for word in piece.before)]
    return pieces.asked.plural and len(pieces) == 2 + there and len(others) == there and (there or "have" in said)


def _of_what(pieces: Pieces) -> None:
    """`average invoice`, `total value of the orders`: the figure that a row is known by. `total orders` may also be how
    many there are."""
    asked = pieces.asked
    field = headline(pieces, pieces.pipe.numbers())
    done = any(pieces.all[n].text.endswith("ed") for n in pieces.entities)  # `total invoiced`
    done = done or any(piece.cue("sum") and piece.text.endswith(" of") for piece in pieces.all)  # `total of the bills`
    if asked.functions == ["sum"] and not pieces.said("much") and not done:
        what = plural((pieces.pipe.facts.entity_scope or "row").replace("_", " "), 2)
        choices = (f"number of {what}", f"total {field.label}")
        raise Refusal("ambiguous", f"Is the number of {what} meant, or the total {field.label}?", choices=choices)
    asked.measures = [field]


def _totalled(pieces: Pieces) -> int | None:
    """The place of what was done with all of them: `total invoiced for crowns`, of rows that are invoices."""
    row = {root(word) for word in words(pieces.pipe.facts.entity_scope or "")[-1:]}
    for n, piece in enumerate(pieces.all[1:], 1):
        paid = any(cue.kind == "pay" for cue in pieces.synonyms.cues.get((piece.text,), ()))
        done = piece.text.endswith("ed") or piece.text in ("paid", "spent")
        if pieces.said_at(n - 1, "sum") and done and (paid or root(piece.text) in row):
            return n
    return None


def _of_things(pieces: Pieces, field: Field) -> None:
    """`total suppliers` is how many there are; of `average supplier` nobody says what of them."""
    named = [n for n, piece in enumerate(pieces.all) if any(target.field == field for target in piece.targets)]
    many = any(pieces.said_at(n - 1, "sum") and pieces.all[n].text != lemma(pieces.all[n].text) for n in named)
    if pieces.asked.functions != ["sum"] or not many:
        raise Refusal("not_understood", f"I do not understand what of each {field.label} is meant.")
    pieces.asked.counted = True


def _how_much(pieces: Pieces) -> None:
    """`how much did we invoice them`, `how much is overdue`: the money that a row is known by."""
    asked = pieces.asked
    if pieces.are_of_persons():
        return
    verbs = {word for n in pieces.entities for word in pieces.all[n].text.split()}
    done = any(_DOING & {*pieces.all[n].before} for n in pieces.entities)
    paid = any(cue.kind == "pay" for word in verbs for cue in pieces.synonyms.cues.get((word,), ()))
    conditions = [each for each in asked.filters if each.field.kind == "text"]
    worth = any(_is_worth_of(pieces, n) for n in range(len(pieces)))
    if not ((done and paid) or worth or (conditions and not pieces.entities)) or (asked.groups and not worth):
        return
    money = [field for field in pieces.pipe.numbers() if is_money(pieces, field) and not is_given_back(pieces, field)]
    if pieces.said("flow"):  # what comes in is nothing that is paid back
        less = pieces.synonyms.deducted | pieces.synonyms.lower_is_better
        money = [field for field in money if not less & {*field.words}]
    if money:
        asked.measures = [headline(pieces, money)]
        asked.how.append(WHOLE)


def _is_worth_of(pieces: Pieces, n: int) -> bool:
    """`value of the orders`, `worth of all open deals`, `how much are the deals worth`."""
    if pieces.all[n].text == "worth":
        return bool(pieces.entities)
    first = next((at for at in pieces.entities if at > n), None)
    if pieces.all[n].text not in _WORTH or first is None:
        return False
    told = (any(_says_which(target) for target in piece.targets) for piece in pieces.all[n + 1 : first])
    return all(told)


def _says_which(target: Target) -> bool:
    return target.kind == "value" or (target.field is not None and target.field.kind == "bool")


def _what_is_asked(pieces: Pieces) -> None:
    """No measure, no field and no kind of record is named."""
    asked = pieces.asked
    limits = pieces.limits_on_numbers()
    if asked.functions == ["sum"] and not (asked.counted or asked.ranked) and (done := _totalled(pieces)) is not None:
        pay_headline(pieces, done)
        return
    who = asks_who(pieces)
    if who:
        asked.rows = asked.rows or not (asked.counted or asked.groups or asked.functions or asked.ranked)
    told_by = asked.groups and (asked.filters or pieces.said("breakdown"))  # `overdue by vendor`, `gender split`
    if told_by and not (limits or asked.functions or asked.ranked):
        asked.counted = True
    deeds = are_deeds(pieces)
    if deeds and (asked.groups or asked.grain) and not (limits or asked.functions or asked.ranked):
        asked.counted = True
    if limits and asked.grain:
        asked.measures = [limits[0].field]  # `in which quarters was revenue over 60m`
    elif asked.functions not in ([], ["sum"]) or not (asked.counted or asked.rows or asked.exists or asked.share):
        refuse_whether(pieces)
        raise Refusal(
            "not_understood", "I do not understand what is asked for: no measure and no kind of record is named."
        )
    elif asked.filters or (asked.groups and asked.counted) or who or (deeds and asked.counted):
        what = (pieces.pipe.facts.entity_scope or "row").replace("_", " ")
        asked.how.append(WHOLE)
        asked.unnamed = True
        asked.assume(f"{plural(what, 2)} of {pieces.pipe.label} are meant")
    elif not pieces.pipe_is_named:
        raise Refusal("not_understood", "I do not understand what is to be counted.")
