"""The pipes that are shipped, exported when they are not known yet: at the first start, or after an upgrade.

Each file of `seeds/pipes` is an export as AAM would send it. What somebody exported since stays as it is.
"""

from pathlib import Path

from aos.contracts.export import DCLExportResponse
from aos.core.auth import DEFAULT_TENANT
from aos.core.errors import AosError, EnvironmentFault
from aos.core.http import read_body
from aos.core.settings import Settings
from aos.dcl.gate.blueprints import Blueprints
from aos.dcl.gate.export import check_export


async def export_seeds(blueprints: Blueprints, settings: Settings) -> None:
    """`EnvironmentFault` names the file that is no export, and the place in it."""
    for path in sorted((settings.seeds_dir / "pipes").glob("*.json")):
        export = _read(path)
        pipe_ids = [connection.pipe_id for plane in export.fabric_planes for connection in plane.connections]
        if not any(blueprints.lookup_pipe_definition(DEFAULT_TENANT, pipe_id) for pipe_id in pipe_ids):
            await blueprints.register(DEFAULT_TENANT, export)


def _read(path: Path) -> DCLExportResponse:
    try:
        export: DCLExportResponse = read_body(DCLExportResponse, path.read_bytes())
        check_export(export)
    except OSError as error:
        raise EnvironmentFault(f"The pipe {path} can't be read: {error}.") from error
    except AosError as error:
        raise EnvironmentFault(f"The pipe {path} is no export: {error.message} ({error.extra.get('path')}).") from error
    return export
