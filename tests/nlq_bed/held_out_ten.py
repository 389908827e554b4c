"""The tenth set, by a sceptic who wants something made up."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, flow, pairs, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Refused,
    Table,
    averaged,
    by,
    count,
    finance,
    grouped,
    leader,
    listed,
    mean,
    one,
    quarter,
    rows,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "How big was our order backlog at the end of 2025?",
    "What revenue did we make in Germany last year?",
    "revenue forecast for Q1 2026",
    "how has our net promoter score moved over the quarters",
    "Why did operating margin slip in 2024?",
    "EBITDA of Q4 2022",
    "What was 2024 revenue in euros?",
    "How far under budget were operating expenses in Q2 2025?",
    "adjusted EBITDA 2025",
    "Take revenue for 2024 and subtract payroll expense, what is left?",
    "If we had cut marketing expense by 10%, what would 2025 net income have been?",
    "short-term debt at the end of last year?",
    "How much did we pay out in dividends in 2024?",
    "What was revenue in May 2024?",
    "organic revenue growth Q3 2025",
    "What's the total amount of the invoices from Umbrella Logistics?",
    "How many invoices were rejected?",
    "Which invoices did Maria approve?",
    "total amount of JPY invoices in 2024",
    "Net amount invoiced to us in 2021?",
    "How many of the paid invoices were paid late?",
    "On average, how many days does it take us to pay an invoice?",
    "Discounts we received from Helios Supply in 2025",
    "total amount of the EUR invoices converted to dollars",
    "Please pay all open invoices of Falcon Energy",
    "How many women work in Engineering?",
    "What is Jane Smith's base salary?",
    "average bonus in the Sales department",
    "number of remote workers in EMEA",
    "How many workers does the Procurement department have?",
    "How many workers resigned voluntarily in 2025?",
    "How many tickets did agent Tom solve?",
    "tickets escalated to tier 2 last year",
    "What is the average satisfaction on tickets that came in via WhatsApp?",
    "How many high priority tickets breached their SLA?",
    "average time to second reply for high priority tickets",
    "How many opportunities did Sarah win last quarter?",
    "How many accounts do we have in the Aerospace industry?",
    "win rate on deals against Oracle",
    "number of stalled opportunities in EMEA",
    "Which accounts are going to churn next quarter?",
    "accounts located in Canada, how many",
    "What is the total amount of opportunities in the Discovery stage?",
    "What did BigQuery cost us?",
    "our Azure cloud cost in January 2023",
    "How much cloud cost ran up in eu-west-1?",
    "Cloud cost for March 2024, all services",
    "How much of the EC2 cost was for idle instances?",
    "what did we save with reserved instances",
    "How many gigabytes are we storing in S3?",
    "How many clicks did Dashboards get in 2025?",
    "crash rate of the ios app",
    "minutes spent in the Chatbot feature last year",
)
CHOICES = (
    "what was our margin in q2 2024",
    "Retention in Q3 2025?",
    "What does Acme's total amount come to?",
    "How many people did we hire in 2024?",
    "How many support tickets did we get in 2024?",
    "how many Enterprise ones do we have in EMEA",
    "how many errors did API throw in 2025",
)

CASES = [
    Case("How much revenue did we pull in during 2024?", lambda: year("revenue", 2024)),
    Case("ebitda q3 2025", lambda: at("ebitda", "2025-Q3")),
    Case("Could you tell me how much cash we were sitting on when 2023 closed?", lambda: at("cash", "2023-Q4")),
    Case("net margin by quarter last year", lambda: Table(pairs("net_margin", "2025"))),
    Case(
        "How many customers did we lose in the first half of 2024?",
        lambda: flow("lost_customers", "2024-Q1", "2024-Q2"),
    ),
    Case("which quarter was our best ever for bookings", lambda: leader(pairs("bookings"))),
    Case("Top three quarters by free cash flow, please", lambda: top(pairs("free_cash_flow"), 3)),
    Case("sales employees on board at the end of 2024?", lambda: at("sales_employees", "2024-Q4")),
    Case(
        "How did long-term debt change from Q1 2023 to Q4 2025?",
        lambda: at("long_term_debt", "2025-Q4") - at("long_term_debt", "2023-Q1"),
    ),
    Case("avg quarterly marketing expense in 2024", lambda: mean([r["marketing_expense"] for r in finance("2024")])),
    Case(
        "Show me the R&D expense trend, quarter by quarter, since the start of 2024",
        lambda: Table(pairs("research_and_development", "2024"), ordered=True),
    ),
    Case(
        "yoy change in deferred revenue for Q4 2025",
        lambda: at("deferred_revenue", "2025-Q4") - at("deferred_revenue", "2024-Q4"),
    ),
    Case(
        "What is the highest operating margin we have ever posted?",
        lambda: max(v for _, v in pairs("operating_margin")),
    ),
    Case("emea revenu in Q2 2023 plz", lambda: at("revenue_emea", "2023-Q2")),
    Case(
        "I need net income for each year", lambda: Table([(y, flow("net_income", y)) for y in ("2023", "2024", "2025")])
    ),
    Case(
        "In how many quarters did net income exceed 7 million?",
        lambda: count(LEDGER, lambda r: r["net_income"] > 7_000_000),
    ),
    Case("DSO in 2024 Q1?", lambda: at("days_sales_outstanding", "2024-Q1")),
    Case(
        "All the capex we've spent since the beginning of 2023, in one figure", lambda: flow("capital_expenditure", "")
    ),
    Case("When was the customer churn rate at its lowest?", lambda: leader(pairs("customer_churn_rate"), least=True)),
    Case("gimme the current ratio as it stands today", lambda: at("current_ratio", "2025-Q4")),
    Case(
        "quarters in which other income was negative", lambda: listed(LEDGER, "period", lambda r: r["other_income"] < 0)
    ),
    Case(
        "Support costs from Q2 through Q4 2023, added together",
        lambda: flow("support_costs", "2023-Q2", "2023-Q3", "2023-Q4"),
    ),
    Case("revenue per employee, last quarter of 2024", lambda: at("revenue_per_employee", "2024-Q4")),
    Case("How many invoices have not been paid yet?", lambda: count(ERP, lambda r: r["status"] != "paid")),
    Case(
        "sum up the tax on everything Globex Energy invoiced us",
        lambda: total(ERP, "tax_amount", lambda r: r["vendor_name"] == "Globex Energy"),
    ),
    Case("Which supplier sends us the most invoices?", lambda: leader(grouped(ERP, lambda r: r["vendor_name"], len))),
    Case(
        "total amount by cost center, overdue only",
        lambda: by(ERP, "cost_center", summed("total_amount"), lambda r: r["status"] == "overdue"),
    ),
    Case("Invoice ERP-00000421 - what's its due date?", lambda: one(ERP, "invoice_id", "ERP-00000421", "due_on")),
    Case(
        "average net amount of the GBP invoices",
        lambda: mean(values(ERP, "net_amount", lambda r: r["currency"] == "GBP")),
    ),
    Case(
        "How many different vendors invoiced Facilities in 2025?",
        lambda: len(
            {r["vendor_name"] for r in rows(ERP) if r["cost_center"] == "Facilities" and r["issued_on"][:4] == "2025"}
        ),
    ),
    Case(
        "list every invoice with a total amount above 56,000",
        lambda: listed(ERP, "invoice_id", lambda r: r["total_amount"] > 56_000),
    ),
    Case("What percentage of our invoices is overdue?", lambda: share(ERP, lambda r: r["status"] == "overdue")),
    Case("number of invoices per currency", lambda: by(ERP, "currency", len)),
    Case(
        "the biggest total amount on any USD invoice issued in 2024?",
        lambda: max(values(ERP, "total_amount", lambda r: r["currency"] == "USD" and r["issued_on"][:4] == "2024")),
    ),
    Case("How many invoices fall due in January 2026?", lambda: count(ERP, lambda r: r["due_on"][:7] == "2026-01")),
    Case("Count the invoices where the tax amount is zero", lambda: count(ERP, lambda r: r["tax_amount"] == 0)),
    Case(
        "rank the 5 vendors with the largest net amount charged to IT in 2024",
        lambda: top(
            grouped(
                ERP,
                lambda r: r["vendor_name"],
                summed("net_amount"),
                lambda r: r["cost_center"] == "IT" and r["issued_on"][:4] == "2024",
            ),
            5,
        ),
    ),
    Case(
        "avg base salary of directors in EMEA",
        lambda: mean(values(HR, "base_salary", lambda r: r["job_title"] == "Director" and r["region"] == "EMEA")),
    ),
    Case(
        "How many contractors are still active?",
        lambda: count(HR, lambda r: r["employment_type"] == "Contractor" and r["status"] == "Active"),
    ),
    Case(
        "Which department has the most active workers?",
        lambda: leader(grouped(HR, lambda r: r["department"], len, lambda r: r["status"] == "Active")),
    ),
    Case(
        "workers who left in 2024, by department",
        lambda: by(HR, "department", len, lambda r: r["left_on"] is not None and r["left_on"][:4] == "2024"),
    ),
    Case("When was W-000250 hired?", lambda: one(HR, "worker_id", "W-000250", "hired_on")),
    Case(
        "How many workers hired before 2019 have since been terminated?",
        lambda: count(HR, lambda r: r["hired_on"] < "2019-01-01" and r["status"] == "Terminated"),
    ),
    Case(
        "What job title earns the highest base salary on average?",
        lambda: leader(grouped(HR, lambda r: r["job_title"], averaged("base_salary"))),
    ),
    Case(
        "What % of our part-time workers are in APAC?",
        lambda: share(HR, lambda r: r["region"] == "APAC", lambda r: r["employment_type"] == "Part-time"),
    ),
    Case(
        "how many urgent tickets came in through chat",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["channel"] == "chat"),
    ),
    Case(
        "Average satisfaction, split by channel",
        lambda: by(DESK, "channel", averaged("satisfaction"), lambda r: r["satisfaction"] is not None),
    ),
    Case(
        "On billing tickets opened in 2025, what was the mean first reply time in minutes?",
        lambda: mean(
            values(DESK, "first_reply_minutes", lambda r: r["topic"] == "Billing" and r["opened_on"][:4] == "2025")
        ),
    ),
    Case("tickets without a satisfaction score: how many?", lambda: count(DESK, lambda r: r["satisfaction"] is None)),
    Case("reopened tickets as a percentage of all tickets", lambda: share(DESK, lambda r: r["reopened"])),
    Case(
        "What's the longest any Login ticket took, in resolution hours?",
        lambda: max(values(DESK, "resolution_hours", lambda r: r["topic"] == "Login")),
    ),
    Case(
        "List the open urgent tickets about Performance",
        lambda: listed(
            DESK,
            "ticket_id",
            lambda r: r["status"] == "open" and r["priority"] == "urgent" and r["topic"] == "Performance",
        ),
    ),
    Case(
        "which topic has the worst average satisfaction?",
        lambda: leader(
            grouped(DESK, lambda r: r["topic"], averaged("satisfaction"), lambda r: r["satisfaction"] is not None),
            least=True,
        ),
    ),
    Case("What channel did ticket T-0000777 come in on?", lambda: one(DESK, "ticket_id", "T-0000777", "channel")),
    Case(
        "how many healthcare accounts are already customers?",
        lambda: count(CRM, lambda r: r["industry"] == "Healthcare" and r["is_customer"]),
    ),
    Case(
        "Which accounts have more than 39,500 employees?",
        lambda: listed(CRM, "account_id", lambda r: r["employees"] > 39_500),
    ),
    Case(
        "mean annual revenue of our SMB accounts",
        lambda: mean(values(CRM, "annual_revenue", lambda r: r["segment"] == "SMB")),
    ),
    Case(
        "Break the LATAM accounts down by industry", lambda: by(CRM, "industry", len, lambda r: r["region"] == "LATAM")
    ),
    Case("what industry is ACC-000500 in", lambda: one(CRM, "account_id", "ACC-000500", "industry")),
    Case(
        "Total amount of closed won deals with a close date in 2024",
        lambda: total(OPPS, "amount", lambda r: r["is_won"] and r["close_on"][:4] == "2024"),
    ),
    Case(
        "Opportunities that are not closed, counted by lead source",
        lambda: by(OPPS, "lead_source", len, lambda r: not r["is_closed"]),
    ),
    Case(
        "What's the largest amount among the opportunities in Negotiation?",
        lambda: max(values(OPPS, "amount", lambda r: r["stage"] == "Negotiation")),
    ),
    Case(
        "top 3 lead sources by amount of won opportunities",
        lambda: top(grouped(OPPS, lambda r: r["lead_source"], summed("amount"), lambda r: r["is_won"]), 3),
    ),
    Case(
        "How many opportunities created in the first half of 2025 have a probability of at least 75?",
        lambda: count(OPPS, lambda r: "2025-01-01" <= r["created_on"] <= "2025-06-30" and r["probability"] >= 75),
    ),
    Case(
        "average deal amount, Enterprise segment, APAC",
        lambda: mean(values(OPPS, "amount", lambda r: r["segment"] == "Enterprise" and r["region"] == "APAC")),
    ),
    Case(
        "Which opportunities are due to close in June 2026?",
        lambda: listed(OPPS, "opportunity_id", lambda r: r["close_on"][:7] == "2026-06"),
    ),
    Case(
        "How much did S3 cost us in January 2023?",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "S3" and r["usage_on"][:7] == "2023-01"),
    ),
    Case("cloud cost by team", lambda: by(CLOUD, "team", summed("cost"))),
    Case(
        "which cloud service is costing us the most?",
        lambda: leader(grouped(CLOUD, lambda r: r["service"], summed("cost"))),
    ),
    Case(
        "Credits received on the sandbox account, in total",
        lambda: total(CLOUD, "credits", lambda r: r["account"] == "sandbox"),
    ),
    Case(
        "lambda usage hours in staging",
        lambda: total(CLOUD, "usage_hours", lambda r: r["service"] == "Lambda" and r["account"] == "staging"),
    ),
    Case(
        "What's the average cost of an EKS cost line?",
        lambda: mean(values(CLOUD, "cost", lambda r: r["service"] == "EKS")),
    ),
    Case(
        "How many production cost lines came to more than $2,450?",
        lambda: count(CLOUD, lambda r: r["account"] == "production" and r["cost"] > 2_450),
    ),
    Case(
        "RDS cost per day between 1 and 7 January 2023",
        lambda: by(
            CLOUD,
            "usage_on",
            summed("cost"),
            lambda r: r["service"] == "RDS" and "2023-01-01" <= r["usage_on"] <= "2023-01-07",
        ),
    ),
    Case(
        "errors on android by feature",
        lambda: by(USAGE, "feature", summed("errors"), lambda r: r["platform"] == "android"),
    ),
    Case(
        "How many minutes were spent in Reports on the Free plan in 2024?",
        lambda: total(
            USAGE, "minutes", lambda r: r["feature"] == "Reports" and r["plan"] == "Free" and r["used_on"][:4] == "2024"
        ),
    ),
    Case(
        "which platform logged the most events",
        lambda: leader(grouped(USAGE, lambda r: r["platform"], summed("events"))),
    ),
    Case(
        "How many distinct accounts have used Alerts?",
        lambda: len({r["account_id"] for r in rows(USAGE) if r["feature"] == "Alerts"}),
    ),
    Case(
        "Product events on the Team plan, per quarter, for 2025",
        lambda: Table(
            sorted(
                grouped(
                    USAGE,
                    lambda r: quarter(r["used_on"]),
                    summed("events"),
                    lambda r: r["plan"] == "Team" and r["used_on"][:4] == "2025",
                )
            ),
            ordered=True,
        ),
    ),
    Case(
        "Peak active users on ios during Q3 2025",
        lambda: max(
            values(USAGE, "active_users", lambda r: r["platform"] == "ios" and quarter(r["used_on"]) == "2025-Q3")
        ),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
