"""The lab's judge: it is silent where everything holds, and speaks up for each way in which it might not."""

from typing import Any

import pytest

from aos.lab.check import Evidence, Sample, check

LINES = range(101, 111)
HITS = frozenset({103, 107})


def evidence(**changes: Any) -> Evidence:
    """Ten lines of which two were hit, all of them where they belong."""
    found: dict[str, Any] = {
        "first": LINES[0],
        "last": LINES[-1],
        "filed": {n: f"INV-{n}" for n in LINES if n not in HITS},
        "refused": HITS,
        "hits": HITS,
        "entries": len(LINES),
        "outside": 0,
        "imbalance": 0,
        "samples": tuple(sample(n) for n in LINES),
    }
    return Evidence(**(found | changes))


def sample(n: int, **changes: Any) -> Sample:
    hit = n in HITS
    record = {"invoice_id": f"INV-{n}", "total_amount": 12.5}
    good = Sample(
        n, b"line %d" % n, None if hit else record, None if hit else dict(record), b"line %d" % n if hit else None
    )
    return good._replace(**changes)


def test_nothing_is_said_when_every_line_is_in_its_place() -> None:
    """Each line once, hit lines in quarantine, payloads as the truth has them, the ledger balanced: a pass."""
    assert check(evidence()) == (10, 0, 0, 0, ())


def test_no_lines_at_all_are_no_complaint() -> None:
    """A fault during which nothing was taken leaves nothing to look for."""
    assert check(Evidence(1, 0, {}, frozenset(), frozenset(), 0, 0, 0)).complaints == ()


def test_it_complains_of_a_cursor_that_went_back() -> None:
    """A store that forgot what it had acknowledged would be read anew from there, and look whole afterwards."""
    said = check(Evidence(101, 0, {}, frozenset(), frozenset(), 0, 100, 0)).complaints
    assert said == ("the stored cursor went back from 100 to 0", "100 rows belong to no line that was taken")


def without(n: int) -> dict[int, str]:
    return {key: invoice for key, invoice in evidence().filed.items() if key != n}


@pytest.mark.parametrize(
    ("changes", "missing", "duplicated", "said"),
    [
        ({"filed": without(105)}, 1, 1, "1 lines are in neither place: 105"),
        ({"filed": without(105), "entries": 9}, 1, 0, "1 lines are in neither place: 105"),
        ({"refused": frozenset({103})}, 1, 1, "1 lines are in neither place: 107"),
        ({"entries": 13}, 0, 3, "3 entries were added to the streams a second time"),
        ({"refused": HITS | {105}}, 0, 1, "1 lines are filed and in quarantine: 105"),
        ({"outside": 2}, 0, 2, "2 rows belong to no line that was taken"),
        ({"imbalance": 4}, 0, 0, "the ledger's imbalance is 4"),
        (
            {"filed": evidence().filed | {103: "INV-103"}, "refused": frozenset({107})},
            0,
            0,
            "hit by chaos, but filed: 103",
        ),
        ({"filed": without(105), "refused": HITS | {105}}, 0, 0, "not hit, but in quarantine: 105"),
        ({"filed": evidence().filed | {105: "INV-104"}}, 0, 0, "filed with another invoice: 105"),
    ],
)
def test_it_complains_when(changes: dict[str, Any], missing: int, duplicated: int, said: str) -> None:
    """Missing, duplicated, in both places, in the wrong place, under a wrong number, out of balance: each is named."""
    finding = check(evidence(**changes))
    assert (finding.missing, finding.duplicated) == (missing, duplicated)
    assert any(said in complaint for complaint in finding.complaints), finding.complaints


def test_it_complains_of_a_payload_that_is_not_the_truth() -> None:
    """A filed record that differs from the source of truth in one field."""
    wrong = sample(104, filed={"invoice_id": "INV-104", "total_amount": 12.51})
    said = check(evidence(samples=(sample(103), wrong))).complaints
    assert said == ("1 lines are filed, but not as the truth has them: 104",)


def test_it_complains_of_quarantined_bytes_that_were_not_sent() -> None:
    """A line in quarantine that lost a byte."""
    said = check(evidence(samples=(sample(103, refused=b"line 10"), sample(104)))).complaints
    assert said == ("1 lines are in quarantine with other bytes: 103",)


def test_many_positions_are_named_by_the_first_few() -> None:
    """A complaint stays one line, however many lines it is about."""
    said = check(evidence(filed={}, entries=2)).complaints
    assert said[0] == "8 lines are in neither place: 101, 102, 104, 105, 106, ..."
