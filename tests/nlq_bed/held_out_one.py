"""Written after the parser was done and graded before anything was changed for it: other words, three more pipes."""

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
    quarter,
    rows,
    summed,
    top,
    total,
    values,
)

CASES = [
    # finance
    Case("Could you tell me our gross profit for fiscal year 2024?", lambda: year("gross_profit", 2024)),
    Case("How much free cash flow was generated in 2025?", lambda: year("free_cash_flow", 2025)),
    Case("subscription revenue q4 '24?", lambda: at("subscription_revenue", "2024-Q4"), "hard"),
    Case("what did we earn in subscription revenue during Q4 2024", lambda: at("subscription_revenue", "2024-Q4")),
    Case("EMEA revenue in 2025", lambda: year("revenue_emea", 2025)),
    Case("revenue from services last year", lambda: year("services_revenue", 2025)),
    Case("working capital as of the end of 2023", lambda: at("working_capital", "2023-Q4")),
    Case("What's our current ratio?", lambda: at("current_ratio", "2025-Q4")),
    Case("net revenue retention for Q3 2025 please", lambda: at("net_revenue_retention", "2025-Q3")),
    Case("NRR in Q2 2024", lambda: at("net_revenue_retention", "2024-Q2")),
    Case("headcount in engineering at the end of 2024", lambda: at("engineering_employees", "2024-Q4")),
    Case("how many new hires were there in 2023", lambda: year("new_hires", 2023)),
    Case("tell me the effective tax rate for 2025 Q3", lambda: at("effective_tax_rate", "2025-Q3")),
    Case("operating income by quarter 2025", lambda: by_quarter("operating_income", "2025")),
    Case("plot of ebitda per quarter", lambda: by_quarter("ebitda")),
    Case("ebitda each quarter", lambda: by_quarter("ebitda")),
    Case("annual net income", lambda: Table([(str(y), year("net_income", y)) for y in (2023, 2024, 2025)])),
    Case("what was the best quarter for revenue?", lambda: top([(r["period"], r["revenue"]) for r in finance("")], 1)),
    Case(
        "worst quarter for customer churn rate",
        lambda: top([(r["period"], r["customer_churn_rate"]) for r in finance("")], 1),
    ),
    Case(
        "in which quarter was cash lowest", lambda: top([(r["period"], r["cash"]) for r in finance("")], 1, least=True)
    ),
    Case(
        "by how much did revenue increase between 2023 and 2025",
        lambda: Table([(str(y), year("revenue", y)) for y in (2023, 2025)]),
    ),
    Case(
        "was net income higher in 2025 than in 2024?",
        lambda: Table([(str(y), year("net_income", y)) for y in (2024, 2025)]),
    ),
    Case("q1 2025 vs q1 2024 bookings", lambda: Table([(f"{y}-Q1", at("bookings", f"{y}-Q1")) for y in (2024, 2025)])),
    Case("revenue growth q2 2025", lambda: at("revenue_growth", "2025-Q2")),
    Case("gross margin trend in 2024", lambda: by_quarter("gross_margin", "2024")),
    Case(
        "what's the total of billings over 2023 and 2024",
        lambda: year("billings", 2023) + year("billings", 2024),
        "hard",
    ),
    Case("revenue in Q1 and Q2 2024", lambda: Table([(q, at("revenue", q)) for q in ("2024-Q1", "2024-Q2")])),
    Case(
        "cash and long term debt at end of Q2 2025",
        lambda: Table([(at("cash", "2025-Q2"), at("long_term_debt", "2025-Q2"))]),
    ),
    Case("average revenue per customer in Q4 2025", lambda: at("average_revenue_per_customer", "2025-Q4")),
    Case("CAC Q1 2025", lambda: at("customer_acquisition_cost", "2025-Q1")),
    Case("max ebitda margin ever", lambda: max(r["ebitda_margin"] for r in finance(""))),
    Case("deferred revenue, Q3 2023", lambda: at("deferred_revenue", "2023-Q3")),
    # invoices
    Case(
        "Which 3 vendors did we get the most invoices from?",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], len), 3),
    ),
    Case(
        "total tax paid to Globex Supply",
        lambda: total(ERP, "tax_amount", lambda r: r["status"] == "paid" and r["vendor_name"] == "Globex Supply"),
    ),
    Case(
        "sum up the net amount for vendor Globex Supply",
        lambda: total(ERP, "net_amount", lambda r: r["vendor_name"] == "Globex Supply"),
    ),
    Case("how many unpaid invoices", lambda: count(ERP, lambda r: r["status"] != "paid")),
    Case("how many invoices are still open?", lambda: count(ERP, lambda r: r["status"] == "open")),
    Case(
        "overdue invoices in GBP",
        lambda: Keys(
            "invoice_id", {r["invoice_id"] for r in rows(ERP) if r["status"] == "overdue" and r["currency"] == "GBP"}
        ),
    ),
    Case(
        "average total amount of paid invoices by currency",
        lambda: Table(grouped(ERP, lambda r: r["currency"], averaged("total_amount"), lambda r: r["status"] == "paid")),
    ),
    Case(
        "invoices above $50,000 issued in Q1 2025",
        lambda: Keys(
            "invoice_id",
            {
                r["invoice_id"]
                for r in rows(ERP)
                if r["total_amount"] > 50_000 and quarter(r["issued_on"]) == "2025-Q1" and r["currency"] == "USD"
            },
        ),
    ),
    Case(
        "number of invoices issued between 2024-01-15 and 2024-02-15",
        lambda: count(ERP, lambda r: "2024-01-15" <= r["issued_on"] <= "2024-02-15"),
    ),
    Case(
        "what is the largest invoice by total amount",
        lambda: max(rows(ERP), key=lambda r: r["total_amount"])["invoice_id"],
    ),
    Case(
        "show the 5 largest invoices by net amount",
        lambda: Keys(
            "invoice_id",
            set(),
            order=tuple(r["invoice_id"] for r in sorted(rows(ERP), key=lambda r: -r["net_amount"])[:5]),
        ),
    ),
    Case("status of invoice ERP-00000012", lambda: rows(ERP)[11]["status"], "hard"),
    Case(
        "how many invoices per month in 2024",
        lambda: Table(grouped(ERP, lambda r: r["issued_on"][:7], len, lambda r: r["issued_on"][:4] == "2024")),
    ),
    Case("what share of invoices are paid", lambda: 100 * count(ERP, lambda r: r["status"] == "paid") / count(ERP)),
    Case(
        "total amount for IT and Marketing",
        lambda: total(ERP, "total_amount", lambda r: r["cost_center"] in ("IT", "Marketing")),
    ),
    Case(
        "compare total amount of IT vs Marketing",
        lambda: Table(
            grouped(
                ERP,
                lambda r: r["cost_center"],
                summed("total_amount"),
                lambda r: r["cost_center"] in ("IT", "Marketing"),
            )
        ),
    ),
    Case("how many suppliers do we have", lambda: len(set(values(ERP, "vendor_name")))),
    Case("list the cost centers", lambda: Table(grouped(ERP, lambda r: r["cost_center"], len))),
    Case("when was the latest invoice issued", lambda: max(values(ERP, "issued_on")), "hard"),
    Case(
        "invoices excluding paid ones, by cost center",
        lambda: Table(grouped(ERP, lambda r: r["cost_center"], len, lambda r: r["status"] != "paid")),
    ),
    # people
    Case("how many people work in Sales?", lambda: count(HR, lambda r: r["department"] == "Sales")),
    Case(
        "How many employees are in the Marketing department?",
        lambda: count(HR, lambda r: r["department"] == "Marketing"),
    ),
    Case(
        "number of terminated workers in LATAM",
        lambda: count(HR, lambda r: r["status"] == "Terminated" and r["region"] == "LATAM"),
    ),
    Case("median salary by department", Refused),
    Case(
        "mean base salary of directors", lambda: mean(values(HR, "base_salary", lambda r: r["job_title"] == "Director"))
    ),
    Case("who earns the most", Refused),
    Case(
        "which worker has the highest base salary",
        lambda: Refused() if False else sorted(rows(HR), key=lambda r: -r["base_salary"])[0]["worker_id"],
        "hard",
    ),
    Case("salary range in Legal", Refused),
    Case(
        "min and max base salary",
        lambda: Table([(min(values(HR, "base_salary")), max(values(HR, "base_salary")))]),
        "hard",
    ),
    Case(
        "workers hired since 2025",
        lambda: Keys("worker_id", {r["worker_id"] for r in rows(HR) if r["hired_on"] >= "2025-01-01"}),
    ),
    Case(
        "how many full time workers in Engineering or Sales",
        lambda: count(
            HR, lambda r: r["employment_type"] == "Full-time" and r["department"] in ("Engineering", "Sales")
        ),
    ),
    Case("share of contractors by department", Refused, "hard"),
    Case("how many workers were hired per year", lambda: Table(grouped(HR, lambda r: r["hired_on"][:4], len))),
    Case(
        "count of workers by region and status",
        lambda: Table([(*k, v) for k, v in grouped(HR, lambda r: (r["region"], r["status"]), len)]),
    ),
    Case(
        "lowest paid job title",
        lambda: top(
            grouped(HR, lambda r: r["job_title"], lambda g: mean([r["base_salary"] for r in g])), 1, least=True
        ),
    ),
    Case(
        "job title with the lowest average base salary",
        lambda: top(grouped(HR, lambda r: r["job_title"], averaged("base_salary")), 1, least=True),
    ),
    # support
    Case(
        "how many high priority tickets are pending",
        lambda: count(DESK, lambda r: r["priority"] == "high" and r["status"] == "pending"),
    ),
    Case(
        "tickets about Login opened last quarter",
        lambda: Keys(
            "ticket_id",
            {r["ticket_id"] for r in rows(DESK) if r["topic"] == "Login" and quarter(r["opened_on"]) == "2025-Q4"},
        ),
    ),
    Case(
        "avg first reply minutes for chat",
        lambda: mean(values(DESK, "first_reply_minutes", lambda r: r["channel"] == "chat")),
    ),
    Case(
        "what's the average time to resolution by priority",
        lambda: Table(grouped(DESK, lambda r: r["priority"], averaged("resolution_hours"))),
    ),
    Case("how many tickets weren't reopened", lambda: count(DESK, lambda r: not r["reopened"])),
    Case(
        "which channel has the worst average satisfaction",
        lambda: top(grouped(DESK, lambda r: r["channel"], averaged("satisfaction")), 1, least=True),
    ),
    Case("how many tickets have a satisfaction of 5", lambda: count(DESK, lambda r: r["satisfaction"] == 5)),
    Case("how many tickets have no satisfaction", lambda: count(DESK, lambda r: r["satisfaction"] is None)),
    Case(
        "did the number of tickets go up from 2024 to 2025",
        lambda: Table([(y, count(DESK, in_year("opened_on", y))) for y in ("2024", "2025")]),
    ),
    Case("number of tickets by quarter", lambda: Table(grouped(DESK, lambda r: quarter(r["opened_on"]), len))),
    Case("sum of satisfaction", lambda: Refused("ratio")),
    # sales
    Case("how many deals are in Negotiation", lambda: count(OPPS, lambda r: r["stage"] == "Negotiation")),
    Case("total amount of won opportunities", lambda: total(OPPS, "amount", lambda r: r["is_won"])),
    Case("opportunity amount by stage", lambda: Table(grouped(OPPS, lambda r: r["stage"], summed("amount")))),
    Case("top 3 lead sources by amount", lambda: top(grouped(OPPS, lambda r: r["lead_source"], summed("amount")), 3)),
    Case("number of opportunities closed lost", lambda: count(OPPS, lambda r: r["stage"] == "Closed Lost")),
    Case(
        "average deal amount in EMEA for Enterprise",
        lambda: mean(values(OPPS, "amount", lambda r: r["region"] == "EMEA" and r["segment"] == "Enterprise")),
    ),
    Case("how many leads do we have", lambda: count(HR, lambda r: r["job_title"] == "Lead")),
    Case("win rate by region", Refused),
    Case("how many accounts are customers", lambda: count(CRM, lambda r: r["is_customer"])),
    Case("accounts by industry", lambda: Table(grouped(CRM, lambda r: r["industry"], len))),
    Case(
        "how many Software accounts are in APAC",
        lambda: count(CRM, lambda r: r["industry"] == "Software" and r["region"] == "APAC"),
    ),
    Case("average number of employees per account", lambda: mean(values(CRM, "employees")), "hard"),
    Case("total annual revenue of accounts", lambda: Refused("point in time")),
    # cloud and usage
    Case("What did EC2 cost us in 2024?", lambda: Refused("2023-02")),
    Case("cloud cost by service", lambda: Table(grouped(CLOUD, lambda r: r["service"], summed("cost")))),
    Case("total cost in us-east-1", lambda: total(CLOUD, "cost", lambda r: r["region"] == "us-east-1")),
    Case("most expensive service", lambda: top(grouped(CLOUD, lambda r: r["service"], summed("cost")), 1)),
    Case("which service has the highest cost", lambda: top(grouped(CLOUD, lambda r: r["service"], summed("cost")), 1)),
    Case("usage hours of the Data team", lambda: total(CLOUD, "usage_hours", lambda r: r["team"] == "Data")),
    Case("total credits", lambda: total(CLOUD, "credits")),
    Case("how many events happened on ios", lambda: sum(values(USAGE, "events", lambda r: r["platform"] == "ios"))),
    Case(
        "errors by feature",
        lambda: Table(grouped(USAGE, lambda r: r["feature"], lambda f: sum(x["errors"] for x in f))),
    ),
    Case("total active users", lambda: Ambiguous(), "hard"),
    Case(
        "minutes by plan in 2025",
        lambda: Table(
            grouped(
                USAGE, lambda r: r["plan"], lambda f: sum(x["minutes"] for x in f), lambda r: r["used_on"][:4] == "2025"
            )
        ),
    ),
    # no
    Case("what will our cash be at the end of 2026", Refused),
    Case("revenue for the month of March 2024", lambda: Refused("quarter"), "hard"),
    Case("customers in Germany", Refused),
    Case("who is the CEO", Refused),
    Case("how many employees quit because of pay", Refused),
    Case("what is our market share", Refused),
    Case("cost per ticket", Refused),
    Case("total amount of invoices and average salary", Refused),
    Case("drop the erp_invoices table", Refused),
    Case("1=1 or true", Refused),
    Case("convert revenue to EUR", Refused),
    Case("how many invoices are overdue by more than 30 days", Refused),
    Case("top customers", Refused),
    Case("revenue excluding EMEA", Refused),
    Case("what's the expense", lambda: Ambiguous()),
    Case("sales pipeline coverage for next year", Refused),
    Case("how many tickets did Bob solve", Refused),
    Case("which invoices look fraudulent", Refused),
    Case("net income of our competitor in 2024", Refused),
    Case("days until we run out of cash", Refused),
    Case("what was revenue on Mars", Refused),
    Case("who approved invoice ERP-00000012", Refused),
    Case("give me everything", Refused),
    Case("?????", Refused),
    Case("sum", Refused),
]
