"""Quarterly measures: sums, points in time, ratios, changes."""

from tests.nlq_bed.ledger import at, by_quarter, year
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, finance, mean, top

YEARS = ("2023", "2024", "2025")


def change(field: str, first: str, second: str) -> Table:
    """(period, value) of both, of an additive measure."""
    return Table([(first, year(field, int(first))), (second, year(field, int(second)))], ordered=True)


CASES = [
    Case("what was revenue in 2024", lambda: year("revenue", 2024)),
    Case("What was our total revenue for 2023?", lambda: year("revenue", 2023)),
    Case("revenue 2025", lambda: year("revenue", 2025)),
    Case("how much revenue did we make in Q3 2024?", lambda: at("revenue", "2024-Q3")),
    Case("what were sales in 2024", lambda: year("revenue", 2024)),
    Case("2024 revenue?", lambda: year("revenue", 2024)),
    Case("revenue in the first half of 2024", lambda: sum(r["revenue"] for r in finance("2024")[:2])),
    Case("revenue H2 2023", lambda: sum(r["revenue"] for r in finance("2023")[2:])),
    Case("revenue last quarter", lambda: at("revenue", "2025-Q4")),
    Case("what was net income last year?", lambda: year("net_income", 2025)),
    Case("net income ytd", lambda: year("net_income", 2025)),
    Case("year to date operating expenses", lambda: year("operating_expenses", 2025)),
    Case("what was net income in Q3", lambda: at("net_income", "2025-Q3")),
    Case("opex in q2 2025", lambda: at("operating_expenses", "2025-Q2")),
    Case("How much did we spend on marketing in 2024?", lambda: year("marketing_expense", 2024)),
    Case("marketing expense in 2024", lambda: year("marketing_expense", 2024)),
    Case("what is our cogs for 2025", lambda: year("cost_of_revenue", 2025)),
    Case("cost of goods sold Q1 2023", lambda: at("cost_of_revenue", "2023-Q1")),
    Case("R&D in 2025", lambda: year("research_and_development", 2025)),
    Case("research and development 2024", lambda: year("research_and_development", 2024)),
    Case("capex for 2024?", lambda: year("capital_expenditure", 2024)),
    Case("ebitda Q4 2024", lambda: at("ebitda", "2024-Q4")),
    Case("what was the operating margin in Q2 2024", lambda: at("operating_margin", "2024-Q2")),
    Case("gross margin 2025-Q1", lambda: at("gross_margin", "2025-Q1")),
    Case("what was gross margin in 2024", lambda: by_quarter("gross_margin", "2024")),
    Case("net margin for the third quarter of 2023", lambda: at("net_margin", "2023-Q3")),
    Case("operatng margin q2 2024", lambda: at("operating_margin", "2024-Q2")),
    Case("what was revnue in 2024", lambda: year("revenue", 2024)),
    Case("cash at the end of 2024", lambda: at("cash", "2024-Q4")),
    Case("how much cash do we have?", lambda: at("cash", "2025-Q4")),
    Case("what was cash in 2024", lambda: at("cash", "2024-Q4")),
    Case("total assets in 2023", lambda: at("total_assets", "2023-Q4")),
    Case("long-term debt in Q3 2025", lambda: at("long_term_debt", "2025-Q3")),
    Case("how many customers did we have in Q2 2025", lambda: at("customers", "2025-Q2")),
    Case("arr?", lambda: at("arr", "2025-Q4")),
    Case("what is our annual recurring revenue", lambda: at("arr", "2025-Q4")),
    Case("churn?", lambda: Ambiguous(("customer_churn_rate", "churned_arr"))),
    Case("churn rate?", lambda: at("customer_churn_rate", "2025-Q4")),
    Case("customer churn rate in Q1 2024", lambda: at("customer_churn_rate", "2024-Q1")),
    Case("dso last quarter", lambda: at("days_sales_outstanding", "2025-Q4")),
    Case("whats the margin", lambda: Ambiguous(("gross_margin", "operating_margin", "net_margin"))),
    Case("what was turnover in 2024", lambda: Ambiguous(("revenue", "employee_turnover"))),
    Case("how did revenue change from 2023 to 2024", lambda: change("revenue", "2023", "2024")),
    Case("revenue 2024 vs 2025", lambda: change("revenue", "2024", "2025")),
    Case("compare net income in 2023 and 2024", lambda: change("net_income", "2023", "2024")),
    Case("did revenue grow in 2025?", lambda: change("revenue", "2024", "2025")),
    Case("revenue yoy", lambda: change("revenue", "2024", "2025")),
    Case(
        "did operating margin improve from 2024 to 2025",
        lambda: Table(
            [
                (f"Q{q}", at("operating_margin", f"2024-Q{q}"), at("operating_margin", f"2025-Q{q}"))
                for q in (1, 2, 3, 4)
            ]
        ),
    ),
    Case(
        "did gross margin go up between Q1 2024 and Q2 2024",
        lambda: Table([(q, at("gross_margin", q)) for q in ("2024-Q1", "2024-Q2")]),
    ),
    Case(
        "how has cash changed from 2023 to 2025",
        lambda: Table([("2023", at("cash", "2023-Q4")), ("2025", at("cash", "2025-Q4"))], ordered=True),
    ),
    Case("revenue trend", lambda: by_quarter("revenue")),
    Case("show me net margin over time", lambda: by_quarter("net_margin")),
    Case("quarterly revenue in 2024", lambda: by_quarter("revenue", "2024")),
    Case("revenue by year", lambda: Table([(label, year("revenue", int(label))) for label in YEARS], ordered=True)),
    Case("customers by quarter in 2025", lambda: by_quarter("customers", "2025")),
    Case("revenue over the last 4 quarters", lambda: sum(r["revenue"] for r in finance("2025"))),
    Case("which quarter had the highest revenue", lambda: top([(r["period"], r["revenue"]) for r in finance("")], 1)),
    Case("top 3 quarters by net income", lambda: top([(r["period"], r["net_income"]) for r in finance("")], 3)),
    Case("what was the average quarterly revenue in 2024", lambda: year("revenue", 2024) / 4),
    Case("highest gross margin", lambda: max(r["gross_margin"] for r in finance(""))),
    Case("lowest operating margin in 2024", lambda: min(r["operating_margin"] for r in finance("2024"))),
    Case("average gross margin in 2023", lambda: mean([r["gross_margin"] for r in finance("2023")])),
    Case(
        "revenue and net income in 2024",
        lambda: Table([(year("revenue", 2024), year("net_income", 2024))]),
    ),
    Case("how many new customers did we win in 2024", lambda: year("new_customers", 2024)),
    Case("what was revenue in 2019", lambda: Refused("2023")),
    Case("net income in Q1 2027", lambda: Refused("2025")),
    Case("free cash flow between Q1 2024 and Q3 2024", lambda: sum(r["free_cash_flow"] for r in finance("2024")[:3])),
    Case("revenue since 2024", lambda: year("revenue", 2024) + year("revenue", 2025)),
    Case("bookings from January to June 2025", lambda: sum(r["bookings"] for r in finance("2025")[:2])),
    Case(
        "in which quarters was revenue over 60m",
        lambda: Table([(r["period"], r["revenue"]) for r in finance("") if r["revenue"] > 60_000_000]),
    ),
]
