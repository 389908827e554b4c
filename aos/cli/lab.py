"""`python -m aos lab`: faults against a private AOS, and a look for every line after each."""

import argparse
from typing import Any

from aos.core.errors import InvalidInput
from aos.core.settings import Settings

MOST_MINUTES = 7 * 24 * 60
MOST_LINES_S = 1_000_000


def add(verbs: Any) -> None:
    """The verb with its options, for `argparse`."""
    parser = verbs.add_parser("lab", help="provoke faults in a private AOS and show that no line is lost")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="the same faults again; without it one is drawn and shown"
    )
    parser.add_argument("--minutes", type=float, default=1.0, metavar="M", help="no fault begins later than this (1)")
    parser.add_argument("--faults", type=int, metavar="K", help="stop after so many")
    parser.add_argument("--only", default="", metavar="KIND,KIND", help="kinds of faults; docs/lab.md lists them")
    parser.add_argument("--naive", action="store_true", help="the negative control: XADD, then cursor; it must fail")
    parser.add_argument("--rate", type=float, default=8000.0, metavar="LINES", help="lines a second (8000)")
    parser.set_defaults(verb=_lab, host=None, port=None, data_dir=None)


def _lab(found: Settings, options: argparse.Namespace) -> int:
    from aos.lab.run import Wish, run

    wish = Wish(options.seed, options.minutes, options.faults, options.only, options.naive, options.rate)
    if not (0 < wish.minutes <= MOST_MINUTES and 0 < wish.rate <= MOST_LINES_S):  # so that nan is refused, too
        raise InvalidInput(f"--minutes is more than 0 and at most {MOST_MINUTES:,}, --rate at most {MOST_LINES_S:,}")
    if (wish.seed or 0) < 0 or (wish.faults is not None and wish.faults < 1):
        raise InvalidInput("--faults must be more than 0, --seed not less")
    return run(found, wish)
