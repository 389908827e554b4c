"""`jdbc`: one SELECT against a SQLite file or a PostgreSQL server. Nothing is written to either."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from aos.contracts.base import Strict
from aos.core import foreign_postgres
from aos.core.credentials import resolve
from aos.core.errors import AosError, Final, InvalidInput, SourceFault
from aos.core.foreign_postgres import Server
from aos.core.foreign_sqlite import sqlite_rows
from aos.farm.runner.extract.one_statement import only_statement
from aos.farm.runner.extract.order import FIELD, REFUSED_SECRET, Adapter, Order
from aos.farm.runner.extract.postgres import postgres_rows
from aos.farm.runner.faults import JobFault
from aos.farm.runner.rows import Row, of_sql

Identifier = Annotated[str, Meta(min_length=1, max_length=128)]


class JdbcEndpoint(Strict, frozen=True, kw_only=True):
    """`url` is `sqlite:/path/to/file` or `postgresql://host:port/database`. Without a query `table` is read whole, in
    the order of `order_by`. `tls` and `user` are PostgreSQL's; the password is what `credentials_ref` leads to."""

    url: Annotated[str, Meta(pattern="^(sqlite:/|postgresql://)[^\\s]{1,2000}$(?!\\n)")]
    table: Identifier | None = None
    order_by: Annotated[list[Identifier], Meta(max_length=16)] = msgspec.field(default_factory=list)
    user: Identifier | None = None
    tls: Literal["verify-full", "require", "off"] = "verify-full"


async def check(order: Order) -> None:
    endpoint: JdbcEndpoint = order.endpoint
    statement(order)
    resolve(order.manifest.source.credentials_ref, field="source.credentials_ref")
    if endpoint.url.startswith("sqlite:"):
        file = order.core.egress.file(endpoint.url.removeprefix("sqlite:"), field=f"{FIELD}.url")
        if not file.is_file():
            raise InvalidInput(f"{FIELD}.url: there is no such file", path=f"$.{FIELD}.url")
        return
    if endpoint.user is None:
        raise InvalidInput("PostgreSQL needs a user", path=f"$.{FIELD}.user")
    server = server_of(endpoint.url)
    try:
        await order.core.egress.tcp(server.host, server.port, field=f"{FIELD}.url")
    except OSError:  # a name that is not known now may be so when the job runs
        return


def server_of(url: str) -> Server:
    """The server and database of a URL; `InvalidInput` for one that holds more."""
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise InvalidInput(f"{FIELD}.url: {REFUSED_SECRET}; the user stands in `user`", path=f"$.{FIELD}.url")
    try:
        return foreign_postgres.server_of(url)
    except ValueError as error:
        raise InvalidInput(f"{FIELD}.url: {error}", path=f"$.{FIELD}.url") from None


def statement(order: Order) -> str:
    """The SELECT that is asked for; `InvalidInput` where it is none, or two."""
    endpoint: JdbcEndpoint = order.endpoint
    query = order.manifest.source.query
    if (query is None) == (endpoint.table is None):
        raise InvalidInput("Give a `query` or the `table` to read whole, one of them", path="$.source.query")
    if endpoint.table is not None:
        ordered = ", ".join(quoted(name) for name in endpoint.order_by)
        return f"SELECT * FROM {quoted(endpoint.table)}" + (f" ORDER BY {ordered}" if ordered else "")  # noqa: S608
    if endpoint.order_by:
        raise InvalidInput("A query says its own order", path=f"$.{FIELD}.order_by")
    if "\0" in (query or ""):
        raise InvalidInput("A NUL character has no place in a query", path="$.source.query")
    text = only_statement((query or "").strip(), endpoint.url.partition(":")[0])
    if text is None:
        raise InvalidInput("One statement: another one follows the first `;`", path="$.source.query")
    if text.partition(" ")[0].partition("\n")[0].upper() not in ("SELECT", "WITH", "VALUES"):
        raise InvalidInput("The query of a database is one SELECT", path="$.source.query")
    return text


def quoted(name: str) -> str:
    """An identifier, `schema.table` in two; inside quotes nothing in it is SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


async def rows(order: Order) -> AsyncGenerator[list[Row], None]:
    endpoint: JdbcEndpoint = order.endpoint
    if endpoint.url.startswith("sqlite:"):
        file = order.core.egress.file(endpoint.url.removeprefix("sqlite:"), field=f"{FIELD}.url")
        found = sqlite_rows(file, statement(order))
    else:
        found = postgres_rows(order, server_of(endpoint.url), statement(order))
    try:
        async with aclosing(found):
            async for names, some in found:
                _once(names)
                yield [of_sql(names, values) for values in some]
    except (Final, SourceFault) as error:
        raise _fault(error) from error


def _once(names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise JobFault(f"Two columns have the name {twice[:80]!r}", "give one of them another name in source.query")


def _fault(error: AosError) -> AosError:
    return error if isinstance(error, JobFault) else JobFault(error.message, "check source.query and the source")


ADAPTER = Adapter(JdbcEndpoint, check, rows)
