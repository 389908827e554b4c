"""The fourth set that was written before the parser met it: the questions of people who did not read how to ask."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, OPPS, USAGE, at, by_quarter, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Table,
    averaged,
    count,
    finance,
    grouped,
    mean,
    rows,
    summed,
    top,
    total,
    values,
)

NO = [
    "are we profitable enough to hire",
    "what should revenue be next year",
    "did we beat our targets in 2024",
    "how close are we to budget",
    "what is the forecasted churn",
    "net income per share in 2024",
    "what are the top reasons for churn",
    "which customers are going to churn",
    "revenue from Apple",
    "revenue by customer",
    "revenue by vendor",
    "gross margin by region",
    "operating margin for EMEA",
    "customers by industry in 2024 Q3 churned",
    "tickets by region",
    "invoices by region",
    "workers by age",
    "salary by gender",
    "how many tickets did each colleague solve",
    "first reply minutes in Spanish",
    "tickets opened by ACC-9999999",
    "invoice ERP-99999999",
    "invoices from vendor Initech Pizza",
    "how many invoices have status rejected",
    "deals with stage Frozen",
    "opportunities in region Moon",
    "cost in region mars-west-1",
    "cost of service Bedrock",
    "events on the Platinum plan",
    "errors on blackberry",
    "how many workers named John",
    "average shoe size of workers",
    "total weight of invoices",
    "temperature in 2024",
    "number of goals scored",
    "sum of all the things",
    "what is 2 + 2",
    "what day is it today",
    "what is your name",
    "who made you",
    "can you help me",
    "tell me something interesting",
    "is it raining",
    "open the pod bay doors",
    "cash in the year 3000",
    "revenue in 202",
    "revenue in Q0 2024",
    "revenue on February 30, 2024",
    "tickets in 2022",
    "headcount in 1066",
    "revenue - costs",
    "revenue * 2",
    "revenue / customers",
    "if revenue doubles what happens to margin",
    "make a chart of revenue",
    "write a poem about revenue",
    "revenue; cat /etc/passwd",
    "' OR '1'='1",
    "select name from accounts where 1=1",
    "'; exec xp_cmdshell('dir'); --",
    "total operating margin 2024",
    "sum of customers over 2024",
    "add all employees of every quarter",
    "cumulative cash for 2024",
    "total arr in 2024 and 2025 combined",
]
CASES = [
    *(Case(question, Refused, "no") for question in NO),
    Case("Revenue FY2025", lambda: year("revenue", 2025)),
    Case("whats our revenue in q1 of 2025", lambda: at("revenue", "2025-Q1")),
    Case("ebitda margin q4 2025", lambda: at("ebitda_margin", "2025-Q4")),
    Case("what was our ebitda margin for the fourth quarter of last year", lambda: at("ebitda_margin", "2025-Q4")),
    Case(
        "give me net income for the last two quarters",
        lambda: at("net_income", "2025-Q3") + at("net_income", "2025-Q4"),
    ),
    Case("total liabilities at the end of 2023", lambda: at("total_liabilities", "2023-Q4")),
    Case(
        "how did customers change between 2024 and 2025",
        lambda: Table([("2024", at("customers", "2024-Q4")), ("2025", at("customers", "2025-Q4"))]),
    ),
    Case(
        "what was the increase in revenue from Q1 2025 to Q4 2025",
        lambda: Table([(q, at("revenue", q)) for q in ("2025-Q1", "2025-Q4")]),
    ),
    Case("is revenue growing", lambda: Table([(q, at("revenue", q)) for q in ("2025-Q3", "2025-Q4")])),
    Case("lowest cash balance in 2025", lambda: min(r["cash"] for r in finance("2025"))),
    Case("revenue per employee in Q2 2023", lambda: at("revenue_per_employee", "2023-Q2")),
    Case("book to bill Q2 2025", lambda: at("book_to_bill", "2025-Q2")),
    Case("R&D expense 2023", lambda: year("research_and_development", 2023), "hard"),
    Case("yearly revenue", lambda: Table([(str(y), year("revenue", y)) for y in (2023, 2024, 2025)], ordered=True)),
    Case("operating margin over the past 4 quarters", lambda: by_quarter("operating_margin", "2025")),
    Case(
        "last 2 years revenue by quarter",
        lambda: Table([(r["period"], r["revenue"]) for r in finance("") if r["period"] >= "2024"]),
    ),
    Case(
        "How many overdue invoices do we have from Meridian Software?",
        lambda: count(ERP, lambda r: r["status"] == "overdue" and r["vendor_name"] == "Meridian Software"),
    ),
    Case(
        "overdue total amount by vendor top 5",
        lambda: top(
            grouped(ERP, lambda r: r["vendor_name"], summed("total_amount"), lambda r: r["status"] == "overdue"), 5
        ),
    ),
    Case("how much do we have in overdue invoices", Ambiguous, "hard"),
    Case(
        "invoices between $1,000 and $2,000",
        lambda: Keys("invoice_id", {r["invoice_id"] for r in rows(ERP) if 1000 <= r["total_amount"] <= 2000}),
    ),
    Case(
        "invoices less than 300 dollars",
        lambda: Keys(
            "invoice_id", {r["invoice_id"] for r in rows(ERP) if r["total_amount"] < 300 and r["currency"] == "USD"}
        ),
    ),
    Case(
        "paid invoices in Q4 2025 from Granite Supply",
        lambda: Keys(
            "invoice_id",
            {
                r["invoice_id"]
                for r in rows(ERP)
                if r["status"] == "paid" and r["issued_on"][:7] >= "2025-10" and r["vendor_name"] == "Granite Supply"
            },
        ),
    ),
    Case(
        "average net amount for each status", lambda: Table(grouped(ERP, lambda r: r["status"], averaged("net_amount")))
    ),
    Case("total tax amount per year", lambda: Table(grouped(ERP, lambda r: r["issued_on"][:4], summed("tax_amount")))),
    Case("how many invoices were issued on 2024-06-03", lambda: count(ERP, lambda r: r["issued_on"] == "2024-06-03")),
    Case(
        "which vendors have the most overdue invoices",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], len, lambda r: r["status"] == "overdue"), 10),
        "hard",
    ),
    Case("how many invoices aren't in USD", lambda: count(ERP, lambda r: r["currency"] != "USD")),
    Case(
        "how many workers are managers or directors",
        lambda: count(HR, lambda r: r["job_title"] in ("Manager", "Director")),
    ),
    Case(
        "active headcount by department",
        lambda: Table(grouped(HR, lambda r: r["department"], len, lambda r: r["status"] == "Active")),
    ),
    Case(
        "total base salary by department", lambda: Table(grouped(HR, lambda r: r["department"], summed("base_salary")))
    ),
    Case("worker W-000010", lambda: Keys("worker_id", {"W-000010"})),
    Case("what is the base salary of worker W-000010", lambda: rows(HR)[9]["base_salary"]),
    Case(
        "workers who joined in 2025",
        lambda: Keys("worker_id", {r["worker_id"] for r in rows(HR) if r["hired_on"][:4] == "2025"}),
    ),
    Case("how many workers hired before 2020", lambda: count(HR, lambda r: r["hired_on"] < "2020-01-01")),
    Case("how many tickets do we have?", lambda: count(DESK)),
    Case(
        "tickets opened per quarter in 2025",
        lambda: Table(
            grouped(
                DESK,
                lambda r: f"{r['opened_on'][:4]}-Q{(int(r['opened_on'][5:7]) + 2) // 3}",
                len,
                lambda r: r["opened_on"][:4] == "2025",
            )
        ),
    ),
    Case(
        "average resolution time by channel",
        lambda: Table(grouped(DESK, lambda r: r["channel"], averaged("resolution_hours"))),
    ),
    Case(
        "best channel by satisfaction", lambda: top(grouped(DESK, lambda r: r["channel"], averaged("satisfaction")), 1)
    ),
    Case(
        "are there any urgent tickets about billing?",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["topic"] == "Billing"),
    ),
    Case("tickets of account ACC-000123", Refused, "hard"),
    Case("how many tickets had first reply within 60 minutes", Refused, "hard"),
    Case(
        "tickets with first reply minutes under 10",
        lambda: Keys("ticket_id", {r["ticket_id"] for r in rows(DESK) if r["first_reply_minutes"] < 10}),
    ),
    Case("deals by stage", lambda: Table(grouped(OPPS, lambda r: r["stage"], len))),
    Case("won deals by region", lambda: Table(grouped(OPPS, lambda r: r["region"], len, lambda r: r["is_won"]))),
    Case("average deal size by segment", Refused, "hard"),
    Case("average amount of won deals", lambda: mean(values(OPPS, "amount", lambda r: r["is_won"]))),
    Case(
        "top 5 opportunities by amount",
        lambda: Keys(
            "opportunity_id",
            set(),
            order=tuple(r["opportunity_id"] for r in sorted(rows(OPPS), key=lambda r: -r["amount"])[:5]),
        ),
    ),
    Case(
        "how many accounts in Healthcare are not customers",
        lambda: count(CRM, lambda r: r["industry"] == "Healthcare" and not r["is_customer"]),
    ),
    Case(
        "show accounts in LATAM with more than 39000 employees",
        lambda: Keys(
            "account_id", {r["account_id"] for r in rows(CRM) if r["region"] == "LATAM" and r["employees"] > 39_000}
        ),
    ),
    Case(
        "cost by team and service",
        lambda: Table([(*k, v) for k, v in grouped(CLOUD, lambda r: (r["team"], r["service"]), summed("cost"))]),
    ),
    Case(
        "how much did Lambda cost in January 2023",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "Lambda" and r["usage_on"][:7] == "2023-01"),
    ),
    Case(
        "what is the total cost in production vs staging",
        lambda: Table(
            grouped(CLOUD, lambda r: r["account"], summed("cost"), lambda r: r["account"] in ("production", "staging"))
        ),
    ),
    Case(
        "which feature has the most errors",
        lambda: top(grouped(USAGE, lambda r: r["feature"], lambda f: sum(x["errors"] for x in f)), 1),
    ),
    Case(
        "events by month in 2024",
        lambda: Table(
            grouped(
                USAGE,
                lambda r: r["used_on"][:7],
                lambda f: sum(x["events"] for x in f),
                lambda r: r["used_on"][:4] == "2024",
            )
        ),
    ),
    Case("average minutes on android", lambda: mean(values(USAGE, "minutes", lambda r: r["platform"] == "android"))),
]
