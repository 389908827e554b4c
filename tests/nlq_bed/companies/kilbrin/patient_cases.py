"""Cases that patients opened."""

from datetime import UTC, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.kilbrin.calendar import FIRST, LAST, SEED
from tests.nlq_bed.companies.kilbrin.practices import PRACTICE_PICK
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

HANDLERS = ("Ruairi Glynn", "Tamsin Boyle", "Anita Deshmukh", "Colm Prendergast", "Leah Furlong", "Marek Duda")
_TOPIC = (
    ("Booking",) * 7 + ("Billing dispute",) * 5 + ("Pain after treatment",) * 4 + ("Waiting time",) * 4
    + ("Records request",) * 3 + ("Staff conduct",) * 2 + ("Plan cancellation",) * 2 + ("Website login",) * 2
)  # fmt: skip
CASE_COUNT = 460


def _case(n: int) -> Row:
    draw = Draw(SEED, "kilbrin_care", n)
    day = a_day(n, CASE_COUNT, draw, FIRST, LAST)
    opened = datetime(day.year, day.month, day.day, draw.between(8, 18), draw.below(60), tzinfo=UTC)
    severity = draw.pick(("Low",) * 5 + ("Medium",) * 7 + ("High",) * 3 + ("Urgent",))
    reply = draw.between(2, 55) if severity == "Urgent" else draw.between(5, 1_100)
    hours = draw.between(1, 70) if severity in ("High", "Urgent") else draw.between(4, 340)
    done = opened + timedelta(hours=hours)
    open_still = done.date() > LAST or draw.chance(8)
    state = (
        draw.pick(("New", "In Progress", "In Progress", "Waiting on Patient"))
        if open_still
        else draw.pick(("Resolved",) * 3 + ("Closed",) * 6)
    )
    topic = draw.pick(_TOPIC)
    escalated = draw.chance(13)
    return {
        "case_ref": f"PC-{7_402 + n * 5}",
        "opened_at": opened.strftime("%Y-%m-%dT%H:%M:00Z"),
        "first_reply_at": (opened + timedelta(minutes=reply)).strftime("%Y-%m-%dT%H:%M:00Z"),
        "closed_at": None if open_still else done.strftime("%Y-%m-%dT%H:%M:00Z"),
        "topic": topic,
        "channel": draw.pick(("Phone",) * 7 + ("Email",) * 6 + ("Web form",) * 4 + ("WhatsApp",) * 3 + ("In person",)),
        "severity": severity,
        "case_status": state,
        "handler": None if open_still and draw.chance(35) else draw.pick(HANDLERS + HANDLERS[:2]),
        "practice": draw.pick(PRACTICE_PICK),
        "patient_group": draw.pick(("Adult",) * 7 + ("Child",) * 2 + ("Senior",) * 2),
        "reply_minutes": reply,
        "hours_to_close": None if open_still else hours,
        "messages_exchanged": draw.pick((1, 2, 2, 3, 3, 4, 6, 9)),
        "times_reopened": draw.pick((0,) * 12 + (1, 1, 2)) if not open_still else 0,
        "satisfaction_score": draw.between(1, 5) if not open_still and draw.chance(46) else None,
        "was_escalated": escalated,
        "target_missed": hours > 250 or (severity == "High" and hours > 48),
        "refund_amount": draw.pick((20.0, 35.0, 35.0, 60.0, 120.0)) if not open_still and draw.chance(16) else 0.0,
        "root_cause": draw.pick(("Human error", "System fault", "Supplier delay", "Misunderstanding"))
        if not open_still
        else None,
    }


PATIENT_CASES = Pipe(
    "zendesk.patient-cases", "Zendesk patient cases", "zendesk", "support", "patient_case",
    ("case_ref",), ("EVENT_BUS", "kafka"),
    (
        Column("case_ref", "string", "Reference of the case"),
        Column("opened_at", "timestamp", "When the case was opened", "period"),
        Column("first_reply_at", "timestamp", "When the patient was first answered"),
        Column("closed_at", "timestamp", "When it was closed; null while it is not"),
        Column("topic", "string", "What the case is about"),
        Column("channel", "string", "Phone, Email, Web form, WhatsApp or In person"),
        Column("severity", "string", "Low, Medium, High or Urgent"),
        Column("case_status", "string", "New, In Progress, Waiting on Patient, Resolved or Closed"),
        Column("handler", "string", "Person who handles the case; null if nobody does"),
        Column("practice", "string", "Practice the case is about"),
        Column("patient_group", "string", "Adult, Child or Senior"),
        Column("reply_minutes", "integer", "Minutes to the first reply", "ratio", "minutes"),
        Column(
            "hours_to_close", "integer", "Hours from opening to closing; null while it is not closed",
            "ratio", "hours",
        ),
        Column("messages_exchanged", "integer", "Messages between patient and handler", "additive", "messages"),
        Column("times_reopened", "integer", "Times it was reopened", "additive", "times"),
        Column("satisfaction_score", "integer", "Patient satisfaction, 1 to 5; null if not rated", "ratio", "points"),
        Column("was_escalated", "boolean", "Whether it was escalated"),
        Column("target_missed", "boolean", "Whether the target time was missed"),
        Column("refund_amount", "number", "Refunded to the patient", "additive", "EUR"),
        Column("root_cause", "string", "What caused it; null while the case is not closed"),
    ),
    tuple(_case(n) for n in range(CASE_COUNT)),
)  # fmt: skip
