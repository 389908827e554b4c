"""Path 2: a manifest is looked at as a whole before it is queued, so that what can't work is refused with its path."""

from aos.contracts.manifest import JobManifest, JobReport, ManifestAccepted
from aos.core.clock import wall_ms
from aos.core.credentials import resolve
from aos.core.errors import InvalidInput
from aos.core.module import Core
from aos.core.redact import redact
from aos.farm.runner import transform
from aos.farm.runner.extract import ADAPTERS
from aos.farm.runner.extract.order import REFUSED_SECRET, Order, Posts, no_posts, read_endpoint
from aos.farm.runner.extract.webhook import WebhookEndpoint
from aos.farm.runner.store import Store, job_id_of


def order_of(core: Core, manifest: JobManifest, posts: Posts = no_posts) -> Order:
    """What the manifest's adapter is given. `InvalidInput` where `endpoint_ref` is not the adapter's."""
    endpoint = read_endpoint(ADAPTERS[manifest.source.adapter].endpoint, manifest.source.endpoint_ref)
    return Order(core, manifest, endpoint, posts)


async def check(core: Core, order: Order) -> None:
    """`InvalidInput` or `EgressRefused` with the path at fault."""
    manifest = order.manifest
    transform.check(manifest.transform)
    await ADAPTERS[manifest.source.adapter].check(order)
    url = manifest.target.dcl_url
    await core.egress.check(url, field="target.dcl_url")
    if redact(url) != url:
        raise InvalidInput(f"target.dcl_url: {REFUSED_SECRET}", path="$.target.dcl_url")
    if why := core.peers.why_not_at(url, "dcl", "/ingest"):
        raise InvalidInput(f"target.dcl_url: {why}", path="$.target.dcl_url")
    resolve(manifest.target.auth_token_ref, field="target.auth_token_ref")


async def take(core: Core, store: Store, tenant: str, manifest: JobManifest) -> ManifestAccepted:
    """Checked and queued durably. The same manifest again is the same job."""
    source = manifest.source
    if known := await store.known(tenant, manifest):
        return ManifestAccepted(run_id=manifest.run_id, pipe_id=source.pipe_id, job_id=known[0], status=known[1])
    order = order_of(core, manifest)
    await check(core, order)
    now = wall_ms(core.clock)
    report = JobReport(
        job_id=job_id_of(tenant, manifest.run_id, source.pipe_id),
        run_id=manifest.run_id,
        pipe_id=source.pipe_id,
        state="queued",
        adapter=source.adapter,
        system=source.system,
        created_at=now,
    )
    job_id, state = await store.take(tenant, manifest, report, now + _collecting_ms(order))
    return ManifestAccepted(run_id=manifest.run_id, pipe_id=source.pipe_id, job_id=job_id, status=state)


def _collecting_ms(order: Order) -> int:
    """How long the job collects before it can be worked on."""
    if not isinstance(order.endpoint, WebhookEndpoint):
        return 0
    return 1000 * (order.endpoint.collect_seconds or order.manifest.limits.timeout_seconds)
