"""What an intent must be before anything of it is kept (spec: "Auto-onboarding", the table of steps)."""

import re
from datetime import datetime

import msgspec

from aos.aam.onboarding.inline_secrets import refuse_secrets, texts
from aos.aam.onboarding.locator import Locator, read_locator
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import NAMESPACE
from aos.core.errors import InvalidInput

SAFE_MODE = "safe_readonly"
SANCTIONED = "Sanctioned"
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?\Z"
)


def check_form(intent: ConnectionIntent) -> Locator | None:
    """The locator. `InvalidInput` names the path of what may not even be kept: another namespace, a secret, text that
    can't be shown."""
    if intent.namespace != NAMESPACE:
        told = f"namespace must be {NAMESPACE}: nothing else is onboarded into"
        raise InvalidInput(told, code="onboarding.namespace", path="$.namespace")
    locator = read_locator(intent.credential_locator)
    plain = msgspec.to_builtins(intent)
    del plain["credential_locator"]
    refuse_secrets(plain, "$")
    for path, text in texts(plain, "$"):
        if not text.isprintable() or not text.strip():
            raise InvalidInput(f"{path[2:]} holds nothing, or characters that can't be shown", path=path)
    return locator


def check_evidence(intent: ConnectionIntent) -> None:
    """`InvalidInput` where the source is not sanctioned, or more than reading in Safe Mode is asked for."""
    if intent.evidence.status != SANCTIONED:
        told = f"evidence.status must be {SANCTIONED}: nothing else is connected to"
        raise InvalidInput(told, code="onboarding.not_sanctioned", path="$.evidence.status")
    try:
        if not _TIME.match(intent.evidence.ts):  # fromisoformat takes weeks, too, and dates without dashes
            raise ValueError
        datetime.fromisoformat(intent.evidence.ts)
    except ValueError:
        raise InvalidInput(
            "evidence.ts is no ISO 8601 time, as in 2026-02-02T08:00:00Z", path="$.evidence.ts"
        ) from None
    if intent.scopes_mode != SAFE_MODE:
        told = f"scopes_mode must be {SAFE_MODE}: connections only read"
        raise InvalidInput(told, code="onboarding.scopes", path="$.scopes_mode")
