"""`python -m aos recon RUN_ID`: is in DCL what this run must have brought there, value by value?"""

import argparse
import sys

import msgspec

from aos.cli.client import calling, checked
from aos.contracts.manifest import JobList, JobReport
from aos.contracts.recon import Verdict
from aos.core.errors import InvalidInput
from aos.core.redact import one_line
from aos.core.settings import Settings

JOBS = "/farm/api/farm/jobs"
MOST_SHOWN = 20  # of each kind of fault


def declare(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("run_id", metavar="RUN_ID", help="the run to check")
    verb.add_argument("--pipe", metavar="PIPE", help="one pipe of the run (all)")
    verb.add_argument("--json", action="store_true", help="print the verdicts as JSON, one a line")
    verb.set_defaults(verb=check, interrupted=1)  # what was not looked at is no pass


def check(found: Settings, options: argparse.Namespace) -> int:
    """Checks every job of the run anew and prints what differs. Exit code 1 where one fails."""
    asked = {"run_id": options.run_id, "limit": "500", **({"pipe_id": options.pipe} if options.pipe else {})}
    failed = False
    # A check reads a whole run back, however long that takes.
    with calling(found, read_s=None) as client:
        jobs = msgspec.json.decode(checked(client.get(JOBS, params=asked)).content, type=JobList).jobs
        if not jobs:
            of_pipe = f" of pipe {options.pipe}" if options.pipe else ""
            raise InvalidInput(f"There is no run {options.run_id}{of_pipe}")
        for job in jobs:
            answer = checked(client.post(f"{JOBS}/{job.job_id}/recon"))
            verdict = msgspec.json.decode(answer.content, type=Verdict)
            failed = failed or verdict.verdict != "pass"
            if options.json:
                sys.stdout.write(answer.text + "\n")
            else:
                _tell(job, verdict)
    return 1 if failed else 0


def _tell(job: JobReport, verdict: Verdict) -> None:
    truth = "made anew from the generator" if verdict.truth == "recomputed" else "hashes stored before the push"
    counts = f"{verdict.rows_found:,} rows found, {verdict.rows_expected:,} expected"
    _print(f"{verdict.verdict.upper()} {verdict.pipe_id} ({job.system}): {counts}; truth: {truth}")
    for fault in faults(verdict):
        _print(f"  {fault}")


def faults(verdict: Verdict) -> list[str]:
    """What is wrong with a run, a line a kind or a field, the first ones of each."""
    told = [verdict.why] if verdict.why else []
    for title, rows in (("missing rows", verdict.missing), ("extra", verdict.extra), ("doubled", verdict.doubled)):
        if rows:
            more = f", and {len(rows) - MOST_SHOWN:,} more" if len(rows) > MOST_SHOWN else ""
            told.append(f"{title}: {', '.join(map(str, rows[:MOST_SHOWN]))}{more}")
    told += [
        f"row {wrong.row}, {wrong.field}: {wrong.found!r} where {wrong.expected!r} should be"
        for wrong in verdict.wrong[:MOST_SHOWN]
    ]
    if len(verdict.wrong) > MOST_SHOWN:
        told.append(f"and {len(verdict.wrong) - MOST_SHOWN:,} more fields")
    return told


def _print(text: str) -> None:
    sys.stdout.write(one_line(text, 2000) + "\n")
