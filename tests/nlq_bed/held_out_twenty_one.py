"""Written by somebody who had not seen the grammar: staff of a company in their chat."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, OPPS, USAGE, at, by_quarter, flow, pairs, trend
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
    quarter,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "How much subscription revenue did EMEA bring in 2025?",
    "What was revenue in March 2025?",
    "revenue and market share for 2024",
    "adjusted EBITDA, Q4 2024",
    "which region had the highest marketing expense in 2025",
    "How many customers did we lose in APAC last year?",
    "Cash at the end of Q1 2022",
    "How many invoices did we pay in March 2024?",
    "what share of last year's invoices was paid within terms",
    "Average number of days Globex Energy gets its money late",
    "for each cost center show me the vendor with the highest total",
    "Which invoices were overdue at the end of September 2024?",
    "disputed invoices from Delta Supply",
    "net amount and early payment discount by vendor",
    "how much did Umbrella Logistics invoice us in 2025",
    "how many invoices turned overdue in November 2025",
    "total amount invoiced in 2022",
    "How many people were promoted to Manager in 2024?",
    "which department was W-000455 in before the current one",
    "How many Associates did we have in 2021?",
    "average salary and bonus by department",
    "gender split in Engineering",
    "Who does W-000010 report to?",
    "how many contractors became full-time in 2025",
    "Most common job title in each region by number of workers",
    "How many people resigned voluntarily from Legal in 2025?",
    "how much did the base salary of W-000100 go up since hiring",
    "average first reply time of tier 2 agents",
    "How long do customers take to send their first reply?",
    "how many tickets were escalated to engineering in Q3 2025",
    "Which tickets went to pending in May 2025?",
    "how many of the urgent tickets started out as low priority",
    "Tickets about refunds opened in 2024",
    "avg satisfaction and NPS for 2025",
    "for every topic, which channel has the worst satisfaction",
    "tickets that came in via WhatsApp",
    "How many deals moved into Negotiation in Q2 2025?",
    "why do we lose so many LATAM deals",
    "EC2 cost in March 2024",
)
CHOICES = (
    "income for Q2 2025",
    "What was our revenue retention in Q4 2024?",
    "how many support tickets in Q2 2025?",
)

CASES = [
    Case("ebitda for 2024 pls", lambda: flow("ebitda", "2024")),
    Case("cash on hand at year end 2024?", lambda: at("cash", "2024-Q4")),
    Case("In which quarter was our gross margin best?", lambda: leader(pairs("gross_margin"))),
    Case(
        "How much more did we spend on marketing in 2025 than in 2024?",
        lambda: flow("marketing_expense", "2025") - flow("marketing_expense", "2024"),
    ),
    Case("DSO by quarter for 2025", lambda: by_quarter("days_sales_outstanding", "2025")),
    Case(
        "can you show me how net income developed quarter by quarter, 2024 through 2025",
        lambda: trend("net_income", "2024-Q1"),
    ),
    Case(
        "Did customer churn rate go down from Q1 2023 to Q4 2025?",
        lambda: at("customer_churn_rate", "2025-Q4") - at("customer_churn_rate", "2023-Q1"),
    ),
    Case("Where did ARR stand at the end of Q3 2025?", lambda: at("arr", "2025-Q3")),
    Case("R&D spend H1 2025", lambda: flow("research_and_development", "2025-Q1", "2025-Q2")),
    Case("how many customers did we lose last year", lambda: flow("lost_customers", "2025")),
    Case(
        "LATAM revenue Q4 2023 vs Q4 2024", lambda: Table([(q, at("revenue_latam", q)) for q in ("2023-Q4", "2024-Q4")])
    ),
    Case(
        "How many quarters had an operating margin above 15%?",
        lambda: sum(1 for r in finance("") if r["operating_margin"] > 15),
    ),
    Case("Interest expense since the beginning of 2024 in total", lambda: flow("interest_expense", "2024", "2025")),
    Case(
        "what's the lowest free cash flow we've ever had in a quarter",
        lambda: min(v for _, v in pairs("free_cash_flow")),
    ),
    Case("latest deferred revenue balance", lambda: at("deferred_revenue", "2025-Q4")),
    Case("three best quarters for bookings", lambda: top(pairs("bookings"), 3)),
    Case(
        "How did long-term debt change from Q4 2024 to Q4 2025?",
        lambda: at("long_term_debt", "2025-Q4") - at("long_term_debt", "2024-Q4"),
    ),
    Case("I need net revenue retention for 2024", lambda: by_quarter("net_revenue_retention", "2024")),
    Case("how many open positions right now?", lambda: at("open_positions", "2025-Q4")),
    Case("Hosting costs for Q3, please", lambda: at("hosting_costs", "2025-Q3")),
    Case("subscripton revenue q2 24", lambda: at("subscription_revenue", "2024-Q2")),
    Case(
        "How many Falcon Energy invoices are overdue?",
        lambda: count(ERP, has(vendor_name="Falcon Energy", status="overdue")),
    ),
    Case(
        "net amount of everything that's not paid yet, all invoices",
        lambda: total(ERP, "net_amount", lambda r: r["status"] != "paid"),
    ),
    Case(
        "Top 5 vendors by total invoice amount in 2025",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("total_amount"), in_year("issued_on", "2025")), 5),
    ),
    Case("when is invoice ERP-00000417 due", lambda: one(ERP, "invoice_id", "ERP-00000417", "due_on")),
    Case(
        "break down the 2024 invoices by cost centre, total amount incl. tax",
        lambda: by(ERP, "cost_center", summed("total_amount"), in_year("issued_on", "2024")),
    ),
    Case(
        "nr of GBP invocies over 20k net",
        lambda: count(ERP, lambda r: r["currency"] == "GBP" and r["net_amount"] > 20_000),
    ),
    Case(
        "On average, how big is an invoice for the IT cost center, tax included?",
        lambda: mean(values(ERP, "total_amount", has(cost_center="IT"))),
    ),
    Case(
        "Please list the open invoices that fall due in January 2026",
        lambda: listed(ERP, "invoice_id", lambda r: r["status"] == "open" and r["due_on"][:7] == "2026-01"),
    ),
    Case(
        "which cost center has the most overdue invoices?",
        lambda: leader(grouped(ERP, lambda r: r["cost_center"], len, has(status="overdue"))),
    ),
    Case("What percentage of our invoices are in euros?", lambda: share(ERP, has(currency="EUR"))),
    Case(
        "invoices per month in 2025",
        lambda: Table(
            sorted(grouped(ERP, lambda r: r["issued_on"][:7], len, in_year("issued_on", "2025"))), ordered=True
        ),
    ),
    Case(
        "how many different vendors invoiced us in March 2025",
        lambda: distinct(ERP, "vendor_name", lambda r: r["issued_on"][:7] == "2025-03"),
    ),
    Case(
        "Invoices issued in Q4 2024 with zero tax - how many?",
        lambda: count(ERP, lambda r: r["tax_amount"] == 0 and quarter(r["issued_on"]) == "2024-Q4"),
    ),
    Case("Which vendor is ERP-00000085 from?", lambda: one(ERP, "invoice_id", "ERP-00000085", "vendor_name")),
    Case(
        "five smallest invoices of HR by total amount",
        lambda: largest(ERP, "invoice_id", "total_amount", 5, has(cost_center="HR"), least=True),
    ),
    Case(
        "total with tax of the paid invoices from Acme Supply and Acme Energy together",
        lambda: total(
            ERP, "total_amount", lambda r: r["status"] == "paid" and r["vendor_name"] in ("Acme Supply", "Acme Energy")
        ),
    ),
    Case(
        "Leaving out R&D, what was the net amount invoiced in 2023?",
        lambda: total(ERP, "net_amount", lambda r: r["cost_center"] != "R&D" and r["issued_on"][:4] == "2023"),
    ),
    Case("vendors with more than 30 invoices", lambda: held(ERP, "vendor_name", len, lambda n: n > 30)),
    Case("Granite Supply invoices by status", lambda: by(ERP, "status", len, has(vendor_name="Granite Supply"))),
    Case(
        "overdue invoices above 45,000 total, which ones?",
        lambda: listed(ERP, "invoice_id", lambda r: r["status"] == "overdue" and r["total_amount"] > 45_000),
    ),
    Case(
        "How many active managers are there in Legal?",
        lambda: count(HR, has(department="Legal", job_title="Manager", status="Active")),
    ),
    Case(
        "avg base salary of active Directors",
        lambda: mean(values(HR, "base_salary", has(job_title="Director", status="Active"))),
    ),
    Case(
        "how many people left the Marketing department in 2025?",
        lambda: count(HR, has(in_year("left_on", "2025"), department="Marketing")),
    ),
    Case(
        "Workers hired each year since 2020",
        lambda: Table(
            sorted(grouped(HR, lambda r: r["hired_on"][:4], len, lambda r: r["hired_on"] >= "2020")), ordered=True
        ),
    ),
    Case(
        "What do the base salaries of the active Engineering workers add up to?",
        lambda: total(HR, "base_salary", has(department="Engineering", status="Active")),
    ),
    Case("which department is W-000388 in", lambda: one(HR, "worker_id", "W-000388", "department")),
    Case(
        "Highest base salary in the Finance department?",
        lambda: max(values(HR, "base_salary", has(department="Finance"))),
    ),
    Case(
        "list all active part-time directors in APAC",
        lambda: listed(
            HR, "worker_id", has(employment_type="Part-time", job_title="Director", region="APAC", status="Active")
        ),
    ),
    Case("% of workers who are part time", lambda: share(HR, has(employment_type="Part-time"))),
    Case(
        "How many Leads in Support joined after 2023?",
        lambda: count(
            HR, lambda r: r["job_title"] == "Lead" and r["department"] == "Support" and r["hired_on"] > "2023-12-31"
        ),
    ),
    Case(
        "department with the highest average salary",
        lambda: leader(grouped(HR, lambda r: r["department"], averaged("base_salary"))),
    ),
    Case(
        "Of the terminated workers, how many were contractors?",
        lambda: count(HR, has(status="Terminated", employment_type="Contractor")),
    ),
    Case(
        "total FTE per department, active workers only",
        lambda: by(HR, "department", summed("fte"), has(status="Active")),
    ),
    Case(
        "When was the first person in Operations hired?",
        lambda: min(values(HR, "hired_on", has(department="Operations"))),
    ),
    Case(
        "lowest salary for a full-time manager",
        lambda: min(values(HR, "base_salary", has(job_title="Manager", employment_type="Full-time"))),
    ),
    Case(
        "how many of our active staff earn more than 150k?",
        lambda: count(HR, lambda r: r["status"] == "Active" and r["base_salary"] > 150_000),
    ),
    Case("leaving date of worker W-000002?", lambda: one(HR, "worker_id", "W-000002", "left_on")),
    Case(
        "active workers by region and employment type",
        lambda: crossed(HR, "region", "employment_type", len, has(status="Active")),
    ),
    Case(
        "who did we hire into Sales in Q2 2025",
        lambda: listed(HR, "worker_id", lambda r: r["department"] == "Sales" and quarter(r["hired_on"]) == "2025-Q2"),
    ),
    Case("How many urgent tickets are open at the moment?", lambda: count(DESK, has(priority="urgent", status="open"))),
    Case(
        "avg resolution hours for billing tickets opened in 2025",
        lambda: mean(values(DESK, "resolution_hours", has(in_year("opened_on", "2025"), topic="Billing"))),
    ),
    Case("average satisfaction by channel", lambda: by(DESK, "channel", averaged("satisfaction"))),
    Case(
        "Which topic has the most reopened tickets?",
        lambda: leader(grouped(DESK, lambda r: r["topic"], len, lambda r: r["reopened"])),
    ),
    Case(
        "tickets opened Q1 2025 split by priority",
        lambda: by(DESK, "priority", len, lambda r: quarter(r["opened_on"]) == "2025-Q1"),
    ),
    Case(
        "show me the pending urgent tickets about Integration",
        lambda: listed(DESK, "ticket_id", has(status="pending", priority="urgent", topic="Integration")),
    ),
    Case(
        "what % of the tickets opened in 2024 were reopened",
        lambda: share(DESK, lambda r: r["reopened"], in_year("opened_on", "2024")),
    ),
    Case("satisfaction of T-0000002", lambda: one(DESK, "ticket_id", "T-0000002", "satisfaction")),
    Case("How many tickets have no satisfaction score?", lambda: count(DESK, lambda r: r["satisfaction"] is None)),
    Case(
        "number of tickets that took longer than 300 hours to resolve",
        lambda: count(DESK, lambda r: (r["resolution_hours"] or 0) > 300),
    ),
    Case(
        "Urgent tickets per quarter since 2024",
        lambda: Table(
            sorted(
                grouped(
                    DESK,
                    lambda r: quarter(r["opened_on"]),
                    len,
                    lambda r: r["priority"] == "urgent" and r["opened_on"] >= "2024",
                )
            ),
            ordered=True,
        ),
    ),
    Case(
        "How many different accounts raised a Performance ticket in 2025?",
        lambda: distinct(DESK, "account_id", has(in_year("opened_on", "2025"), topic="Performance")),
    ),
    Case(
        "how many phone tickets were solved in June 2025",
        lambda: count(
            DESK,
            lambda r: r["channel"] == "phone" and (r["solved_on"] or "")[:7] == "2025-06" and r["status"] == "solved",
        ),
    ),
    Case(
        "first reply time, email vs phone, on average",
        lambda: by(DESK, "channel", averaged("first_reply_minutes"), lambda r: r["channel"] in ("email", "phone")),
    ),
    Case(
        "tickets rated 1 out of 5 with high priority - count", lambda: count(DESK, has(satisfaction=1, priority="high"))
    ),
    Case(
        "Topic with the worst average satisfaction?",
        lambda: leader(grouped(DESK, lambda r: r["topic"], averaged("satisfaction")), least=True),
    ),
    Case(
        "fastest resolution of an urgent login ticket, hours",
        lambda: min(values(DESK, "resolution_hours", has(priority="urgent", topic="Login"))),
    ),
    Case("How many tickets has account ACC-000159 opened?", lambda: count(DESK, has(account_id="ACC-000159"))),
    Case("won deals by lead source", lambda: by(OPPS, "lead_source", len, lambda r: r["is_won"])),
    Case(
        "Total value of the deals in Negotiation in EMEA",
        lambda: total(OPPS, "amount", has(stage="Negotiation", region="EMEA")),
    ),
    Case(
        "average size of the Enterprise deals we lost",
        lambda: mean(values(OPPS, "amount", has(stage="Closed Lost", segment="Enterprise"))),
    ),
    Case("cloud cost by team", lambda: by(CLOUD, "team", summed("cost"))),
    Case(
        "How many healthcare accounts are not customers yet?",
        lambda: count(CRM, has(industry="Healthcare", is_customer=False)),
    ),
    Case(
        "which platform shows the most errors",
        lambda: leader(grouped(USAGE, lambda r: r["platform"], summed("errors"))),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
