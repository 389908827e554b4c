"""Room in the quarantine: past `AOS_QUARANTINE_MAX` held lines nobody reads, so that nothing has to be dropped."""

from aos.contracts.health import State
from aos.contracts.ingest import Pause
from aos.core.clock import wall_ms
from aos.core.health import Vital
from aos.core.module import Core
from aos.core.workers import pause
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.warehouse.refused import RefusedLines, Selection

LOOK_S = 0.5


class Room:
    """Counts held lines, and stops all connectors while there are too many."""

    def __init__(self, core: Core, lines: RefusedLines, connectors: Connectors) -> None:
        self._core, self._lines, self._connectors = core, lines, connectors
        self._most = core.settings.quarantine_max
        # Not at the first line that leaves: connectors would stop and go by the line.
        self._roomy = self._most - max(1, self._most // 10)
        self._full: Pause | None = None

    async def watch(self, vital: Vital) -> None:
        while not self._core.stopping.is_set():
            await self.look(vital)
            await pause(self._core.clock, self._core.stopping, LOOK_S)

    async def look(self, vital: Vital) -> None:
        """Count once, and stop or release the connectors."""
        held = await self._lines.count(Selection())
        self._core.metrics.quarantine_held.set(held)
        if held >= self._most and self._full is None:
            why = f"the quarantine holds {held} lines; the most is {self._most} (AOS_QUARANTINE_MAX)"
            self._full = Pause(by="quarantine_full", why=why, since=wall_ms(self._core.clock))
            vital.set(State.DEGRADED, why, "replay or discard quarantined lines")
        elif held <= self._roomy:
            self._full = None
        if self._full is None:
            vital.set(State.RUNNING, f"{held} lines are held; there is room")
        for sidecar in self._connectors.sidecars.values():
            sidecar.brake.quarantine_full(self._full)
