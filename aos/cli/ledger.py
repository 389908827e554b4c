"""`python -m aos ledger`: where every line is, a row a connector, and whether it balances."""

import argparse
import sys

import msgspec
from rich.console import Console
from rich.table import Table

from aos.cli.client import calling, checked
from aos.contracts.ledger import Ledger, LedgerLine
from aos.core.settings import Settings

PATH = "/dcl/api/ingest/ledger"
FIRST = ("received", "clean", "repaired", "quarantined", "discarded", "in_flight")
SECOND = ("published", "filed", "pending", "moved")


def show(found: Settings, options: argparse.Namespace) -> int:
    """Prints the ledger. Exit code 1 when it does not balance."""
    with calling(found) as client:
        answer = checked(client.get(PATH))
    ledger = msgspec.json.decode(answer.content, type=Ledger)
    if options.json:
        sys.stdout.write(msgspec.json.format(answer.content).decode() + "\n")
    else:
        _print(ledger)
    return 1 if ledger.total.imbalance else 0


def _print(ledger: Ledger) -> None:
    console = Console(file=sys.stdout, highlight=False)
    for title, terms in (("Lines of the sources", FIRST), ("Records on the way to the warehouse", SECOND)):
        table = Table(title=title, title_justify="left", box=None)
        table.add_column("connector")
        for term in terms:
            table.add_column(term, justify="right")
        for name, line in [*ledger.connectors.items(), ("total", ledger.total)]:
            table.add_row(name, *(f"{getattr(line, term):,}" for term in terms))
        console.print(table)
    console.print(_verdict(ledger.total))


def _verdict(total: LedgerLine) -> str:
    if total.imbalance:
        return f"IMBALANCE {total.imbalance:,}: a line is not where it was counted."
    return f"Balanced. Keep-alives: {total.keepalives:,}."
