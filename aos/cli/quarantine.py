"""`python -m aos quarantine`: what was refused, and letting it leave, in a running AOS."""

import argparse
import base64
import shutil
import sys
from datetime import UTC, datetime
from typing import TypeVar

import httpx
import msgspec

from aos.cli.client import calling, checked
from aos.cli.numbers import LARGEST_ID, whole
from aos.contracts.ingest import MOST_SETTLED, Discarded, QuarantineItem, QuarantineList, Replayed, Skipped
from aos.core.redact import one_line
from aos.core.settings import Settings

PATH = "/dcl/api/ingest/quarantine"
STATUSES = ("held", "replaying", "discarding", "replayed", "discarded", "any")
MOST_LISTED = 1_000
SHOWN_BYTES = 200  # of a line, in the table
PATIENCE_S = 300.0  # ten thousand lines with their fsyncs, on a slow disk
T = TypeVar("T")


def declare(verb: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The verb's own verbs; without one it lists."""
    verbs = verb.add_subparsers(title="verbs", metavar="VERB")
    as_json = argparse.ArgumentParser(add_help=False, parents=[shared])
    as_json.add_argument("--json", action="store_true", help="print JSON, one object a line")
    filtered = argparse.ArgumentParser(add_help=False)
    filtered.add_argument("--reason", default="", help="only lines that were refused for this reason")
    filtered.add_argument("--connector", default="", help="only lines of this connector")

    listing = verbs.add_parser("list", help="refused lines, newest first", parents=[as_json, filtered])
    listing.add_argument("--status", choices=STATUSES, default="held", help="what became of them (held)")
    listing.add_argument("--limit", type=whole(1, MOST_LISTED), default=20, metavar="N", help="how many (20)")
    listing.add_argument(
        "--cursor", type=whole(0, LARGEST_ID), default=0, metavar="ID", help="only older ones than this"
    )
    listing.set_defaults(verb=list_lines)
    verb.set_defaults(verb=list_lines, reason="", connector="", status="held", limit=20, cursor=0, json=False)

    showing = verbs.add_parser("show", help="one line: its bytes, its reason, its place", parents=[as_json])
    showing.add_argument("id", type=whole(1, LARGEST_ID), metavar="ID")
    showing.add_argument("--raw", action="store_true", help="write the exact bytes and nothing else")
    showing.set_defaults(verb=show)

    replaying = verbs.add_parser(
        "replay", help="held lines through the current contract again", parents=[as_json, filtered]
    )
    replaying.add_argument(
        "ids", type=whole(1, LARGEST_ID), nargs="*", metavar="ID", help="these lines; none: all that match"
    )
    replaying.add_argument("--limit", type=whole(1, MOST_SETTLED), metavar="N", help="at most so many")
    replaying.add_argument("--force", action="store_true", help="also named lines that failed often")
    replaying.set_defaults(verb=replay)

    discarding = verbs.add_parser(
        "discard", help="give held lines up; they stay on record", parents=[as_json, filtered]
    )
    discarding.add_argument("ids", type=whole(1, LARGEST_ID), nargs="*", metavar="ID", help="these lines")
    discarding.add_argument("--why", required=True, help="the reason, kept with the lines")
    discarding.add_argument("--all", action="store_true", help="every held line")
    discarding.set_defaults(verb=discard)


def list_lines(found: Settings, options: argparse.Namespace) -> int:
    names = ("reason", "connector", "status", "limit", "cursor")
    with calling(found) as client:
        answer = checked(client.get(PATH, params={name: getattr(options, name) for name in names}))
    page = msgspec.json.decode(answer.content, type=QuarantineList)
    if options.json:
        _lines(page.items)
    else:
        _table(page.items)
    if page.cursor is not None:
        sys.stderr.write(f"more: --cursor {page.cursor}\n")
    return 0


def show(found: Settings, options: argparse.Namespace) -> int:
    with calling(found) as client:
        answer = checked(client.get(f"{PATH}/{options.id}"))
    item = msgspec.json.decode(answer.content, type=QuarantineItem)
    data = base64.b64decode(item.data_base64)
    if options.raw:
        sys.stdout.buffer.write(data)
    elif options.json:
        _lines([item])
    else:
        for name, value in _facts(item).items():
            sys.stdout.write(f"{name:<12} {one_line(value, 2000)}\n")
        for fault in item.refusal.faults:
            told = (
                f"{fault.path}: {fault.kind}, expected {fault.expected or 'something'}, found {fault.found or 'none'}"
            )
            sys.stdout.write(f"{'fault':<12} {one_line(told, 2000)}\n")
        sys.stdout.write(f"{'bytes':<12} {escaped(data)}\n")
    return 0


def replay(found: Settings, options: argparse.Namespace) -> int:
    body = _selected(options) | ({"force": True} if options.force else {})
    body |= {"limit": options.limit} if options.limit is not None else {}
    told, answer = _settle(found, "replay", body, Replayed)
    if options.json:
        _write(answer.content)
    else:
        sys.stdout.write(f"replayed {told.replayed}, refused again {told.still_refused}\n")
        _left_over(told.skipped, told.skipped_count, told.remaining)
    return 0


def discard(found: Settings, options: argparse.Namespace) -> int:
    body = _selected(options) | {"why": options.why} | ({"all": True} if options.all else {})
    told, answer = _settle(found, "discard", body, Discarded)
    if options.json:
        _write(answer.content)
    else:
        sys.stdout.write(f"discarded {told.discarded}\n")
        _left_over(told.skipped, told.skipped_count, told.remaining)
    return 0


def escaped(data: bytes) -> str:
    """Bytes as one safe line: readable text as it is, the rest as \\x escapes."""
    text = data.decode(errors="backslashreplace")
    return one_line(text, 6 * len(text))  # an escape takes up to six characters


def _selected(options: argparse.Namespace) -> dict[str, object]:
    given = {"ids": options.ids, "reason": options.reason, "connector": options.connector}
    return {name: value for name, value in given.items() if value}


def _settle(found: Settings, verb: str, body: dict[str, object], kind: type[T]) -> tuple[T, httpx.Response]:
    with calling(found, read_s=PATIENCE_S) as client:
        answer = checked(client.post(f"{PATH}/{verb}", json=body))
    return msgspec.json.decode(answer.content, type=kind), answer


def _left_over(skipped: list[Skipped], count: int, remaining: int) -> None:
    for line in skipped[:20]:
        sys.stdout.write(f"  skipped {line.id}: {line.why}\n")
    if count > 20:
        sys.stdout.write(f"  skipped {count} in all\n")
    if remaining:
        sys.stdout.write(f"  {remaining} more match: say it again\n")


def _lines(items: list[QuarantineItem]) -> None:
    for item in items:
        _write(msgspec.json.encode(item))


def _write(line: bytes) -> None:
    sys.stdout.write(line.decode() + "\n")


def _table(items: list[QuarantineItem]) -> None:
    if not items:
        sys.stdout.write("Nothing there.\n")
        return
    heads = ("id", "seen", "connector", "position", "status", "reason", "replays")
    rows = [heads, *(_cells(item) for item in items)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    room = max(20, shutil.get_terminal_size((200, 24)).columns - sum(widths) - 2 * len(widths))
    lines = ["line", *(escaped(base64.b64decode(item.data_base64)[:SHOWN_BYTES])[:room] for item in items)]
    for row, line in zip(rows, lines, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join((*cells, line)).rstrip() + "\n")


def _cells(item: QuarantineItem) -> tuple[str, ...]:
    refusal = item.refusal
    place = (refusal.connector_id, str(refusal.position), item.status, refusal.reason, str(refusal.replays))
    return (str(item.id), _time(refusal.first_seen), *(one_line(text, 60) for text in place))


def _facts(item: QuarantineItem) -> dict[str, str]:
    refusal = item.refusal
    facts = {
        "id": str(item.id),
        "status": item.status,
        "reason": refusal.reason,
        "detail": refusal.detail,
        "connector": refusal.connector_id,
        "config_gen": str(refusal.config_gen),
        "contract": refusal.contract,
        "target": refusal.target,
        "position": str(refusal.position),
        "trace_id": refusal.trace_id,
        "first_seen": _time(refusal.first_seen),
        "length": str(refusal.length),
        "sha256": refusal.sha256,
        "replays": str(refusal.replays),
        "settled_at": _time(item.settled_at) if item.settled_at else "",
        "settled_by": item.settled_by,
        "why": item.why,
    }
    return {name: value for name, value in facts.items() if value}


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
