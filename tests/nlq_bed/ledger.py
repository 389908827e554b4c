"""Truths of the quarterly ledger, and the names of the other pipes."""

from typing import Any

from tests.nlq_bed.truth import Table, finance

ERP, HR, DESK, OPPS, CRM = "erp_invoices", "hr_workers", "support_tickets", "crm_opportunities", "crm_accounts"
CLOUD, USAGE, LEDGER = "cloud_costs", "product_usage", "finance_quarterly"


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


def flow(field: str, *periods: str) -> int:
    """An additive measure over years and quarters."""
    return sum(row[field] for period in periods for row in finance(period))


def pairs(field: str, first: str = "", last: str = "9999") -> list[tuple[Any, Any]]:
    """(quarter, measure) from one quarter to another, both counted in."""
    return [(row["period"], row[field]) for row in finance("") if first <= row["period"] <= last]


def trend(field: str, first: str = "", last: str = "9999") -> Table:
    return Table(pairs(field, first, last), ordered=True)


def span(field: str, first: str = "", last: str = "9999") -> int:
    """An additive measure from one quarter to another, both counted in."""
    return sum(figure for _, figure in pairs(field, first, last))


def yearly(field: str) -> Table:
    """An additive measure year by year."""
    return Table([(period, flow(field, period)) for period in ("2023", "2024", "2025")], ordered=True)
