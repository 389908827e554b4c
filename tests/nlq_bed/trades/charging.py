"""Charging sessions of electric cars; the pipe says little of its fields."""

from datetime import UTC, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 4127

CHARGERS = (
    ("Westpark Mall", "West", 50), ("Autohof Nord", "North", 300), ("City Hall Garage", "Central", 22),
    ("Airport P3", "South", 150), ("Lakeside Retail", "South", 50), ("Ringstrasse Depot", "Central", 22),
    ("Stadium Car Park", "East", 11), ("Rasthof Heide", "North", 300), ("University Campus", "East", 11),
)  # fmt: skip
_MAKES = ("Tesla",) * 4 + ("Volkswagen",) * 4 + ("Renault",) * 3 + ("Hyundai",) * 2 + ("BMW",) * 2 + ("Kia", "Polestar")
_PRICE = {"ad hoc": 69, "member": 49, "fleet": 44, "night saver": 35}
_TARIFFS = ("ad hoc",) * 4 + ("member",) * 5 + ("fleet",) * 2 + ("night saver",)
_ERRORS = ("cable lock", "ground fault", "backend timeout", "overheating")


def _session(n: int, of: int) -> Row:
    draw = Draw(SEED, "sessions", n)
    site, region, power = draw.pick(CHARGERS)
    number = draw.between(1, 4)
    plug = "Type 2" if power <= 22 else draw.pick(("CCS", "CCS", "CCS", "CCS", "CHAdeMO"))
    tariff, day = draw.pick(_TARIFFS), a_day(n, of, draw)
    start = datetime(day.year, day.month, day.day, draw.between(0, 21), draw.below(60), tzinfo=UTC)
    state = draw.pick(("completed",) * 15 + ("interrupted",) * 2 + ("failed",))
    ran = state != "failed"
    wh = draw.between(3_000, 71_000) // (1 if state == "completed" else 3) if ran else 0
    minutes = max(4, wh * 60 // (power * 700)) if ran else 0
    idle = draw.between(1, 95) if ran and draw.chance(31) else 0
    fee = wh * _PRICE[tariff] // 1000
    late = max(0, idle - 15) * 10
    low = draw.between(3, 55)
    return {
        "session_id": f"CS-{n + 1:06d}",
        "site_name": site,
        "grid_region": region,
        "evse_id": f"EVSE-{[s for s, _, _ in CHARGERS].index(site) + 11}{number}",
        "connector_type": plug,
        "rated_power_kw": power,
        "vehicle_make": draw.pick(_MAKES) if draw.chance(90) else None,
        "driver_id": f"DRV-{1200 + draw.below(210)}",
        "tariff_name": tariff,
        "payment_method": draw.pick(("app", "app", "app", "rfid card", "rfid card", "credit card")),
        "started_at": start.strftime("%Y-%m-%dT%H:%M:00Z"),
        "ended_at": (start + timedelta(minutes=minutes + idle)).strftime("%Y-%m-%dT%H:%M:00Z") if ran else None,
        "charging_minutes": minutes,
        "idle_minutes": idle,
        "energy_delivered_kwh": wh / 1000,
        "peak_power_kw": power * draw.between(60, 99) / 100 if ran else None,
        "battery_start_pct": low if power > 22 and ran else None,
        "battery_end_pct": draw.between(low + 5, 100) if power > 22 and ran else None,
        "energy_fee": fee / 100,
        "idle_fee": late / 100,
        "roaming_surcharge": draw.money(30, 390) if ran and draw.chance(18) else None,
        "co2_avoided_kg": wh * 6 // 1000 / 10,
        "session_status": state,
        "fault_reason": draw.pick(_ERRORS) if state != "completed" else None,
        "was_reserved_ahead": draw.chance(12),
        "is_fast_charger": power >= 50,
        "driver_rating": draw.between(1, 5) if draw.chance(35) else None,
    }


SESSIONS = Pipe(
    "voltgrid.charging-sessions", "Voltgrid charging sessions", "voltgrid", "emobility", "charging_session",
    ("session_id",), ("EVENT_BUS", "kafka"),
    (  # what this trade says of itself is little, as it often is
        Column("session_id", "string"),
        Column("site_name", "string"),
        Column("grid_region", "string"),
        Column("evse_id", "string"),
        Column("connector_type", "string"),
        Column("rated_power_kw", "integer", "", "ratio", "kW"),
        Column("vehicle_make", "string"),
        Column("driver_id", "string"),
        Column("tariff_name", "string"),
        Column("payment_method", "string"),
        Column("started_at", "timestamp", "", "period"),
        Column("ended_at", "timestamp"),
        Column("charging_minutes", "integer", "", "additive", "minutes"),
        Column("idle_minutes", "integer", "", "additive", "minutes"),
        Column("energy_delivered_kwh", "number", "", "additive", "kWh"),
        Column("peak_power_kw", "number", "", "ratio", "kW"),
        Column("battery_start_pct", "integer", "", "ratio", "%"),
        Column("battery_end_pct", "integer", "", "ratio", "%"),
        Column("energy_fee", "number", "", "additive", "EUR"),
        Column("idle_fee", "number", "", "additive", "EUR"),
        Column("roaming_surcharge", "number", "", "additive", "EUR"),
        Column("co2_avoided_kg", "number", "", "additive", "kg"),
        Column("session_status", "string"),
        Column("fault_reason", "string"),
        Column("was_reserved_ahead", "boolean"),
        Column("is_fast_charger", "boolean"),
        Column("driver_rating", "integer", "", "ratio", "stars"),
    ),
    tuple(_session(n, 800) for n in range(800)),
)  # fmt: skip
