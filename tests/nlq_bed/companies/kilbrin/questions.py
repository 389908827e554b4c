"""Questions to the dental practices' quarters, invoices, staff and patient cases."""

from tests.nlq_bed.companies.kilbrin.finance import FINANCE
from tests.nlq_bed.companies.kilbrin.invoices import INVOICES
from tests.nlq_bed.companies.kilbrin.patient_cases import PATIENT_CASES
from tests.nlq_bed.companies.kilbrin.people import PEOPLE
from tests.nlq_bed.trades.figures import (
    above,
    avg,
    best,
    by,
    distinct,
    during,
    first,
    got,
    keys,
    largest,
    mean,
    number,
    of,
    one,
    over,
    percent,
    series,
    total,
    where,
)
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, quarter

PIPES = (FINANCE, INVOICES, PEOPLE, PATIENT_CASES)
F, V, P, C = (pipe.rows for pipe in PIPES)

NO = (
    "net debt in Q4 2025",
    "What dividends did we pay in 2024?",
    "how much VAT was on our invoices in 2025",
    "What is the patient churn rate this quarter?",
    "What's the average call length on phone cases?",
    "How much did we charge in late payment fees?",
    "EBITDA of the Sligo practice in 2025",
    "What was net profit in March 2025?",
    "how many treatment chairs are there in Galway",
    "How many appointments were booked online in 2025?",
    "total revenue 2021",
    "How many invoices did we send out in 2027?",
    "What will net profit be in 2026?",
    "invoice total for the Tralee practice",
    "How many invoices are in dispute?",
    "List invoices by Dr Patrick Nolan",
    "amount paid by Apple Pay",
    "status of KD-99999",
    "how many staff speak Polish?",
    "How many nurses were fired in 2024?",
    "average age of the dentists",
    "how many staff work from home",
    "How many cases were escalated to the Dental Council?",
    "What is Bridget O'Neill's salary?",
    "Why did EBITDA fall in 2023-Q2?",
    "Marketing spend against budget for 2025",
    "What would revenue be if we put fees up 5%?",
    "Send a reminder to everyone with an overdue invoice",
    "is our NPS better than Smiles Dental's?",
    "Do sick days drive satisfaction scores down?",
    "which clinician is the friendliest",
)
CHOICES = (
    "How much profit did we make in Q2 2025?",
    "margin 2025-Q1",
    "average score?",
    "Give me the breakdown by practice",
)

CASES = [
    # quarters
    Case(
        "How much revenue did the group make in total in 2024?",
        lambda: total(F, "total_revenue", during("quarter", "2024")),
    ),
    Case("hygiene revenue 2025-Q3", lambda: one(F, "hygiene_revenue", quarter="2025-Q3")),
    Case(
        "What did rent and rates come to over the first half of 2025?",
        lambda: total(F, "rent_and_rates", during("quarter", "2025-Q1", "2025-Q2")),
    ),
    Case(
        "By how much did the cash balance move between Q4 2023 and Q4 2025?",
        lambda: one(F, "cash_balance", quarter="2025-Q4") - one(F, "cash_balance", quarter="2023-Q4"),
    ),
    Case(
        "did our no show rate go up from 2024-Q4 to 2025-Q4",
        lambda: one(F, "no_show_rate_pct", quarter="2025-Q4") - one(F, "no_show_rate_pct", quarter="2024-Q4"),
    ),
    Case("Plot net profit quarter by quarter please", lambda: series(F, "quarter", "net_profit")),
    Case("active patients at the end of 2023", lambda: one(F, "active_patients", quarter="2023-Q4")),
    Case("Which quarter had our lowest EBITDA?", lambda: best(F, "quarter", of("ebitda"), least=True)),
    Case("best three quarters for implant revenue", lambda: first(by(F, "quarter", of("implant_revenue")), 3)),
    Case("What was chair utilisation in 2024?", lambda: series(F, "quarter", "chair_utilisation_pct", "2024", "2025")),
    Case(
        "On average, how much capital expenditure did we have per quarter in 2025?",
        lambda: mean(F, "capital_expenditure", during("quarter", "2025")),
    ),
    Case("In how many quarters did marketing spend exceed 80,000?", lambda: number(F, over("marketing_spend", 80_000))),
    Case("bank loans, where do they stand now?", lambda: one(F, "bank_loans", quarter="2025-Q4")),
    Case(
        "Put orthodontics revenue and implant revenue next to each other for every quarter of 2025",
        lambda: Table(
            [
                (r["quarter"], r["orthodontics_revenue"], r["implant_revenue"])
                for r in where(F, during("quarter", "2025"))
            ]
        ),
    ),
    Case("labratory costs in Q2 2024", lambda: one(F, "laboratory_costs", quarter="2024-Q2")),
    Case("How many new patients registered last year?", lambda: total(F, "new_patients", during("quarter", "2025"))),
    Case("NPS for the latest quarter?", lambda: one(F, "net_promoter_score", quarter="2025-Q4")),
    Case(
        "How much higher were total overheads in 2025 than in 2023?",
        lambda: (
            total(F, "total_overheads", during("quarter", "2025"))
            - total(F, "total_overheads", during("quarter", "2023"))
        ),
    ),
    Case(
        "by what percentage did membership plan revenue grow between 2023-Q1 and 2025-Q4?",
        lambda: (
            100
            * (
                one(F, "membership_plan_revenue", quarter="2025-Q4")
                / one(F, "membership_plan_revenue", quarter="2023-Q1")
                - 1
            )
        ),
    ),
    Case("highest consumables cost we have had in a single quarter", lambda: max(got(F, "consumables_cost"))),
    Case("corporation tax by year", lambda: Table(by(F, lambda r: r["quarter"][:4], of("corporation_tax")))),
    Case(
        "Appointments missed since 2024-Q3, quarterly", lambda: series(F, "quarter", "appointments_missed", "2024-Q3")
    ),
    # invoices
    Case(
        "How many invoices came out of Rathmines in 2025?",
        lambda: number(V, during("invoice_date", "2025"), practice="Rathmines"),
    ),
    Case("total invoiced for root canals", lambda: total(V, "invoice_total", treatment_type="Root Canal")),
    Case(
        "average treatment fee for a crown in 2024?",
        lambda: mean(V, "treatment_fee", during("invoice_date", "2024"), treatment_type="Crown"),
    ),
    Case("Balance due, split by practice", lambda: Table(by(V, "practice", of("balance_due")))),
    Case("Top 3 clinicians by invoice total", lambda: first(by(V, "clinician", of("invoice_total")), 3)),
    Case(
        "Show me every overdue invoice at Swords",
        lambda: keys(V, "invoice_no", invoice_status="Overdue", practice="Swords"),
    ),
    Case("What percentage of our invoices were for emergencies?", lambda: percent(where(V, is_emergency=True), V)),
    Case(
        "how much discount has gone to membership plan payers so far",
        lambda: total(V, "discount_amount", payer_type="Membership Plan"),
    ),
    Case("status of KD-20417", lambda: one(V, "invoice_status", invoice_no="KD-20417")),
    Case("Who was the clinician on invoice KD-20420?", lambda: one(V, "clinician", invoice_no="KD-20420")),
    Case(
        "number of invoices per payer type in Q1 2025",
        lambda: Table(by(V, "payer_type", len, during("invoice_date", "2025-Q1"))),
    ),
    Case(
        "Could you list the 2025 invoices where the consent form isn't signed?",
        lambda: keys(V, "invoice_no", during("invoice_date", "2025"), consent_form_signed=False),
    ),
    Case(
        "How many different patients did we invoice in 2024?",
        lambda: distinct(V, "patient_ref", during("invoice_date", "2024")),
    ),
    Case(
        "invoice total of check-ups over time, by quarter",
        lambda: Table(by(V, lambda r: quarter(r["invoice_date"]), of("invoice_total"), treatment_type="Check-up")),
    ),
    Case("how many invoices have more than 1000 still to be paid", lambda: number(V, over("balance_due", 1_000))),
    Case("Which insurer shows up on the most invoices?", lambda: best(V, "insurer", len)),
    Case(
        "How many invoices were dated between 1 March 2024 and 15 April 2024?",
        lambda: number(V, lambda r: "2024-03-01" <= r["invoice_date"] <= "2024-04-15"),
    ),
    Case("average days to pay by payer type", lambda: Table(by(V, "payer_type", avg("days_to_pay")))),
    Case("the 5 invoices with the highest balance due", lambda: largest(V, "invoice_no", "balance_due", 5)),
    Case(
        "count written off invoices in Co. Dublin", lambda: number(V, invoice_status="Written Off", county="Co. Dublin")
    ),
    Case(
        "Which treatment type brings in the least treatment fee overall?",
        lambda: best(V, "treatment_type", of("treatment_fee"), least=True),
    ),
    Case(
        "how many invoces were referred by Instagram or Google?",
        lambda: number(V, lambda r: r["referral_source"] in ("Instagram", "Google")),
    ),
    Case(
        "lab fees on crown invoices, private payers only, total",
        lambda: total(V, "lab_fee", treatment_type="Crown", payer_type="Private"),
    ),
    Case(
        "What share of the invoice total comes from Co. Cork?",
        lambda: 100 * total(V, "invoice_total", county="Co. Cork") / total(V, "invoice_total"),
    ),
    Case("How many invoices fall due in January 2026?", lambda: number(V, during("due_date", "2026-01"))),
    Case("treatment types with more than 60 invoices", lambda: above(by(V, "treatment_type", len), 60)),
    # people
    Case(
        "How many active staff are there in Nursing?",
        lambda: number(P, employment_status="Active", department="Nursing"),
    ),
    Case("Which staff were hired in 2025?", lambda: keys(P, "staff_id", during("hire_date", "2025"))),
    Case("How many members of staff left in 2024?", lambda: number(P, during("leave_date", "2024"))),
    Case("what is the most common leave reason?", lambda: best(P, "leave_reason", len)),
    Case("Who is Cathal Quigley's line manager?", lambda: one(P, "line_manager", full_name="Cathal Quigley")),
    Case(
        "List fixed term staff whose work site is Sligo",
        lambda: keys(P, "staff_id", contract_type="Fixed Term", work_site="Sligo"),
    ),
    Case("active staff by contract type", lambda: Table(by(P, "contract_type", len, employment_status="Active"))),
    Case(
        "How many staff in Cork City are first aiders?", lambda: number(P, work_site="Cork City", is_first_aider=True)
    ),
    Case("bonus paid to hygienists altogether", lambda: total(P, "bonus_paid", job_role="Hygienist")),
    Case("avg CPD hours of dental nurses", lambda: mean(P, "cpd_hours", job_role="Dental Nurse")),
    Case(
        "What proportion of active staff are female?",
        lambda: percent(where(P, employment_status="Active", gender="Female"), where(P, employment_status="Active")),
    ),
    Case(
        "How many registrations run out before 1 July 2026?",
        lambda: number(P, lambda r: (r["registration_expiry"] or "9") < "2026-07-01"),
    ),
    Case("Which department took the most sick days?", lambda: best(P, "department", of("sick_days"))),
    Case("base salary KS1354", lambda: one(P, "base_salary", staff_id="KS1354")),
    Case("who's on leave", lambda: keys(P, "staff_id", employment_status="On Leave")),
    Case(
        "number of polish staff in hygiene or nursing",
        lambda: number(P, lambda r: r["department"] in ("Hygiene", "Nursing"), nationality="Polish"),
    ),
    # patient cases
    Case("How many cases are waiting on the patient?", lambda: number(C, case_status="Waiting on Patient")),
    Case("average hours to close by severity", lambda: Table(by(C, "severity", avg("hours_to_close")))),
    Case(
        "Which handler dealt with the most cases in 2025?", lambda: best(C, "handler", len, during("opened_at", "2025"))
    ),
    Case("what's the topic of case PC-7762?", lambda: one(C, "topic", case_ref="PC-7762")),
    Case(
        "How many pain after treatment cases were escalated?",
        lambda: number(C, topic="Pain after treatment", was_escalated=True),
    ),
    Case(
        "total refunds to patients for cases opened in 2024",
        lambda: total(C, "refund_amount", during("opened_at", "2024")),
    ),
    Case(
        "percentage of 2025 cases that missed the target",
        lambda: percent(
            where(C, during("opened_at", "2025"), target_missed=True), where(C, during("opened_at", "2025"))
        ),
    ),
    Case("Show how many cases were opened each quarter", lambda: Table(by(C, lambda r: quarter(r["opened_at"]), len))),
    Case("avg satisfaction score, WhatsApp cases", lambda: mean(C, "satisfaction_score", channel="WhatsApp")),
    Case("Which cases have no handler?", lambda: keys(C, "case_ref", handler=None)),
    Case("how many cases were reopened more than once?", lambda: number(C, over("times_reopened", 1))),
    Case("hgih severity cases at Dundrum, how many", lambda: number(C, severity="High", practice="Dundrum")),
    Case(
        "messages exchanged on billing disputes in total",
        lambda: total(C, "messages_exchanged", topic="Billing dispute"),
    ),
    Case(
        "Rank the top four topics by number of cases about children",
        lambda: first(by(C, "topic", len, patient_group="Child"), 4),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
