"""Pieces of a question → slots. Each piece is taken once; one that nothing takes is a refusal."""

from collections.abc import Callable, Iterator, Sequence

from aos.nlq.asked import Asked, Filter, Refusal, Timed
from aos.nlq.cover import SPANS, Piece
from aos.nlq.fields import Field, Pipe
from aos.nlq.lexicon import EXACT, WHOLE, Target
from aos.nlq.phrase import plural
from aos.nlq.synonyms import Synonyms
from aos.nlq.text import lemma

HEADLINE = ("total", "amount", "value", "sum", "price", "cost")
_LINKS = ("and", "or", "versus")


class Slots:
    """One reading of a question over one pipe."""

    def __init__(self, pipe: Pipe, pieces: Sequence[Piece], synonyms: Synonyms) -> None:
        self.pipe, self.pieces, self._synonyms = pipe, list(pieces), synonyms
        self.asked = Asked(pipe)
        self._taken: set[int] = set()
        self._entities: list[int] = []
        self._qualifiers: list[int] = []
        self._named_pipe = False

    def read(self) -> Asked:
        """`Refusal` where the pieces make no sense together."""
        for step in (
            self._refuse_cues, self._ranks, self._comparisons, self._equals, self._times, self._nulls, self._groups,
            self._values, self._names, self._cues, self._rest, self._settle,
        ):  # fmt: skip
            step()
        return self.asked

    # -- looking at pieces

    def _free(self, *kinds: str) -> Iterator[int]:
        for n, piece in enumerate(self.pieces):
            if n not in self._taken and (not kinds or piece.kind in kinds):
                yield n

    def _cue(self, n: int, *kinds: str) -> str | None:
        """Which of these cues stands there, untaken."""
        if 0 <= n < len(self.pieces) and n not in self._taken:
            return next((kind for kind in kinds if self.pieces[n].cue(kind)), None)
        return None

    def _take(self, n: int, target: Target | None = None) -> None:
        self._taken.add(n)
        if target is not None:
            self.asked.how.append(target.how)

    def _targets(self, n: int, kind: str, *field_kinds: str) -> list[Target]:
        if not 0 <= n < len(self.pieces) or n in self._taken or self.pieces[n].kind != "name":
            return []
        return [
            target
            for target in self.pieces[n].targets
            if target.kind == kind and (not field_kinds or (target.field and target.field.kind in field_kinds))
        ]

    def _one(self, n: int, targets: Sequence[Target]) -> Field:
        """The one field that a piece names; a choice where there are several."""
        found = {target.field.name: target for target in targets if target.field}
        if len(found) > 1:
            raise self._choice(n, sorted(found))
        (target,) = found.values()
        self._take(n, target)
        assert target.field is not None
        return target.field

    def _choice(self, n: int, names: Sequence[str]) -> Refusal:
        said = self.pieces[n].text
        return Refusal("ambiguous", f"`{said}` may mean {_listed(names)}.", words=(said,), choices=tuple(names))

    # -- steps

    def _refuse_cues(self) -> None:
        reasons = {
            "why": ("cause", "Why something is so is not in the data; they say what is, not what made it so."),
            "future": ("future", "What is to come is not in the data; there is no forecast here."),
            "opinion": ("opinion", "That is a matter of opinion; the data say how much, not whether it is good."),
            "relation": ("not_supported", "How measures hang together is not computed here."),
        }
        for n in self._free("cue"):
            if cue := self.pieces[n].cue("why"):
                reason, text = reasons[cue.of]
                raise Refusal(reason, text, words=(self.pieces[n].text,))  # type: ignore[arg-type]
            if self.pieces[n].cue("median"):
                raise Refusal("not_supported", "Average, maximum, minimum, sum and count are computed; a median or a"
                    " spread is not.", words=(self.pieces[n].text,))  # fmt: skip

    def _ranks(self) -> None:
        """`top 5`, `5 largest`, `bottom 3`, `list 10`."""
        for n in list(self._free("amount")):
            for beside in (n - 1, n + 1):
                kind = self._cue(beside, "max", "min", "best", "worst", "bottom", "newest", "oldest")
                amount = self.pieces[n].amount
                if kind and amount and amount.value == int(amount.value) >= 1 and not self._cue(beside, "cmp"):
                    self.asked.limit = min(int(amount.value), 1_000)
                    self.asked.ranked = True
                    self._take(n)
                    break
            else:
                if self._cue(n - 1, "list", "ask") and self.pieces[n].amount and n + 1 < len(self.pieces):
                    self.asked.limit, self.asked.rows = min(int(self.pieces[n].amount.value), 1_000), True
                    self._take(n)

    def _comparisons(self) -> None:
        """`total amount over 10k`, `between 5k and 10k`, `10k or more`."""
        for n in list(self._free("cue")):
            compared = self.pieces[n].cue("cmp")
            if compared and self._is_amount(n + 1):
                self._compare(n, n + 1, compared.of, [n, n + 1])
            elif (
                self.pieces[n].cue("between")
                and self._is_amount(n + 1)
                and self._cue(n + 2, "and")
                and self._is_amount(n + 3)
            ):
                self._between(n)
        for n in list(self._free("amount")):
            after = self.pieces[n + 1].cue("after") if n + 1 < len(self.pieces) and n + 1 not in self._taken else None
            if after:
                self._compare(n, n, after.of, [n, n + 1])
            elif self.pieces[n].amount and self.pieces[n].amount.more:  # type: ignore[union-attr]
                self._compare(n, n, "ge", [n])

    def _is_amount(self, n: int) -> bool:
        return n < len(self.pieces) and self.pieces[n].kind == "amount" and n not in self._taken

    def _compare(self, first: int, number: int, op: str, taken: Sequence[int]) -> None:
        amount = self.pieces[number].amount
        assert amount is not None
        if self._cue(first - 1, "not"):
            op = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt", "eq": "ne", "ne": "eq"}[op]
            self._take(first - 1)
        field = self._compared_field(first, max(taken) + 1, money=amount.money)
        for each in taken:
            self._take(each)
        self.asked.filters.append(Filter(field, op, _fitting(field, amount.value, percent=amount.percent)))

    def _between(self, n: int) -> None:
        low, high = self.pieces[n + 1].amount, self.pieces[n + 3].amount
        assert low is not None
        assert high is not None
        field = self._compared_field(n, n + 4, money=low.money or high.money)
        for each in range(n, n + 4):
            self._take(each)
        self.asked.filters.append(Filter(field, "ge", _fitting(field, low.value, percent=low.percent or high.percent)))
        self.asked.filters.append(Filter(field, "le", _fitting(field, high.value, percent=high.percent)))

    def _compared_field(self, before: int, behind: int, *, money: str = "") -> Field:
        """The number beside a comparison: named before it, behind it, by its unit, or the pipe's headline figure."""
        for n in (before - 1, behind):
            if found := self._targets(n, "field", "number"):
                if n == before - 1 or not self._cue(n - 1, "group"):
                    return self._one(n, found)
        if units := self._targets(behind, "unit"):
            fields = {target.field.name: target.field for target in units if target.field}
            self._take(behind, units[0])
            return next(iter(fields.values())) if len(fields) == 1 else self._headline(list(fields.values()))
        named = [t for n in self._free("name") for t in self._targets(n, "field", "number") if t.how >= WHOLE]
        if len({t.field.name for t in named if t.field}) == 1 and named[0].field:
            self.asked.assume(f"the limit is on {named[0].field.label}")
            return named[0].field
        return self._headline(self.pipe.numbers())

    def _headline(self, fields: Sequence[Field]) -> Field:
        """The figure that a row is known by: its only amount, or the one that is named as the whole."""
        figures = [f for f in fields if f.aggregation == "additive" and f.measure is not False] or [
            f for f in fields if f.measure is not False and not f.look.grain
        ]
        for rank in range(len(HEADLINE) + 1):
            best = [f for f in figures if rank == len(HEADLINE) or HEADLINE[rank] in f.words]
            if len(best) == 1:
                self.asked.assume(f"the amount meant is {best[0].label}")
                return best[0]
            if len(best) > 1:
                names = [f.name for f in best]
                raise Refusal("ambiguous", f"Which figure is meant: {_listed(names)}?", choices=tuple(names))
        raise Refusal("not_understood", f"{self.pipe.label} has no figure that this could be about.")

    def _equals(self) -> None:
        """`priority 1`, `satisfaction of 5`."""
        for n in list(self._free("amount")):
            before = n - 1
            if before >= 0 and self._cue(before, "cmp"):
                continue
            if found := self._targets(before, "field", "number"):
                amount = self.pieces[n].amount
                assert amount is not None
                field = self._one(before, found)
                self._take(n)
                value = _fitting(field, amount.value, percent=amount.percent)
                self.asked.filters.append(Filter(field, "eq", value))

    def _times(self) -> None:
        """Periods, each with the date that stands beside it."""
        for n in list(self._free("when")):
            piece, field = self.pieces[n], None
            for beside in (n - 1, n + 1):
                if found := self._targets(beside, "field", "date"):
                    strict = [t for t in found if t.field and t.field.look.grain]
                    if beside == n + 1 and self._values_there(beside) and not self._cue(beside + 1, "group"):
                        continue
                    field = self._one(beside, strict)
                    break
            assert piece.when is not None
            self._take(n)
            if self._cue(n - 1, "cmp", "group") and self.pieces[n - 1].text in ("over", "across", "for each"):
                self._take(n - 1)  # `over the last 4 quarters`
            self.asked.times.append(Timed(piece.when, field, piece.text))
        loose = [n for n in self._free("name") if self._targets(n, "field", "date") and not self._values_there(n)]
        undated = [k for k, timed in enumerate(self.asked.times) if timed.field is None]
        if (
            len(loose) == 1
            and undated
            and not self._cue(loose[0] - 1, "group", "max", "min", "newest", "oldest", "missing")
        ):
            field = self._one(loose[0], self._targets(loose[0], "field", "date"))
            for k in undated:
                self.asked.times[k] = self.asked.times[k]._replace(field=field)

    def _values_there(self, n: int) -> bool:
        return bool(self._targets(n, "value"))

    def _nulls(self) -> None:
        """`without a satisfaction`, `missing po number`, `solved on is empty`."""
        for n in list(self._free("cue")):
            kind = self._cue(n, "missing", "present")
            if not kind:
                continue
            for beside in (n + 1, n - 1):
                if found := self._targets(beside, "field"):
                    field = self._one(beside, found)
                    self._take(n)
                    self.asked.filters.append(Filter(field, "is_null" if kind == "missing" else "not_null"))
                    break

    def _groups(self) -> None:
        """`by region`, `by region and status`, `for each department`."""
        for n in list(self._free("cue")):
            if not self._cue(n, "group"):
                continue
            at, before = n + 1, len(self.asked.groups)
            while at < len(self.pieces):
                if self.pieces[at].kind == "span" or self._is_span(at):
                    self.asked.grain = self.asked.grain or SPANS[self.pieces[at].text.split()[0].removesuffix("s")]
                    self._take(at)
                elif self._group_at(at):
                    pass
                elif not (self._cue(at, "and") and self._may_group(at + 1)):
                    break
                else:
                    self._take(at)
                at += 1
            if len(self.asked.groups) > before or at > n + 1:
                self._take(n)

    def _may_group(self, n: int) -> bool:
        return bool(self._targets(n, "field", "text", "bool")) and not self._targets(n, "value")

    def _group_at(self, n: int) -> bool:
        """Take the piece as a field to group by. A number is one where something is counted, else it is the measure
        that a ranking goes by."""
        texts = self._targets(n, "field", "text", "bool", "other")
        if not texts and (numbers := self._targets(n, "field", "number")):
            counting = any(self._cue(k, "count", "breakdown") for k in self._free("cue")) or self._has_entity()
            ranking = self.asked.ranked or any(
                self._cue(k, "max", "min", "rank", "best", "worst", "bottom") for k in self._free("cue")
            )
            if ranking or not counting or self._measure_free(n):
                return False
            texts = numbers
        if not texts:
            if dated := self._targets(n, "field", "date"):
                field = self._one(n, dated)
                self.asked.grain = self.asked.grain or field.look.grain
                self.asked.times.append(Timed(_always(), field, ""))
                return True
            return False
        self.asked.groups.append(self._one(n, self._named_first(texts)))
        return True

    def _named_first(self, targets: Sequence[Target]) -> list[Target]:
        """Of a name and an id of one thing the name is shown."""
        best = max(target.how for target in targets)
        return [target for target in targets if target.how == best]

    def _has_entity(self) -> bool:
        return any(self._targets(k, "entity") for k in self._free("name"))

    def _measure_free(self, but: int) -> bool:
        return any(self._targets(k, "field", "number") for k in self._free("name") if k != but)

    def _is_span(self, n: int) -> bool:
        """`quarter`, where that is what a row is."""
        piece = self.pieces[n] if n < len(self.pieces) and n not in self._taken else None
        if piece is None or piece.kind != "name" or piece.text.removesuffix("s") not in SPANS:
            return False
        return not self._targets(n, "field", "text", "number")

    def _values(self) -> None:
        """`overdue`, `status overdue`, `not paid`, `open or overdue`, `EMEA vs APAC`."""
        found: dict[str, tuple[Field, list[tuple[int, object]], bool]] = {}
        places = [n for n in self._free("name") if self._values_there(n)]
        for n in places:
            target = self._value_of(n, found)
            if target is None or target.field is None:
                continue
            negated = self._negated(n)
            field, values, no = found.get(target.field.name, (target.field, [], negated))
            values.append((n, target.value))
            found[field.name] = (field, values, no or negated)
            self._take(n, target)
        self._check_links(found)
        for field, values, no in found.values():
            several = list(dict.fromkeys(value for _, value in values))
            if len(several) == 1:
                self.asked.filters.append(Filter(field, "ne" if no else "eq", several[0]))
            elif no:
                self.asked.filters += [Filter(field, "ne", value) for value in several]
            else:
                self.asked.filters.append(Filter(field, "in", several))
                if self._linked(values, "versus") or any(self._cue(k, "compare") for k in self._free("cue")):
                    self.asked.groups.append(field)

    def _value_of(self, n: int, before: dict[str, tuple[Field, list[tuple[int, object]], bool]]) -> Target | None:
        """The value that a piece names. The field beside it tells which where several fields have it; else the field
        of a value before it."""
        values = self._targets(n, "value")
        others = [
            t
            for t in self.pieces[n].targets
            if t.kind in ("entity",) or (t.field and t.kind == "field" and t.field.kind == "number")
        ]
        if others and not self._beside(n, values):
            return None
        fields = {target.field.name for target in values if target.field}
        if len(fields) > 1:
            near = self._beside(n, values) or [t for t in values if t.field and t.field.name in before]
            values = near or values
            fields = {target.field.name for target in values if target.field}
        else:
            self._beside(n, values)
        if len(fields) > 1:
            raise Refusal("ambiguous", f"`{self.pieces[n].text}` is a value of {_listed(sorted(fields))}.",
                words=(self.pieces[n].text,), choices=tuple(f"{f} is {t.value}" for t in values if (f := t.field and t.field.name)))  # fmt: skip
        several = sorted({str(target.value) for target in values})
        if len(several) > 1 and len({s.lower() for s in several}) > 1:
            raise self._choice(n, several)
        return values[0]

    def _beside(self, n: int, values: Sequence[Target]) -> list[Target]:
        """Of these those whose field is named right beside; the name is then taken as well."""
        for beside in (n - 1, n + 1, n - 2):
            if beside == n - 2 and not self._cue(n - 1, "cmp", "not"):
                continue
            named = {t.field.name: t for t in self._targets(beside, "field", "text") if t.field}
            found = [target for target in values if target.field and target.field.name in named]
            if found:
                if not self._values_there(beside):
                    self._take(beside, next(iter(named.values())))
                    self._qualifiers.append(beside)
                return found
        return []

    def _negated(self, n: int) -> bool:
        """`not` before it; or before a chain of values that it is linked to."""
        at = n - 1
        while at >= 0 and (at in self._qualifiers or self.pieces[at].cue("cmp") or self.pieces[at].cue("list")):
            if (cue := self.pieces[at].cue("cmp")) and at not in self._taken:
                self._take(at)
                if cue.of == "ne":
                    return True
            at -= 1
        if at >= 0 and self.pieces[at].cue("not") and not self.pieces[n].apart:
            self._taken.add(at)
            return True
        return False

    def _check_links(self, found: dict[str, tuple[Field, list[tuple[int, object]], bool]]) -> None:
        """Values of one field may be linked by anything; values of two by `or` can't be asked for."""
        of = {n: name for name, (_, values, _) in found.items() for n, _ in values}
        for n in list(self._free("cue")):
            link = self._cue(n, *_LINKS)
            if not link:
                continue
            left = next((k for k in range(n - 1, -1, -1) if k in of or k not in self._qualifiers), -1)
            right = next(
                (
                    k
                    for k in range(n + 1, len(self.pieces))
                    if k in of or k not in self._qualifiers and not self.pieces[k].cue("not")
                ),
                -1,
            )
            if left in of and right in of:
                if link == "or" and of[left] != of[right]:
                    raise Refusal("ambiguous", f"`{self.pieces[left].text} or {self.pieces[right].text}` are values of two"
                        " fields; ask for one after the other.", choices=(self.pieces[left].text, self.pieces[right].text))  # fmt: skip
                if link != "versus":
                    self._take(n)

    def _linked(self, values: Sequence[tuple[int, object]], link: str) -> bool:
        for (one, _), (other, _) in zip(values, values[1:], strict=False):
            for n in range(one + 1, other):
                if self._cue(n, link):
                    self._take(n)
                    return True
        return False

    def _names(self) -> None:
        """What is left of names: measures, dates, what a row is, fields that are asked about."""
        for n in list(self._free("name")):
            if n in self._taken:
                continue
            if self._is_span(n):
                continue
            if numbers := self._targets(n, "field", "number"):
                self._add_measure(self._one(n, numbers))
            elif self._targets(n, "entity"):
                self._entities.append(n)
                self._take(n, self._targets(n, "entity")[0])
            elif texts := self._targets(n, "field", "text"):
                field = self._one(n, self._named_first(texts))
                self._mentioned(n, field)
            elif bools := self._targets(n, "field", "bool"):
                field = self._one(n, bools)
                self.asked.filters.append(Filter(field, "eq", value=not self._negated(n)))
            elif dates := self._targets(n, "field", "date"):
                self._loose_date(n, self._one(n, dates))
            elif self._targets(n, "pipe"):
                self._take(n)
                self._named_pipe = True
            elif units := self._targets(n, "unit"):
                self._unit(n, units)
            else:
                raise self._odd(n)

    def _add_measure(self, field: Field) -> None:
        if field not in self.asked.measures:
            self.asked.measures.append(field)

    def _mentioned(self, n: int, field: Field) -> None:
        """A field of texts by itself: `which region …`, `top 5 vendors`, `how many departments`, `list the regions`."""
        before = self.pieces[n - 1] if n else None
        if self.asked.ranked or (before and before.cue("which")) or self._first_what(n) or self._superlative_before(n):
            self.asked.groups.append(field)
            self.asked.ranked = True
            self.asked.plural = self.pieces[n].text.split()[-1] != lemma(self.pieces[n].text.split()[-1])
        elif any(self._cue(k, "breakdown", "share") for k in self._free("cue")) and self.asked.distinct is None:
            self.asked.groups.append(field)
        elif self.asked.distinct is None and not self.asked.measures:
            self.asked.distinct = field
        else:
            raise self._odd(n)

    def _first_what(self, n: int) -> bool:
        """`what region has …`: nothing stands before it, and something is the most."""
        return n == 0 and any(self._cue(k, "max", "min", "best", "worst") for k in self._free("cue"))

    def _superlative_before(self, n: int) -> bool:
        return bool(self._cue(n - 1, "best", "worst", "bottom"))

    def _loose_date(self, n: int, field: Field) -> None:
        """A date without a period: it is there (`workers who left`), or the first and last of it are asked for."""
        kind = next((k for k in self._free("cue") if self._cue(k, "max", "min", "newest", "oldest")), None)
        if kind is not None and not self.asked.measures and abs(kind - n) <= 1:
            self.asked.function = "max" if self._cue(kind, "max", "newest") else "min"
            self._take(kind)
            self.asked.measures.append(field)
        elif field.look.nulls:
            self.asked.filters.append(Filter(field, "is_null" if self._negated(n) else "not_null"))
        elif self._negated(n):
            raise self._odd(n)

    def _unit(self, n: int, units: Sequence[Target]) -> None:
        """`revenue in USD`: only where that is what the measure is in."""
        named = {target.field.unit for target in units if target.field}
        if self.asked.measures and all(measure.unit in named for measure in self.asked.measures):
            self._take(n)
            return
        fields = [target.field for target in units if target.field]
        if (
            not self.asked.measures
            and len(fields) == 1
            and units[0].how >= EXACT - 0.02
            and self._cue(n - 1, "count", "much")
        ):
            self._take(n, units[0])
            self._add_measure(fields[0])
            return
        raise self._odd(n)

    def _cues(self) -> None:
        """What the words of the grammar ask for."""
        taking: dict[str, Callable[[int], None]] = {
            "count": self._count, "distinct": self._distinct, "sum": self._function, "avg": self._function,
            "max": self._function, "min": self._function, "best": self._best, "worst": self._best,
            "bottom": self._bottom, "newest": self._newest, "oldest": self._newest, "rank": self._rank,
            "descending": self._order, "ascending": self._order, "grain": self._grain, "trend": self._trend,
            "change": self._change, "against": self._against, "versus": self._versus, "compare": self._versus,
            "list": self._list, "ask": self._ask, "which": self._which, "share": self._share, "exists": self._exists,
            "breakdown": self._ask, "much": self._much, "and": self._and, "group": self._group_left,
            "cmp": self._than,
        }  # fmt: skip
        for n in list(self._free("cue")):
            if n in self._taken:
                continue
            kind = next((cue.kind for cue in self.pieces[n].cues if cue.kind in taking), None)
            if kind:
                taking[kind](n)

    def _count(self, n: int) -> None:
        self._take(n)
        self.asked.counted = True

    def _distinct(self, n: int) -> None:
        self._take(n)
        if self.asked.distinct is None and not self._entities:
            raise self._odd(n)

    def _function(self, n: int) -> None:
        kind = next(cue.kind for cue in self.pieces[n].cues if cue.kind in ("sum", "avg", "max", "min"))
        if (
            self.asked.function
            and self.asked.function != kind
            and kind in ("sum", "avg")
            and self.asked.function in ("sum", "avg")
        ):
            raise Refusal("not_supported", "Ask for one of sum and average at a time.", words=(self.pieces[n].text,))
        self._take(n)
        ranking = self.asked.groups or self._spans() or self.asked.limit
        if kind in ("max", "min") and ranking:
            self.asked.ranked, self.asked.descending = True, kind == "max"
        elif not self.asked.function or kind in ("max", "min"):
            self.asked.function = kind

    def _spans(self) -> list[int]:
        return [n for n in self._free() if self.pieces[n].kind == "span" or self._is_span(n)]

    def _best(self, n: int) -> None:
        """The best is the most, or the least of what is better the less there is of it."""
        self._take(n)
        best = bool(self.pieces[n].cue("best"))
        named = {word for field in self.asked.measures for word in field.words}
        less = bool(named & self._synonyms.lower_is_better)
        self.asked.ranked, self.asked.descending = True, best != less
        self.asked.assume(f"{self.pieces[n].text} is the {'highest' if best != less else 'lowest'}")

    def _bottom(self, n: int) -> None:
        self._take(n)
        self.asked.ranked, self.asked.descending = True, False

    def _newest(self, n: int) -> None:
        """The newest rows by the pipe's date; of a figure, its newest value."""
        self._take(n)
        if self.asked.measures and not self._entities:
            return
        if self.pipe.period is None:
            raise self._undated()
        self.asked.ranked = self.asked.of_rows = True
        self.asked.descending = bool(self.pieces[n].cue("newest"))
        self.asked.measures = self.asked.measures or [self.pipe.period]
        self.asked.limit = self.asked.limit or 1

    def _undated(self) -> Refusal:
        names = tuple(field.name for field in self.pipe.dates)
        if names:
            return Refusal("ambiguous", f"By which date: {_listed(names)}?", choices=names)
        return Refusal("not_supported", f"{self.pipe.label} has no date, so nothing can be asked by time.")

    def _rank(self, n: int) -> None:
        self._take(n)
        self.asked.ranked = True

    def _order(self, n: int) -> None:
        self._take(n)
        self.asked.ranked, self.asked.descending = True, bool(self.pieces[n].cue("descending"))

    def _grain(self, n: int) -> None:
        grain = next(cue.of for cue in self.pieces[n].cues if cue.kind == "grain")
        if self.asked.grain and self.asked.grain != grain:
            raise Refusal("not_supported", "Ask for one of year, quarter, month and day at a time.")
        self._take(n)
        self.asked.grain = grain
        self.asked.per_grain = bool(self._average_before(n)) and not self.pieces[n].text.startswith(
            ("by", "per", "each", "every", "for")
        )

    def _average_before(self, n: int) -> bool:
        return self.asked.function == "avg" or any(self.pieces[k].cue("avg") for k in range(n))

    def _trend(self, n: int) -> None:
        self._take(n)
        self.asked.trend = True

    def _change(self, n: int) -> None:
        self._take(n)
        self.asked.change = True

    def _against(self, n: int) -> None:
        self._take(n)
        self.asked.change = True
        self.asked.against = next(cue.of for cue in self.pieces[n].cues if cue.kind == "against")

    def _versus(self, n: int) -> None:
        self._take(n)
        self.asked.versus = True

    def _list(self, n: int) -> None:
        self._take(n)
        self.asked.rows = True

    def _ask(self, n: int) -> None:
        self._take(n)
        if self.pieces[n].cue("ask") and self.pieces[n].text.split()[0] in (
            "show",
            "display",
            "find",
            "give",
            "see",
            "view",
            "get",
            "pull",
        ):
            self.asked.rows = self.asked.rows or bool(
                self._entities and not self.asked.measures and not self.asked.counted
            )

    def _which(self, n: int) -> None:
        self._take(n)
        if not self.asked.groups and self._entities:
            self.asked.rows = True

    def _share(self, n: int) -> None:
        self._take(n)
        self.asked.share = True

    def _exists(self, n: int) -> None:
        self._take(n)
        self.asked.exists = True

    def _much(self, n: int) -> None:
        self._take(n)

    def _and(self, n: int) -> None:
        self._take(n)

    def _group_left(self, n: int) -> None:
        """`by total amount` in a ranking; anything else that is grouped by was not understood."""
        behind = self.pieces[n + 1] if n + 1 < len(self.pieces) else None
        measured = (
            behind is not None and behind.kind in ("name", "cue") and (n + 1 in self._taken or behind.cue("count"))
        )
        if measured and (self.asked.ranked or self.asked.limit or self.asked.counted or self.asked.function):
            self._take(n)
        elif (
            self.pieces[n].text in ("across", "across all", "at each", "each", "every")
            and behind is not None
            and n + 1 in self._taken
        ):
            self._take(n)

    def _than(self, n: int) -> None:
        """`higher than in 2024`: a comparison of two periods."""
        if len(self.asked.times) >= 1 and any(cue.kind == "change" for cue in self.pieces[n].cues):
            self._take(n)
            self.asked.change = True

    def _rest(self) -> None:
        """Lone spans, and whatever nobody took."""
        for n in self._spans():
            grain = SPANS[self.pieces[n].text.split()[0].removesuffix("s")]
            if n and self.pieces[n - 1].cue("not"):
                continue
            asked_for = self.asked.ranked or self._which_before(n) or self.asked.limit or self.asked.trend
            if asked_for and (not self.asked.grain or self.asked.grain == grain):
                self.asked.grain = grain
                self.asked.ranked = self.asked.ranked or bool(self.asked.function in ("max", "min"))
                self._take(n)
        for n in self._free():
            raise self._odd(n)

    def _which_before(self, n: int) -> bool:
        return any(self.pieces[k].cue("which") for k in range(n)) or n == 0

    def _odd(self, n: int) -> Refusal:
        said = self.pieces[n].text
        return Refusal("not_understood", f"I do not understand `{said}` here.", words=(said,))

    def _settle(self) -> None:
        """What the slots mean together."""
        asked = self.asked
        if (
            asked.function in ("max", "min")
            and (asked.groups or asked.grain)
            and not asked.ranked
            and not asked.per_grain
        ):
            asked.ranked = asked.ranked or bool(asked.grain and not asked.trend and self._which_anywhere())
        if (
            self._entities
            and asked.measures
            and asked.function in ("max", "min")
            and not asked.groups
            and not asked.grain
        ):
            self._settle_rows()
        if asked.ranked and not asked.groups and not asked.grain and not asked.of_rows:
            if not self._entities:
                raise Refusal("not_understood", "I do not understand what is to be ranked.")
            asked.of_rows = True
        if asked.ranked and not asked.measures and not asked.counted:
            self._settle_measure()
        if asked.limit is None and asked.ranked and self._singular_best() and not asked.plural:
            asked.limit = 1
        if not (asked.measures or asked.distinct or self._entities):
            self._settle_nothing()
        if self._entities and not asked.measures and not asked.distinct and not asked.rows:
            asked.rows = not (
                asked.counted
                or asked.groups
                or asked.grain
                or asked.share
                or asked.exists
                or asked.trend
                or asked.change
                or asked.versus
                or asked.function
            )
            asked.counted = asked.counted or not asked.rows

    def _which_anywhere(self) -> bool:
        return any(piece.cue("which") for piece in self.pieces)

    def _settle_rows(self) -> None:
        """`largest invoice by net amount`: a record, where the entity is what is the largest; else the figure."""
        first = self.pieces[self._entities[0]]
        superlative = next((n for n, piece in enumerate(self.pieces) if piece.cue("max") or piece.cue("min")), None)
        adjacent = superlative is not None and self._entities[0] == superlative + 1
        if adjacent or (self._which_anywhere() and first.start <= 3):
            self.asked.of_rows = self.asked.ranked = True
            self.asked.descending = self.asked.function == "max"
            self.asked.function = ""
            self.asked.limit = self.asked.limit or 1

    def _singular_best(self) -> bool:
        """`which region has the highest …` asks for one."""
        return any(piece.cue(kind) for piece in self.pieces for kind in ("max", "min", "best", "worst"))

    def _settle_measure(self) -> None:
        """What a ranking goes by where nobody says: the number of rows where the entity is named, else a figure."""
        if self._entities and self.asked.groups:
            self.asked.counted = True
        elif self.asked.of_rows:
            self.asked.measures = [self._headline(self.pipe.numbers())]
        else:
            raise Refusal("not_understood", "I do not understand by what this is to be ranked.")

    def _settle_nothing(self) -> None:
        asked = self.asked
        if asked.filters and asked.filters[0].field.kind == "number" and self._which_anywhere() and asked.grain:
            asked.measures = [asked.filters[0].field]
        elif asked.function in ("sum", "avg") and any(f.field.kind == "number" for f in asked.filters):
            raise Refusal("not_understood", "I do not understand what is to be summed.")
        elif (asked.counted or asked.rows or asked.exists or asked.share) and asked.filters and not asked.function:
            what = (self.pipe.facts.entity_scope or "row").replace("_", " ")
            asked.how.append(WHOLE)
            asked.assume(f"{plural(what, 2)} of {self.pipe.label} are meant")
        elif asked.counted and self._named_pipe:
            pass
        else:
            raise Refusal(
                "not_understood", "I do not understand what is asked for: no measure and no kind of record is named."
            )


def _fitting(field: Field, value: float, *, percent: bool) -> int | float:
    """`20%` of a field that is in percent is 20. Of another one nobody knows whether it is 20 or 0.2."""
    if percent and (field.unit or "").lower() not in ("percent", "%", "pct"):
        raise Refusal(
            "ambiguous",
            f"{field.label} is not known to be in percent.",
            choices=(f"{field.name} {value}", f"{field.name} {value / 100}"),
        )
    return value


def _always():  # type: ignore[no-untyped-def]
    from aos.nlq.when import When

    return When("all")


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
