"""Which selections are taken: nothing is given up by accident."""

from typing import Any

import msgspec
import pytest

from aos.contracts.ingest import MOST_SETTLED, DiscardRequest, ReplayRequest
from aos.core.errors import InvalidInput
from aos.core.http import read_body
from aos.dcl.quarantine.judge import MOST_REPLAYS, hindrance
from aos.dcl.quarantine.settlement import check
from aos.dcl.warehouse.refused import Standing


def read(kind: type, body: dict[str, Any]) -> None:
    check(read_body(kind, msgspec.json.encode(body)))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"why": ""},
        {"why": "  \n"},
        {"ids": [1]},
        {"why": "x"},
        {"why": "x", "ids": []},
        {"why": "x", "reason": "", "connector": ""},
        {"why": "x", "ids": [], "all": True},
        {"why": "x", "ids": [1], "all": True},
        {"why": "x", "reason": "malformed", "all": True},
        {"why": "x", "ids": [1], "reason": "malformed"},
        {"why": "x", "ids": ["1"]},
        {"why": "x", "ids": [1.5]},
        {"why": "x", "ids": [2**64]},
        {"why": "x", "ids": list(range(MOST_SETTLED + 1))},
        {"why": "x", "all": True, "limit": 0},
        {"why": "x", "all": True, "limit": MOST_SETTLED + 1},
        {"why": "x" * 501, "all": True},
        {"why": "x", "all": "true"},
        {"why": "x", "everything": True},
    ],
)
def test_discard_of_nothing_named_is_refused(body: dict[str, Any]) -> None:
    """A reason and a selection, both said; an empty list is not everything."""
    with pytest.raises(InvalidInput):
        read(DiscardRequest, body)


@pytest.mark.parametrize(
    "body", [{"ids": [1]}, {"reason": "malformed"}, {"connector": "c", "reason": "x"}, {"all": True}]
)
def test_discard_of_what_is_named_is_taken(body: dict[str, Any]) -> None:
    """By id, by filter, or all of it in so many words."""
    read(DiscardRequest, {"why": "x", **body})


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": [1], "connector": "c"}, {"force": True}, {"limit": 0}])
def test_replay_of_a_contradiction_is_refused(body: dict[str, Any]) -> None:
    """An empty list is a mistake, and force is for lines that are named."""
    with pytest.raises(InvalidInput):
        read(ReplayRequest, body)


@pytest.mark.parametrize("body", [{}, {"ids": [1], "force": True}, {"reason": "x", "limit": 1}])
def test_replay_of_everything_is_taken(body: dict[str, Any]) -> None:
    """Nothing can be lost by it."""
    read(ReplayRequest, body)


@pytest.mark.parametrize(
    ("line", "free", "forced"),
    [
        (Standing(1, "held", "malformed", 0), True, True),
        (Standing(1, "held", "malformed", MOST_REPLAYS - 1), True, True),
        (Standing(1, "held", "malformed", MOST_REPLAYS), False, True),
        (Standing(1, "held", "corrupt_entry", 0), False, True),
        (Standing(1, "held", "too_long", 0), False, False),
        (Standing(1, "held", "undescribed", 0), False, False),
        (Standing(1, "replaying", "malformed", 0), False, False),
        (Standing(1, "replayed", "malformed", 0), False, False),
        (Standing(1, "discarded", "malformed", 0), False, False),
    ],
)
def test_what_hinders_a_replay(line: Standing, free: bool, forced: bool) -> None:
    """Each obstacle has its sentence; force passes those that a person can judge."""
    assert (not hindrance(line, force=False), not hindrance(line, force=True)) == (free, forced)
