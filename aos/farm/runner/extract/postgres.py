"""Rows of a PostgreSQL server, by a cursor on its side in a transaction that can only read."""

import functools
import json
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads

from aos.core.credentials import resolve
from aos.core.errors import EgressRefused, Final, SourceFault
from aos.core.foreign_postgres import Connection, Server, connect_postgres, told
from aos.farm.runner.extract.order import FIELD, Order
from aos.farm.runner.faults import JobFault, Transient
from aos.farm.runner.retry import tried

MOST_IN_FETCH = 1_000


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
        raise JobFault(f"PostgreSQL: {told(error)}", "check source.query and what the user may read") from error


async def _connect(order: Order, server: Server) -> Connection:
    source, endpoint = order.manifest.source, order.endpoint
    password = resolve(source.credentials_ref, field="source.credentials_ref")
    try:
        connection = await connect_postgres(
            order.core.egress, server, user=endpoint.user, password=password, tls=endpoint.tls, field=f"{FIELD}.url"
        )
    except EgressRefused as refused:
        raise JobFault(refused.message, "list the server, or dispatch another manifest") from refused
    except Final as error:
        raise JobFault(error.message, "check user, database and credentials") from error
    except SourceFault as error:
        raise Transient(error.message) from error
    set_json_loads(functools.partial(json.loads, parse_float=Decimal), connection)
    return connection
