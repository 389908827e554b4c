"""A credential locator says where a secret lies. It is kept and shown by its kind; the secret itself is refused."""

import re
from typing import Literal, NamedTuple

from aos.aam.onboarding.inline_secrets import is_secret
from aos.core.errors import InvalidInput

PATH = "$.credential_locator"
LONGEST = 512
Kind = Literal["env", "vault", "consent", "sp"]
_PIECE = r"[A-Za-z0-9][A-Za-z0-9._@-]{0,127}"
_FORMS: dict[Kind, re.Pattern[str]] = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}"),
    "vault": re.compile(rf"{_PIECE}(?:/{_PIECE})*(?:#[A-Za-z0-9_.-]{{1,128}})?"),
    "consent": re.compile(_PIECE),
    "sp": re.compile(rf"(?:/?{_PIECE})(?:/{_PIECE})*"),
}
SPELLED = "env:NAME, vault:path (vault:path#field), consent:name or sp:file"


class Locator(NamedTuple):
    """`name` is what stands behind the kind: a variable, a path, a grant, a file."""

    kind: Kind
    name: str


def read_locator(text: str | None) -> Locator | None:
    """None for no locator. `InvalidInput` for anything that is no reference: it may be the secret itself, so nothing of
    it is repeated."""
    if text is None or not text.strip():
        return None
    written, _, name = text.partition(":")
    form = _FORMS.get(written)  # type: ignore[call-overload]
    if form is None:
        told = f"credential_locator is a reference: {SPELLED}; the secret itself has no place in an intent"
        raise InvalidInput(told, code="onboarding.locator", path=PATH)
    if is_secret(name):
        told = "credential_locator holds what looks like the secret itself; name where it lies"
        raise InvalidInput(told, code="onboarding.inline_secret", path=PATH)
    if len(name) > LONGEST or form.fullmatch(name) is None:
        told = f"credential_locator is not spelled as a reference of the kind {written}; known are {SPELLED}"
        raise InvalidInput(told, code="onboarding.locator", path=PATH)
    return Locator(written, name)  # type: ignore[arg-type]  # a key of the table


def is_name(text: str) -> bool:
    """Whether this can name a grant."""
    return _FORMS["consent"].fullmatch(text) is not None
