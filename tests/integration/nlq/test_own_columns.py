"""Questions over columns as own systems have them: who did it, states of many words, amounts of several kinds."""

from collections import Counter
from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

APPROVERS = ("a.lee", "b.novak", "c.tamm")
STATES = ("APPROVED", "PAID", "waiting_on_customer")


def _bills() -> list[dict[str, Any]]:
    return [
        {
            "bill_no": f"BILL-{20400 + n}",
            "supplier_id": f"SUP-{n % 4}",
            "supplier_name": ("Nimbus Hosting", "Halden Legal", "Alto Foods", "Oak Rent")[n % 4],
            "cost_center": ("Marketing", "Finance")[n % 2],
            "approved_by": APPROVERS[n % 3] if n % 7 else None,
            "bill_status": STATES[n // 2 % 3],
            "payment_method": ("DIRECT_DEBIT", "CARD", "WIRE")[n % 3],
            "deal_type": ("FIXED_TERM", "ROLLING")[n // 3 % 2],
            "end_reason": ("deal ended", "resigned")[n // 5 % 2],
            "partner_name": ("Trackwell", "Redpath")[n // 2 % 2],
            "account_name": ("Fjord", "Kestrel", "Zephyr")[n % 3],
            "account_plan": ("Enterprise", "Starter")[n // 4 % 2],
            "channel": ("phone", "chat")[n // 6 % 2],
            "blame": ("Partner", "Price")[n % 2],
            "gross_amount": 120 * (n + 1),
            "net_amount": 100 * (n + 1),
            "bill_date": f"202{3 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
        }
        for n in range(72)
    ]


def _staff() -> list[dict[str, Any]]:
    return [
        {
            "staff_no": f"E{1000 + n}",
            "branch_location": ("Leeds", "Utrecht", "Lisbon")[n % 3],
            "standing": ("ACTIVE", "ACTIVE", "ON_LEAVE")[n // 2 % 3],
            "joined_on": f"2023-{n % 12 + 1:02d}-10",
        }
        for n in range(40)
    ]


BILLS, STAFF = _bills(), _staff()


@pytest.fixture
async def own(asker: Asker) -> Asker:
    money = ("additive", "currency")
    asker.contract("desk.bills", gross_amount=money, net_amount=money, bill_date=("period", None))
    asker.describe("desk.bills", cost_center="Cost center charged", supplier_name="Name; not charged twice")
    await asker.pipe("desk.bills", BILLS, entity_scope="supplier_bill", identity_keys=["bill_no"])
    asker.contract("crew.staff", joined_on=("period", None))
    await asker.pipe("crew.staff", STAFF, entity_scope="employee", identity_keys=["staff_no"])
    return asker


def n(**wanted: Any) -> int:
    return sum(all(row[name] == value for name, value in wanted.items()) for row in BILLS)


def test_the_rows_tell_one_answer_from_another() -> None:
    """No two of the counts below are alike by chance."""
    assert 0 < n(payment_method="DIRECT_DEBIT") < len(BILLS)
    assert n(deal_type="FIXED_TERM") != n(deal_type="FIXED_TERM", end_reason="deal ended") > 0
    assert n(partner_name="Trackwell") != n(partner_name="Trackwell", blame="Partner") > 0


async def test_by_is_no_part_of_a_name(own: Asker) -> None:
    """`by` beside `approved_by`: groups are those that are said, and nothing else."""
    told = await own.told("who are our 2 biggest suppliers by net amount")
    assert told["columns"] == ["supplier_name", "net_amount"], told["answer"]
    told = await own.told("net amount by cost centre")
    assert told["columns"] == ["cost_center", "net_amount"], told["answer"]


@pytest.mark.parametrize(
    "question", ["who approved BILL-20401", "BILL-20401 was approved by whom", "who is the approver of BILL-20401"]
)
async def test_who_did_it_is_the_field_of_that_person(own: Asker, question: str) -> None:
    """`approved` is a status as well, which is not asked for."""
    told = await own.told(question)
    assert told["value"] == BILLS[1]["approved_by"], told["answer"]


async def test_who_did_it_most(own: Asker) -> None:
    """Those who approved are ranked by how many rows they have."""
    told = await own.told("who approved the most bills")
    ((most, count),) = Counter(row["approved_by"] for row in BILLS if row["approved_by"]).most_common(1)
    assert told["rows"] == [[most, count]], told["answer"]


@pytest.mark.parametrize(
    "question",
    ["who approved bills", "who has approved bills", "who did not approve BILL-20401", "who paid BILL-20401"],
)
async def test_who_is_not_answered_with_bills(own: Asker, question: str) -> None:
    """A list of bills names nobody."""
    told = await own.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_who_of_persons_lists_them(own: Asker) -> None:
    """Rows that are persons need not be named: `who is on leave`."""
    told = await own.told("who is on leave")
    away = [row["staff_no"] for row in STAFF if row["standing"] == "ON_LEAVE"]
    assert told["value"] == len(away), told["answer"]
    told = await own.told("who manages Leeds")
    assert told["outcome"] == "refused", told["answer"]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how many bills go by direct debit", {"payment_method": "DIRECT_DEBIT"}),
        ("how many bills are waiting on the customer", {"bill_status": "waiting_on_customer"}),
        ("fixed term deals in Marketing, how many", {"deal_type": "FIXED_TERM", "cost_center": "Marketing"}),
        ("deals fixed term, how many", {"deal_type": "FIXED_TERM"}),
        ("how many bills where Trackwell was the partner", {"partner_name": "Trackwell"}),
        (
            "how many direct debit bills charged to Finance",
            {"payment_method": "DIRECT_DEBIT", "cost_center": "Finance"},
        ),
    ],
)
async def test_values_of_several_words(own: Asker, question: str, wanted: dict[str, str]) -> None:
    """Each is one condition; a word of its field beside it is no other one."""
    told = await own.told(question)
    assert told["value"] == n(**wanted), told["answer"]


async def test_a_verb_that_no_description_has_may_pick_rows(own: Asker) -> None:
    """`refunded to Finance` is no condition that the data have; what is not said of a field says nothing of it."""
    for question in ("how many bills refunded to Finance", "how many bills charged to Nimbus Hosting"):
        told = await own.told(question)
        assert told["outcome"] == "refused", told["answer"]


async def test_a_word_behind_a_limit_says_which_amount(own: Asker) -> None:
    """`over 5,000 gross`, where `gross_amount` is one of two amounts; things that are counted are none."""
    told = await own.told("how many bills over 5,000 gross")
    assert told["value"] == sum(row["gross_amount"] > 5_000 for row in BILLS), told["answer"]
    told = await own.told("how many bills with more than one gross")
    assert told["outcome"] == "refused", told["answer"]


async def test_different_values_by_something_are_not_rows(own: Asker) -> None:
    """How many suppliers a cost center has is not how many bills."""
    told = await own.told("how many different suppliers by cost center")
    assert told["rows"] == [["Finance", 2], ["Marketing", 2]], told["answer"]
    told = await own.told("number of suppliers per month in 2024")
    found = {name: set() for name, _ in told["rows"]}
    for row in BILLS:
        if row["bill_date"].startswith("2024"):
            found[row["bill_date"][:7]].add(row["supplier_name"])
    assert told["rows"] == [[name, len(found[name])] for name in sorted(found)], told["answer"]
    told = await own.told("which bill status has the most different cost centers")
    assert told["rows"][0][1] == 2, told["answer"]
    assert "as much" in told["answer"], told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "how many bills have a cost center",
        "number of bills with a supplier",
        "bills with a payment method by cost center",
        "list suppliers by bill status",
        "how many suppliers grew from 2023 to 2024",
        "number of suppliers 2024 vs 2023",
        "how many suppliers and what net amount",
        "how many bills and suppliers",
        "trend of the number of suppliers",
    ],
)
async def test_what_is_counted_is_not_lost(own: Asker, question: str) -> None:
    """Where two things are named nobody is told the number of the other one."""
    told = await own.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_the_volume_of_rows_is_their_number(own: Asker) -> None:
    """`bill volume`; the volume of anything else is not known."""
    told = await own.told("monthly bill volume for 2024")
    found = Counter(row["bill_date"][:7] for row in BILLS if row["bill_date"].startswith("2024"))
    assert told["rows"] == [[month, found[month]] for month in sorted(found)], told["answer"]
    told = await own.told("volume in Marketing")
    assert told["outcome"] == "refused", told["answer"]


async def test_a_place_is_known_without_its_location(own: Asker) -> None:
    """`branch` of `branch_location`."""
    told = await own.told("branch with the most employees")
    assert told["value"] == "Leeds", told["answer"]


async def test_what_a_value_is_of_may_be_said_again(own: Asker) -> None:
    """`Enterprise accounts`, where that is the plan of an account; two other names are no condition."""
    told = await own.told("net amount for Enterprise accounts")
    assert told["value"] == sum(r["net_amount"] for r in BILLS if r["account_plan"] == "Enterprise"), told["answer"]
    told = await own.told("net amount for Marketing accounts")
    assert told["outcome"] == "refused", told["answer"]


async def test_a_doubled_letter_is_a_slip_even_where_a_name_is_so_spelled(own: Asker) -> None:
    """`chanel` is a word of the dictionary that hardly anybody writes; `diner` is one that many write."""
    told = await own.told("bills by chanel")
    assert told["columns"] == ["channel", "count"], told["answer"]
    assert "`chanel` as `channel`" in told["answer"], told["answer"]
    told = await own.told("bills by diner")
    assert told["outcome"] == "refused", told["answer"]


async def test_what_is_counted_is_no_value_with_that_word_in_it(own: Asker) -> None:
    """`how many deals` is not how many rows ended by `deal ended`."""
    told = await own.told("how many deals")
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_rows_are_listed_with_what_is_named(own: Asker) -> None:
    """`list the bills with their amount` is a list, not a sum."""
    told = await own.told("list the direct debit bills with their gross amount")
    assert told["value"] == n(payment_method="DIRECT_DEBIT"), told["answer"]
    assert "gross_amount" in told["columns"][:4], told["columns"]


@pytest.mark.parametrize(
    "question",
    [
        "how many of the 5 largest bills by net amount are approved",
        "how many of the newest bills are approved",
        "how many bills have the highest net amount",
        "average net amount increase in 2024",
    ],
)
async def test_two_questions_in_one_are_not_answered_by_half(own: Asker, question: str) -> None:
    """A count of the first ones, a count beside a figure, and an average of changes are none of what can be told."""
    told = await own.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
