"""One run over a connection's steps, and the versions that come of it."""

from dataclasses import dataclass, field

import msgspec

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.record import DISCOVER, FIRST_SYNC, HEALTH, STEPS, Record
from aos.contracts.onboarding import CatalogStream, Connection, ConnectionState, Endpoints, FirstSync

MOST_WARNINGS = 50


@dataclass
class Draft:
    """`begun` is what was known before, `first` the step at which the run begins: those before it were passed by an
    earlier one. `drift` says in which way what can be read has changed since the connection was ACTIVE."""

    begun: Record
    first: str
    endpoints: Endpoints
    credential: str
    step: str = ""
    called: bool = False
    eligible: bool = False
    reachable: bool = False
    via: str = ""
    granted: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    streams: tuple[CatalogStream, ...] | None = None
    first_sync: FirstSync | None = None
    drift: str = ""

    def __post_init__(self) -> None:
        known = self.begun.connection
        self.eligible, self.via, self.first_sync = known.eligible, known.via, known.first_sync
        if not self.runs(HEALTH):  # what an earlier run saw still counts
            self.reachable, self.granted, self.warnings = known.reachable, [*known.granted_scopes], [*known.warnings]

    def runs(self, step: str) -> bool:
        """Whether this run does that step."""
        return STEPS.index(step) >= STEPS.index(self.first)

    def warn(self, warnings: tuple[str, ...]) -> None:
        self.warnings = list(dict.fromkeys((*self.warnings, *warnings)))[:MOST_WARNINGS]

    def failed(self, failure: Failure, at: int) -> Record:
        """The version of a run that ended early. What can't be described is HEALING, whatever was wrong with it."""
        state = failure.state
        if self.step == DISCOVER and failure.kind is Kind.OTHER:
            state = "HEALING"
        return self._version(state, failure.message, failure.next_action, failure.message, at)

    def passed(self, at: int) -> list[Record]:
        """The versions of a run that came through: where it found a drift, HEALING comes first."""
        assert self.first_sync is not None, "the first sync is the last step"
        rows = self.first_sync.rows
        read = (
            f"the first sync read {rows} items"
            if rows
            else "the first sync read nothing: it is empty, or a grant is missing"
        )
        versions = []
        if self.drift:
            self.step = DISCOVER
            versions.append(self._version("HEALING", self.drift, "none needed: the new catalogue is taken", "", at))
            self.step = FIRST_SYNC
        active = self._version("ACTIVE", read, "none needed", "", at)
        if self.drift:  # it was out of its state, if only for this run
            connection = msgspec.structs.replace(active.connection, since=at)
            active = msgspec.structs.replace(active, connection=connection)
        return [*versions, active]

    def _version(self, state: ConnectionState, reason: str, action: str, error: str, at: int) -> Record:
        known: Connection = self.begun.connection
        stays = known.version > 0 and known.state == state
        connection = msgspec.structs.replace(
            known,
            state=state,
            reason=reason,
            since=known.since if stays else at,
            next_action=action,
            updated_at=at,
            endpoints=self.endpoints,
            via=self.via,
            credential=self.credential,
            eligible=self.eligible,
            reachable=self.reachable,
            first_sync=self.first_sync,
            granted_scopes=self.granted,
            warnings=self.warnings,
            last_error=error,
        )
        checked = at if self.called else self.begun.checked_at
        return msgspec.structs.replace(self.begun, connection=connection, step=self.step, checked_at=checked)


def says_the_same(one: Record, other: Record) -> bool:
    """Whether two versions differ in nothing but their number and time."""
    return _timeless(one) == _timeless(other)


def _timeless(record: Record) -> Record:
    connection = msgspec.structs.replace(record.connection, version=0, updated_at=0)
    return msgspec.structs.replace(record, connection=connection)
