"""What looks like a secret where none belongs: an intent is kept and shown, so nothing of it may be one."""

import re
from collections.abc import Iterator
from typing import Any

from aos.core.errors import InvalidInput

# Tokens that tell themselves by their beginning, and private keys.
_SHAPES = re.compile(
    r"\bgh[opsur]_[A-Za-z0-9]{16}|\bgithub_pat_\w{16}|\bglpat-[\w-]{16}|\bxox[a-z]-[\w-]{8}|\bsk_(?:live|test)_\w{8}"
    r"|\bA[KS]IA[0-9A-Z]{12}|\beyJ[\w-]{8,}\.[\w-]{8}|\bhv[bsr]\.[\w-]{16}|\bya29\.[\w-]{16}|\bAIza[\w-]{24}"
    r"|\b00D\w{12,15}![\w.]{8}|\bSG\.[\w-]{16}|\bdop_v1_\w{16}|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_ASSIGNED = re.compile(
    r"(?i)(?:\A|[^a-z])(?:password|passwd|pwd|passphrase|secret|token|sig|(?:api|access|account|private|secret|sas)[_-]?key)"
    r"[\"']?\s*[=:]\s*[\"']?[^\s\"']"
)
# `scheme://user:password@`, also with a slash in it that a URL could not have; a bare `user:password@host`.
_PASSWORD = re.compile(r"://[^@\s]*:[^@\s]*@|\A[^/\s:@]+:(?!\S*//)[^\s@]+@[\w.-]+")
_USER_OF_HTTP = re.compile(r"(?i)\bhttps?://[^/\s?#]*@")


def is_secret(text: str) -> bool:
    """Whether a text is, or holds, what looks like a secret."""
    return any(form.search(text) for form in (_SHAPES, _ASSIGNED, _PASSWORD, _USER_OF_HTTP))


def texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(JSON path, text) of every text in a value of plain JSON."""
    match value:
        case dict():
            for name, each in value.items():
                yield from texts(each, f"{path}.{name}")
        case list():
            for number, each in enumerate(value):
                yield from texts(each, f"{path}[{number}]")
        case str():
            yield path, value
        case _:
            pass


def refuse_secrets(value: Any, path: str) -> None:
    """`InvalidInput` names the place, and does not repeat what stands there. `value` is plain JSON."""
    for place, text in texts(value, path):
        if is_secret(text):
            told = f"{place[2:]} holds what looks like a secret; keep it where credential_locator points"
            raise InvalidInput(told, code="onboarding.inline_secret", path=place)
