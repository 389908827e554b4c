"""A call centre's calls; the pipe says little of its fields."""

from datetime import UTC, datetime

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 311

AGENTS = {
    "Cork": ("Aoife Brennan", "Declan Walsh", "Sinead Kearney"),
    "Malaga": ("Lucia Romero", "Javier Ortega", "Carmen Vidal"),
    "Gdynia": ("Piotr Zielinski", "Hanna Wrobel"),
}
_QUEUES = (
    ("Billing",) * 5 + ("Technical Support",) * 6 + ("Order Status",) * 4 + ("Cancellations",) * 2 + ("Warranty",) * 2
)
_LANGUAGES = ("English",) * 6 + ("Spanish",) * 4 + ("German",) * 3 + ("Polish",) * 2


def _call(n: int, of: int) -> Row:
    draw = Draw(SEED, "calls", n)
    day, queue, site = a_day(n, of, draw), draw.pick(_QUEUES), draw.pick(("Cork", "Cork", "Malaga", "Malaga", "Gdynia"))
    began = datetime(day.year, day.month, day.day, draw.between(8, 19), draw.below(60), draw.below(60), tzinfo=UTC)
    wait = draw.between(3, 95) if draw.chance(65) else draw.between(60, 780)
    lost = draw.chance(4 + wait // 25)
    talk = draw.between(45, 1_480)
    outcome = "abandoned" if lost else draw.pick(("resolved",) * 11 + ("escalated",) * 3 + ("callback scheduled",) * 2)
    return {
        "call_id": f"CL{3300000 + n * 13}",
        "call_start_ts": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "queue_name": queue,
        "site": site,
        "agent_name": None if lost else draw.pick(AGENTS[site]),
        "caller_language": draw.pick(_LANGUAGES),
        "loyalty_tier": draw.pick(("gold", "silver", "silver", "bronze", "bronze", "bronze")),
        "account_number": f"AC{50200 + draw.below(310)}",
        "contact_reason": draw.pick({
            "Billing": ("double charge", "invoice copy", "payment failed"),
            "Technical Support": ("no power", "app crash", "pairing problem", "firmware update"),
            "Order Status": ("late delivery", "wrong item", "tracking"),
            "Cancellations": ("too expensive", "moving away"),
            "Warranty": ("repair request", "replacement request"),
        }[queue]),
        "wait_time_sec": wait,
        "talk_time_sec": None if lost else talk,
        "hold_time_sec": None if lost else draw.pick((0, 0, 0, draw.between(10, 90), draw.between(30, 420))),
        "wrap_up_time_sec": None if lost else draw.between(10, 240),
        "transfer_count": 0 if lost else draw.pick((0, 0, 0, 0, 0, 1, 1, 2)),
        "call_outcome": outcome,
        "csat_score": draw.between(1, 5) if not lost and draw.chance(38) else None,
        "refund_amount": draw.money(500, 18_900) if not lost and queue in ("Billing", "Order Status",
            "Warranty") and draw.chance(30) else None,
        "is_repeat_call": draw.chance(23),
        "recording_consent": draw.chance(81),
    }  # fmt: skip


CALLS = Pipe(
    "ringdesk.call-records", "Ringdesk call records", "ringdesk", "contact center", "call",
    ("call_id",), ("EVENT_BUS", "kafka"),
    (  # says little of itself, as often
        Column("call_id", "string"),
        Column("call_start_ts", "timestamp", "", "period"),
        Column("queue_name", "string"),
        Column("site", "string"),
        Column("agent_name", "string"),
        Column("caller_language", "string"),
        Column("loyalty_tier", "string"),
        Column("account_number", "string"),
        Column("contact_reason", "string"),
        Column("wait_time_sec", "integer", "", "ratio", "seconds"),
        Column("talk_time_sec", "integer", "", "additive", "seconds"),
        Column("hold_time_sec", "integer", "", "additive", "seconds"),
        Column("wrap_up_time_sec", "integer", "", "additive", "seconds"),
        Column("transfer_count", "integer", "", "additive", "transfers"),
        Column("call_outcome", "string"),
        Column("csat_score", "integer", "", "ratio", "points"),
        Column("refund_amount", "number", "", "additive", "EUR"),
        Column("is_repeat_call", "boolean"),
        Column("recording_consent", "boolean"),
    ),
    tuple(_call(n, 680) for n in range(680)),
)  # fmt: skip
