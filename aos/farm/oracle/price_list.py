"""What is sold: 128 articles in 1 to 32 pieces, laid out as the JSON of a line item with its total in cents.

Prices are whole cents until they are written. Changing a word or a price changes the truth of every seed.
"""

import msgspec

_ARTICLES = (
    "Copy paper A4, 500 sheets", "Hydraulic pump", "Safety helmet", "Steel bracket", "USB-C dock", "Pallet wrap",
    "Monitor QHD", "Forklift hire, day", "Site survey, hour", "LED panel", "Label roll", "Bearing 6204",
    "Cordless drill", "Freight, zone 3", "Cloud backup, month", "Support plan, month",
)  # fmt: skip
_ARTICLES_IN_FULL = {38: 'Monitor 27" QHD, heavy duty', 90: "Crème brûlée torch"}
_GRADES = ("basic", "standard", "heavy duty", "premium", "refurbished", "bulk", "export", "compact")


def money(cents: int) -> bytes:
    """Cents as JSON text with two decimals: 123450 is `1234.50`. No float is ever made of it."""
    return b"%d.%02d" % divmod(cents, 100)


def _items() -> tuple[tuple[bytes, int], ...]:
    """Index `article * 32 + quantity - 1`: the line item's JSON and its total in cents."""
    pieces = []
    for article in range(128):
        name = _ARTICLES_IN_FULL.get(article) or f"{_ARTICLES[article % 16]}, {_GRADES[article // 16]}"
        description = msgspec.json.encode(name)
        unit_cents = 95 + article * 7919 % 48_611
        for quantity in range(1, 33):
            total = unit_cents * quantity
            piece = b'{"description":%b,"quantity":%d,"unit_price":%b,"line_total":%b}' % (
                description,
                quantity,
                money(unit_cents),
                money(total),
            )
            pieces.append((piece, total))
    return tuple(pieces)


ITEMS = _items()
