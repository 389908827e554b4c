"""Invoices of suppliers: counts, filters, rankings, lists."""

from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Keys,
    Refused,
    Table,
    averaged,
    count,
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

ERP = "erp_invoices"
OVERDUE = {row["invoice_id"] for row in rows(ERP) if row["status"] == "overdue"}

CASES = [
    Case(
        "how many invoices over 10k are overdue",
        lambda: count(ERP, lambda r: r["total_amount"] > 10_000 and r["status"] == "overdue"),
    ),
    Case("how many netsuite invoices are there", lambda: count(ERP)),
    Case("number of paid invoices", lambda: count(ERP, lambda r: r["status"] == "paid")),
    Case("how many invoices are not paid?", lambda: count(ERP, lambda r: r["status"] != "paid")),
    Case("how many invoices are open or overdue", lambda: count(ERP, lambda r: r["status"] in ("open", "overdue"))),
    Case("count invoices in EUR", lambda: count(ERP, lambda r: r["currency"] == "EUR")),
    Case("how many invoices were issued in 2024", lambda: count(ERP, lambda r: r["issued_on"][:4] == "2024")),
    Case("how many invoices in March 2024", lambda: count(ERP, lambda r: r["issued_on"][:7] == "2024-03")),
    Case("how many invoices are due before 2024-02-01", lambda: count(ERP, lambda r: r["due_on"] < "2024-02-01")),
    Case("invoices issued after June 30, 2025: how many?", lambda: count(ERP, lambda r: r["issued_on"] > "2025-06-30")),
    Case(
        "how many invoices between 5,000 and 10,000", lambda: count(ERP, lambda r: 5000 <= r["total_amount"] <= 10_000)
    ),
    Case(
        "how many invoices with net amount of at least $20k",
        lambda: count(ERP, lambda r: r["net_amount"] >= 20_000 and r["currency"] == "USD"),
    ),
    Case("how many invoices have a tax amount under 100", lambda: count(ERP, lambda r: r["tax_amount"] < 100)),
    Case(
        "what is the total amount of overdue invoices",
        lambda: total(ERP, "total_amount", lambda r: r["status"] == "overdue"),
    ),
    Case("total net amount in 2025", lambda: total(ERP, "net_amount", lambda r: r["issued_on"][:4] == "2025")),
    Case("sum of tax amount for IT", lambda: total(ERP, "tax_amount", lambda r: r["cost_center"] == "IT")),
    Case("what is the average total amount", lambda: mean(values(ERP, "total_amount"))),
    Case(
        "average invoice total amount for Acme Logistics",
        lambda: mean(values(ERP, "total_amount", lambda r: r["vendor_name"] == "Acme Logistics")),
    ),
    Case("largest tax amount", lambda: max(values(ERP, "tax_amount"))),
    Case("smallest net amount in 2024", lambda: min(values(ERP, "net_amount", lambda r: r["issued_on"][:4] == "2024"))),
    Case(
        "top 5 vendors by total amount",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("total_amount")), 5),
    ),
    Case(
        "which vendor has the highest net amount",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], summed("net_amount")), 1),
    ),
    Case(
        "which cost center has the lowest total amount",
        lambda: top(grouped(ERP, lambda r: r["cost_center"], summed("total_amount")), 1, least=True),
    ),
    Case(
        "bottom 3 vendors by number of invoices",
        lambda: top(grouped(ERP, lambda r: r["vendor_name"], len), 3, least=True),
    ),
    Case(
        "total amount by cost center", lambda: Table(grouped(ERP, lambda r: r["cost_center"], summed("total_amount")))
    ),
    Case("invoices by status", lambda: Table(grouped(ERP, lambda r: r["status"], len))),
    Case("number of invoices per currency", lambda: Table(grouped(ERP, lambda r: r["currency"], len))),
    Case(
        "break down net amount by status for 2024",
        lambda: Table(
            grouped(ERP, lambda r: r["status"], summed("net_amount"), lambda r: r["issued_on"][:4] == "2024")
        ),
    ),
    Case(
        "average net amount per cost center",
        lambda: Table(grouped(ERP, lambda r: r["cost_center"], averaged("net_amount"))),
    ),
    Case(
        "total amount by quarter in 2024",
        lambda: Table(
            sorted(
                grouped(
                    ERP,
                    lambda r: quarter(r["issued_on"]),
                    summed("total_amount"),
                    lambda r: r["issued_on"][:4] == "2024",
                )
            ),
            ordered=True,
        ),
    ),
    Case(
        "monthly number of invoices in 2025",
        lambda: Table(
            sorted(grouped(ERP, lambda r: r["issued_on"][:7], len, lambda r: r["issued_on"][:4] == "2025")),
            ordered=True,
        ),
    ),
    Case("show me the overdue invoices", lambda: Keys("invoice_id", OVERDUE)),
    Case(
        "list overdue invoices from Acme Logistics",
        lambda: Keys(
            "invoice_id",
            {r["invoice_id"] for r in rows(ERP) if r["status"] == "overdue" and r["vendor_name"] == "Acme Logistics"},
        ),
    ),
    Case(
        "list invoices with total amount above 58000",
        lambda: Keys("invoice_id", {r["invoice_id"] for r in rows(ERP) if r["total_amount"] > 58_000}),
    ),
    Case("how many distinct vendors are there on invoices", lambda: len(set(values(ERP, "vendor_name")))),
    Case("how many invocies are overdue", lambda: count(ERP, lambda r: r["status"] == "overdue")),
    Case("how many invoices are ovedue?", lambda: count(ERP, lambda r: r["status"] == "overdue")),
    Case("how many invoices from Acme", lambda: Ambiguous(("Acme Logistics", "Acme Energy"))),
    Case("how many invoices are disputed", lambda: Refused("disputed")),
    Case("total amount of invoices from Umbrella Corp", lambda: Refused("umbrella")),
    Case("how many invoices were issued in 2019", lambda: Refused("2023")),
    Case(
        "how did total amount change from 2023 to 2024",
        lambda: Table([(y, total(ERP, "total_amount", in_year("issued_on", y))) for y in ("2023", "2024")]),
    ),
    Case(
        "what percentage of invoices is overdue",
        lambda: 100 * count(ERP, lambda r: r["status"] == "overdue") / count(ERP),
    ),
    Case("are there any overdue invoices?", lambda: count(ERP, lambda r: r["status"] == "overdue")),
]
