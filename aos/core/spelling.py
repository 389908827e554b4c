"""One spelling for names that people write in many ways."""

import re

_BETWEEN = re.compile(r"[\W_]+")


def spelling(text: str) -> str:
    """Small letters, with one underscore for whatever stands between words."""
    return _BETWEEN.sub("_", text.casefold()).strip("_")
