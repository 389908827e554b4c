"""The invoice's shape, for the OpenAPI page and for tests. The truth itself is made as bytes in `invoices.py`."""

from typing import Literal

import msgspec

from aos.contracts.base import Strict


class Vendor(Strict, frozen=True, kw_only=True):
    name: str
    tax_id: str


class Address(Strict, frozen=True, kw_only=True):
    street: str
    city: str
    state: str
    postal_code: str
    country: str


class LineItem(Strict, frozen=True, kw_only=True):
    """`line_total` = `quantity` * `unit_price`, exact to the cent."""

    description: str
    quantity: int
    unit_price: float
    line_total: float


class Invoice(Strict, frozen=True, kw_only=True):
    """spec: Phase 1. `amount` is net, the sum of the line totals; `total_amount` = `amount` + `tax_amount`.

    Dates are `YYYY-MM-DD`, `updated_at` is UTC (`YYYY-MM-DDTHH:MM:SSZ`). Money has two decimals.
    """

    invoice_id: str
    vendor_id: str
    vendor: Vendor
    billing_address: Address
    currency: str
    line_items: list[LineItem]
    amount: float
    tax_amount: float
    total_amount: float
    status: Literal["open", "partial", "paid", "overdue"]
    issued_on: str
    due_on: str
    po_number: str | msgspec.UnsetType = msgspec.UNSET
    updated_at: str
