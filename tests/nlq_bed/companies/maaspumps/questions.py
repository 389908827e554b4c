"""Questions to the pump group's quarters, invoices, people and tickets."""

from tests.nlq_bed.companies.maaspumps.finance import FINANCE
from tests.nlq_bed.companies.maaspumps.invoices import INVOICES
from tests.nlq_bed.companies.maaspumps.people import PEOPLE
from tests.nlq_bed.companies.maaspumps.tickets import TICKETS
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
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, leader

PIPES = (FINANCE, INVOICES, PEOPLE, TICKETS)
F, V, P, T = (pipe.rows for pipe in PIPES)

NO = (
    "What was our gross revenue retention in 2024?",
    "Net sales for 2021?",
    "what was the EBITDA budget for Q2 2025",
    "Why did capex jump in Q3 2024?",
    "what will net sales be next quarter",
    "Net sales in China in 2024",
    "how much goodwill is on the balance sheet",
    "How much rent do we pay for the Leipzig plant?",
    "What interest rate do we pay on the bank debt?",
    "is our DSO better than the industry average?",
    "CO2 emissions per year",
    "net sales divided by energy cost for Q1 2025",
    "EBITDA for March 2024",
    "net profit q4 2025",
    "which supplier do we owe the most",
    "How many invoices did Fjordland Salmon receive?",
    "total net amount of invoices in Japanese yen",
    "When is Brouwer Dairy going to pay its overdue invoices?",
    "Send a reminder to every customer with an overdue invoice",
    "profit margin by salesperson",
    "invoices approved by Elke Janssens in 2025",
    "how many invoices went to Spain last year",
    "how many invoices were paid in cash",
    "How old are our employees on average?",
    "what does Johan Terpstra earn",
    "Who deserves a promotion?",
    "number of employees with a PhD",
    "Average annual salary in the Legal department",
    "what would total salaries be if everyone got a 3% raise",
    "list everyone who works from home",
    "How many tickets about software bugs did we get in 2024?",
    "avg resolution time of Peter Novotny",
    "how many angry customers opened a ticket in 2025",
    "Which customers have both unresolved tickets and overdue invoices?",
    "please close ticket SD-51099",
    "tickets for pump model XR-900",
)
CHOICES = (
    "margin last quarter",
    "How much profit did we make in 2024?",
    "cash flow q2 2025",
    "energy in 2023",
    "What's the average invoice amount in 2024?",
    "average time for tickets in 2025",
)

CASES = [
    # quarters
    Case("What were our net sales in Q2 2024?", lambda: one(F, "net_sales", reporting_quarter="2024-Q2")),
    Case("net profit last quarter", lambda: one(F, "net_profit", reporting_quarter="2025-Q3")),
    Case("ebitda ytd", lambda: total(F, "ebitda", during("reporting_quarter", "2025"))),
    Case(
        "How much did we spend on marketing in 2023?",
        lambda: total(F, "marketing_expense", during("reporting_quarter", "2023")),
    ),
    Case(
        "What did the cash balance stand at by the end of 2024?",
        lambda: one(F, "cash_balance", reporting_quarter="2024-Q4"),
    ),
    Case(
        "how did order intake change from q1 2025 to q2 2025",
        lambda: (
            one(F, "order_intake", reporting_quarter="2025-Q2") - one(F, "order_intake", reporting_quarter="2025-Q1")
        ),
    ),
    Case(
        "Show me the gross margin for each quarter of 2024",
        lambda: series(F, "reporting_quarter", "gross_margin_pct", "2024", "2025"),
    ),
    Case(
        "scrap rate trend since the start of 2024",
        lambda: series(F, "reporting_quarter", "scrap_rate_pct", "2024", "2026"),
    ),
    Case("equity ratio 2023", lambda: series(F, "reporting_quarter", "equity_ratio_pct", "2023", "2024")),
    Case("Which quarter had the highest capex?", lambda: leader([(r["reporting_quarter"], r["capex"]) for r in F])),
    Case(
        "In how many quarters did we have more than 3 workplace accidents?",
        lambda: number(F, over("workplace_accidents", 3)),
    ),
    Case(
        "on average how many units did we ship per quarter in 2024",
        lambda: mean(F, "units_shipped", during("reporting_quarter", "2024")),
    ),
    Case("What's the current headcount?", lambda: one(F, "headcount", reporting_quarter="2025-Q3")),
    Case("Total dividends paid over the whole period", lambda: total(F, "dividends_paid")),
    Case(
        "change in bank debt between Q4 2023 and Q4 2024",
        lambda: one(F, "bank_debt", reporting_quarter="2024-Q4") - one(F, "bank_debt", reporting_quarter="2023-Q4"),
    ),
    Case(
        "Compare service sales in 2023 and 2024",
        lambda: Table(
            [
                ("2023", total(F, "service_sales", during("reporting_quarter", "2023"))),
                ("2024", total(F, "service_sales", during("reporting_quarter", "2024"))),
            ]
        ),
    ),
    Case(
        "spare parts sales by year", lambda: Table(by(F, lambda r: r["reporting_quarter"][:4], of("spare_parts_sales")))
    ),
    Case("whats the latest dso", lambda: one(F, "dso_days", reporting_quarter="2025-Q3")),
    Case(
        "I need net sales, ebit and net profit for Q1 2025",
        lambda: Table(
            [
                (
                    one(F, "net_sales", reporting_quarter="2025-Q1"),
                    one(F, "ebit", reporting_quarter="2025-Q1"),
                    one(F, "net_profit", reporting_quarter="2025-Q1"),
                )
            ]
        ),
    ),
    Case("What is the lowest order backlog we ever had?", lambda: min(got(F, "order_backlog"))),
    Case(
        "top 3 quarters by free cash flow", lambda: first([(r["reporting_quarter"], r["free_cash_flow"]) for r in F], 3)
    ),
    Case("enrgy cost in 2024", lambda: total(F, "energy_cost", during("reporting_quarter", "2024"))),
    Case(
        "Did legal fees go down from 2023 to 2024?",
        lambda: (
            total(F, "legal_fees", during("reporting_quarter", "2024"))
            - total(F, "legal_fees", during("reporting_quarter", "2023"))
        ),
    ),
    Case(
        "R&D expense, first half of 2025",
        lambda: total(F, "rnd_expense", during("reporting_quarter", "2025-Q1", "2025-Q2")),
    ),
    Case(
        "How many warranty claims came in during the first quarter of this year?",
        lambda: one(F, "warranty_claims", reporting_quarter="2025-Q1"),
    ),
    Case(
        "how much higher was payroll cost in Q3 2025 than in Q3 2024",
        lambda: (
            one(F, "payroll_cost", reporting_quarter="2025-Q3") - one(F, "payroll_cost", reporting_quarter="2024-Q3")
        ),
    ),
    Case(
        "For how many quarters is there no customer satisfaction score?",
        lambda: number(F, customer_satisfaction_score=None),
    ),
    Case(
        "new customers and lost customers by quarter in 2024 pls",
        lambda: Table(
            [
                (r["reporting_quarter"], r["new_customers"], r["lost_customers"])
                for r in where(F, during("reporting_quarter", "2024"))
            ]
        ),
    ),
    # invoices
    Case("How many invoices did we post in August 2025?", lambda: number(V, during("posting_date", "2025-08"))),
    Case(
        "total net amount invoiced to Rheinwerk Polymers in 2024",
        lambda: total(V, "net_amount", during("posting_date", "2024"), customer_name="Rheinwerk Polymers"),
    ),
    Case(
        "Which Brouwer Dairy invoices are overdue?",
        lambda: keys(V, "invoice_number", customer_name="Brouwer Dairy", payment_status="Overdue"),
    ),
    Case(
        "net amount by product line for last year",
        lambda: Table(by(V, "product_line", of("net_amount"), during("posting_date", "2024"))),
    ),
    Case("Top 5 customers by gross amount", lambda: first(by(V, "customer_name", of("gross_amount")), 5)),
    Case(
        "how many invoices are open or disputed",
        lambda: number(V, lambda r: r["payment_status"] in ("Open", "Disputed")),
    ),
    Case(
        "Number of invoices without a purchase order in 2025",
        lambda: number(V, during("posting_date", "2025"), purchase_order_no=None),
    ),
    Case(
        "How many days to pay does Pennine Water take on average?",
        lambda: mean(V, "days_to_pay", customer_name="Pennine Water"),
    ),
    Case("which customers have more than 45 invoices", lambda: above(by(V, "customer_name", len), 45)),
    Case("What percentage of our invoices is in GBP?", lambda: percent(where(V, currency_code="GBP"), V)),
    Case("payment status of SI-240776", lambda: one(V, "payment_status", invoice_number="SI-240776")),
    Case(
        "Who was the salesperson with the highest net amount in Q2 2025?",
        lambda: best(V, "salesperson", of("net_amount"), during("posting_date", "2025-Q2")),
    ),
    Case(
        "biggest net amount on a single maintenance invoice",
        lambda: max(got(V, "net_amount", product_line="Maintenance")),
    ),
    Case(
        "Invoices per month from January to June 2024",
        lambda: Table(
            by(V, lambda r: r["posting_date"][:7], len, lambda r: "2024-01" <= r["posting_date"][:7] <= "2024-06")
        ),
    ),
    Case(
        "how many different German customers have we invoiced",
        lambda: distinct(V, "customer_number", bill_to_country="Germany"),
    ),
    Case("VAT amount for july 2025?", lambda: total(V, "vat_amount", during("posting_date", "2025-07"))),
    Case(
        "List the invoices posted in September 2025 that were not emailed",
        lambda: keys(V, "invoice_number", during("posting_date", "2025-09"), emailed=False),
    ),
    Case(
        "For the chemicals industry, what's the net amount per customer?",
        lambda: Table(by(V, "customer_name", of("net_amount"), customer_industry="Chemicals")),
    ),
    Case(
        "Are there any written off invoices from 2024?",
        lambda: number(V, during("posting_date", "2024"), payment_status="Written off"),
    ),
    Case(
        "average reminders sent per spare parts invoice", lambda: mean(V, "reminders_sent", product_line="Spare Parts")
    ),
    Case(
        "count of invoices above 30,000 net that were paid by bank transfer",
        lambda: number(V, over("net_amount", 30_000), payment_method="Bank transfer"),
    ),
    Case(
        "give me the 5 largest overdue invoices by gross amount",
        lambda: largest(V, "invoice_number", "gross_amount", 5, payment_status="Overdue"),
    ),
    Case(
        "How many Net 60 invoices went to a country other than Germany?",
        lambda: number(V, lambda r: r["bill_to_country"] != "Germany", payment_terms="Net 60"),
    ),
    # people
    Case(
        "how many active employees are there in Leipzig", lambda: number(P, employment_status="Active", site="Leipzig")
    ),
    Case(
        "departments with an average annual salary above 50,000",
        lambda: above(by(P, "department", avg("annual_salary")), 50_000),
    ),
    Case(
        "Who in Production is on leave?",
        lambda: keys(P, "employee_number", department="Production", employment_status="On leave"),
    ),
    Case("What is Ines Yilmaz's job title?", lambda: one(P, "job_title", full_name="Ines Yilmaz")),
    Case(
        "how many people in Logistics dont have a work email",
        lambda: number(P, department="Logistics", work_email=None),
    ),
    Case("What share of employees is female?", lambda: percent(where(P, gender="Female"), P)),
    Case("which site has the most employees on night shift", lambda: best(P, "site", len, works_night_shift=True)),
    Case(
        "How many employees resigned with a leave date in 2024?",
        lambda: number(P, during("leave_date", "2024"), leaving_reason="Resigned"),
    ),
    Case(
        "sum of annual salaries for active Engineering staff",
        lambda: total(P, "annual_salary", department="Engineering", employment_status="Active"),
    ),
    Case(
        "number of employees with a forklift license outside Production",
        lambda: number(P, lambda r: r["department"] != "Production", forklift_license=True),
    ),
    Case("hire date of E1100", lambda: one(P, "hire_date", employee_number="E1100")),
    Case(
        "Could you list our part-time employees in Sheffield?",
        lambda: keys(P, "employee_number", employment_type="Part-time", site="Sheffield"),
    ),
    Case("What's the highest annual salary a welder gets?", lambda: max(got(P, "annual_salary", job_title="Welder"))),
    Case("5 most common job titles", lambda: first(by(P, "job_title", len), 5)),
    # tickets
    Case(
        "How many critical tickets were created in 2024?",
        lambda: number(T, during("created_at", "2024"), priority="Critical"),
    ),
    Case("avg resolution time by priority", lambda: Table(by(T, "priority", avg("resolution_time_h")))),
    Case(
        "Which agent was assigned the most tickets last year?",
        lambda: best(T, "assigned_agent", len, during("created_at", "2024")),
    ),
    Case("sla breaches per support team", lambda: Table(by(T, "support_team", len, sla_breached=True))),
    Case("which tickets have no agent assigned", lambda: keys(T, "ticket_number", assigned_agent=None)),
    Case(
        "What percent of 2025 tickets came in via WhatsApp?",
        lambda: percent(
            where(T, during("created_at", "2025"), source_channel="WhatsApp"), where(T, during("created_at", "2025"))
        ),
    ),
    Case(
        "average csat rating for tickets handled by Kofi Mensah",
        lambda: mean(T, "csat_rating", assigned_agent="Kofi Mensah"),
    ),
    Case(
        "How many motor failure tickets needed a site visit?",
        lambda: number(T, issue_category="Motor Failure", site_visit_needed=True),
    ),
    Case(
        "monthly tikets in 2025", lambda: Table(by(T, lambda r: r["created_at"][:7], len, during("created_at", "2025")))
    ),
    Case(
        "what pump model gets the most seal leakage tickets?",
        lambda: best(T, "pump_model", len, issue_category="Seal Leakage"),
    ),
    Case("who is the agent on ticket SD-51207", lambda: one(T, "assigned_agent", ticket_number="SD-51207")),
    Case("Show me the 5 newest tickets", lambda: largest(T, "ticket_number", "created_at", 5)),
    Case(
        "How many replies did we send to Humber Refining in 2024?",
        lambda: total(T, "replies_count", during("created_at", "2024"), customer_name="Humber Refining"),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
