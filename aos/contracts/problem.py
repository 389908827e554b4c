"""The one shape of every refusal: `application/problem+json` (RFC 9457)."""

from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal. `code` is dotted and stable; `retryable` says whether the same call may succeed later.

    `extra` is written at top level beside the rest (the fields that a contract names: `error`, `pipe_id`, ...).
    """

    title: str
    status: int
    code: str
    detail: str = ""
    type: str = "about:blank"
    retryable: bool = False
    extra: dict[str, Any] = {}

    def body(self) -> bytes:
        plain = msgspec.structs.asdict(self)
        extra = plain.pop("extra")
        return msgspec.json.encode({**plain, **extra})
