"""What a platform answers: `seeds/middleware.yaml`, checked when it is read, held against what was seen."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from aos.contracts.base import Strict
from aos.contracts.discovery import Evidence
from aos.core.errors import BadSettings
from aos.core.redact import one_line, redact
from aos.core.strict_yaml import read_yaml

LONGEST_SEEN = 120  # characters of what was seen
LONGEST_VALUE = 1024  # characters of a header's value that a pattern looks at

Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,63}$")]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
FieldNames = Annotated[list[Annotated[str, msgspec.Meta(min_length=1)]], msgspec.Meta(min_length=1, max_length=64)]


class Seen(NamedTuple):
    """What one endpoint answered: names of `headers` in small letters, `records` the first ones, decoded."""

    status: int
    headers: Mapping[str, str]
    records: Sequence[dict[str, Any]]

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Sign(Strict, frozen=True):
    """One of header (and what its value `matches`), content_type, status and fields. A header that `varies` has another
    value in every answer: that it is there is what is told of it."""

    sign: Name
    weight: Share
    header: str | None = None
    matches: str | None = None
    varies: bool = False
    content_type: str | None = None
    status: int | None = None
    fields: FieldNames | None = None

    def evidence(self, seen: Seen) -> Evidence:
        """What was seen where this sign looks; its weight when that is the sign, else 0."""
        there, shown = self._look(seen)
        return Evidence(sign=self.sign, seen=one_line(redact(shown), LONGEST_SEEN), weight=self.weight if there else 0)

    def _look(self, seen: Seen) -> tuple[bool, str]:
        if self.header is not None:
            value = seen.headers.get(self.header)
            if value is None:
                return False, f"no {self.header}"
            there = self.matches is None or re.search(self.matches, value[:LONGEST_VALUE]) is not None
            return there, f"{self.header}: {'differs by answer' if self.varies and there else value}"
        if self.content_type is not None:
            return seen.content_type == self.content_type, seen.content_type or "no content type"
        if self.status is not None:
            return seen.status == self.status, str(seen.status)
        return has_fields(seen, self.fields or ()), _shape(seen)

    def fault(self) -> str:
        """What is wrong with it that its types do not say."""
        looks = [name for name in ("header", "content_type", "status", "fields") if getattr(self, name) is not None]
        if len(looks) != 1:
            return "needs exactly one of header, content_type, status, fields"
        if (self.matches is not None or self.varies) and self.header is None:
            return "`matches` and `varies` go with a header"
        for name in ("header", "content_type"):
            if (text := getattr(self, name)) is not None and (not text or text != text.lower()):
                return f"{name} is written in small letters"
        try:
            re.compile(self.matches or "")
        except re.error as error:
            return f"matches: {error}"
        return ""


class Platform(Strict, frozen=True):
    """`source_type` is what DCL calls such a source; empty: it can't be handed over."""

    platform: Name
    signs: Annotated[list[Sign], msgspec.Meta(min_length=1, max_length=64)]
    source_type: str = ""

    def look(self, seen: Seen) -> tuple[float, list[Evidence]]:
        """(confidence: the sum of the weights of what is there, every sign with what was seen)."""
        evidence = [sign.evidence(seen) for sign in self.signs]
        return _sum(each.weight for each in evidence), evidence


class AssetShape(Strict, frozen=True):
    """The business system behind a stream whose records have these fields."""

    related_asset: Name
    fields: FieldNames


class Recognition(NamedTuple):
    """The nearest platform; `found` when its confidence reaches the threshold."""

    platform: Platform
    confidence: float
    evidence: list[Evidence]
    found: bool


class Signs(Strict, frozen=True):
    """The file. `threshold`: the confidence from which on something is found."""

    threshold: Share
    platforms: Annotated[list[Platform], msgspec.Meta(min_length=1)]
    assets: list[AssetShape] = msgspec.field(default_factory=list)

    def recognise(self, seen: Seen) -> Recognition:
        looks = [(platform, *platform.look(seen)) for platform in self.platforms]
        platform, confidence, evidence = max(looks, key=lambda look: look[1])
        return Recognition(platform, confidence, evidence, confidence >= self.threshold)

    def related_asset(self, seen: Seen) -> str:
        """The first asset whose fields most of the records have; empty: none that is known."""
        return next((shape.related_asset for shape in self.assets if has_fields(seen, shape.fields)), "")

    def source_type(self, platform: str) -> str:
        return next((each.source_type for each in self.platforms if each.platform == platform), "")


def has_fields(seen: Seen, fields: Sequence[str]) -> bool:
    """Whether most of the records have all of these: one of them may have drifted."""
    whole = sum(all(name in record for name in fields) for record in seen.records)
    return whole * 2 > len(seen.records)


def load(path: Path) -> Signs:
    """Read and check the file. `BadSettings` names the file and the path in it."""
    signs = read_yaml(path, Signs)
    if fault := _fault(signs):
        raise BadSettings(f"{path}: {fault}")
    return signs


def _fault(signs: Signs) -> str:
    """What is wrong with the whole, and where."""
    names = [platform.platform for platform in signs.platforms]
    for index, platform in enumerate(signs.platforms):
        where = f"$.platforms[{index}]"
        if names.index(platform.platform) != index:
            return f"{where}.platform: {platform.platform} stands twice"
        known: set[str] = set()
        for number, sign in enumerate(platform.signs):
            if sign.sign in known:
                return f"{where}.signs[{number}].sign: {sign.sign} stands twice"
            if why := sign.fault():
                return f"{where}.signs[{number}]: {why}"
            known.add(sign.sign)
        total = _sum(sign.weight for sign in platform.signs)
        if not signs.threshold <= total <= 1:
            return f"{where}.signs: the weights add up to {total:g}, not to {signs.threshold:g} to 1"
    return ""


def _sum(weights: Iterable[float]) -> float:
    """To the sixth decimal, so that 0.35 + 0.2 + … is the number that it looks like."""
    return round(sum(weights), 6)


def _shape(seen: Seen) -> str:
    return ", ".join(seen.records[0]) if seen.records else "no records"
