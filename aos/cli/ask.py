"""`python -m aos ask "…"`: a question in English to a running AOS."""

import argparse
import sys

import msgspec
from rich.console import Console
from rich.table import Table

from aos.cli.client import calling, checked
from aos.cli.numbers import whole
from aos.contracts.ask import MOST_ROWS, Answer
from aos.core.clock import utc_at
from aos.core.errors import InvalidInput
from aos.core.redact import one_line
from aos.core.settings import Settings

PATH = "/nlq/ask"
LONGEST_CELL = 60


def declare(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("question", metavar="QUESTION", nargs="?", default="", help="the question, in quotes")
    verb.add_argument("--pipe", metavar="PIPE", help="ask this pipe alone (all)")
    verb.add_argument(
        "--reference-date", metavar="DAY", help="what `last quarter` is counted from (the end of the data)"
    )
    verb.add_argument(
        "--limit", type=whole(1, MOST_ROWS), default=20, metavar="N", help="how many rows of a list are shown (20)"
    )
    verb.add_argument("--json", action="store_true", help="print the answer as JSON")
    verb.set_defaults(verb=ask)


def ask(found: Settings, options: argparse.Namespace) -> int:
    """Prints the answer with its origin. Exit code 1 where nothing was answered."""
    for name in ("question", "pipe", "reference_date"):
        _check_text(name, getattr(options, name))
    asked = {"question": options.question, "pipe_id": options.pipe, "reference_date": options.reference_date}
    body = {name: value for name, value in asked.items() if value is not None} | {"limit": options.limit}
    with calling(found) as client:
        answer = checked(client.post(PATH, json=body))
    told = msgspec.json.decode(answer.content, type=Answer)
    if options.json:
        sys.stdout.write(msgspec.json.format(answer.content).decode() + "\n")
    else:
        _print(told)
    return 0 if told.outcome == "answered" else 1


def _check_text(name: str, given: str | None) -> None:
    """Bytes that are no UTF-8 come from the shell as lone surrogates, which can't be sent."""
    try:
        (given or "").encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{name.replace('_', ' ')}: not UTF-8 at character {error.start + 1}") from None


def _print(told: Answer) -> None:
    console = Console(file=sys.stdout, highlight=False, markup=False)
    console.print(one_line(told.answer, 4_000))
    for choice in told.choices:
        console.print(f"  - {one_line(choice, 200)}")
    if told.rows and told.columns:
        table = Table(box=None)
        for name in told.columns:
            table.add_column(one_line(name, LONGEST_CELL))
        for row in told.rows:
            table.add_row(*("" if cell is None else one_line(str(cell), LONGEST_CELL) for cell in row))
        console.print(table)
    for pipe in told.pipes:
        when = f", last rows {utc_at(pipe.freshness / 1000)}" if pipe.freshness is not None else ""
        origin = f"{pipe.pipe_id}, run {pipe.run_id}, blueprint version {pipe.blueprint_version}{when}"
        console.print(f"From {one_line(origin, 300)}; confidence {told.confidence:.2f}.")
    if told.outcome == "answered":
        for query in told.queries:
            console.print(f"Query {one_line(msgspec.json.encode(query).decode(), 1_000)}")
