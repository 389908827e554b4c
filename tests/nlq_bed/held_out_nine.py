"""The ninth set: questions of a CFO's office, of an HR business partner and of a head of support."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, flow, pairs, trend, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Table,
    averaged,
    by,
    count,
    distinct,
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
    "What will revenue be in Q1 2026?",
    "why did free cash flow drop so hard in Q4 2025",
    "revenue in Germany, 2024",
    "adjusted EBITDA 2025",
    "How did opex come in against budget in Q3 2025?",
    "cash at the end of 2022",
    "dividends paid last year",
    "EPS last quarter",
    "short-term debt at year end 2024",
    "revenue for the month of January 2025",
    "divide marketing expense by new customers for Q1 2025",
    "Give me Q4 2025 revenue converted to euros",
    "invoices approved by Sarah",
    "how much did Wayne Enterprises invoice us in 2024",
    "How many invoices are being disputed?",
    "total amount of invoices in JPY",
    "please pay ERP-00000007 today",
    "early payment discounts we got from Acme Energy",
    "how many of our managers are women",
    "Bonus paid to Sales directors",
    "active workers in the Berlin office",
    "Who reports to W-000010?",
    "average age of workers in Finance",
    "Which agent solved the most tickets last month?",
    "tickets that breached SLA in 2025",
    "how many tickets were escalated to tier 2",
    "tickets that came in via whatsapp",
    "win rate per sales rep",
    "which competitor did we lose Deal 12 to",
    "how many accounts do we have in Spain",
    "Azure cost January 2023",
    "EC2 cost in eu-west-1",  # that region has no row
    "cloud cost in 2025",  # the bill ends in February 2023
    "how many minutes were spent on windows phones",
    "What would revenue be if every Free plan account moved to Team?",
)
CHOICES = (
    "what was our margin in Q2 2025",
    "retention last quarter?",
    "How quickly do we deal with Login tickets on average?",
    "How many support tickets did we get in 2024?",  # the help desk's own, or those of the quarters
    "how much were our costs in Q1 2023",  # of revenue, hosting, support, services, operating, the cloud bill
)

CASES = [
    Case("revenue for full year 2024?", lambda: year("revenue", 2024)),
    Case("whats our cash balance at the end of june 2025", lambda: at("cash", "2025-Q2")),
    Case("Can you send me EBITDA for each quarter of last year?", lambda: trend("ebitda", "2025-Q1")),
    Case("opex Q2 25", lambda: at("operating_expenses", "2025-Q2")),
    Case(
        "How much did gross profit grow from Q1 2024 to Q1 2025?",
        lambda: at("gross_profit", "2025-Q1") - at("gross_profit", "2024-Q1"),
    ),
    Case("DSO over the last four quarters", lambda: trend("days_sales_outstanding", "2025-Q1")),
    Case(
        "What did we spend on R&D in 2023 and 2024 combined?", lambda: flow("research_and_development", "2023", "2024")
    ),
    Case(
        "which quarter had the worst free cash flow margin", lambda: leader(pairs("free_cash_flow_margin"), least=True)
    ),
    Case("our best three quarters for bookings pls", lambda: top(pairs("bookings"), 3)),
    Case("leavers by quarter, 2024", lambda: trend("leavers", "2024-Q1", "2024-Q4")),
    Case(
        "average quarterly capex since the start of 2024",
        lambda: mean([figure for _, figure in pairs("capital_expenditure", "2024-Q1")]),
    ),
    Case(
        "Did net margin improve between Q4 2024 and Q4 2025?",
        lambda: at("net_margin", "2025-Q4") - at("net_margin", "2024-Q4"),
    ),
    Case("latest net revenue retention", lambda: at("net_revenue_retention", "2025-Q4")),
    Case("Show me LATAM revenue quarter by quarter", lambda: trend("revenue_latam")),
    Case("in how many quarters was other income negative", lambda: count(LEDGER, lambda r: r["other_income"] < 0)),
    Case("For the auditors: deferred revenue as of year-end 2024.", lambda: at("deferred_revenue", "2024-Q4")),
    Case("CAC 2024 per quarter", lambda: trend("customer_acquisition_cost", "2024-Q1", "2024-Q4")),
    Case("interest paid in 2025", lambda: year("interest_expense", 2025)),
    Case(
        "list the quarters with bookings above 70 million",
        lambda: listed(LEDGER, "period", lambda r: r["bookings"] > 70_000_000),
    ),
    Case("what's the highest headcount we ever had", lambda: max(values(LEDGER, "employees"))),
    Case(
        "Engineering employees at the end of the first quarter of 2025", lambda: at("engineering_employees", "2025-Q1")
    ),
    Case("stock based comp h1 2025", lambda: flow("stock_based_compensation", "2025-Q1", "2025-Q2")),
    Case(
        "How much debt did we pay back from Q3 2023 through Q2 2024?",
        lambda: sum(figure for _, figure in pairs("debt_repaid", "2023-Q3", "2024-Q2")),
    ),
    Case(
        "by how much have accounts receivable gone up from Q4 2023 to Q4 2025",
        lambda: at("accounts_receivable", "2025-Q4") - at("accounts_receivable", "2023-Q4"),
    ),
    Case("lowest gross margin we've recorded", lambda: min(values(LEDGER, "gross_margin"))),
    Case("When was the current ratio at its peak?", lambda: leader(pairs("current_ratio"))),
    Case("FCF 2023", lambda: year("free_cash_flow", 2023)),
    Case("COGS in the fourth quarter of 2023", lambda: at("cost_of_revenue", "2023-Q4")),
    Case("need payroll expense, every quarter of 2025", lambda: trend("payroll_expense", "2025-Q1")),
    Case(
        "which quarters saw a customer churn rate over 3.5 percent?",
        lambda: listed(LEDGER, "period", lambda r: r["customer_churn_rate"] > 3.5),
    ),
    Case("G&A trend since Q1 2024", lambda: trend("general_and_administrative", "2024-Q1")),
    Case("billings in Q3", lambda: at("billings", "2025-Q3")),
    Case("new custmers won in 2025", lambda: year("new_customers", 2025)),
    Case(
        "how much more did we spend on hosting in 2024 than in 2023",
        lambda: year("hosting_costs", 2024) - year("hosting_costs", 2023),
    ),
    Case(
        "Open positions, average across the 2025 quarters", lambda: mean([r["open_positions"] for r in finance("2025")])
    ),
    Case(
        "EMEA revenue by year",
        lambda: Table([(y, flow("revenue_emea", y)) for y in ("2023", "2024", "2025")], ordered=True),
    ),
    Case(
        "total amount invoiced by Helios Energy",
        lambda: total(ERP, "total_amount", lambda r: r["vendor_name"] == "Helios Energy"),
    ),
    Case("how many invoices are overdue", lambda: count(ERP, lambda r: r["status"] == "overdue")),
    Case(
        "show invoices from Globex Supply that aren't paid yet",
        lambda: listed(ERP, "invoice_id", lambda r: r["vendor_name"] == "Globex Supply" and r["status"] != "paid"),
    ),
    Case(
        "top 5 vendors by net amount in 2025",
        lambda: top(
            grouped(ERP, lambda r: r["vendor_name"], summed("net_amount"), lambda r: r["issued_on"][:4] == "2025"), 5
        ),
    ),
    Case("tax on invoice ERP-00000501", lambda: one(ERP, "invoice_id", "ERP-00000501", "tax_amount")),
    Case("When is ERP-00000042 due?", lambda: one(ERP, "invoice_id", "ERP-00000042", "due_on")),
    Case("number of invoices per cost centre", lambda: by(ERP, "cost_center", len)),
    Case(
        "How many EUR invoices were issued in March 2024?",
        lambda: count(ERP, lambda r: r["currency"] == "EUR" and r["issued_on"][:7] == "2024-03"),
    ),
    Case(
        "how many different vendors billed the IT cost center in 2025",
        lambda: distinct(ERP, "vendor_id", lambda r: r["cost_center"] == "IT" and r["issued_on"][:4] == "2025"),
    ),
    Case("what percentage of invoices has been paid", lambda: share(ERP, lambda r: r["status"] == "paid")),
    Case(
        "average net amount, R&D invoices only",
        lambda: mean(values(ERP, "net_amount", lambda r: r["cost_center"] == "R&D")),
    ),
    Case(
        "I need the Facilities invoices issued before 1 March 2023",
        lambda: listed(ERP, "invoice_id", lambda r: r["cost_center"] == "Facilities" and r["issued_on"] < "2023-03-01"),
    ),
    Case(
        "which cost center has the most overdue invoices?",
        lambda: leader(grouped(ERP, lambda r: r["cost_center"], len, lambda r: r["status"] == "overdue")),
    ),
    Case("how many invoices fall due in December 2025", lambda: count(ERP, lambda r: r["due_on"][:7] == "2025-12")),
    Case("active workers by department", lambda: by(HR, "department", len, lambda r: r["status"] == "Active")),
    Case(
        "avg base salary of managers in EMEA",
        lambda: mean(values(HR, "base_salary", lambda r: r["job_title"] == "Manager" and r["region"] == "EMEA")),
    ),
    Case(
        "How many contractors left in 2025?",
        lambda: count(HR, lambda r: r["employment_type"] == "Contractor" and (r["left_on"] or "")[:4] == "2025"),
    ),
    Case("which department is W-000123 in", lambda: one(HR, "worker_id", "W-000123", "department")),
    Case("what % of workers are part-time", lambda: share(HR, lambda r: r["employment_type"] == "Part-time")),
    Case(
        "how many workers in Legal were hired in 2024",
        lambda: count(HR, lambda r: r["department"] == "Legal" and r["hired_on"][:4] == "2024"),
    ),
    Case(
        "list active Directors in APAC",
        lambda: listed(
            HR,
            "worker_id",
            lambda r: r["job_title"] == "Director" and r["region"] == "APAC" and r["status"] == "Active",
        ),
    ),
    Case(
        "highest base salary in the Support department",
        lambda: max(values(HR, "base_salary", lambda r: r["department"] == "Support")),
    ),
    Case("mean salary per job title", lambda: by(HR, "job_title", averaged("base_salary"))),
    Case(
        "Total FTE in Engineering, not counting terminated workers",
        lambda: total(HR, "fte", lambda r: r["department"] == "Engineering" and r["status"] != "Terminated"),
    ),
    Case(
        "how many urgent tickets are open right now",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["status"] == "open"),
    ),
    Case("average first reply minutes by channel", lambda: by(DESK, "channel", averaged("first_reply_minutes"))),
    Case(
        "avg satisfaction on Billing tickets opened in 2025",
        lambda: mean(values(DESK, "satisfaction", lambda r: r["topic"] == "Billing" and r["opened_on"][:4] == "2025")),
    ),
    Case(
        "How many chat tickets had to be reopened?",
        lambda: count(DESK, lambda r: r["channel"] == "chat" and r["reopened"]),
    ),
    Case("tickets without a satisfaction score, how many", lambda: count(DESK, lambda r: r["satisfaction"] is None)),
    Case(
        "longest resolution time for a Login ticket, in hours",
        lambda: max(values(DESK, "resolution_hours", lambda r: r["topic"] == "Login")),
    ),
    Case(
        "monthly number of tickets opened in zendesk during 2024",
        lambda: Table(
            sorted(grouped(DESK, lambda r: r["opened_on"][:7], len, lambda r: r["opened_on"][:4] == "2024")),
            ordered=True,
        ),
    ),
    Case(
        "what topic do we get the most phone tickets about",
        lambda: leader(grouped(DESK, lambda r: r["topic"], len, lambda r: r["channel"] == "phone")),
    ),
    Case("status of T-0000321", lambda: one(DESK, "ticket_id", "T-0000321", "status")),
    Case(
        "pull up the high priority Integration tickets opened since 1 january 2025",
        lambda: listed(
            DESK,
            "ticket_id",
            lambda r: r["priority"] == "high" and r["topic"] == "Integration" and r["opened_on"] >= "2025-01-01",
        ),
    ),
    Case(
        "total amount of Closed Won deals in EMEA",
        lambda: total(OPPS, "amount", lambda r: r["stage"] == "Closed Won" and r["region"] == "EMEA"),
    ),
    Case("opportunities per stage, count", lambda: by(OPPS, "stage", len)),
    Case("average deal amount by lead source", lambda: by(OPPS, "lead_source", averaged("amount"))),
    Case(
        "3 largest opportunities in Negotiation",
        lambda: (lambda ids: Keys("opportunity_id", set(ids), True, tuple(ids)))(
            [
                r["opportunity_id"]
                for r in sorted((r for r in rows(OPPS) if r["stage"] == "Negotiation"), key=lambda r: -r["amount"])[:3]
            ]
        ),
    ),
    Case("what stage is OPP-0000777 at", lambda: one(OPPS, "opportunity_id", "OPP-0000777", "stage")),
    Case(
        "Enterprise deals worth over 480,000",
        lambda: listed(OPPS, "opportunity_id", lambda r: r["segment"] == "Enterprise" and r["amount"] > 480_000),
    ),
    Case(
        "how many opportunities with lead source Partner were created in 2024?",
        lambda: count(OPPS, lambda r: r["lead_source"] == "Partner" and r["created_on"][:4] == "2024"),
    ),
    Case(
        "how many healthcare accounts already buy from us",
        lambda: count(CRM, lambda r: r["industry"] == "Healthcare" and r["is_customer"]),
    ),
    Case(
        "which industry has the most accounts in LATAM",
        lambda: leader(grouped(CRM, lambda r: r["industry"], len, lambda r: r["region"] == "LATAM")),
    ),
    Case(
        "accounts with more than 39,000 employees", lambda: listed(CRM, "account_id", lambda r: r["employees"] > 39_000)
    ),
    Case("split cloud cost by team", lambda: by(CLOUD, "team", summed("cost"))),
    Case(
        "What did S3 cost us in January 2023?",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "S3" and r["usage_on"][:7] == "2023-01"),
    ),
    Case("which cloud service costs the most", lambda: leader(grouped(CLOUD, lambda r: r["service"], summed("cost")))),
    Case("usage hours, sandbox account", lambda: total(CLOUD, "usage_hours", lambda r: r["account"] == "sandbox")),
    Case(
        "errors on android broken down by feature",
        lambda: by(USAGE, "feature", summed("errors"), lambda r: r["platform"] == "android"),
    ),
    Case(
        "how many minutes were spent in Dashboards in 2024",
        lambda: int(total(USAGE, "minutes", lambda r: r["feature"] == "Dashboards" and r["used_on"][:4] == "2024")),
    ),
    Case(
        "Which plan generates the most events?", lambda: leader(grouped(USAGE, lambda r: r["plan"], summed("events")))
    ),
    Case(
        "product usage events per quarter in 2025",
        lambda: Table(
            sorted(
                grouped(USAGE, lambda r: quarter(r["used_on"]), summed("events"), lambda r: r["used_on"][:4] == "2025")
            ),
            ordered=True,
        ),
    ),
    Case(
        "distinct accounts that used Exports",
        lambda: distinct(USAGE, "account_id", lambda r: r["feature"] == "Exports"),
    ),
    Case("industry of account ACC-000500?", lambda: one(CRM, "account_id", "ACC-000500", "industry")),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
