"""A fault of ours that nobody foresaw, told without what it may hold."""

import traceback

from aos.core.errors import AosError
from aos.core.log import Log

log = Log("aam.onboarding")


def fault(error: Exception, step: str) -> str:
    """Logs where it happened; the answer names its kind. Neither the error's text nor its values are told: they may
    hold what the source said, or the secret."""
    name = error.title if isinstance(error, AosError) else type(error).__name__
    found = traceback.extract_tb(error.__traceback__)
    place = f"{found[-1].filename.rpartition('/')[2]}:{found[-1].lineno}" if found else ""
    log.error("A step failed in a way that nobody foresaw", step=step, fault=name, place=place)
    return f"an unforeseen fault in {step} ({name})"
