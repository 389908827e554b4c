"""The guard for records of streams: without a blueprint they go to quarantine, and they come back when it arrives.

The consumer asks before it files. Which pipes had records refused is kept in memory, and asked of the quarantine once
at the start; as soon as one of them has a blueprint its lines are replayed, through the contract as ever.
"""

from aos.contracts.health import State
from aos.contracts.ingest import ReplayRequest
from aos.core import streams
from aos.core.auth import DEFAULT_TENANT
from aos.core.errors import AosError
from aos.core.health import Vital
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.workers import pause
from aos.dcl.gate.guard import Guard
from aos.dcl.gate.orphans import Orphans
from aos.dcl.quarantine.settlement import Settlement
from aos.dcl.warehouse.refused import NO_MATCHING_PIPE, RefusedLines

log = Log("dcl.gate")
LOOK_S = 0.5
TENANT = DEFAULT_TENANT  # connectors belong to nobody else


class StreamGuard:
    """The consumer's side of the guard."""

    def __init__(self, guard: Guard, orphans: Orphans) -> None:
        self._guard, self._orphans = guard, orphans
        self.waiting: set[str] = set()

    def number(self, pipe_id: str) -> int | None:
        """The number of a pipe that has a blueprint."""
        found = self._guard.admit(TENANT, pipe_id)
        return found.number if found else None

    def has_blueprint(self, pipe_id: str) -> bool:
        return self.number(pipe_id) is not None

    async def refused(self, connector_id: str, pipe_id: str, count: int) -> None:
        """Records of this connector are in the quarantine's stream."""
        self.waiting.add(pipe_id)
        log.warning(NO_MATCHING_PIPE, pipe_id=pipe_id, connector_id=connector_id, count=count)
        await self._orphans.note(TENANT, connector_id, "", pipe_id, count, way="stream")


class PipeWatch:
    """Replays what waited for a blueprint."""

    def __init__(
        self, core: Core, redis: Redis, guard: StreamGuard, lines: RefusedLines, settlement: Settlement
    ) -> None:
        self._core, self._redis, self._guard = core, redis, guard
        self._lines, self._settlement = lines, settlement

    async def watch(self, vital: Vital) -> None:
        self._guard.waiting.update(await self._lines.pipes_waiting())
        while not self._core.stopping.is_set():
            try:
                await self.look()
            except AosError as error:
                vital.set(State.DEGRADED, error.message, "tried again; no record is lost")
            else:
                waiting = len(self._guard.waiting)
                vital.set(State.IDLE, f"{waiting} pipes wait for a blueprint" if waiting else "no record waits")
            await pause(self._core.clock, self._core.stopping, LOOK_S)

    async def look(self) -> None:
        """Replay for the pipes that have a blueprint now. A pipe is done with when nothing of it is held and nothing is
        on its way to the quarantine's table."""
        for pipe_id in [each for each in self._guard.waiting if self._guard.number(each) is not None]:
            arrived = (await streams.state(self._redis, streams.QUARANTINE)).lag == 0
            told = await self._settlement.replay(ReplayRequest(reason=NO_MATCHING_PIPE), by="dcl", pipe_id=pipe_id)
            if told.replayed:
                log.info(
                    "Records of a pipe that has a blueprint now are replayed", pipe_id=pipe_id, count=told.replayed
                )
            elif arrived:
                self._guard.waiting.discard(pipe_id)
