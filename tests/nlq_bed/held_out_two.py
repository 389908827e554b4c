"""The second set that was written before the parser met it: shorter, longer, sloppier."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, OPPS, USAGE, at, by_quarter, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Row,
    Table,
    averaged,
    count,
    finance,
    grouped,
    mean,
    quarter,
    rows,
    summed,
    top,
    total,
    values,
)


def _paid(row: Row) -> float:
    return float(-row["base_salary"])


CASES = [
    Case("hey, quick one: revenue for 2023?", lambda: year("revenue", 2023)),
    Case(
        "I'd like to know what our operating expenses were in the second quarter of 2025",
        lambda: at("operating_expenses", "2025-Q2"),
    ),
    Case("top line 2025", lambda: year("revenue", 2025)),
    Case("bottom line in Q4 2023", lambda: at("net_income", "2023-Q4")),
    Case("operating profit 2024", lambda: year("operating_income", 2024)),
    Case("cash on hand at the end of Q1 2025", lambda: at("cash", "2025-Q1")),
    Case("accounts receivable", lambda: at("accounts_receivable", "2025-Q4")),
    Case("AP as at Q2 2024", Refused, "hard"),
    Case("G&A in 2023", lambda: year("general_and_administrative", 2023)),
    Case(
        "depreciation and amortization for H1 2025",
        lambda: sum(r["depreciation_and_amortization"] for r in finance("2025")[:2]),
    ),
    Case("how did gross margin develop in 2025", lambda: by_quarter("gross_margin", "2025")),
    Case(
        "gross margin Q3 2024 versus Q3 2025",
        lambda: Table([(q, at("gross_margin", q)) for q in ("2024-Q3", "2025-Q3")]),
    ),
    Case("yoy change in net income", lambda: Table([(str(y), year("net_income", y)) for y in (2024, 2025)])),
    Case("Q3 2025 revenue yoy", lambda: Table([(q, at("revenue", q)) for q in ("2024-Q3", "2025-Q3")])),
    Case("revenue qoq", lambda: Table([(q, at("revenue", q)) for q in ("2025-Q3", "2025-Q4")])),
    Case("Did ARR increase in Q2 2025?", lambda: Table([(q, at("arr", q)) for q in ("2025-Q1", "2025-Q2")])),
    Case(
        "has the number of customers grown since 2023?",
        lambda: Table([("2023", at("customers", "2023-Q4")), ("2025", at("customers", "2025-Q4"))]),
        "hard",
    ),
    Case("list revenue for every quarter of 2024", lambda: by_quarter("revenue", "2024")),
    Case("net income, 2024, by quarter", lambda: by_quarter("net_income", "2024")),
    Case("What was the highest quarterly ebitda in 2025?", lambda: max(r["ebitda"] for r in finance("2025")), "hard"),
    Case(
        "which year had the lowest net income",
        lambda: top([(str(y), year("net_income", y)) for y in (2023, 2024, 2025)], 1, least=True),
    ),
    Case(
        "quarters with net income below 5 million",
        lambda: Table([(r["period"], r["net_income"]) for r in finance("") if r["net_income"] < 5_000_000]),
        "hard",
    ),
    Case(
        "how many quarters had revenue above 55m",
        lambda: sum(1 for r in finance("") if r["revenue"] > 55_000_000),
        "hard",
    ),
    Case("average cash in 2024", lambda: mean([r["cash"] for r in finance("2024")])),
    Case("sum of capital expenditure over 2024", lambda: year("capital_expenditure", 2024), "hard"),
    Case("total capital expenditure in 2024", lambda: year("capital_expenditure", 2024)),
    Case("revenue in north america 2025", lambda: year("revenue_north_america", 2025)),
    Case("customer churn rate trend", lambda: by_quarter("customer_churn_rate")),
    Case("employee turnover Q1 2025", lambda: at("employee_turnover", "2025-Q1")),
    Case("stock based comp 2024", lambda: year("stock_based_compensation", 2024)),
    Case("what is our DSO?", lambda: at("days_sales_outstanding", "2025-Q4")),
    Case("revnue by quater in 2023", lambda: by_quarter("revenue", "2023")),
    Case("grss margin in q1 2025", lambda: at("gross_margin", "2025-Q1")),
    Case("how much tax did we pay in 2024", Refused, "hard"),
    Case("income tax 2024", lambda: year("income_tax", 2024)),
    # invoices
    Case("# of overdue invoices", lambda: count(ERP, lambda r: r["status"] == "overdue")),
    Case(
        "invoices over 55k",
        lambda: Keys("invoice_id", {r["invoice_id"] for r in rows(ERP) if r["total_amount"] > 55_000}),
    ),
    Case(
        "how many invoices have total amount greater than or equal to 40000 and less than 50000",
        lambda: count(ERP, lambda r: 40_000 <= r["total_amount"] < 50_000),
    ),
    Case(
        "count of EUR invoices that are overdue in 2025",
        lambda: count(
            ERP, lambda r: r["currency"] == "EUR" and r["status"] == "overdue" and r["issued_on"][:4] == "2025"
        ),
    ),
    Case("how many invoices are due in January 2025", lambda: count(ERP, lambda r: r["due_on"][:7] == "2025-01")),
    Case(
        "total amount due after 2025-12-01",
        lambda: total(ERP, "total_amount", lambda r: r["due_on"] > "2025-12-01"),
        "hard",
    ),
    Case(
        "net amount by vendor for overdue invoices, top 3",
        lambda: top(
            grouped(ERP, lambda r: r["vendor_name"], summed("net_amount"), lambda r: r["status"] == "overdue"), 3
        ),
        "hard",
    ),
    Case(
        "vendors ranked by total amount",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("total_amount")), 10),
        "hard",
    ),
    Case(
        "who are our top 3 suppliers by total amount?",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("total_amount")), 3),
    ),
    Case("what's the biggest invoice", lambda: max(rows(ERP), key=lambda r: r["total_amount"])["invoice_id"]),
    Case("average tax amount in USD", lambda: mean(values(ERP, "tax_amount", lambda r: r["currency"] == "USD"))),
    Case(
        "cost centers with the most overdue invoices",
        lambda: top(grouped(ERP, lambda r: r["cost_center"], len, lambda r: r["status"] == "overdue"), 10),
        "hard",
    ),
    Case("distinct currencies on invoices", lambda: Table(grouped(ERP, lambda r: r["currency"], len)), "hard"),
    Case(
        "invoices by vendor and status",
        lambda: Table([(*k, v) for k, v in grouped(ERP, lambda r: (r["vendor_name"], r["status"]), len)]),
    ),
    Case(
        "monthly total amount for 2025",
        lambda: Table(
            grouped(ERP, lambda r: r["issued_on"][:7], summed("total_amount"), lambda r: r["issued_on"][:4] == "2025")
        ),
    ),
    Case("number of invoices issued last month", lambda: count(ERP, lambda r: r["issued_on"][:7] == "2025-12")),
    Case(
        "invoices with no more than 500 in net amount",
        lambda: Keys("invoice_id", {r["invoice_id"] for r in rows(ERP) if r["net_amount"] <= 500}),
    ),
    Case(
        "how many invoices did Helios Energy send",
        lambda: count(ERP, lambda r: r["vendor_name"] == "Helios Energy"),
        "hard",
    ),
    Case(
        "how many invoices from Helios Energy are paid or open",
        lambda: count(ERP, lambda r: r["vendor_name"] == "Helios Energy" and r["status"] in ("paid", "open")),
    ),
    Case(
        "Falcon Software's total amount in 2024",
        lambda: total(
            ERP, "total_amount", lambda r: r["vendor_name"] == "Falcon Software" and r["issued_on"][:4] == "2024"
        ),
    ),
    Case("percentage of invoices in GBP", lambda: 100 * count(ERP, lambda r: r["currency"] == "GBP") / count(ERP)),
    Case("invoice ERP-00000100", lambda: Keys("invoice_id", {"ERP-00000100"})),
    Case("total amount of invoice ERP-00000100", lambda: rows(ERP)[99]["total_amount"]),
    # people
    Case("headcount?", lambda: Ambiguous()),
    Case("headcount by region", lambda: Table(grouped(HR, lambda r: r["region"], len)), "hard"),
    Case("how many staff do we have in Legal", lambda: count(HR, lambda r: r["department"] == "Legal")),
    Case(
        "how many employees left in Q1 2025",
        lambda: count(HR, lambda r: (r["left_on"] or "")[:4] == "2025" and quarter(r["left_on"]) == "2025-Q1"),
    ),
    Case("new workers hired by quarter in 2024", Refused, "hard"),
    Case(
        "workers hired by quarter in 2024",
        lambda: Table(grouped(HR, lambda r: quarter(r["hired_on"]), len, lambda r: r["hired_on"][:4] == "2024")),
    ),
    Case(
        "avg base salary by department and region",
        lambda: Table(
            [(*k, v) for k, v in grouped(HR, lambda r: (r["department"], r["region"]), averaged("base_salary"))]
        ),
    ),
    Case("which region has the fewest workers", lambda: top(grouped(HR, lambda r: r["region"], len), 1, least=True)),
    Case(
        "5 highest paid workers",
        lambda: Keys("worker_id", set(), order=tuple(r["worker_id"] for r in sorted(rows(HR), key=_paid)[:5])),
    ),
    Case(
        "top 5 workers by base salary",
        lambda: Keys(
            "worker_id",
            set(),
            order=tuple(r["worker_id"] for r in sorted(rows(HR), key=lambda r: -r["base_salary"])[:5]),
        ),
        "hard",
    ),
    Case(
        "workers with a base salary between 100k and 110k",
        lambda: Keys("worker_id", {r["worker_id"] for r in rows(HR) if 100_000 <= r["base_salary"] <= 110_000}),
    ),
    Case(
        "what's the average base salary for part time people",
        lambda: mean(values(HR, "base_salary", lambda r: r["employment_type"] == "Part-time")),
    ),
    Case("list all departments", lambda: Table(grouped(HR, lambda r: r["department"], len))),
    Case(
        "are there any contractors in Legal?",
        lambda: count(HR, lambda r: r["employment_type"] == "Contractor" and r["department"] == "Legal"),
    ),
    # support
    Case(
        "open tickets by priority",
        lambda: Table(grouped(DESK, lambda r: r["priority"], len, lambda r: r["status"] == "open")),
    ),
    Case(
        "how many tickets came in via email in 2024",
        lambda: count(DESK, lambda r: r["channel"] == "email" and r["opened_on"][:4] == "2024"),
    ),
    Case(
        "slowest channel by average resolution hours",
        lambda: top(grouped(DESK, lambda r: r["channel"], averaged("resolution_hours")), 1),
    ),
    Case(
        "which priority has the longest average resolution hours",
        lambda: top(grouped(DESK, lambda r: r["priority"], averaged("resolution_hours")), 1),
    ),
    Case(
        "tickets solved before 2023-02-01",
        lambda: Keys(
            "ticket_id", {r["ticket_id"] for r in rows(DESK) if r["solved_on"] and r["solved_on"] < "2023-02-01"}
        ),
    ),
    Case(
        "number of billing tickets by status",
        lambda: Table(grouped(DESK, lambda r: r["status"], len, lambda r: r["topic"] == "Billing")),
    ),
    Case(
        "how many tickets are neither solved nor closed",
        lambda: count(DESK, lambda r: r["status"] not in ("solved", "closed")),
        "hard",
    ),
    Case("csat by topic", lambda: Table(grouped(DESK, lambda r: r["topic"], averaged("satisfaction")))),
    Case(
        "what was the busiest month for tickets",
        lambda: top(grouped(DESK, lambda r: r["opened_on"][:7], len), 1),
    ),
    Case("month with the most tickets", lambda: top(grouped(DESK, lambda r: r["opened_on"][:7], len), 1)),
    # sales
    Case("pipeline by stage", Refused, "hard"),
    Case(
        "deal amount by region in 2025",
        lambda: Table(grouped(OPPS, lambda r: r["region"], summed("amount"), lambda r: r["close_on"][:4] == "2025")),
    ),
    Case("largest opportunity", lambda: max(rows(OPPS), key=lambda r: r["amount"])["opportunity_id"]),
    Case("number of deals won in 2024", lambda: count(OPPS, lambda r: r["is_won"] and r["close_on"][:4] == "2024")),
    Case("average probability by stage", lambda: Table(grouped(OPPS, lambda r: r["stage"], averaged("probability")))),
    Case(
        "opportunities with probability over 50%",
        lambda: Keys("opportunity_id", {r["opportunity_id"] for r in rows(OPPS) if r["probability"] > 50}),
    ),
    Case(
        "deals not in EMEA worth more than 400k",
        lambda: Keys(
            "opportunity_id",
            set(values(OPPS, "opportunity_id", lambda r: r["region"] != "EMEA" and r["amount"] > 400_000)),
        ),
        "hard",
    ),
    Case("which industry has the most accounts", lambda: top(grouped(CRM, lambda r: r["industry"], len), 1)),
    Case(
        "accounts created in 2024 by segment",
        lambda: Table(grouped(CRM, lambda r: r["segment"], len, lambda r: r["created_on"][:4] == "2024")),
    ),
    Case(
        "accounts that are not customers",
        lambda: Keys("account_id", {r["account_id"] for r in rows(CRM) if not r["is_customer"]}),
    ),
    # cloud, usage
    Case("cost per region", lambda: Table(grouped(CLOUD, lambda r: r["region"], summed("cost")))),
    Case(
        "daily cost in January 2023",
        lambda: Table(
            grouped(CLOUD, lambda r: r["usage_on"], summed("cost"), lambda r: r["usage_on"][:7] == "2023-01")
        ),
    ),
    Case(
        "S3 spend in production",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "S3" and r["account"] == "production"),
        "hard",
    ),
    Case("which team has the highest cost", lambda: top(grouped(CLOUD, lambda r: r["team"], summed("cost")), 1)),
    Case(
        "events per platform",
        lambda: Table(grouped(USAGE, lambda r: r["platform"], lambda f: sum(x["events"] for x in f))),
    ),
    Case("how many errors on the Free plan", lambda: sum(values(USAGE, "errors", lambda r: r["plan"] == "Free"))),
    # no
    Case("what if revenue falls by 10%", Refused),
    Case("is 20% gross margin healthy", Refused),
    Case("how come churn is so high", Refused),
    Case("set the status of all tickets to closed", Refused),
    Case("DELETE FROM invoices WHERE 1=1", Refused),
    Case("revenue and the weather in Paris", Refused),
    Case("tickets from planet Mars", Refused),
    Case("how many invoices are from Umbrella", Refused),
    Case("revenue by product", Refused),
    Case("average salary in Atlantis", Refused),
    Case("inventory turnover", Refused),
    Case("earnings per share 2024", Refused),
    Case("revenue in 1999", Refused),
    Case("headcount next year", Refused),
    Case("revenue per customer per quarter per region", Refused),
    Case("what is NPS by region", Refused),
    Case("which vendor is the most reliable", Refused),
    Case("how many tickets were escalated", Refused),
    Case("gender ratio of workers", Refused),
    Case("show me passwords", Refused),
    Case("total", Refused),
    Case("2024", Refused),
    Case("how much", Refused),
    Case("profit", lambda: Ambiguous(("gross_profit",))),
    Case("how many closed deals", lambda: count(OPPS, lambda r: r["is_closed"])),
    Case("customers acquired through referrals", Refused),
    Case("interest", Refused),
    Case("who manages Engineering", Refused),
    Case("the quick brown fox jumps over the lazy dog", Refused),
    Case("what was the margin in 2024", lambda: Ambiguous(("gross_margin",))),
    Case("debt in Q1 2024", lambda: at("long_term_debt", "2024-Q1")),
    Case("revenue on 2024-05-17", Refused),
    Case("revenue in February 2024", Refused),
]
