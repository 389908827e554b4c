"""Tickets of the publishing house's reader care desk."""

from datetime import UTC, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.larkfield.calendar import FIRST, LAST, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

AGENTS = ("Molly Prentice", "Yusuf Demir", "Bronwen Rees", "Carlos Medina", "Agnes Holt", "Theo Lambert")
_TOPIC = (
    ("Missing delivery",) * 6 + ("Damaged book",) * 5 + ("E-book access",) * 5 + ("Royalty statement",) * 3
    + ("Invoice query",) * 4 + ("Permissions request",) * 2 + ("Audiobook playback",) * 2
)  # fmt: skip
_CHANNEL = ("Email",) * 9 + ("Web form",) * 5 + ("Phone",) * 4 + ("Chat",) * 2
TICKET_COUNT = 460


def _ticket(n: int) -> Row:
    draw = Draw(SEED, "larkfield_care", n)
    day = a_day(n, TICKET_COUNT, draw, FIRST, LAST)
    created = datetime(day.year, day.month, day.day, draw.between(8, 18), draw.below(60), tzinfo=UTC)
    urgency = draw.pick(("Low",) * 5 + ("Normal",) * 10 + ("High",) * 4 + ("Urgent",))
    reply = draw.between(3, 60) if urgency == "Urgent" else draw.between(6, 1_100)
    hours = draw.between(1, 50) if urgency in ("High", "Urgent") else draw.between(2, 260)
    solved = created + timedelta(hours=hours)
    open_still = solved.date() > LAST or draw.chance(8)
    state = (
        draw.pick(("New", "Open", "Open", "Pending")) if open_still else draw.pick(("Solved",) * 4 + ("Closed",) * 6)
    )
    agent = None if open_still and draw.chance(40) else draw.pick(AGENTS + AGENTS[:2])
    refund = draw.between(599, 4_999) / 100 if not open_still and draw.chance(16) else 0.0
    return {
        "ticket_id": f"RC{8_102 + n * 5}",
        "created_at": created.strftime("%Y-%m-%dT%H:%M:00Z"),
        "solved_at": None if open_still else solved.strftime("%Y-%m-%dT%H:%M:00Z"),
        "topic": draw.pick(_TOPIC),
        "contact_channel": draw.pick(_CHANNEL),
        "urgency": urgency,
        "ticket_state": state,
        "handled_by": agent,
        "requester_type": draw.pick(
            ("Reader",) * 8 + ("Bookshop",) * 5 + ("Author",) * 3 + ("Teacher",) * 2 + ("Librarian",)
        ),
        "language": draw.pick(("English",) * 13 + ("German",) * 3 + ("Dutch",) * 2 + ("French",)),
        "first_reply_minutes": reply,
        "hours_to_solve": None if open_still else hours,
        "messages_exchanged": draw.pick((1, 2, 2, 2, 3, 3, 4, 5, 8, 11)),
        "satisfaction_rating": draw.between(1, 5) if not open_still and draw.chance(46) else None,
        "was_escalated": draw.chance(11),
        "was_reopened": not open_still and draw.chance(8),
        "target_missed": hours > 200 or (urgency == "High" and hours > 40),
        "replacement_sent": not open_still and draw.chance(18),
        "refund_amount": refund,
        "internal_note": draw.pick(("called back", "see order", "sent to warehouse")) if draw.chance(12) else None,
    }


TICKETS = Pipe(
    "helpscout.reader-care-tickets", "Help Scout reader care tickets", "helpscout", "support", "care_ticket",
    ("ticket_id",), ("EVENT_BUS", "kafka"),
    (
        Column("ticket_id", "string", "Number of the ticket"),
        Column("created_at", "timestamp", "When the ticket was created", "period"),
        Column("solved_at", "timestamp", "When it was solved; null while it is not"),
        Column("topic", "string", "What the ticket is about"),
        Column("contact_channel", "string", "Email, Web form, Phone or Chat"),
        Column("urgency", "string", "Low, Normal, High or Urgent"),
        Column("ticket_state", "string", "New, Open, Pending, Solved or Closed"),
        Column("handled_by", "string", "Agent who handles the ticket; null if unassigned"),
        Column("requester_type", "string", "Reader, Bookshop, Author, Teacher or Librarian"),
        Column("language", "string", "Language the requester writes in"),
        Column("first_reply_minutes", "integer", "Minutes to the first reply", "ratio", "minutes"),
        Column("hours_to_solve", "integer", "Hours until it was solved; null while it is not", "ratio", "hours"),
        Column("messages_exchanged", "integer", "Messages to and fro", "additive", "messages"),
        Column("satisfaction_rating", "integer", "1 to 5 from the requester; null if not rated", "ratio", "points"),
        Column("was_escalated", "boolean", "Whether it was escalated"),
        Column("was_reopened", "boolean", "Whether it was opened again after it was solved"),
        Column("target_missed", "boolean", "Whether it took longer than the target"),
        Column("replacement_sent", "boolean", "Whether a replacement book was sent"),
        Column("refund_amount", "number", "Refunded to the requester", "additive", "GBP"),
        Column("internal_note", "string", "Note of the agent; null if none"),
    ),
    tuple(_ticket(n) for n in range(TICKET_COUNT)),
)  # fmt: skip
