"""The only truth: invoice n of a seed, a pure function of both. Stream and source of truth ask here and nowhere else.

Every choice is a bit of BLAKE2b(seed, n), so the answer is the same in any process and on any Python. spec: Phase 1.
"""

import re
from datetime import date, timedelta
from hashlib import blake2b
from struct import Struct
from typing import Any

import msgspec

from aos.farm.oracle.parties import PLACES, VENDORS
from aos.farm.oracle.price_list import ITEMS

LAST = 10**12
"""The last record there is; also the largest number that an id may carry."""

MAX_SEED = 2**63 - 1

_ID = re.compile(r"INV-([1-9][0-9]{0,12})")
_KEY = Struct("<QQ").pack
_DRAW = Struct("<16H").unpack
_FIRST_DAY = date(2023, 1, 2)
_DAYS = tuple((_FIRST_DAY + timedelta(days=day)).isoformat().encode() for day in range(1024 + 90 + 64))
_TERMS = (30, 30, 30, 30, 14, 45, 60, 90)
_ITEM_COUNTS = (1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)
# Of 16: half are paid, a quarter open, the rest partial or overdue.
_STATUSES = (b"paid",) * 8 + (b"open",) * 4 + (b"partial",) * 2 + (b"overdue",) * 2


def invoice_line(seed: int, n: int) -> bytes:
    """Invoice n as one line of UTF-8 JSON without its newline. `seed` 0..MAX_SEED, `n` 1..LAST."""
    draw = _DRAW(blake2b(_KEY(seed, n), digest_size=32, person=b"farm invoice").digest())
    place, tax_percent = PLACES[draw[1] & 255]
    items = []
    net = 0
    for index in range(10, 10 + _ITEM_COUNTS[draw[2] & 15]):
        item, total = ITEMS[draw[index] & 4095]
        items.append(item)
        net += total
    tax = (net * tax_percent + 50) // 100
    status = _STATUSES[draw[3] & 15]
    issued = draw[4] & 1023
    due = issued + _TERMS[draw[5] & 7]
    # An overdue invoice was last touched after it fell due, any other one before.
    updated = due + 1 + (draw[6] & 31) if status == b"overdue" else issued + draw[6] % (due - issued + 1)
    second = (draw[7] << 16 | draw[8]) % 86_400
    order = b'"po_number":"PO-%06d",' % draw[9] if draw[9] & 3 else b""
    return (
        b'{"invoice_id":"INV-%d",%b,%b,"line_items":[%b],"amount":%d.%02d,"tax_amount":%d.%02d,"total_amount":%d.%02d,'
        b'"status":"%b","issued_on":"%b","due_on":"%b",%b"updated_at":"%bT%02d:%02d:%02dZ"}'
    ) % (
        n,
        VENDORS[draw[0] & 511],
        place,
        b",".join(items),
        *divmod(net, 100),
        *divmod(tax, 100),
        *divmod(net + tax, 100),
        status,
        _DAYS[issued],
        _DAYS[due],
        order,
        _DAYS[updated],
        second // 3600,
        second // 60 % 60,
        second % 60,
    )


def invoice(seed: int, n: int) -> dict[str, Any]:
    """Invoice n as plain Python values; money as the floats nearest to the line's decimals."""
    record: dict[str, Any] = msgspec.json.decode(invoice_line(seed, n))
    return record


def invoice_fields(seed: int, n: int) -> dict[str, msgspec.Raw]:
    """Invoice n's fields by name, in order, each with the bytes that it has in the line."""
    return msgspec.json.decode(invoice_line(seed, n), type=dict[str, msgspec.Raw])


def number_of(invoice_id: str) -> int | None:
    """102 for `INV-102`; None for what is not exactly the id of a record (leading zeros, signs, blanks, past LAST)."""
    found = _ID.fullmatch(invoice_id)
    if found is None:
        return None
    n = int(found[1])
    return n if n <= LAST else None
