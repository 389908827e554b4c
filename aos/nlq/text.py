"""Text as tokens. Names of fields, values and questions are cut by the same rules, so that they meet."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

LONGEST_WORD = 64

_CONTRACTED = (
    (
        re.compile(
            r"^(?:hi|hello|hey|dear|(?:good )?(?:morning|afternoon|evening)|good day)"
            r"(?: (?:all|team|there|everyone|folks))?[,!. -]+",
            re.I,
        ),
        "",
    ),
    (re.compile(r"\b(what|which|who|how|where|when|that|it|there)'?s\b", re.I), r"\1 is"),
    (re.compile(r"\b(can|won)'t\b", re.I), "can not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|have|has|had|should|would|could)n'?t\b", re.I), r"\1 not"),
    (re.compile(r"(?<=[A-Za-z])'ll\b", re.I), " will"),
    (
        re.compile(
            r"\b(I|we|they|you|he|she)'d (?=(?:really |also |just )?(?:like|love|want|need|prefer|appreciate|be)\b)",
            re.I,
        ),
        r"\1 would ",
    ),
    (re.compile(r"\b(?:the|our) (?:group|company|firm|business|organi[sz]ation|corporation)'s\b", re.I), "our"),
    (
        re.compile(
            r"(?<!\bin )(?<!\bof )(?<!\bby )(?<!\bfrom )\b(?:the|our) (?:group|company|firm|business|organi[sz]ation"
            r"|corporation)(?= (?:make|made|earn|earned|spend|spent|generate|generated|have|had|has|do|did|lose|lost"
            r"|pay|paid|turn|turned|bring|brought|take|took|owe|owed|book|booked|bill|billed|invoice|invoiced|post"
            r"|posted|report|reported|record|recorded|collect|collected|employ|employs|hire|hired)\b)",
            re.I,
        ),
        "we",
    ),
    (re.compile(r"(?<=[A-Za-z])'s(?= \w)", re.I), "'"),  # that something is owned is kept: `Ann's manager`
    (re.compile(r"(?<=[A-Za-z])'(?:s|d|ve|re|m)\b", re.I), ""),
    # `the time it takes us to close` is the time to close.
    (
        re.compile(
            r"\b(time|hours|days|minutes|weeks) (?:that )?(?:(?:it|we|they) )?"
            r"(?:takes?|took|taken|need|needed|required)(?: (?:us|them|our team|the team))? (?:to|for) (?=[a-z])",
            re.I,
        ),
        r"\1 to ",
    ),
    # `no agent assigned` is no agent.
    (
        re.compile(r"\b(no|without (?:an?|any)) ((?:\w+ ){0,2}\w+) (?:assigned|set|recorded|given|entered)\b", re.I),
        r"\1 \2",
    ),
    (
        re.compile(
            r"\b(?:(?:you|would you|do you|did you) )(?:would not |do not |might )?happen to (?:know|have)\b", re.I
        ),
        "tell me",
    ),
    (
        re.compile(r"\b(Dr|Mr|Mrs|Ms|Prof|St|Inc|Ltd|Corp|Mt|Co|Rd|Ave|Ft|Sr|Jr)\. (?=[A-Z])"),
        r"\1 ",
    ),  # the dot ends no sentence
    (re.compile(r"\b([A-Z])\. (?=[A-Z][a-z])"), r"\1 "),  # the initial of a name
    (
        re.compile(
            r"^(.{0,40}?\b)(?:break|split|slice|divide|cut) (?!down|up|out\b)(.+?)(?: down| up| out)? by\b", re.I
        ),
        r"\1give me \2 by",
    ),
)
_POWER = re.compile("(?<=[0-9])[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]")
_PIECE = re.compile(
    r'"(?P<quoted>[^"]{1,200})"'
    r"|(?P<date>\d{4}-(?:\d{2}-\d{2}(?:[T ]\d{2}:\d{2}\S*)?|[Qq][1-4]|\d{2})(?![\w-])"
    r"|\d{1,2}/\d{1,2}/\d{4}(?!\d)|\d{1,2}\.\d{1,2}\.\d{4}(?!\d)"
    r"|\d{4}/\d{1,2}(?:/\d{1,2})?(?![\d/])|\d{1,2}/\d{4}(?![\d/]))"
    r"|(?P<number>(?:(?<![\w)])-)?[$€£]?\d+(?:,\d{3})*(?:\.\d+)?(?:k|m|mm|mn|bn|b|%)?(?![A-Za-z0-9])\+?)"
    r"|(?P<word>[^\W_]+(?:[&.][^\W_]+)*(?:(?<=\.[A-Za-z])\.)?)"
    r"|(?P<sign><=|>=|!=|<>|[<>=%#&])",
    re.I,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")  # `POs`: several of them
_PARTICLES = frozenset("ups ins outs offs ons downs".split())  # of a noun with a hyphen: `check-ups`
_SINGULARS = {"people": "person", "men": "man", "women": "woman", "children": "child", "series": "series"}


_LEAST_VERB = 4
_NOUN_ENDINGS = frozenset("ation tion ion ition ment al ance ence er or ee ery y age ure ing".split())


class Token(NamedTuple):
    """`low` is the word in small letters, `lemma` its singular. `gap` is what stands between it and the token before.
    `kind` is quoted, date, number, word or sign; `start` and `end` are places in the cleaned question."""

    text: str
    low: str
    lemma: str
    gap: str
    kind: str
    start: int
    end: int


def clean(question: str) -> str:
    """Control characters are gaps, odd spellings of quotes and letters the usual ones; no gap is longer than one, and
    what is drawn together stands apart: `what's` is `what is`."""
    plain = unicodedata.normalize("NFKC", _POWER.sub(r"^\g<0>", question))  # `10²` is no 102
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") else c for c in plain)
    plain = plain.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"})
    plain = " ".join(plain.split())
    for pattern, instead in _CONTRACTED:
        plain = pattern.sub(instead, plain)
    return plain


def tokens(text: str) -> list[Token]:
    """The tokens of a cleaned question. A hyphen or an underscore parts words; `R&D` and `10k` are one."""
    found: list[Token] = []
    end = 0
    for match in _PIECE.finditer(text):
        kind, gap = str(match.lastgroup), text[end : match.start()]
        end = match.end()
        for n, (piece, at) in enumerate(
            _humps(match[kind], match.start(kind)) if kind == "word" else [(match[kind], match.start(kind))]
        ):
            low = piece.lower()
            gap = "" if n else gap
            several = _ACRONYMS.fullmatch(piece) or (gap == "-" and low in _PARTICLES)
            single = low[:-1] if several else lemma(low)
            found.append(Token(piece, low, single, gap, kind, at, at + len(piece)))
    return found


@lru_cache(maxsize=4096)  # the descriptions of fields are read for each piece of a question
def words(name: str) -> tuple[str, ...]:
    """The lemmas of a name or a value: `grandPrize`, `grand_prize` and `Grand prizes` are the same."""
    return tuple(token.lemma for token in tokens(clean(name)))


def within_quotes(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words of a quotation of several, which is one token: it names what they name, and nothing else."""
    said = words(tokens[0].text) if len(tokens) == 1 and tokens[0].kind == "quoted" else ()
    return said if len(said) > 1 else ()


def _humps(word: str, at: int) -> list[tuple[str, int]]:
    """`totalAmount` is two words; `USD` and `EMEA` are one."""
    if word.islower() or word.isupper():
        return [(word, at)]
    places = [0, *(match.start() for match in _HUMP.finditer(word)), len(word)]
    if places[1] == 1:
        return [(word, at)]  # `iOS`, `eCommerce`
    return [(word[a:b], at + a) for a, b in pairwise(places)]


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """The singular, as far as endings tell it. It need not be a word: both sides are cut the same."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """What is left without the endings of a verb: `hired`, `hires` and `hiring` are one."""
    short = lemma(word)
    for ending in ("ing", "ed", "e"):
        if short.endswith(ending) and len(short) - len(ending) >= 3:
            short = short[: -len(ending)]
            break
    return short[:-1] if len(short) > 4 and short[-1] == short[-2] and short[-1] not in "sl" else short


def undoubled(word: str) -> str:
    """Without the second of two letters that are the same: `chanel` and `channel` are one."""
    return "".join(letter for n, letter in enumerate(word) if not n or letter != word[n - 1])


def is_derived(noun: str, verb: str) -> bool:
    """Whether a noun says the same as a form of a verb: `cancellation` and `cancelled`, `assignment` and `assigned`."""
    short = root(verb)
    short = short[:-1] if len(short) > 4 and short[-1] == short[-2] else short
    return (
        root(noun) == root(verb)
        or (verb.startswith(noun) and lemma(verb)[len(noun) :] in ("er", "or", "r"))
        or (
            len(short) >= _LEAST_VERB
            and noun.startswith(short)
            and noun[len(short) :].lstrip(short[-1]) in _NOUN_ENDINGS
        )
    )


def by_letter(known: Iterable[str]) -> dict[str, list[str]]:
    """Words that may be meant by one that is nearly so spelled, by their first letter."""
    found: dict[str, list[str]] = {}
    for word in known:
        if len(word) > 3:
            found.setdefault(word[0], []).append(word)
    return found


def in_order(some: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether a phrase begins and ends with these words, and has all of them in their order."""
    rest = iter(phrase)
    return some[0] == phrase[0] and some[-1] == phrase[-1] and all(word in rest for word in some)
