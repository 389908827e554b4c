"""The sixth set, written by somebody who had not seen the grammar."""

from collections.abc import Callable
from typing import Any

from tests.nlq_bed.truth import Case, Refused, Table, cents, count, finance, mean, rows, total, values


def fq(p: str, f: str) -> Any:
    return finance(p)[0][f]


def fy(y: str, f: str) -> Any:
    return sum(r[f] for r in finance(y))


def F(f: str, p: str) -> Callable[[], Any]:
    return lambda: fq(p, f)


def Y(f: str, y: str) -> Callable[[], Any]:
    return lambda: fy(y, f)


def group(
    name: str, key: str, where: Callable[[Any], Any] = lambda r: True, val: str | None = None
) -> dict[Any, list[Any]]:
    d: dict[Any, list[Any]] = {}
    for r in rows(name):
        if where(r):
            d.setdefault(r[key], []).append(r if val is None else r[val])
    return d


def gsum(name: str, key: str, val: str, where: Callable[[Any], Any] = lambda r: True) -> list[tuple[Any, float]]:
    return [(k, cents(v)) for k, v in group(name, key, where, val).items()]


def gcount(name: str, key: str, where: Callable[[Any], Any] = lambda r: True) -> list[tuple[Any, int]]:
    return [(k, len(v)) for k, v in group(name, key, where).items()]


C: list[Case] = []


def q(text: str, truth: Any) -> None:
    C.append(Case(text, truth if callable(truth) else (lambda: truth)))


# finance points
q("How much revenue did we book in Q2 2024?", F("revenue", "2024-Q2"))
q("tell me the net income for 2023", Y("net_income", "2023"))
q("What's our EBITDA for the third quarter of 2025?", F("ebitda", "2025-Q3"))
q("gross margin q4 2024", F("gross_margin", "2024-Q4"))
q("How many customers did we have at the end of 2024?", F("customers", "2024-Q4"))
q("number of employees in 2025 q1", F("employees", "2025-Q1"))
q("cash at year end 2023", F("cash", "2023-Q4"))
q("what did we spend on research and development in 2024", Y("research_and_development", "2024"))
q("free cashflow 2025", Y("free_cash_flow", "2025"))
q("operating margn in Q1 2025", F("operating_margin", "2025-Q1"))
q("total assets as of Q3 2023", F("total_assets", "2023-Q3"))
q("EMEA revenue in 2025 Q2", F("revenue_emea", "2025-Q2"))
q("how many new customers did we win in 2024?", Y("new_customers", "2024"))
q("ARR at the end of Q2 2025", F("arr", "2025-Q2"))
q("net revenue retention in Q4 2025", F("net_revenue_retention", "2025-Q4"))
q("latest headcount", F("employees", "2025-Q4"))
q("income tax paid in Q1 2024", F("income_tax", "2024-Q1"))
q("how much debt was repaid in 2024", Y("debt_repaid", "2024"))
q("dso in 2024 q3", F("days_sales_outstanding", "2024-Q3"))
q("Revenue, first quarter 2023", F("revenue", "2023-Q1"))
q("change in revenue from Q1 2024 to Q1 2025", lambda: fq("2025-Q1", "revenue") - fq("2024-Q1", "revenue"))
q("by how much did net income grow between 2023 and 2024", lambda: fy("2024", "net_income") - fy("2023", "net_income"))
q(
    "did gross margin fall from Q4 2024 to Q4 2025",
    lambda: fq("2025-Q4", "gross_margin") - fq("2024-Q4", "gross_margin"),
)
q("revenue by quarter in 2025", lambda: Table([(r["period"], r["revenue"]) for r in finance("2025")]))
q("show net income per quarter for 2023", lambda: Table([(r["period"], r["net_income"]) for r in finance("2023")]))
q("which quarter had the highest ebitda", lambda: max(finance(""), key=lambda r: r["ebitda"])["period"])
q("average revenue per quarter in 2024", lambda: fy("2024", "revenue") / 4)
q("lowest operating margin ever", lambda: min(r["operating_margin"] for r in finance("")))
# invoices
ERP = "erp_invoices"
q("how many invoices are there", lambda: count(ERP))
q("How many invoices are still unpaid?", None)
C.pop()
q("number of overdue invoices", lambda: count(ERP, lambda r: r["status"] == "overdue"))
q("total net amount of paid invoices", lambda: total(ERP, "net_amount", lambda r: r["status"] == "paid"))
q(
    "how many invoices above $20,000 total amount are there",
    lambda: count(ERP, lambda r: r["total_amount"] > 20000 and r["currency"] == "USD"),
)
q("average tax amount per invoice", lambda: mean(values(ERP, "tax_amount")))
q("tax amount by cost center", lambda: Table(gsum(ERP, "cost_center", "tax_amount")))
q("invoices per status", lambda: Table(gcount(ERP, "status")))
q("what is the largest total amount of an invoice", lambda: max(values(ERP, "total_amount")))
q("which vendor has the most invoices", lambda: max(gcount(ERP, "vendor_name"), key=lambda x: x[1])[0])
q(
    "top 3 cost centers by net amount",
    lambda: Table(sorted(gsum(ERP, "cost_center", "net_amount"), key=lambda x: -x[1])[:3], ordered=True),
)
q(
    "how many invoices from Initech Supply are paid",
    lambda: count(ERP, lambda r: r["vendor_name"] == "Initech Supply" and r["status"] == "paid"),
)
q("how many distinct vendors sent invoices", lambda: len(set(values(ERP, "vendor_id"))))
q("invoices issued in June 2025", lambda: count(ERP, lambda r: r["issued_on"][:7] == "2025-06"))
q("how many invoices were issued after 2025-01-01", lambda: count(ERP, lambda r: r["issued_on"] > "2025-01-01"))
q("count of invoices due before 1 March 2024", lambda: count(ERP, lambda r: r["due_on"] < "2024-03-01"))
q(
    "total amount of invoices in the IT cost center",
    lambda: total(ERP, "total_amount", lambda r: r["cost_center"] == "IT"),
)
# people
H = "hr_workers"
q("how many people work in EMEA", None)
C.pop()
q("how many contractors do we have in total", lambda: count(H, lambda r: r["employment_type"] == "Contractor"))
q(
    "average base salary by region",
    lambda: Table([(k, mean(v)) for k, v in group(H, "region", val="base_salary").items()]),
)
q("how many workers were hired in 2024", lambda: count(H, lambda r: str(r["hired_on"])[:4] == "2024"))
q("how many workers left in 2025", lambda: count(H, lambda r: r["left_on"] and r["left_on"][:4] == "2025"))
q("workers per department", lambda: Table(gcount(H, "department")))
q("highest base salary", lambda: max(values(H, "base_salary")))
q(
    "how many terminated workers are in the People department",
    lambda: count(H, lambda r: r["status"] == "Terminated" and r["department"] == "People"),
)
# support
S = "support_tickets"
q(
    "how many urgent tickets came in by phone",
    lambda: count(S, lambda r: r["priority"] == "urgent" and r["channel"] == "phone"),
)
q(
    "average satisfaction by channel",
    lambda: Table(
        [(k, mean(v)) for k, v in group(S, "channel", lambda r: r["satisfaction"] is not None, "satisfaction").items()]
    ),
)
q("how many tickets were reopened", lambda: count(S, lambda r: r["reopened"]))
q("tickets by topic", lambda: Table(gcount(S, "topic")))
q("how many tickets have no satisfaction", lambda: count(S, lambda r: r["satisfaction"] is None))
q(
    "mean first reply minutes for high priority tickets",
    lambda: mean(values(S, "first_reply_minutes", lambda r: r["priority"] == "high")),
)
q("tickets opened in 2024 by priority", lambda: Table(gcount(S, "priority", lambda r: r["opened_on"][:4] == "2024")))
# cloud, crm, usage
K = "cloud_costs"
q("what was the total cloud cost of S3", lambda: total(K, "cost", lambda r: r["service"] == "S3"))
q("cost by team", lambda: Table(gsum(K, "team", "cost")))
q("which service costs the most", lambda: max(gsum(K, "service", "cost"), key=lambda x: x[1])[0])
q("usage hours in us-east-1", lambda: total(K, "usage_hours", lambda r: r["region"] == "us-east-1"))
OPPS = "crm_opportunities"
q("how many deals did we win", lambda: count(OPPS, lambda r: r["is_won"]))
q("pipeline amount by stage", lambda: Table(gsum(OPPS, "stage", "amount")))
q("total opportunity amount in EMEA", lambda: total(OPPS, "amount", lambda r: r["region"] == "EMEA"))
q(
    "average annual revenue of accounts in Finance",
    lambda: mean(values("crm_accounts", "annual_revenue", lambda r: r["industry"] == "Finance")),
)
q("how many accounts are customers", lambda: count("crm_accounts", lambda r: r["is_customer"]))
q("events by platform", lambda: Table(gsum("product_usage", "platform", "events")))
# unanswerable / ambiguous
for t in [
    "what was our stock price in 2024",
    "how will revenue develop in 2026",
    "revenue in 2019",
    "why did churn go up in 2024",
    "sum of operating margin over 2024",
    "who is the CEO",
    "total customers across all quarters of 2024 added up",
    "drop table invoices",
    "'; select * from rows; --",
    "invoices in the Klingon currency",
    "how many unicorn tickets are there",
    "average height of workers",
    "revenue from Saturn in 2024",
    "what is the meaning of life",
    "how many invoices are purple",
    "profit per toothbrush",
    "delete all overdue invoices",
    "please approve invoice ERP-00000002",
    "is our margin good",
    "net income in Q5 2024",
    "revenue on 31 February 2024",
    "how much did we pay to Wonka Industries",
    "market share in EMEA",
    "compare us with our competitors",
    "tickets by moon phase",
    "average salary of the board",
    "carbon emissions in 2024",
    "revenue in fiscal year 1850",
    "cost in Antarctica",
    "should we fire the Sales department",
]:
    q(t, Refused())
CASES = C
