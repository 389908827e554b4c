"""The faults that there are, and the order in which they are dealt."""

from random import Random

from aos.lab.crashes import ConsumerCrash, KillAos, KillRedis, PowerCut, SidecarCrash, StopAos
from aos.lab.cuts import CutSource, DropReply
from aos.lab.fault import Fault
from aos.lab.stalls import LockSqlite, PauseRedis, Silence

_ALL: tuple[type[Fault], ...] = (
    KillAos,
    StopAos,
    KillRedis,
    PauseRedis,
    DropReply,
    CutSource,
    Silence,
    ConsumerCrash,
    SidecarCrash,
    LockSqlite,
    PowerCut,
)
KINDS = {fault.kind: fault for fault in _ALL}


class Deck:
    """Deals faults without end: every kind once in an order of its own, then all over again. The same generator gives
    the same faults."""

    def __init__(self, rng: Random, kinds: list[str]) -> None:
        self._rng, self._kinds = rng, kinds
        self._left: list[str] = []

    def next(self) -> Fault:
        if not self._left:
            self._left = list(self._kinds)
            self._rng.shuffle(self._left)
        return KINDS[self._left.pop()].draw(self._rng)
