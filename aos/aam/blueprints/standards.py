"""What vendors, categories and transports have in common: `seeds/aam/*.yaml`, checked when they are read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from aos.contracts.base import Strict
from aos.contracts.export import PlaneType
from aos.contracts.manifest import Adapter
from aos.contracts.names import Name
from aos.core.errors import BadSettings
from aos.core.spelling import spelling
from aos.core.strict_yaml import read_yaml

Known = TypeVar("Known")
Word = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,63}$(?!\\n)")]
Names = Annotated[list[Name], msgspec.Meta(max_length=2_000)]
Change = Literal["append_only", "upsert", "snapshot"]


class ResourceStandard(Strict, frozen=True):
    """One kind of thing that a vendor has; `keys` are among `fields`."""

    resource: Word
    entity: Word
    keys: Names
    fields: Names
    also: list[str] = msgspec.field(default_factory=list)


class VendorStandard(Strict, frozen=True):
    vendor: Word
    transport_kind: Word | None = None
    also: list[str] = msgspec.field(default_factory=list)
    fields: Names = msgspec.field(default_factory=list)
    resources: list[ResourceStandard] = msgspec.field(default_factory=list)


class CategoryStandard(Strict, frozen=True):
    category: Word
    entity: Word
    keys: Names
    fields: Names


class Transport(Strict, frozen=True):
    plane_type: PlaneType
    modality: Literal["batch", "stream"] | None = None
    change_semantics: Change | None = None
    also: list[str] = msgspec.field(default_factory=list)


class Inferences(Strict, frozen=True):
    transports: dict[Word, Transport]
    adapters: dict[Adapter, Word]
    planes: dict[Word, PlaneType]
    changed_fields: list[Name]


class VendorFile(Strict, frozen=True):
    vendors: list[VendorStandard]


class CategoryFile(Strict, frozen=True):
    categories: list[CategoryStandard]


class Standards(NamedTuple):
    """All three files, by any of the spellings."""

    vendors: Mapping[str, VendorStandard]
    resources: Mapping[tuple[str, str], ResourceStandard]
    categories: Mapping[str, CategoryStandard]
    transports: Mapping[str, str]
    inferences: Inferences

    def vendor(self, name: str) -> VendorStandard | None:
        return self.vendors.get(spelling(name))

    def resource(self, vendor: str, *names: str) -> ResourceStandard | None:
        """The first of these names that the vendor is known to have."""
        known = self.vendor(vendor)
        keys = [(known.vendor, singular(name)) for name in names] if known else []
        return next((self.resources[key] for key in keys if key in self.resources), None)

    def category(self, name: str) -> CategoryStandard | None:
        return self.categories.get(spelling(name))

    def transport(self, word: str) -> tuple[str, Transport | None]:
        """(the transport's one name, what is known of it); a word that is not known stays as it is."""
        name = self.transports.get(spelling(word), "")
        return (name, self.inferences.transports[name]) if name else (word, None)


def load(directory: Path) -> Standards:
    """`BadSettings` names the file and the place."""
    vendors = _by_name(
        directory / "vendors.yaml",
        [((each.vendor, *each.also), each) for each in read_yaml(directory / "vendors.yaml", VendorFile).vendors],
    )
    resources: dict[tuple[str, str], ResourceStandard] = {}
    for vendor in {each.vendor: each for each in vendors.values()}.values():
        where = f"{directory / 'vendors.yaml'}: {vendor.vendor}"
        for known in vendor.resources:
            _check(where, known.resource, known.keys, known.fields)
            for word in (known.resource, *known.also):
                if resources.setdefault((vendor.vendor, singular(word)), known) is not known:
                    raise BadSettings(f"{where}: {word!r} stands twice")
    path = directory / "categories.yaml"
    read = read_yaml(path, CategoryFile).categories
    for category in read:
        _check(str(path), category.category, category.keys, category.fields)
    categories = _by_name(path, [((each.category,), each) for each in read])
    path = directory / "inference.yaml"
    inferences = read_yaml(path, Inferences)
    transports = _by_name(path, [((name, *each.also), name) for name, each in inferences.transports.items()])
    for name in inferences.adapters.values():
        if name not in inferences.transports:
            raise BadSettings(f"{path}: $.adapters: {name!r} is no transport")
    return Standards(vendors, resources, categories, transports, inferences)


def _check(where: str, name: str, keys: list[str], fields: list[str]) -> None:
    if not set(keys) <= set(fields) or len(set(fields)) != len(fields):
        raise BadSettings(f"{where}: {name}: keys are among the fields, and no field stands twice")


def _by_name(path: Path, named: list[tuple[tuple[str, ...], Known]]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for spelled, known in named:
        for word in spelled:
            if found.setdefault(spelling(word), known) is not known:
                raise BadSettings(f"{path}: {word!r} stands twice")
    return found


def singular(word: str) -> str:
    """A kind of thing without case, punctuation and a plural `s`."""
    return spelling(word).removesuffix("s")
