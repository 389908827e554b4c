"""What Farm adds to the process: the oracle's endpoints and the generators. It keeps no state and needs no Redis."""

from aos.core.module import Core, Module
from aos.farm.generators.pages import generator_endpoints
from aos.farm.oracle.chaos_log import chaos_log_endpoints
from aos.farm.oracle.source import source_endpoints
from aos.farm.oracle.stream import stream_endpoints
from aos.farm.oracle.verify import verify_endpoints


async def build(core: Core) -> Module:
    """Mounted at `/farm`, or at the root when Farm runs alone."""
    return Module(
        name="farm",
        endpoints=(
            *stream_endpoints(core),
            *chaos_log_endpoints(),
            *source_endpoints(),
            *verify_endpoints(),
            *generator_endpoints(),
        ),
    )
