"""The eighth set, written by somebody who had changed the grammar for the seventh."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, OPPS, USAGE, at, by_quarter, year
from tests.nlq_bed.truth import (
    Case,
    Refused,
    Table,
    averaged,
    count,
    finance,
    grouped,
    mean,
    summed,
    top,
    total,
    values,
)

CASES = [
    Case("how did we do on net income in 2025", lambda: year("net_income", 2025)),
    Case("gross profit 2023, please", lambda: year("gross_profit", 2023)),
    Case("what revenue did the company post in Q3 2024", lambda: at("revenue", "2024-Q3")),
    Case("workingcapital in q2 2025", lambda: at("working_capital", "2025-Q2")),
    Case("how much interest expense did we pay in 2024", lambda: year("interest_expense", 2024)),
    Case(
        "did we have more customers in Q4 2025 than in Q4 2024",
        lambda: at("customers", "2025-Q4") - at("customers", "2024-Q4"),
    ),
    Case("how many employees did we lose in 2025", Refused),
    Case("quick ratio", Refused),
    Case("current ratio Q1 2023", lambda: at("current_ratio", "2023-Q1")),
    Case("hosting costs by quarter 2024", lambda: by_quarter("hosting_costs", "2024")),
    Case("churned ARR during 2024", lambda: year("churned_arr", 2024)),
    Case("inventory at end of 2023", lambda: at("inventory", "2023-Q4")),
    Case(
        "which quarter saw the most new customers", lambda: max(finance(""), key=lambda r: r["new_customers"])["period"]
    ),
    Case("opreating income 2024", lambda: year("operating_income", 2024)),
    Case(
        "how many invoices came from Initech Supply", lambda: count(ERP, lambda r: r["vendor_name"] == "Initech Supply")
    ),
    Case(
        "what do overdue invoices add up to in net amount",
        lambda: total(ERP, "net_amount", lambda r: r["status"] == "overdue"),
    ),
    Case("biggest net amount in EUR", lambda: max(values(ERP, "net_amount", lambda r: r["currency"] == "EUR"))),
    Case(
        "net amount per vendor, top 3", lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount")), 3)
    ),
    Case(
        "overdue invoices by cost center",
        lambda: Table(grouped(ERP, lambda r: r["cost_center"], len, lambda r: r["status"] == "overdue")),
    ),
    Case("how many part-timers", lambda: count(HR, lambda r: r["employment_type"] == "Part-time")),
    Case(
        "how many leads are there in Support",
        lambda: count(HR, lambda r: r["job_title"] == "Lead" and r["department"] == "Support"),
    ),
    Case("who many specialists work in Finance", Refused),
    Case(
        "average salary by department", lambda: Table(grouped(HR, lambda r: r["department"], averaged("base_salary")))
    ),
    Case("number of workers that left in 2024", lambda: count(HR, lambda r: (r["left_on"] or "")[:4] == "2024")),
    Case("which region has the most workers", lambda: top(grouped(HR, lambda r: r["region"], len), 1)),
    Case("tickets that came in via chat, how many", lambda: count(DESK, lambda r: r["channel"] == "chat")),
    Case("how many tickets did customers open in 2024", Refused),
    Case("how many tickets were solved in 2025", lambda: count(DESK, lambda r: (r["solved_on"] or "")[:4] == "2025")),
    Case(
        "average resolution hours per topic",
        lambda: Table(grouped(DESK, lambda r: r["topic"], averaged("resolution_hours"))),
    ),
    Case(
        "share of tickets that are urgent", lambda: 100 * count(DESK, lambda r: r["priority"] == "urgent") / count(DESK)
    ),
    Case("how many deals were won in EMEA", lambda: count(OPPS, lambda r: r["is_won"] and r["region"] == "EMEA")),
    Case(
        "average deal amount for Enterprise",
        lambda: mean(values(OPPS, "amount", lambda r: r["segment"] == "Enterprise")),
    ),
    Case(
        "how many SMB accounts in Retail",
        lambda: count(CRM, lambda r: r["segment"] == "SMB" and r["industry"] == "Retail"),
    ),
    Case("credits by team", lambda: Table(grouped(CLOUD, lambda r: r["team"], summed("credits")))),
    Case("which feature has the most errors", lambda: top(grouped(USAGE, lambda r: r["feature"], summed("errors")), 1)),
    Case(
        "events on ios in 2024",
        lambda: total(USAGE, "events", lambda r: r["platform"] == "ios" and r["used_on"][:4] == "2024"),
    ),
]

CASES += [
    Case(question, Refused)
    for question in (
        "revenue we received from aliens",
        "posted invoices",
        "how many employees post on social media",
        "cost of employing directors",
        "tickets the dog sent",
        "invoices lost in the mail",
        "net revenue after refunds in 2024",
        "adjusted ebitda 2024",
        "revenue excluding EMEA in 2024",
        "same store revenue 2025",
        "ebitda at constant currency in 2025",
        "workers who speak French",
        "how many female managers",
        "tickets by customer mood",
        "invoices by colour",
        "organic revenue growth in 2024",
        "what would revenue be without EMEA",
        "revenue in Q7 2024",
        "gross margin by vendor",
        "sum of current ratio in 2025",
        "who approved the invoices",
        "revenue and tickets per vendor",
        "update worker W-000001",
        "budgeted revenue in 2024",
    )
]
