"""Written by somebody who had not seen the grammar: analysts of several departments."""

from tests.nlq_bed.ledger import (
    CLOUD,
    CRM,
    DESK,
    ERP,
    HR,
    OPPS,
    USAGE,
    at,
    by_quarter,
    flow,
    pairs,
    trend,
    yearly,
)
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Table,
    Test,
    averaged,
    by,
    count,
    distinct,
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


def month(field: str, *months: str) -> Test:
    """In one of these months."""
    return lambda r: (r[field] or "")[:7] in months


NO = (
    "burn rate in Q3 2025?",
    "How much goodwill sat on the balance sheet at the end of 2025?",
    "dividends paid out in 2024",
    "What was EPS for Q4 2025?",
    "revenue Q1 2026",
    "Do you have EBITDA for 2022?",
    "What was revenue less payroll in 2025?",
    "Did we stay within budget on opex in 2025?",
    "adjusted EBITDA 2024",
    "Why did free cash flow collapse in Q2 2024?",
    "Where will ARR be at the end of 2027?",
    "days payable outstanding 2025-Q2",
    "How much revenue came out of Canada in 2024?",
    "short-term debt end of 2025",
    "If hosting got 10% cheaper, what would EBITDA have been in 2025?",
    "invoices from Umbrella Corporation",
    "How many invoices have been rejected?",
    "disputed invoices above 10k",
    "Which invoices did we pay late?",
    "invoice total in JPY, 2025",
    "Who approved ERP-00000100?",
    "net amount charged to the Legal cost center in 2024",
    "status of invoice ERP-00009999",
    "Please pay the overdue Granite Supply invoices.",
    "average bonus in Sales",
    "How many of our directors are women?",
    "workers in Germany",
    "Who does W-000055 report to?",
    "remote workers in Engineering, count",
    "What is John Miller's base salary?",
    "interns hired in 2025",
    "Which agent solved the most tickets last year?",
    "tickets that came in through WhatsApp",
    "SLA breaches by priority",
    "How many tickets were escalated in 2025?",
    "Is our support team any good?",
    "azure cost for the Platform team",
    "How many urgent tickets come from Healthcare accounts?",
    "owner of OPP-0000010",
)
CHOICES = (
    "What was retention in Q3 2025?",
    "margin q2 2025",
)

CASES = [
    Case("What did we spend on hosting in the second quarter of 2025?", lambda: at("hosting_costs", "2025-Q2")),
    Case("capex 2024", lambda: flow("capital_expenditure", "2024")),
    Case("How much corporate income tax did 2023 cost us altogether?", lambda: flow("income_tax", "2023")),
    Case("SBC for Q3 2024 pls", lambda: at("stock_based_compensation", "2024-Q3")),
    Case("DSO by quarter in 2025", lambda: by_quarter("days_sales_outstanding", "2025")),
    Case("Where did our ARR stand when 2024 ended?", lambda: at("arr", "2024-Q4")),
    Case("cash at the end of 2023", lambda: at("cash", "2023-Q4")),
    Case(
        "Between Q1 2024 and Q1 2025, by how much did deferred revenue move?",
        lambda: at("deferred_revenue", "2025-Q1") - at("deferred_revenue", "2024-Q1"),
    ),
    Case("In which quarter was churned ARR the highest?", lambda: leader(pairs("churned_arr"))),
    Case(
        "Rank the quarters of 2025 by marketing spend, biggest first",
        lambda: top(pairs("marketing_expense", "2025-Q1", "2025-Q4"), 4),
    ),
    Case("top three quarters for bookings", lambda: top(pairs("bookings"), 3)),
    Case(
        "I'd like the average quarterly EBITDA across 2024.",
        lambda: mean([value for _, value in pairs("ebitda", "2024-Q1", "2024-Q4")]),
    ),
    Case("NRR, last four quarters", lambda: by_quarter("net_revenue_retention", "2025")),
    Case(
        "How has the current ratio developed since the start of 2024?",
        lambda: trend("current_ratio", "2024-Q1", "2025-Q4"),
    ),
    Case(
        "Total R&D spend from 2023-Q3 through 2024-Q2",
        lambda: sum(value for _, value in pairs("research_and_development", "2023-Q3", "2024-Q2")),
    ),
    Case("show G&A for every quarter of 2023", lambda: by_quarter("general_and_administrative", "2023")),
    Case(
        "How much better or worse was the gross margin in Q4 2025 than in Q4 2024?",
        lambda: at("gross_margin", "2025-Q4") - at("gross_margin", "2024-Q4"),
    ),
    Case("new hires 2023 vs 2025", lambda: Table([(year, flow("new_hires", year)) for year in ("2023", "2025")])),
    Case("enginering headcount q2 2025", lambda: at("engineering_employees", "2025-Q2")),
    Case(
        "How many customers did we win in the first half of 2025?", lambda: flow("new_customers", "2025-Q1", "2025-Q2")
    ),
    Case("customer churn rate 2024-Q3", lambda: at("customer_churn_rate", "2024-Q3")),
    Case(
        "What is the lowest free cash flow we have posted in any quarter?",
        lambda: min(value for _, value in pairs("free_cash_flow")),
    ),
    Case(
        "Could you tell me what we owed our suppliers at the end of Q3 2025?", lambda: at("accounts_payable", "2025-Q3")
    ),
    Case("shareholder equity now", lambda: at("equity", "2025-Q4")),
    Case(
        "change in long-term debt, Q4 2023 to Q4 2025",
        lambda: at("long_term_debt", "2025-Q4") - at("long_term_debt", "2023-Q4"),
    ),
    Case("Net profit by year", lambda: yearly("net_income")),
    Case(
        "In how many quarters was other income below zero?",
        lambda: sum(1 for _, value in pairs("other_income") if value < 0),
    ),
    Case(
        "which quarters had operating cash flow above 12 million",
        lambda: Keys("period", {period for period, value in pairs("operating_cash_flow") if value > 12_000_000}),
    ),
    Case("LatAm revenue last quarter", lambda: at("revenue_latam", "2025-Q4")),
    Case(
        "Put North American revenue of Q3 2025 next to that of Q3 2024.",
        lambda: Table([(period, at("revenue_north_america", period)) for period in ("2024-Q3", "2025-Q3")]),
    ),
    Case("CAC in 25Q2?", lambda: at("customer_acquisition_cost", "2025-Q2")),
    Case("Please let me know what payroll came to in 2024.", lambda: flow("payroll_expense", "2024")),
    Case(
        "average revenue per customer for the third quarter of 2023",
        lambda: at("average_revenue_per_customer", "2023-Q3"),
    ),
    Case("depreciaton & amortization 2025 total", lambda: flow("depreciation_and_amortization", "2025")),
    Case(
        "Which year brought in the most billings?",
        lambda: leader([(year, flow("billings", year)) for year in ("2023", "2024", "2025")]),
    ),
    Case("opex trend since Q3 2024", lambda: trend("operating_expenses", "2024-Q3", "2025-Q4")),
    Case("When did pipeline coverage hit its low?", lambda: leader(pairs("pipeline_coverage"), least=True)),
    Case("How many open positions did we report for Q2 2024?", lambda: at("open_positions", "2024-Q2")),
    Case("employee turnover rate for 2023", lambda: Table(pairs("employee_turnover", "2023-Q1", "2023-Q4"))),
    Case("book to bill 2025 q1", lambda: at("book_to_bill", "2025-Q1")),
    Case(
        "What has interest on our debt cost us over all twelve quarters?",
        lambda: sum(value for _, value in pairs("interest_expense")),
    ),
    Case(
        "By how many dollars did product revenue rise year on year in Q4 2025?",
        lambda: at("product_revenue", "2025-Q4") - at("product_revenue", "2024-Q4"),
    ),
    Case(
        "subscription revenue in Q1, Q2 and Q3 of 2024",
        lambda: Table([(period, at("subscription_revenue", period)) for period in ("2024-Q1", "2024-Q2", "2024-Q3")]),
    ),
    Case("And the net margin we made in Q1 2024, what was it?", lambda: at("net_margin", "2024-Q1")),
    Case("working capital at year end 2025", lambda: at("working_capital", "2025-Q4")),
    Case(
        "How many invoices from Globex Supply haven't been paid yet?",
        lambda: count(ERP, lambda r: r["vendor_name"] == "Globex Supply" and r["status"] != "paid"),
    ),
    Case(
        "total amount of overdue EUR invoices",
        lambda: total(ERP, "total_amount", has(status="overdue", currency="EUR")),
    ),
    Case(
        "Which supplier invoiced us the highest net amount in 2025?",
        lambda: leader(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount"), in_year("issued_on", "2025"))),
    ),
    Case(
        "net amount by cost centre, 2024 invoices",
        lambda: by(ERP, "cost_center", summed("net_amount"), in_year("issued_on", "2024")),
    ),
    Case(
        "List the invoices issued in March 2025 whose net amount is above 45,000.",
        lambda: listed(ERP, "invoice_id", has(month("issued_on", "2025-03"), lambda r: r["net_amount"] > 45_000)),
    ),
    Case("status of ERP-00000417?", lambda: one(ERP, "invoice_id", "ERP-00000417", "status")),
    Case(
        "avg total amount on invoices for the IT cost center",
        lambda: mean(values(ERP, "total_amount", has(cost_center="IT"))),
    ),
    Case("What percentage of our invoices is in GBP?", lambda: share(ERP, has(currency="GBP"))),
    Case(
        "five largest Marketing invoices by total amount",
        lambda: largest(ERP, "invoice_id", "total_amount", 5, has(cost_center="Marketing")),
    ),
    Case(
        "From how many different vendors did Facilities get an invoice during 2023?",
        lambda: distinct(ERP, "vendor_name", has(in_year("issued_on", "2023"), cost_center="Facilities")),
    ),
    Case("How many invoices fall due in January 2026?", lambda: count(ERP, month("due_on", "2026-01"))),
    Case(
        "tax amount per month, invoices issued January to June 2025",
        lambda: Table(
            sorted(
                grouped(
                    ERP,
                    lambda r: r["issued_on"][:7],
                    summed("tax_amount"),
                    lambda r: "2025-01" <= r["issued_on"][:7] <= "2025-06",
                )
            ),
            ordered=True,
        ),
    ),
    Case(
        "Count the paid GBP invoices with a tax amount of zero",
        lambda: count(ERP, has(status="paid", currency="GBP", tax_amount=0)),
    ),
    Case(
        "Show me everything Helios Software has invoiced",
        lambda: listed(ERP, "invoice_id", has(vendor_name="Helios Software")),
    ),
    Case("vendors with more than 35 invoices", lambda: held(ERP, "vendor_name", len, lambda found: found > 35)),
    Case(
        "What's the smallest net amount we ever got billed by Delta Energy?",
        lambda: min(values(ERP, "net_amount", has(vendor_name="Delta Energy"))),
    ),
    Case(
        "active contractors in Legal, how many",
        lambda: count(HR, has(status="Active", employment_type="Contractor", department="Legal")),
    ),
    Case(
        "What do directors in EMEA earn on average in base salary?",
        lambda: mean(values(HR, "base_salary", has(job_title="Director", region="EMEA"))),
    ),
    Case("active workers per department", lambda: by(HR, "department", len, has(status="Active"))),
    Case(
        "How many people left the Sales department in 2025?",
        lambda: count(HR, has(in_year("left_on", "2025"), department="Sales")),
    ),
    Case("When was W-000042 hired?", lambda: one(HR, "worker_id", "W-000042", "hired_on")),
    Case(
        "highest base salary among Finance associates",
        lambda: max(values(HR, "base_salary", has(department="Finance", job_title="Associate"))),
    ),
    Case(
        "Which job title has the most terminated workers?",
        lambda: leader(grouped(HR, lambda r: r["job_title"], len, has(status="Terminated"))),
    ),
    Case(
        "list part-time leads in APAC",
        lambda: listed(HR, "worker_id", has(employment_type="Part-time", job_title="Lead", region="APAC")),
    ),
    Case("What share of workers has an FTE of 0.5?", lambda: share(HR, has(fte=0.5))),
    Case(
        "Add up the base salaries of everybody active in Engineering, please.",
        lambda: total(HR, "base_salary", has(status="Active", department="Engineering")),
    ),
    Case(
        "How many managers in North America have joined since 1 January 2024?",
        lambda: count(HR, has(lambda r: r["hired_on"] >= "2024-01-01", job_title="Manager", region="North America")),
    ),
    Case(
        "nr of workers with base salary between 61,000 and 69,000",
        lambda: count(HR, lambda r: 61_000 <= r["base_salary"] <= 69_000),
    ),
    Case("averge salary by job title", lambda: by(HR, "job_title", averaged("base_salary"))),
    Case(
        "three best paid departments on average",
        lambda: top(grouped(HR, lambda r: r["department"], averaged("base_salary")), 3),
    ),
    Case(
        "Operations staff who are not full-time: how many?",
        lambda: count(HR, lambda r: r["department"] == "Operations" and r["employment_type"] != "Full-time"),
    ),
    Case(
        "How many urgent tickets came in by phone last year?",
        lambda: count(DESK, has(in_year("opened_on", "2025"), priority="urgent", channel="phone")),
    ),
    Case("avg first reply minutes by channel", lambda: by(DESK, "channel", averaged("first_reply_minutes"))),
    Case(
        "Give me the list of Login tickets that were reopened.",
        lambda: listed(DESK, "ticket_id", has(topic="Login", reopened=True)),
    ),
    Case("mean satisfaction on Billing tickets", lambda: mean(values(DESK, "satisfaction", has(topic="Billing")))),
    Case(
        "How long do high priority tickets take to resolve on average?",
        lambda: mean(values(DESK, "resolution_hours", has(priority="high"))),
    ),
    Case(
        "For which topic do people wait longest for a first reply on average?",
        lambda: leader(grouped(DESK, lambda r: r["topic"], averaged("first_reply_minutes"))),
    ),
    Case(
        "pending tickets opened in Q4 2025",
        lambda: count(DESK, has(month("opened_on", "2025-10", "2025-11", "2025-12"), status="pending")),
    ),
    Case("how many tickets have no satisfaction score", lambda: count(DESK, has(satisfaction=None))),
    Case(
        "Of the chat tickets, what percentage is closed?",
        lambda: share(DESK, has(status="closed"), has(channel="chat")),
    ),
    Case("priority of ticket T-0000314", lambda: one(DESK, "ticket_id", "T-0000314", "priority")),
    Case(
        "Tickets opened via web, month by month for 2024",
        lambda: Table(
            sorted(grouped(DESK, lambda r: r["opened_on"][:7], len, has(in_year("opened_on", "2024"), channel="web"))),
            ordered=True,
        ),
    ),
    Case("How many tickets did the team solve in August 2025?", lambda: count(DESK, month("solved_on", "2025-08"))),
    Case(
        "performance tickets rated 1 or 2",
        lambda: count(DESK, lambda r: r["topic"] == "Performance" and r["satisfaction"] in (1, 2)),
    ),
    Case("ticket count by priorty, email only", lambda: by(DESK, "priority", len, has(channel="email"))),
    Case(
        "What's the longest it ever took us to resolve an Integration ticket?",
        lambda: max(values(DESK, "resolution_hours", has(topic="Integration"))),
    ),
    Case(
        "What is the total amount of opportunities in Negotiation in APAC?",
        lambda: total(OPPS, "amount", has(stage="Negotiation", region="APAC")),
    ),
    Case("won deals by lead source", lambda: by(OPPS, "lead_source", len, has(is_won=True))),
    Case("which stage is OPP-0000077 in", lambda: one(OPPS, "opportunity_id", "OPP-0000077", "stage")),
    Case(
        "How many Healthcare accounts are customers of ours already?",
        lambda: count(CRM, has(industry="Healthcare", is_customer=True)),
    ),
    Case("accounts per industry", lambda: by(CRM, "industry", len)),
    Case("total errors on android", lambda: total(USAGE, "errors", has(platform="android"))),
    Case(
        "Which feature generated the most events in 2025?",
        lambda: leader(grouped(USAGE, lambda r: r["feature"], summed("events"), in_year("used_on", "2025"))),
    ),
    Case("Redshift cost for the Data team", lambda: total(CLOUD, "cost", has(service="Redshift", team="Data"))),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
