"""The streams of a catalogue while it is being put together: what was known beforehand, described, and seen."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from aos.aam.onboarding.answer import text_at
from aos.contracts.onboarding import CatalogField, CatalogStream
from aos.core.redact import one_line

MOST_STREAMS = 500
MOST_FIELDS = 1_000  # of a stream
_PLAIN = frozenset(("string", "number", "boolean", "object", "array"))


class Streams:
    """Sorted when they are told, so that the same source gives the same catalogue."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, str]] = {}
        self._origin: dict[str, Literal["discovered", "observed", "static"]] = {}
        self._identity: dict[str, list[str]] = {}
        self.cut = False

    def known(self, name: str, fields: Iterable[str], identity: Sequence[str]) -> None:
        """Fields that the catalogue of AOS knows: `name` or `name:type`. The last colon parts them."""
        if self._place(name, identity):
            for text in fields:
                field, _, kind = text.rpartition(":")
                self._fields[name].setdefault(field or kind, kind if field else "")

    def described(self, name: str, fields: Iterable[tuple[str, str]], identity: Sequence[str] = ()) -> None:
        """Fields that the source tells of."""
        if self._place(name, identity):
            found = {one_line(field, 200): one_line(kind, 100) for field, kind in fields if field}
            if found:
                self._fields[name] |= found
                self._origin[name] = "discovered"

    def seen(
        self,
        name: str,
        items: Sequence[Any],
        identity: Sequence[str] = (),
        *,
        typed: bool = True,
        exact: bool = False,
    ) -> None:
        """Items: their keys are fields. A type that was known stays unless the items have another. `typed` is false
        for XML, where everything is text. `exact`: a field that no item has is gone."""
        if not self._place(name, identity):
            return
        fields = self._fields[name]
        if exact and items and (gone := fields.keys() - {one_line(str(key), 200) for item in items for key in item}):
            self._fields[name] = fields = {field: kind for field, kind in fields.items() if field not in gone}
            self._origin[name] = "observed"
        for item in items:
            for key, value in item.items() if isinstance(item, dict) else ():
                kind = kind_of(value) if typed else ""
                before = fields.get(one_line(str(key), 200))
                if before is None or (kind and before in _PLAIN and before != kind):
                    fields[one_line(str(key), 200)] = kind
                    if self._origin[name] == "static":
                        self._origin[name] = "observed"

    def told(self) -> tuple[CatalogStream, ...]:
        return tuple(
            CatalogStream(
                name=name,
                fields=[CatalogField(name=field, type=kind) for field, kind in self._cut(name)],
                origin=self._origin[name],
                identity=[field for field in self._identity[name] if field in self._fields[name]],
            )
            for name in sorted(self._fields)
        )

    def without_fields(self) -> int:
        return sum(not fields for fields in self._fields.values())

    def _cut(self, name: str) -> list[tuple[str, str]]:
        return sorted(self._fields[name].items())[:MOST_FIELDS]

    def _place(self, name: str, identity: Sequence[str]) -> bool:
        if name not in self._fields:
            if len(self._fields) >= MOST_STREAMS:
                self.cut = True
                return False
            self._fields[name], self._origin[name], self._identity[name] = {}, "static", []
        self._identity[name] = list(identity) or self._identity[name]
        return True


def kind_of(value: Any) -> str:
    """A JSON type; empty for null, which has none."""
    match value:
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return ""


def schema_type(schema: Any) -> str:
    """The type of a property of a JSON schema."""
    if not isinstance(schema, dict):
        return ""
    kind = schema.get("type")
    if isinstance(kind, list):
        return "|".join(str(each) for each in kind if each != "null")[:100]
    if isinstance(kind, str):
        shape = schema.get("format")
        return f"{kind}({shape})" if isinstance(shape, str) and shape else kind
    reference = text_at(schema, "/$ref")
    return reference.rpartition("/")[2] or ("object" if "properties" in schema else "")
