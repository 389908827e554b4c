"""Tickets: ratios by row, points, what is open."""

from tests.nlq_bed.truth import Case, Keys, Refused, Table, averaged, count, grouped, mean, rows, top, values

DESK = "support_tickets"

CASES = [
    Case("how many zendesk tickets are open", lambda: count(DESK, lambda r: r["status"] == "open")),
    Case(
        "how many urgent tickets were opened in 2025",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["opened_on"][:4] == "2025"),
    ),
    Case("tickets by priority", lambda: Table(grouped(DESK, lambda r: r["priority"], len))),
    Case("how many tickets per channel", lambda: Table(grouped(DESK, lambda r: r["channel"], len))),
    Case("average resolution hours", lambda: mean(values(DESK, "resolution_hours"))),
    Case(
        "what is the average resolution time for urgent tickets",
        lambda: mean(values(DESK, "resolution_hours", lambda r: r["priority"] == "urgent")),
    ),
    Case(
        "average satisfaction by channel",
        lambda: Table(grouped(DESK, lambda r: r["channel"], averaged("satisfaction"))),
    ),
    Case("which topic has the most tickets", lambda: top(grouped(DESK, lambda r: r["topic"], len), 1)),
    Case("how many tickets were reopened", lambda: count(DESK, lambda r: r["reopened"])),
    Case("how many tickets took over 300 hours", lambda: count(DESK, lambda r: (r["resolution_hours"] or 0) > 300)),
    Case(
        "how many tickets have resolution hours above 300",
        lambda: count(DESK, lambda r: (r["resolution_hours"] or 0) > 300),
    ),
    Case("how many tickets came in by phone", lambda: count(DESK, lambda r: r["channel"] == "phone")),
    Case(
        "how many phone tickets about Billing",
        lambda: count(DESK, lambda r: r["channel"] == "phone" and r["topic"] == "Billing"),
    ),
    Case(
        "tickets solved in Q1 2025, how many",
        lambda: count(DESK, lambda r: "2025-01-01" <= (r["solved_on"] or "") <= "2025-03-31"),
    ),
    Case(
        "tickets per month in 2024",
        lambda: Table(
            sorted(grouped(DESK, lambda r: r["opened_on"][:7], len, lambda r: r["opened_on"][:4] == "2024")),
            ordered=True,
        ),
    ),
    Case("total resolution hours", lambda: Refused("ratio")),
    Case(
        "show urgent open tickets",
        lambda: Keys(
            "ticket_id", {r["ticket_id"] for r in rows(DESK) if r["priority"] == "urgent" and r["status"] == "open"}
        ),
    ),
    Case("longest first reply minutes", lambda: max(values(DESK, "first_reply_minutes"))),
    Case("how many tickets have priority critical", lambda: Refused("critical")),
]
