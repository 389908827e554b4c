"""The funnel's arithmetic and its words."""

import pytest

from aos.aam.onboarding.funnel import derive, percentile
from aos.aam.onboarding.registry import Tally


def test_the_three_lines_are_those_of_the_document() -> None:
    """Word for word."""
    tally = [Tally("ACTIVE", "sandbox", 5, 5, 5, 5)]
    funnel = derive("autonomy", "sandbox", tally, [10.0, 20.4, 30.0], 0)
    assert funnel.lines == [
        "Eligible: 5 | Reachable: 5 | Active: 5 → Coverage 5/5 (target ≥ 0.90).",
        "Awaiting Creds: 0 | Network Blocked: 0 | Unsupported Type: 0 | Healing: 0 | Error: 0",
        "Auto-created 5 connections; Safe-Mode only; first-sync p95 latency 30 ms; no destructive ops.",
    ]
    assert (funnel.coverage, funnel.slo_met, funnel.data_source, funnel.endpoints) == (
        1.0,
        True,
        "database",
        ["sandbox"],
    )


def test_with_none_eligible_there_is_no_coverage() -> None:
    """0/0 and null, not zero and not one."""
    funnel = derive("autonomy", "vendor", [Tally("UNSUPPORTED", "vendor", 3, 0, 0, 0)], [], 0)
    assert (funnel.coverage, funnel.slo_met, funnel.first_sync_p95_ms, funnel.total) == (None, None, None, 3)
    assert "Coverage 0/0 (target ≥ 0.90)." in funnel.lines[0]
    assert "latency – ms" in funnel.lines[2]


@pytest.mark.parametrize(("active", "met"), [(9, True), (8, False), (10, True)])
def test_nine_of_ten_meet_the_target(active: int, met: bool) -> None:
    """Exactly 0.90 is enough."""
    tally = [
        Tally("ACTIVE", "vendor", active, active, active, active),
        Tally("ERROR", "vendor", 10 - active, 10 - active, 0, 0),
    ]
    assert derive("autonomy", "vendor", tally, [], 0).slo_met is met


def test_the_percentile_is_one_that_was_measured() -> None:
    """The nearest rank."""
    assert percentile([], 95) is None
    assert percentile([7.0], 95) == 7.0
    assert percentile([float(n) for n in range(1, 101)], 95) == 95.0
    assert percentile([float(n) for n in range(1, 21)], 95) == 19.0
    assert percentile([1.0, 2.0, 3.0], 95) == 3.0
