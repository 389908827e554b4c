"""A webhook job's own URL: what is posted there, with the job's token, is kept until the job has enough."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from aos.contracts.base import Strict
from aos.contracts.content import MOST_LEVELS
from aos.contracts.export import MOST_FIELDS
from aos.contracts.manifest import ManifestTransform
from aos.core.clock import wall_ms
from aos.core.datadir import write_private
from aos.core.errors import Conflict, InvalidInput, NotFound, Unauthenticated, UnsupportedMedia
from aos.core.http import Access, Call, Endpoint
from aos.core.limits import SMALL_BODY
from aos.core.module import Core
from aos.core.nesting import too_deep
from aos.core.not_json import first_marked, with_marks
from aos.core.tenant import tenant_of
from aos.farm.runner.extract.webhook import MOST_BYTES
from aos.farm.runner.faults import JobFault
from aos.farm.runner.rows import decoded, encoded
from aos.farm.runner.runner import Runner
from aos.farm.runner.store import Job, Store

KEY_BYTES = 32
LONGEST_DELIVERY = 256


class PostQuery(Strict, frozen=True, kw_only=True):
    """`done`: nothing more comes."""

    done: bool = False


class Posted(Strict, frozen=True, kw_only=True):
    """`rows` were in this post, `total` the job has. All of it is durable."""

    job_id: str
    rows: int
    total: int
    collects: bool


class WebhookShown(Strict, frozen=True, kw_only=True):
    """Where to post and with which `x-webhook-token`; `open_until` in milliseconds since the epoch."""

    url: Annotated[str, Meta(max_length=2048)]
    token: str
    open_until: int
    rows: int


def token_key(path: Path) -> bytes:
    """The secret that the jobs' tokens are made of: a file of mode 0600, so that no token stands in the database."""
    if not path.exists():
        write_private(path, os.urandom(KEY_BYTES))
    return path.read_bytes()


class WebhookApi:
    """`/api/farm/jobs/{job_id}/webhook`."""

    def __init__(self, core: Core, store: Store, runner: Runner, key: bytes) -> None:
        self._core, self._store, self._runner, self._key = core, store, runner, key

    def endpoints(self) -> list[Endpoint]:
        path = "/api/farm/jobs/{job_id}/webhook"
        return [
            Endpoint(
                method="GET",
                path=path,
                handler=self.show,
                access=Access.SERVICE,
                summary="A webhook job's URL and token.",
                answer=WebhookShown,
                errors=(404, 409),
            ),
            Endpoint(
                method="POST",
                path=path,
                handler=self.post,
                access=Access.OPEN,
                summary="Rows for a webhook job: a JSON object, a list, or NDJSON. Asks for its `x-webhook-token`.",
                query=PostQuery,
                answer=Posted,
                status=202,
                errors=(401, 409, 415, 422),
                max_body=max(SMALL_BODY, self._core.settings.max_body),
            ),
        ]

    async def show(self, call: Call) -> WebhookShown:
        job = await self._store.one(tenant_of(call), call.path["job_id"])
        if job.manifest.source.adapter != "webhook":
            raise Conflict("This job takes no posts", code="farm.no_webhook")
        inbox = await self._store.inbox(job)
        url = f"{self._core.peers.base('farm')}/api/farm/jobs/{job.job_id}/webhook"
        return WebhookShown(url=url, token=self.token(job.job_id), open_until=inbox.open_until, rows=inbox.rows)

    def token(self, job_id: str) -> str:
        return hmac.new(self._key, job_id.encode(), hashlib.sha256).hexdigest()

    async def post(self, call: Call) -> Posted:
        """The token is asked first: without it nobody learns which jobs there are."""
        job_id = call.path["job_id"]
        given = call.request.headers.get("x-webhook-token", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.token(job_id).encode()):
            raise Unauthenticated("Send the job's token as `x-webhook-token`")
        job = await self._store.by_id(job_id)
        if job.manifest.source.adapter != "webhook":
            raise NotFound("This job takes no posts", code="farm.no_webhook")
        rows = _rows(call, await call.request.body(), unchanged=not _changed(job.manifest.transform))
        delivery = call.request.headers.get("idempotency-key")
        if delivery is not None and not 0 < len(delivery) <= LONGEST_DELIVERY:
            raise InvalidInput(f"1 to {LONGEST_DELIVERY} characters", path="header.idempotency-key")
        return await self._keep(job, rows, delivery, done=call.query.done)

    async def _keep(self, job: Job, rows: list[bytes], delivery: str | None, *, done: bool) -> Posted:
        now, most = wall_ms(self._core.clock), (job.manifest.limits.max_rows, MOST_BYTES)
        body = b"[" + b",".join(rows) + b"]"
        total = await self._store.post(job, now, len(rows), body, delivery, most)
        if done:
            await self._store.collected(job, now)
        collects = not done and total <= most[0]
        if not collects:
            self._runner.wake()
        return Posted(job_id=job.job_id, rows=len(rows), total=total, collects=collects)


def _changed(transform: ManifestTransform | None) -> bool:
    """Whether rows go on as other ones: what is left of them is known only then."""
    return transform is not None and (bool(transform.schema_map) or transform.grain is not None)


def _rows(call: Call, body: bytes, *, unchanged: bool) -> list[bytes]:
    """The rows of a post, each as JSON. `InvalidInput` has the row's path: `$[3]`, or `$` of a single object. Rows that
    go on `unchanged` are held to DCL's limits, since one that DCL refuses later would end the whole job."""
    if not body.strip():
        return []
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        found = _whole(body)
        if isinstance(found, dict):
            return [_row(found, 0, "$", unchanged=unchanged)]
        if not isinstance(found, list):
            raise InvalidInput("The body is not a list of rows", path="$")
    elif kind in ("application/x-ndjson", "application/jsonl"):
        lines = [(number + 1, line) for number, line in enumerate(body.split(b"\n")) if line.strip()]
        found = []
        for number, (at, line) in enumerate(lines):
            with _at(f"$[{number}]"):
                found.append(decoded(line, f"Line {at}"))
    else:
        raise UnsupportedMedia("Send `application/json` or `application/x-ndjson`")
    return [_row(row, number, f"$[{number}]", unchanged=unchanged) for number, row in enumerate(found)]


def _whole(body: bytes) -> object:
    """A body of JSON. `InvalidInput` has the path of the row with a lone surrogate; of other faults it is `$`."""
    try:
        return decoded(body, "The body")
    except JobFault as fault:
        try:
            row = first_marked(msgspec.json.decode(with_marks(body) or b"[]", type=list[msgspec.Raw]))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            row = None
        raise InvalidInput(fault.message, path="$" if row is None else f"$[{row}]") from fault


def _row(row: object, number: int, path: str, *, unchanged: bool) -> bytes:
    if not isinstance(row, dict):
        raise InvalidInput(f"The body: row {number} is not an object", path=path)
    if unchanged and len(row) > MOST_FIELDS:
        raise InvalidInput(f"At most {MOST_FIELDS} fields in a row", path=path)
    if unchanged and too_deep(row, MOST_LEVELS):
        raise InvalidInput(f"The row is nested past {MOST_LEVELS} levels", path=path)
    with _at(path):
        return encoded(row, number)[0]


@contextmanager
def _at(path: str) -> Iterator[None]:
    """What is wrong with rows, as the fault of this place in the body."""
    try:
        yield
    except JobFault as fault:
        raise InvalidInput(fault.message, path=path) from fault
