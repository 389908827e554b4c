"""Figures that a question sets: `over 10k`, `between 5 and 10`, `10k or more`, `top 5`, `priority 1`."""

import re
from collections.abc import Container

from aos.nlq import periods
from aos.nlq.asked import Filter, Refusal, Timed
from aos.nlq.fields import Field
from aos.nlq.numbers import Amount, scale_of
from aos.nlq.slots.durations import in_own_unit, is_bare, timed_behind
from aos.nlq.slots.limited import limited_field
from aos.nlq.slots.often import counted_beside
from aos.nlq.slots.pieces import SUPERLATIVES, Pieces
from aos.nlq.text import lemma
from aos.nlq.when import ALWAYS_FROM, When, resolved

MOST_ROWS = 1_000
_SCALE = re.compile(r"\d(?: to | ?[-\u2013] ?)(\d+)")  # `1 to 5`
OPPOSITE = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt", "eq": "ne", "ne": "eq"}


def read_figures(pieces: Pieces) -> None:
    for n in list(pieces.free("amount")):
        _refuse_unsure(pieces, n)
        amount = pieces.all[n].amount
        if amount is not None and (amount.money or scale_of(pieces.all[n].text) > 1):
            pieces.asked.in_ones.add(amount.value)
        _spans(pieces, n)
    for n in list(pieces.free("amount")):
        _rank(pieces, n)
    for n in list(pieces.free("cue")):
        _compared(pieces, n)
        _signed(pieces, n)
    for n in list(pieces.free("amount")):
        _postponed(pieces, n)
    for n in list(pieces.free("amount")):
        _equal(pieces, n)


def _amount(pieces: Pieces, n: int) -> Amount | None:
    """The amount that stands there, untaken."""
    return pieces.all[n].amount if pieces.is_free(n) and pieces.all[n].kind == "amount" else None


def _refuse_unsure(pieces: Pieces, n: int) -> None:
    """`10.000`: ten, or ten thousand?"""
    amount = pieces.all[n].amount
    if amount is not None and amount.unsure:
        said, choices = pieces.all[n].text, (f"{amount.value:g}", f"{amount.value * 1000:,.0f}")
        raise Refusal("ambiguous", f"Is `{said}` {choices[0]} or {choices[1]}?", words=(said,), choices=choices)


def _spans(pieces: Pieces, n: int) -> None:
    """`over the three years 2023 to 2025`: how many they are is said twice."""
    behind = pieces.at(n + 2)
    grain, when = pieces.span(n + 1), behind.when if behind is not None else None
    if not grain or when is None or when.kind != "range" or not (when.of and when.until):
        return
    if when.of.kind != "is" or when.until.kind != "is":
        return
    whole = resolved(when, ALWAYS_FROM)
    amount = _amount(pieces, n)
    if amount is None or amount.value != len(periods.pieces(whole, grain)):
        raise pieces.odd(n)
    for k in (n, n + 1, *([n - 1] if pieces.cue(n - 1, "cmp") and pieces.all[n - 1].text == "over" else [])):
        pieces.take(k)


def _rank(pieces: Pieces, n: int) -> None:
    """`top 5`, `5 largest`, `which 3 vendors … most`, `list 10 invoices`: how many are wanted."""
    amount = _amount(pieces, n)
    if amount is None or amount.value != int(amount.value) or amount.value < 1:
        return
    if amount.money or amount.percent or amount.often:
        return
    if pieces.cue(n - 1, "cmp") or pieces.cue(n + 1, "after"):
        return
    behind = pieces.at(n + 1)
    if behind is not None and behind.targets and all(target.kind == "pipe" for target in behind.targets):
        n_things = n + 2  # `two cloud services`
    else:
        n_things = n + 1
    things = pieces.targets(n_things, "field", "text") or pieces.targets(n + 1, "entity") or pieces.span(n + 1)
    beside = any(pieces.cue(k, *SUPERLATIVES, "newest", "oldest") for k in (n - 1, n + 1))
    if beside or (things and pieces.any_cue(*SUPERLATIVES, "descending", "ascending")):
        pieces.asked.ranked = True
    elif things and pieces.cue(n - 1, "list", "ask"):
        pieces.asked.rows = True
    else:
        return
    pieces.asked.limit = min(int(amount.value), MOST_ROWS)
    pieces.take(n)


def _compared(pieces: Pieces, n: int) -> None:
    if not pieces.is_free(n):
        return
    compared = pieces.all[n].cue("cmp")
    if compared and pieces.all[n].text in ("over", "above", "under", "below"):
        if _over_a_year(pieces, n):
            return
        _refuse_year(pieces, n)
    if compared and (amount := _amount(pieces, n + 1)):
        _limit(pieces, compared.of, amount, n, n + 1, compared.by)
    elif pieces.all[n].cue("between") and pieces.cue(n + 2, "and"):
        low, high = _amount(pieces, n + 1), _amount(pieces, n + 3)
        if low and high:
            _between(pieces, n, low, high)


def _signed(pieces: Pieces, n: int) -> None:
    """`was negative`, `below zero`: of the number that is named."""
    signed = pieces.all[n].cue("signed") if pieces.is_free(n) else None
    if signed is None:
        return
    found = next((t for k in (n - 1, n + 1) if (t := pieces.targets(k, "field", "number"))), [])
    if not found:
        raise pieces.odd(n)
    beside = n - 1 if found is not None and pieces.targets(n - 1, "field", "number") else n + 1
    field = pieces.one(beside, found)
    pieces.take(n)
    pieces.asked.filters.append(Filter(field, signed.of, 0))


def _is_year(pieces: Pieces, n: int) -> bool:
    """Whether an amount may be a year that the data have."""
    amount, period = _amount(pieces, n), pieces.pipe.period
    if amount is None or amount.money or period is None or period.look.first is None or period.look.last is None:
        return False
    there = period.look.first.first.year <= amount.value <= period.look.last.last.year
    return there and "," not in pieces.all[n].text and amount.value == int(amount.value)


def _over_a_year(pieces: Pieces, n: int) -> bool:
    """`revenue over 2025`, `opened over 2025`: a period. Rows, or quarters, may be over a figure as well."""
    amount = _amount(pieces, n + 1)
    if pieces.all[n].text != "over" or amount is None or not _is_year(pieces, n + 1):
        return False
    dated = pieces.targets(n - 1, "field", "date")
    rows = pieces.has_entity() or pieces.spans() or any(pieces.free("when")) or pieces.said("which", "count", "list")
    first = n == 0 and pieces.at(n + 2) is not None and pieces.all[n + 2].apart  # `Over 2024, what did …`
    if not dated and not first and (rows or not any(pieces.targets(k, "field", "number") for k in range(n))):
        return False
    field = pieces.one(n - 1, dated) if dated else None
    when = When("is", period=periods.year(int(amount.value)))
    pieces.asked.times.append(Timed(when, field, f"over {pieces.all[n + 1].text}"))
    pieces.take(n)
    pieces.take(n + 1)
    return True


def _refuse_year(pieces: Pieces, n: int) -> None:
    """`over 2024`: a year of the data, or a limit?"""
    amount = _amount(pieces, n + 1)
    if amount is not None and _is_year(pieces, n + 1):
        said = f"{pieces.all[n].text} {pieces.all[n + 1].text}"
        choices = (f"in {amount.value}", f"more than {amount.value:,}")
        raise Refusal("ambiguous", f"Is the year meant by `{said}`, or a limit?", words=(said,), choices=choices)


def _postponed(pieces: Pieces, n: int) -> None:
    amount = _amount(pieces, n)
    if amount is None:
        return
    behind = pieces.at(n + 1)
    if behind is not None and pieces.is_free(n + 1) and (after := behind.cue("after")):
        _limit(pieces, after.of, amount, n, n + 1)
    elif amount.more:
        _limit(pieces, "ge", amount, n, n)
    elif (
        (pieces.targets(n + 1, "unit") or is_bare(pieces, n + 1))
        and (further := pieces.at(n + 2))
        and (after := further.cue("after"))
    ):
        pieces.take(n + 2)  # `1,000 copies or more`
        _limit(pieces, after.of, amount, n, n)


def _limit(pieces: Pieces, op: str, amount: Amount, first: int, last: int, by: Container[str] = ()) -> None:
    if pieces.cue(first - 1, "not"):
        op = OPPOSITE[op]
        pieces.take(first - 1)
        first -= 1
    if amount.often:
        _how_often(pieces, op, amount, first, last)
        return
    if not amount.money and _counts_rows(pieces, last + 1):
        text = "How many rows something has is not compared here; ask for the number by it, and look."
        raise Refusal("not_supported", text, words=(pieces.all[last].text,))
    _refuse_things(pieces, first, last + 1)
    named = timed_behind(pieces, last + 1) or (
        is_bare(pieces, last + 1) and pieces.targets(first - 1, "field", "number")  # `resolution over 2 days`
    )
    if pieces.span(last + 1) and not (pieces.targets(last + 1, "unit") or named):
        raise pieces.odd(last + 1)  # `for more than 10 years`
    field = limited_field(pieces, first, last + 1, by)
    for n in range(first, last + 1):
        pieces.take(n)
    in_currency(pieces, field, amount)
    _out_of(pieces, last + 1, field)
    value = in_own_unit(pieces, field, fitting(field, amount), first - 1, last + 1)
    pieces.asked.filters.append(Filter(field, op, value, first))


def _how_often(pieces: Pieces, op: str, amount: Amount, first: int, last: int) -> None:
    field = counted_beside(pieces, first, last + 1)
    for n in range(first, last + 1):
        pieces.take(n)
    pieces.asked.filters.append(Filter(field, op, amount.value, first))


def _refuse_things(pieces: Pieces, first: int, behind: int) -> None:
    """`more than 10 welders` are so many things, `headcount over 230` is a number of rows: no figure of a row."""
    values, others = pieces.targets(behind, "value"), pieces.targets(behind, "field", "number")
    if values and not others and not pieces.targets(behind, "unit"):
        said = pieces.all[behind]
        if not said.before and not said.led and said.text != lemma(said.text) and said.text.endswith("s"):
            raise pieces.odd(behind)
    before = pieces.all[first - 1] if first else None
    rows = before is not None and any(target.kind == "entity" for target in before.targets)
    if rows and before is not None and {lemma(word) for word in before.text.split()} & pieces.synonyms.stocks:
        raise pieces.odd(first - 1)


def in_currency(pieces: Pieces, field: Field, amount: Amount) -> None:
    """`over 10k EUR` of amounts whose currency another field names: those in it."""
    other = pieces.pipe.fields.get(field.unit or "")
    if not amount.money or other is None or other.kind != "text":
        return
    if amount.money not in (other.look.values or ()):
        raise Refusal("unknown_value", f"{other.label} has no {amount.money}.", words=(amount.money,))
    wanted = Filter(other, "eq", amount.money)
    if not any(each.field == other for each in pieces.asked.filters):
        pieces.asked.filters.append(wanted)


def _counts_rows(pieces: Pieces, n: int) -> bool:
    """`more than 30 invoices`, `over 5 open tickets`: rows are counted, not a figure of each."""
    while says_which(pieces, n) and n + 1 < len(pieces):
        n += 1
    return (
        bool(pieces.targets(n, "entity")) and not pieces.targets(n, "unit") and not pieces.targets(n, "field", "number")
    )


def says_which(pieces: Pieces, n: int) -> bool:
    """Whether a value, or a yes or no, stands there that says which of the rows are meant: `5 open tickets`."""
    told = pieces.targets(n, "value") or pieces.targets(n, "field", "bool")
    return bool(told) and not pieces.targets(n, "entity")


def _between(pieces: Pieces, n: int, low: Amount, high: Amount) -> None:
    field = limited_field(pieces, n, n + 4)
    for k in range(n, n + 4):
        pieces.take(k)
    percent = low.percent or high.percent
    if low.value > high.value and scale_of(pieces.all[n + 1].text) == scale_of(pieces.all[n + 3].text):
        low, high = high, low
    scale = scale_of(pieces.all[n + 3].text)
    if scale_of(pieces.all[n + 1].text) == 1 and low.value * scale <= high.value:
        low = low._replace(value=low.value * scale)  # `between 50 and 55 million`
        pieces.asked.in_ones.add(low.value)
    if low.often or high.often:
        raise pieces.odd(n)
    for op, end in (("ge", low), ("le", high)):
        value = in_own_unit(pieces, field, fitting(field, end._replace(percent=percent)), n - 1, n + 4)
        pieces.asked.filters.append(Filter(field, op, value, n))


def _equal(pieces: Pieces, n: int) -> None:
    """`priority 1`, `satisfaction of 5`, `5 errors` where it is a number of its own."""
    amount = _amount(pieces, n)
    if amount is None or pieces.cue(n - 1, "cmp"):
        return
    if amount.often:
        _how_often(pieces, "eq", amount, n, n)
        return
    beside = n - 1
    if not pieces.targets(beside, "field", "number") and amount.value == 0:
        beside = n + 1  # `with zero tax`
    if found := pieces.targets(beside, "field", "number"):
        field = pieces.one(beside, found)
        pieces.take(n)
        if others := _or_others(pieces, n, field):
            several = [fitting(field, each) for each in (amount, *others)]
            pieces.asked.filters.append(Filter(field, "in", several, n))
            return
        _out_of(pieces, n + 1, field)
        value = in_own_unit(pieces, field, fitting(field, amount), n - 1, n + 1)
        pieces.asked.filters.append(Filter(field, "eq", value, n))


def _or_others(pieces: Pieces, n: int, field: Field) -> list[Amount]:
    """`rated 1, 2 or 3`: the amounts behind the first one, taken with what joins them."""
    found: list[Amount] = []
    at, joined, last = n + 1, False, n
    while at < len(pieces):
        link = pieces.cue(at, "or") is not None and pieces.all[at].text == "or"
        amount = _amount(pieces, at + link)
        if amount is None or amount.money or amount.more or not (link or pieces.all[at].apart):
            break
        found.append(amount)
        at, joined, last = at + link + 1, joined or link, at + link
    if not joined or pieces.cue(at, "after") or pieces.targets(at, "field", "number"):
        return []  # `1, 2`: nobody says how they belong together
    for k in range(n + 1, last + 1):
        pieces.take(k)
    _out_of(pieces, last + 1, field)
    return found


def _out_of(pieces: Pieces, n: int, field: Field) -> None:
    """`1 out of 5`, where the description says that 5 is the most."""
    amount = _amount(pieces, n + 1) if pieces.said_at(n, "") and pieces.all[n].text == "out of" else None
    if amount is not None and str(amount.value) in _SCALE.findall(field.description):
        pieces.take(n)
        pieces.take(n + 1)


def fitting(field: Field, amount: Amount) -> int | float:
    """`20%` of a field that is in percent is 20. Of another one nobody knows whether it is 20 or 0.2."""
    if amount.percent and (field.unit or "").lower() not in ("percent", "%", "pct"):
        choices = (f"{field.name} {amount.value}", f"{field.name} {amount.value / 100}")
        raise Refusal("ambiguous", f"{field.label} is not known to be in percent.", choices=choices)
    if amount.money and field.unit and field.unit.isupper() and len(field.unit) == 3 and field.unit != amount.money:
        raise Refusal("not_supported", f"{field.label} is in {field.unit}; amounts are not converted.")
    if abs(amount.value) >= 2**63:
        raise Refusal("not_supported", "Numbers past 64 bits are not compared.", words=(str(amount.value),))
    return amount.value
