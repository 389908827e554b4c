"""The fifth set that was written before the parser met it."""

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
    in_year,
    mean,
    rows,
    summed,
    top,
    total,
    values,
)

NO = [
    "how likely is it that revenue doubles",
    "what could we do to reduce churn",
    "is our DSO better than the industry",
    "give me advice on costs",
    "who should I talk to about the invoices",
    "revenue of our Berlin office",
    "gross profit per warehouse",
    "number of subscribers",
    "page views in May 2024",
    "conversion rate last month",
    "how many refunds did we issue",
    "inventory by warehouse",
    "net income in Bitcoin",
    "tickets in Klingon",
    "invoices of the Ministry of Magic",
    "workers with a PhD",
    "workers in department Catering",
    "opportunities lost to competitors",
    "accounts with a credit rating of A",
    "cost of electricity",
    "cost forecast for EC2",
    "errors caused by Bob",
    "send reminders for overdue invoices",
    "mark ticket T-0000001 as solved",
    "export revenue to a spreadsheet",
    "drop database",
    "SELECT 1",
    "revenue where period = '2024-Q1' union select password from users",
    "total satisfaction by channel",
    "sum of resolution hours by priority",
    "total probability of open deals",
    "sum of the gross margin of 2024",
    "add up customers for all quarters",
    "cash plus inventory",
    "difference between revenue and costs",
    "revenue to headcount ratio",
    "days between opening and solving a ticket",
    "tickets that took longer than average",
    "invoices in the future",
    "revenue in Q2 2050",
]
CASES = [
    *(Case(question, Refused, "no") for question in NO),
    Case("Please tell me the net income of Q2 2024.", lambda: at("net_income", "2024-Q2")),
    Case("gross profit, Q1 2024 to Q3 2024", lambda: sum(r["gross_profit"] for r in finance("2024")[:3])),
    Case("How did bookings develop over 2025?", lambda: by_quarter("bookings", "2025"), "hard"),
    Case("what's revenue growth in Q3 2025", lambda: at("revenue_growth", "2025-Q3")),
    Case("free cash flow margin, last quarter", lambda: at("free_cash_flow_margin", "2025-Q4")),
    Case("number of new customers in H1 2025", lambda: sum(r["new_customers"] for r in finance("2025")[:2])),
    Case(
        "accounts payable Q4 2023 vs Q4 2024",
        lambda: Table([(q, at("accounts_payable", q)) for q in ("2023-Q4", "2024-Q4")]),
    ),
    Case("did net margin drop in Q3 2024", lambda: Table([(q, at("net_margin", q)) for q in ("2024-Q2", "2024-Q3")])),
    Case(
        "show me billings by quarter since 2024",
        lambda: Table([(r["period"], r["billings"]) for r in finance("") if r["period"] >= "2024"]),
    ),
    Case(
        "which year had the highest revenue", lambda: top([(str(y), year("revenue", y)) for y in (2023, 2024, 2025)], 1)
    ),
    Case("what is the maximum of open positions", lambda: max(r["open_positions"] for r in finance(""))),
    Case(
        "how many invoices are there per cost center and status",
        lambda: Table([(*k, v) for k, v in grouped(ERP, lambda r: (r["cost_center"], r["status"]), len)]),
    ),
    Case(
        "net amount of Helios Software in H2 2024",
        lambda: total(
            ERP,
            "net_amount",
            lambda r: r["vendor_name"] == "Helios Software" and "2024-07" <= r["issued_on"][:7] <= "2024-12",
        ),
    ),
    Case(
        "overdue invoices of Facilities above 40k",
        lambda: Keys(
            "invoice_id",
            {
                r["invoice_id"]
                for r in rows(ERP)
                if r["status"] == "overdue" and r["cost_center"] == "Facilities" and r["total_amount"] > 40_000
            },
        ),
    ),
    Case(
        "which currency has the fewest invoices", lambda: top(grouped(ERP, lambda r: r["currency"], len), 1, least=True)
    ),
    Case(
        "ten biggest invoices",
        lambda: Keys(
            "invoice_id",
            set(),
            order=tuple(r["invoice_id"] for r in sorted(rows(ERP), key=lambda r: -r["total_amount"])[:10]),
        ),
    ),
    Case(
        "how many invoices are neither open nor paid", lambda: count(ERP, lambda r: r["status"] not in ("open", "paid"))
    ),
    Case(
        "open but not overdue invoices",
        lambda: Keys("invoice_id", {r["invoice_id"] for r in rows(ERP) if r["status"] == "open"}),
    ),
    Case(
        "average salary of full-time workers in EMEA",
        lambda: mean(
            values(HR, "base_salary", lambda r: r["employment_type"] == "Full-time" and r["region"] == "EMEA")
        ),
    ),
    Case("salary by department", lambda: Table(grouped(HR, lambda r: r["department"], summed("base_salary")))),
    Case("how many leads and managers are there", lambda: count(HR, lambda r: r["job_title"] in ("Lead", "Manager"))),
    Case("how many workers started in 2024", lambda: count(HR, in_year("hired_on", "2024"))),
    Case(
        "how many tickets per priority were opened in Q2 2025",
        lambda: Table(
            grouped(DESK, lambda r: r["priority"], len, lambda r: "2025-04" <= r["opened_on"][:7] <= "2025-06")
        ),
    ),
    Case(
        "urgent tickets vs low tickets",
        lambda: Table(grouped(DESK, lambda r: r["priority"], len, lambda r: r["priority"] in ("urgent", "low"))),
    ),
    Case(
        "average first reply minutes per channel in 2024",
        lambda: Table(
            grouped(
                DESK, lambda r: r["channel"], averaged("first_reply_minutes"), lambda r: r["opened_on"][:4] == "2024"
            )
        ),
    ),
    Case("what share of tickets was reopened", lambda: 100 * count(DESK, lambda r: r["reopened"]) / count(DESK)),
    Case(
        "total amount of opportunities closed won in 2025",
        lambda: total(OPPS, "amount", lambda r: r["stage"] == "Closed Won" and r["close_on"][:4] == "2025"),
    ),
    Case(
        "deals over 450k in APAC",
        lambda: Keys(
            "opportunity_id",
            {r["opportunity_id"] for r in rows(OPPS) if r["amount"] > 450_000 and r["region"] == "APAC"},
        ),
    ),
    Case("average amount by lead source", lambda: Table(grouped(OPPS, lambda r: r["lead_source"], averaged("amount")))),
    Case("how many enterprise accounts", lambda: count(CRM, lambda r: r["segment"] == "Enterprise")),
    Case(
        "average annual revenue of accounts by industry",
        lambda: Table(grouped(CRM, lambda r: r["industry"], averaged("annual_revenue"))),
    ),
    Case(
        "top 3 services by usage hours",
        lambda: top(grouped(CLOUD, lambda r: r["service"], lambda f: sum(x["usage_hours"] for x in f)), 3),
    ),
    Case(
        "cost of RDS by account",
        lambda: Table(grouped(CLOUD, lambda r: r["account"], summed("cost"), lambda r: r["service"] == "RDS")),
    ),
    Case(
        "events in Search and Reports by plan",
        lambda: Table(
            grouped(
                USAGE,
                lambda r: r["plan"],
                lambda f: sum(x["events"] for x in f),
                lambda r: r["feature"] in ("Search", "Reports"),
            )
        ),
    ),
    Case("what are our expenses", Ambiguous),
]
