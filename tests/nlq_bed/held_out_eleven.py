"""The eleventh set: a founder before a board meeting, a clerk who pays invoices, a lead of support operations."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, OPPS, USAGE, at, by_quarter, flow, pairs, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Table,
    averaged,
    by,
    count,
    finance,
    grouped,
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
    "how many months of cash runway do we have left",
    "What was the burn rate in Q4 2025?",
    "subscription revenue in 2026-Q1",
    "What did we book as revenue in Germany in 2025?",
    "How far over budget did operating expenses run in 2025?",
    "Explain the drop in free cash flow in Q2 2024 to me",
    "Where will ARR land at the end of 2026?",
    "2025 EBITDA in euros",
    "How much did we pay out in dividends in 2024?",
    "adjusted EBITDA last year",
    "net revenue for the month of November 2025",
    "is our current ratio better than the industry median?",
    "If we cut marketing by ten percent, what's operating income in 2025?",
    "On which day did we pay ERP-00000002?",
    "total amount of invoices approved by Martha",
    "How many invoices came from Siemens?",
    "show all disputed invoices",
    "net amount of invoices in CHF",
    "Please pay every overdue invoice from Delta Supply",
    "what is the total amount on ERP-00009999",
    "Which purchase order does ERP-00000031 belong to?",
    "average number of days we take to pay Helios Energy",
    "invoice count 2021",
    "What does John Miller earn?",
    "How many women work in the Engineering department?",
    "average bonus of managers",
    "Who does W-000010 report to?",
    "how many workers are fully remote",
    "Which agent solved the most tickets?",
    "SLA breaches in 2025",
    "How many tickets came in over WhatsApp?",
    "count of tickets about refunds",
    "Please close ticket T-0000044 for me",
    "how often was T-0000033 escalated?",
    "Who is the owner of OPP-0000042?",
    "to which competitor did we lose the most deals?",
    "number of accounts in Canada",
    "How many opportunities came from LinkedIn ads?",
    "Are the accounts with open deals the ones that raise the most urgent tickets?",
    "How much do we spend on Azure?",
    "what would we save on EC2 with reserved instances",
    "cloud cost in ap-southeast-1",
    "Number of app crashes on android in 2025",
    "events in the Calendar feature",
    "Which accounts are likely to churn judging by their usage?",
)
CHOICES = (
    "How are our margins in Q3 2025?",
    "What income did we make in 2024?",
    "which retention should I quote for Q4 2025 - what is it",
    "How many invoices do we have from Acme?",
    "How fast were we on urgent tickets in 2025?",
)

CASES = [
    Case(
        "How did EBITDA develop over the course of 2025, quarter after quarter?", lambda: by_quarter("ebitda", "2025")
    ),
    Case("cash at the end of last yr", lambda: at("cash", "2025-Q4")),
    Case(
        "What did we spend on research and development in 2023 and 2024 taken together?",
        lambda: flow("research_and_development", "2023", "2024"),
    ),
    Case("operatng incme Q3 2025", lambda: at("operating_income", "2025-Q3")),
    Case("By how much has ARR grown between Q4 2023 and Q4 2025?", lambda: at("arr", "2025-Q4") - at("arr", "2023-Q4")),
    Case("which quarter was the worst for free cash flow", lambda: leader(pairs("free_cash_flow"), least=True)),
    Case("Top three quarters by bookings, please", lambda: top(pairs("bookings"), 3)),
    Case(
        "In how many quarters was net revenue retention under 100%?",
        lambda: sum(r["net_revenue_retention"] < 100 for r in finance("")),
    ),
    Case(
        "list the quarters in which other income was negative",
        lambda: Keys("period", {r["period"] for r in finance("") if r["other_income"] < 0}),
    ),
    Case(
        "I need the average gross margin for 2024 for my board slide",
        lambda: mean([r["gross_margin"] for r in finance("2024")]),
    ),
    Case("What's our debt to equity as of now?", lambda: at("debt_to_equity", "2025-Q4")),
    Case("How many leavers were there in 2025?", lambda: year("leavers", 2025)),
    Case(
        "deferred revenue 2025-Q2 vs 2025-Q3",
        lambda: Table([(p, at("deferred_revenue", p)) for p in ("2025-Q2", "2025-Q3")]),
    ),
    Case(
        "What percentage of 2025's total bookings was signed in the fourth quarter?",
        lambda: 100 * at("bookings", "2025-Q4") / year("bookings", 2025),
    ),
    Case(
        "lowest number of engineering employees at any quarter end since the beginning of 2024",
        lambda: min(r["engineering_employees"] for r in finance("") if r["period"] >= "2024"),
    ),
    Case("Interest expense over the last four quarters combined", lambda: year("interest_expense", 2025)),
    Case("Give me the customer churn rate for 2024", lambda: Table(by_quarter("customer_churn_rate", "2024").rows)),
    Case(
        "Did days sales outstanding improve from Q1 2024 to Q1 2025?",
        lambda: at("days_sales_outstanding", "2025-Q1") - at("days_sales_outstanding", "2024-Q1"),
    ),
    Case("hosting costs h1 2024", lambda: flow("hosting_costs", "2024-Q1", "2024-Q2")),
    Case("Please break 2023 net income down by quarter", lambda: Table(by_quarter("net_income", "2023").rows)),
    Case(
        "How much more new ARR did we land in the second quarter of 2025 than in the first?",
        lambda: at("new_arr", "2025-Q2") - at("new_arr", "2025-Q1"),
    ),
    Case("Where did working capital stand at the close of 2023?", lambda: at("working_capital", "2023-Q4")),
    Case("highest pipeline coverage we've ever had", lambda: max(r["pipeline_coverage"] for r in finance(""))),
    Case("free cash flow year to date", lambda: year("free_cash_flow", 2025)),
    Case("Latin America revenue over the past two years", lambda: flow("revenue_latam", "2024", "2025")),
    Case("capex 2024", lambda: year("capital_expenditure", 2024)),
    Case(
        "On average, what does a quarter cost us in general and administrative expense?",
        lambda: mean([r["general_and_administrative"] for r in finance("")]),
    ),
    Case(
        "show me every quarter where ebitda topped 11 million",
        lambda: Table([(period, ebitda) for period, ebitda in pairs("ebitda") if ebitda > 11_000_000]),
    ),
    Case("When did support costs peak?", lambda: leader(pairs("support_costs"))),
    Case("what's the status of ERP-00000417?", lambda: one(ERP, "invoice_id", "ERP-00000417", "status")),
    Case("Who is the vendor on invoice erp-00000088", lambda: one(ERP, "invoice_id", "ERP-00000088", "vendor_name")),
    Case("by which date is ERP-00000950 due?", lambda: one(ERP, "invoice_id", "ERP-00000950", "due_on")),
    Case("How many invoices have not been paid?", lambda: count(ERP, lambda r: r["status"] != "paid")),
    Case(
        "pull up all overdue Globex Supply invoices",
        lambda: listed(ERP, "invoice_id", lambda r: r["status"] == "overdue" and r["vendor_name"] == "Globex Supply"),
    ),
    Case(
        "Total amount including tax of the open invoices in EUR?",
        lambda: total(ERP, "total_amount", lambda r: r["status"] == "open" and r["currency"] == "EUR"),
    ),
    Case("overdue invoices as % of all invoices", lambda: share(ERP, lambda r: r["status"] == "overdue")),
    Case(
        "Compare Acme Supply and Acme Energy: number of invoices from each",
        lambda: by(ERP, "vendor_name", len, lambda r: r["vendor_name"] in ("Acme Supply", "Acme Energy")),
    ),
    Case("Which vendor has sent us the most invoices?", lambda: leader(grouped(ERP, lambda r: r["vendor_name"], len))),
    Case(
        "net amount per cost centre, issued 2025",
        lambda: by(ERP, "cost_center", summed("net_amount"), in_year("issued_on", "2025")),
    ),
    Case(
        "The five vendors with the highest tax amount in 2024, in order",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("tax_amount"), in_year("issued_on", "2024")), 5),
    ),
    Case(
        "From how many different vendors did we get invoices issued in the first quarter of 2025?",
        lambda: len(set(values(ERP, "vendor_name", lambda r: quarter(r["issued_on"]) == "2025-Q1"))),
    ),
    Case(
        "Count the invoices due between 1 January 2026 and 15 January 2026",
        lambda: count(ERP, lambda r: "2026-01-01" <= r["due_on"] <= "2026-01-15"),
    ),
    Case(
        "IT invoces with a total amount over 50k",
        lambda: listed(ERP, "invoice_id", lambda r: r["cost_center"] == "IT" and r["total_amount"] > 50_000),
    ),
    Case(
        "biggest net amount Meridian Software ever billed us",
        lambda: max(values(ERP, "net_amount", lambda r: r["vendor_name"] == "Meridian Software")),
    ),
    Case("What per cent of our invoices is in pounds (GBP)?", lambda: share(ERP, lambda r: r["currency"] == "GBP")),
    Case(
        "number of R&D invoices with zero tax amount",
        lambda: count(ERP, lambda r: r["cost_center"] == "R&D" and r["tax_amount"] == 0),
    ),
    Case(
        "tax amount on everything issued in March 2024, summed up",
        lambda: total(ERP, "tax_amount", lambda r: r["issued_on"][:7] == "2024-03"),
    ),
    Case(
        "How many invoices were issued each month in 2025?",
        lambda: Table(grouped(ERP, lambda r: r["issued_on"][:7], len, in_year("issued_on", "2025"))),
    ),
    Case(
        "How many of the workers in Legal are contractors?",
        lambda: count(HR, lambda r: r["department"] == "Legal" and r["employment_type"] == "Contractor"),
    ),
    Case(
        "mean base salary of directors, split by region",
        lambda: by(HR, "region", averaged("base_salary"), lambda r: r["job_title"] == "Director"),
    ),
    Case(
        "List the part-time workers of the People department who work in APAC",
        lambda: listed(
            HR,
            "worker_id",
            lambda r: r["department"] == "People" and r["employment_type"] == "Part-time" and r["region"] == "APAC",
        ),
    ),
    Case(
        "the department with the highest average base salary is?",
        lambda: leader(grouped(HR, lambda r: r["department"], averaged("base_salary"))),
    ),
    Case("what percentage of workers has been terminated?", lambda: share(HR, lambda r: r["status"] == "Terminated")),
    Case("job title of W-000204", lambda: one(HR, "worker_id", "W-000204", "job_title")),
    Case("Workers hired in 2025 by department", lambda: by(HR, "department", len, in_year("hired_on", "2025"))),
    Case(
        "How many active workers are located outside North America?",
        lambda: count(HR, lambda r: r["status"] == "Active" and r["region"] != "North America"),
    ),
    Case("workers hird before 2019, how many?", lambda: count(HR, lambda r: r["hired_on"] < "2019")),
    Case(
        "total FTE of active Marketing workers",
        lambda: total(HR, "fte", lambda r: r["department"] == "Marketing" and r["status"] == "Active"),
    ),
    Case(
        "How many urgent tickets are still open?",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["status"] == "open"),
    ),
    Case(
        "avg first reply minutes on chat in 2025",
        lambda: mean(
            values(DESK, "first_reply_minutes", lambda r: r["channel"] == "chat" and r["opened_on"][:4] == "2025")
        ),
    ),
    Case("Through which channel did T-0000512 reach us?", lambda: one(DESK, "ticket_id", "T-0000512", "channel")),
    Case(
        "Show me the Login tickets that were reopened",
        lambda: listed(DESK, "ticket_id", lambda r: r["topic"] == "Login" and r["reopened"]),
    ),
    Case(
        "share of high priority tickets among those about Performance, in percent",
        lambda: share(DESK, lambda r: r["priority"] == "high", lambda r: r["topic"] == "Performance"),
    ),
    Case("Average satisfaction per channel", lambda: by(DESK, "channel", averaged("satisfaction"))),
    Case(
        "number of solved tickets without a satisfaction score",
        lambda: count(DESK, lambda r: r["status"] == "solved" and r["satisfaction"] is None),
    ),
    Case(
        "For which topic are resolution hours longest on average?",
        lambda: leader(
            grouped(
                DESK, lambda r: r["topic"], averaged("resolution_hours"), lambda r: r["resolution_hours"] is not None
            )
        ),
    ),
    Case(
        "low vs high priority - mean resolution hours",
        lambda: by(DESK, "priority", averaged("resolution_hours"), lambda r: r["priority"] in ("low", "high")),
    ),
    Case(
        "tikets opened last quarter by topic",
        lambda: by(DESK, "topic", len, lambda r: quarter(r["opened_on"]) == "2025-Q4"),
    ),
    Case(
        "Billing tickets in 2024 which came in by phone or email: how many were there?",
        lambda: count(
            DESK,
            lambda r: r["topic"] == "Billing" and r["opened_on"][:4] == "2024" and r["channel"] in ("phone", "email"),
        ),
    ),
    Case(
        "longest resolution time of any Integration ticket",
        lambda: max(values(DESK, "resolution_hours", lambda r: r["topic"] == "Integration")),
    ),
    Case(
        "which urgent tickets got a satisfaction of 1",
        lambda: listed(DESK, "ticket_id", lambda r: r["priority"] == "urgent" and r["satisfaction"] == 1),
    ),
    Case(
        "How many healthcare accounts are not customers yet?",
        lambda: count(CRM, lambda r: r["industry"] == "Healthcare" and not r["is_customer"]),
    ),
    Case("what's the name of account ACC-000333", lambda: one(CRM, "account_id", "ACC-000333", "name")),
    Case(
        "Total amount of opportunities won that closed in 2025",
        lambda: total(OPPS, "amount", lambda r: r["is_won"] and r["close_on"][:4] == "2025"),
    ),
    Case(
        "opportunities in Negotiation: amount by region",
        lambda: by(OPPS, "region", summed("amount"), lambda r: r["stage"] == "Negotiation"),
    ),
    Case(
        "Which are the three largest deals by amount in the Proposal stage?",
        lambda: largest(OPPS, "opportunity_id", "amount", 3, lambda r: r["stage"] == "Proposal"),
    ),
    Case(
        "what % of enterprise accounts are customers",
        lambda: share(CRM, lambda r: r["is_customer"], lambda r: r["segment"] == "Enterprise"),
    ),
    Case(
        "Which lead source brought in the most closed won opportunities?",
        lambda: leader(grouped(OPPS, lambda r: r["lead_source"], len, lambda r: r["is_won"])),
    ),
    Case("OPP-0000777 - stage?", lambda: one(OPPS, "opportunity_id", "OPP-0000777", "stage")),
    Case(
        "Average opportunity amount, SMB against Enterprise",
        lambda: by(OPPS, "segment", averaged("amount"), lambda r: r["segment"] in ("SMB", "Enterprise")),
    ),
    Case(
        "Energy accounts in LATAM with more than 30,000 employees",
        lambda: listed(
            CRM,
            "account_id",
            lambda r: r["industry"] == "Energy" and r["region"] == "LATAM" and r["employees"] > 30_000,
        ),
    ),
    Case(
        "cloud cost by service for January 2023",
        lambda: by(CLOUD, "service", summed("cost"), lambda r: r["usage_on"][:7] == "2023-01"),
    ),
    Case(
        "Which team ran up the highest cloud cost?", lambda: leader(grouped(CLOUD, lambda r: r["team"], summed("cost")))
    ),
    Case(
        "What did EC2 in the production account cost us altogether?",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "EC2" and r["account"] == "production"),
    ),
    Case(
        "Redshift's share of cloud cost in percent",
        lambda: 100 * total(CLOUD, "cost", lambda r: r["service"] == "Redshift") / total(CLOUD, "cost"),
    ),
    Case(
        "usage hours sandbox vs staging",
        lambda: by(CLOUD, "account", summed("usage_hours"), lambda r: r["account"] in ("sandbox", "staging")),
    ),
    Case(
        "Product usage events by platform in 2025",
        lambda: by(USAGE, "platform", summed("events"), in_year("used_on", "2025")),
    ),
    Case(
        "which feature throws the most errors", lambda: leader(grouped(USAGE, lambda r: r["feature"], summed("errors")))
    ),
    Case(
        "How many minutes were spent in Search on iOS?",
        lambda: total(USAGE, "minutes", lambda r: r["feature"] == "Search" and r["platform"] == "ios"),
    ),
    Case(
        "errors on the free plan in 2024, total",
        lambda: total(USAGE, "errors", lambda r: r["plan"] == "Free" and r["used_on"][:4] == "2024"),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
