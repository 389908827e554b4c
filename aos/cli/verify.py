"""`python -m aos verify`: do structure, instruction, content and verification meet in this running AOS?

The eight steps of source 003, "End-to-End Verification", each over HTTP and each confirmed by the module that it leads
to. They use a pipe of their own, so that they can be run on any AOS, again and again.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx
import msgspec

from aos.cli.chain import STEPS, Broken, Chain
from aos.cli.client import calling
from aos.core.errors import AosError, InvalidInput
from aos.core.redact import one_line, redact
from aos.core.settings import Settings

MOST_ROWS = 100_000
LONGEST_WAIT_S = 86_400
NOT_RUN = "not run"


class Outcome(NamedTuple):
    """`outcome` is pass, fail or not run; `keys` are those that the step goes by."""

    step: int
    name: str
    outcome: str
    keys: Mapping[str, object]
    why: str = ""


def declare(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--generator", default="erp_invoices", metavar="NAME", help="whose rows are moved (erp_invoices)")
    verb.add_argument("--rows", type=int, default=1_000, metavar="N", help="how many of them (1,000)")
    verb.add_argument("--wait", type=float, default=120.0, metavar="SECONDS", help="how long the job may take (120)")
    verb.add_argument("--json", action="store_true", help="print JSON, one object a step")
    verb.set_defaults(verb=verify, interrupted=1)  # what was not looked at does not hold


def verify(found: Settings, options: argparse.Namespace) -> int:
    """Prints each step as it ends. Exit code 0 when all eight hold, 1 when one does not."""
    if not 1 <= options.rows <= MOST_ROWS:
        raise InvalidInput(f"--rows is 1 to {MOST_ROWS:,}")
    if not 0 < options.wait <= LONGEST_WAIT_S:  # so that nan is refused, too
        raise InvalidInput(f"--wait is more than 0 and at most {LONGEST_WAIT_S:,} seconds")
    tell = _as_json if options.json else _as_line
    failed = 0
    # A check reads a whole run back before it answers.
    with calling(found, read_s=options.wait) as client:
        chain = Chain(client, options.generator, options.rows, options.wait)
        for number, (name, needed, step) in enumerate(STEPS, 1):
            outcome = _take(number, name, needed, step, chain)
            failed += outcome.outcome != "pass"
            tell(outcome)
    if not options.json:
        _print("All eight steps hold." if not failed else f"{failed} of {len(STEPS)} steps do not hold.")
    return 1 if failed else 0


def _take(number: int, name: str, needed: bool, step: Callable[[Chain], None], chain: Chain) -> Outcome:
    """Run a step; what it found before it failed is told as well."""
    if chain.broken:
        return Outcome(number, name, NOT_RUN, {}, f"step {chain.broken} comes first")
    chain.keys = {}
    try:
        step(chain)
    except httpx.HTTPError as error:
        why = f"no answer: {type(error).__name__}"
    except msgspec.MsgspecError as error:
        why = f"the answer can't be read: {error}"
    except (Broken, AosError) as error:
        why = str(error)
    else:
        return Outcome(number, name, "pass", chain.keys)
    chain.broken = number if needed else 0
    return Outcome(number, name, "fail", chain.keys, one_line(redact(why), 2000))


def _as_line(outcome: Outcome) -> None:
    sign = {"pass": "pass", "fail": "FAIL", NOT_RUN: "-"}[outcome.outcome]
    keys = " ".join(f"{name}={value}" for name, value in outcome.keys.items())
    _print(f"{outcome.step} {sign:<4}  {outcome.name:<16}  {keys}".rstrip())
    if outcome.why:
        _print(f"        {outcome.why}")


def _as_json(outcome: Outcome) -> None:
    sys.stdout.write(msgspec.json.encode(outcome._asdict()).decode() + "\n")
    sys.stdout.flush()


def _print(text: str) -> None:
    sys.stdout.write(one_line(text, 4000) + "\n")
    sys.stdout.flush()
