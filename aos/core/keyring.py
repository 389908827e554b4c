"""Keys at rest: hashes in the database, the plain ones once on the console and in `<data>/keys` (0600)."""

from pathlib import Path

from aos.core.auth import KeyEntry, digest, new_key
from aos.core.clock import Clock, wall_ms
from aos.core.datadir import DataDir, write_private
from aos.core.db import Database, Tx, sql_file
from aos.core.http import Access
from aos.core.log import Log
from aos.core.settings import Settings

log = Log("keys")
ROLES = (Access.OPERATOR, Access.VIEWER, Access.SERVICE)
DEFAULT_TENANT = "default"
SCHEMA = sql_file("aos.core", "schema.sql")


class Keyring:
    """All SQL of `api_keys`."""

    def __init__(self, database: Database, data: DataDir, clock: Clock) -> None:
        self._database, self._data, self._clock = database, data, clock

    async def open(self, settings: Settings) -> tuple[list[KeyEntry], dict[str, str]]:
        """(every key that is valid now, the plain keys that were just made). A key in the settings takes the place
        of the stored one of its role."""
        given = {role: getattr(settings, f"{role.value}_key") for role in ROLES}
        stored = await self.entries()
        made = {}
        for role in ROLES:
            if not given[role] and not any(entry.id == role.value for entry in stored):
                made[role.value] = new_key(role)
        if made:
            self._save_plain(made)
            for role in ROLES:
                if role.value in made:
                    stored.append(await self.add(role, DEFAULT_TENANT, made[role.value], key_id=role.value))
        for role in ROLES:
            if not given[role] and not plain_key(self._data.path, role.value):
                log.warning(
                    "The plain key is not in the keys file any more; AOS_*_KEY can set another", role=role.value
                )
        overridden = [KeyEntry(role.value, role, DEFAULT_TENANT, digest(key)) for role, key in given.items() if key]
        taken = {entry.id for entry in overridden}
        return overridden + [entry for entry in stored if entry.id not in taken], made

    def _save_plain(self, made: dict[str, str]) -> None:
        """Written before the hashes, so that a kill in between leaves a key to make again, not one nobody knows."""
        path = self._data.path / "keys"
        lines = path.read_text().splitlines() if path.exists() else []
        kept = [line for line in lines if line.partition("=")[0] not in made]
        content = "".join(f"{line}\n" for line in [*kept, *(f"{role}={key}" for role, key in made.items())])
        write_private(path, content.encode())

    async def add(self, role: Access, tenant: str, key: str, *, key_id: str) -> KeyEntry:
        entry = KeyEntry(key_id, role, tenant, digest(key))

        async def insert(tx: Tx) -> None:
            await tx.run(
                "INSERT INTO api_keys (id, role, tenant, digest, created_ms) VALUES (?, ?, ?, ?, ?)",
                (entry.id, role.value, tenant, entry.digest, wall_ms(self._clock)),
            )

        await self._database.write(insert)
        return entry

    async def entries(self) -> list[KeyEntry]:
        rows = await self._database.read("SELECT id, role, tenant, digest FROM api_keys ORDER BY created_ms, id")
        return [KeyEntry(key_id, Access(role), tenant, hashed) for key_id, role, tenant, hashed in rows]


def plain_key(data_path: Path, role: str = "operator") -> str:
    """The stored plain key of a role, for the command line; empty when there is none."""
    try:
        lines = (data_path / "keys").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition("=")[2] for line in lines if line.startswith(f"{role}=")), "")
