"""Every worker and connector reports progress and a state with reason, since and next action."""

from collections.abc import Iterator

from aos.contracts.health import HealthReport, State
from aos.core.clock import Clock, wall_ms


class Vital:
    """One worker's or connector's own account. `required`: until it has once been ready, `/readyz` is 503."""

    def __init__(self, name: str, kind: str, clock: Clock, *, required: bool) -> None:
        self.name = name
        self.kind = kind
        self.required = required
        self.state = State.STARTING
        self.reason = "not started yet"
        self.next_action = "wait"
        self.restarts = 0
        self.detail: dict[str, str | int | float | bool | None] = {}
        self._clock = clock
        self._since = wall_ms(clock)
        self._entered = clock.monotonic()
        self._last: dict[str, float] = {}
        self._expected: tuple[str, float] | None = None

    def set(self, state: State, reason: str, next_action: str = "none needed") -> bool:
        """Give the state; `since` moves only when the state does. True when it did."""
        changed = state is not self.state
        if changed:
            self._since = wall_ms(self._clock)
            self._entered = self._clock.monotonic()
        self.state, self.reason, self.next_action = state, reason, next_action
        return changed

    def expect(self, what: str, within_s: float) -> None:
        """While it says that it runs, `what` must come at least every `within_s` seconds, else it is reported stalled:
        health follows progress, not what a worker believes of itself."""
        self._expected = (what, within_s)

    def _silent_s(self) -> float | None:
        """How long the expected progress has not come, if that is too long."""
        if self._expected is None or self.state is not State.RUNNING:
            return None
        what, within_s = self._expected
        silent = self._clock.monotonic() - max(self._last.get(what, 0.0), self._entered)
        return silent if silent > within_s else None

    def progress(self, what: str) -> None:
        """Note that a `byte`, a `record` or an `ack` just came."""
        self._last[what] = self._clock.monotonic()

    def age(self, what: str) -> float | None:
        """Seconds since the last `byte`, `record` or `ack`; None when there was none."""
        at = self._last.get(what)
        return None if at is None else round(self._clock.monotonic() - at, 3)

    def report(self) -> HealthReport:
        state, reason, since, action = self.state, self.reason, self._since, self.next_action
        silent = self._silent_s()
        if silent is not None:
            state, since = State.STALLED, wall_ms(self._clock) - int(silent * 1000)
            reason = f"says it is {self.reason}, but made no progress for {silent:.0f} s"
            action = "look at its log; a restart goes on where it stood"
        return HealthReport(
            name=self.name,
            kind=self.kind,
            state=state,
            reason=reason,
            since=since,
            next_action=action,
            last_byte_age_s=self.age("byte"),
            last_record_age_s=self.age("record"),
            last_ack_age_s=self.age("ack"),
            restarts=self.restarts,
            detail=dict(self.detail),
        )


class Health:
    """All vitals of the process, by name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._vitals: dict[str, Vital] = {}

    def register(self, name: str, kind: str, *, required: bool = False) -> Vital:
        vital = self._vitals.get(name)
        if vital is None:
            vital = self._vitals[name] = Vital(name, kind, self._clock, required=required)
        return vital

    def forget(self, name: str) -> None:
        self._vitals.pop(name, None)

    def __iter__(self) -> Iterator[Vital]:
        return iter(self._vitals.values())

    def blocking(self) -> list[str]:
        """Why this process can't serve yet: what is required and has not come up, or went down."""
        waiting = (State.STARTING, State.STOPPED, State.RECOVERING)
        return [f"{v.name}: {v.reason}" for v in self._vitals.values() if v.required and v.state in waiting]

    def reports(self) -> list[HealthReport]:
        return [vital.report() for vital in self._vitals.values()]
