"""The ingest guard: content for a pipe that nobody has described is refused, whatever else is true of it.

There is no way round: not for an empty store, not for a missing or malformed id, not for any run id.
"""

import bisect
import difflib
from collections.abc import Sequence

from aos.contracts.content import NoMatchingPipe
from aos.core import errors
from aos.core.clock import Clock, utc_text
from aos.core.redact import one_line, redact
from aos.dcl.gate.blueprints import Blueprints, PipeDefinition
from aos.dcl.warehouse.refused import NO_MATCHING_PIPE

LONGEST_SHOWN = 64  # characters of an id that is none
MOST_NAMED = 20  # known ids in a refusal, the nearest first
MOST_COMPARED = 400  # known ids that a wrong one is compared with: those beside it in the alphabet


class Guard:
    """Asks `lookup_pipe_definition`, for pushes and for stream records alike."""

    def __init__(self, blueprints: Blueprints, clock: Clock) -> None:
        self._blueprints, self._clock = blueprints, clock

    def admit(self, tenant: str, pipe_id: str) -> PipeDefinition | None:
        """The pipe; None where this tenant has none of that id."""
        return self._blueprints.lookup_pipe_definition(tenant, pipe_id)

    def refusal(self, tenant: str, pipe_id: str) -> errors.NoMatchingPipe:
        """The document's 422. It names the tenant's own pipes alone."""
        known = self._blueprints.pipe_ids(tenant)
        shown = shown_id(pipe_id)
        beside = _beside(pipe_id, known)
        near = difflib.get_close_matches(pipe_id[:LONGEST_SHOWN], beside, n=MOST_NAMED)
        told = NoMatchingPipe(
            error=NO_MATCHING_PIPE,
            pipe_id=shown,
            message=f"No pipe {shown!r} was exported to DCL. Nothing was stored."
            if shown
            else "The header x-pipe-id is missing. Nothing was stored.",
            hint=_hint(near, known),
            available_pipes=list(dict.fromkeys([*near, *beside]))[:MOST_NAMED] or None,
            timestamp=utc_text(self._clock),
        )
        fields = {name: getattr(told, name) for name in told.__struct_fields__}
        return errors.NoMatchingPipe(told.message, **fields)


def shown_id(pipe_id: str) -> str:
    """Anybody's text in place of an id, fit for an answer and a table."""
    return redact(one_line(pipe_id, LONGEST_SHOWN))


def _beside(pipe_id: str, known: Sequence[str]) -> list[str]:
    """The known ids around this one in the alphabet, those that stand closest first."""
    place = bisect.bisect(known, pipe_id)
    begin = max(0, place - MOST_COMPARED // 2)
    around = enumerate(known[begin : place + MOST_COMPARED // 2], begin)
    return [each for _, each in sorted(around, key=lambda item: abs(item[0] - place))]


def _hint(near: Sequence[str], known: Sequence[str]) -> str:
    if not known:
        return "No pipe is known here: AAM exports them with POST /export-pipes. Don't send it again before that."
    named = f"The nearest known ids are {', '.join(near[:3])}. " if near else ""
    return f"{named}pipe_id must be the one of AAM's export (its pipe_id, not its candidate_id). Don't send it again."
