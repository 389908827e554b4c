"""What every kind of fault is."""

from random import Random
from typing import ClassVar, NamedTuple, Protocol

from aos.lab.stage import Stage

STRIKE_PATIENCE_S = 20.0


class Struck(NamedTuple):
    """`over`: when the cause was gone (monotonic seconds), from which recovery counts. `note` for the table;
    `complaint` for what the fault itself showed to be wrong, or that it could not strike."""

    over: float
    note: str = ""
    complaint: str = ""


class Fault(Protocol):
    """One fault with its parameters drawn; as text it says what it does."""

    kind: ClassVar[str]

    @classmethod
    def draw(cls, rng: Random) -> "Fault": ...

    async def strike(self, stage: Stage) -> Struck:
        """Act on a real process, socket or file; whatever it ended is being started again when this returns."""
        ...
