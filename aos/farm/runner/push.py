"""Path 3: one chunk to DCL, and what its answer means (source 003, "DCL Feedback Handling")."""

import re
from typing import Literal, NamedTuple

import httpx
import msgspec

from aos.contracts.base import Wire
from aos.contracts.manifest import JobManifest
from aos.core.credentials import resolve
from aos.core.errors import EgressRefused
from aos.core.module import Core
from aos.core.redact import one_line, redact
from aos.farm.runner.chunks import Chunk
from aos.farm.runner.extract.http import AGAIN, asked_wait_s, told
from aos.farm.runner.faults import JobFault, NoBlueprint, Transient
from aos.farm.runner.retry import tried

STEP_S = 60.0
MOST_IN_ANSWER = 1024 * 1024  # bytes
MOST_SHOWN = 20  # names of a list that is told to a person
_ROW = re.compile(r"\$\.rows\[(\d{1,9})\]")
NEXT = {
    400: "look at what DCL says; the manifest's target may not be DCL's /ingest",
    401: "give target.auth_token_ref the key that DCL knows",
    403: "give target.auth_token_ref a key that may push",
    404: "check target.dcl_url: it is DCL's /ingest",
    409: "this run has other rows in DCL already; dispatch the manifest under a new run_id",
    413: "raise AOS_MAX_BODY where DCL runs",
    422: "look at what DCL says of the rows, then dispatch under a new run_id",
}


class Accepted(Wire, frozen=True, kw_only=True):
    """DCL's 200 as it is read: a DCL that says more is one, too. `matched_schema` confirms the join, so it must be
    said."""

    dcl_run_id: str
    pipe_id: str
    rows_accepted: int
    matched_schema: bool
    schema_drift: bool
    drift_fields: list[str] | None = None
    warnings: list[str] = msgspec.field(default_factory=list)


class Rejected(Wire, frozen=True, kw_only=True):
    """DCL's 422 as it is read."""

    error: Literal["NO_MATCHING_PIPE"]
    message: str = ""
    hint: str = ""
    available_pipes: list[str] | None = None


class Target(NamedTuple):
    """A DCL. `headers` carry the key and the tenant."""

    core: Core
    manifest: JobManifest
    headers: dict[str, str]
    client: httpx.AsyncClient

    @property
    def retries(self) -> int:
        return self.manifest.limits.retry_count


def key_headers(core: Core, manifest: JobManifest, tenant: str) -> dict[str, str]:
    """The key for DCL: the one that the manifest names, else the service key, which goes to this very process alone
    and acts for the job's tenant."""
    if token := resolve(manifest.target.auth_token_ref, field="target.auth_token_ref"):
        return {"x-api-key": token}
    own = core.peers.own_key(manifest.target.dcl_url)
    return {**own, "x-tenant-id": tenant} if own else {}


async def push(target: Target, chunk: Chunk) -> Accepted:
    """DCL's answer. The same bytes go out at each try, so that DCL's (run, pipe, batch) makes a repeat harmless.
    `NoBlueprint` and `JobFault` are never tried again."""

    async def once() -> Accepted:
        return _read(await _send(target, chunk), target, chunk)

    return await tried(target.core, target.retries, "push", once)


async def _send(target: Target, chunk: Chunk) -> httpx.Response:
    manifest = target.manifest
    headers = {
        **target.headers,
        "content-type": "application/json",
        "x-run-id": manifest.run_id,
        "x-pipe-id": manifest.source.pipe_id,
        "x-schema-hash": chunk.schema_hash,
        "x-batch-seq": str(chunk.batch),
    }
    return await call(target, "POST", manifest.target.dcl_url, headers, chunk.body)


async def call(target: Target, method: str, url: str, headers: dict[str, str], body: bytes | None) -> httpx.Response:
    """A whole answer of bounded size. `Transient` where none came, `JobFault` where the gate refuses."""
    taken = bytearray()
    try:
        async with target.client.stream(method, url, headers=headers, content=body) as answer:
            async for piece in answer.aiter_raw():
                taken += piece
                if len(taken) > MOST_IN_ANSWER * (64 if body is None else 1):
                    raise JobFault("DCL's answer is too long to be one of DCL", NEXT[404])
            return httpx.Response(answer.status_code, headers=answer.headers, content=bytes(taken))
    except EgressRefused as refused:
        raise JobFault(refused.message, "allow it, or dispatch a manifest with another target.dcl_url") from refused
    except httpx.HTTPError as error:
        raise Transient(f"DCL does not answer: {told(error)}") from error


def _read(answer: httpx.Response, target: Target, chunk: Chunk) -> Accepted:
    if answer.status_code != 200:
        raise refusal(answer, target, chunk)
    try:
        accepted = msgspec.json.decode(answer.content, type=Accepted)
    except msgspec.MsgspecError as error:
        raise Transient(f"DCL's answer can't be read: {str(error)[:200]}") from error
    pipe_id = target.manifest.source.pipe_id
    if accepted.pipe_id != pipe_id or accepted.rows_accepted != chunk.rows or not accepted.matched_schema:
        said = f"{accepted.rows_accepted} rows for {accepted.pipe_id[:64]!r}, matched_schema {accepted.matched_schema}"
        raise JobFault(f"DCL accepted {said}; sent were {chunk.rows} for {pipe_id!r}", "look at DCL: this is its fault")
    return accepted


def refusal(answer: httpx.Response, target: Target, chunk: Chunk | None = None) -> Exception:
    """What an answer that is no success means. Of a `chunk` it says which row DCL names."""
    status = answer.status_code
    if status in AGAIN or status >= 500:
        return Transient(f"DCL answers {status}", wait_s=asked_wait_s(answer, target.core.clock))
    if status == 422 and (rejected := _no_blueprint(answer.content)) is not None:
        known = rejected.available_pipes or []
        more = ", …" if len(known) > MOST_SHOWN else ""
        pipes = ", ".join(each[:64] for each in known[:MOST_SHOWN]) + more if known else "none"
        said = one_line(f"{rejected.message} {rejected.hint}", 500)
        return NoBlueprint(
            f"NO_MATCHING_PIPE: {said} DCL knows: {one_line(pipes, 2000)}",
            f"export pipe {target.manifest.source.pipe_id} from AAM to DCL, then dispatch it under a new run_id",
        )
    return JobFault(f"DCL refuses ({status}): {_said(answer, chunk)}", NEXT.get(status, NEXT[400]))


def _no_blueprint(body: bytes) -> Rejected | None:
    try:
        return msgspec.json.decode(body, type=Rejected)
    except msgspec.MsgspecError:
        return None


def _said(answer: httpx.Response, chunk: Chunk | None) -> str:
    """A problem's own words and the path that it names; nothing of anybody else's error page."""
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, object])
    except msgspec.MsgspecError:
        return "no reason that can be read"
    said = one_line(redact(str(problem.get("detail") or problem.get("title") or "no reason given")), 300)
    path = problem.get("path")
    if not isinstance(path, str) or not path:
        return said
    place = one_line(redact(path), 200)
    if chunk is None:
        return f"{said} ({place})"
    row = _ROW.match(path)
    of_run = f", which is row {chunk.first + int(row[1])} of the run" if row else ""
    return f"{said} ({place} of chunk {chunk.batch}{of_run}; both count from 0)"
