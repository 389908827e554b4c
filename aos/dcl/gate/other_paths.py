"""What AAM and Farm know of a key: the orders of path 2, jobs that brought nothing, the verdicts of path 4."""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from aos.contracts.candidates import DispatchedJob, DispatchList
from aos.contracts.manifest import JobList, JobReport
from aos.contracts.names import PipeId, RunId
from aos.contracts.query import LineageHop
from aos.core.errors import PeerDown, PeerRefused
from aos.core.peers import Peers

INSTRUCTION, CONTENT, VERIFICATION = 2, 3, 4  # the paths
MOST_OF_ONE = 500  # orders or jobs of one question, the newest
DEADLINE_S = 5.0
_kinds: dict[str, type] = {"pipe_id": PipeId, "run_id": RunId}


class Question(NamedTuple):
    """`name` is pipe_id or run_id."""

    name: str
    value: str


class Told(NamedTuple):
    """`unasked` names modules that could not be asked; `found_as` the names of questions that had an answer."""

    hops: list[LineageHop]
    found_as: list[str]
    unasked: list[str]


class OtherPaths:
    """Asks AAM and Farm, wherever they run."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    async def of(self, tenant: str, questions: Collection[Question]) -> Told:
        async with asyncio.TaskGroup() as group:
            asked = [
                (question, group.create_task(ask(tenant, question), name="lineage"))
                for question in questions
                if _is(question.value, _kinds[question.name])
                for ask in (self._orders, self._jobs)
            ]
        hops: dict[LineageHop, None] = {}
        found_as: dict[str, None] = {}
        unasked: set[str] = set()
        for question, task in asked:
            answer = task.result()
            if isinstance(answer, str):
                unasked.add(answer)
            elif answer:
                found_as[question.name] = None
                hops |= dict.fromkeys(answer)
        return Told(list(hops), list(found_as), sorted(unasked))

    async def _orders(self, tenant: str, question: Question) -> Sequence[LineageHop] | str:
        try:
            told = await self._peers.call(
                "aam",
                "GET",
                f"/dispatches?{_query(question)}",
                answer=DispatchList,
                tenant=tenant,
                deadline_s=DEADLINE_S,
            )
        except (PeerDown, PeerRefused):
            return "aam"
        return [_of_order(order) for order in told.jobs]

    async def _jobs(self, tenant: str, question: Question) -> Sequence[LineageHop] | str:
        path = f"/api/farm/jobs?{_query(question)}"
        try:
            told = await self._peers.call("farm", "GET", path, answer=JobList, tenant=tenant, deadline_s=DEADLINE_S)
        except (PeerDown, PeerRefused):
            return "farm"
        return [hop for job in told.jobs for hop in _of_job(job)]


def questions_of(key: str) -> list[Question]:
    """What a key that DCL does not know can be elsewhere."""
    return [Question(name, key) for name, kind in _kinds.items() if _is(key, kind)]


def _is(key: str, kind: type) -> bool:
    try:
        msgspec.convert(key, kind)
    except msgspec.ValidationError:
        return False
    return True


def _query(question: Question) -> str:
    return urlencode({question.name: question.value, "limit": MOST_OF_ONE})


def _of_order(order: DispatchedJob) -> LineageHop:
    return LineageHop(
        path=INSTRUCTION,
        what=f"ordered from Farm as {order.job_id}" if order.job_id else "ordered, and not accepted by Farm yet",
        at=order.dispatched_at,
        pipe_id=order.pipe_id,
        run_id=order.run_id,
        snapshot_name=order.snapshot_name,
    )


def _of_job(job: JobReport) -> list[LineageHop]:
    """What DCL can't know of a job: that it brought not everything, and what was found when it was checked."""
    hops = []
    if job.state != "done":
        at = job.finished_at or job.started_at or job.created_at
        hops.append(_hop(job, CONTENT, f"{job.job_id} is {job.state}", at, job.rows_pushed))
    if job.verdict is not None:
        what = f"recon of {job.job_id}: {job.verdict.verdict}"
        hops.append(_hop(job, VERIFICATION, what, job.verdict.checked_at, job.verdict.rows_found))
    return hops


def _hop(job: JobReport, path: int, what: str, at: int, rows: int) -> LineageHop:
    return LineageHop(
        path=path,
        what=what,
        at=at,
        pipe_id=job.pipe_id,
        run_id=job.run_id,
        dcl_run_id=job.dcl_run_id,
        rows=rows,
    )
