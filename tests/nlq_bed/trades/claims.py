"""An insurer's claims."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import LAST, Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 4127

LINES = {
    "motor": ("collision", "collision", "theft", "hail", "vandalism", "glass damage"),
    "home": ("water damage", "water damage", "fire", "burglary", "storm"),
    "travel": ("trip cancellation", "lost luggage", "medical emergency"),
    "liability": ("bodily injury", "property damage"),
    "pet": ("surgery", "vaccination dispute"),
}
_LINE_PICK = ("motor",) * 6 + ("home",) * 5 + ("travel",) * 3 + ("liability",) * 2 + ("pet",)
ADJUSTERS = ("Castellano", "Drummond", "Ishikawa", "Oyelaran", "Petrov", "Wexler")
BROKERS = ("Beacon Hill Brokers", "Summit Risk Partners", "Lakeshore Insurance Agency", "Pinnacle Cover")
_STATES = ("Ohio",) * 4 + ("Texas",) * 5 + ("Florida",) * 4 + ("Oregon",) * 2 + ("Georgia",) * 3 + ("Maine",)
_REJECTED = ("policy lapsed", "excluded peril", "late notification", "insufficient evidence")


def _claim(n: int, of: int) -> Row:
    draw = Draw(SEED, "claims", n)
    line, reported = draw.pick(_LINE_PICK), a_day(n, of, draw)
    asked = draw.money(20_000, 480_000) if draw.chance(78) else draw.money(480_000, 4_200_000)
    took = draw.between(5, 70) if draw.chance(60) else draw.between(71, 260)
    closes = reported + timedelta(days=took)
    state = draw.pick(("settled",) * 13 + ("rejected",) * 3 + ("withdrawn",) + ("in litigation",))
    if closes > LAST and state != "in litigation":
        state = draw.pick(("open", "open", "under review"))
    done = state in ("settled", "rejected", "withdrawn")
    deductible = draw.pick((0.0, 150.0, 250.0, 250.0, 500.0, 1000.0))
    approved = round(asked * 100) * draw.between(55, 100) // 100 / 100 if state == "settled" else None
    paid = max(0, round(approved * 100) - round(deductible * 100)) / 100 if approved is not None else 0.0
    score = draw.between(0, 99) if draw.chance(85) else None
    return {
        "claim_number": f"CLM-{reported.year}-{n + 1:04d}",
        "policy_number": f"POL-{52_000 + draw.below(410)}",
        "line_of_business": line,
        "peril": draw.pick(LINES[line]),
        "policyholder_state": draw.pick(_STATES),
        "assigned_adjuster": draw.pick(ADJUSTERS),
        "broker_name": draw.pick(BROKERS) if draw.chance(64) else None,
        "intake_channel": draw.pick(("mobile app", "mobile app", "call center", "call center", "email", "agent")),
        "loss_date": (reported - timedelta(days=draw.pick((0, 1, 1, 2, 3, 5, 9, 20, 45)))).isoformat(),
        "reported_date": reported.isoformat(),
        "closed_date": closes.isoformat() if done else None,
        "claim_status": state,
        "rejection_reason": draw.pick(_REJECTED) if state == "rejected" else None,
        "severity": draw.pick(("minor",) * 5 + ("moderate",) * 3 + ("severe",)),
        "claimed_amount": asked,
        "approved_amount": approved,
        "paid_amount": paid,
        "case_reserve": 0.0 if done else round(asked * 100) * draw.between(40, 90) // 100 / 100,
        "deductible": deductible,
        "subrogation_recovery": draw.money(10_000, 190_000) if state == "settled" and draw.chance(14) else None,
        "adjustment_expense": draw.money(4_000, 98_000),
        "days_to_close": took if done else None,
        "fraud_score": score,
        "fraud_flagged": score is not None and score > 88,
        "has_legal_representation": state == "in litigation" or draw.chance(9),
        "police_report_filed": draw.chance(31),
    }


CLAIMS = Pipe(
    "assurix.insurance-claims", "Assurix insurance claims", "assurix", "insurance", "claim",
    ("claim_number",), ("IPAAS", "mulesoft"),
    (
        Column("claim_number", "string", "Number of the claim"),
        Column("policy_number", "string", "Number of the policy"),
        Column("line_of_business", "string", "motor, home, travel, liability or pet"),
        Column("peril", "string", "What caused the loss"),
        Column("policyholder_state", "string", "State in which the policyholder lives"),
        Column("assigned_adjuster", "string", "Adjuster who handles the claim"),
        Column("broker_name", "string", "Broker of the policy; null where it was sold directly"),
        Column("intake_channel", "string", "How the claim was reported"),
        Column("loss_date", "date", "Day of the loss"),
        Column("reported_date", "date", "Day on which the claim was reported", "period"),
        Column("closed_date", "date", "Day on which it was closed; null while it is not"),
        Column("claim_status", "string", "open, under review, settled, rejected, withdrawn or in litigation"),
        Column("rejection_reason", "string", "Why it was rejected; null for others"),
        Column("severity", "string", "minor, moderate or severe"),
        Column("claimed_amount", "number", "What the policyholder asks for", "additive", "USD"),
        Column("approved_amount", "number", "What was approved; null where nothing was", "additive", "USD"),
        Column("paid_amount", "number", "What was paid out", "additive", "USD"),
        Column("case_reserve", "number", "Set aside for the claim as it stands", "additive", "USD"),
        Column("deductible", "number", "What the policyholder bears", "additive", "USD"),
        Column("subrogation_recovery", "number", "Got back from third parties; null where nothing was", "additive",
            "USD"),
        Column("adjustment_expense", "number", "Cost of handling the claim", "additive", "USD"),
        Column("days_to_close", "integer", "Days from report to close; null while it is not closed", "ratio", "days"),
        Column("fraud_score", "integer", "0 to 100; null where not scored", "ratio", "points"),
        Column("fraud_flagged", "boolean", "Whether fraud is suspected"),
        Column("has_legal_representation", "boolean", "Whether the claimant has a lawyer"),
        Column("police_report_filed", "boolean", "Whether there is a police report"),
    ),
    tuple(_claim(n, 620) for n in range(620)),
)  # fmt: skip
