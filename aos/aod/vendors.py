"""Which vendor a spelling means: `seeds/inventory/vendors.yaml`, checked when it is read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from aos.contracts.base import Strict
from aos.core.errors import BadSettings
from aos.core.spelling import spelling
from aos.core.strict_yaml import read_yaml

UNKNOWN = "unknown"  # a category that nobody told
Risk = Literal["low", "med", "high"]
Word = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,63}$(?!\\n)")]


class Vendor(Strict, frozen=True):
    """`source_type` is what a connection intent calls it; empty: the vendor's own name."""

    vendor: Word
    category: Word
    source_type: str = ""
    also: list[str] = msgspec.field(default_factory=list)


class VendorFile(Strict, frozen=True):
    vendors: list[Vendor]
    risk: dict[Word, Risk]


class Vendors:
    """Vendors by any of their spellings."""

    def __init__(self, named: Mapping[str, Vendor], risk: Mapping[str, Risk]) -> None:
        self._named, self._risk = named, risk

    @classmethod
    def load(cls, path: Path) -> "Vendors":
        """`BadSettings` names the file and the place."""
        read = read_yaml(path, VendorFile)
        named: dict[str, Vendor] = {}
        for index, vendor in enumerate(read.vendors):
            for spelled in (vendor.vendor, *vendor.also):
                known = named.setdefault(spelling(spelled), vendor)
                if known is not vendor or not spelling(spelled):
                    told = f"{spelled!r} is empty" if known is vendor else f"{spelled!r} is {known.vendor} already"
                    raise BadSettings(f"{path}: $.vendors[{index}]: {told}")
        return cls(named, read.risk)

    def name(self, spelled: str) -> str:
        """The vendor's one name; empty where the spelling holds neither letter nor digit."""
        key = spelling(spelled)
        known = self._named.get(key)
        return known.vendor if known else key

    def category(self, vendor: str) -> str:
        known = self._named.get(vendor)
        return known.category if known else UNKNOWN

    def source_type(self, vendor: str) -> str:
        known = self._named.get(vendor)
        return (known.source_type if known else "") or vendor

    def risk(self, category: str) -> Risk:
        return self._risk.get(category, "med")
