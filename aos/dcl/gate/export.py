"""What an export must hold beyond its types (spec: path 1). Every refusal names the place."""

from datetime import datetime

from aos.contracts.export import DCLConnectionSchema, DCLExportResponse
from aos.core.errors import InvalidInput, NoPipeDefinitions

MOST_PIPES = 20_000  # of one export


def check_export(export: DCLExportResponse) -> None:
    """`InvalidInput` with the JSON path of what does not hold; `NoPipeDefinitions` where there is no pipe at all."""
    _check_time(export.timestamp)
    places: dict[str, str] = {}
    for n, plane in enumerate(export.fabric_planes):
        here = f"$.fabric_planes[{n}]"
        if plane.connection_count != len(plane.connections):
            raise InvalidInput(
                f"connection_count says {plane.connection_count}, and there are {len(plane.connections)}",
                path=f"{here}.connection_count",
            )
        for m, connection in enumerate(plane.connections):
            _check_connection(connection, f"{here}.connections[{m}]", places)
    if export.total_connections != len(places):
        raise InvalidInput(
            f"total_connections says {export.total_connections}, and there are {len(places)}",
            path="$.total_connections",
        )
    if len(places) > MOST_PIPES:
        raise InvalidInput(f"At most {MOST_PIPES} pipes in one export", path="$.fabric_planes")
    if not places:
        raise NoPipeDefinitions("The export holds no connection; nothing was changed", error="NO_PIPE_DEFINITIONS")


def _check_connection(connection: DCLConnectionSchema, here: str, places: dict[str, str]) -> None:
    first = places.setdefault(connection.pipe_id, here)
    if first != here:
        raise InvalidInput(f"pipe_id {connection.pipe_id!r} stands at {first} as well", path=f"{here}.pipe_id")
    for what in ("fields", "identity_keys"):
        names = getattr(connection, what) or []
        if len(set(names)) != len(names):
            n = next(n for n, name in enumerate(names) if name in names[:n])
            raise InvalidInput(f"{names[n]!r} stands here twice", path=f"{here}.{what}[{n}]")


def _check_time(timestamp: str) -> None:
    try:
        datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise InvalidInput(f"{timestamp!r} is no point in time", path="$.timestamp") from error
