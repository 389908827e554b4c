"""One run of the lab: faults, one after the other, each followed by a look for every line."""

import asyncio
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
import uvloop

from aos.core.errors import AosError, InvalidInput
from aos.core.settings import Settings
from aos.lab import power, table
from aos.lab.check import check
from aos.lab.deck import KINDS, Deck
from aos.lab.evidence import Detective
from aos.lab.fault import Fault, Struck
from aos.lab.orphans import orphans
from aos.lab.stage import CHAOS, CONNECTOR, Plan, Stage
from aos.lab.table import Row, say
from aos.lab.watch import Look, Watch

RECOVERY_PATIENCE_S = 60.0
DRAIN_PATIENCE_S = 60.0
WARM_S = (0.5, 1.0)
"""Lines flow for so long before a fault strikes."""


class Wish(NamedTuple):
    """What was asked for on the command line. `faults` None: as many as fit into `minutes`."""

    seed: int | None = None
    minutes: float = 1.0
    faults: int | None = None
    only: str = ""
    naive: bool = False
    rate: float = 8000.0


def run(settings: Settings, wish: Wish) -> int:
    """The exit code: 0 when every fault passed, else 1. With `naive` it is to be 1."""
    seed = secrets.randbelow(1_000_000) if wish.seed is None else wish.seed
    kinds = _kinds(wish.only)
    plan = Plan(seed, wish.rate, wish.naive, "power_cut" in kinds)
    directory = Path(tempfile.mkdtemp(prefix="aos-lab-")).resolve()
    lab = Lab(Stage(directory, settings, plan), Deck(Random(seed), kinds), wish)  # noqa: S311 not a secret
    keep = True
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(lab.main())
        keep = not lab.passed and not wish.naive
    except (KeyboardInterrupt, asyncio.CancelledError):
        keep = False
        say("Interrupted.")
        lab.interrupted = True
    finally:
        left = orphans(directory)
        if keep:
            say(f"Data and logs are kept in {directory}.")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    say(table.summary(lab.rows) + (f" Processes left behind: {left}." if left else " No process is left behind."))
    if wish.naive:
        say(_control(lab.rows))
    return 0 if lab.passed and not left else 1


def _kinds(only: str) -> list[str]:
    """The kinds to deal. `InvalidInput` for one that there is not; one that this machine can't do is left out aloud."""
    asked = [name.strip() for name in only.split(",") if name.strip()] or list(KINDS)
    for name in asked:
        if name not in KINDS:
            raise InvalidInput(f"--only: there is no fault {name!r}; known: {', '.join(KINDS)}")
    why_not = power.why_not()
    if "power_cut" in asked and why_not:
        say(f"power_cut is skipped: {why_not}.")
        asked.remove("power_cut")
        if not asked:
            raise InvalidInput(f"--only: nothing is left, power_cut can't be done here ({why_not})")
    return asked


def _control(rows: Sequence[Row]) -> str:
    duplicated = sum(row.duplicated for row in rows)
    if duplicated:
        return f"The negative control failed, as it must: {duplicated} duplicates."
    return "The negative control shows no duplicate; it must. Give it more faults."


class Lab:
    """`rows` are the faults so far."""

    def __init__(self, stage: Stage, deck: Deck, wish: Wish) -> None:
        self._stage, self._deck, self._wish = stage, deck, wish
        self._rng = Random(stage.plan.seed)  # noqa: S311 which lines are looked at closely is no secret
        self.rows: list[Row] = []
        self.interrupted = False
        self.remark = ""
        self._checked = Look(0, 0, 0, 0, 0)
        self._begun = time.monotonic()

    @property
    def passed(self) -> bool:
        return bool(self.rows) and all(row.passed for row in self.rows) and not self.remark and not self.interrupted

    async def main(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        stage, plan = self._stage, self._stage.plan
        try:
            await stage.open()
            say(
                f"AOS lab, seed {plan.seed}{', naive' if plan.naive else ''}: Redis {stage.server.version},"
                f" {plan.rate:,.0f} lines/s, in {stage.directory}"
            )
            say(table.head())
            self._watch = Watch(stage.redis, stage.client, stage.aos.url, stage.key(), CONNECTOR)
            chaos = {**CHAOS, "seed": str(plan.seed)}
            self._detective = Detective(stage.client, stage.farm.url, chaos, stage.warehouse)
            watching = asyncio.create_task(self._watch.keep_watching(), name="lab: ledger")
            try:
                await self._faults()
                if self.passed:
                    await self._count()
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
        finally:
            await stage.close()

    async def _faults(self) -> None:
        deadline = self._begun + 60 * self._wish.minutes
        most = self._wish.faults or 1_000_000
        while len(self.rows) < most and time.monotonic() < deadline:
            row = await self._one(len(self.rows) + 1, self._deck.next())
            self.rows.append(row)
            say(table.row(row))
            if self._stage.aos.exit_code is not None or self._stage.server.pid is None:
                return  # the complaint stands in the row; nothing can be learnt from what is down

    async def _count(self) -> None:
        """In the end there are as many rows as lines were taken: earlier ones are still there, too."""
        rows = await self._detective.count()
        if rows != self._checked.position:
            self.remark = f"There are {rows:,} rows for {self._checked.position:,} lines."
            say(self.remark)

    async def _one(self, number: int, fault: Fault) -> Row:
        """Strike, recover, look for every line."""
        row = Row(number, str(fault))
        try:
            await self._strike(row, fault)
            await self._look(row)
        except AosError as error:
            row.complaints.append(error.message)
        except httpx.HTTPError as error:
            row.complaints.append(f"Farm does not answer: {type(error).__name__}")
        if self._stage.aos.exit_code is not None:
            words = self._stage.aos.last_words()
            row.complaints.append(f"AOS ended by itself (exit {self._stage.aos.exit_code}): {words}")
        if self._stage.server.pid is None:
            row.complaints.append(f"Redis ended by itself: {self._stage.server.log_tail()}")
        return row

    async def _strike(self, row: Row, fault: Fault) -> None:
        """Lines flow, the fault strikes, lines flow again."""
        self._stage.source.release()
        row.lines_a_second = await self._watch.flowing(self._rng.uniform(*WARM_S))
        before, ledger = await self._watch.look(), await self._watch.ledger()
        row.in_flight, row.unfiled = ledger.in_flight if ledger else 0, before.unfiled + before.unmoved
        row.at_s = time.monotonic() - self._begun
        self._watch.worst = 0
        struck = await fault.strike(self._stage)
        row.fault += f" ({struck.note})" if struck.note else ""
        row.complaints += [struck.complaint] if struck.complaint else []
        row.recovery_s = await self._recover(struck, before)

    async def _look(self, row: Row) -> None:
        """The flow is held; once everything is where it belongs, every line since the last look is looked for."""
        self._stage.source.hold()
        now = await self._watch.drained(DRAIN_PATIENCE_S)
        entries, first = now.added - self._checked.added, self._checked.position + 1
        self._checked = now
        evidence = await self._detective.look(
            first, now.position, self._watch.target, entries, self._watch.worst, self._rng
        )
        finding = check(evidence)
        row.checked, row.missing, row.duplicated = finding.lines, finding.missing, finding.duplicated
        row.imbalance = finding.imbalance
        row.complaints += finding.complaints

    async def _recover(self, struck: Struck, before: Look) -> float:
        """Seconds from the end of the cause until lines are both published and filed again."""
        with suppress(AosError):  # Redis is not back yet: what was seen before the strike counts
            before = await self._watch.look()
        await self._watch.moved_past(before, RECOVERY_PATIENCE_S)
        return time.monotonic() - struck.over
