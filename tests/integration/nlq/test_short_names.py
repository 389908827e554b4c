"""Names as databases shorten them, flags that are texts, what descriptions begin with: over a pipe of repairs."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

CUSTOMERS, PLACES, STATES = ("Orrin Mills", "Vesta Dairy", "Kolb & Sons"), ("Ghent", "Turku"), ("NEW", "DONE", "VOID")
CLERKS = ("D. Amsel", "D. Ruiz", None)


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "wo_no": str(7_100_000 + n),
            "wo_dt": f"202{4 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "cust_nm": CUSTOMERS[n % 3],
            "mat_desc": ("Belt", "Gasket", "Valve", "Sensor")[n // 3 % 4],
            "loc": PLACES[n // 2 % 2],
            "stat": STATES[n // 4 % 3],
            "qty": 1 + n % 9,
            "tot_amt": 50.0 + 3 * n,
            "frt_amt": float(n % 13),
            "ccy": ("EUR", "NOK")[n % 5 % 2],
            "urg_flg": "Y" if n % 7 == 0 else "N",
            "warranty": ("yes", "no", "no")[n % 3],
            "caused_by_leak": "yes" if n % 11 == 0 else "no",
            "approved_by": CLERKS[n % 3],
            "isPaid": n % 4 == 0,
            "is_closed": n % 5 == 0,
            "redo_count": n % 4,
            "days_late": n % 5,
            "rival": ("Stall", "Nobb", None)[n % 3],
            "delay_reason": ("Rival", "Weather", None)[n // 3 % 3],
            "picked": "X" if n % 6 == 0 else None,
            "crew": ("Red", "Blue")[n // 5 % 2],
        }
        for n in range(120)
    ]


ROWS = _rows()
DESCRIPTIONS = {"crew": "Team that repairs it", "tot_amt": "Order value, without freight"}


@pytest.fixture
async def repairs(asker: Asker) -> Asker:
    asker.contract(
        "shop.work-orders",
        wo_dt=("period", None), tot_amt=("additive", None), frt_amt=("additive", None), qty=("additive", None),
        redo_count=("additive", "times"), days_late=("ratio", "days"),
    )  # fmt: skip
    asker.describe("shop.work-orders", **DESCRIPTIONS)
    await asker.pipe("shop.work-orders", ROWS, entity_scope="work_order", identity_keys=["wo_no"])
    return asker


def _count(where: Any) -> int:
    return sum(1 for row in ROWS if where(row))


def _sum(field: str, where: Any = lambda _: True) -> float:
    return float(sum(row[field] for row in ROWS if where(row)))


async def test_shortened_names_are_read(repairs: Asker) -> None:
    """Spelled out, by another word, or as they stand there; each equals plain Python."""
    truths: dict[str, Any] = {
        "total freight amount": _sum("frt_amt"),
        "freight of Orrin Mills in 2024": _sum(
            "frt_amt", lambda r: r["cust_nm"] == "Orrin Mills" and r["wo_dt"] < "2025"
        ),
        "total quantity in Ghent": _sum("qty", lambda r: r["loc"] == "Ghent"),
        "sum of frt_amt": _sum("frt_amt"),
        "how many customers": 3,
        "how many clients do we have": 3,
        "WOs with status DONE, how many": _count(lambda r: r["stat"] == "DONE"),
        "how many WOs in 2025": _count(lambda r: r["wo_dt"] >= "2025"),
        "number of work orders with a total amount over 200": _count(lambda r: r["tot_amt"] > 200),
        "status of work order 7100017": STATES[17 // 4 % 3],
        "how many different materials": 4,
    }
    for question, truth in truths.items():
        told = await repairs.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


async def test_flags_are_conditions(repairs: Asker) -> None:
    """Y and N, yes and no, a mark, true and false, whatever they stand beside."""
    truths: dict[str, Any] = {
        "how many urg orders": _count(lambda r: r["urg_flg"] == "Y"),
        "work orders that are not urg, how many": _count(lambda r: r["urg_flg"] == "N"),
        "how many warranty work orders in Turku": _count(lambda r: r["warranty"] == "yes" and r["loc"] == "Turku"),
        "how many work orders without warranty": _count(lambda r: r["warranty"] == "no"),
        "how many work orders were caused by a leak": _count(lambda r: r["caused_by_leak"] == "yes"),
        "how many picked work orders": _count(lambda r: r["picked"] == "X"),
        "how many work orders are not picked": _count(lambda r: r["picked"] is None),
        "how many open work orders": _count(lambda r: not r["is_closed"]),
        "how many work orders are not open": _count(lambda r: r["is_closed"]),
        "paid total amount": _sum("tot_amt", lambda r: r["isPaid"]),
        "what percentage of Ghent work orders is paid": pytest.approx(
            100 * _count(lambda r: r["loc"] == "Ghent" and r["isPaid"]) / _count(lambda r: r["loc"] == "Ghent")
        ),
    }
    for question, truth in truths.items():
        told = await repairs.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


async def test_a_flag_beside_a_figure_is_no_group(repairs: Asker) -> None:
    """`by paid total amount` ranks by what is paid; `by warranty` is one group each, as they are spelled."""
    told = await repairs.told("top 2 customers by paid total amount")
    sums = {name: _sum("tot_amt", lambda r, c=name: r["cust_nm"] == c and r["isPaid"]) for name in CUSTOMERS}
    assert told["rows"] == [[name, sums[name]] for name in sorted(CUSTOMERS, key=lambda c: -sums[c])[:2]]
    told = await repairs.told("warranty work orders by location")
    truth = [[p, _count(lambda r, p=p: r["loc"] == p and r["warranty"] == "yes")] for p in PLACES]
    assert told["rows"] == truth, told["answer"]
    told = await repairs.told("work orders by warranty")
    assert told["rows"] == [["no", 80], ["yes", 40]], told["answer"]


async def test_what_a_description_begins_with_is_a_name(repairs: Asker) -> None:
    """Of a text and of a figure; `value` behind what rows are is not passed over."""
    told = await repairs.told("number of work orders by team")
    assert told["rows"] == [["Blue", 60], ["Red", 60]], told["answer"]
    told = await repairs.told("total order value in EUR")
    assert told["value"] == _sum("tot_amt", lambda r: r["ccy"] == "EUR"), told["answer"]


async def test_a_number_that_says_how_often_is_a_limit(repairs: Asker) -> None:
    """`redone twice`, by the verb that is counted."""
    for question, truth in {
        "how many work orders were redoed more than once": _count(lambda r: r["redo_count"] > 1),
        "how many work orders were redoed at least twice": _count(lambda r: r["redo_count"] >= 2),
        "how many redoed work orders": _count(lambda r: r["redo_count"] > 0),
    }.items():
        told = await repairs.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


async def test_different_values_are_counted_in_each_group(repairs: Asker) -> None:
    """`how many customers per place` are no work orders; changes of them are not told."""
    told = await repairs.told("how many materials per location")
    truth = [[p, len({r["mat_desc"] for r in ROWS if r["loc"] == p})] for p in PLACES]
    assert told["rows"] == truth, told["answer"]
    told = await repairs.told("did the number of customers grow from 2024 to 2025")
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]


async def test_what_rows_have_is_a_condition(repairs: Asker) -> None:
    """`with a delay reason` is not dropped beside a group."""
    told = await repairs.told("work orders with a delay reason by location")
    truth = [[p, _count(lambda r, p=p: r["loc"] == p and r["delay_reason"])] for p in PLACES]
    assert told["rows"] == truth, told["answer"]


async def test_a_word_that_names_the_field_is_no_value_elsewhere(repairs: Asker) -> None:
    """`where Stall was the rival`, though `Rival` is a reason of another field."""
    told = await repairs.told("work orders where Stall was the rival, count")
    assert told["value"] == _count(lambda r: r["rival"] == "Stall"), told["answer"]


async def test_a_name_that_ends_like_a_verb_s_tail(repairs: Asker) -> None:
    """`approved by` at the end of a question, and before an initial."""
    told = await repairs.told("who was work order 7100003 approved by")
    assert told["value"] == ROWS[3]["approved_by"], told["answer"]
    told = await repairs.told("how many work orders approved by D. Ruiz")
    assert told["value"] == _count(lambda r: r["approved_by"] == "D. Ruiz"), told["answer"]


async def test_how_many_more_is_counted_from_what_is_said_first(repairs: Asker) -> None:
    """Positive where the first has more, whichever is earlier."""
    by = {year: _count(lambda r, y=year: r["loc"] == "Ghent" and r["wo_dt"].startswith(y)) for year in ("2024", "2025")}
    for one, other in (("2024", "2025"), ("2025", "2024")):
        told = await repairs.told(f"how many more WOs were there in Ghent in {one} than in {other}")
        assert told["value"] == by[one] - by[other], told["answer"]


async def test_what_several_pipes_have_is_a_choice(repairs: Asker) -> None:
    """Nothing says of which records `how many are open` asks, so a likelier name in one pipe is no reason."""
    others = [{"loan_id": f"L-{n}", "state": ("open", "repaid")[n % 2]} for n in range(9)]
    await repairs.pipe("bank.loans", others, entity_scope="loan", identity_keys=["loan_id"])
    told = await repairs.told("how many are still open")
    assert told["outcome"] == "ambiguous", told["answer"]


async def test_groups_with_more_than_so_many_flagged_rows(repairs: Asker) -> None:
    """`customers with more than 12 paid work orders`: the limit is on their number."""
    of = {name: _count(lambda r, c=name: r["cust_nm"] == c and r["isPaid"]) for name in CUSTOMERS}
    told = await repairs.told("customers with more than 9 paid work orders")
    assert told["value"] == sum(each > 9 for each in of.values()), told["answer"]
    assert sorted(told["rows"]) == sorted([name, each] for name, each in of.items() if each > 9)


async def test_a_field_beside_its_value_is_no_other_value(repairs: Asker) -> None:
    """On either side; `with a rival`, with none beside it, may be either."""
    for question in ("work orders with rival Stall", "Stall rival work orders"):
        told = await repairs.told(question)
        assert told["value"] == _count(lambda r: r["rival"] == "Stall"), (question, told["answer"])
    for question in ("work orders with a rival", "work orders without rival"):
        told = await repairs.told(question)
        assert told["outcome"] == "ambiguous", (question, told["answer"])


async def test_a_number_of_something_is_its_number(repairs: Asker) -> None:
    """`order number of …` counts nothing; `per work order` is no day."""
    told = await repairs.told("work order number of urg NEW orders in Ghent")
    keys = {r["wo_no"] for r in ROWS if r["urg_flg"] == "Y" and r["stat"] == "NEW" and r["loc"] == "Ghent"}
    assert {row[0] for row in told["rows"]} == keys, told["answer"]
    told = await repairs.told("freight per work order")
    assert told["value"] == pytest.approx(_sum("frt_amt") / len(ROWS)), told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "late work orders",
        "how many are late",
        "how many work orders were late",
        "paid vs open work orders",
        "who picked the most work orders",
        "most ordered material",
        "how many work orders and how many were paid",
        "total amount vs ordered",
        "what caused the leak",
        "how many work orders did the leak cost",
        "by how much did leaks change from 2024 to 2025",
        "how many times were customers redoed",
        "status of work order 7999999",
        "average redoed",
        "leak work orders by customer and paid",
    ],
)
async def test_half_a_flag_is_none(repairs: Asker, question: str) -> None:
    """A part of what a flag says, or a verb of it, is no condition."""
    told = await repairs.told(question)
    assert told["outcome"] in ("refused", "ambiguous", "no_data"), told["answer"]
