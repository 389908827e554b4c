"""A contract tried on lines before a connector is made: the sidecar's own splitter and airlock, and what they say.

Whatever the length of the input, only counts and a few examples are kept: reasons are few, and faulty paths are those
of the contract, with every item of a list under one path.
"""

from collections import Counter

from aos.contracts.base import Strict
from aos.contracts.ingest import FaultNote
from aos.core.redact import one_line, redact
from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted, KeepAlive, Toxic
from aos.dcl.sidecar.contract import Contract
from aos.dcl.sidecar.faults import path_text
from aos.dcl.sidecar.lines import LineSplitter, Oversize
from aos.dcl.sidecar.reasons import reason_of

SHOWN_CHARACTERS = 200  # of a line
SHOWN_FAULTS = 20  # of a line


class Example(Strict, frozen=True):
    """One line. `line` counts every line of the input, blank ones too; `text` has no secret and no control character,
    and may be cut."""

    line: int
    verdict: str
    text: str
    reason: str = ""
    detail: str = ""
    faults: list[FaultNote] = []  # noqa: RUF012 msgspec copies it


class ReasonCount(Strict, frozen=True):
    """Lines that would lie in quarantine for this reason, were they not repaired."""

    verdict: str
    reason: str
    lines: int


class PathCount(Strict, frozen=True):
    """Lines in which this path is faulty in this way; `[]` stands for any item."""

    path: str
    kind: str
    lines: int


class Tally(Strict, frozen=True):
    """What became of the lines. `keepalives` are blank lines, which are no records; `unfinished_bytes` came after the
    last newline: a stream that ends so was cut, and that is never taken as a line."""

    contract: str
    version: str
    clean: int
    drifted: int
    toxic: int
    keepalives: int
    unfinished_bytes: int
    reasons: list[ReasonCount]
    paths: list[PathCount]
    examples: list[Example]

    @property
    def records(self) -> int:
        return self.clean + self.drifted + self.toxic

    @property
    def all_clean(self) -> bool:
        """Whether every byte was that of a clean record, and there was one at least."""
        return self.clean == self.records > 0 and not self.unfinished_bytes


class Trial:
    """Feed it the bytes of a stream as they come; `tally` at any time."""

    def __init__(self, contract: Contract, *, max_line_bytes: int, examples: int) -> None:
        self._contract, self._examples = contract, examples
        self._airlock, self._splitter = Airlock(contract), LineSplitter(max_line_bytes)
        self._line = self._keepalives = 0
        self._verdicts = Counter[str]()
        self._reasons = Counter[tuple[str, str]]()
        self._paths = Counter[tuple[str, str]]()
        self._shown: list[Example] = []

    def feed(self, chunk: bytes) -> None:
        for line in self._splitter.feed(chunk):
            self._line += 1
            self._judge(line)

    def _judge(self, line: bytes | Oversize) -> None:
        reason, detail = "", ""
        faults: list[FaultNote] = []
        match verdict := self._airlock.read(line):
            case KeepAlive():
                self._keepalives += 1
                return
            case Clean():
                name = "clean"
            case Drifted():
                name = "drifted"
                reason, detail, faults = reason_of(verdict.faults, self._contract)
                self._paths.update({(_general(fault.steps), str(fault.kind)) for fault in verdict.faults})
            case Toxic():
                name, reason, detail = "toxic", verdict.reason, verdict.detail
        self._verdicts[name] += 1
        if reason:
            self._reasons[name, reason] += 1
        if self._verdicts[name] <= self._examples:
            text = _readable((line.head if isinstance(line, Oversize) else line).decode(errors="backslashreplace"))
            notes = [_safe(note) for note in faults[:SHOWN_FAULTS]]
            self._shown.append(
                Example(line=self._line, verdict=name, text=text, reason=reason, detail=_readable(detail), faults=notes)
            )

    def tally(self) -> Tally:
        return Tally(
            contract=self._contract.name,
            version=self._contract.version,
            clean=self._verdicts["clean"],
            drifted=self._verdicts["drifted"],
            toxic=self._verdicts["toxic"],
            keepalives=self._keepalives,
            unfinished_bytes=self._splitter.pending,
            reasons=[
                ReasonCount(verdict=verdict, reason=reason, lines=count)
                for (verdict, reason), count in sorted(self._reasons.items(), key=_most_first)
            ],
            paths=[
                PathCount(path=path, kind=kind, lines=count)
                for (path, kind), count in sorted(self._paths.items(), key=_most_first)
            ],
            examples=list(self._shown),
        )


def _most_first(counted: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -counted[1], counted[0]


def _general(steps: tuple[str | int, ...]) -> str:
    """The path with every item of a list under `[]`."""
    return "$" + "".join(path_text((step,))[1:] if isinstance(step, str) else "[]" for step in steps)


def _readable(text: str) -> str:
    return one_line(redact(text), SHOWN_CHARACTERS)


def _safe(note: FaultNote) -> FaultNote:
    return FaultNote(
        path=_readable(note.path), kind=note.kind, expected=_readable(note.expected), found=_readable(note.found)
    )
