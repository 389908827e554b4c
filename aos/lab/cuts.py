"""Faults of the wires: a reply that is lost, a connection that ends anywhere."""

import asyncio
import time
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from aos.lab.fault import STRIKE_PATIENCE_S, Struck
from aos.lab.stage import Stage


@dataclass(frozen=True)
class DropReply:
    """A batch or an acknowledgement takes effect in Redis, and its reply never comes."""

    kind: ClassVar[str] = "drop_reply"
    step: str
    times: int

    @classmethod
    def draw(cls, rng: Random) -> "DropReply":
        return cls(rng.choice(("publish", "acknowledge")), rng.randint(1, 3))

    def __str__(self) -> str:
        return f"{self.times} replies to {self.step} dropped" if self.times > 1 else f"reply to {self.step} dropped"

    async def strike(self, stage: Stage) -> Struck:
        marks = [b"EVALSHA", b"aos:cursor:" if self.step == "publish" else b"filed"]
        if stage.plan.naive:
            marks = [b"XADD"]  # it has no atomic step
        for _ in range(self.times):
            dropped = stage.wire.drop_reply(*marks)
            try:
                async with asyncio.timeout(STRIKE_PATIENCE_S):
                    await dropped.wait()
            except TimeoutError:
                stage.wire.drop_nothing()
                return Struck(time.monotonic(), complaint=f"no {self.step} came by whose reply could be dropped")
        return Struck(time.monotonic())


@dataclass(frozen=True)
class CutSource:
    """The connection to the source is cut behind any byte: in a line, between lines, in the answer's head."""

    kind: ClassVar[str] = "cut_source"
    after: tuple[int, ...]

    @classmethod
    def draw(cls, rng: Random) -> "CutSource":
        return cls(
            tuple(rng.choice((rng.randint(0, 2_000), rng.randint(2_000, 500_000))) for _ in range(rng.randint(1, 3)))
        )

    def __str__(self) -> str:
        return "source cut behind byte " + ", ".join(f"{count:,}" for count in self.after)

    async def strike(self, stage: Stage) -> Struck:
        wanted = stage.source.cut_count + len(self.after)
        stage.source.cut(self.after)
        deadline = time.monotonic() + STRIKE_PATIENCE_S
        while stage.source.cut_count < wanted:
            if time.monotonic() > deadline:
                return Struck(time.monotonic(), complaint="AOS did not read on, so that nothing could be cut")
            await asyncio.sleep(0.01)
        return Struck(time.monotonic())
