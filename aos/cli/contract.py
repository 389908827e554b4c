"""`python -m aos contract`: is this file a contract, and what would become of these lines under it? Needs no server."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from aos.core.errors import InvalidInput
from aos.core.redact import one_line
from aos.core.settings import Settings
from aos.dcl.gate.meanings import overlaps_of
from aos.dcl.sidecar import contract
from aos.dcl.sidecar.odcs import Note
from aos.dcl.sidecar.odcs_text import MOST_PROBLEMS
from aos.dcl.sidecar.trial import Example, Tally, Trial

CHUNK_BYTES = 65_536
LINE_BYTES = 1024 * 1024  # as a connector takes when its policy says nothing
WIDEST = 2000  # characters of a line that is printed


def declare(verb: argparse.ArgumentParser) -> None:
    """The verb's own verbs."""
    verb.set_defaults(verb=_say_how)
    verbs = verb.add_subparsers(title="verbs", metavar="VERB")

    linting = verbs.add_parser("lint", help="what is wrong with a contract, and what of it is checked")
    linting.add_argument("file", metavar="FILE", help="a contract, YAML (docs/contracts.md)")
    linting.set_defaults(verb=lint)

    trying = verbs.add_parser("test", help="records through the airlock: Clean, Drifted or Toxic")
    trying.add_argument("file", metavar="FILE", help="a contract, YAML (docs/contracts.md)")
    trying.add_argument("records", metavar="RECORDS", nargs="?", default="-", help="a file of NDJSON (standard input)")
    trying.add_argument("--examples", type=int, default=3, metavar="N", help="show so many lines of each kind (3)")
    trying.add_argument(
        "--max-line-bytes", type=int, default=LINE_BYTES, metavar="N", help="longer lines are toxic (1 MiB)"
    )
    trying.add_argument("--json", action="store_true", help="print one JSON document")
    trying.set_defaults(verb=try_out)


def lint(settings: Settings, options: argparse.Namespace) -> int:
    """Prints a summary, what is not checked, and which contracts speak for the same pipe. Exit code 1 with every
    problem where it is no contract."""
    try:
        found = contract.load(options.file)
    except InvalidInput as error:
        if "problems" not in error.extra:
            raise
        for problem in sorted(error.extra["problems"], key=lambda problem: problem["line"] or 0):
            _print(f"{_place(options.file, problem['line'])}: {_told(problem)}")
        count = len(error.extra["problems"])
        told = "1 problem" if count == 1 else f"{count} problems{' or more' if count == MOST_PROBLEMS else ''}"
        _print(f"{options.file} can't be used: {told}.")
        return 1
    _print(contract.summary(found))
    for what, notes in _grouped(found.notes):
        places = f"{len(notes)} places, first " if len(notes) > 1 else ""
        _print(f"{_place(options.file, notes[0].line)}: not checked: {what} ({places}{notes[0].path})")
    for what, first, others in overlaps_of(Path(options.file), settings):
        _print(
            f"{options.file}: {what} is named by {' and '.join((first, *others))}: {first} counts, the first of them"
        )
    return 0


def try_out(_: Settings, options: argparse.Namespace) -> int:
    """Prints what becomes of the records. Exit code 0 only when all are clean, and there was one."""
    if options.examples < 0 or options.max_line_bytes < 1:
        raise InvalidInput("--examples must not be less than 0, --max-line-bytes not less than 1")
    trial = Trial(contract.load(options.file), max_line_bytes=options.max_line_bytes, examples=options.examples)
    stopped = False
    try:
        for chunk in _chunks(options.records):
            trial.feed(chunk)
    except KeyboardInterrupt:
        stopped = True  # of a stream without end this is how one gets to see what was counted
    tally = trial.tally()
    if stopped:
        tally = msgspec.structs.replace(tally, unfinished_bytes=0)
    if options.json:
        _print(msgspec.json.encode(tally).decode(), limit=None)
    else:
        _tell(tally, stopped=stopped)
    sys.stdout.flush()
    return 0 if tally.all_clean else 1


def _say_how(_: Settings, options: argparse.Namespace) -> int:
    raise InvalidInput("contract: say `contract lint FILE` or `contract test FILE < records.ndjson`")


def _chunks(records: str) -> Iterator[bytes]:
    """The bytes as they come; `InvalidInput` where they can't be read."""
    if records == "-" and sys.stdin is None:
        raise InvalidInput("there is no standard input; name a file of records")
    try:
        with open(0, "rb", closefd=False) if records == "-" else open(records, "rb") as file:
            while chunk := file.read1(CHUNK_BYTES):
                yield chunk
    except OSError as error:
        name = "the standard input" if records == "-" else records
        raise InvalidInput(f"{name}: can't be read: {error.strerror}") from None


def _grouped(notes: tuple[Note, ...]) -> list[tuple[str, list[Note]]]:
    groups: dict[str, list[Note]] = {}
    for note in notes:
        groups.setdefault(note.what, []).append(note)
    return list(groups.items())


def _place(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"


def _told(problem: dict[str, Any]) -> str:
    of_file = problem["path"] == "file" or problem["path"].startswith("line ")
    return str(problem["message"]) if of_file else f"{problem['path']}: {problem['message']}"


def _tell(tally: Tally, *, stopped: bool) -> None:
    blank = f", {tally.keepalives:,} blank (keep-alives)" if tally.keepalives else ""
    _print(
        f"{tally.contract} {tally.version}: {tally.records:,} {'record' if tally.records == 1 else 'records'}"
        f"{', then stopped' if stopped else ''}: "
        f"{tally.clean:,} Clean, {tally.drifted:,} Drifted, {tally.toxic:,} Toxic{blank}"
    )
    if not tally.records:
        _print("No record came, so nothing was shown.")
    if tally.unfinished_bytes:
        _print(
            f"The last {tally.unfinished_bytes:,} bytes have no newline behind them. A stream that ends so was cut: AOS"
            " does not take them as a line."
        )
    _table(("verdict", "reason", "lines"), [(each.verdict, each.reason, f"{each.lines:,}") for each in tally.reasons])
    if any(each.reason == "repair_disabled" for each in tally.reasons):
        _print("  (repair_disabled: a connector with a source of truth repairs these)")
    _table(("faulty path", "how", "lines"), [(each.path, each.kind, f"{each.lines:,}") for each in tally.paths])
    for verdict in ("clean", "drifted", "toxic"):
        for example in tally.examples:
            if example.verdict == verdict:
                _example(example)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    _print("")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        *texts, number = (
            cell.rjust(width) if column == len(heads) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        _print("  ".join(("", *texts, number)))


def _example(example: Example) -> None:
    reason = f", {example.reason}: {example.detail}" if example.reason else ""
    _print("")
    _print(f"line {example.line:,}: {example.verdict}{reason}")
    for fault in example.faults:
        _print(f"  {fault.path}: {fault.kind}, expected {fault.expected}, found {fault.found}")
    _print(f"  {example.text}")


def _print(text: str, limit: int | None = WIDEST) -> None:
    """A line that the terminal can show, whatever stood in the data."""
    safe = text if limit is None else one_line(text, limit)
    code = sys.stdout.encoding or "utf-8"
    sys.stdout.write(safe.encode(code, "backslashreplace").decode(code) + "\n")
