"""A quarantined line before the current contract: may it go out, does it fail again, or is there nothing to judge?"""

from typing import NamedTuple

import msgspec

from aos.contracts.envelope import Envelope, Meta
from aos.contracts.ingest import Refusal
from aos.core.clock import Clock, wall_ms
from aos.core.errors import InvalidInput
from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted, KeepAlive, Toxic
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.reasons import reason_of
from aos.dcl.warehouse.refused import Kept, Standing

MOST_REPLAYS = 5  # failed ones, after which a line is replayed only by its id and by force
FAULTS_KEPT = 50
DAMAGED = "corrupt_entry"
ENVELOPED = (DAMAGED, "poison")  # what lies there is not the line but the envelope around it
_HOPELESS = {
    "too_long": "only its head was kept",
    "undescribed": "its description was lost, so nobody knows whose line it is",
}
_LOOK_FIRST = "its checksum did not match, so it may be damaged: look at it, then replay it by its id with force"

# Held lines that a replay of many tries, as SQL. `hindrance` says the same of one line.
TRIED = f"replays < {MOST_REPLAYS} AND reason NOT IN ('too_long', 'undescribed', 'corrupt_entry')"

_envelopes = msgspec.json.Decoder(Envelope)


class Fit(NamedTuple):
    """`envelope` can be published."""

    envelope: bytes
    repaired: bool


class Unfit(NamedTuple):
    """There is nothing to judge."""

    why: str


Judgement = Fit | Refusal | Unfit


def hindrance(line: Standing, *, force: bool) -> str:
    """Why this line is not to be replayed; empty when it is."""
    if line.status != "held":
        return f"it is {line.status}" if line.status.endswith("ed") else f"it is {line.status} now"
    if line.reason in _HOPELESS:
        return _HOPELESS[line.reason]
    if line.reason == DAMAGED and not force:
        return _LOOK_FIRST
    if line.replays >= MOST_REPLAYS and not force:
        return f"{line.replays} replays failed: replay it by its id with force to try again"
    return ""


class Judge:
    """Judges for one call. Contracts are read anew, so that a file that was put right counts at once."""

    def __init__(self, connectors: Connectors, clock: Clock) -> None:
        self._connectors, self._clock = connectors, clock
        self._airlocks: dict[str, Airlock | Unfit] = {}

    def judge(self, kept: Kept) -> Judgement:
        """A `Refusal` is the new one of a line that failed again."""
        refusal, line, meta = kept.refusal, kept.data, None
        if refusal.reason in ENVELOPED:
            try:
                envelope = _envelopes.decode(line)
            except (ValueError, RecursionError):
                return Unfit("its envelope can't be read")
            line, meta = bytes(envelope.payload), envelope.meta
            if refusal.reason == DAMAGED and not self._in_place(meta):
                return Unfit("it is damaged, and the place that it names can't be confirmed")
        name, config_gen = self._current(refusal)
        airlock = self._airlock(name)
        if isinstance(airlock, Unfit):
            return airlock
        match airlock.read(line):
            case Clean():
                meta = msgspec.structs.replace(meta or _meta_of(refusal), config_gen=config_gen)
                meta = msgspec.structs.replace(meta, ingest_ts=wall_ms(self._clock))
                envelope = Envelope(meta=meta, payload=msgspec.Raw(line))
                return Fit(msgspec.json.encode(envelope), meta.is_repaired)
            case Drifted(faults=faults):
                word, detail, notes = reason_of(faults, airlock.contract)
            case Toxic(reason=word, detail=detail):
                notes = []
            case KeepAlive():
                return Unfit("nothing of it was kept")
        if refusal.reason in ENVELOPED:  # what lies there stays an envelope, and the reason says so
            word, detail = refusal.reason, f"{word}: {detail}"
        return msgspec.structs.replace(
            refusal, reason=word, detail=detail[:500], faults=notes[:FAULTS_KEPT], contract=name
        )

    def _in_place(self, meta: Meta) -> bool:
        """Whether the place that an envelope names agrees with its trace id, which is derived from it: a damaged one
        must not take the place of another line."""
        sidecar = self._connectors.sidecars.get(meta.connector_id)
        if sidecar is None or meta.target != sidecar.target.id:
            return False
        return sidecar.target.trace_id(meta.position) == meta.trace_id.encode()

    def _current(self, refusal: Refusal) -> tuple[str, int]:
        """Contract and generation of the connector as it is now; of a connector that is no more, as they were."""
        sidecar = self._connectors.sidecars.get(refusal.connector_id)
        if sidecar is None:
            return refusal.contract, refusal.config_gen
        return sidecar.target.contract, sidecar.target.config.config_gen

    def _airlock(self, name: str) -> Airlock | Unfit:
        if not name:
            return Unfit("its connector is gone and no contract is named")
        if name not in self._airlocks:
            try:
                self._airlocks[name] = self._connectors.airlock(name)
            except InvalidInput as error:
                self._airlocks[name] = Unfit(f"its contract can't be used: {error.message}")
        return self._airlocks[name]


def _meta_of(refusal: Refusal) -> Meta:
    """Place and name of the line as it would have had them: the row finds itself by them."""
    return Meta(
        ingest_ts=0,
        source=refusal.source,
        trace_id=refusal.trace_id,
        is_repaired=False,
        connector_id=refusal.connector_id,
        config_gen=refusal.config_gen,
        target=refusal.target,
        position=refusal.position,
    )
