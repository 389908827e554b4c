"""Invoices for treatments."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.kilbrin.calendar import FIRST, LAST, SEED
from tests.nlq_bed.companies.kilbrin.practices import COUNTY, PRACTICE_PICK
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

CLINICIANS = (
    "Dr Aoife Brennan", "Dr Conor Tuohy", "Dr Marta Zielinska", "Dr Eoin Lavelle", "Dr Priya Nair", "Dr Sinead Crowley",
    "Dr Luca Moretti", "Dr Grainne Foley",
)  # fmt: skip
INSURERS = ("Vhi Dental", "Laya Smile", "Irish Life Health", "DeCare")
_TREATMENT = (
    ("Check-up",) * 6 + ("Filling",) * 5 + ("Crown",) * 3 + ("Root Canal",) * 3 + ("Extraction",) * 2
    + ("Whitening",) * 2 + ("Braces",) * 2 + ("Implant",) * 2 + ("Denture",)
)  # fmt: skip
_FEE = {
    "Check-up": (45, 80), "Filling": (90, 210), "Crown": (620, 980), "Root Canal": (480, 890), "Extraction": (95, 260),
    "Whitening": (220, 420), "Braces": (1_900, 4_800), "Implant": (1_450, 3_200), "Denture": (540, 1_350),
}  # fmt: skip
INVOICE_COUNT = 520


def _invoice(n: int) -> Row:
    draw = Draw(SEED, "kilbrin_inv", n)
    issued = a_day(n, INVOICE_COUNT, draw, FIRST, LAST)
    practice, treatment = draw.pick(PRACTICE_PICK), draw.pick(_TREATMENT)
    payer = draw.pick(("Private",) * 8 + ("Insurer",) * 5 + ("Public Scheme",) * 4 + ("Membership Plan",) * 3)
    low, high = _FEE[treatment]
    fee = draw.between(low * 100, high * 100)
    lab = fee * draw.between(12, 28) // 100 if treatment in ("Crown", "Denture", "Implant", "Braces") else 0
    off = fee * draw.pick((5, 10, 15)) // 100 if payer == "Membership Plan" or draw.chance(9) else 0
    whole = fee + lab - off
    terms = draw.pick((7, 14, 14, 30)) if payer != "Insurer" else 45
    due = issued + timedelta(days=terms)
    paid = issued + timedelta(days=max(0, terms + draw.between(-terms, 6) + draw.pick((0,) * 7 + (14, 33))))
    state = draw.pick(("Paid",) * 38 + ("Part Paid",) * 4 + ("Unpaid",) * 4 + ("Written Off",) * 2 + ("Cancelled",) * 2)
    if state == "Paid" and paid > LAST:
        state = "Unpaid"
    got = whole if state == "Paid" else whole * draw.between(20, 80) // 100 if state == "Part Paid" else 0
    left = whole - got if state in ("Part Paid", "Unpaid") else 0
    if state == "Unpaid" and due < LAST:
        state = "Overdue"
    return {
        "invoice_no": f"KD-{20_117 + n * 3}",
        "patient_ref": f"PT{3_000 + draw.below(190) * 7}",
        "practice": practice,
        "county": COUNTY[practice],
        "clinician": draw.pick(CLINICIANS + CLINICIANS[:3]),
        "treatment_type": treatment,
        "payer_type": payer,
        "insurer": draw.pick(INSURERS + INSURERS[:1]) if payer == "Insurer" else None,
        "invoice_date": issued.isoformat(),
        "due_date": due.isoformat(),
        "paid_date": paid.isoformat() if state == "Paid" else None,
        "invoice_status": state,
        "payment_method": draw.pick(("Card",) * 6 + ("Bank Transfer",) * 3 + ("Cash", "Standing Order"))
        if got
        else None,
        "visits": draw.pick((1, 1, 1, 2, 2, 3, 5)),
        "treatment_fee": fee / 100,
        "lab_fee": lab / 100,
        "discount_amount": off / 100,
        "invoice_total": whole / 100,
        "amount_paid": got / 100,
        "balance_due": left / 100,
        "days_to_pay": (paid - issued).days if state == "Paid" else None,
        "referral_source": draw.pick(("Word of mouth",) * 5 + ("Google",) * 4 + ("GP", "Walk-in", "Instagram")),
        "is_emergency": draw.chance(14),
        "is_under_18": draw.chance(21),
        "consent_form_signed": draw.chance(93),
    }


INVOICES = Pipe(
    "dentally.treatment-invoices", "Dentally treatment invoices", "dentally", "billing", "treatment_invoice",
    ("invoice_no",), ("API_GATEWAY", "apigee"),
    (
        Column("invoice_no", "string", "Number of the invoice"),
        Column("patient_ref", "string", "Patient billed"),
        Column("practice", "string", "Practice where the treatment took place"),
        Column("county", "string", "County of the practice"),
        Column("clinician", "string", "Dentist who treated the patient"),
        Column(
            "treatment_type", "string",
            "Check-up, Filling, Crown, Root Canal, Extraction, Whitening, Braces, Implant or Denture",
        ),
        Column("payer_type", "string", "Private, Insurer, Public Scheme or Membership Plan"),
        Column("insurer", "string", "Insurer who pays; null unless an insurer does"),
        Column("invoice_date", "date", "Day of the invoice", "period"),
        Column("due_date", "date", "Day payment is due"),
        Column("paid_date", "date", "Day it was paid in full; null if not"),
        Column("invoice_status", "string", "Paid, Part Paid, Unpaid, Overdue, Written Off or Cancelled"),
        Column("payment_method", "string", "Card, Bank Transfer, Cash or Standing Order; null if nothing was paid"),
        Column("visits", "integer", "Visits the treatment took", "additive", "visits"),
        Column("treatment_fee", "number", "Fee for the treatment", "additive", "EUR"),
        Column("lab_fee", "number", "Lab work charged to the patient", "additive", "EUR"),
        Column("discount_amount", "number", "Discount given", "additive", "EUR"),
        Column("invoice_total", "number", "Treatment fee and lab fee less discount", "additive", "EUR"),
        Column("amount_paid", "number", "Paid so far", "additive", "EUR"),
        Column("balance_due", "number", "Still to be paid", "additive", "EUR"),
        Column("days_to_pay", "integer", "Days from invoice to payment; null if not paid", "ratio", "days"),
        Column("referral_source", "string", "How the patient found the practice"),
        Column("is_emergency", "boolean", "Whether it was an emergency treatment"),
        Column("is_under_18", "boolean", "Whether the patient is under 18"),
        Column("consent_form_signed", "boolean", "Whether the consent form is signed"),
    ),
    tuple(_invoice(n) for n in range(INVOICE_COUNT)),
)  # fmt: skip
