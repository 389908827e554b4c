"""The log lines that the spec gives word for word: filled in on a console, with a constant `event` in JSON."""

from typing import NamedTuple


class Phrase(NamedTuple):
    """`event` is the constant name in JSON; `line` the sentence, its data in braces. `per_record`: capped a second."""

    event: str
    line: str
    per_record: bool = False

    def __str__(self) -> str:
        return self.event


TOXIC_RECORD_DROPPED = Phrase("Toxic Record Dropped", "Toxic Record Dropped", per_record=True)
CIRCUIT_BREAKER_TRIPPED = Phrase("Circuit Breaker Tripped", "Circuit Breaker Tripped")
RECEIVED_PROVISIONING = Phrase(
    "Received Provisioning Command from AOD",
    "Received Provisioning Command from AOD. Switching Target to {target_url}",
)
DRIFTED_RECORD_SET_ASIDE = Phrase("Drifted Record Set Aside", "Drifted Record Set Aside", per_record=True)
DRIFT_DETECTED = Phrase("Drift Detected", "Drift Detected for {record_id}. Fetching repair...", per_record=True)
RECORD_REPAIRED = Phrase("Record Repaired", "Record Repaired.", per_record=True)
PROCESSED_RECORD = Phrase("Processed Record", "Processed Record [{trace_id}]", per_record=True)
NO_MATCHING_PIPE = Phrase(
    "NO_MATCHING_PIPE",
    "NO_MATCHING_PIPE: DCL has no blueprint for the pipe {pipe_id} of run {run_id}. Not retried; export the pipe.",
)
SCHEMA_DRIFT = Phrase("schema_drift", "schema_drift: rows of {pipe_id} differ from its blueprint: {drift_fields}")
