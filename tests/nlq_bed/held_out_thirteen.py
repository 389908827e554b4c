"""Written by somebody who had not seen the grammar: a CFO, a controller, HR partners and leads of support."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, flow, pairs, span, trend
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Refused,
    Table,
    averaged,
    by,
    count,
    distinct,
    finance,
    grouped,
    has,
    in_year,
    largest,
    leader,
    listed,
    mean,
    one,
    quarter,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "Why did operating income fall in Q4 2025?",
    "revenue 2021",
    "How are we tracking against budget in 2025?",
    "bad debt expense 2024",
    "How much did we pay out in dividends last year?",
    "What was our revenue in Germany in 2025?",
    "EMEA gross margin Q4 2025",
    "Goodwill at the end of 2024?",
    "show me the LTV for Q3 2025",
    "how much of our cash is held in euros?",
    "What was net income in March 2025?",
    "If we cut marketing expense by 10%, what would operating income be?",
    "How does our gross margin compare with our competitors?",
    "What is EBITDA minus capital expenditure for 2025?",
    "invoices in Swiss francs",
    "Total net amount invoiced by Umbrella Corp",
    "Which invoices did Karen Smith approve?",
    "How many days late do we pay our suppliers on average?",
    "Please mark invoice ERP-00000031 as paid",
    "Average age of workers in Sales",
    "gender split among directors",
    "Who does W-000123 report to?",
    "What's the base salary of worker W-009999?",
    "Number of tickets that came in via WhatsApp",
    "How many tickets were escalated to engineering in 2025?",
)
CHOICES = (
    "What was our margin in Q4 2025?",
    "How high was churn in Q2 2025?",
    "what were our costs in 2024",
)

CASES = [
    Case("How much cash do we have right now?", lambda: at("cash", "2025-Q4")),
    Case("net income q3 2025", lambda: at("net_income", "2025-Q3")),
    Case("How high was our marketing expense last year?", lambda: flow("marketing_expense", "2025")),
    Case("bookings ytd", lambda: flow("bookings", "2025")),
    Case("Year-to-date billings as of Q3 2025?", lambda: span("billings", "2025-Q1", "2025-Q3")),
    Case(
        "By how much did headcount go up between Q1 2024 and Q4 2025?",
        lambda: at("employees", "2025-Q4") - at("employees", "2024-Q1"),
    ),
    Case(
        "did our operating margin improve from Q3 2025 to Q4 2025",
        lambda: at("operating_margin", "2025-Q4") - at("operating_margin", "2025-Q3"),
    ),
    Case("Show me deferred revenue per quarter for 2024", lambda: trend("deferred_revenue", "2024-Q1", "2024-Q4")),
    Case("ebitda trend since Q1 2024", lambda: trend("ebitda", "2024-Q1", "2025-Q4")),
    Case("Which quarter had the highest free cash flow?", lambda: leader(pairs("free_cash_flow"))),
    Case(
        "What was days sales outstanding on average in 2025?",
        lambda: mean([r["days_sales_outstanding"] for r in finance("2025")]),
    ),
    Case(
        "research and development expense, second half of 2024",
        lambda: span("research_and_development", "2024-Q3", "2024-Q4"),
    ),
    Case("how many customers did we lose in 2024?", lambda: flow("lost_customers", "2024")),
    Case("How many customers did we have at the end of 2023", lambda: at("customers", "2023-Q4")),
    Case("What revenue came from EMEA in 2024?", lambda: flow("revenue_emea", "2024")),
    Case("What was CAC in Q2 2025?", lambda: at("customer_acquisition_cost", "2025-Q2")),
    Case("goss margin Q4 2024", lambda: at("gross_margin", "2024-Q4")),
    Case(
        "Can I get the net revenue retention for each quarter of 2025?",
        lambda: trend("net_revenue_retention", "2025-Q1", "2025-Q4"),
    ),
    Case("what is the lowest current ratio we've had", lambda: min(values(LEDGER, "current_ratio"))),
    Case("How much debt have we repaid in total over all quarters?", lambda: flow("debt_repaid", "")),
    Case("Total payroll expense over the last four quarters", lambda: flow("payroll_expense", "2025")),
    Case("how much income tax did we book in the first quarter of 2024?", lambda: at("income_tax", "2024-Q1")),
    Case("ARR at year end 2024", lambda: at("arr", "2024-Q4")),
    Case(
        "How much higher was subscription revenue in 2025 compared with 2024?",
        lambda: flow("subscription_revenue", "2025") - flow("subscription_revenue", "2024"),
    ),
    Case("How many open positions were there in Q2?", lambda: at("open_positions", "2025-Q2")),
    Case(
        "interest expense Q4 2025 versus Q4 2024, what's the difference?",
        lambda: at("interest_expense", "2025-Q4") - at("interest_expense", "2024-Q4"),
    ),
    Case(
        "What's the most we ever spent on capital expenditure in a single quarter?",
        lambda: max(values(LEDGER, "capital_expenditure")),
    ),
    Case("What was the employee turnover last quarter?", lambda: at("employee_turnover", "2025-Q4")),
    Case("total assets as of Q3 2024 pls", lambda: at("total_assets", "2024-Q3")),
    Case("inventry at the end of Q1 2025", lambda: at("inventory", "2025-Q1")),
    Case("What was the EBITDA margin in 2024?", lambda: trend("ebitda_margin", "2024-Q1", "2024-Q4")),
    Case(
        "average quarterly stock-based compensation in 2023",
        lambda: mean([r["stock_based_compensation"] for r in finance("2023")]),
    ),
    Case(
        "New customers won from Q2 2024 through Q1 2025, in total?", lambda: span("new_customers", "2024-Q2", "2025-Q1")
    ),
    Case("LATAM revenue last quarter", lambda: at("revenue_latam", "2025-Q4")),
    Case("Opex for the second quarter of 2024?", lambda: at("operating_expenses", "2024-Q2")),
    Case(
        "How many open EUR invoices have a net amount above 20,000?",
        lambda: count(ERP, lambda r: r["status"] == "open" and r["currency"] == "EUR" and r["net_amount"] > 20_000),
    ),
    Case(
        "Which vendor had the highest net amount invoiced in 2024?",
        lambda: leader(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount"), in_year("issued_on", "2024"))),
    ),
    Case(
        "Rank the cost centers by tax amount for 2025",
        lambda: top(grouped(ERP, lambda r: r["cost_center"], summed("tax_amount"), in_year("issued_on", "2025")), 6),
    ),
    Case("invoice total amount by currency", lambda: by(ERP, "currency", summed("total_amount"))),
    Case(
        "Show me the overdue invoices from Globex Energy",
        lambda: listed(ERP, "invoice_id", has(vendor_name="Globex Energy", status="overdue")),
    ),
    Case("What share of our invoices is paid?", lambda: share(ERP, has(status="paid"))),
    Case(
        "avg net amount of invoices charged to the Marketing cost center",
        lambda: mean(values(ERP, "net_amount", has(cost_center="Marketing"))),
    ),
    Case("status of ERP-00000417?", lambda: one(ERP, "invoice_id", "ERP-00000417", "status")),
    Case("When is invoice ERP-00000088 due?", lambda: one(ERP, "invoice_id", "ERP-00000088", "due_on")),
    Case(
        "how many different vendors sent us invoices in GBP", lambda: distinct(ERP, "vendor_name", has(currency="GBP"))
    ),
    Case(
        "Number of invoices issued per month in 2025",
        lambda: Table(grouped(ERP, lambda r: r["issued_on"][:7], len, in_year("issued_on", "2025"))),
    ),
    Case(
        "The 5 largest invoices of 2025 by net amount",
        lambda: largest(ERP, "invoice_id", "net_amount", 5, in_year("issued_on", "2025")),
    ),
    Case("How many invoices fall due in July 2025?", lambda: count(ERP, lambda r: r["due_on"][:7] == "2025-07")),
    Case(
        "Sum of tax on Facilities invoices issued in Q1 2024",
        lambda: total(
            ERP, "tax_amount", lambda r: r["cost_center"] == "Facilities" and quarter(r["issued_on"]) == "2024-Q1"
        ),
    ),
    Case(
        "How many active contractors do we have in APAC?",
        lambda: count(HR, has(status="Active", employment_type="Contractor", region="APAC")),
    ),
    Case("What's the average base salary for each job title?", lambda: by(HR, "job_title", averaged("base_salary"))),
    Case(
        "List the workers hired into Legal in 2025",
        lambda: listed(HR, "worker_id", has(in_year("hired_on", "2025"), department="Legal")),
    ),
    Case(
        "highest base salary in the Finance department",
        lambda: max(values(HR, "base_salary", has(department="Finance"))),
    ),
    Case(
        "Total FTE of active workers in Operations",
        lambda: total(HR, "fte", has(status="Active", department="Operations")),
    ),
    Case(
        "how many workers in the Sales department left in 2024?",
        lambda: count(HR, has(in_year("left_on", "2024"), department="Sales")),
    ),
    Case("What percentage of workers are part-time?", lambda: share(HR, has(employment_type="Part-time"))),
    Case(
        "Which region has the most terminated workers?",
        lambda: leader(grouped(HR, lambda r: r["region"], len, has(status="Terminated"))),
    ),
    Case("job title of W-000321", lambda: one(HR, "worker_id", "W-000321", "job_title")),
    Case(
        "How many active workers earn a base salary of more than 150k?",
        lambda: count(HR, lambda r: r["status"] == "Active" and r["base_salary"] > 150_000),
    ),
    Case(
        "List all pending tickets with urgent priority",
        lambda: listed(DESK, "ticket_id", has(status="pending", priority="urgent")),
    ),
    Case("How many tickets don't have a satisfaction score?", lambda: count(DESK, has(satisfaction=None))),
    Case(
        "Billing tickets opened by quarter in 2024",
        lambda: Table(
            grouped(DESK, lambda r: quarter(r["opened_on"]), len, has(in_year("opened_on", "2024"), topic="Billing"))
        ),
    ),
    Case("what share of Login tickets is high priority", lambda: share(DESK, has(priority="high"), has(topic="Login"))),
    Case("What's the topic of ticket T-0000250?", lambda: one(DESK, "ticket_id", "T-0000250", "topic")),
    Case(
        "average first reply time in minutes for tikets that came in by phone",
        lambda: mean(values(DESK, "first_reply_minutes", has(channel="phone"))),
    ),
    Case("Total amount of opportunities in Negotiation", lambda: total(OPPS, "amount", has(stage="Negotiation"))),
    Case("won deals by lead source", lambda: by(OPPS, "lead_source", len, has(is_won=True))),
    Case(
        "How many Healthcare accounts in LATAM are customers already?",
        lambda: count(CRM, has(industry="Healthcare", region="LATAM", is_customer=True)),
    ),
    Case("Product usage errors per platform", lambda: by(USAGE, "platform", summed("errors"))),
    Case(
        "cloud cost by service, most expensive first",
        lambda: top(grouped(CLOUD, lambda r: r["service"], summed("cost")), 8),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
