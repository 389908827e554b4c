"""How long a source asks to wait: five dialects, one clock, and no answer that is longer than we are ready for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aos.aam.onboarding.answer import at

LONGEST_S = 300.0
EPOCH_FROM = 1_000_000_000.0  # a number above it is a date in seconds, and above a thousand times that in milliseconds
RESETS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_BODY = ("/error/retry_after", "/retry_after")


def asked_wait_s(headers: Mapping[str, str], body: Any, wall: float) -> float | None:
    """Seconds from now, from 0 to `LONGEST_S`; None where nothing usable is said, and a backoff is due.

    Retry-After in seconds, as an HTTP date or as ISO 8601; a reset as seconds to go, epoch or ISO 8601; Dropbox's
    `retry_after` in the body. `headers` find a name in any case; `wall` is now, unless the answer has a Date.
    """
    now = _date(headers.get("date", "")) or wall
    found = _seconds(headers.get("retry-after", ""), now)
    if found is None:
        found = next((told for pointer in _BODY if (told := _number(at(body, pointer))) is not None), None)
    # A reset beside a rest that is not used up speaks of another limit than the one that was met.
    if found is None and not any(_more_than_0(headers.get(name, "")) for name in REMAINING):
        found = next((told for name in RESETS if (told := _seconds(headers.get(name, ""), now)) is not None), None)
    return None if found is None else min(max(found, 0.0), LONGEST_S)


def _seconds(text: str, now: float) -> float | None:
    """A number of seconds or a point in time, however it is written, as seconds from `now`."""
    text = text.strip()
    if not text or len(text) > 64:
        return None
    number = _number(text)
    if number is not None:
        if number >= EPOCH_FROM * 1_000:
            return number / 1_000 - now
        return number - now if number >= EPOCH_FROM else number
    moment = _date(text)
    return None if moment is None else moment - now


def _date(text: str) -> float | None:
    """An HTTP date or ISO 8601, as seconds since the epoch. Without a zone it is UTC."""
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            return None
    try:
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < EPOCH_FROM * 100_000 else None  # and neither infinite nor not a number


def _more_than_0(text: str) -> bool:
    number = _number(text.strip() or None)
    return number is not None and number > 0
