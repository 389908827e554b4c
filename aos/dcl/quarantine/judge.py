"""A quarantined line before the current contract: may it go out, does it fail again, or is there nothing to judge?"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from aos.contracts.envelope import Envelope, Meta
from aos.contracts.ingest import Refusal
from aos.core.clock import Clock, wall_ms
from aos.core.errors import InvalidInput
from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted, KeepAlive, Toxic
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.reasons import reason_of, unrepaired
from aos.dcl.sidecar.repair import Drift, Outcome, Repaired, Repairer
from aos.dcl.warehouse.refused import NO_MATCHING_PIPE, Kept, Standing

MOST_REPLAYS = 5  # failed ones, after which a line is replayed only by its id and by force
FAULTS_KEPT = 50
REPAIR_S = 5.0  # for the lines of one batch
YIELD_EVERY = 128  # lines judged before other tasks of the process get a turn
DAMAGED = "corrupt_entry"
ENVELOPED = (DAMAGED, "poison", NO_MATCHING_PIPE)  # what lies there is not the line but the envelope around it
UNASKED = ("repair_overload", "repair_failed")  # the source of truth gave no answer: that is not the line's failure
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


class Mendable(NamedTuple):
    """It fails, and could be repaired. `refusal` is what becomes of it if that comes to nothing."""

    refusal: Refusal
    meta: Meta
    drift: Drift
    repairer: Repairer
    airlock: Airlock


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
    """Judges for one call. Contracts are read anew, so that a file that was put right counts at once. `has_blueprint`
    says of a pipe whether content may be filed under it; None: nobody asks."""

    def __init__(
        self, connectors: Connectors, clock: Clock, has_blueprint: Callable[[str], bool] | None = None
    ) -> None:
        self._connectors, self._clock, self._has_blueprint = connectors, clock, has_blueprint
        self._airlocks: dict[str, Airlock | Unfit] = {}

    async def judge_all(self, kept: Sequence[Kept]) -> list[Judgement]:
        """One for each line, in order. A `Refusal` is the new one of a line that failed again; what can be repaired is,
        the lines of a connector together."""
        found: list[Judgement | Mendable] = []
        for number, line in enumerate(kept):
            if number % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)
            found.append(self._judge(line))
        groups: dict[int, list[tuple[int, Mendable]]] = {}
        for place, each in enumerate(found):
            if isinstance(each, Mendable):
                groups.setdefault(id(each.repairer), []).append((place, each))
        for group in groups.values():
            mended = await self._mend([each for _, each in group])
            for (place, _), judgement in zip(group, mended, strict=True):
                found[place] = judgement
        return [each for each in found if not isinstance(each, Mendable)]

    async def _mend(self, group: Sequence[Mendable]) -> list[Judgement]:
        """What became of drifted lines of one connector."""
        outcomes = await group[0].repairer.repair(
            [each.drift for each in group], deadline_s=REPAIR_S, airlock=group[0].airlock
        )
        return [self._mended(each, outcome) for each, outcome in zip(group, outcomes, strict=True)]

    def _mended(self, each: Mendable, outcome: Outcome) -> Judgement:
        if isinstance(outcome, Repaired):
            meta = msgspec.structs.replace(
                each.meta,
                ingest_ts=wall_ms(self._clock),
                is_repaired=True,
                repaired_fields={**each.meta.repaired_fields, **outcome.fields},
            )
            return Fit(msgspec.json.encode(Envelope(meta=meta, payload=msgspec.Raw(outcome.line))), True)
        if outcome.reason in UNASKED:
            return Unfit(f"{outcome.reason}: {outcome.detail}; replay it later")
        word, detail, _ = unrepaired(each.drift.faults, outcome.reason, outcome.detail)
        if each.refusal.reason in ENVELOPED:
            word, detail = each.refusal.reason, f"{word}: {detail}"
        return msgspec.structs.replace(each.refusal, reason=word, detail=detail[:500])

    def _judge(self, kept: Kept) -> Judgement | Mendable:
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
        meta = msgspec.structs.replace(meta or _meta_of(refusal), config_gen=config_gen, pipe_id=self._pipe(refusal))
        if refusal.reason == NO_MATCHING_PIPE and not self._may_file(meta.pipe_id):
            return Unfit("its pipe has no blueprint yet")
        repairer = self._repairer(refusal, airlock)
        drift = None
        match airlock.read(line):
            case Clean():
                meta = msgspec.structs.replace(meta, ingest_ts=wall_ms(self._clock))
                envelope = Envelope(meta=meta, payload=msgspec.Raw(line))
                return Fit(msgspec.json.encode(envelope), meta.is_repaired)
            case Drifted(faults=faults):
                word, detail, notes = reason_of(faults, airlock.contract, repairs=self._repairs(refusal))
                if repairer is not None and airlock.contract.repairable(faults):
                    drift = repairer.drift(line, faults)
            case Toxic(reason=word, detail=detail):
                notes = []
            case KeepAlive():
                return Unfit("nothing of it was kept")
        if refusal.reason in ENVELOPED:  # what lies there stays an envelope, and the reason says so
            word, detail = refusal.reason, f"{word}: {detail}"
        again = msgspec.structs.replace(
            refusal, reason=word, detail=detail[:500], faults=notes[:FAULTS_KEPT], contract=name
        )
        if drift is None or repairer is None:
            return again
        return Mendable(again, meta, drift, repairer, airlock)

    def _repairs(self, refusal: Refusal) -> bool:
        sidecar = self._connectors.sidecars.get(refusal.connector_id)
        return sidecar is not None and sidecar.target.repairs

    def _repairer(self, refusal: Refusal, airlock: Airlock) -> Repairer | None:
        """The way to the source of truth of the line's connector, where there is one and it knows the same id."""
        sidecar = self._connectors.sidecars.get(refusal.connector_id)
        repairer = None if sidecar is None or sidecar.target.id != refusal.target else sidecar.repairer
        return repairer if repairer is not None and repairer.key == airlock.contract.key else None

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

    def _pipe(self, refusal: Refusal) -> str:
        """The pipe that the line came for, where it has a blueprint; else the one of its connector as it is now."""
        sidecar = self._connectors.sidecars.get(refusal.connector_id)
        now = sidecar.target.pipe_id if sidecar else ""
        came_for = refusal.pipe_id if self._has_blueprint and self._has_blueprint(refusal.pipe_id) else ""
        return came_for or now or refusal.pipe_id

    def _may_file(self, pipe_id: str) -> bool:
        return self._has_blueprint is None or self._has_blueprint(pipe_id)

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
