"""Why a drifted line is refused, in the words that stand in quarantine."""

from collections.abc import Sequence
from typing import NamedTuple

from aos.contracts.ingest import FaultNote
from aos.dcl.sidecar.contract import Contract
from aos.dcl.sidecar.faults import Fault


class Reason(NamedTuple):
    """`word` to filter by, `detail` for a person, `faults` for both."""

    word: str
    detail: str
    faults: list[FaultNote]


def reason_of(faults: Sequence[Fault], contract: Contract, *, repairs: bool = False) -> Reason:
    """The reason of a line with these faults, at least one, where no repair is tried. `repairs`: it would be, if it
    were known where from."""
    notes = _notes(faults)
    beyond_repair = next((fault.kind for fault in faults if not fault.repairable), "no_id")
    unmended = "repair_no_source" if repairs else "repair_disabled"
    word = unmended if contract.repairable(faults) else beyond_repair
    return Reason(word, f"{notes[0].path}: {notes[0].kind}", notes)


def unrepaired(faults: Sequence[Fault], word: str, detail: str) -> Reason:
    """The reason of a line whose repair was tried and came to nothing."""
    notes = _notes(faults)
    return Reason(word, f"{notes[0].path}: {notes[0].kind}; {detail}", notes)


def _notes(faults: Sequence[Fault]) -> list[FaultNote]:
    return [FaultNote(path=f.path, kind=f.kind, expected=f.expected, found=f.found) for f in faults]
