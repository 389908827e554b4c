"""Everyday words over a pipe of a trade that nothing in NLQ knows: verbs, adjectives, units; what must be refused."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

CHANNELS, COUNTRIES = ("Hopper", "Phone"), ("Norway", "Japan")
REASONS = (None, "illness", "late arrival")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "stay_id": f"ST-{n:04d}",
            "booking_channel": CHANNELS[n % 2],
            "guest_country": COUNTRIES[n // 2 % 2],
            "stay_status": ("kept", "failed", "moved")[n % 3],
            "cancellation_reason": REASONS[n % 3],
            "assigned_clerk": ("Petrov", "Wexler", "Ishikawa")[n % 5 % 3],
            "check_in_date": f"2025-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "loss_date": f"2025-{n % 12 + 1:02d}-28",
            "luggage_weight_kg": n * 1.5,
            "room_fee_eur": 40 + n % 7,
            "gas_consumption_kwh": n % 11,
            "water_consumption_m3": n % 13,
            "balance": n - 30,
        }
        for n in range(120)
    ]


ROWS = _rows()


@pytest.fixture
async def stays(asker: Asker) -> Asker:
    asker.contract(
        "inns.hotel-stays",
        luggage_weight_kg=("additive", "kg"),
        room_fee_eur=("additive", "EUR"),
        gas_consumption_kwh=("additive", "kWh"),
        water_consumption_m3=("additive", "m3"),
        balance=("additive", "EUR"),
        check_in_date=("period", None),
    )
    await asker.pipe("inns.hotel-stays", ROWS, entity_scope="stay", identity_keys=["stay_id"])
    return asker


def _sum(field: str, where: Any = lambda _: True) -> float:
    return float(sum(row[field] for row in ROWS if where(row)))


async def test_everyday_words_are_read(stays: Asker) -> None:
    """Each equals plain Python."""
    of = {name: [row for row in ROWS if row["booking_channel"] == name] for name in CHANNELS}
    truths: dict[str, Any] = {
        "how much luggage weight did we take in during 2025": _sum("luggage_weight_kg"),
        "luggage weight that went to Phone": _sum("luggage_weight_kg", lambda r: r["booking_channel"] == "Phone"),
        "what is the heaviest luggage weight": max(row["luggage_weight_kg"] for row in ROWS),
        "how many stays heavier than 90 kg": sum(row["luggage_weight_kg"] > 90 for row in ROWS),
        "cheapest room fee": 40,
        "how much did guests from Norway pay in room fees": _sum(
            "room_fee_eur", lambda r: r["guest_country"] == "Norway"
        ),
        "how much gas did Hopper consume": _sum("gas_consumption_kwh", lambda r: r["booking_channel"] == "Hopper"),
        "how many stays got cancelled because of illness": sum(r["cancellation_reason"] == "illness" for r in ROWS),
        "how many stays without a cancellation reason": sum(r["cancellation_reason"] is None for r in ROWS),
        "how many stays came in via Phone": len(of["Phone"]),
        "number of stays by guests from Japan": sum(row["guest_country"] == "Japan" for row in ROWS),
        "stays that failed, how many?": sum(row["stay_status"] == "failed" for row in ROWS),
        "how many stays have a negative balance": sum(row["balance"] < 0 for row in ROWS),
        "how many stays were not booked by Phone": len(of["Hopper"]),
        "average room fee across all channels": pytest.approx(_sum("room_fee_eur") / len(ROWS)),
        "how many stays checked in on or after 5 December 2025": sum(r["check_in_date"] >= "2025-12-05" for r in ROWS),
        "stays in total, leaving out Phone": len(of["Hopper"]),
    }
    for question, truth in truths.items():
        told = await stays.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


async def test_who_has_been_assigned_the_most(stays: Asker) -> None:
    """A verb that says a field again is passed over."""
    counts = {name: sum(row["assigned_clerk"] == name for row in ROWS) for name in ("Petrov", "Wexler", "Ishikawa")}
    told = await stays.told("which clerk has been assigned the most stays")
    assert told["value"] == max(counts, key=lambda name: counts[name]), told["answer"]


async def test_what_rows_have_that_meet_a_condition(stays: Asker) -> None:
    """`which … is … in` asks for a field of the rows: the one value, or how many there are."""
    told = await stays.told("which clerk was ST-0004 assigned to")
    assert told["value"] == ROWS[4]["assigned_clerk"], told["answer"]
    told = await stays.told("which channels have failed stays over 80 kg")
    found = {row["booking_channel"] for row in ROWS if row["stay_status"] == "failed" and row["luggage_weight_kg"] > 80}
    assert told["outcome"] == "answered", told["answer"]
    assert {row[0] for row in told["rows"]} == found


async def test_the_stays_of_each_channel(stays: Asker) -> None:
    """`break … down by` is a breakdown."""
    told = await stays.told("please break the failed stays down by booking channel")
    failed = [row for row in ROWS if row["stay_status"] == "failed"]
    counts = [[name, sum(row["booking_channel"] == name for row in failed)] for name in sorted(CHANNELS)]
    assert told["rows"] == counts, told["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "loss ratio of Phone stays",
        "how many disputed stays",
        "holding luggage weight",
        "how many stays failed because of greed",
        "arrivals in 2025",
        "how much consumption did Hopper have",
        "lowest paid clerk",
        "how long did it take",
        "refunded room fee in 2025",
        "how many stays were refunded",
        "how many stays escalated to Petrov",
        "cost of living",
    ],
)
async def test_what_the_data_do_not_say_is_not_passed_over(stays: Asker, question: str) -> None:
    """A condition in a verb or an adjective, half a value, one of several measures."""
    told = await stays.told(question)
    assert told["outcome"] in ("refused", "ambiguous"), told["answer"]
