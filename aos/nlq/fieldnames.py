"""What a field may be called: its name without a formality, a unit or a code, and what its description begins with."""

import re
from collections.abc import Container, Mapping, Sequence

from aos.nlq.cues import is_stop
from aos.nlq.fields import Field
from aos.nlq.numbers import CURRENCIES
from aos.nlq.synonyms import Phrase, without_joints
from aos.nlq.text import lemma, root, words

# Words of a field's name that say what kind of thing it is; the name is known without them.
FORMAL = frozenset("name id identifier code key label is has was date day on at time timestamp ts dt datetime flag"
    " field value number no num nr total amount rate type hour minute second usd eur gbp pct percent count ratio"
    " score sum utc location".split())  # fmt: skip
# Those that a name is the same without: `city` is `city_name`, `done` is `is_done`, `sent` is `sent_on`.
EMPTY = frozenset("name is has was date on at timestamp ts dt datetime flag label".split())
# Those that things are told apart by: `patient` is `patient_mrn`, but less surely so.
CODES = frozenset(code.lower() for code in CURRENCIES)
_TIMES = frozenset("day week month quarter year end period per less minus over divided all those".split())
# What a yes or no says of something: `signature` is `signature_required`.
DEMANDS = frozenset("is has was required needed enabled allowed applied indicator flag present included".split())
# What a description begins with that says nothing of one field alone.
_GENERIC = frozenset("unit reference text note free list short long full kind sort part group who why whether".split())
_LONGEST = 5  # words of a description that are a name
_FURTHER = re.compile(
    r"[,;:(./]|\b(?:in|of|per|who|that|which|where|when|from|by|with|for|to|on|at|or|and|if|is|are|was|were|not|while"
    r"|before|after|until|over|less|minus|plus|times|divided|as|than|the|a|an)\b",
    re.I,
)
_WITHIN = frozenset("within in after before under over until since".split())
_TAILS = frozenset("by to from at in on for of with".split())  # of a name that is said whole or not at all
# What a thing is told by: `material` is `material_description` where nothing is nearer.
TOLD = frozenset("description text title".split())
COUNTS = frozenset("count number of num no nr times time".split())
_NO_END = frozenset("or and over less minus plus times divided per as".split())
NUMBERS = frozenset("id identifier code key number no num nr uuid guid barcode serial mrn isbn ean iban vin".split())
# Abbreviations of units, and codes of currencies: the last word of a name says what it is counted in.
_UNITS = frozenset(
    lemma(unit)
    for unit in (
        "kg g mg lb oz t ton tonne km m cm mm mi ft m2 m3 sqm sqft l ml gal wh kwh mwh gwh twh w kw mw gw j mj gj"
        " pct percent bps tco2e tco2 co2e kgco2e ppm celsius kpa bar psi bps kbps mbps gbps hz khz mhz ghz rpm"
        " b kb mb gb tb kib mib gib tib m ms us sec secs min mins h hr hrs d second minute hour day week month year"
        " pence penny usd eur gbp chf jpy cny inr cad aud sek nok dkk pln"
        " k mn bn thousand million billion musd kusd meur keur mgbp kgbp usdm eurm cent kt mt gallon litre liter mile"
    ).split()
)


# Units that the last word of a name may be by another word: `sales_us`, `temp_min`, `grade_b`; money is no such thing.
_UNSURE = frozenset("us ms min sec bps percent pct mn bn thousand million billion cent pence penny".split()) | CODES
_LENGTHS = frozenset("second minute hour day week month year".split())


def unit_words(field: Field) -> Phrase:
    """The unit of a number: by its contract, else the last word of its name. Of time only in the plural, as the hour of
    a day is no number of hours."""
    if field.kind != "number" or field.unit:
        return words(field.unit or "") if field.kind == "number" else ()
    last = field.words[-1]
    sure = (
        len(last) > 1 and last in _UNITS and last not in _UNSURE and len(field.words) > 1 and "per" not in field.words
    )
    return (last,) if sure and (last not in _LENGTHS or field.name.lower().endswith(f"{last}s")) else ()


def stripped(phrase: Phrase, dropped: frozenset[str]) -> Phrase:
    return tuple(word for word in phrase if word not in dropped)


def counted(field: Field) -> frozenset[str]:
    """The root of what a number says how often it was done: `number of reopens`, `reopen_count`."""
    telling = stripped(field.words, COUNTS)
    return frozenset({root(telling[0])}) if len(telling) == 1 and len(telling) < len(field.words) else frozenset()


def described_as(field: Field) -> list[Phrase]:
    """What a description calls a figure: `Expense for research and development`, or what it begins with: `Order value,
    net`. Of a ratio it says how it is made. A text is known by what its description begins with: `Team that has it`."""
    if field.kind == "text":
        return _described_text(field)
    if field.kind != "number" or field.aggregation not in ("additive", "point_in_time"):
        return []
    told, begun = without_joints(words(field.description)), _begun(field.description)
    names = [told] if 3 <= len(told) <= _LONGEST else []
    names += [begun] if 2 <= len(begun) <= _LONGEST and begun != told else []
    return [name for name in names if not {*name} & _TIMES]


def _described_text(field: Field) -> list[Phrase]:
    """Not where it begins with a value, as a list of them does, or with a word for any text."""
    begun = _begun(field.description)
    held = {word for value in field.look.values or () if isinstance(value, str) for word in words(value)}
    plain = 0 < len(begun) <= 2 and not {*begun} & (held | FORMAL | _GENERIC)
    if not plain or not all(word.isalpha() and not is_stop(word) for word in begun):
        return []
    done = len(begun) == 2 and begun[1].endswith("ed")  # `Patient billed` is a patient
    return [begun, begun[:1]] if done else [begun]


def _begun(description: str) -> Phrase:
    """The words before the first one that says more of them; none where they are one of several, or of a formula."""
    match = _FURTHER.search(description)
    if match and match[0].lower() in _NO_END:
        return ()
    return words(description[: match.start()] if match else description)


def without_unit(phrase: Phrase) -> Phrase:
    """`weight` of `weight_kg`: what a number is measured in is no part of what it is."""
    if len(phrase) > 3 and phrase[-2] == "per" and {phrase[-3], phrase[-1]} <= _UNITS:
        phrase = phrase[:-3]  # `intensity_g_per_kwh`
    while len(phrase) > 1 and "per" not in phrase and phrase[-1] in _UNITS:
        phrase = phrase[:-1]
    return phrase


def done_words(phrase: Phrase) -> Phrase:
    """The words of a yes or no that may stand for it as a verb: its head (`target breached`), and what was done within
    or after something (`returned within 30d`). What did it is another thing: `caused by frost`."""
    if "by" in phrase:
        return ()
    first = phrase[:1] if len(phrase) > 1 and phrase[1] in _WITHIN else ()
    return first or tuple(word for word in phrase if len(phrase) == 1 or word in heads(phrase))


def heads(phrase: Phrase) -> frozenset[str]:
    """The words without which a part of a name is not the thing: the last one, and the last that says more than what
    kind of thing it is; of `cost of revenue` the first. A part of `revenue per customer`, or of `approved by`, is
    something else."""
    if "per" in phrase or phrase[-1] in _TAILS:
        return frozenset()
    phrase = without_unit(phrase)
    if "of" in phrase[1:]:
        phrase = phrase[: phrase.index("of", 1)]
    telling = [word for word in phrase if word not in FORMAL]
    return frozenset({phrase[-1], telling[-1] if telling else phrase[-1]})


def is_half(said: frozenset[str], name: Phrase) -> bool:
    """Whether only one side of an `and` was said: injuries are not `accidents and injuries`."""
    sides = [{name[n - 1], name[n + 1]} for n, word in enumerate(name[:-1]) if n and word == "and"]
    return any(len(both & said) == 1 for both in sides)


def is_unit(word: str, spans: Container[str]) -> bool:
    """Whether a word is a unit that many things are measured in."""
    return word in _UNITS or word in spans or word in ("dollar", "euro", "pound")


def unit_names(unit: Phrase, others: Mapping[Phrase, Sequence[str]]) -> list[Phrase]:
    """A unit and what else it is called: `dollars` are USD."""
    concepts = {*others.get(unit, ())}
    return [unit, *(name for name, held in others.items() if concepts & {*held} and name != unit)]


def telling_heads(phrase: Phrase) -> frozenset[str]:
    """The words that say what a figure is: `cost`, not the time in `on time performance`; of `cost to income` both, and
    what was done with it (`failed`)."""
    done = {word for word in phrase if word.endswith("ed") or word in ("lost", "late", "overdue")}
    return heads(phrase) | {phrase[-1]} | done | ({phrase[0]} if "to" in phrase else frozenset())


def noun_of(name: Phrase) -> Phrase:
    """`limit breach` of `limit_breached`: what was done, as a noun."""
    done = len(name) > 1 and name[-1].endswith("ed")
    return (*name[:-1], root(name[-1])) if done else ()
