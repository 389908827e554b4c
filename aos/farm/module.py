"""What Farm adds to the process: the oracle's endpoints, the generators, the runner with its jobs, and the
sandbox of the vendors. No Redis."""

from aos.core.module import Core, Module
from aos.farm.generators.pages import generator_endpoints
from aos.farm.oracle.chaos_log import chaos_log_endpoints
from aos.farm.oracle.source import source_endpoints
from aos.farm.oracle.stream import stream_endpoints
from aos.farm.oracle.verify import verify_endpoints
from aos.farm.runner.api import JobsApi
from aos.farm.runner.runner import Runner
from aos.farm.runner.store import Store
from aos.farm.runner.webhook import WebhookApi, token_key
from aos.farm.sandbox.parts import sandbox_endpoints


async def build(core: Core) -> Module:
    """Mounted at `/farm`, or at the root when Farm runs alone."""
    directory = core.settings.data_dir / "farm"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = await Store.open(directory / "farm.db")
    core.closers.push_async_callback(store.close)
    runner = Runner(core, store)
    return Module(
        name="farm",
        endpoints=(
            *stream_endpoints(core),
            *chaos_log_endpoints(),
            *source_endpoints(),
            *verify_endpoints(),
            *generator_endpoints(),
            *JobsApi(core, store, runner).endpoints(),
            *WebhookApi(core, store, runner, token_key(directory / "webhook.key")).endpoints(),
            *sandbox_endpoints(core),
        ),
        workers=runner.workers(),
    )
