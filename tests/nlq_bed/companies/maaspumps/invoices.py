"""Invoices that the pump group posted."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.maaspumps.calendar import FIRST, LAST, SEED
from tests.nlq_bed.companies.maaspumps.customers import CUSTOMER_PICK
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

_REP = {
    "Netherlands": ("Bram Verhoeven", "Bram Verhoeven", "Elke Janssens"), "Belgium": ("Elke Janssens",),
    "France": ("Claire Dumont",), "Germany": ("Stefan Vogt", "Stefan Vogt", "Claire Dumont"),
    "Switzerland": ("Stefan Vogt",), "United Kingdom": ("Gareth Pugh",), "Poland": ("Tomasz Wilk",),
    "United Arab Emirates": ("Nadia Haddad",), "United States": ("Nadia Haddad", "Gareth Pugh"),
}  # fmt: skip
_LINES = (
    ("Centrifugal Pumps",) * 5
    + ("Dosing Pumps",) * 3
    + ("Submersible Pumps",) * 3
    + ("Spare Parts",) * 6
    + ("Maintenance",) * 4
)
_RANGE = {  # cents
    "Centrifugal Pumps": (410_000, 6_800_000), "Dosing Pumps": (120_000, 1_450_000),
    "Submersible Pumps": (260_000, 4_100_000), "Spare Parts": (8_500, 640_000), "Maintenance": (35_000, 980_000),
}  # fmt: skip
_METHODS = ("Bank transfer",) * 7 + ("Direct debit",) * 2 + ("Credit card",)
INVOICE_COUNT = 812


def _reminders(status: str, days: int, took: int, draw: Draw) -> int:
    """Of an invoice due after `days`, paid after `took`."""
    if took <= days or days == 0 or status == "Open":
        return 0
    return min(3, (took - days) // 9) if status == "Paid" else draw.between(1, 4)


def _invoice(n: int) -> Row:
    draw = Draw(SEED, "pumps invoices", n)
    issued = a_day(n, INVOICE_COUNT, draw, FIRST, LAST)
    number, customer, industry, country, currency = draw.pick(CUSTOMER_PICK)
    line = draw.pick(_LINES)
    discount = draw.pick((None, None, None, None, 2.5, 5.0, 5.0, 7.5, 10.0))
    net = draw.between(*_RANGE[line])
    vat = net * 21 // 100 if country == "Netherlands" else 0
    terms, days = draw.pick(
        (("Net 30", 30),) * 5 + (("Net 14", 14),) * 2 + (("Net 60", 60),) * 2 + (("Prepayment", 0),)
    )
    due = issued + timedelta(days=days)
    took = draw.between(0, 4) if days == 0 else max(2, days + draw.between(-12, 34))
    paid = issued + timedelta(days=took)
    fate = draw.below(100)
    if fate < 3:
        status = "Disputed"
    elif fate < 5 and due < date(2025, 3, 1):
        status = "Written off"
    elif paid <= LAST and fate < 95:
        status = "Paid"
    else:
        status = "Overdue" if due < LAST else "Open"
    done = status == "Paid"
    return {
        "invoice_number": f"SI-{240118 + n * 7}",
        "customer_number": number,
        "customer_name": customer,
        "customer_industry": industry,
        "bill_to_country": country,
        "salesperson": draw.pick(_REP[country]),
        "product_line": line,
        "purchase_order_no": None if draw.chance(17) else f"PO{draw.between(40_000, 98_999)}",
        "posting_date": issued.isoformat(),
        "due_date": due.isoformat(),
        "payment_date": paid.isoformat() if done else None,
        "payment_terms": terms,
        "payment_status": status,
        "payment_method": draw.pick(_METHODS) if done else None,
        "currency_code": currency,
        "discount_pct": discount,
        "net_amount": net / 100,
        "vat_amount": vat / 100,
        "gross_amount": (net + vat) / 100,
        "days_to_pay": took if done else None,
        "reminders_sent": _reminders(status, days, took, draw),
        "emailed": draw.chance(81),
    }


INVOICES = Pipe(
    "businesscentral.posted-sales-invoices", "Business Central posted sales invoices", "businesscentral", "erp",
    "sales_invoice",
    ("invoice_number",), ("API_GATEWAY", "kong"),
    (
        Column("invoice_number", "string", "Number of the posted invoice"),
        Column("customer_number", "string", "Number of the customer"),
        Column("customer_name", "string", "Customer the invoice went to"),
        Column("customer_industry", "string", "Industry of the customer"),
        Column("bill_to_country", "string", "Country of the billing address"),
        Column("salesperson", "string", "Salesperson responsible"),
        Column("product_line", "string", "What was sold"),
        Column("purchase_order_no", "string", "The customer's purchase order; null if none was given"),
        Column("posting_date", "date", "Day the invoice was posted", "period"),
        Column("due_date", "date", "Day payment is due"),
        Column("payment_date", "date", "Day it was paid; null while it is not"),
        Column("payment_terms", "string", "Net 14, Net 30, Net 60 or Prepayment"),
        Column("payment_status", "string", "Paid, Open, Overdue, Disputed or Written off"),
        Column("payment_method", "string", "Bank transfer, Direct debit or Credit card; null while it is not paid"),
        Column("currency_code", "string", "Currency of the amounts"),
        Column("discount_pct", "number", "Discount granted; null for none", "ratio", "%"),
        Column("net_amount", "number", "Amount without VAT", "additive", "currency"),
        Column("vat_amount", "number", "Value added tax", "additive", "currency"),
        Column("gross_amount", "number", "Amount with VAT", "additive", "currency"),
        Column("days_to_pay", "integer", "Days from posting to payment; null while it is not paid", "ratio", "days"),
        Column("reminders_sent", "integer", "Payment reminders sent", "additive", "reminders"),
        Column("emailed", "boolean", "Whether it was sent by e-mail"),
    ),
    tuple(_invoice(n) for n in range(INVOICE_COUNT)),
)  # fmt: skip
