"""A parcel firm's shipments."""

from datetime import UTC, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import LAST, Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 77

SHIPPERS = (
    "Bergmann Optik", "Casa Verde Foods", "Nordlicht Lampen", "Pétanque & Co", "Tulip Cycles", "Vistula Books",
    "Alpenrad", "Sartoria Conti", "Lumen Pharma", "Kettle & Kin", "Orbita Audio", "Maison Duval",
)  # fmt: skip
DEPOTS = ("Leipzig", "Rotterdam", "Lyon", "Poznan", "Verona")
COUNTRIES = (
    ("Germany",) * 5
    + ("France",) * 4
    + ("Netherlands",) * 3
    + ("Poland",) * 2
    + ("Italy",) * 3
    + ("Spain", "Austria", "Spain")
)
_SERVICE = ("standard",) * 6 + ("express",) * 3 + ("economy",) * 3 + ("overnight",)
_WHY = ("recipient absent", "address unknown", "refused by recipient", "weather")


def _parcel(n: int, of: int) -> Row:
    draw = Draw(SEED, "parcels", n)
    day, service = a_day(n, of, draw), draw.pick(_SERVICE)
    shipped = datetime(day.year, day.month, day.day, draw.between(5, 20), draw.below(60), tzinfo=UTC)
    days = {
        "overnight": 1,
        "express": draw.between(1, 3),
        "standard": draw.between(2, 7),
        "economy": draw.between(4, 13),
    }[service]
    arrived = shipped + timedelta(days=days, minutes=draw.below(200))
    state = draw.pick(("delivered",) * 16 + ("returned", "returned", "lost"))
    if arrived.date() > LAST:
        state = "in_transit"
    done = state == "delivered"
    tries = draw.pick((1, 1, 1, 1, 1, 2, 2, 3)) if done else 3 if state == "returned" else 0
    freight = draw.money(380, 9_800)
    return {
        "tracking_number": f"PX{40010000 + n * 37}NL",
        "shipper_name": draw.pick(SHIPPERS),
        "carrier": draw.pick(("DHL", "DHL", "DHL", "DPD", "DPD", "GLS", "UPS", "UPS", "Chronopost")),
        "service_level": service,
        "origin_depot": draw.pick(DEPOTS),
        "destination_country": draw.pick(COUNTRIES),
        "shipped_at": shipped.strftime("%Y-%m-%dT%H:%M:00Z"),
        "delivered_at": arrived.strftime("%Y-%m-%dT%H:%M:00Z") if done else None,
        "transit_days": days if done else None,
        "delivery_attempts": tries,
        "shipment_status": state,
        "failure_reason": draw.pick(_WHY) if state == "returned" else None,
        "weight_kg": draw.between(30, 3_100) / 100,
        "declared_value": draw.money(900, 240_000) if draw.chance(70) else None,
        "freight_charge": freight,
        "fuel_surcharge": draw.between(30, 900) / 100,
        "signature_required": draw.chance(30),
        "is_damaged": draw.chance(5),
    }


PARCELS = Pipe(
    "shipcore.parcel-shipments", "Shipcore parcel shipments", "shipcore", "logistics", "shipment",
    ("tracking_number",), ("EVENT_BUS", "kafka"),
    (
        Column("tracking_number", "string", "Tracking number of the parcel"),
        Column("shipper_name", "string", "Customer who sends"),
        Column("carrier", "string", "Carrier that brings it"),
        Column("service_level", "string", "economy, standard, express or overnight"),
        Column("origin_depot", "string", "Depot where it was handed over"),
        Column("destination_country", "string", "Country of the recipient"),
        Column("shipped_at", "timestamp", "When it left the depot", "period"),
        Column("delivered_at", "timestamp", "When it arrived; null where it did not"),
        Column("transit_days", "integer", "Days under way; null where it did not arrive", "ratio", "days"),
        Column("delivery_attempts", "integer", "How often delivery was tried", "additive", "attempts"),
        Column("shipment_status", "string", "delivered, returned, lost or in_transit"),
        Column("failure_reason", "string", "Why it came back; null for others"),
        Column("weight_kg", "number", "Weight", "additive", "kg"),
        Column("declared_value", "number", "Value of the goods; null where not declared", "additive", "EUR"),
        Column("freight_charge", "number", "What the shipper pays for freight", "additive", "EUR"),
        Column("fuel_surcharge", "number", "Surcharge for fuel", "additive", "EUR"),
        Column("signature_required", "boolean", "Whether the recipient has to sign"),
        Column("is_damaged", "boolean", "Whether damage was reported"),
    ),
    tuple(_parcel(n, 800) for n in range(800)),
)  # fmt: skip
