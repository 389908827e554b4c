"""Words that looked like a date and mean something else: how a thing stands, who is still there, and money."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

KEEPERS = ("Ada Moss", "Bo Reed", "Cy Vale")


def _rows(what: str, states: tuple[str, ...], day: str, closed: str = "", many: int = 48) -> list[dict[str, Any]]:
    """Things with the day that they were opened on, and what they are in."""
    rows = []
    for n in range(many):
        row: dict[str, Any] = {
            f"{what}_id": f"{what[0].upper()}-{n:06d}",
            day: f"2024-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "buyer": ("Orvax", "Pellum", "Quarn")[n % 3],
        }
        row |= {"status": states[n % len(states)]} if states else {}
        row |= {closed: f"2025-{n % 12 + 1:02d}-11" if n % 5 == 4 else None} if closed else {}
        rows.append(row)
    return rows


CASES = _rows("case", ("new", "in progress", "waiting on buyer", "resolved", "closed"), "opened_at", "closed_at")
QUERIES = _rows("query", ("Logged", "Working", "Closed", "On hold"), "date_opened")
JOBS = _rows("job", (), "opened_on", "closed_on")
GANGS = [row | {"is_closed": n % 4 == 0} for n, row in enumerate(_rows("gang", (), "opened_on"))]
FORMS = _rows("form", (), "opened_on")
PERMITS = [
    {
        "permit_id": f"P-{n:03d}",
        "signed_on": f"2024-{n % 12 + 1:02d}-10",
        "live_on": f"2024-{n % 12 + 1:02d}-20" if n % 3 else None,
        "cancelled_on": f"2025-{n % 12 + 1:02d}-20" if n % 4 == 0 else None,
        "completed_on": f"2025-{n % 12 + 1:02d}-21" if n % 5 == 0 else None,
        "due_on": f"2025-{n % 12 + 1:02d}-28" if n % 2 else None,
    }
    for n in range(48)
]
MILLS = [
    {"mill_id": f"M-{n}", "built_on": f"2023-0{n + 1}-02", "live_on": f"2024-0{n + 1}-02" if n % 2 else None}
    for n in range(6)
]


@pytest.fixture
async def desk(asker: Asker) -> Asker:
    periods = {"case": "opened_at", "query": "date_opened", "permit": "signed_on", "mill": "built_on"}
    pipes = (("case", CASES), ("query", QUERIES), ("job", JOBS), ("gang", GANGS), ("form", FORMS),
        ("permit", PERMITS), ("mill", MILLS))  # fmt: skip
    for what, rows in pipes:
        asker.contract(f"desk.{what}s", **{periods.get(what, "opened_on"): ("period", None)})
        await asker.pipe(f"desk.{what}s", rows, entity_scope=what, identity_keys=[f"{what}_id"])
    return asker


def _running(rows: list[dict[str, Any]], **those: Any) -> int:
    return sum(row["status"] != "Closed" and those.items() <= row.items() for row in rows)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many queries are open", _running(QUERIES)),
        ("how many open queries for Orvax", _running(QUERIES, buyer="Orvax")),
        ("how many queries are still open", _running(QUERIES)),
        ("do we have any open queries", _running(QUERIES)),
        ("how many queries are not open", len(QUERIES) - _running(QUERIES)),
        ("what percentage of queries is open", 75),
        ("is Q-000001 open", True),
        ("is Q-000002 still open", False),
        ("how many gangs are open", 36),
        ("is G-000001 open", True),
        ("is G-000004 open", False),
        ("how many queries did we open in May 2024", 4),
        ("how many cases were opened in March 2024", 4),
        ("when was C-000019 opened", "2024-08-20"),
        ("how many cases were opened", 48),
        ("how many permits went live in March 2024", 4),
        ("how many permits are cancelled", 12),
        ("how many permits are complete", 10),
        ("how many mills are live", 3),
        ("how many permits are due in March 2025", 0),
    ],
)
async def test_a_state_is_no_day(desk: Asker, question: str, value: Any) -> None:
    """What is not closed is open, where one value closes and the others are known; a verb is of the day."""
    told = await desk.told(question)
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = pytest.approx(value)
    assert told["value"] == value, told["answer"]


async def test_open_ones_are_counted_by_group(desk: Asker) -> None:
    """A condition stands beside a group as any other."""
    told = await desk.told("open queries by buyer")
    assert dict(told["rows"]) == {buyer: _running(QUERIES, buyer=buyer) for buyer in ("Orvax", "Pellum", "Quarn")}


@pytest.mark.parametrize(
    "question",
    [
        # Resolved is neither open nor closed for certain, and of jobs only the day is known.
        "how many cases are open",
        "list Orvax cases that are open",
        "Orvax's open cases",
        "open cases by buyer",
        "oldest open case",
        "percentage of open cases by buyer",
        "is C-000019 open",
        "how do open cases split by buyer",
        "when was the oldest open case opened",
        "how many open cases in March 2024",
        "how many jobs are open",
        "is J-000001 open",
        "open jobs by buyer",
        # Nothing says what closes them.
        "how many forms are open",
        "open forms by buyer",
        # How things stood, or both at once.
        "how many queries were open in May 2024",
        "open and closed queries by buyer",
        # What began may have ended since.
        "live permits",
        "how many permits are live",
        "permits live in March 2024",
        "how many permits are active",
        "current permits",
        # Passed over mostly.
        "how many cases are complete",
        "permits that are not complete",
        "how many permits are due",
        "permits that are not due",
    ],
)
async def test_a_state_that_is_not_certain_is_never_passed_over(desk: Asker, question: str) -> None:
    """A choice or a refusal, not all the rows and not the day."""
    told = await desk.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


@pytest.fixture
async def crew(asker: Asker) -> Asker:
    rows = [
        {
            "staff_id": f"S-{n:02d}",
            "full_name": KEEPERS[n] if n < 3 else f"Di {chr(65 + n)}ren",
            "town": ("Leeds", "York")[n % 2],
            "craft": ("Welder", "Weaver")[n % 3 % 2],
            "hired_on": f"202{2 + n % 3}-{n % 12 + 1:02d}-11",
            "left_on": f"2025-{n % 12 + 1:02d}-02" if n % 4 == 1 else None,
            "wage": 100 + n,
        }
        for n in range(24)
    ]
    asker.contract("crew.staff", wage=("additive", "EUR"), hired_on=("period", None))
    await asker.pipe("crew.staff", rows, entity_scope="employee", identity_keys=["staff_id"])
    return asker


@pytest.mark.parametrize(
    "question",
    [
        "does Bo Reed still work in York",
        "does Ada Moss still work in York",
        "is Bo Reed employed",
        "is Bo Reed still employed",
        "is Bo Reed still here",
        "does Bo Reed work here",
        "does Bo Reed work for us",
        "is Bo Reed currently in York",
        "is S-01 still in York",
        "how many employees are employed",
        "list employed welders",
        "average wage of people employed in Leeds",
        "how many people do we employ",
        "how many people currently work in York",
    ],
)
async def test_who_is_still_there_goes_by_the_day_of_leaving(crew: Asker, question: str) -> None:
    """Of one person as of many: a choice, never a yes of somebody who left."""
    told = await crew.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("is Bo Reed a welder", False),
        ("when did Bo Reed leave", "2025-02-02"),
        ("what is Bo Reed's current wage", 101),
        ("does Bo Reed have a town", "York"),
        ("how many employees left in 2025", 6),
    ],
)
async def test_what_is_known_of_a_person_is_told(crew: Asker, question: str, value: Any) -> None:
    """A field of theirs as it stands, and the day itself."""
    told = await crew.told(question)
    assert told["value"] == value, told["answer"]


@pytest.fixture
async def bills(asker: Asker) -> Asker:
    rows = [
        {
            "bill_id": f"B-{n:03d}",
            "supplier": ("Acme", "Bolt", "Crux")[n % 3],
            "site": ("Leeds", "York")[n % 2],
            "issued_on": f"2024-{n % 12 + 1:02d}-10",
            "paid_date": f"2025-{n % 12 + 1:02d}-20" if n % 3 else None,
            "was_paid": n % 3 > 0,
            "net_total": 100 + n,
            "total_amount": 120 + n,
        }
        for n in range(48)
    ]
    for name, without in (("pay.bills", "was_paid"), ("due.notes", "paid_date")):
        kept = [{key: value for key, value in row.items() if key != without} for row in rows]
        ways = {"net_total": ("additive", "EUR"), "total_amount": ("additive", "EUR"), "issued_on": ("period", None)}
        asker.contract(name, **ways)
        what = "supplier_bill" if name == "pay.bills" else "note"
        await asker.pipe(name, kept, entity_scope=what, identity_keys=["bill_id"])
    return asker


@pytest.mark.parametrize("pipe", ["pay.bills", "due.notes"])
@pytest.mark.parametrize(
    "question",
    [
        "costs by site",
        "cost by supplier",
        "spend by supplier",
        "spending by site",
        "expenses by site",
        "expenditure by site",
        "payments by supplier",
        "how much was spent by site",
        "how much was paid by site",
        "how many payments",
        "list the payments",
        "payments in March 2025",
        "average cost",
    ],
)
async def test_money_is_no_number_of_paid_bills(bills: Asker, pipe: str, question: str) -> None:
    """Neither by a date nor by a yes or no: an amount, or nothing."""
    told = await bills.told(question, pipe_id=pipe)
    counted = "umber of" in told["answer"] or "paid" in told["answer"].split(".")[0].replace(question, "")
    assert told["outcome"] in ("refused", "ambiguous") or not counted, told["answer"]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how many bills are paid", 32),
        ("how many unpaid bills", 16),
        ("how many bills were paid in March 2025", 4),
        ("payment date of B-004", "2025-05-20"),
    ],
)
async def test_paying_is_dated(bills: Asker, question: str, value: Any) -> None:
    """The verb is of the day still, and so is a day of payment."""
    told = await bills.told(question, pipe_id="pay.bills")
    assert told["value"] == value, told["answer"]
