"""The source families as data: one small file each in `catalog/`, read strictly. A file that can't be used names itself
and its place when it is loaded, never in the middle of an onboarding."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from aos.aam.onboarding.auth import AuthSpec
from aos.contracts.base import Strict
from aos.core.errors import BadSettings
from aos.core.redact import one_line

CATALOG = Path(__file__).parent / "catalog"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
Pointer = Annotated[str, Meta(pattern=r"^(/.*)?$")]
Path_ = Annotated[str, Meta(pattern=r"^(/|https://|\{)")]
Value = str | int


class Place(Strict, frozen=True, kw_only=True):
    """A placeholder: which of `resource_ids` it is (`at`), what it must look like, what stands there when nothing was
    given. Group 1 of the pattern is the value where it has one. `secret` names a field of the credential that says the
    same, and has to. `fold`: case does not count; nor does it with any `to` but `as_is`."""

    at: int
    pattern: str
    says: str
    default: str | None = None
    to: Literal["as_is", "lower", "host", "realm"] = "as_is"
    secret: str = ""
    fold: bool = False


class Ask(Strict, frozen=True, kw_only=True):
    """One read. `url` is a path behind the base, or whole. `size` names the parameter (of query or body) that holds
    the page size; `items` points at the items of the reply, empty for the reply itself. `absent`: a reply without that
    key has no items. `ok` points at what only a proper answer has. `open`: sent without the credential.
    `or_else` is asked where this is not found. `strangers`: asked once more without the credential, since some sites
    answer anybody; that proves nothing then, and is a warning."""

    url: Path_
    method: Literal["GET", "POST"] = "GET"
    query: dict[str, Value] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    operation: str = ""
    accept: str = ""
    size: str = ""
    items: Pointer = ""
    absent: bool = False
    ok: Pointer = ""
    open: bool = False
    or_else: str = ""
    strangers: bool = False


class Step(Strict, frozen=True, kw_only=True):
    """A piece of the catalogue. With `name` the items are fields of `stream`; with `properties` fields are the keys of
    objects there; otherwise the items are things of the kind `stream`, and `fields` are known beforehand (`name` or
    `name:type`). `bind` keeps values of an item for later steps, which run for `each` of them at most, those in
    `first` before others and those in `skip` never; a stream that is named by a value bound here is one stream an
    item, and `inner` points at its fields. `facets`: an item's type is the first of these keys that it has. `exact`:
    the items were asked for these very fields, so that one that none of them has is gone. `optional`: a refusal is a
    warning."""

    stream: str = ""
    ask: Ask | None = None
    fields: list[str] = field(default_factory=list)
    identity: list[str] = field(default_factory=list)
    name: Pointer = ""
    type: Pointer = ""
    facets: list[str] = field(default_factory=list)
    properties: list[Pointer] = field(default_factory=list)
    bind: dict[str, Pointer] = field(default_factory=dict)
    inner: Pointer = ""
    each: Annotated[int, Meta(ge=1, le=8)] = 3
    first: list[str] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)
    exact: bool = False
    optional: bool = False


class Identity(Strict, frozen=True, kw_only=True):
    """Where a source tells whose account a credential is of, to be held against resource_ids[0]. `told`:
    `health:/pointer`, `ask:/pointer` (of the reply to `ask`) or `token:/claim`; one that is the same is enough. Both
    sides are read by `pattern` (group 1 where it has one); `fold`: case does not count. With `only`, names of another
    form are not compared, which is a warning. `proved_by` are the strategies in which the source itself lets nobody in
    for another account than the one that is named."""

    told: list[Annotated[str, Meta(pattern=r"^(health|ask|token):/.+$")]] = field(default_factory=list)
    ask: Ask | None = None
    pattern: str = ".+"
    fold: bool = False
    only: str = ""
    proved_by: list[str] = field(default_factory=list)


class Family(Strict, frozen=True, kw_only=True):
    """`rights` says for a person what `scopes` say for a machine. `account` is what the source counts calls for: what
    resource_ids[0] names, or whoever has the credential. `granted` tells where a source names the scopes that we have:
    `header:NAME`, `reply:/pointer` of the health call, `token:scope` or `token:roles`. `dialect` is how it tells
    errors (errors.py). `reader` says what reads it where that is not plain HTTP."""

    source_type: str
    title: str
    rights: str
    base: str = ""
    auth: list[AuthSpec] = field(default_factory=list)
    place: dict[str, Place] = field(default_factory=dict)
    reader: Literal["native", "openapi", "sql"] = "native"
    own_endpoint: bool = False
    account: Literal["resource", "credential"] = "resource"
    headers: dict[str, str] = field(default_factory=dict)
    health: Ask | None = None
    identity: Identity | None = None
    discover: list[Step] = field(default_factory=list)
    sample: Ask | None = None
    scopes: list[str] = field(default_factory=list)
    granted: str = ""
    dialect: str = "plain"
    rate_per_s: Annotated[float, Meta(gt=0, le=50)] = 5
    in_flight: Annotated[int, Meta(ge=1, le=8)] = 8
    airbyte: str = ""

    def asks(self) -> Iterator[Ask]:
        """Every read of this family."""
        identity = self.identity.ask if self.identity else None
        yield from (ask for ask in (self.health, identity, *(step.ask for step in self.discover), self.sample) if ask)

    def templates(self) -> Iterator[str]:
        """Every text with placeholders in it."""
        yield self.base
        for spec in self.auth:
            yield from spec.templates()
        for ask in self.asks():
            yield from (ask.url, ask.or_else, *(str(value) for value in ask.query.values()))
            yield from _texts(ask.body)
        yield from (step.stream for step in self.discover)

    def urls(self) -> Iterator[str]:
        """Every URL template that this family calls, token URLs among them."""
        for ask in self.asks():
            yield from (self.whole(url) for url in (ask.url, ask.or_else) if url)
        for spec in self.auth:
            yield from spec.token_urls()

    def whole(self, url: str) -> str:
        return self.base + url if url.startswith("/") else url


def load(directory: Path = CATALOG) -> Mapping[str, Family]:
    """All families by source type. `BadSettings` names the file and the place in it."""
    found: dict[str, Family] = {}
    for path in sorted(directory.glob("*.toml")):
        family = read(path)
        if family.source_type != path.stem:
            raise BadSettings(f"{path.name}: $.source_type: the file is named for another family")
        found[family.source_type] = family
    if not found:
        raise BadSettings(f"{directory}: there is no family in it")
    return MappingProxyType(found)


def read(path: Path) -> Family:
    try:
        family = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Family)
    except OSError as error:
        raise BadSettings(f"{path.name}: can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"{path.name}: {one_line(str(error))}") from error
    if fault := _fault(family):
        raise BadSettings(f"{path.name}: {fault}")
    return family


def _fault(family: Family) -> str:
    """What is wrong with a family that is well written; empty where nothing is."""
    declared = set(family.place) | {name for step in family.discover for name in step.bind}
    for template in family.templates():
        for name in PLACEHOLDER.findall(template):
            if name not in declared:
                return f"the placeholder {{{name}}} is not declared"
    for name, place in family.place.items():
        try:
            re.compile(place.pattern)
        except re.error as error:
            return f"$.place.{name}.pattern: {error}"
    try:
        for pattern in (family.identity.pattern, family.identity.only) if family.identity else ():
            re.compile(pattern)
    except re.error as error:
        return f"$.identity: {error}"
    if family.reader != "native":
        return ""
    if not family.base or not family.auth or family.health is None or family.sample is None or not family.discover:
        return "a native family has base, auth, health, discover and sample"
    if not family.sample.size:
        return "$.sample.size: the sample names the parameter that holds its size"
    if not any(step.fields or step.properties for step in family.discover):
        return "$.discover: no stream is known where the source shows nothing"
    return ""


def normal(family: Family | None, resource_ids: Sequence[str]) -> list[str]:
    """The resource ids in the one spelling that a connection is known by: without blanks around them, and in small
    letters where no place of the family tells case apart. Of an unknown family nothing but the blanks goes."""
    places = list(family.place.values()) if family is not None else []
    told_apart = {place.at for place in places if place.to == "as_is" and not place.fold}
    known = {place.at for place in places}
    stripped = [each.strip() for each in resource_ids]
    return [each.lower() if at in known - told_apart else each for at, each in enumerate(stripped)]


def origin_of(url: str) -> str:
    """Where a URL template begins: scheme and host, or the placeholder that is both."""
    found = re.match(r"https://[^/?]+|\{[a-z_]+\}", url)
    return found[0] if found else ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
