"""Written by somebody who had not seen the grammar: a board, a finance partner, procurement, HR and support."""

from tests.nlq_bed.ledger import CLOUD, DESK, ERP, HR, LEDGER, USAGE, at, by_quarter, flow, pairs, trend, yearly
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
    "Revenue by salesperson for 2025",
    "Add up the net margins of all four quarters of 2025 for me.",
    "Why did free cash flow drop in Q4 2025?",
    "Is our level of debt healthy?",
    "Where will ARR be at the end of 2026?",
    "What was EBITDA back in 2019?",
    "Bookings minus billings in Q2 2025",
    "Please report adjusted EBITDA for Q1 2025",
    "How much did we spend on travel in 2024?",
    "diluted earnings per share last quarter",
    "How much of our cash is held in Germany?",
    "Do you have the quick ratio at year-end 2025?",
    "Days payable outstanding, Q2 2025",
    "What was revenue in August 2024?",
    "Q2 2025 net income in euros",
    "Was marketing expense under budget in Q3 2025?",
    "Which of our customers makes up most of the accounts receivable?",
    "How does our operating margin compare with that of Oracle?",
    "What is the total amount from Globex Manufacturing?",
    "Show the invoices that Susan Meyer approved",
    "Net amount of everything invoiced in Swiss francs",
    "When was ERP-00009999 issued?",
    "Please pay the overdue invoices of Falcon Supply today.",
    "How many of our invoices are disputed?",
    "How many purchase orders did IT raise in 2025?",
    "Which supplier offers the best quality?",
    "Tell me the base salary of worker W-012345.",
    "List everyone in Operations who works remotely",
    "What makes people leave the Support department?",
    "Number of active workers in the Procurement department",
    "Average satisfaction of tickets received via WhatsApp",
    "how many tickets breached their SLA in 2025",
    "What would first reply minutes be if we hired five more people?",
    "Average resolution hours in 2021?",
    "What was the cost of Azure in the production account?",
    "Total probability of the deals in Negotiation",
)
CHOICES = (
    "What was the margin in Q4 2025?",
    "retention for Q1 2025?",
    "How much has Acme charged us net in 2024?",
)

CASES = [
    Case("Good morning, could you tell me what our EBITDA came to in 2024?", lambda: flow("ebitda", "2024")),
    Case("gross margin Q2 2025", lambda: at("gross_margin", "2025-Q2")),
    Case(
        "How much did we put into research and development over the first three quarters of 2025?",
        lambda: flow("research_and_development", "2025-Q1", "2025-Q2", "2025-Q3"),
    ),
    Case(
        "By how much did our cash rise from the end of 2023 to the end of 2025?",
        lambda: at("cash", "2025-Q4") - at("cash", "2023-Q4"),
    ),
    Case("Show me deferred revenue quarter by quarter for 2024", lambda: by_quarter("deferred_revenue", "2024")),
    Case("Which quarter gave us the highest free cash flow?", lambda: leader(pairs("free_cash_flow"))),
    Case("What does our long-term debt stand at right now?", lambda: at("long_term_debt", "2025-Q4")),
    Case("I'd like to know the number of customers lost in the whole of 2025.", lambda: flow("lost_customers", "2025")),
    Case(
        "Average quarterly marketing expense in 2023, please",
        lambda: mean([r["marketing_expense"] for r in finance("2023")]),
    ),
    Case(
        "Did net revenue retention improve from Q3 2024 to Q1 2025?",
        lambda: at("net_revenue_retention", "2025-Q1") - at("net_revenue_retention", "2024-Q3"),
    ),
    Case("trend of ARR since the beginning of 2024", lambda: trend("arr", "2024-Q1")),
    Case(
        "In which quarters was operating cash flow below 6 million?",
        lambda: listed(LEDGER, "period", lambda r: r["operating_cash_flow"] < 6_000_000),
    ),
    Case("For Q3 2025, what were our days sales outstanding?", lambda: at("days_sales_outstanding", "2025-Q3")),
    Case("EMEA revenue, second half of 2024", lambda: flow("revenue_emea", "2024-Q3", "2024-Q4")),
    Case("What did income tax amount to last year?", lambda: flow("income_tax", "2025")),
    Case(
        "How much more did hosting cost us in Q4 2024 than in Q4 2023?",
        lambda: at("hosting_costs", "2024-Q4") - at("hosting_costs", "2023-Q4"),
    ),
    Case("What is the lowest current ratio we have ever reported?", lambda: min(values(LEDGER, "current_ratio"))),
    Case("Best quarter for bookings in 2024?", lambda: leader(by_quarter("bookings", "2024").rows)),
    Case(
        "Were there quarters with negative other income? Please list them.",
        lambda: listed(LEDGER, "period", lambda r: r["other_income"] < 0),
    ),
    Case("The board wants net margin for each quarter of 2025.", lambda: by_quarter("net_margin", "2025")),
    Case(
        "Rank the quarters of 2023 by capital expenditure, largest first",
        lambda: top(by_quarter("capital_expenditure", "2023").rows, 4),
    ),
    Case(
        "Can you check the customer acquisition cost in the third quarter of 2024?",
        lambda: at("customer_acquisition_cost", "2024-Q3"),
    ),
    Case(
        "How has customer churn rate developed over the course of 2025?",
        lambda: by_quarter("customer_churn_rate", "2025"),
    ),
    Case(
        "Stock-based compensation across 2023 and 2024 taken together",
        lambda: flow("stock_based_compensation", "2023", "2024"),
    ),
    Case("Tell me the book-to-bill for Q3 2023.", lambda: at("book_to_bill", "2023-Q3")),
    Case(
        "By what amount did operating expenses increase between 2023 and 2024?",
        lambda: flow("operating_expenses", "2024") - flow("operating_expenses", "2023"),
    ),
    Case("When 2023 closed, what were total liabilities?", lambda: at("total_liabilities", "2023-Q4")),
    Case("latin america revenue by year", lambda: yearly("revenue_latam")),
    Case("Revenue per employee in the most recent quarter?", lambda: at("revenue_per_employee", "2025-Q4")),
    Case("Over 2024, what did gross margin average?", lambda: mean([r["gross_margin"] for r in finance("2024")])),
    Case(
        "How much debt have we repaid since Q2 2024?",
        lambda: flow("debt_repaid", "2024-Q2", "2024-Q3", "2024-Q4", "2025"),
    ),
    Case(
        "In how many quarters did EBITDA exceed 10 million?", lambda: count(LEDGER, lambda r: r["ebitda"] > 10_000_000)
    ),
    Case("Top three quarters for expansion ARR", lambda: top(pairs("expansion_arr"), 3)),
    Case("What did G&A cost us in Q2 of 2025?", lambda: at("general_and_administrative", "2025-Q2")),
    Case("capex 2025", lambda: flow("capital_expenditure", "2025")),
    Case("Which year brought in the most services revenue?", lambda: leader(yearly("services_revenue").rows)),
    Case(
        "What percentage of revenue went into R&D in Q3 2025?", lambda: at("research_and_development_ratio", "2025-Q3")
    ),
    Case(
        "Please give me pretax income for every quarter from Q3 2023 through Q2 2024.",
        lambda: trend("pretax_income", "2023-Q3", "2024-Q2"),
    ),
    Case(
        "How much tax is there in total on the invoices from Delta Energy?",
        lambda: total(ERP, "tax_amount", has(vendor_name="Delta Energy")),
    ),
    Case(
        "Our five biggest suppliers by net amount, please",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount")), 5),
    ),
    Case(
        "Let me see the open invoices of Helios Software",
        lambda: listed(ERP, "invoice_id", has(vendor_name="Helios Software", status="open")),
    ),
    Case(
        "Which cost center got the most invoices in 2025?",
        lambda: leader(grouped(ERP, lambda r: r["cost_center"], len, in_year("issued_on", "2025"))),
    ),
    Case(
        "Total amount invoiced in EUR during 2024",
        lambda: total(ERP, "total_amount", has(in_year("issued_on", "2024"), currency="EUR")),
    ),
    Case(
        "How many different vendors sent us invoices in the first half of 2023?",
        lambda: distinct(ERP, "vendor_name", lambda r: "2023-01-01" <= r["issued_on"] <= "2023-06-30"),
    ),
    Case("When is invoice ERP-00000417 due?", lambda: one(ERP, "invoice_id", "ERP-00000417", "due_on")),
    Case("What share of our invoices has been paid?", lambda: share(ERP, has(status="paid"))),
    Case("avg net amount of an invoice per currency", lambda: by(ERP, "currency", averaged("net_amount"))),
    Case(
        "For the Marketing cost center, count the invoices by status",
        lambda: by(ERP, "status", len, has(cost_center="Marketing")),
    ),
    Case(
        "I need a list of the invoices due between 1 March 2025 and 7 March 2025.",
        lambda: listed(ERP, "invoice_id", lambda r: "2025-03-01" <= r["due_on"] <= "2025-03-07"),
    ),
    Case(
        "Facilities invoices with a net amount above 45,000: how many are there?",
        lambda: count(ERP, lambda r: r["cost_center"] == "Facilities" and r["net_amount"] > 45_000),
    ),
    Case(
        "Number of invoices issued per quarter in 2024",
        lambda: Table(grouped(ERP, lambda r: quarter(r["issued_on"]), len, in_year("issued_on", "2024"))),
    ),
    Case("Who is the supplier on ERP-00000023?", lambda: one(ERP, "invoice_id", "ERP-00000023", "vendor_name")),
    Case(
        "How many active workers do we have in the Legal department?",
        lambda: count(HR, has(status="Active", department="Legal")),
    ),
    Case("Average base salary by job title", lambda: by(HR, "job_title", averaged("base_salary"))),
    Case(
        "Which department has the lowest average base salary?",
        lambda: leader(grouped(HR, lambda r: r["department"], averaged("base_salary")), least=True),
    ),
    Case(
        "How many people did we hire into Engineering in 2024?",
        lambda: count(HR, has(in_year("hired_on", "2024"), department="Engineering")),
    ),
    Case(
        "What's the highest base salary among Managers in EMEA?",
        lambda: max(values(HR, "base_salary", has(job_title="Manager", region="EMEA"))),
    ),
    Case(
        "Could I have the list of workers in Finance who left in 2025?",
        lambda: listed(HR, "worker_id", has(in_year("left_on", "2025"), department="Finance")),
    ),
    Case(
        "Of the active workers, what percentage is part-time?",
        lambda: share(HR, has(employment_type="Part-time"), has(status="Active")),
    ),
    Case("FTE of active workers, split by region", lambda: by(HR, "region", summed("fte"), has(status="Active"))),
    Case("On what day was W-000210 hired?", lambda: one(HR, "worker_id", "W-000210", "hired_on")),
    Case(
        "Sum up the base salaries of all active Directors in Sales.",
        lambda: total(HR, "base_salary", has(status="Active", job_title="Director", department="Sales")),
    ),
    Case("What department does worker W-000345 belong to?", lambda: one(HR, "worker_id", "W-000345", "department")),
    Case(
        "What's the average satisfaction on tickets that came in by phone?",
        lambda: mean(values(DESK, "satisfaction", has(channel="phone"))),
    ),
    Case("first reply minutes, average, by priority", lambda: by(DESK, "priority", averaged("first_reply_minutes"))),
    Case(
        "Which topic has the most reopened tickets?",
        lambda: leader(grouped(DESK, lambda r: r["topic"], len, has(reopened=True))),
    ),
    Case(
        "Count the Billing tickets opened through chat in 2025.",
        lambda: count(DESK, has(in_year("opened_on", "2025"), topic="Billing", channel="chat")),
    ),
    Case(
        "Please list pending tickets with high priority",
        lambda: listed(DESK, "ticket_id", has(status="pending", priority="high")),
    ),
    Case(
        "What was the longest resolution time, in hours, for a Login ticket?",
        lambda: max(values(DESK, "resolution_hours", has(topic="Login"))),
    ),
    Case("T-0000512: what priority does it have?", lambda: one(DESK, "ticket_id", "T-0000512", "priority")),
    Case(
        "Which team runs up the highest cloud cost?",
        lambda: leader(grouped(CLOUD, lambda r: r["team"], summed("cost"))),
    ),
    Case(
        "How many events did the Exports feature see in 2024?",
        lambda: total(USAGE, "events", has(in_year("used_on", "2024"), feature="Exports")),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
