"""Invoices to the pump maker's customers."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.veldpump.calendar import DAYS, FIRST, LAST, SEED
from tests.nlq_bed.companies.veldpump.employees import REPS
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

CUSTOMERS = (
    ("Aberdeen Offshore", "Europe"), ("Alpenwasser AG", "Europe"), ("Baltic Shipyards", "Europe"),
    ("Bluefield Dairy", "North America"), ("Cargill Bay Refining", "North America"), ("Castellon Ceramics", "Europe"),
    ("Delta Irrigation", "Middle East"), ("Dunmore Paper Mills", "Europe"), ("Emirates Desalination", "Middle East"),
    ("Fairview Breweries", "North America"), ("Gulfstream Chemicals", "North America"), ("Hanseatic Ports", "Europe"),
    ("Ironbridge Mining", "Asia Pacific"), ("Johor Palm Oil", "Asia Pacific"), ("Kingsway Water", "Europe"),
    ("Lakeshore Utilities", "North America"), ("Mekong Fisheries", "Asia Pacific"), ("Nordsee Energie", "Europe"),
    ("Oakridge Foods", "North America"), ("Pacific Lithium", "Asia Pacific"), ("Qatar Cooling", "Middle East"),
    ("Redhill Pharma", "Europe"), ("Sandstone Quarries", "North America"), ("Thornbury Textiles", "Europe"),
)  # fmt: skip
CUSTOMER_PICK = (*range(24), 4, 4, 14, 14, 14, 10, 10, 17, 17, 8, 2, 15, 22)
_LINES = (
    ("Centrifugal Pumps",) * 5
    + ("Spare Parts",) * 6
    + ("Valves",) * 3
    + ("Service Contracts",) * 3
    + ("Diaphragm Pumps",) * 2
)
_PRICE = {
    "Centrifugal Pumps": (1_450_000, 18_900_000), "Diaphragm Pumps": (620_000, 5_400_000),
    "Valves": (110_000, 2_300_000), "Spare Parts": (8_900, 640_000), "Service Contracts": (240_000, 3_600_000),
}  # fmt: skip
_METHODS = ("bank transfer",) * 7 + ("direct debit",) * 2 + ("credit card",)
_COUNT = 508


def _invoice(n: int) -> Row:
    draw = Draw(SEED, "invoices", n)
    issued = FIRST + timedelta(days=min(DAYS - 1, n * DAYS // _COUNT + draw.below(3)))
    if n == _COUNT - 1:
        issued = LAST
    at = draw.pick(CUSTOMER_PICK)
    customer, region = CUSTOMERS[at]
    currency = {"Europe": "EUR", "North America": "USD", "Middle East": "USD", "Asia Pacific": "USD"}[region]
    if customer in ("Aberdeen Offshore", "Kingsway Water", "Thornbury Textiles"):
        currency = "GBP"
    line = draw.pick(_LINES)
    amount = draw.money(*_PRICE[line])
    if draw.chance(40):
        amount = round(amount / 3 * 100) / 100
    terms = (30, 30, 45, 60)[at % 4]
    due = issued + timedelta(days=terms)
    paid: date | None = due + timedelta(days=draw.pick((-12, -6, -3, -1, 0, 0, 1, 2, 4, 7, 13, 21, 38, 64)))
    fate = draw.below(100)
    state = "paid"
    if fate < 4:
        paid, state = None, "disputed"
    elif fate < 6 and issued < date(2024, 7, 1):
        paid, state = None, "written off"
    elif fate < 8:
        paid, state = None, "cancelled"
    elif fate < 12 or (paid and paid > LAST):
        paid, state = None, "overdue" if due < LAST else "open"
    return {
        "invoice_number": f"INV-{40112 + n}",
        "customer": customer,
        "region": region,
        "sales_person": REPS[at % len(REPS)] if not draw.chance(9) else draw.pick(REPS),
        "product_line": line,
        "amount": amount,
        "currency": currency,
        "discount_pct": draw.pick((0.0, 0.0, 0.0, 0.0, 2.5, 5.0, 7.5, 10.0)),
        "status": state,
        "issue_date": issued.isoformat(),
        "due_date": due.isoformat(),
        "paid_date": paid.isoformat() if paid else None,
        "days_to_pay": (paid - issued).days if paid else None,
        "payment_method": draw.pick(_METHODS) if paid else None,
        "po_number": f"PO{draw.between(100_000, 999_999)}" if draw.chance(81) else None,
    }


INVOICES = Pipe(
    "xero.sales-invoices", "Xero sales invoices", "xero", "accounting", "invoice", ("invoice_number",),
    ("IPAAS", "workato"),
    (
        Column("invoice_number", "string", "Number of the invoice"),
        Column("customer", "string", "Customer it was sent to"),
        Column("region", "string", "Sales region"),
        Column("sales_person", "string", "Account executive who made the sale"),
        Column("product_line", "string", "Product line"),
        Column("amount", "number", "Amount invoiced, in the invoice's currency", "additive", "currency"),
        Column("currency", "string", "ISO 4217"),
        Column("discount_pct", "number", "Discount given", "ratio", "%"),
        Column("status", "string", "paid, open, overdue, disputed, written off or cancelled"),
        Column("issue_date", "date", "Day of issue", "period"),
        Column("due_date", "date", "Day on which payment is due"),
        Column("paid_date", "date", "Day of payment; null if not paid"),
        Column("days_to_pay", "integer", "Days from issue to payment; null if not paid", "ratio", "days"),
        Column("payment_method", "string", "bank transfer, direct debit or credit card; null if not paid"),
        Column("po_number", "string", "Customer's purchase order; null if none was given"),
    ),
    tuple(_invoice(n) for n in range(_COUNT)),
)  # fmt: skip
