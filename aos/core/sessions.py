"""Sessions of browsers. The cookie holds 256 random bits; what is kept is their SHA-256.

All of them are in memory, so that a request asks nobody; the table is what the next start reads.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aos.core.auth import KeyEntry, digest
from aos.core.clock import Clock, wall_ms
from aos.core.db import Database, Tx
from aos.core.errors import StoreFault
from aos.core.http import Access
from aos.core.log import Log

IDLE_MS = 12 * 3_600_000
LONGEST_MS = 7 * 24 * 3_600_000
KEPT_EVERY_MS = 5 * 60_000  # how often the last use of a session is written down
MOST = 1_000  # the one that was not used for longest makes room

log = Log("sessions")


@dataclass(slots=True)
class Session:
    """`entry` is the key that it was made with: its id, role and tenant. Times in milliseconds since the epoch."""

    digest: bytes
    entry: KeyEntry
    created: int
    seen: int
    expires: int
    kept: int = field(default=0)

    def over(self, now: int) -> bool:
        return now >= self.expires or now - self.seen >= IDLE_MS


class Sessions:
    """All SQL of `sessions`. `known(digest of a key)` is its entry while the key is valid: one that was deleted or
    changed takes its sessions along."""

    def __init__(self, database: Database, known: Callable[[bytes], KeyEntry | None], clock: Clock) -> None:
        self._database, self._known, self._clock = database, known, clock
        self._sessions: dict[bytes, Session] = {}

    async def open(self) -> None:
        """Read what is left of earlier starts; what is over, or lost its key, goes."""
        rows = await self._database.read(
            "SELECT digest, key_id, role, tenant, key_digest, created_ms, seen_ms, expires_ms FROM sessions"
        )
        for hashed, key_id, role, tenant, key_digest, created, seen, expires in rows:
            entry = KeyEntry(key_id, Access(role), tenant, key_digest)
            self._sessions[hashed] = Session(hashed, entry, created, seen, expires, kept=seen)
        await self._sweep()

    async def begin(self, entry: KeyEntry) -> str:
        """A new session's token, for the cookie and nowhere else."""
        await self._sweep(room=1)
        token, now = secrets.token_urlsafe(32), wall_ms(self._clock)
        session = Session(digest(token), entry, now, now, now + LONGEST_MS, kept=now)

        async def insert(tx: Tx) -> None:
            await tx.run(
                "INSERT INTO sessions (digest, key_id, key_digest, role, tenant, created_ms, seen_ms, expires_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (session.digest, entry.id, entry.digest, entry.role.value, entry.tenant, now, now, session.expires),
            )

        await self._database.write(insert)
        self._sessions[session.digest] = session
        return token

    def find(self, token: str) -> Session | None:
        """The session of a cookie, while it and its key are valid. No use of it yet: see `touch`."""
        session = self._sessions.get(digest(token)) if token.isascii() else None
        return session if session is not None and self._valid(session) else None

    async def touch(self, session: Session) -> None:
        """It was used. A database that takes no writes for now does not keep a reader out."""
        session.seen = wall_ms(self._clock)
        if session.seen - session.kept < KEPT_EVERY_MS:
            return
        session.kept = session.seen

        async def update(tx: Tx) -> None:
            await tx.run("UPDATE sessions SET seen_ms = ? WHERE digest = ?", (session.seen, session.digest))

        try:
            await self._database.write(update)
        except StoreFault as fault:
            log.warning("The last use of a session is not written down", why=fault.message)

    async def end(self, token: str) -> None:
        """Also one that is unknown or over."""
        hashed = digest(token) if token.isascii() else b""
        self._sessions.pop(hashed, None)
        await self._forget([hashed])

    def _valid(self, session: Session) -> bool:
        key = self._known(session.entry.digest)
        return key is not None and key.id == session.entry.id and not session.over(wall_ms(self._clock))

    async def _sweep(self, room: int = 0) -> None:
        gone = [hashed for hashed, session in self._sessions.items() if not self._valid(session)]
        for hashed in gone:
            del self._sessions[hashed]
        by_use = sorted(self._sessions.values(), key=lambda session: session.seen)
        for session in by_use[: max(0, len(by_use) + room - MOST)]:
            del self._sessions[session.digest]
            gone.append(session.digest)
        if gone:
            await self._forget(gone)

    async def _forget(self, digests: list[bytes]) -> None:
        async def delete(tx: Tx) -> None:
            await tx.many("DELETE FROM sessions WHERE digest = ?", [(hashed,) for hashed in digests])

        await self._database.write(delete)
