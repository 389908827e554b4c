"""What is still to be done, what a verb says of a person, what is asked of one: none of it is what the data say."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

WHO = ("Dr Ann Moss", "Dr Bo Reed", "Dr Cy Vale")
STATES = ("Settled", "Unsettled", "Void")


def _bills() -> list[dict[str, Any]]:
    return [
        {
            "bill_no": f"B-{n:02d}",
            "guest_ref": f"G{n % 7}",
            "healer": WHO[n % 3],
            "treatment": ("Check-up", "Cast", "Wrong cast")[n % 3],
            "payer_kind": ("Insurer", "Private")[n % 2],
            "insurer": ("Orvax", "Pellum")[n % 4 // 2] if n % 2 == 0 else None,
            "shire": ("Co. Orm", "Co. Ulm")[n % 5 % 2],
            "billed_on": f"202{3 + n % 2}-{n % 12 + 1:02d}-10",
            "paid_on": f"2025-{n % 12 + 1:02d}-20" if n % 3 else None,
            "state": STATES[n % 3],
            "bill_total": 100.0 + 10 * n,
            "balance_due": float(40 * (n % 3)),
            "visits": 1 + n % 4,
            "form_signed": n % 5 != 0,
        }
        for n in range(40)
    ]


def _staff() -> list[dict[str, Any]]:
    return [
        {
            "staff_id": f"S-{n:02d}",
            "full_name": f"Ada Moss {n}",
            "guild": ("Forge", "Loom")[n % 2],
            "nation": ("Polish", "Irish")[n % 3 % 2],
            "work_site": ("Leeds", "York")[n % 2],
            "joined_on": f"202{2 + n % 3}-{n % 12 + 1:02d}-11",
            "licence_expiry": f"2026-{n % 12 + 1:02d}-02" if n % 4 else None,
            "has_badge": n % 3 == 0,
        }
        for n in range(36)
    ]


PLEAS = [
    {
        "plea_ref": f"P-{n:02d}",
        "opened_at": f"202{3 + n % 2}-{n % 12 + 1:02d}-10",
        "closed_at": f"2025-{n % 12 + 1:02d}-20" if n % 3 else None,
        "read_kind": ("Customer", "Meter")[n % 2],
        "ward": ("Child", "Adult")[n % 2],
        "is_paperless": n % 3 == 0,
    }
    for n in range(30)
]
BILLS, STAFF = _bills(), _staff()


@pytest.fixture
async def clinic(asker: Asker) -> Asker:
    money = ("additive", "EUR")
    asker.contract(
        "clinic.bills", bill_total=money, balance_due=money, visits=("additive", "visits"), billed_on=("period", None)
    )
    asker.describe("clinic.bills", guest_ref="Guest billed", balance_due="Not paid so far")
    await asker.pipe("clinic.bills", BILLS, entity_scope="bill", identity_keys=["bill_no"])
    asker.contract("clinic.staff", joined_on=("period", None))
    await asker.pipe("clinic.staff", STAFF, entity_scope="staff_member", identity_keys=["staff_id"])
    asker.contract("clinic.pleas", opened_at=("period", None))
    await asker.pipe("clinic.pleas", PLEAS, entity_scope="patient_plea", identity_keys=["plea_ref"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        "how many bills are still to be settled",
        "how many bills have yet to be settled",
        "bills to be settled",
        "how many bills need to be settled",
        "how many bills remain to be settled",
        "how many forms are to be signed",
        "how many staff are left to join",
        "how many staff speak Polish",
        "how many staff live in Leeds",
        "how many staff run the Forge",
        "how many staff manage the Loom",
        "how many staff prefer the Forge",
        "how many guests live in Co. Orm",
        "how many guests need a cast",
        "how many staff registered in 2026",
        "bills older than 30 days",
        "how many staff expire",
        "bills left to pay",
        "outstanding bills",
        "how many pleas are open",
        "open pleas in 2024",
        "how many pleas have we still got to close",
        "how many customers are not paperless",
        "customers gained",
    ],
)
async def test_it_is_refused(clinic: Asker, question: str) -> None:
    """What is to be done was not; what somebody speaks, runs or needs is not where he is from or works; where a bill is
    from is not where a guest lives; the end of a licence is not when it was registered."""
    told = await clinic.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


def _total(which: Any) -> float:
    return float(sum(row["bill_total"] for row in BILLS if which(row)))


def _mean(name: str, treatment: str) -> float:
    there = [row[name] for row in BILLS if row["treatment"] == treatment]
    return float(sum(there) / len(there))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many bills have more than 50 still to be paid", sum(row["balance_due"] > 50 for row in BILLS)),
        ("bills with an unpaid balance over 50", sum(row["balance_due"] > 50 for row in BILLS)),
        ("how much is left to pay", sum(row["balance_due"] for row in BILLS)),
        ("total outstanding in 2024", sum(row["balance_due"] for row in BILLS if row["billed_on"] > "2024")),
        ("how many bills are not signed", sum(not row["form_signed"] for row in BILLS)),
        ("bills where the form isn't signed", sum(not row["form_signed"] for row in BILLS)),
        ("bills whose form was never signed", sum(not row["form_signed"] for row in BILLS)),
        ("how many bills in Co. Orm", sum(row["shire"] == "Co. Orm" for row in BILLS)),
        ("how many check-ups", sum(row["treatment"] == "Check-up" for row in BILLS)),
        ("total billed for casts", _total(lambda row: row["treatment"] == "Cast")),
        ("bill total of check-ups", _total(lambda row: row["treatment"] == "Check-up")),
        ("how much does a cast cost", _mean("bill_total", "Cast")),
        ("how many visits does a cast take", _mean("visits", "Cast")),
        ("how many visits do check-ups need", _mean("visits", "Check-up")),
        ("how many different guests did we bill in 2024", 7),
        ("how many bills has Dr Reed", sum(row["healer"] == "Dr Bo Reed" for row in BILLS)),
        ("which insurer shows up on the most bills", "Orvax"),
        ("which insurer appears on the most bills", "Orvax"),
        ("which treatment brings in the most money", "Check-up"),
        ("how many licences run out before 1 June 2026", None),
        ("how many licences lapse before 1 June 2026", None),
        ("how many pleas did we open in 2024", sum(row["opened_at"] > "2024" for row in PLEAS)),
        ("how many pleas involve a child", sum(row["ward"] == "Child" for row in PLEAS)),
        ("who has a badge", sum(row["has_badge"] for row in STAFF)),
        ("how many staff come from the Forge", sum(row["guild"] == "Forge" for row in STAFF)),
        ("how many staff work in Leeds", sum(row["work_site"] == "Leeds" for row in STAFF)),
    ],
)
async def test_it_is_told_of_what_is_meant(clinic: Asker, question: str, value: Any) -> None:
    """The amount that is not paid yet; a yes or no denied in the middle of its name; the head of a field before a part
    of a value; the average of what is asked of one; ends by another word."""
    if value is None:
        value = sum((row["licence_expiry"] or "9") < "2026-06-01" for row in STAFF)
    told = await clinic.told(question)
    assert told["value"] == (pytest.approx(value) if isinstance(value, int | float) else value), told["answer"]


async def test_a_part_of_a_value_is_no_field(clinic: Asker) -> None:
    """`top 2 treatments` are those, whatever else is called a wrong one."""
    told = await clinic.told("top 2 treatments by bill total")
    totals = {
        what: _total(lambda row, what=what: row["treatment"] == what) for what in ("Check-up", "Cast", "Wrong cast")
    }
    assert [row[0] for row in told["rows"]] == sorted(totals, key=lambda what: -totals[what])[:2], told["answer"]


async def test_they_stand_side_by_side(clinic: Asker) -> None:
    """Measures that somebody wants next to each other, by quarter."""
    told = await clinic.told("put bill total and balance due next to each other by quarter for 2024")
    assert told["columns"][1:] == ["bill_total", "balance_due"], told["answer"]


async def test_a_gender_split_counts_rows(clinic: Asker) -> None:
    """A field and `split` ask how many there are of each."""
    told = await clinic.told("guild split")
    assert {row[0]: row[1] for row in told["rows"]} == {"Forge": 18, "Loom": 18}, told["answer"]
