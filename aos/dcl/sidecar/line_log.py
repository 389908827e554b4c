"""What the log says of single lines that were drifted, repaired or set aside; so many a second, the rest counted."""

import logging
from collections.abc import Sequence
from typing import Any

from aos.contracts.ingest import Refusal
from aos.core.clock import Clock
from aos.core.log import Log, RecordLines
from aos.core.phrases import DRIFT_DETECTED, DRIFTED_RECORD_SET_ASIDE, RECORD_REPAIRED, TOXIC_RECORD_DROPPED, Phrase
from aos.dcl.sidecar.repair import Drift, Outcome, Repaired

log = Log("dcl.sidecar")


class LineLog:
    """The lines of one connector's log that are about single records."""

    def __init__(self, clock: Clock, connector_id: str) -> None:
        def lines(phrase: Phrase, level: int) -> RecordLines:
            return RecordLines(log, phrase, level, clock.monotonic)

        self._who = {"connector_id": connector_id}
        self._toxic = lines(TOXIC_RECORD_DROPPED, logging.WARNING)
        self._set_aside = lines(DRIFTED_RECORD_SET_ASIDE, logging.WARNING)
        self._detected = lines(DRIFT_DETECTED, logging.WARNING)
        self._repaired = lines(RECORD_REPAIRED, logging.INFO)

    def flush(self) -> None:
        """Tell how many were left out so far."""
        for each in (self._toxic, self._set_aside, self._detected, self._repaired):
            each.flush()

    def toxic(self, refusal: Refusal) -> None:
        self._toxic.write(1, [self._told(refusal)])

    def drifted(self, refusal: Refusal) -> None:
        """A drifted line that was not repaired."""
        self._set_aside.write(1, [self._told(refusal)])

    def detected(self, drifts: Sequence[Drift]) -> None:
        """Lines that are asked for at the source of truth now."""
        self._detected.write(len(drifts), ({"record_id": drift.record_id, **self._who} for drift in drifts))

    def repaired(self, count: int, drifts: Sequence[Drift], outcomes: Sequence[Outcome]) -> None:
        self._repaired.write(
            count,
            (
                {"record_id": drift.record_id, "fields": ", ".join(outcome.fields), **self._who}
                for drift, outcome in zip(drifts, outcomes, strict=True)
                if isinstance(outcome, Repaired)
            ),
        )

    def _told(self, refusal: Refusal) -> dict[str, Any]:
        return {"reason": refusal.reason, "detail": refusal.detail, "position": refusal.position, **self._who}
