"""What must hold after every fault, as one pure function: each position in one place, and the right thing there."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Sample(NamedTuple):
    """One line looked at closely: its bytes as the source sends them, the truth behind it (None where chaos hit it),
    what was filed for it and what lies in quarantine for it (None: nothing)."""

    position: int
    sent: bytes
    truth: Any
    filed: Any
    refused: bytes | None


class Evidence(NamedTuple):
    """What was found of the positions `first` to `last`: `filed` with the invoice id in each payload, `refused` in
    quarantine, `hits` by the source's own chaos log; `entries` that were added to the streams for them, `outside` rows
    that belong to no line taken so far, `imbalance` of the ledger."""

    first: int
    last: int
    filed: Mapping[int, str]
    refused: frozenset[int]
    hits: frozenset[int]
    entries: int
    outside: int
    imbalance: int
    samples: tuple[Sample, ...] = ()


class Finding(NamedTuple):
    """`complaints` is empty where everything holds; each is one plain sentence."""

    lines: int
    missing: int
    duplicated: int
    imbalance: int
    complaints: tuple[str, ...]


def check(found: Evidence) -> Finding:
    wanted = frozenset(range(found.first, found.last + 1))
    filed = frozenset(found.filed)
    missing = wanted - filed - found.refused
    twice = filed & found.refused
    surplus = max(0, found.entries - (len(wanted) - len(missing)))
    duplicated = surplus + len(twice) + found.outside
    complaints = [
        *_named("in neither place", missing),
        *_named("filed and in quarantine", twice),
        *_named("hit by chaos, but filed", (filed & found.hits) - twice),
        *_named("not hit, but in quarantine", (found.refused & wanted) - found.hits - twice),
        *_named("filed with another invoice", {n for n, invoice in found.filed.items() if invoice != f"INV-{n}"}),
        *_samples(found.samples),
    ]
    if found.last < found.first - 1:
        complaints.append(f"the stored cursor went back from {found.first - 1} to {found.last}")
    if surplus:
        complaints.append(f"{surplus} entries were added to the streams a second time")
    if found.outside:
        complaints.append(f"{found.outside} rows belong to no line that was taken")
    if found.imbalance:
        complaints.append(f"the ledger's imbalance is {found.imbalance}")
    return Finding(len(wanted), len(missing), duplicated, found.imbalance, tuple(complaints))


def _samples(samples: Iterable[Sample]) -> list[str]:
    clean = {s.position for s in samples if s.truth is not None and s.filed is not None and s.filed != s.truth}
    hit = {s.position for s in samples if s.refused is not None and s.refused != s.sent}
    return [*_named("filed, but not as the truth has them", clean), *_named("in quarantine with other bytes", hit)]


def _named(what: str, positions: Iterable[int]) -> list[str]:
    """One complaint for all of them, with the first few named."""
    listed = sorted(positions)
    if not listed:
        return []
    shown = ", ".join(map(str, listed[:5])) + (", ..." if len(listed) > 5 else "")
    return [f"{len(listed)} lines are {what}: {shown}"]
