"""Evidence as it comes in: lines of a file or rows of a request, each either usable or named with what is wrong."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from aos.aod.vendors import Vendors
from aos.contracts.candidates import InventoryRow
from aos.core.errors import NotFound
from aos.core.nesting import DEEPEST, too_deep
from aos.core.redact import is_reference, one_line, secret_in

LONGEST_NAME = 256
SAMPLE = Path("inventory") / "sample.ndjson"


class Seen(NamedTuple):
    """A usable row: its number, its vendor's one name, what it is a part of (the product, in small letters; empty where
    the row names none), its time, and whether its locator may be handed on."""

    number: int
    vendor: str
    product: str
    resource: str
    at: datetime
    row: InventoryRow


class Inventory(NamedTuple):
    seen: list[Seen]
    unusable: list[str]


def sample_lines(seeds: Path) -> list[bytes]:
    """The lines of the sample. `NotFound` names the file that should be there."""
    path = seeds / SAMPLE
    try:
        return path.read_bytes().split(b"\n")
    except OSError as error:
        told = f"{path.name} can't be read ({error.strerror}); send an inventory in the body"
        raise NotFound(told, code="aod.no_inventory") from error


def read_lines(lines: Sequence[bytes]) -> tuple[list[tuple[int, InventoryRow]], list[str]]:
    """(rows with the numbers of their lines, from 0; what could not be read and why). Empty lines are passed over."""
    rows: list[tuple[int, InventoryRow]] = []
    bad: list[str] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            rows.append((number, msgspec.json.decode(line, type=InventoryRow)))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            bad.append(f"row {number}: {one_line(str(error), 200)}")
    return rows, bad


def usable(row: InventoryRow, number: int, vendors: Vendors) -> Seen | str:
    """The row as discovery takes it, or why it leads nowhere."""
    vendor, resource = vendors.name(row.vendor), " ".join(row.resource.split())
    if not vendor:
        return f"row {number}: vendor names nobody"
    if not resource:
        return f"row {number}: resource is blank"
    product = " ".join(row.product.casefold().split())
    if not (vendor + resource + product).isprintable():
        return f"row {number}: vendor, product or resource holds characters that can't be shown"
    if max(len(vendor), len(product)) > LONGEST_NAME:
        return f"row {number}: vendor or product is longer than {LONGEST_NAME} characters"
    try:
        at = datetime.fromisoformat(row.ts)
    except ValueError:
        return f"row {number}: ts is no ISO 8601 time"
    if too_deep(row.details):
        return f"row {number}: details are nested deeper than {DEEPEST} levels"
    if where := secret_in(row.details, "details"):
        return f"row {number}: {where} looks like a secret; a reference (env:, vault:) goes there"
    if row.credential_locator and not is_reference(row.credential_locator):
        return f"row {number}: credential_locator is no reference (env:, vault:, consent:, sp:)"
    if any(not each.isprintable() or not each.strip() for each in row.resource_ids):
        return f"row {number}: resource_ids hold a name that is blank or can't be shown"
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Seen(number, vendor, product, resource, at, row)
