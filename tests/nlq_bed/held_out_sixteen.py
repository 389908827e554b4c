"""Written by somebody who had not seen the grammar: each kind of question in the words of many."""

from tests.nlq_bed.ledger import (
    CLOUD,
    CRM,
    DESK,
    ERP,
    HR,
    LEDGER,
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
    "What was our quick ratio in Q3 2025?",
    "Can you give me the net income of February 2025?",
    "payroll expense for the year 2021",
    "how did gross margin do versus budget in Q2 2025",
    "Did we grow faster than our competitors in 2025?",
    "change of gross profit from 2025 to 2026",
    "why did net income drop in Q2 2024",
    "weekly revenue trend for 2025",
    "What will bookings look like over the next four quarters?",
    "how has our share price moved over the last three years",
    "gross margin by product line",
    "Break the salaries down by gender.",
    "how many tickets per agent did we have in 2024",
    "which sales rep closed the most deals",
    "Name the country with the highest revenue.",
    "who is our most reliable vendor",
    "How many invoices were approved by Maria?",
    "how many invoices in yen are overdue",
    "count of tickets that were escalated to engineering",
    "how many remote workers do we have in EMEA",
    "List all tickets assigned to Kevin.",
    "give me the invoices which the supplier has sent twice",
    "On average, how many days pass until an invoice gets paid?",
    "average age of our workers",
    "avg satisfaction of the tickets opened in 2026",
    "Show me the customer lifetime value for 2025",
    "show me our revenue in Canada last year",
    "show me the phone numbers of the accounts",
    "dividends?",
    "goodwil at end of 2024",
    "bonusses paid to managers",
    "revenu forcast for 2026",
    "What was revenue growth in Q1 2023?",
    "total amount of invoices issued in 2019",
)
CHOICES = (
    "the margin in q2 2025?",
    "cash flow 2024",
)

CASES = [
    Case("Opex last year, please.", lambda: flow("operating_expenses", "2025")),
    Case(
        "what did we spend on research and development in the second half of 2024",
        lambda: flow("research_and_development", "2024-Q3", "2024-Q4"),
    ),
    Case("For the quarter 2024-Q2, kindly state the interest expense.", lambda: at("interest_expense", "2024-Q2")),
    Case("how much cash did we have at the end of 2023", lambda: at("cash", "2023-Q4")),
    Case("billings ytd", lambda: flow("billings", "2025")),
    Case("I would like to know how many customers were lost in year 2025", lambda: flow("lost_customers", "2025")),
    Case(
        "hey could you tell me what the days sales outstanding was for the third quarter of 2025 thanks",
        lambda: at("days_sales_outstanding", "2025-Q3"),
    ),
    Case("so whats our debt to equity right now", lambda: at("debt_to_equity", "2025-Q4")),
    Case("What is the base salary of worker W-000042?", lambda: one(HR, "worker_id", "W-000042", "base_salary")),
    Case(
        "did operating margin get better between Q3 2024 and Q3 2025",
        lambda: at("operating_margin", "2025-Q3") - at("operating_margin", "2024-Q3"),
    ),
    Case(
        "How much higher were bookings in 2025 than in 2024?",
        lambda: flow("bookings", "2025") - flow("bookings", "2024"),
    ),
    Case(
        "difference in capital expenditure, 2024 versus 2023",
        lambda: flow("capital_expenditure", "2024") - flow("capital_expenditure", "2023"),
    ),
    Case(
        "State the change in accounts payable from the end of 2024 to the end of 2025.",
        lambda: at("accounts_payable", "2025-Q4") - at("accounts_payable", "2024-Q4"),
    ),
    Case(
        "has our gross revenue retention improved from q1 2025 to q2 2025",
        lambda: at("gross_revenue_retention", "2025-Q2") - at("gross_revenue_retention", "2025-Q1"),
    ),
    Case(
        "In percent, how much did subscription revenue grow from 2023 to 2024?",
        lambda: (
            100
            * (flow("subscription_revenue", "2024") - flow("subscription_revenue", "2023"))
            / flow("subscription_revenue", "2023")
        ),
    ),
    Case(
        "By how much did the number of deals created change from 2023 to 2024?",
        lambda: count(OPPS, in_year("created_on", "2024")) - count(OPPS, in_year("created_on", "2023")),
    ),
    Case(
        "i want to know how the net amount of our invoices changed from 2023 to 2024",
        lambda: round(
            total(ERP, "net_amount", in_year("issued_on", "2024"))
            - total(ERP, "net_amount", in_year("issued_on", "2023")),
            2,
        ),
    ),
    Case("open positions over time", lambda: trend("open_positions")),
    Case("Please show the development of long-term debt quarter by quarter.", lambda: trend("long_term_debt")),
    Case("ebitda margin trend 2024 to 2025", lambda: trend("ebitda_margin", "2024-Q1")),
    Case("how has marketing expense developed year by year", lambda: yearly("marketing_expense")),
    Case(
        "ok so I need the number of email tickets opened per quarter, for a chart",
        lambda: Table(grouped(DESK, lambda r: quarter(r["opened_on"]), len, has(channel="email"))),
    ),
    Case("how did new arr evolve over the quarters of 2025", lambda: by_quarter("new_arr", "2025")),
    Case(
        "monthly sum of invoice net amount in 2024",
        lambda: Table(grouped(ERP, lambda r: r["issued_on"][:7], summed("net_amount"), in_year("issued_on", "2024"))),
    ),
    Case(
        "How many workers have been hired each year since 2020?",
        lambda: Table(grouped(HR, lambda r: r["hired_on"][:4], len, lambda r: r["hired_on"] >= "2020")),
    ),
    Case("total deal amount by region", lambda: by(OPPS, "region", summed("amount"))),
    Case("Kindly split the tax amount of all invoices by currency.", lambda: by(ERP, "currency", summed("tax_amount"))),
    Case("avg salary per department", lambda: by(HR, "department", averaged("base_salary"))),
    Case("How are the tickets distributed among the channels?", lambda: by(DESK, "channel", len)),
    Case("what does each cloud service cost us", lambda: by(CLOUD, "service", summed("cost"))),
    Case("what is the average satisfaction for each topic", lambda: by(DESK, "topic", averaged("satisfaction"))),
    Case("give me number of accounts for every industry please", lambda: by(CRM, "industry", len)),
    Case("fte of active workers for each region", lambda: by(HR, "region", summed("fte"), has(status="Active"))),
    Case(
        "who are the three vendors with the highest net amount",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount")), 3),
    ),
    Case("which quarter brought us the highest free cash flow", lambda: leader(pairs("free_cash_flow"))),
    Case("Worst quarter for net margin?", lambda: leader(pairs("net_margin"), least=True)),
    Case("5 biggest deals by amount", lambda: largest(OPPS, "opportunity_id", "amount", 5)),
    Case(
        "Which department has the largest number of active workers?",
        lambda: leader(grouped(HR, lambda r: r["department"], len, has(status="Active"))),
    ),
    Case(
        "cost center with the lowest total amount",
        lambda: leader(grouped(ERP, lambda r: r["cost_center"], summed("total_amount")), least=True),
    ),
    Case(
        "could you rank the cloud teams by cost, most expensive first",
        lambda: top(grouped(CLOUD, lambda r: r["team"], summed("cost")), 99),
    ),
    Case(
        "count of overdue invoices with a total amount above 25000",
        lambda: count(ERP, lambda r: r["status"] == "overdue" and r["total_amount"] > 25_000),
    ),
    Case("For how many tickets is there no satisfaction score?", lambda: count(DESK, has(satisfaction=None))),
    Case(
        "how many full-time workers have a base salary of less than 60k",
        lambda: count(HR, lambda r: r["employment_type"] == "Full-time" and r["base_salary"] < 60_000),
    ),
    Case(
        "How many deals that came from a partner were lost?",
        lambda: count(OPPS, has(lead_source="Partner", stage="Closed Lost")),
    ),
    Case(
        "in how many quarters was the gross margin below 68 percent",
        lambda: count(LEDGER, lambda r: r["gross_margin"] < 68),
    ),
    Case(
        "number of invoices in EUR that are not paid",
        lambda: count(ERP, lambda r: r["currency"] == "EUR" and r["status"] != "paid"),
    ),
    Case(
        "How many accounts with more than 20,000 employees are customers?",
        lambda: count(CRM, lambda r: r["employees"] > 20_000 and r["is_customer"]),
    ),
    Case(
        "hi, how many tickets came in by phone in q2 2024",
        lambda: count(DESK, lambda r: r["channel"] == "phone" and quarter(r["opened_on"]) == "2024-Q2"),
    ),
    Case("how many of our workers have left in 2025", lambda: count(HR, in_year("left_on", "2025"))),
    Case(
        "of the closed opportunities what percentage was won",
        lambda: share(OPPS, has(is_won=True), has(is_closed=True)),
    ),
    Case(
        "list the overdue invoices from Globex Energy",
        lambda: listed(ERP, "invoice_id", has(status="overdue", vendor_name="Globex Energy")),
    ),
    Case(
        "give me all the billing tickets with high priority which are pending",
        lambda: listed(DESK, "ticket_id", has(topic="Billing", priority="high", status="pending")),
    ),
    Case(
        "which quarters had a net income over 7.5 million",
        lambda: listed(LEDGER, "period", lambda r: r["net_income"] > 7_500_000),
    ),
    Case(
        "List the directors of the Legal department in APAC.",
        lambda: listed(HR, "worker_id", has(job_title="Director", department="Legal", region="APAC")),
    ),
    Case(
        "all deals in negotiation with an amount above 450000",
        lambda: listed(OPPS, "opportunity_id", lambda r: r["stage"] == "Negotiation" and r["amount"] > 450_000),
    ),
    Case(
        "which healthcare accounts in LATAM are not customers",
        lambda: listed(CRM, "account_id", has(industry="Healthcare", region="LATAM", is_customer=False)),
    ),
    Case("workers hired after 1 October 2025", lambda: listed(HR, "worker_id", lambda r: r["hired_on"] > "2025-10-01")),
    Case("average resolution time of tickets in hours", lambda: mean(values(DESK, "resolution_hours"))),
    Case("what is the highest total amount on a single invoice", lambda: max(values(ERP, "total_amount"))),
    Case("smallest amount of a deal that was won", lambda: min(values(OPPS, "amount", has(is_won=True)))),
    Case("How many different vendors are there in the invoices?", lambda: distinct(ERP, "vendor_name")),
    Case(
        "mean gross margin over the quarters of 2024",
        lambda: mean([r["gross_margin"] for r in finance("2024")]),
    ),
    Case("Please indicate the lowest current ratio of any quarter.", lambda: min(values(LEDGER, "current_ratio"))),
    Case(
        "total tax on invoices issued in 2025 for the IT cost center",
        lambda: total(ERP, "tax_amount", has(in_year("issued_on", "2025"), cost_center="IT")),
    ),
    Case(
        "for urgent tickets, how many minutes until first reply on average",
        lambda: mean(values(DESK, "first_reply_minutes", has(priority="urgent"))),
    ),
    Case("whats the max salary among managers", lambda: max(values(HR, "base_salary", has(job_title="Manager")))),
    Case("show me equity for each quarter of 2023", lambda: by_quarter("equity", "2023")),
    Case("Show me the due date of invoice ERP-00000017", lambda: one(ERP, "invoice_id", "ERP-00000017", "due_on")),
    Case(
        "can you show me the average annual revenue of the accounts per segment",
        lambda: by(CRM, "segment", averaged("annual_revenue")),
    ),
    Case("show me net revenue retention for last quarter", lambda: at("net_revenue_retention", "2025-Q4")),
    Case("show me the ten largest invoices by total amount", lambda: largest(ERP, "invoice_id", "total_amount", 10)),
    Case("Show me customer acquisition cost in 2025", lambda: by_quarter("customer_acquisition_cost", "2025")),
    Case(
        "show me all active contractors in marketing",
        lambda: listed(HR, "worker_id", has(department="Marketing", employment_type="Contractor", status="Active")),
    ),
    Case(
        "show me what the Data team's Redshift cost is",
        lambda: total(CLOUD, "cost", has(team="Data", service="Redshift")),
    ),
    Case("net income q3", lambda: at("net_income", "2025-Q3")),
    Case("arr now", lambda: at("arr", "2025-Q4")),
    Case("hosting costs h1 2025", lambda: flow("hosting_costs", "2025-Q1", "2025-Q2")),
    Case("deals per stage", lambda: by(OPPS, "stage", len)),
    Case("pipeline coverage q4 2024?", lambda: at("pipeline_coverage", "2024-Q4")),
    Case("stock based compensation, 2023", lambda: flow("stock_based_compensation", "2023")),
    Case("minutes by platform", lambda: by(USAGE, "platform", summed("minutes"))),
    Case("opertaing margin in Q1 2024", lambda: at("operating_margin", "2024-Q1")),
    Case("how mutch revenu did we made in 2024", lambda: flow("revenue", "2024")),
    Case("averge resoluton hours for chat tickts", lambda: mean(values(DESK, "resolution_hours", has(channel="chat")))),
    Case(
        "total ammount of invocies from Acme Supply", lambda: total(ERP, "total_amount", has(vendor_name="Acme Supply"))
    ),
    Case("acounts recievable at the end of 2025", lambda: at("accounts_receivable", "2025-Q4")),
    Case("number of workers per departement", lambda: by(HR, "department", len)),
    Case("What was the customer churn rate in 2024?", lambda: by_quarter("customer_churn_rate", "2024")),
    Case("book to bill 2023", lambda: by_quarter("book_to_bill", "2023")),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
