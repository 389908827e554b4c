"""A family's steps of discovery, one after the other: each puts its piece into the streams and may bind values that
later steps run for."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aos.aam.onboarding.adapter import Discovered
from aos.aam.onboarding.answer import Answer, at, items, text_at
from aos.aam.onboarding.connection import fill, needed
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import PLACEHOLDER, Ask, Family, Step
from aos.aam.onboarding.streams import Streams, schema_type

MOST_RUNS = 5  # of one step
Bound = dict[str, str]
Reader = Callable[[Ask, Mapping[str, str]], Awaitable[Answer]]


class Discovery:
    """`read` makes one read with placeholders filled, or raises `Failure`."""

    def __init__(self, family: Family, values: Mapping[str, str], read: Reader) -> None:
        self._family, self._values, self._read = family, values, read
        self._streams, self._warnings = Streams(), list[str]()
        self._bound: list[Bound] = []

    async def run(self) -> Discovered:
        for step in self._family.discover:
            await self._step(step)
        if self._streams.cut:
            self._warnings.append("The source has more streams than are listed here")
        if bare := self._streams.without_fields():
            self._warnings.append(f"{bare} streams are listed without their fields")
        streams = self._streams.told()
        if not streams:
            raise self._shape(self._family.title, "it describes nothing")
        return Discovered(streams, tuple(self._warnings))

    async def _step(self, step: Step) -> None:
        own = set(step.bind) & set(PLACEHOLDER.findall(step.stream))
        wanted = needed(step.ask, self._values) if step.ask else frozenset[str]()
        if step.fields and not own and not wanted:
            self._streams.known(step.stream, step.fields, step.identity)
        if step.ask is None:
            return
        turns = [bound for bound in self._bound if wanted <= bound.keys()] if wanted else [{}]
        for bound in turns[:MOST_RUNS]:
            try:
                answer = await self._read(step.ask, {**self._values, **bound})
                self._take(step, step.ask, answer, bound)
            except Failure as failure:
                if not step.optional or failure.kind not in (Kind.PERMISSION, Kind.OTHER, Kind.SCHEMA):
                    raise
                self._warnings.append(f"{step.stream or step.ask.url} is left out: {failure.message}")

    def _take(self, step: Step, ask: Ask, answer: Answer, bound: Bound) -> None:
        if step.properties:
            return self._schema(step, ask, answer, bound)
        found = items(answer.value, ask.items, absent=ask.absent)
        if found is None:
            raise self._shape(ask.url, f"it has no {ask.items or 'list'}")
        self._bind(step, found, bound)
        values = {**self._values, **bound}
        if step.bind and set(step.bind) & set(PLACEHOLDER.findall(step.stream)):
            for item in found:
                own = {name: text_at(item, pointer) for name, pointer in step.bind.items()}
                if all(own.values()) and not set(own.values()) & set(step.skip):
                    inner = at(item, step.inner) if step.inner else []
                    self._fields(step, fill(step.stream, values | own), inner if isinstance(inner, list) else [])
        elif step.name:
            self._fields(step, fill(step.stream, values), found)
        elif step.stream:
            typed = not answer.body.lstrip().startswith(b"<")
            self._streams.seen(fill(step.stream, values), found, step.identity, typed=typed, exact=step.exact)
        return None

    def _bind(self, step: Step, found: list[Any], bound: Bound) -> None:
        if not step.bind:
            return
        new = [{name: text_at(item, pointer) for name, pointer in step.bind.items()} for item in found]
        good = [own for own in new if all(own.values()) and not set(own.values()) & set(step.skip)]
        if found and not good and not step.skip:
            raise self._shape(step.stream, f"its items have no {', '.join(step.bind.values())}")
        rank = {name: number for number, name in enumerate(step.first)}
        good.sort(key=lambda own: min(rank.get(value, len(rank)) for value in own.values()))
        self._bound += [{**bound, **own} for own in good[: step.each]]

    def _fields(self, step: Step, stream: str, found: list[Any]) -> None:
        told = [(text_at(item, step.name), self._type(step, item)) for item in found]
        if found and not any(name for name, _ in told):
            raise self._shape(stream, f"its fields have no {step.name}")
        self._streams.described(stream, told, step.identity)

    def _type(self, step: Step, item: Any) -> str:
        if step.facets and isinstance(item, dict):
            return next((facet for facet in step.facets if facet in item), "")
        return text_at(item, step.type) if step.type else ""

    def _schema(self, step: Step, ask: Ask, answer: Answer, bound: Bound) -> None:
        found = [at(answer.value, pointer) for pointer in step.properties]
        objects = [each for each in found if isinstance(each, dict)]
        if not objects:
            raise self._shape(ask.url, f"it has no {step.properties[0]}")
        told = [(str(name), schema_type(schema)) for each in objects for name, schema in each.items()]
        self._streams.described(fill(step.stream, {**self._values, **bound}), told, step.identity)

    def _shape(self, what: str, why: str) -> Failure:
        told = f"{self._family.title}'s answer is not in the shape that is known ({what or 'the reply'}): {why}"
        return Failure(Kind.SCHEMA, told, "compare the source's version with docs/families.md, then heal")
