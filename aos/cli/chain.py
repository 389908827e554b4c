"""The eight steps of `python -m aos verify`, over HTTP (source 003, "End-to-End Verification").

A step asks for something, then looks for it where it must have arrived: pipes in AAM, blueprint and rows in DCL, the
verdict in Farm. The rows come from a generator of Farm; their sum is made here from Farm's own pages.
"""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import httpx
import msgspec

from aos.cli.client import checked
from aos.cli.recon import faults
from aos.contracts.ask import Answer
from aos.contracts.base import Wire
from aos.contracts.candidates import DeclaredPipe, Discovery, Dispatched, ExportSent, HandoffAccepted
from aos.contracts.export import PipeDetail, RunFacts
from aos.contracts.manifest import JobReport, ManifestAccepted
from aos.contracts.query import Lineage, QueryResult
from aos.contracts.recon import Verdict
from aos.core.errors import InvalidInput

NAMESPACE, VENDOR, CATEGORY = "verify", "aos_verify", "verification"  # so that nobody's own questions meet these rows
SEEN_AT = "2026-01-01T00:00:00Z"  # always the same, so that a second run declares the same pipe
PAGE = 5_000
ASK_EVERY_S = 0.1
QUESTION = "how many rows are there"
INDEX_BUILDING = "query.index_building"  # the code of a 503
T = TypeVar("T")


class Broken(Exception):
    """A step that was answered, and does not hold."""


class Field(Wire, frozen=True):
    name: str
    aggregation: str | None = None


class Generator(Wire, frozen=True):
    name: str
    entity: str
    key: str
    most: int | None
    fields: list[Field]


class _Generators(Wire, frozen=True):
    generators: list[Generator]


class _Page(Wire, frozen=True):
    items: list[dict[str, Any]]
    next_cursor: str | None


_pages = msgspec.json.Decoder(_Page, float_hook=Decimal)


class Chain:
    """What one step found and the next one needs. `keys` are told beside the step; `broken` is the number of a step
    without which no further one can be taken, 0 where there is none."""

    discovery: Discovery
    pipe: DeclaredPipe
    job: JobReport
    run_id: str
    job_id: str

    def __init__(self, client: httpx.Client, generator: str, rows: int, wait_s: float) -> None:
        self._client, self._wait_s = client, wait_s
        self.keys: dict[str, object] = {}
        self.broken = 0
        self._of = self._generator(generator)
        self._rows = min(rows, self._of.most or rows)
        self._fields = [field.name for field in self._of.fields]
        self._url = f"/farm/api/generators/{generator}/rows?seed=1&count={self._rows}"
        self._snapshot = time.strftime("verify-%Y%m%dT%H%M%SZ", time.gmtime())

    def discover(self) -> None:
        found = {
            "source": "CMDB",
            "vendor": VENDOR,
            "product": "Verification",
            "resource": self._of.name,
            "ts": SEEN_AT,
            "status": "Sanctioned",
            "category": CATEGORY,
            "transport_kind": "rest",
            "fields": self._fields,
            "details": {
                "adapter": "rest_api",
                "endpoint_ref": {"url": self._url, "page_size": 1_000},
                "entity_scope": self._of.entity,
                "identity_keys": [self._of.key],
            },
        }
        asked = {"inventory": [found], "namespace": NAMESPACE, "snapshot_name": self._snapshot}
        self.discovery = self._post("/aod/api/discovery/run", asked, Discovery)
        self.keys |= {"aod_run_id": self.discovery.aod_run_id, "candidates": len(self.discovery.candidates)}
        _same("candidates", len(self.discovery.candidates), 1)

    def hand_over(self) -> None:
        """Candidates received, DeclaredPipes created."""
        run, (candidate,) = self.discovery.aod_run_id, self.discovery.candidates
        told = self._post("/aod/api/discovery/handoff", {"aod_run_id": run}, HandoffAccepted)
        if told.refused or len(told.pipe_ids) != 1:
            raise Broken(f"AAM made {len(told.pipe_ids)} pipes of one candidate; refused: {'; '.join(told.refused)}")
        self.keys |= {"aod_run_id": told.aod_run_id, "pipe_id": told.pipe_ids[0], "received": told.received}
        self.pipe = self._get(f"/aam/pipes/{told.pipe_ids[0]}", DeclaredPipe)
        _same("pipe_id of AAM's pipe", self.pipe.pipe_id, told.pipe_ids[0])
        _same("aod_run_id of the pipe", self.pipe.aod_run_id, run)
        _same("candidate_id of the pipe", self.pipe.candidate_id, candidate.candidate_id)
        _same("fields of the pipe", self.pipe.fields, self._fields)

    def export(self) -> None:
        """The schema is stored in DCL."""
        wanted = self.pipe.pipe_id
        sent = self._post("/aam/export", {"pipe_ids": [wanted]}, ExportSent)
        _same("pipes that DCL registered", sent.pipe_ids, [wanted])
        stored = self._get(f"/dcl/pipes/{wanted}", PipeDetail).blueprint
        self.keys |= {"pipe_id": stored.connection.pipe_id, "blueprint_version": stored.version}
        self.keys |= {"fields": len(stored.connection.fields)}
        _same("pipe_id of the blueprint", stored.connection.pipe_id, wanted)
        _same("fields of the blueprint", stored.connection.fields, self._fields)

    def dispatch(self) -> None:
        """Farm has the manifest."""
        asked = {"pipe_ids": [self.pipe.pipe_id], "farm_verification": True, "triggered_by": "aos verify"}
        told = self._post("/aam/dispatch", {**asked, "limits": {"timeout_seconds": self._timeout_s()}}, Dispatched)
        (job,) = [msgspec.convert(each, ManifestAccepted) for each in told.jobs]
        self.run_id, self.job_id = told.run_id, job.job_id
        self.keys |= {"run_id": told.run_id, "pipe_id": job.pipe_id, "job_id": job.job_id}
        self.job = self._get(f"/farm/api/farm/jobs/{job.job_id}", JobReport)
        _same("run_id of Farm's job", self.job.run_id, told.run_id)
        _same("pipe_id of Farm's job", self.job.pipe_id, self.pipe.pipe_id)

    def push(self) -> None:
        """Farm's pushes are in DCL under this pipe."""
        deadline = time.monotonic() + self._wait_s
        while self.job.state in ("queued", "running") and time.monotonic() < deadline:
            time.sleep(ASK_EVERY_S)
            self.job = self._get(f"/farm/api/farm/jobs/{self.job_id}", JobReport)
        job = self.job
        self.keys |= {"x-run-id": job.run_id, "x-pipe-id": job.pipe_id, "batches": job.batches}
        self.keys |= {"rows": job.rows_pushed}
        if job.state != "done":
            raise Broken(
                f"the job is {job.state}: {job.why or 'it did not end in time'}; {job.next_action}".rstrip("; ")
            )
        _same("rows that Farm pushed", job.rows_pushed, self._rows)
        _same("rows of the run in DCL", self._run().rows, self._rows)

    def confirm(self) -> None:
        """matched_schema, no drift, and one set of keys on every path."""
        run = self._run()
        self.keys |= {"matched_schema": self.job.matched_schema, "dcl_run_id": run.dcl_run_id}
        self.keys |= {"schema_drift": run.schema_drift, "snapshot_name": run.snapshot_name}
        _same("matched_schema", self.job.matched_schema, True)
        _same("dcl_run_id that Farm was told", self.job.dcl_run_id, run.dcl_run_id)
        _same("snapshot_name", run.snapshot_name, self._snapshot)
        if run.schema_drift or self.job.schema_drift:
            raise Broken(f"the rows drifted from the blueprint: {', '.join(run.drift_fields or self.job.drift_fields)}")
        wanted = (self.pipe.pipe_id, self.run_id, self.discovery.aod_run_id, run.dcl_run_id)
        for key in (*wanted, self._snapshot):
            hops = self._get("/dcl/lineage", Lineage, key=key).hops
            if wanted not in [(hop.pipe_id, hop.run_id, hop.aod_run_id, hop.dcl_run_id) for hop in hops]:
                raise Broken(f"the lineage of {key} does not lead to this run")
            _same(f"paths in the lineage of {key}", sorted({hop.path for hop in hops}), [1, 2, 3, 4])

    def verdict(self) -> None:
        """Recon: the truth is what DCL holds."""
        verdict = self._get(f"/farm/api/farm/jobs/{self.job_id}/verdict", Verdict)
        self.keys |= {"run_id": verdict.run_id, "verdict": verdict.verdict, "truth": verdict.truth}
        self.keys |= {"rows_found": verdict.rows_found, "rows_expected": verdict.rows_expected}
        if verdict.verdict != "pass":
            raise Broken("; ".join(faults(verdict)))
        _same("rows_expected", verdict.rows_expected, self._rows)
        _same("truth", verdict.truth, "recomputed")

    def query(self) -> None:
        """The rows can be asked for through the join and in words, and give the sum that Farm's own pages give."""
        summed = next((field.name for field in self._of.fields if field.aggregation == "additive"), None)
        aggregate = [{"function": "count"}, *([{"function": "sum", "field": summed}] if summed else [])]
        asked = {"pipe_id": self.pipe.pipe_id, "run_id": self.run_id, "aggregate": aggregate}
        told = self._queried(asked)
        values = told.rows[0] if told.rows else []
        self.keys |= {"pipe_id": self.pipe.pipe_id, "run_id": self.run_id}
        self.keys |= {column.name: value for column, value in zip(told.columns, values, strict=False)}
        _same("pipes that the answer rests on", [pipe.pipe_id for pipe in told.pipes], [self.pipe.pipe_id])
        _same("count", values[:1], [self._rows])
        if summed:
            _same(f"sum of {summed}", values[1:], [self._sum(summed)])
        self._asked_in_words()

    def _asked_in_words(self) -> None:
        """NLQ gives the count that DCL gives, and says from which pipe and run."""
        counted = self._queried({"pipe_id": self.pipe.pipe_id, "aggregate": [{"function": "count"}]})
        told = self._post("/nlq/ask", {"question": QUESTION, "pipe_id": self.pipe.pipe_id}, Answer)
        self.keys["nlq"] = told.answer
        _same("outcome of the question in words", told.outcome, "answered")
        _same("NLQ's count", told.value, counted.rows[0][0])
        _same("pipes that NLQ's answer rests on", [pipe.pipe_id for pipe in told.pipes], [self.pipe.pipe_id])

    def _queried(self, asked: Mapping[str, object]) -> QueryResult:
        """Asked again while DCL says to come back: it may be building its index of the pipe."""
        deadline = time.monotonic() + self._wait_s
        while True:
            answer = self._client.post("/dcl/query", json=asked)
            if INDEX_BUILDING not in answer.text or time.monotonic() > deadline:
                return msgspec.json.decode(checked(answer).content, type=QueryResult)
            time.sleep(ASK_EVERY_S)

    def _sum(self, name: str) -> float:
        total = Decimal(0)
        cursor: str | None = "0"
        while cursor is not None:
            asked = f"{self._url}&cursor={cursor}&page_size={PAGE}"
            page = _pages.decode(checked(self._client.get(asked)).content)
            total += sum((Decimal(row[name]) for row in page.items), Decimal(0))
            cursor = page.next_cursor
        return float(total)

    def _generator(self, name: str) -> Generator:
        known = {each.name: each for each in self._get("/farm/api/generators", _Generators).generators}
        if name not in known:
            raise InvalidInput(f"There is no generator {name!r}; there are {', '.join(known)}")
        return known[name]

    def _run(self) -> RunFacts:
        """The run as DCL has it."""
        runs = self._get(f"/dcl/pipes/{self.pipe.pipe_id}", PipeDetail).runs
        found = next((run for run in runs if run.run_id == self.run_id), None)
        if found is None:
            raise Broken(f"DCL has no run {self.run_id} of pipe {self.pipe.pipe_id}")
        return found

    def _timeout_s(self) -> int:
        return max(1, int(self._wait_s))

    def _get(self, path: str, answer: type[T], **query: str) -> T:
        return msgspec.json.decode(checked(self._client.get(path, params=query or None)).content, type=answer)

    def _post(self, path: str, body: Any, answer: type[T]) -> T:
        return msgspec.json.decode(checked(self._client.post(path, json=body)).content, type=answer)


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Broken(f"{what}: {found!r} where {expected!r} should be")


# The name of each step, whether the next ones need it, and what it does.
STEPS: tuple[tuple[str, bool, Callable[[Chain], None]], ...] = (
    ("AOD discovery", True, Chain.discover),
    ("AAM handoff", True, Chain.hand_over),
    ("AAM export", True, Chain.export),
    ("AAM dispatch", True, Chain.dispatch),
    ("Farm push", True, Chain.push),
    ("DCL confirmation", False, Chain.confirm),
    ("Farm recon", False, Chain.verdict),
    ("NLQ query", False, Chain.query),
)
