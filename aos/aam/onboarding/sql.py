"""`jdbc`: a SQLite file, opened so that nothing can be written, or a PostgreSQL server, whose role is looked at.

What is read are the names and types of tables and columns: no row of the user's comes over.
"""

import asyncio
import os
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from aos.aam.onboarding.adapter import Discovered, Opened, Sampled
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import Family
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.streams import Streams
from aos.contracts.onboarding import MOST_FIRST_ITEMS
from aos.core.errors import EgressRefused, Final, InvalidInput, SourceFault
from aos.core.foreign_postgres import Connection, Server, connect_postgres, postgres_read, server_of
from aos.core.foreign_sqlite import sqlite_rows
from aos.core.module import Core
from aos.core.redact import one_line

STEP_S = 20.0
MOST_NAMED = 5
FIELD = "resource_ids[0]"
NO_RIGHT = "42501"  # SQLSTATE insufficient_privilege
MODES = {"verify-full": "verify-full", "require": "require", "disable": "off"}
Rows = list[tuple[Any, ...]]

# Tables and views that are the user's own, a row a column, in a stable order.
SQLITE_COLUMNS = (
    "SELECT m.name, c.name, c.type, c.pk FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
    " WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid LIMIT 20000"
)
# A view over what is gone can't be described, and the statement above ends with it; then they are asked singly.
SQLITE_NAMES = (
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " ORDER BY name LIMIT 500"
)
SQLITE_COLUMNS_OF = "SELECT {0}, name, type, pk FROM pragma_table_info({0}) ORDER BY cid"
SQLITE_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " ORDER BY name LIMIT 20"
)
POSTGRES_COLUMNS = (
    "SELECT table_schema || '.' || table_name, column_name, data_type, 0 FROM information_schema.columns"
    " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, ordinal_position LIMIT 20000"
)
POSTGRES_TABLES = (
    "SELECT table_schema, table_name FROM information_schema.tables"
    " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 20"
)
# What the role could do if the session were not read-only: it is asked for, never tried.
POSTGRES_RIGHTS = (
    "SELECT current_setting('transaction_read_only'), r.rolsuper OR r.rolcreaterole OR r.rolcreatedb,"
    " has_database_privilege(current_database(), 'CREATE'),"
    " EXISTS (SELECT 1 FROM pg_catalog.pg_namespace AS n WHERE n.nspname NOT LIKE 'pg\\_%'"
    "  AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'CREATE')),"
    " EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    "  WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    "  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))"
    " FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user"
)


class SqlAdapter:
    """`uri` is `sqlite:/path` or `postgresql://host:port/database`, with `?sslmode=` where TLS can't be verified.
    `unlisted` is a directory whose files need no listing. `InvalidInput` and `Failure` as for every adapter."""

    name = "native"

    def __init__(self, core: Core, family: Family, uri: str, secret: Secret, unlisted: Path | None) -> None:
        self._core, self._family, self._secret, self._unlisted = core, family, secret, unlisted
        self._file = uri.removeprefix("sqlite:") if uri.startswith("sqlite:") else ""
        self._server: Server | None = None
        self._tls = ""
        if not self._file:
            self._server, self._tls = _server(uri)
        if self._server is not None and (missing := {"user", "password"} - secret.names):
            told = f"The credential has no {' and no '.join(sorted(missing))}"
            raise Failure(
                Kind.CREDENTIALS, told, "let credential_locator lead to user and password of a role that reads"
            )

    async def open(self) -> Opened:
        if self._file:
            await self._sqlite("SELECT count(*) FROM sqlite_schema")
            return Opened((), ())
        rows = await self._postgres(POSTGRES_RIGHTS)
        read_only, mighty, *writes = rows[0] if rows else ("off", True)
        if read_only != "on":
            raise Failure(
                Kind.PERMISSION, "The session does not stay read-only", "take away what lifts it from the role"
            )
        warnings = []
        if mighty or any(writes):
            warnings.append("The role may write; ask for one that may connect and see the tables, and nothing else")
        if self._tls != "verify-full":
            warnings.append("The server's certificate is not verified (sslmode)")
        return Opened((), tuple(warnings))

    async def discover(self) -> Discovered:
        found, warnings = await self._columns()
        streams, tables = Streams(), dict[str, list[tuple[str, str]]]()
        keys = dict[str, list[str]]()
        for table, column, kind, key in found:
            tables.setdefault(str(table), []).append((str(column), str(kind).lower()))
            if key:
                keys.setdefault(str(table), []).append(str(column))
        for table, columns in tables.items():
            streams.described(table, columns, keys.get(table, ()))
        told = streams.told()
        if not told:
            raise Failure(Kind.PERMISSION, "The database shows no table", "let the role see the tables, then heal")
        if streams.cut:
            warnings.append("The database has more tables than are listed here")
        return Discovered(told, tuple(warnings))

    async def _columns(self) -> tuple[Rows, list[str]]:
        """A row a column, and what had to be left out."""
        if not self._file:
            return await self._postgres(POSTGRES_COLUMNS), []
        try:
            return await self._sqlite(SQLITE_COLUMNS), []
        except Failure as failure:
            if failure.kind is not Kind.OTHER:
                raise
        rows, left_out = Rows(), list[str]()
        for (name,) in await self._sqlite(SQLITE_NAMES):
            quoted = "'" + str(name).replace("'", "''") + "'"
            try:
                rows += await self._sqlite(SQLITE_COLUMNS_OF.format(quoted))
            except Failure as failure:
                if failure.kind is not Kind.OTHER:
                    raise
                left_out.append(one_line(str(name), 100))
        named = ", ".join(left_out[:MOST_NAMED]) + (", ..." if len(left_out) > MOST_NAMED else "")
        return rows, [f"{len(left_out)} tables or views can't be read and are left out: {named}"] if left_out else []

    async def sample(self) -> Sampled:
        started = self._core.clock.monotonic()
        found = await (self._sqlite(SQLITE_TABLES) if self._file else self._postgres(POSTGRES_TABLES))
        took_ms = (self._core.clock.monotonic() - started) * 1_000
        return Sampled(len(found[:MOST_FIRST_ITEMS]), round(took_ms, 3), ())

    async def close(self) -> None:
        """Each step opens what it needs and shuts it again."""

    async def _sqlite(self, sql: str) -> Rows:
        path, rows = self._path(), Rows()
        if not path.is_file():
            raise Failure(Kind.NETWORK, "There is no such file", "check resource_ids[0], then heal")
        if not os.access(path, os.R_OK):
            raise Failure(Kind.PERMISSION, "The file may not be read", "let AOS's user read it, then heal")
        try:
            async with asyncio.timeout(STEP_S), aclosing(sqlite_rows(path, sql)) as found:
                async for _, some in found:
                    rows += some
        except SourceFault as fault:
            raise Failure(Kind.NETWORK, fault.message, "wait until the file is free, then heal") from None
        except Final as fault:
            # An encrypted database looks like no database to whoever has no key.
            kind = Kind.CREDENTIALS if "not a database" in fault.message else Kind.OTHER
            raise Failure(kind, fault.message, "check that the file is a SQLite database, unencrypted") from None
        except TimeoutError:
            raise Failure(Kind.NETWORK, "The file is not read in time", "wait until it is free, then heal") from None
        return rows

    def _path(self) -> Path:
        real = Path(self._file).resolve()
        if (
            self._unlisted is not None
            and Path(self._file).is_absolute()
            and real.is_relative_to(self._unlisted.resolve())
        ):
            return real
        try:
            return self._core.egress.file(self._file, field=FIELD)
        except EgressRefused as refused:
            allow = refused.extra.get("allow")
            action = f"to allow it, start AOS with {allow}" if allow else "name another file"
            raise Failure(Kind.NETWORK, refused.message, action) from None

    async def _postgres(self, sql: str) -> Rows:
        try:
            async with asyncio.timeout(STEP_S):
                return await postgres_read(await self._connected(), sql)
        except Final as refused:
            state = str(refused.extra.get("sqlstate", ""))
            if state == NO_RIGHT:
                raise Failure(Kind.PERMISSION, "PostgreSQL refuses the read", f"give {self._family.rights}") from None
            raise Failure(Kind.OTHER, f"PostgreSQL refuses the read ({state})", "look at the server's log") from None
        except TimeoutError:
            raise Failure(Kind.NETWORK, "PostgreSQL does not answer in time", "look at the server, then heal") from None

    async def _connected(self) -> Connection:
        assert self._server is not None
        user, password = self._secret.reveal("user"), self._secret.reveal("password")
        try:
            return await connect_postgres(
                self._core.egress, self._server, user=user, password=password, tls=self._tls, field=FIELD
            )
        except EgressRefused as refused:
            allow = refused.extra.get("allow", "").replace("http://", "tcp://")
            raise Failure(Kind.NETWORK, refused.message, f"to allow it, start AOS with {allow}") from None
        except Final as error:
            raise _refused(error.message) from None
        except SourceFault as fault:
            if fault.code == "source.busy":
                raise Failure(Kind.THROTTLED, "PostgreSQL is busy", "wait until it has room, then heal") from None
            why = "TLS could not be agreed on" if "certificate" in fault.message or "SSL" in fault.message else ""
            told = f"PostgreSQL can't be reached: {why or 'it takes no connection'}"
            raise Failure(Kind.NETWORK, told, "let this machine reach the server, then heal") from None


def _refused(text: str) -> Failure:
    """What a login is refused for, from the server's sentence: there is no SQLSTATE while connecting."""
    if "does not exist" in text and "database" in text:
        return Failure(Kind.OTHER, "PostgreSQL knows no database of that name", "check resource_ids[0]")
    if "permission denied" in text or "CONNECT privilege" in text:
        return Failure(Kind.PERMISSION, "PostgreSQL does not let the role connect", "grant it CONNECT, then heal")
    return Failure(Kind.CREDENTIALS, "PostgreSQL refuses user or password", "renew the credential, then heal")


def _server(uri: str) -> tuple[Server, str]:
    """The server, and how TLS is meant: `sslmode` is the one parameter that is taken."""
    address, _, query = uri.partition("?")
    options = parse_qs(query, keep_blank_values=True)
    mode = options.pop("sslmode", ["verify-full"])[-1]
    try:
        if options or mode not in MODES:
            raise ValueError(f"its one parameter is sslmode={', '.join(MODES)}")
        return server_of("postgresql://" + address.partition("://")[2]), MODES[mode]
    except ValueError as error:
        raise InvalidInput(f"{FIELD}: {error}", path=f"$.{FIELD}") from None
