"""The third group: a bank, a city's building permits, a call centre."""

from tests.nlq_bed.trades.bank import BANK
from tests.nlq_bed.trades.calls import CALLS
from tests.nlq_bed.trades.figures import (
    avg,
    best,
    by,
    during,
    got,
    largest,
    mean,
    number,
    of,
    one,
    percent,
    series,
    total,
    where,
)
from tests.nlq_bed.trades.permits import PERMITS
from tests.nlq_bed.truth import Ambiguous, Case, Keys, Refused, Table, quarter, top

PIPES = (BANK, PERMITS, CALLS)
B, P, C = (pipe.rows for pipe in PIPES)
OF, ON, AT = "reporting_period", "application_date", "call_start_ts"

NO = (
    "What's our return on assets in 2025?",
    "how much tier 2 capital do we hold",
    "What was the euro amount of non-performing loans at the end of 2024?",
    "net profit 2021",
    "where do you see net interest income by the end of next year?",
    "What made trading income fall in Q1 2025?",
    "net profit per employee in 2024",
    "Gross loans to small businesses, Q2 2025",
    "how far were operating expenses over budget in 2024?",
    "customer deposits in our Spanish branches",
    "complaints about hidden charges in 2025",
    "How many permits were filed in Brookhaven?",
    "swimming pool permits in 2024, how many?",
    "What was the actual construction cost in Old Mill?",
    "total floor area filed in 2024 in hectares",
    "Who is the most trustworthy contractor?",
    "Please approve all permits in review in Northgate",
    "number of permit applications in 2019",
    "how many denied permits were appealed?",
    "which building inspector failed the most permits",
    "how many calls did Kevin Doyle handle in 2025",
    "What's the average NPS of the Cork site?",
    "wait time for platinum tier callers",
    "how many angry callers did we have in 2024?",
    "Cost per call in Gdynia",
    "outbound calls made in 2025",
    "If we halved the wait time, how many calls would still be abandoned?",
    "How many French calls did Malaga take?",
    "how many callers later applied for a building permit",
)
CHOICES = (
    "What fees did we collect in Q2 2025?",
    "What was the biggest building project of 2025?",
    "how many seconds on average in the Cancellations queue?",
)

CASES = [
    # bank
    Case("What was net profit in Q3 2025?", lambda: one(B, "net_profit", reporting_period="2025-Q3")),
    # The only field that says so, and the answer names it.
    Case("capital ratio Q3 2025", lambda: one(B, "tier1_capital_ratio_pct", reporting_period="2025-Q3")),
    Case("total loan loss provisions for 2024", lambda: total(B, "loan_loss_provisions", during(OF, "2024"))),
    Case("How many branches do we have right now?", lambda: one(B, "branch_count", reporting_period="2025-Q4")),
    Case(
        "where did customer deposits stand at the end of 2024",
        lambda: one(B, "customer_deposits", reporting_period="2024-Q4"),
    ),
    Case("Give me the NPL ratio by quarter for 2025", lambda: series(B, OF, "npl_ratio_pct", "2025-Q1")),
    Case(
        "How much did gross loans grow between Q1 2023 and Q4 2025?",
        lambda: one(B, "gross_loans", reporting_period="2025-Q4") - one(B, "gross_loans", reporting_period="2023-Q1"),
    ),
    Case(
        "In which quarter was the cost-to-income ratio lowest?",
        lambda: best(B, OF, lambda f: f[0]["cost_to_income_ratio_pct"], least=True),
    ),
    Case(
        "avg net interest margin over 2024",
        lambda: mean(
            B,
            "net_interest_margin_pct",
            lambda r: r["reporting_period"] >= "2024-Q1" and r["reporting_period"] <= "2024-Q4",
        ),
    ),
    Case("staff costs last year pls", lambda: total(B, "staff_costs", during(OF, "2025"))),
    Case(
        "by how much did fraud losses change from 2024 to 2025?",
        lambda: round(total(B, "fraud_losses", during(OF, "2025")) - total(B, "fraud_losses", during(OF, "2024")), 2),
    ),
    Case(
        "show trading income quarter by quarter since the start of 2024",
        lambda: series(B, OF, "trading_income", "2024-Q1"),
    ),
    Case(
        "Which quarters had negative trading income?",
        lambda: Keys(OF, {r["reporting_period"] for r in B if r["trading_income"] < 0}),
    ),
    Case("what did we pay out in dividends in 2023", lambda: total(B, "dividends_paid", during(OF, "2023"))),
    Case("ROE Q2 2024", lambda: one(B, "return_on_equity_pct", reporting_period="2024-Q2")),
    Case(
        "Technology spend per year, please.",
        lambda: Table(by(B, lambda r: r["reporting_period"][:4], of("technology_spend"))),
    ),
    Case(
        "three quarters with the most customer complaints",
        lambda: top(by(B, OF, lambda f: f[0]["customer_complaints"]), 3),
    ),
    Case("FTEs in the second quarter of 2024?", lambda: one(B, "fte_employees", reporting_period="2024-Q2")),
    Case("What's our LCR at the moment?", lambda: one(B, "liquidity_coverage_ratio_pct", reporting_period="2025-Q4")),
    Case("number of new acounts opened in 2025", lambda: int(total(B, "new_accounts_opened", during(OF, "2025")))),
    Case(
        "In how many quarters was the climate stress buffer above 30?",
        lambda: number(B, lambda r: (r["climate_stress_buffer"] or 0) > 30),
    ),
    Case("highest operating expenses we've had in a single quarter", lambda: max(got(B, "operating_expenses"))),
    Case(
        "change in the CET1 ratio from Q4 2023 to Q4 2025",
        lambda: round(
            one(B, "cet1_ratio_pct", reporting_period="2025-Q4") - one(B, "cet1_ratio_pct", reporting_period="2023-Q4"),
            4,
        ),
    ),
    # permits
    Case("How many permit applications came in during 2024?", lambda: number(P, during(ON, "2024"))),
    Case(
        "number of permits issued in March 2025",
        lambda: number(P, lambda r: (r["issued_date"] or "").startswith("2025-03")),
    ),
    Case("Which contractor has the most permits?", lambda: best(P, "contractor_name", len)),
    Case(
        "Total estimated construction cost in Riverbend",
        lambda: total(P, "estimated_construction_cost", lambda r: r["neighborhood"] == "Riverbend"),
    ),
    Case(
        "on average, how many days to issue an expedited permit?",
        lambda: mean(P, "days_to_issue", lambda r: r["expedited"]),
    ),
    Case(
        "how many solar installation permits were denied",
        lambda: number(P, lambda r: r["work_type"] == "Solar Installation" and r["permit_status"] == "denied"),
    ),
    Case("break down permit fees by neighborhood", lambda: Table(by(P, "neighborhood", of("permit_fee")))),
    Case("Top 5 neighborhoods by dwelling units", lambda: top(by(P, "neighborhood", of("dwelling_units")), 5)),
    Case(
        "List the permits in Lakeshore that are in review",
        lambda: Keys(
            "permit_number",
            {r["permit_number"] for r in P if r["neighborhood"] == "Lakeshore" and r["permit_status"] == "in review"},
        ),
    ),
    Case(
        "What percentage of permit applications were submitted online?",
        lambda: percent(where(P, submission_channel="online"), P),
    ),
    Case("who reviewed the plans for BLD-2023-02006?", lambda: one(P, "plan_reviewer", permit_number="BLD-2023-02006")),
    Case(
        "How many residential permits require a zoning variance?",
        lambda: number(P, lambda r: r["occupancy_class"] == "residential" and r["zoning_variance_required"]),
    ),
    Case(
        "count of permits not submitted by mail in 2025",
        lambda: number(P, lambda r: during(ON, "2025")(r) and r["submission_channel"] != "mail"),
    ),
    Case(
        "How many permits have an estimated construction cost of more than $2,000,000?",
        lambda: number(P, lambda r: r["estimated_construction_cost"] > 2_000_000),
    ),
    Case(
        "permits without a final inspection date - how many are there?",
        lambda: number(P, lambda r: r["final_inspection_date"] is None),
    ),
    Case(
        "monthly permit applications for 2023",
        lambda: Table(sorted(by(P, lambda r: r["application_date"][:7], len, during(ON, "2023"))), ordered=True),
    ),
    Case(
        "Total floor area of new construction filed in 2025",
        lambda: total(P, "floor_area_sqft", lambda r: during(ON, "2025")(r) and r["work_type"] == "New Construction"),
    ),
    Case(
        "Show me the 5 permits with the highest estimated construction cost",
        lambda: largest(P, "permit_number", "estimated_construction_cost", 5),
    ),
    Case(
        "how many different contractors did demolitions in 2024?",
        lambda: len(set(got(P, "contractor_name", lambda r: during(ON, "2024")(r) and r["work_type"] == "Demolition"))),
    ),
    Case(
        "Plan review fees in Q1 2025",
        lambda: total(P, "plan_review_fee", lambda r: quarter(r["application_date"]) == "2025-Q1"),
    ),
    Case(
        "how many expired permits lie in the flood zone",
        lambda: number(P, lambda r: r["permit_status"] == "expired" and r["in_flood_zone"]),
    ),
    Case(
        "How many applications were filed between 15 January 2024 and 15 February 2024?",
        lambda: number(P, lambda r: "2024-01-15" <= r["application_date"] <= "2024-02-15"),
    ),
    Case(
        "Which plan reviewer has the highest average days to issue?",
        lambda: best(P, "plan_reviewer", avg("days_to_issue")),
    ),
    Case("failed inspections by work type, worst first", lambda: top(by(P, "work_type", of("failed_inspections")), 99)),
    # calls
    Case("How many calls did we get in 2025?", lambda: number(C, during(AT, "2025"))),
    Case(
        "average wait time in the billing queue",
        lambda: mean(C, "wait_time_sec", lambda r: r["queue_name"] == "Billing"),
    ),
    Case("Which agent took the most calls?", lambda: best(C, "agent_name", len)),
    Case(
        "calls abandoned in q2 2024, how many",
        lambda: number(C, lambda r: quarter(r["call_start_ts"]) == "2024-Q2" and r["call_outcome"] == "abandoned"),
    ),
    Case("mean csat score by site", lambda: Table(by(C, "site", avg("csat_score")))),
    Case(
        "How many calls came from gold tier callers speaking Spanish?",
        lambda: number(C, lambda r: r["loyalty_tier"] == "gold" and r["caller_language"] == "Spanish"),
    ),
    Case("sum of refunds in 2024", lambda: total(C, "refund_amount", during(AT, "2024"))),
    Case(
        "What is the longest anyone has had to wait on a warranty call?",
        lambda: max(got(C, "wait_time_sec", lambda r: r["queue_name"] == "Warranty")),
    ),
    Case(
        "how many distinct account numbers called in 2023?",
        lambda: len(set(got(C, "account_number", during(AT, "2023")))),
    ),
    Case("calls split by outcome", lambda: Table(by(C, "call_outcome", len))),
    Case("Repeat calls per queue?", lambda: Table(by(C, "queue_name", len, lambda r: r["is_repeat_call"]))),
    Case("contact reason of call CL3300065", lambda: one(C, "contact_reason", call_id="CL3300065")),
    Case(
        "What share of technical support calls got escalated?",
        lambda: percent(
            where(C, call_outcome="escalated", queue_name="Technical Support"), where(C, queue_name="Technical Support")
        ),
    ),
    Case("how many calls were made without recording consent", lambda: number(C, lambda r: not r["recording_consent"])),
    Case(
        "Total talk time for Lucia Romero during 2025",
        lambda: total(C, "talk_time_sec", lambda r: during(AT, "2025")(r) and r["agent_name"] == "Lucia Romero"),
    ),
    Case(
        "list calls from Malaga with a csat score of 1 since January 2025",
        lambda: Keys(
            "call_id",
            {
                r["call_id"]
                for r in C
                if r["site"] == "Malaga" and r["csat_score"] == 1 and r["call_start_ts"] >= "2025-01"
            },
        ),
    ),
    Case(
        "which queue scores the lowest average CSAT?",
        lambda: best(C, "queue_name", avg("csat_score"), lambda r: r["csat_score"] is not None, least=True),
    ),
    Case(
        "Did the number of calls go up from 2023 to 2024?",
        lambda: number(C, during(AT, "2024")) - number(C, during(AT, "2023")),
    ),
    Case("most common contact reason", lambda: best(C, "contact_reason", len)),
    Case("How many refunds were above 150 euros?", lambda: number(C, lambda r: (r["refund_amount"] or 0) > 150)),
    Case(
        "German or Polish calls last quarter - count please",
        lambda: number(
            C, lambda r: quarter(r["call_start_ts"]) == "2025-Q4" and r["caller_language"] in ("German", "Polish")
        ),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
