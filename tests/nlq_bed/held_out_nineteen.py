"""Written by somebody who had not seen the grammar: staff of a middle-sized company."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, by_quarter, flow, pairs
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
    rows,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "how much early payment discount did we get from Acme Supply?",
    "total invoiced by Umbrella Supply in 2025",
    "which invoices did Karen approve",
    "net amount of invoices in Japanese yen?",
    "what were earnings per share in Q4 2025",
    "marketing expense 2025 versus budget",
    "revenue for the year 2021?",
    "Where do you see net income landing in 2026?",
    "what interest rate do we pay on the long-term debt",
    "How many of our accounts are in Germany?",
    "who owns account ACC-000044?",
    "annual revenue of publicly listed accounts",
    "Which customers are about to leave us?",
    "how many deals did we lose to HubSpot",
    "average discount given on won deals",
    "which sales rep closed the most opportunities in 2024?",
    "Move OPP-0000321 to Closed Won",
    "what's the gender split in Engineering",
    "average bonus paid to managers",
    "how many workers are on parental leave at the moment?",
    "Is it fair what we pay Specialists in Marketing?",
    "employee satisfaction score for the Finance department",
    "number of tickets that breached SLA in 2025",
    "which agent solves tickets fastest?",
    "Why are so many login tickets reopened?",
    "Azure cost for January 2023",
    "how much would we save by switching off staging at night",
    "kg of CO2 from our EC2 usage",
    "events on the Windows platform",
    "What is the average page load time of Reports?",
    "cost per event for the Search feature",
)
CHOICES = ("how many support tickets were there in 2024?",)

CASES = [
    Case(
        "how many Granite Software invoices are overdue?",
        lambda: count(ERP, has(vendor_name="Granite Software", status="overdue")),
    ),
    Case(
        "Tax amount on all invoices issued in 2024, please",
        lambda: total(ERP, "tax_amount", in_year("issued_on", "2024")),
    ),
    Case(
        "top 3 vendors by net amount, IT cost center only",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount"), has(cost_center="IT")), 3),
    ),
    Case(
        "what's the largest total amount on any single EUR invoice",
        lambda: max(values(ERP, "total_amount", has(currency="EUR"))),
    ),
    Case(
        "Show me open invoices with a total amount above 50,000",
        lambda: listed(ERP, "invoice_id", lambda r: r["status"] == "open" and r["total_amount"] > 50_000),
    ),
    Case(
        "which cost center has the fewest invoices that are not paid?",
        lambda: leader(grouped(ERP, lambda r: r["cost_center"], len, lambda r: r["status"] != "paid"), least=True),
    ),
    Case(
        "ERP-00000417 - who is the vendor on that one?", lambda: one(ERP, "invoice_id", "ERP-00000417", "vendor_name")
    ),
    Case(
        "Could you split the net amount of paid invoices by currency?",
        lambda: by(ERP, "currency", summed("net_amount"), has(status="paid")),
    ),
    Case("Free cash flow 2024", lambda: flow("free_cash_flow", "2024")),
    Case(
        "By how many points did gross margin change between Q1 2024 and Q4 2025?",
        lambda: at("gross_margin", "2025-Q4") - at("gross_margin", "2024-Q1"),
    ),
    Case("plot ARR quarter by quarter through 2025", lambda: by_quarter("arr", "2025")),
    Case("In which quarter was our marketing expense at its highest?", lambda: leader(pairs("marketing_expense"))),
    Case("lowest DSO we've ever had", lambda: min(values(LEDGER, "days_sales_outstanding"))),
    Case(
        "on average, what were our quarterly billings in 2025?", lambda: mean([r["billings"] for r in finance("2025")])
    ),
    Case(
        "number of quarters with customer churn rate over 2.5%",
        lambda: count(LEDGER, lambda r: r["customer_churn_rate"] > 2.5),
    ),
    Case("capex Q3", lambda: at("capital_expenditure", "2025-Q3")),
    Case(
        "avg number of employees of the crm accounts in EMEA",
        lambda: mean(values(CRM, "employees", has(region="EMEA"))),
    ),
    Case("number of accounts for every industry", lambda: by(CRM, "industry", len)),
    Case(
        "name of the LATAM account with the highest annual revenue?",
        lambda: leader([(r["name"], r["annual_revenue"]) for r in rows(CRM) if r["region"] == "LATAM"]),
    ),
    Case(
        "give me a list of Enterprise manufacturing accounts in APAC",
        lambda: listed(CRM, "account_id", has(segment="Enterprise", industry="Manufacturing", region="APAC")),
    ),
    Case(
        "accounts created in june 2024, how many were there",
        lambda: count(CRM, lambda r: r["created_on"][:7] == "2024-06"),
    ),
    Case(
        "What percentage of SMB accounts are customers?", lambda: share(CRM, has(is_customer=True), has(segment="SMB"))
    ),
    Case("which industry is ACC-000123 in", lambda: one(CRM, "account_id", "ACC-000123", "industry")),
    Case(
        "total value of Closed Won opportunities that came from referral",
        lambda: total(OPPS, "amount", has(stage="Closed Won", lead_source="Referral")),
    ),
    Case(
        "What does the average opportunity amount look like per segment?",
        lambda: by(OPPS, "segment", averaged("amount")),
    ),
    Case(
        "how many deals in negotiation are worth more than 300k?",
        lambda: count(OPPS, lambda r: r["stage"] == "Negotiation" and r["amount"] > 300_000),
    ),
    Case(
        "Rank the lead sources by total amount of closed lost deals",
        lambda: top(grouped(OPPS, lambda r: r["lead_source"], summed("amount"), has(stage="Closed Lost")), 5),
    ),
    Case(
        "count of opportunities won with a close date in the first quarter of 2025",
        lambda: count(OPPS, lambda r: r["is_won"] and quarter(r["close_on"]) == "2025-Q1"),
    ),
    Case("what stage is OPP-0000321 at right now", lambda: one(OPPS, "opportunity_id", "OPP-0000321", "stage")),
    Case(
        "LATAM proposals over 400000 - list the opportunities",
        lambda: listed(
            OPPS,
            "opportunity_id",
            lambda r: r["region"] == "LATAM" and r["stage"] == "Proposal" and r["amount"] > 400_000,
        ),
    ),
    Case("Smallest opportunity amount we have in EMEA?", lambda: min(values(OPPS, "amount", has(region="EMEA")))),
    Case(
        "what do Directors in Engineering earn on average (base salary)?",
        lambda: mean(values(HR, "base_salary", has(job_title="Director", department="Engineering"))),
    ),
    Case(
        "How many workers from Legal left during 2024?",
        lambda: count(HR, has(in_year("left_on", "2024"), department="Legal")),
    ),
    Case(
        "contractors hired after July 1st 2024 - how many?",
        lambda: count(HR, lambda r: r["employment_type"] == "Contractor" and r["hired_on"] > "2024-07-01"),
    ),
    Case(
        "sum of FTE of active workers in the Support department",
        lambda: total(HR, "fte", has(status="Active", department="Support")),
    ),
    Case(
        "Three best paid job titles by average base salary",
        lambda: top(grouped(HR, lambda r: r["job_title"], averaged("base_salary")), 3),
    ),
    Case(
        "who are the active part-time Leads in APAC? need the worker list",
        lambda: listed(
            HR, "worker_id", has(employment_type="Part-time", job_title="Lead", region="APAC", status="Active")
        ),
    ),
    Case("When was W-000256 hired?", lambda: one(HR, "worker_id", "W-000256", "hired_on")),
    Case(
        "average first reply minutes for urgent tickets that came in by phone",
        lambda: mean(values(DESK, "first_reply_minutes", has(priority="urgent", channel="phone"))),
    ),
    Case("tickets opened in 2025 per topic", lambda: by(DESK, "topic", len, in_year("opened_on", "2025"))),
    Case(
        "Which support channel has the lowest average satisfaction?",
        lambda: leader(grouped(DESK, lambda r: r["channel"], averaged("satisfaction")), least=True),
    ),
    Case(
        "how many solved tickets dont have a satisfaction score",
        lambda: count(DESK, has(status="solved", satisfaction=None)),
    ),
    Case("percentage of tickets reopened", lambda: share(DESK, has(reopened=True))),
    Case(
        "List every urgent ticket that's pending",
        lambda: listed(DESK, "ticket_id", has(priority="urgent", status="pending")),
    ),
    Case(
        "How did the number of billing tickets change from 2024 to 2025?",
        lambda: (
            count(DESK, has(in_year("opened_on", "2025"), topic="Billing"))
            - count(DESK, has(in_year("opened_on", "2024"), topic="Billing"))
        ),
    ),
    Case(
        "chat tickets opened in 2024, quarterly trend",
        lambda: Table(
            sorted(
                grouped(DESK, lambda r: quarter(r["opened_on"]), len, has(in_year("opened_on", "2024"), channel="chat"))
            ),
            ordered=True,
        ),
    ),
    Case(
        "S3 cost in january 2023",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "S3" and r["usage_on"][:7] == "2023-01"),
    ),
    Case(
        "What has each team spent on the sandbox account in cloud cost?",
        lambda: by(CLOUD, "team", summed("cost"), has(account="sandbox")),
    ),
    Case(
        "two cloud services with the most usage hours",
        lambda: top(grouped(CLOUD, lambda r: r["service"], summed("usage_hours")), 2),
    ),
    Case("what do the credits of the Mobile team add up to", lambda: total(CLOUD, "credits", has(team="Mobile"))),
    Case("total cloud cost on 2023-01-15?", lambda: total(CLOUD, "cost", has(usage_on="2023-01-15"))),
    Case(
        "Mean cost of a Lambda cost line in production",
        lambda: mean(values(CLOUD, "cost", has(service="Lambda", account="production"))),
    ),
    Case(
        "how many cost lines for EKS or RDS cost more than $2,000",
        lambda: count(CLOUD, lambda r: r["service"] in ("EKS", "RDS") and r["cost"] > 2_000),
    ),
    Case(
        "Which team runs up the biggest Redshift cost?",
        lambda: leader(grouped(CLOUD, lambda r: r["team"], summed("cost"), has(service="Redshift"))),
    ),
    Case(
        "events on ios for the API feature, total", lambda: total(USAGE, "events", has(platform="ios", feature="API"))
    ),
    Case("errors by platfrom", lambda: by(USAGE, "platform", summed("errors"))),
    Case(
        "How many minutes were spent in Dashboards during 2024?",
        lambda: total(USAGE, "minutes", has(in_year("used_on", "2024"), feature="Dashboards")),
    ),
    Case("which plan produces the most errors", lambda: leader(grouped(USAGE, lambda r: r["plan"], summed("errors")))),
    Case(
        "How many different accounts have used Exports?", lambda: distinct(USAGE, "account_id", has(feature="Exports"))
    ),
    Case(
        "product usage records on the Free plan having at least 35 errors: count",
        lambda: count(USAGE, lambda r: r["plan"] == "Free" and r["errors"] >= 35),
    ),
    Case(
        "features sorted by events for the first half of 2024, highest first",
        lambda: top(
            grouped(
                USAGE, lambda r: r["feature"], summed("events"), lambda r: "2024-01" <= r["used_on"][:7] <= "2024-06"
            ),
            6,
        ),
    ),
    Case("number of events in usage record U-000000042", lambda: one(USAGE, "usage_id", "U-000000042", "events")),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
