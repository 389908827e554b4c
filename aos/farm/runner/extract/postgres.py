"""Rows of a PostgreSQL server, by a cursor on its side in a transaction that can only read."""

import functools
import json
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import set_json_loads

from aos.core.credentials import resolve
from aos.core.errors import EgressRefused
from aos.core.redact import one_line, redact
from aos.farm.runner.extract.order import FIELD, Order
from aos.farm.runner.faults import JobFault, Transient
from aos.farm.runner.retry import tried

MOST_IN_FETCH = 1_000
CONNECT_S = 10
TLS = {"verify-full": "verify-full", "require": "require", "off": "disable"}
# The whole session can only read, not just one transaction of it; instants are told in UTC.
OPTIONS = "-c default_transaction_read_only=on -c timezone=UTC"
Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Server(NamedTuple):
    host: str
    port: int
    database: str


async def postgres_rows(
    order: Order, server: Server, sql: str
) -> AsyncGenerator[tuple[list[str], list[tuple[Any, ...]]], None]:
    """(names of the columns, the next rows) until there are none. The cursor's statement goes by the extended protocol,
    which takes one statement alone: nothing behind a `;` runs."""
    connection = await tried(
        order.core, order.manifest.limits.retry_count, "source", functools.partial(_connect, order, server)
    )
    try:
        async with connection, connection.cursor(name="aos") as cursor:
            await cursor.execute(sql.encode())
            names = [column.name for column in cursor.description or ()]
            while rows := await cursor.fetchmany(MOST_IN_FETCH):
                yield names, rows
    except psycopg.Error as error:
        raise JobFault(f"PostgreSQL: {_told(error)}", "check source.query and what the user may read") from error


async def _connect(order: Order, server: Server) -> Connection:
    """The address that was checked is the one that is dialled; the name stays for the certificate."""
    source, endpoint = order.manifest.source, order.endpoint
    try:
        addresses = await order.core.egress.tcp(server.host, server.port, field=f"{FIELD}.url")
    except EgressRefused as refused:
        raise JobFault(refused.message, "list the server, or dispatch another manifest") from refused
    except OSError as error:
        raise Transient(f"The name {server.host} is not known") from error
    try:
        connection = await psycopg.AsyncConnection.connect(
            host=server.host,
            hostaddr=addresses[0],
            port=server.port,
            dbname=server.database,
            user=endpoint.user,
            password=resolve(source.credentials_ref, field="source.credentials_ref") or None,
            passfile="/dev/null",  # and none that lies about on this machine
            sslmode=TLS[endpoint.tls],
            sslrootcert="system" if endpoint.tls == "verify-full" else None,
            gssencmode="disable",
            connect_timeout=CONNECT_S,
            application_name="aos",
            options=OPTIONS,
        )
    except psycopg.OperationalError as error:
        if error.sqlstate is not None or "authentication" in str(error) or "password" in str(error):
            raise JobFault(f"PostgreSQL refuses: {_told(error)}", "check user, database and credentials") from error
        raise Transient(f"PostgreSQL does not answer: {_told(error)}") from error
    await connection.set_read_only(True)
    set_json_loads(functools.partial(json.loads, parse_float=Decimal), connection)
    return connection


def _told(error: psycopg.Error) -> str:
    return one_line(redact(str(error)).strip() or type(error).__name__, 300)
