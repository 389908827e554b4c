"""The help desk: support tickets."""

from datetime import timedelta

from aos.farm.generators.crm import ACCOUNTS, account_id
from aos.farm.generators.draw import Draw
from aos.farm.generators.shape import Field, Generator, Row

_PRIORITIES = ("low",) * 3 + ("normal",) * 4 + ("high",) * 2 + ("urgent",)
_STATUSES = ("solved",) * 6 + ("open",) * 2 + ("pending", "closed")
_CHANNELS = ("email", "chat", "phone", "web")
_TOPICS = ("Billing", "Login", "Performance", "Integration", "Data quality", "How-to")


def ticket(seed: int, n: int) -> Row:
    draw = Draw(seed, "support_tickets", n)
    opened, status = draw.day(), draw.pick(_STATUSES)
    done = status in ("solved", "closed")
    hours = draw.between(1, 400)
    return {
        "ticket_id": f"T-{n + 1:07d}",
        "account_id": account_id(draw.below(ACCOUNTS)),
        "topic": draw.pick(_TOPICS),
        "priority": draw.pick(_PRIORITIES),
        "channel": draw.pick(_CHANNELS),
        "status": status,
        "first_reply_minutes": draw.between(1, 1_440),
        "resolution_hours": hours if done else None,
        "satisfaction": draw.between(1, 5) if done and draw.chance(50) else None,
        "reopened": draw.chance(7),
        "opened_on": opened.isoformat(),
        "solved_on": (opened + timedelta(hours=hours)).isoformat() if done else None,
    }


GENERATORS = (
    Generator(
        name="support_tickets",
        vendor="zendesk",
        category="support",
        entity="ticket",
        key="ticket_id",
        period="opened_on",
        dims=("topic", "priority", "channel", "status"),
        row=ticket,
        fields=(
            Field("ticket_id", "string", "The ticket's id"),
            Field("account_id", "string", "The account that asks"),
            Field("topic", "string", "What it is about"),
            Field("priority", "string", "low, normal, high or urgent"),
            Field("channel", "string", "How it came in"),
            Field("status", "string", "open, pending, solved or closed"),
            Field("first_reply_minutes", "integer", "Time to the first reply", "minutes", "ratio"),
            Field("resolution_hours", "integer", "Time to the solution; null while open", "hours", "ratio"),
            Field("satisfaction", "integer", "1 to 5; null where nobody said", "points", "ratio"),
            Field("reopened", "boolean", "Whether it was opened again"),
            Field("opened_on", "date", "Day on which it was opened"),
            Field("solved_on", "date", "Day on which it was solved; null while open"),
        ),
    ),
)
