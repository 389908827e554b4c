"""A hotel group's reservations."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 4127

HOTELS = (
    ("Grand Meridian", "Lisbon", 14_000), ("Harbour House", "Hamburg", 11_500), ("Villa Aurelia", "Rome", 17_500),
    ("Castle Inn", "Edinburgh", 12_500), ("Alpenblick", "Zermatt", 23_000), ("Plaza Norte", "Madrid", 10_500),
)  # fmt: skip
ROOMS = {"standard": 100, "superior": 125, "deluxe": 165, "family room": 150, "junior suite": 220}
_ROOM_PICK = ("standard",) * 7 + ("superior",) * 4 + ("deluxe",) * 3 + ("family room",) * 2 + ("junior suite",)
_CHANNEL = (
    ("Booking.com",) * 7
    + ("Expedia",) * 4
    + ("direct website",) * 5
    + ("travel agency",) * 2
    + ("phone",) * 2
    + ("walk-in",)
)
_FROM = (
    ("Germany",) * 5
    + ("United Kingdom",) * 4
    + ("United States",) * 3
    + ("France",) * 3
    + ("Switzerland", "Japan", "Brazil", "Sweden")
)
_PLAN = ("flexible",) * 5 + ("non-refundable",) * 4 + ("corporate",) * 2 + ("half board",) * 2
_CANCELLED = (
    "change of plans",
    "change of plans",
    "illness",
    "flight cancelled",
    "found better price",
    "duplicate booking",
)


def _reservation(n: int, of: int) -> Row:
    draw = Draw(SEED, "reservations", n)
    hotel, city, base = HOTELS[draw.pick((0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 5))]
    room, channel, plan = draw.pick(_ROOM_PICK), draw.pick(_CHANNEL), draw.pick(_PLAN)
    arrives, nights = a_day(n, of, draw), draw.pick((1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10, 14))
    lead = 0 if channel == "walk-in" else draw.between(0, 40) if draw.chance(55) else draw.between(41, 210)
    state = (
        "checked_out" if channel == "walk-in" else draw.pick(("checked_out",) * 15 + ("cancelled",) * 4 + ("no_show",))
    )
    if arrives > date(2025, 12, 17) and state == "checked_out":
        state = "in_house"
    stayed = state in ("checked_out", "in_house")
    rate = base * ROOMS[room] // 100 * draw.between(80, 135) // 100
    revenue = rate * nights
    share = {"Booking.com": 17, "Expedia": 18, "travel agency": 10}.get(channel)
    adults = draw.pick((1, 1, 2, 2, 2, 2, 3))
    children = draw.pick((1, 2, 2, 3)) if room == "family room" else draw.pick((0, 0, 0, 0, 0, 1))
    return {
        "confirmation_no": f"HB{310_000 + n * 13}",
        "hotel_name": hotel,
        "hotel_city": city,
        "room_type": room,
        "rate_plan": plan,
        "booking_channel": channel,
        "guest_country": draw.pick(_FROM),
        "loyalty_tier": draw.pick((None, None, None, None, "silver", "silver", "gold", "platinum")),
        "booked_on": (arrives - timedelta(days=lead)).isoformat(),
        "check_in_date": arrives.isoformat(),
        "check_out_date": (arrives + timedelta(days=nights)).isoformat(),
        "lead_time_days": lead,
        "nights": nights,
        "adults": adults,
        "children": children,
        "nightly_rate": rate / 100,
        "room_revenue": revenue / 100 if stayed else 0.0,
        "food_beverage_revenue": draw.money(900, 42_000) if stayed and draw.chance(66) else 0.0,
        "city_tax": 2.5 * adults * nights if stayed else 0.0,
        "commission_amount": revenue * share // 100 / 100 if share and stayed else None,
        "cancellation_fee": draw.money(4_000, 26_000)
        if state == "no_show" or (state == "cancelled" and draw.chance(40))
        else None,
        "reservation_status": state,
        "cancellation_reason": draw.pick(_CANCELLED) if state == "cancelled" else None,
        "breakfast_included": draw.chance(45),
        "is_repeat_guest": draw.chance(27),
        "special_request": draw.pick(("late arrival", "baby cot", "high floor", "airport transfer"))
        if draw.chance(22)
        else None,
        "review_score": draw.pick((3, 5, 6, 7, 7, 8, 8, 8, 9, 9, 10))
        if state == "checked_out" and draw.chance(46)
        else None,
    }


RESERVATIONS = Pipe(
    "otelis.hotel-reservations", "Otelis hotel reservations", "otelis", "hospitality", "reservation",
    ("confirmation_no",), ("API_GATEWAY", "apigee"),
    (
        Column("confirmation_no", "string", "Confirmation number of the reservation"),
        Column("hotel_name", "string", "Hotel that is booked"),
        Column("hotel_city", "string", "City of the hotel"),
        Column("room_type", "string", "standard, superior, deluxe, family room or junior suite"),
        Column("rate_plan", "string", "flexible, non-refundable, corporate or half board"),
        Column("booking_channel", "string", "Where the reservation came from"),
        Column("guest_country", "string", "Country the guest comes from"),
        Column("loyalty_tier", "string", "silver, gold or platinum; null where the guest is no member"),
        Column("booked_on", "date", "Day on which the reservation was made"),
        Column("check_in_date", "date", "Day of arrival", "period"),
        Column("check_out_date", "date", "Day of departure"),
        Column("lead_time_days", "integer", "Days from the booking to the arrival", "ratio", "days"),
        Column("nights", "integer", "Nights booked", "additive", "nights"),
        Column("adults", "integer", "Adult guests", "additive", "guests"),
        Column("children", "integer", "Children", "additive", "guests"),
        Column("nightly_rate", "number", "Price of a night", "ratio", "EUR"),
        Column("room_revenue", "number", "Revenue of the room; 0 where nobody stayed", "additive", "EUR"),
        Column("food_beverage_revenue", "number", "Revenue of restaurant and bar", "additive", "EUR"),
        Column("city_tax", "number", "City tax collected", "additive", "EUR"),
        Column("commission_amount", "number", "Commission to the channel; null where there is none", "additive", "EUR"),
        Column("cancellation_fee", "number", "Fee for a cancellation or no-show; null where none was asked", "additive",
            "EUR"),
        Column("reservation_status", "string", "checked_out, in_house, cancelled or no_show"),
        Column("cancellation_reason", "string", "Why it was cancelled; null for others"),
        Column("breakfast_included", "boolean", "Whether breakfast is included"),
        Column("is_repeat_guest", "boolean", "Whether the guest had been there before"),
        Column("special_request", "string", "What the guest asked for"),
        Column("review_score", "integer", "1 to 10; null where the guest wrote no review", "ratio", "points"),
    ),
    tuple(_reservation(n, 780) for n in range(780)),
)  # fmt: skip
