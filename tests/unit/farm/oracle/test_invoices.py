"""The truth is the same everywhere and adds up."""

import hashlib
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.oracle.invoices import LAST, MAX_SEED, invoice, invoice_fields, invoice_line, number_of
from aos.farm.oracle.record import Invoice

FIRST_THOUSAND = "e52418a0abbaa6a2d6a310cdc1116a9f71f940a4354ffcf49e98a185c5951e06"
DIGEST = (
    "import hashlib; from aos.farm.oracle.invoices import invoice_line; "
    "print(hashlib.sha256(b'\\n'.join(invoice_line(1, n) for n in range(1, 1001))).hexdigest())"
)

seeds = st.integers(0, MAX_SEED)
numbers = st.integers(1, LAST)


def test_first_thousand_are_as_ever() -> None:
    """The truth of seed 1 never changes: not by process, Python version, or an edit of a table."""
    lines = b"\n".join(invoice_line(1, n) for n in range(1, 1001))
    assert hashlib.sha256(lines).hexdigest() == FIRST_THOUSAND


def test_another_process_tells_the_same_truth() -> None:
    """Nothing of it depends on this process: hash seed, import order, what was drawn before."""
    told = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == FIRST_THOUSAND


@given(seeds, numbers)
def test_arithmetic_is_exact(seed: int, n: int) -> None:
    """Line totals, net, tax and gross agree to the cent, in the digits that stand in the JSON text."""
    record = json.loads(invoice_line(seed, n), parse_float=Decimal)
    for item in record["line_items"]:
        assert item["line_total"] == item["quantity"] * item["unit_price"]
    assert record["amount"] == sum(item["line_total"] for item in record["line_items"])
    assert record["total_amount"] == record["amount"] + record["tax_amount"]
    money = [record["amount"], record["tax_amount"], record["total_amount"]]
    money += [item[key] for item in record["line_items"] for key in ("unit_price", "line_total")]
    assert all(isinstance(value, Decimal) and value.as_tuple().exponent == -2 and value >= 0 for value in money)


@given(seeds, numbers)
def test_every_record_has_the_declared_shape(seed: int, n: int) -> None:
    """Fields, types and order are those of the spec; only the purchase order number may be absent."""
    line = invoice_line(seed, n)
    assert b"\n" not in line
    msgspec.json.decode(line, type=Invoice)
    record = invoice(seed, n)
    expected = [name for name in Invoice.__struct_fields__ if name != "po_number" or name in record]
    assert list(record) == expected
    assert record["invoice_id"] == f"INV-{n}"


@given(seeds, numbers)
def test_dates_fit_the_status(seed: int, n: int) -> None:
    """An invoice falls due after it is issued; an overdue one was last touched after that, any other before."""
    record = invoice(seed, n)
    issued, due = date.fromisoformat(record["issued_on"]), date.fromisoformat(record["due_on"])
    updated = date.fromisoformat(record["updated_at"][:10])
    assert issued < due
    assert updated > due if record["status"] == "overdue" else issued <= updated <= due


def test_fields_keep_the_bytes_of_the_line() -> None:
    """Field by field the truth is the very text that stands in the line."""
    assert msgspec.json.encode(invoice_fields(1, 102)) == invoice_line(1, 102)


def test_data_is_varied() -> None:
    """Two thousand records show every status, currencies, absent order numbers, escapes and letters beyond ASCII."""
    records = [invoice(1, n) for n in range(1, 2001)]
    assert {record["status"] for record in records} == {"open", "partial", "paid", "overdue"}
    assert len({record["vendor_id"] for record in records}) > 400
    assert len({record["currency"] for record in records}) >= 6
    assert 300 < sum("po_number" not in record for record in records) < 700
    lines = [invoice_line(1, n) for n in range(1, 2001)]
    assert 100 < sum(not line.isascii() for line in lines) < 500
    assert 10 < sum(b"\\" in line for line in lines) < 150


def test_seeds_differ() -> None:
    """Another seed is another truth under the same ids."""
    assert invoice(1, 102) != invoice(2, 102)


@given(st.integers(1, LAST))
def test_number_of_reads_every_id(n: int) -> None:
    """The id of every record leads back to its number."""
    assert number_of(f"INV-{n}") == n


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "INV-", "INV-0", "INV-01", "INV--1", "INV-+1", "inv-1", "INV-1 ", " INV-1", "INV-1\n", "INV-1\0"),
        *("INV-1.0", "INV-1e3", "INV-1_0", "INV-0x1", "INV-١", "INV-１", f"INV-{LAST + 1}", "INV-" + "9" * 5000),
    ],
)
def test_number_of_is_strict(text: str) -> None:
    """Anything but `INV-` and a plain decimal up to the last record is unknown."""
    assert number_of(text) is None


@given(st.text())
def test_number_of_takes_any_text(text: str) -> None:
    """No text raises; what is found is the number whose id the text is."""
    n = number_of(text)
    assert n is None or text == f"INV-{n}"
