"""How long to wait, in the ways that vendors say it (or don't)."""

import math
from datetime import UTC, datetime
from email.utils import format_datetime


def seconds(wait_s: float) -> str:
    return str(math.ceil(wait_s))


def epoch(now: float, wait_s: float) -> str:
    return str(math.ceil(now + wait_s))


def iso(now: float, wait_s: float) -> str:
    """To the second, as `2026-05-31T00:00:00Z`."""
    return moment(math.ceil(now + wait_s))


def http_date(now: float, wait_s: float) -> str:
    return format_datetime(datetime.fromtimestamp(math.ceil(now + wait_s), UTC), usegmt=True)


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
