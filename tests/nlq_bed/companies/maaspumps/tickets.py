"""Tickets of the pump group's service desk."""

from datetime import UTC, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.maaspumps.calendar import FIRST, LAST, SEED
from tests.nlq_bed.companies.maaspumps.customers import CUSTOMER_PICK
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

AGENTS = ("Lotte Smit", "Kofi Mensah", "Dana Petrov", "Ruben Maes", "Hilde Kramer", "Yusuf Aydin", "Carmen Ruiz")
_AGENT_PICK = (*AGENTS, "Lotte Smit", "Lotte Smit", "Kofi Mensah", "Yusuf Aydin")
_ISSUES = (
    ("Seal Leakage", "Mechanical seal leaking"), ("Seal Leakage", "Oil under pump housing"),
    ("Vibration", "Strong vibration at full speed"), ("Motor Failure", "Motor does not start"),
    ("Motor Failure", "Motor trips after minutes"), ("Spare Part Request", "Need impeller"),
    ("Spare Part Request", "Quote for gasket kit"), ("Spare Part Request", "Lead time of bearing set"),
    ("Controller Error", "Error E07 on display"), ("Controller Error", "No signal from flow sensor"),
    ("Delivery Damage", "Crate damaged on arrival"), ("Documentation", "Manual missing"),
    ("Commissioning", "Help with start-up"),
)  # fmt: skip
_MODELS = ("AX-40", "AX-40", "AX-65", "AX-80", "DM-10", "DM-12", "SB-300", "SB-450")
TICKET_COUNT = 806


def _ticket(n: int) -> Row:
    draw = Draw(SEED, "pumps tickets", n)
    day = a_day(n, TICKET_COUNT, draw, FIRST, LAST)
    came = datetime(day.year, day.month, day.day, draw.between(6, 18), draw.below(60), tzinfo=UTC)
    category, subject = draw.pick(_ISSUES)
    priority = draw.pick(("Low",) * 4 + ("Medium",) * 7 + ("High",) * 4 + ("Critical",))
    _, customer, _, country, _ = draw.pick(CUSTOMER_PICK)
    hours = draw.between(2, {"Low": 340, "Medium": 220, "High": 120, "Critical": 52}[priority])
    solved = came + timedelta(hours=hours)
    if solved.date() > LAST or draw.chance(3):
        status, solved_at = draw.pick(("New", "In progress", "In progress", "Waiting for customer")), None
    else:
        status, solved_at = draw.pick(("Closed",) * 5 + ("Resolved",)), solved
    first = draw.between(4, {"Low": 1_400, "Medium": 840, "High": 300, "Critical": 95}[priority])
    return {
        "ticket_number": f"SD-{51007 + n * 4}",
        "subject": subject,
        "issue_category": category,
        "priority": priority,
        "ticket_status": status,
        "source_channel": draw.pick(("Email",) * 8 + ("Phone",) * 5 + ("Customer portal",) * 6 + ("WhatsApp",)),
        "customer_name": customer,
        "customer_country": country,
        "pump_model": draw.pick(_MODELS) if draw.chance(86) else None,
        "support_team": draw.pick(("First Line",) * 5 + ("Technical Desk",) * 3 + ("Parts Desk",) * 2),
        "assigned_agent": None if status == "New" or draw.chance(4) else draw.pick(_AGENT_PICK),
        "created_at": came.strftime("%Y-%m-%dT%H:%M:00Z"),
        "resolved_at": solved_at.strftime("%Y-%m-%dT%H:%M:00Z") if solved_at else None,
        "first_response_min": None if status == "New" else first,
        "resolution_time_h": hours if solved_at else None,
        "replies_count": 0 if status == "New" else draw.between(1, 14),
        "times_reopened": draw.pick((0,) * 12 + (1, 1, 2)) if solved_at else 0,
        "csat_rating": draw.pick((1, 2, 3, 4, 4, 4, 5, 5, 5)) if solved_at and draw.chance(42) else None,
        "sla_breached": first > 600 or hours > 200,
        "under_warranty": None if draw.chance(9) else draw.chance(37),
        "site_visit_needed": draw.chance(18),
    }


TICKETS = Pipe(
    "freshdesk.service-tickets", "Freshdesk service tickets", "freshdesk", "support", "service_ticket",
    ("ticket_number",), ("EVENT_BUS", "kafka"),
    (
        Column("ticket_number", "string", "Number of the ticket"),
        Column("subject", "string", "Subject line"),
        Column("issue_category", "string", "Category of the issue"),
        Column("priority", "string", "Low, Medium, High or Critical"),
        Column("ticket_status", "string", "New, In progress, Waiting for customer, Resolved or Closed"),
        Column("source_channel", "string", "Email, Phone, Customer portal or WhatsApp"),
        Column("customer_name", "string", "Customer who asks"),
        Column("customer_country", "string", "Country of the customer"),
        Column("pump_model", "string", "Model of the pump; null if it is about none"),
        Column("support_team", "string", "Team that handles it"),
        Column("assigned_agent", "string", "Agent that handles it; null if nobody does yet"),
        Column("created_at", "timestamp", "When the ticket was created", "period"),
        Column("resolved_at", "timestamp", "When it was resolved; null while it is not"),
        Column("first_response_min", "integer", "Minutes to the first response; null before it", "ratio", "minutes"),
        Column("resolution_time_h", "integer", "Hours to the resolution; null before it", "ratio", "hours"),
        Column("replies_count", "integer", "Replies sent", "additive", "replies"),
        Column("times_reopened", "integer", "How many times it was reopened", "additive", "times"),
        Column("csat_rating", "integer", "1 to 5; null if the customer did not rate", "ratio", "points"),
        Column("sla_breached", "boolean", "Whether the service level was missed"),
        Column("under_warranty", "boolean", "Whether the pump is under warranty; null if unknown"),
        Column("site_visit_needed", "boolean", "Whether a technician had to go there"),
    ),
    tuple(_ticket(n) for n in range(TICKET_COUNT)),
)  # fmt: skip
