"""Truths of the quarterly ledger, and the names of the other pipes."""

from typing import Any

from tests.nlq_bed.truth import Table, finance

ERP, HR, DESK, OPPS, CRM = "erp_invoices", "hr_workers", "support_tickets", "crm_opportunities", "crm_accounts"
CLOUD, USAGE = "cloud_costs", "product_usage"


def year(field: str, number: int) -> int:
    """An additive measure over a year."""
    return sum(row[field] for row in finance(str(number)))


def at(field: str, quarter: str) -> Any:
    """A measure in one quarter."""
    (row,) = finance(quarter)
    return row[field]


def by_quarter(field: str, period: str = "") -> Table:
    """A measure quarter by quarter, of a year or of all."""
    return Table([(row["period"], row[field]) for row in finance(period)], ordered=True)
