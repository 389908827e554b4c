"""A PostgreSQL server of somebody else's: dialled at the address that was checked, in sessions that can only read."""

from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg

from aos.core.egress import Egress
from aos.core.errors import Final, SourceFault
from aos.core.redact import one_line, redact

CONNECT_S = 10
USUAL_PORT = 5432
TLS = {"verify-full": "verify-full", "require": "require", "off": "disable"}
# The whole session can only read, not just one transaction of it; instants are told in UTC.
OPTIONS = "-c default_transaction_read_only=on -c timezone=UTC"
# psycopg gives no SQLSTATE for what fails while connecting, so that the server's sentence decides.
_BUSY = ("too many clients", "too many connections", "connection slots", "starting up", "shutting down", "in recovery")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Server(NamedTuple):
    host: str
    port: int
    database: str


def server_of(url: str) -> Server:
    """The server and database of `postgresql://host:port/database`. `ValueError` for one that holds more."""
    try:
        parts = urlsplit(url)
        host, port, database = parts.hostname or "", parts.port or USUAL_PORT, unquote(parts.path.removeprefix("/"))
    except ValueError:
        raise ValueError("it can't be read") from None
    if parts.query or parts.fragment or "@" in parts.netloc or not host or not database or "/" in database:
        raise ValueError("write postgresql://host:port/database and nothing more")
    return Server(host, port, database)


async def connect_postgres(
    egress: Egress, server: Server, *, user: str, password: str, tls: str, field: str
) -> Connection:
    """`EgressRefused` for a server that is not listed, `Final` (code `source.refused`) for a login that is refused,
    `SourceFault` for a server that does not answer or is busy (code `source.busy`). `tls` is a key of `TLS`; the name
    stays for the certificate."""
    try:
        addresses = await egress.tcp(server.host, server.port, field=field)
    except OSError as error:
        raise SourceFault(f"The name {server.host} is not known", code="source.name") from error
    try:
        connection = await psycopg.AsyncConnection.connect(
            host=server.host,
            hostaddr=addresses[0],
            port=server.port,
            dbname=server.database,
            user=user,
            password=password or None,
            passfile="/dev/null",  # and none that lies about on this machine
            sslmode=TLS[tls],
            sslrootcert="system" if tls == "verify-full" else None,
            gssencmode="disable",
            connect_timeout=CONNECT_S,
            application_name="aos",
            options=OPTIONS,
        )
    except psycopg.OperationalError as error:
        text = str(error)
        if any(sign in text for sign in _BUSY):
            raise SourceFault(f"PostgreSQL is busy: {told(error)}", code="source.busy") from error
        if error.sqlstate is not None or "FATAL:" in text or "authentication" in text or "password" in text:
            raise Final(f"PostgreSQL refuses: {told(error)}", code="source.refused") from error
        raise SourceFault(f"PostgreSQL does not answer: {told(error)}", code="source.postgres") from error
    await connection.set_read_only(True)
    return connection


def told(error: psycopg.Error) -> str:
    """A server's error in a line without secrets."""
    return one_line(redact(str(error)).strip() or type(error).__name__, 300)
