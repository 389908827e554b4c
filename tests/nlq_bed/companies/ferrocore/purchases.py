"""The manufacturer's purchase orders."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.ferrocore.calendar import LAST, SEED, days, weekday
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

VENDORS = (
    ("V10034", "Stahlwerk Brenner", "EUR"), ("V10051", "Okafor Fasteners", "GBP"),
    ("V10077", "Pacific Bearings", "USD"), ("V10102", "Moravia Castings", "CZK"), ("V10118", "Giraud Chemie", "EUR"),
    ("V10140", "Tideway Packaging", "GBP"), ("V10163", "Nordic Cable", "EUR"), ("V10189", "Lakeshore Tools", "USD"),
    ("V10205", "Bianchi Seals", "EUR"), ("V10222", "Anker Safety", "EUR"),
)  # fmt: skip
_VENDOR = VENDORS + VENDORS[:3] + (VENDORS[0], VENDORS[6])
_ITEMS = {  # vendor: what it sells (number, description, group, unit, price range in cents, quantity range)
    "V10034": (("MT-1001", "Sheet steel 2mm", "Raw material", "KG", (95, 160), (400, 60_000)),
        ("MT-1004", "Round bar 40mm", "Raw material", "KG", (110, 210), (200, 4_000))),
    "V10051": (("MT-2010", "Hex bolt M8", "Fasteners", "EA", (6, 15), (2_000, 40_000)),
        ("MT-2013", "Washer M8", "Fasteners", "EA", (1, 5), (5_000, 60_000))),
    "V10077": (("MT-3002", "Ball bearing 6204", "Components", "EA", (240, 520), (50, 1_800)),
        ("MT-3009", "Needle roller", "Components", "EA", (310, 690), (40, 900))),
    "V10102": (("MT-4001", "Pump housing", "Components", "EA", (31_000, 58_000), (10, 220)),),
    "V10118": (("MT-5003", "Cutting oil", "Consumables", "L", (380, 640), (100, 2_400)),
        ("MT-5008", "Degreaser", "Consumables", "L", (290, 510), (60, 900))),
    "V10140": (("MT-6001", "Carton box L", "Packaging", "EA", (60, 130), (500, 9_000)),
        ("MT-6006", "Euro pallet", "Packaging", "EA", (850, 1_450), (20, 400))),
    "V10163": (("MT-7002", "Control cable 5x1.5", "Electrical", "M", (120, 260), (200, 5_000)),),
    "V10189": (("MT-8004", "Carbide insert", "Tooling", "EA", (540, 1_250), (50, 1_200)),
        ("MT-8011", "End mill 12mm", "Tooling", "EA", (2_900, 6_400), (5, 160))),
    "V10205": (("MT-3021", "O-ring 50x3", "Components", "EA", (12, 44), (500, 12_000)),),
    "V10222": (("MT-9001", "Safety gloves", "MRO", "PAA", (190, 460), (50, 1_500)),
        ("MT-9005", "Hearing protection", "MRO", "EA", (310, 900), (20, 600))),
}  # fmt: skip
BUYERS = ("A. Petrov", "J. Whitaker", "M. Santos", "K. Dvorak", "L. Fournier")
_BUYER = (*BUYERS, "A. Petrov", "M. Santos", "M. Santos")
_PLANTS = ("Linz",) * 4 + ("Brno",) * 3 + ("Zaragoza",) * 2 + ("Leeds",) * 2


def _purchase(n: int, day: date) -> Row:
    draw = Draw(SEED, "pos", n)
    ordered = weekday(day)
    number, vendor, currency = draw.pick(_VENDOR)
    material, text, group, unit, price, volume = draw.pick(_ITEMS[number])
    step = draw.between(*volume)
    quantity = max(5, step // 10 * 10) if volume[0] >= 40 else step
    each = draw.between(*price) * (25 if currency == "CZK" else 1)
    wanted = ordered + timedelta(days=draw.between(7, 56))
    slip = draw.pick((-3, -1, 0, 0, 0, 0, 0, 1, 2, 4, 7, 13, 21))
    got = wanted + timedelta(days=slip)
    rush = draw.chance(14)
    state = "CLOSED"
    if draw.chance(5):
        state = "CANCELLED"
    elif got > LAST:
        state = "OPEN"
    elif draw.chance(9):
        state = "PARTIAL"
    received = state in ("CLOSED", "PARTIAL")
    return {
        "po_no": f"45000{31020 + n * 3}",
        "po_date": ordered.isoformat(),
        "vend_no": number,
        "vend_name": vendor,
        "mat_no": material,
        "mat_desc": text,
        "mat_grp": group,
        "plant": draw.pick(_PLANTS),
        "buyer": draw.pick(_BUYER),
        "qty": quantity,
        "uom": unit,
        "unit_prc": each / 100,
        "amt": quantity * each / 100,
        "ccy": currency,
        "frt_amt": draw.money(2_500, 48_000) if draw.chance(70) else 0.0,
        "pymt_terms": draw.pick(("NET30",) * 5 + ("NET60",) * 3 + ("NET14", "2/10 NET30")),
        "inco_terms": draw.pick(("DAP",) * 4 + ("FCA",) * 3 + ("EXW", "CIF")),
        "dlv_date": wanted.isoformat(),
        "gr_date": got.isoformat() if received else None,
        "gr_qty": None if not received else quantity if state == "CLOSED" else quantity * draw.between(30, 85) // 100,
        "days_late": max(0, slip) if received else None,
        "po_stat": state,
        "rush_flg": "Y" if rush else "N",
        "contract_no": f"CT-{draw.between(700, 719)}" if draw.chance(46) else None,
    }


PURCHASES = Pipe(
    "materia.erp-purchase-orders", "Materia ERP purchase orders", "materia", "erp", "purchase_order",
    ("po_no",), ("API_GATEWAY", "apigee"),
    (
        Column("po_no", "string", "Purchase order number"),
        Column("po_date", "date", "Day of the order", "period"),
        Column("vend_no", "string", "Vendor number"),
        Column("vend_name", "string", "Vendor name, supplier"),
        Column("mat_no", "string", "Material number"),
        Column("mat_desc", "string", "Material description"),
        Column("mat_grp", "string", "Material group"),
        Column("plant", "string", "Receiving plant"),
        Column("buyer", "string", "Purchaser"),
        Column("qty", "integer", "Quantity ordered", "additive"),
        Column("uom", "string", "Unit of measure of the quantity"),
        Column("unit_prc", "number", "Price per unit in the order's currency", "ratio"),
        Column("amt", "number", "Order value in the order's currency", "additive"),
        Column("ccy", "string", "Currency"),
        Column("frt_amt", "number", "Freight cost in the order's currency", "additive"),
        Column("pymt_terms", "string", "Payment terms"),
        Column("inco_terms", "string", "Incoterms"),
        Column("dlv_date", "date", "Requested delivery date"),
        Column("gr_date", "date", "Goods receipt date; null if nothing came yet"),
        Column("gr_qty", "integer", "Quantity received; null if nothing came yet", "additive"),
        Column("days_late", "integer", "Days from requested delivery to goods receipt, 0 if on time", "ratio", "days"),
        Column("po_stat", "string", "Status: OPEN, PARTIAL, CLOSED or CANCELLED"),
        Column("rush_flg", "string", "Rush order: Y or N"),
        Column("contract_no", "string", "Frame contract; null for spot buys"),
    ),
    tuple(_purchase(n, day) for n, day in enumerate(days("pos", 500))),
)  # fmt: skip
