"""The error tree. Whether a thing may be tried again is a type, not a sentence; HTTP status is decided here alone."""

from typing import Any


class AosError(Exception):
    """`message` is for a person; `code` is dotted and stable; `extra` goes to the top level of a problem body."""

    status = 500
    title = "Internal error"
    code = "internal.error"
    retryable = False

    def __init__(self, message: str = "", /, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(message or self.title)
        self.message = message or self.title
        if code is not None:
            self.code = code
        self.extra = extra


class Final(AosError):
    """The same call fails again; something must change first."""


class Retryable(AosError):
    """The same call may succeed later."""

    retryable = True


class InvalidInput(Final):
    """The message names the field or path at fault."""

    status, title, code = 422, "Invalid input", "input.invalid"


class EgressRefused(InvalidInput):
    """A place that this process does not dial. `extra`: the reason, and what would allow it where anything would."""

    title, code = "Not a target that AOS dials", "egress.refused"


class NoPipeDefinitions(Final):
    """An export without a single pipe (spec: path 1)."""

    status, title, code = 400, "No pipe definitions", "dcl.no_pipe_definitions"


class NoMatchingPipe(Final):
    """Content for a pipe that nobody described (source 003, "Ingest Guard Logic"). `extra` is the contract's body."""

    status, title, code = 422, "No matching pipe", "dcl.no_matching_pipe"


class Unauthenticated(Final):
    status, title, code = 401, "No valid key", "auth.no_key"


class Forbidden(Final):
    status, title, code = 403, "This key has no right to do that", "auth.forbidden"


class NotFound(Final):
    status, title, code = 404, "Not found", "resource.not_found"


class Conflict(Final):
    status, title, code = 409, "Conflict", "resource.conflict"


class TooLarge(Final):
    status, title, code = 413, "Body too large", "input.too_large"


class UnsupportedMedia(Final):
    status, title, code = 415, "Unsupported content type", "input.media_type"


class Misdirected(Final):
    """The Host header names somebody else."""

    status, title, code = 400, "Unknown host", "input.host"


class TooMany(Retryable):
    """`extra["retry_after_s"]`: whole seconds to wait."""

    status, title, code = 429, "Too many tries", "auth.too_many"


class Unavailable(Retryable):
    status, title, code = 503, "Not available right now", "service.unavailable"


class BadSettings(Final):
    """Settings that can't be used: exit code 2."""

    title, code = "Invalid settings", "settings.invalid"


class EnvironmentFault(Final):
    """Something this machine lacks or something in the way: exit code 3."""

    title, code = "Environment", "environment"


class StoreFault(Unavailable):
    """The database did not take a write for now: locked, full, unreadable. Nothing of the transaction is in."""

    status, title, code = 503, "The database does not take writes", "db.unavailable"


class RowRefused(Final):
    """The database refuses this very content; the same rows again would be refused again."""

    status, title, code = 422, "The database refuses this row", "db.row_refused"


class RedisFault(Retryable):
    """Redis did not answer, or refused for now. Whether a write took effect is not known."""

    status, title, code = 503, "Redis does not answer", "redis.unavailable"


class Fenced(Final):
    """Another writer moved the cursor; `extra["cursor"]` is where it stands."""

    status, title, code = 409, "The cursor was moved by another writer", "redis.fenced"


class SourceFault(Retryable):
    """A source did not deliver: refused, reset, 5xx, silence, a broken answer. `code` says which."""

    status, title, code = 502, "The source did not deliver", "source.fault"


class PeerDown(Retryable):
    """Another module did not answer, or could not for now. `extra["peer"]` names it."""

    status, title, code = 502, "Another module does not answer", "peer.down"


class PeerRefused(Final):
    """Another module refuses this very call. `extra` has `peer`, `peer_status` and its own `problem`."""

    status, title, code = 409, "Another module refuses", "peer.refused"
