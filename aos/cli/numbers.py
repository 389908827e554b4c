"""Numbers of the command line: what can't be meant is refused before anything is asked, with exit code 2 and a line
that names the option."""

import argparse
from collections.abc import Callable

LARGEST_ID = 2**63 - 1  # SQLite's


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers, for argparse."""
    wanted = f"from {least:,} to {most:,}" if most < LARGEST_ID else f"of {least:,} or more"

    def read(text: str) -> int:
        try:
            number = int(text) if text.isascii() else least - 1
        except ValueError:  # also where it has thousands of digits
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"a whole number {wanted} goes here, not {text[:40]!r}")
        return number

    return read
