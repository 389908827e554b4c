"""References to secrets, resolved when they are used. The secret itself is never stored, logged or sent back."""

from collections.abc import Callable

from aos.core.errors import InvalidInput
from aos.core.settings import CREDENTIAL_PREFIX, credential


def resolve(reference: str | None, *, field: str, read: Callable[[str], str] = credential) -> str:
    """The secret behind `env:AOS_CRED_NAME`; empty for no reference. `InvalidInput` names `field` and what to set."""
    if reference is None:
        return ""
    kind, _, name = reference.partition(":")
    if kind != "env":
        told = f"{field}: references to {kind[:20]}: can't be resolved here; use env:{CREDENTIAL_PREFIX}NAME"
        raise InvalidInput(told, code="credentials.kind", path=f"$.{field}")
    if not name.startswith(CREDENTIAL_PREFIX):
        told = f"{field}: only variables whose names begin with {CREDENTIAL_PREFIX} are credentials"
        raise InvalidInput(told, code="credentials.not_allowed", path=f"$.{field}")
    secret = read(name)
    if not secret:
        told = f"{field}: {name} is not set; start AOS with it"
        raise InvalidInput(told, code="credentials.absent", path=f"$.{field}")
    if not secret.isprintable() or not secret.isascii():
        told = f"{field}: {name} holds characters that no header can carry"
        raise InvalidInput(told, code="credentials.malformed", path=f"$.{field}")
    return secret
