"""Written by somebody who had not seen the grammar: finance, payables, HR, support and an auditor."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, flow, pairs, span, trend, yearly
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Refused,
    Table,
    averaged,
    by,
    count,
    crossed,
    distinct,
    finance,
    grouped,
    has,
    held,
    in_year,
    largest,
    leader,
    listed,
    mean,
    one,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "what did we book as revenue in Q1 2026?",
    "Why did gross margin drop in Q2 2025?",
    "expected ebitda next year",
    "2025 revenue versus budget",
    "hosting costs plus support costs for 2024, as one number",
    "How much of last quarter's revenue came from Germany?",
    "goodwill",
    "net debt at the end of Q4 2025",
    "earnings per share for 2025 please",
    "quick ratio in Q3 2025?",
    "EMEA's gross margin in Q2 2025",
    "Do you think we should take on more long-term debt?",
    "revenue in May 2025",
    "payroll expense back in 2021",
    "are our DSO figures better than those of our competitors",
    "invoices approved by Maria Lopez",
    "pay all overdue invoices from Globex Energy today",
    "How many invoices are in Swiss francs?",
    "early payment discount taken on 2024 invoices",
    "purchase order number for ERP-00000123",
    "status of invoice ERP-00004711",
    "total amount invoiced by Umbrella Supply",
    "how many days after the due date did we pay vendors on average",
    "count of handwritten invoices for cost center IT",
    "gender split in the Sales department",
    "Who does W-000007 report to?",
    "average bonus of managers in APAC",
    "If we let 10 % of the contractors go, what would we save?",
    "interns: average base salary",
    "tickets closed by agent Tom",
    "how many tickets came in through Twitter",
    "avg time until a ticket is escalated",
    "overdue invoice amount per open support ticket",
)
CHOICES = (
    "margin last quarter",
    "churn in 2025-Q2?",
)

CASES = [
    Case(
        "Good morning, could you give me deferred revenue as of 2025-Q3 please?",
        lambda: at("deferred_revenue", "2025-Q3"),
    ),
    Case("capital expenditure ytd", lambda: flow("capital_expenditure", "2025")),
    Case("how much interst expense did we have over the whole of 2024", lambda: flow("interest_expense", "2024")),
    Case("EBITDA margin last quarter", lambda: at("ebitda_margin", "2025-Q4")),
    Case("second half of 2024, billings", lambda: span("billings", "2024-Q3", "2024-Q4")),
    Case(
        "From July to December 2023, what was our operating cash flow?",
        lambda: span("operating_cash_flow", "2023-Q3", "2023-Q4"),
    ),
    Case(
        "By how many days did days sales outstanding move between 2024-Q1 and 2025-Q1?",
        lambda: at("days_sales_outstanding", "2025-Q1") - at("days_sales_outstanding", "2024-Q1"),
    ),
    Case(
        "percent change in long-term debt from Q4 2023 to Q4 2025",
        lambda: (
            100 * (at("long_term_debt", "2025-Q4") - at("long_term_debt", "2023-Q4")) / at("long_term_debt", "2023-Q4")
        ),
    ),
    Case("equity quarter by quarter through 2024", lambda: trend("equity", "2024-Q1", "2024-Q4")),
    Case(
        "show me how net revenue retention has developed since the start of 2025",
        lambda: trend("net_revenue_retention", "2025-Q1"),
    ),
    Case(
        "In which quarter did free cash flow hit its lowest point?", lambda: leader(pairs("free_cash_flow"), least=True)
    ),
    Case("best three quarters by new ARR", lambda: top(pairs("new_arr"), 3)),
    Case(
        "In how many quarters was the research and development ratio under 15 percent?",
        lambda: count(LEDGER, lambda r: r["research_and_development_ratio"] < 15),
    ),
    Case(
        "on average how many open positions were there in 2025",
        lambda: mean([r["open_positions"] for r in finance("2025")]),
    ),
    Case("highest book to bill we ever had", lambda: max(values(LEDGER, "book_to_bill"))),
    Case(
        "Did gross margin improve between Q1 and Q4 of 2025?",
        lambda: at("gross_margin", "2025-Q4") - at("gross_margin", "2025-Q1"),
    ),
    Case("other income, Q2 '23", lambda: at("other_income", "2023-Q2")),
    Case("Which quarter cost us the most lost customers?", lambda: leader(pairs("lost_customers"))),
    Case(
        "I'd need customer acquisition cost for each quarter of 2023 for the board deck",
        lambda: trend("customer_acquisition_cost", "2023-Q1", "2023-Q4"),
    ),
    Case("stock-based compensation, full year 2025", lambda: flow("stock_based_compensation", "2025")),
    Case("APAC revenue H1 2025", lambda: span("revenue_apac", "2025-Q1", "2025-Q2")),
    Case("what was cash at the end of 2024?", lambda: at("cash", "2024-Q4")),
    Case(
        "How much debt have we repaid in 2023 and 2024 together?",
        lambda: flow("debt_repaid", "2023") + flow("debt_repaid", "2024"),
    ),
    Case("latest pipeline coverage", lambda: at("pipeline_coverage", "2025-Q4")),
    Case("income tax by year", lambda: yearly("income_tax")),
    Case(
        "how much higher was working capital in Q4 2025 than in Q4 2024",
        lambda: at("working_capital", "2025-Q4") - at("working_capital", "2024-Q4"),
    ),
    Case("tell me the total hosting costs of the last four quarters", lambda: flow("hosting_costs", "2025")),
    Case("leavers per quarter in 2025, most first", lambda: top(pairs("leavers", "2025-Q1"), 4)),
    Case("2025 bookings up on 2024 bookings by how much", lambda: flow("bookings", "2025") - flow("bookings", "2024")),
    Case(
        "the minimum current ratio during 2024",
        lambda: min(r["current_ratio"] for r in finance("2024")),
    ),
    Case("cash now", lambda: at("cash", "2025-Q4")),
    Case("engineering employees end of Q3 2024", lambda: at("engineering_employees", "2024-Q3")),
    Case("gross profit 2023-Q2 through 2024-Q1", lambda: span("gross_profit", "2023-Q2", "2024-Q1")),
    Case(
        "Helios Energy overdue invoices - how many?",
        lambda: count(ERP, has(vendor_name="Helios Energy", status="overdue")),
    ),
    Case("What's the total amount on ERP-00000405?", lambda: one(ERP, "invoice_id", "ERP-00000405", "total_amount")),
    Case("due date ERP-00000513", lambda: one(ERP, "invoice_id", "ERP-00000513", "due_on")),
    Case("Is ERP-00000902 paid, open or overdue?", lambda: one(ERP, "invoice_id", "ERP-00000902", "status")),
    Case(
        "split the net amount by cost centre and currency",
        lambda: crossed(ERP, "cost_center", "currency", summed("net_amount")),
    ),
    Case(
        "Which vendor had the highest total amount in 2024?",
        lambda: leader(grouped(ERP, lambda r: r["vendor_name"], summed("total_amount"), in_year("issued_on", "2024"))),
    ),
    Case(
        "5 vendors with the smallest net amount",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount")), 5, least=True),
    ),
    Case("vendors that have more than 32 invoices", lambda: held(ERP, "vendor_name", len, lambda n: n > 32)),
    Case(
        "number of EUR invoices that are not paid",
        lambda: count(ERP, lambda r: r["currency"] == "EUR" and r["status"] != "paid"),
    ),
    Case(
        "how many GBP invoices went to R&D or HR in 2025",
        lambda: count(
            ERP,
            lambda r: r["currency"] == "GBP" and r["cost_center"] in ("R&D", "HR") and r["issued_on"][:4] == "2025",
        ),
    ),
    Case(
        "Tax amount on invoices month by month, March to May 2025",
        lambda: Table(
            grouped(
                ERP,
                lambda r: r["issued_on"][:7],
                summed("tax_amount"),
                lambda r: "2025-03-01" <= r["issued_on"] <= "2025-05-31",
            )
        ),
    ),
    Case(
        "pls list the overdue invoices with a total amount above 55,000",
        lambda: listed(ERP, "invoice_id", lambda r: r["status"] == "overdue" and r["total_amount"] > 55_000),
    ),
    Case("How many invoices carry a tax amount of zero?", lambda: count(ERP, has(tax_amount=0))),
    Case("what portion of invoices is overdue", lambda: share(ERP, has(status="overdue"))),
    Case(
        "averge total amount of a paid invoice in USD",
        lambda: mean(values(ERP, "total_amount", has(status="paid", currency="USD"))),
    ),
    Case(
        "How many different vendors invoiced us in December 2025?",
        lambda: distinct(ERP, "vendor_name", lambda r: r["issued_on"][:7] == "2025-12"),
    ),
    Case(
        "invoices falling due between 1 January 2026 and 15 January 2026, list them please",
        lambda: listed(ERP, "invoice_id", lambda r: "2026-01-01" <= r["due_on"] <= "2026-01-15"),
    ),
    Case(
        "What percentage of the invoices' net amount in 2025 is in EUR?",
        lambda: (
            100
            * total(ERP, "net_amount", has(in_year("issued_on", "2025"), currency="EUR"))
            / total(ERP, "net_amount", in_year("issued_on", "2025"))
        ),
    ),
    Case("top 4 invoices by total amount", lambda: largest(ERP, "invoice_id", "total_amount", 4)),
    Case(
        "how many active contractors have we got in LATAM",
        lambda: count(HR, has(status="Active", employment_type="Contractor", region="LATAM")),
    ),
    Case(
        "rank the three best paid departments by average base salary",
        lambda: top(grouped(HR, lambda r: r["department"], averaged("base_salary")), 3),
    ),
    Case("W-000734 which department?", lambda: one(HR, "worker_id", "W-000734", "department")),
    Case(
        "Please list all the workers who left in November 2025",
        lambda: listed(HR, "worker_id", lambda r: "2025-11-01" <= (r["left_on"] or "") <= "2025-11-30"),
    ),
    Case("workers hired in 2024 per department", lambda: by(HR, "department", len, in_year("hired_on", "2024"))),
    Case(
        "sum of FTE in Engineering, only active workers",
        lambda: total(HR, "fte", has(department="Engineering", status="Active")),
    ),
    Case("number of workers with a base salary over 150k", lambda: count(HR, lambda r: r["base_salary"] > 150_000)),
    Case(
        "what share of the Support department's workers is part-time?",
        lambda: share(HR, has(employment_type="Part-time"), has(department="Support")),
    ),
    Case("lowest base salary paid to a Director", lambda: min(values(HR, "base_salary", has(job_title="Director")))),
    Case(
        "terminated workers by region and employment type",
        lambda: crossed(HR, "region", "employment_type", len, has(status="Terminated")),
    ),
    Case(
        "Count the workers in EMEA or APAC who are not full-time and were hired before 2020",
        lambda: count(
            HR,
            lambda r: (
                r["region"] in ("EMEA", "APAC") and r["employment_type"] != "Full-time" and r["hired_on"] < "2020-01-01"
            ),
        ),
    ),
    Case(
        "the first 3 workers hired in 2025",
        lambda: largest(HR, "worker_id", "hired_on", 3, in_year("hired_on", "2025"), least=True),
    ),
    Case("first reply minutes per channel, average", lambda: by(DESK, "channel", averaged("first_reply_minutes"))),
    Case("reopened tickets by topic", lambda: by(DESK, "topic", len, has(reopened=True))),
    Case("T-0000123 satisfaction", lambda: one(DESK, "ticket_id", "T-0000123", "satisfaction")),
    Case(
        "Mean resolution hours for Login tickets opened in 2025",
        lambda: mean(values(DESK, "resolution_hours", has(in_year("opened_on", "2025"), topic="Login"))),
    ),
    Case("how many tickets have no satisfaction score at all", lambda: count(DESK, has(satisfaction=None))),
    Case("of the phone tickets, what % got reopened", lambda: share(DESK, has(reopened=True), has(channel="phone"))),
    Case(
        "high priority tickets opened each month in Q1 2025",
        lambda: Table(
            grouped(
                DESK,
                lambda r: r["opened_on"][:7],
                len,
                lambda r: r["priority"] == "high" and "2025-01" <= r["opened_on"][:7] <= "2025-03",
            )
        ),
    ),
    Case("accounts with at least 4 tickets", lambda: held(DESK, "account_id", len, lambda n: n >= 4)),
    Case(
        "tickets that took more than 395 hours to resolve, list please",
        lambda: listed(DESK, "ticket_id", lambda r: r["resolution_hours"] is not None and r["resolution_hours"] > 395),
    ),
    Case(
        "web tickets neither solved nor closed, how many are there",
        lambda: count(DESK, lambda r: r["channel"] == "web" and r["status"] not in ("solved", "closed")),
    ),
    Case(
        "usage hours of EKS in the production account",
        lambda: total(CLOUD, "usage_hours", has(service="EKS", account="production")),
    ),
    Case(
        "Deal amount we won through partner leads",
        lambda: total(OPPS, "amount", has(is_won=True, lead_source="Partner")),
    ),
    Case(
        "enterprise accounts in healthcare that are not customers: how many",
        lambda: count(CRM, has(segment="Enterprise", industry="Healthcare", is_customer=False)),
    ),
    Case(
        "which platform showed the most errors in 2024",
        lambda: leader(grouped(USAGE, lambda r: r["platform"], summed("errors"), in_year("used_on", "2024"))),
    ),
    Case(
        "negotiation stage opportunities in EMEA, sum of amount per segment",
        lambda: by(OPPS, "segment", summed("amount"), has(stage="Negotiation", region="EMEA")),
    ),
    Case("industry of ACC-000241", lambda: one(CRM, "account_id", "ACC-000241", "industry")),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
