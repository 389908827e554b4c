"""The third set that was written before the parser met it: mostly what must be refused, and what is easily confused."""

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
    quarter,
    rows,
    summed,
    top,
    total,
    values,
)

ERP, HR, DESK, OPPS, CRM = "erp_invoices", "hr_workers", "support_tickets", "crm_opportunities", "crm_accounts"
CLOUD, USAGE = "cloud_costs", "product_usage"


def year(field, number):
    return sum(row[field] for row in finance(str(number)))


def at(field, label):
    return finance(label)[0][field]


NO = [
    "what would revenue be if we doubled marketing",
    "how will headcount evolve in 2027",
    "which department should we cut",
    "is churn too high",
    "why are tickets taking so long",
    "what drove the increase in costs",
    "cancel invoice ERP-00000002",
    "approve all open invoices",
    "email the overdue invoices to finance",
    "add a new vendor called Initrode",
    "rename the cost center IT",
    "insert into invoices values (1)",
    "update erp_invoices set status = 'paid'",
    "truncate table rows",
    "what's the capital of France",
    "who won the world cup",
    "how tall is Mount Everest",
    "translate revenue into German",
    "what is the exchange rate of EUR to USD",
    "how many patients were admitted",
    "average house price in 2024",
    "how many cars did we sell",
    "number of students per class",
    "top 5 movies by box office",
    "rainfall by month",
    "revenue in the metaverse",
    "tickets with priority blocker",
    "invoices in JPY",
    "workers in the Astrology department",
    "how many workers are on parental leave",
    "deals in stage Discovery",
    "cost of Azure Functions",
    "accounts in Antarctica",
    "invoices from Wayne Enterprises",
    "tickets about Quantum Entanglement",
    "revenue in Q5 2024",
    "revenue in 2031",
    "invoices issued in 1985",
    "tickets opened in 2030",
    "total probability",
    "sum of gross margin",
    "total satisfaction in 2024",
    "add up the operating margin for 2024",
    "total days sales outstanding",
    "total first reply minutes",
    "operating margin minus net margin",
    "revenue divided by employees",
    "ratio of tickets to customers",
    "average of median salary",
    "standard deviation of total amount",
    "what is our customer lifetime value",
    "monthly recurring revenue",
    "return on equity",
    "quick ratio in 2024",
    "burn rate",
    "runway in months",
    "gross merchandise value",
    "sales per square foot",
    "EBITDA of Microsoft",
    "compare us to Salesforce",
    "do customers like us",
    "how good is our support",
    "what are the risks in our balance sheet",
    "who is responsible for the overdue invoices",
    "which invoices were paid late",
    "how long does it take to pay an invoice",
    "age of the oldest account in years",
    "number of workers by gender",
    "birthdays this month",
    "phone number of worker W-000001's manager",
]
CHOICES = [
    "what was profit in 2024",
    "margin by quarter",
    "expenses in Q2 2024",
    "retention",
    "how much are our assets",
    "amount of overdue invoices",
    "active users",
]
CASES = [
    *(Case(question, Refused, "no") for question in NO),
    *(Case(question, Ambiguous, "choice") for question in CHOICES),
    Case("net income for Q1 through Q3 of 2024", lambda: sum(r["net_income"] for r in finance("2024")[:3])),
    Case("what did marketing cost us in 2025", lambda: year("marketing_expense", 2025)),
    Case("how large was our inventory at the end of 2024", lambda: at("inventory", "2024-Q4")),
    Case("customers lost in 2024", lambda: year("lost_customers", 2024)),
    Case("how many customers did we lose in Q3 2025", lambda: at("lost_customers", "2025-Q3")),
    Case(
        "show revenue, gross profit and net income for 2025",
        lambda: Table([(year("revenue", 2025), year("gross_profit", 2025), year("net_income", 2025))]),
    ),
    Case(
        "gross profit vs operating income in Q4 2025",
        lambda: Table([(at("gross_profit", "2025-Q4"), at("operating_income", "2025-Q4"))]),
    ),
    Case("what is the trend of arr", lambda: Table([(r["period"], r["arr"]) for r in finance("")])),
    Case("was revenue up or down in Q4 2025?", lambda: Table([(q, at("revenue", q)) for q in ("2025-Q3", "2025-Q4")])),
    Case(
        "difference in cash between Q4 2023 and Q4 2025",
        lambda: Table([(q, at("cash", q)) for q in ("2023-Q4", "2025-Q4")]),
    ),
    Case("average quarterly net income since 2024", lambda: (year("net_income", 2024) + year("net_income", 2025)) / 8),
    Case("Total equity at year end 2025", lambda: at("equity", "2025-Q4")),
    Case("average amount", lambda: mean(values(OPPS, "amount"))),
    Case("which quarters had negative net income", Refused),
    Case("how many invoices are above average", Refused),
    Case(
        "number of invoices greater than 20,000 by status",
        lambda: Table(grouped(ERP, lambda r: r["status"], len, lambda r: r["total_amount"] > 20_000)),
    ),
    Case(
        "what's the total value of overdue invoices",
        lambda: total(ERP, "total_amount", lambda r: r["status"] == "overdue"),
    ),
    Case(
        "what is the sum of total amounts for Marketing in Q2 2024",
        lambda: total(
            ERP, "total_amount", lambda r: r["cost_center"] == "Marketing" and quarter(r["issued_on"]) == "2024-Q2"
        ),
    ),
    Case(
        "give me a breakdown of invoices by cost center", lambda: Table(grouped(ERP, lambda r: r["cost_center"], len))
    ),
    Case(
        "open invoices due in Q1 2025",
        lambda: Keys(
            "invoice_id",
            {r["invoice_id"] for r in rows(ERP) if r["status"] == "open" and quarter(r["due_on"]) == "2025-Q1"},
        ),
    ),
    Case("how many invoices per vendor", lambda: Table(grouped(ERP, lambda r: r["vendor_name"], len))),
    Case("invoices with missing due date", lambda: Keys("invoice_id", set())),
    Case(
        "what's the highest base salary in Engineering",
        lambda: max(values(HR, "base_salary", lambda r: r["department"] == "Engineering")),
    ),
    Case(
        "how many people were hired in 2025 in APAC",
        lambda: count(HR, lambda r: r["hired_on"][:4] == "2025" and r["region"] == "APAC"),
    ),
    Case(
        "number of directors by department",
        lambda: Table(grouped(HR, lambda r: r["department"], len, lambda r: r["job_title"] == "Director")),
    ),
    Case("average fte by employment type", lambda: Table(grouped(HR, lambda r: r["employment_type"], averaged("fte")))),
    Case("how many workers have left", lambda: count(HR, lambda r: r["left_on"])),
    Case("how many tickets are unsolved", Refused),
    Case(
        "tickets where satisfaction is below 2",
        lambda: Keys(
            "ticket_id", {r["ticket_id"] for r in rows(DESK) if r["satisfaction"] is not None and r["satisfaction"] < 2}
        ),
    ),
    Case(
        "average resolution hours for high and urgent tickets",
        lambda: mean(values(DESK, "resolution_hours", lambda r: r["priority"] in ("high", "urgent"))),
    ),
    Case(
        "compare email and phone tickets",
        lambda: Table(grouped(DESK, lambda r: r["channel"], len, lambda r: r["channel"] in ("email", "phone"))),
    ),
    Case(
        "tickets by topic for chat in 2025",
        lambda: Table(
            grouped(DESK, lambda r: r["topic"], len, lambda r: r["channel"] == "chat" and r["opened_on"][:4] == "2025")
        ),
    ),
    Case("top 3 topics", lambda: Refused(), "hard"),
    Case("pipeline value by region", Refused),
    Case(
        "sum of opportunity amount closing in Q1 2025",
        lambda: total(OPPS, "amount", lambda r: quarter(r["close_on"]) == "2025-Q1"),
    ),
    Case("how many open opportunities are there", Refused),
    Case(
        "opportunities created in 2024 with amount over 400k",
        lambda: Keys(
            "opportunity_id",
            {r["opportunity_id"] for r in rows(OPPS) if r["created_on"][:4] == "2024" and r["amount"] > 400_000},
        ),
    ),
    Case("share of opportunities that are won", lambda: 100 * count(OPPS, lambda r: r["is_won"]) / count(OPPS)),
    Case("largest account by annual revenue", lambda: max(rows(CRM), key=lambda r: r["annual_revenue"])["account_id"]),
    Case(
        "number of retail accounts per region",
        lambda: Table(grouped(CRM, lambda r: r["region"], len, lambda r: r["industry"] == "Retail")),
    ),
    Case(
        "EC2 cost by account",
        lambda: Table(grouped(CLOUD, lambda r: r["account"], summed("cost"), lambda r: r["service"] == "EC2")),
    ),
    Case("2 cheapest services by cost", Refused, "hard"),
    Case(
        "bottom 2 services by cost", lambda: top(grouped(CLOUD, lambda r: r["service"], summed("cost")), 2, least=True)
    ),
    Case("average events per feature", lambda: Table(grouped(USAGE, lambda r: r["feature"], averaged("events")))),
    Case(
        "total minutes on web in 2024",
        lambda: sum(values(USAGE, "minutes", lambda r: r["platform"] == "web" and r["used_on"][:4] == "2024")),
    ),
]
