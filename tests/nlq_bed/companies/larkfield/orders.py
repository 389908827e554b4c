"""Orders that booksellers placed with the publishing house."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.larkfield.calendar import FIRST, LAST, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe, a_day
from tests.nlq_bed.truth import Row

_SHOPS = (
    ("The Quayside Bookshop", "Independent", "United Kingdom"), ("Marlowe & Finch", "Independent", "United Kingdom"),
    ("Ashdown Books", "Chain", "United Kingdom"), ("Harcastle Booksellers", "Chain", "United Kingdom"),
    ("PageTurner Online", "Online", "United Kingdom"), ("Bertelby Wholesale", "Wholesaler", "United Kingdom"),
    ("Shire Library Supply", "Library Supplier", "United Kingdom"),
    ("Inkwell of Bath", "Independent", "United Kingdom"), ("Liffey Books", "Independent", "Ireland"),
    ("Connacht Book Centre", "Chain", "Ireland"), ("Shelfmark Ireland", "Online", "Ireland"),
    ("Boekhuis Amstel", "Chain", "Netherlands"), ("Lezerij Utrecht", "Independent", "Netherlands"),
    ("Buchhandlung Seidel", "Independent", "Germany"), ("Nordlicht Grosso", "Wholesaler", "Germany"),
    ("Lesewelt24", "Online", "Germany"), ("Harbour Bridge Books", "Independent", "Australia"),
    ("Southern Cross Distributors", "Wholesaler", "Australia"),
    ("Yarra Library Services", "Library Supplier", "Australia"), ("Maple Leaf Reads", "Chain", "Canada"),
)  # fmt: skip
CUSTOMERS = tuple((f"C{2107 + 13 * n}", *shop) for n, shop in enumerate(_SHOPS))
BOOKS = (
    ("The Salt Road", "Larkfield Fiction", "Literary Fiction"), ("A Cold Harvest", "Larkfield Fiction", "Crime"),
    ("The Ferryman's Ledger", "Larkfield Fiction", "Crime"),
    ("Glass Orchards", "Larkfield Fiction", "Literary Fiction"),
    ("Night Train to Trieste", "Larkfield Fiction", "Thriller"),
    ("Sixteen Lanterns", "Larkfield Fiction", "Historical"), ("Otter and the Moon", "Wren Children", "Picture Book"),
    ("Pip Builds a Raft", "Wren Children", "Picture Book"),
    ("The Clockmaker's Apprentice", "Wren Children", "Middle Grade"),
    ("Dragons of Dunmoor", "Wren Children", "Middle Grade"), ("One Pot Winter", "Stonecrop", "Cookery"),
    ("The Sourdough Year", "Stonecrop", "Cookery"), ("Wild Gardens", "Stonecrop", "Gardening"),
    ("Statistics for Ecologists", "Meridian Academic", "Textbook"),
    ("Foundations of Contract Law", "Meridian Academic", "Textbook"),
    ("A History of Tides", "Meridian Academic", "History"),
)  # fmt: skip
REPS = ("Imogen Clarke", "Declan Byrne", "Saskia de Wit", "Jonas Weber", "Tamsin Hale")
_REP = {
    "Ireland": "Declan Byrne", "Netherlands": "Saskia de Wit", "Germany": "Jonas Weber", "Australia": "Tamsin Hale",
    "Canada": "Tamsin Hale",
}  # fmt: skip
_FORMAT = ("Paperback",) * 11 + ("Hardback",) * 6 + ("Box Set",) * 2 + ("Large Print",)
_BACK = ("Unsold",) * 6 + ("Damaged",) * 3 + ("Wrong title",) * 2 + ("Misprint",)
ORDER_COUNT = 540


def _order(n: int) -> Row:
    draw = Draw(SEED, "larkfield_ord", n)
    ordered = a_day(n, ORDER_COUNT, draw, FIRST, LAST)
    code, name, kind, country = draw.pick(CUSTOMERS + CUSTOMERS[:6] + CUSTOMERS[2:6])
    title, imprint, genre = draw.pick(BOOKS + BOOKS[:3])
    sent = ordered + timedelta(days=draw.between(1, 14))
    state = draw.pick(("Delivered",) * 30 + ("Cancelled",) * 3 + ("Back-ordered",) * 2)
    if state == "Delivered" and sent > LAST - timedelta(days=5):
        state = "Shipped" if sent <= LAST else "Processing"
    went = state in ("Delivered", "Shipped")
    copies = draw.between(5, 160) if kind == "Independent" else draw.between(40, 1_150)
    price = draw.pick((799, 899, 999, 1_099, 1_299, 1_499, 1_699, 2_000, 2_499, 3_499))
    off = draw.between(60, 90) * 5 if kind == "Independent" else draw.between(84, 116) * 5  # tenths of a percent
    firm = draw.chance(23)
    came = copies * draw.between(3, 45) // 100 if state == "Delivered" and not firm and draw.chance(37) else 0
    gross = copies * price
    reduced = gross * off // 1_000
    days = draw.pick((30, 60, 60, 90))
    due = sent + timedelta(days=days)
    settled = sent + timedelta(days=max(3, days + draw.between(-20, 6) + draw.pick((0,) * 5 + (14, 35))))
    settled_yet = went and settled <= LAST and draw.chance(96)
    payment = "Not Due" if not went or (not settled_yet and due >= LAST) else "Paid" if settled_yet else "Overdue"
    return {
        "order_number": f"LP-{20_417 + n * 3}",
        "customer_code": code,
        "customer_name": name,
        "customer_type": kind,
        "country": country,
        "sales_rep": _REP.get(country) or REPS[0 if kind != "Independent" else 1 if sum(map(ord, name)) % 2 else 0],
        "book_title": title,
        "imprint": imprint,
        "genre": genre,
        "book_format": draw.pick(_FORMAT),
        "order_date": ordered.isoformat(),
        "ship_date": sent.isoformat() if went else None,
        "paid_date": settled.isoformat() if settled_yet else None,
        "order_status": state,
        "payment_status": payment,
        "order_channel": draw.pick(("EDI",) * 8 + ("Website",) * 5 + ("Rep visit",) * 4 + ("Book fair",) * 2),
        "copies_ordered": copies,
        "copies_returned": came,
        "return_reason": draw.pick(_BACK) if came else None,
        "list_price": price / 100,
        "discount_pct": off / 10,
        "gross_value": gross / 100,
        "discount_value": reduced / 100,
        "net_value": (gross - reduced) / 100,
        "shipping_charge": 0.0 if copies > 300 else draw.pick((4.95, 9.5, 14.0, 22.5)),
        "promo_code": draw.pick(("XMAS23", "SPRING", "BACKLIST10", "FAIR25")) if draw.chance(21) else None,
        "is_firm_sale": firm,
        "is_gift_wrapped": draw.chance(6),
    }


ORDERS = Pipe(
    "biblio.trade-orders", "Biblio trade orders", "biblio", "erp", "trade_order",
    ("order_number",), ("API_GATEWAY", "apigee"),
    (
        Column("order_number", "string", "Number of the order"),
        Column("customer_code", "string", "Account of the customer"),
        Column("customer_name", "string", "Bookseller or supplier that ordered"),
        Column("customer_type", "string", "Independent, Chain, Online, Wholesaler or Library Supplier"),
        Column("country", "string", "Country of the customer"),
        Column("sales_rep", "string", "Sales representative of the customer"),
        Column("book_title", "string", "Book ordered"),
        Column("imprint", "string", "Imprint that publishes the book"),
        Column("genre", "string", "Genre of the book"),
        Column("book_format", "string", "Paperback, Hardback, Box Set or Large Print"),
        Column("order_date", "date", "Day of the order", "period"),
        Column("ship_date", "date", "Day the books left the warehouse; null if they have not"),
        Column("paid_date", "date", "Day the order was paid; null if not"),
        Column("order_status", "string", "Processing, Back-ordered, Shipped, Delivered or Cancelled"),
        Column("payment_status", "string", "Not Due, Paid or Overdue"),
        Column("order_channel", "string", "EDI, Website, Rep visit or Book fair"),
        Column("copies_ordered", "integer", "Copies ordered", "additive", "copies"),
        Column("copies_returned", "integer", "Copies the customer sent back", "additive", "copies"),
        Column("return_reason", "string", "Why copies were sent back; null if none were"),
        Column("list_price", "number", "List price of one copy", "ratio", "GBP"),
        Column("discount_pct", "number", "Discount on the list price", "ratio", "%"),
        Column("gross_value", "number", "Copies times list price", "additive", "GBP"),
        Column("discount_value", "number", "Discount in money", "additive", "GBP"),
        Column("net_value", "number", "Gross value less discount", "additive", "GBP"),
        Column("shipping_charge", "number", "Charge for shipping", "additive", "GBP"),
        Column("promo_code", "string", "Promotion the order was placed under; null if none"),
        Column("is_firm_sale", "boolean", "Whether the copies can't be returned"),
        Column("is_gift_wrapped", "boolean", "Whether the copies were gift wrapped"),
    ),
    tuple(_order(n) for n in range(ORDER_COUNT)),
)  # fmt: skip
