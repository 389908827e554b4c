"""The ERP: invoices of suppliers. (The invoices of the toxic stream are another source, in `farm/oracle`.)"""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from aos.farm.generators.shape import Field, Generator, Row

_VENDORS = tuple(f"{first} {second}" for first in ("Acme", "Northwind", "Globex", "Initech", "Stark Ridge", "Delta",
    "Falcon", "Granite", "Helios", "Meridian") for second in ("Logistics", "Supply", "Energy", "Software"))  # fmt: skip
_STATUSES = ("paid",) * 5 + ("open",) * 3 + ("overdue",) * 2
_CURRENCIES = ("USD",) * 6 + ("EUR",) * 3 + ("GBP",)
_CENTERS = ("Operations", "IT", "Marketing", "Facilities", "R&D", "HR")


def invoice(seed: int, n: int) -> Row:
    draw = Draw(seed, "erp_invoices", n)
    vendor, issued = draw.below(len(_VENDORS)), draw.day()
    net = draw.between(1_000, 5_000_000)
    tax = net * draw.pick((0, 5, 8, 19, 20)) // 100
    return {
        "invoice_id": f"ERP-{n + 1:08d}",
        "vendor_id": f"SUP-{vendor + 1:03d}",
        "vendor_name": _VENDORS[vendor],
        "cost_center": draw.pick(_CENTERS),
        "status": draw.pick(_STATUSES),
        "currency": draw.pick(_CURRENCIES),
        "net_amount": net / 100,
        "tax_amount": tax / 100,
        "total_amount": (net + tax) / 100,
        "issued_on": issued.isoformat(),
        "due_on": (issued + timedelta(days=draw.pick((14, 30, 30, 45, 60)))).isoformat(),
    }


GENERATORS = (
    Generator(
        name="erp_invoices",
        vendor="netsuite",
        category="erp",
        entity="invoice",
        key="invoice_id",
        period="issued_on",
        dims=("vendor_name", "cost_center", "status", "currency"),
        row=invoice,
        fields=(
            Field("invoice_id", "string", "The invoice's number"),
            Field("vendor_id", "string", "The supplier's id"),
            Field("vendor_name", "string", "The supplier's name"),
            Field("cost_center", "string", "Who pays"),
            Field("status", "string", "paid, open or overdue"),
            Field("currency", "string", "ISO 4217; amounts are in it"),
            Field("net_amount", "number", "Amount before tax", "currency", "additive"),
            Field("tax_amount", "number", "Tax", "currency", "additive"),
            Field("total_amount", "number", "Amount with tax", "currency", "additive"),
            Field("issued_on", "date", "Day of issue"),
            Field("due_on", "date", "Day on which it is due"),
        ),
    ),
)
