"""Tickets of the pump maker's customers."""

from datetime import UTC, date, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.veldpump.calendar import DAYS, FIRST, LAST, SEED
from tests.nlq_bed.companies.veldpump.employees import AGENTS
from tests.nlq_bed.companies.veldpump.invoices import CUSTOMER_PICK, CUSTOMERS
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

_TICKETS = 604
_CATEGORY = (
    ("Spare part request",) * 5 + ("Leakage",) * 5 + ("Installation help",) * 3 + ("Warranty claim",) * 3
    + ("Delivery delay",) * 3 + ("Billing question",) * 2 + ("Noise and vibration",) * 2 + ("Software fault",)
)  # fmt: skip


def _ticket(n: int) -> Row:
    draw = Draw(SEED, "tickets", n)
    day = FIRST + timedelta(days=min(DAYS - 1, n * DAYS // _TICKETS + draw.below(2)))
    if n == _TICKETS - 1:
        day = LAST
    created = datetime(day.year, day.month, day.day, draw.between(6, 18), draw.below(60), draw.below(60), tzinfo=UTC)
    priority = draw.pick(("Low",) * 4 + ("Medium",) * 7 + ("High",) * 4 + ("Critical",))
    slow = {"Low": 260, "Medium": 170, "High": 80, "Critical": 36}[priority]
    tenths = draw.between(4, slow * 10) * draw.between(20, 100) // 100
    resolved: datetime | None = created + timedelta(minutes=tenths * 6)
    state = "Closed" if created.date() < date(2025, 5, 15) else "Resolved"
    if draw.chance(3) or (resolved and resolved.date() > LAST):
        resolved, state = None, draw.pick(("Open", "Open", "In Progress", "Waiting on Customer"))
    agent: str | None = draw.pick(AGENTS + AGENTS[:3])
    if state == "Open" and draw.chance(55):
        agent = None
    replied = draw.between(3, {"Low": 900, "Medium": 480, "High": 180, "Critical": 45}[priority])
    return {
        "ticket_id": f"TK-{7300 + n}",
        "customer": CUSTOMERS[draw.pick(CUSTOMER_PICK)][0],
        "priority": priority,
        "status": state,
        "category": draw.pick(_CATEGORY),
        "channel": draw.pick(("email",) * 6 + ("phone",) * 4 + ("portal",) * 3 + ("chat",) * 2),
        "agent": agent,
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resolved_at": resolved.strftime("%Y-%m-%dT%H:%M:%SZ") if resolved else None,
        "first_response_minutes": replied if agent else None,
        "resolution_hours": tenths / 10 if resolved else None,
        "csat_score": draw.pick((1, 2, 3, 3, 4, 4, 4, 5, 5, 5)) if resolved and draw.chance(47) else None,
        "is_escalated": draw.chance({"Low": 2, "Medium": 6, "High": 17, "Critical": 45}[priority]),
        "reopen_count": draw.pick((0,) * 14 + (1, 1, 2)) if resolved else 0,
    }


TICKETS = Pipe(
    "freshdesk.support-tickets", "Freshdesk support tickets", "freshdesk", "support", "ticket", ("ticket_id",),
    ("API_GATEWAY", "kong"),
    (
        Column("ticket_id", "string", "Number of the ticket"),
        Column("customer", "string", "Customer who wrote"),
        Column("priority", "string", "Low, Medium, High or Critical"),
        Column("status", "string", "Open, In Progress, Waiting on Customer, Resolved or Closed"),
        Column("category", "string", "What the ticket is about"),
        Column("channel", "string", "email, phone, portal or chat"),
        Column("agent", "string", "Support agent; null if not assigned"),
        Column("created_at", "timestamp", "When it came in", "period"),
        Column("resolved_at", "timestamp", "When it was resolved; null if it is not"),
        Column("first_response_minutes", "integer", "Minutes to the first response", "ratio", "minutes"),
        Column("resolution_hours", "number", "Hours from creation to resolution; null if not resolved", "ratio",
            "hours"),
        Column("csat_score", "integer", "Customer satisfaction, 1 to 5; null if not rated", "ratio", "points"),
        Column("is_escalated", "boolean", "Whether it was escalated"),
        Column("reopen_count", "integer", "How often it was opened again", "additive", "times"),
    ),
    tuple(_ticket(n) for n in range(_TICKETS)),
)  # fmt: skip
