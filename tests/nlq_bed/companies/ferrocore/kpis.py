"""Key figures of the manufacturer's regions, quarter by quarter."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.ferrocore.calendar import QUARTERS, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

REGIONS = ("EMEA", "North America", "Asia Pacific", "Latin America")
_SCALE = {"EMEA": 410, "North America": 335, "Asia Pacific": 268, "Latin America": 96}
_GROWTH = {"EMEA": 1, "North America": 3, "Asia Pacific": 5, "Latin America": -1}


def _kpi(n: int) -> Row:
    at, region = divmod(n, 4)
    place = REGIONS[region]
    draw = Draw(SEED, "kpis", n)
    base = _SCALE[place] * (100 + _GROWTH[place] * at) * (97, 102, 99, 106)[at % 4]  # about 4 million
    sales = base * draw.between(955, 1_045) // 10_000  # thousand EUR, about 400 000 / 10
    cost = sales * draw.between(655, 735) // 1_000
    gross = sales - cost
    sga, research = sales * draw.between(98, 126) // 1_000, sales * draw.between(22, 39) // 1_000
    intake = sales * draw.between(90, 112) // 100
    units = sales * draw.between(118, 131) // 10
    shipped = units * draw.between(960, 1_015) // 1_000
    people = _SCALE[place] * 9 + _GROWTH[place] * at * 14 + draw.between(-30, 30)
    is_unmetered = place == "Latin America" and at < 2
    return {
        "fiscalQuarter": QUARTERS[at],
        "region": place,
        "net_sales_keur": sales,
        "order_intake_keur": intake,
        "order_backlog_keur": sales * draw.between(118, 164) // 100,
        "cost_of_goods_sold_keur": cost,
        "gross_profit_keur": gross,
        "gross_margin_pct": round(100 * gross / sales, 1),
        "sga_expense_keur": sga,
        "rnd_expense_keur": research,
        "ebitda_keur": gross - sga - research,
        "capex_keur": sales * draw.between(31, 74) // 1_000,
        "inventory_keur": sales * draw.between(46, 68) // 100,
        "dso_days": draw.between(410, 672) / 10,
        "units_produced": units,
        "units_shipped": shipped,
        "scrap_rate_pct": draw.between(110, 489) / 100,
        "oee_pct": draw.between(612, 847) / 10,
        "on_time_delivery_pct": draw.between(842, 979) / 10,
        "energy_consumption_mwh": None if is_unmetered else sales * draw.between(24, 33) // 100,
        "headcount": people,
        "overtime_hours": people * draw.between(4, 19),
        "lost_time_injuries": draw.between(0, 9),
        "customer_complaints": sales * draw.between(20, 52) // 10_000 + draw.between(3, 20),
        "warranty_cost_keur": sales * draw.between(6, 19) // 1_000,
    }


KPIS = Pipe(
    "ferrocore.regional-quarterly-kpis", "FerroCore regional quarterly KPIs", "ferrocore", "finance",
    "regional_quarter_kpi",
    ("fiscalQuarter", "region"), ("DATA_WAREHOUSE", "bigquery"),
    (
        Column("fiscalQuarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        Column("region", "string", "EMEA, North America, Asia Pacific or Latin America"),
        Column("net_sales_keur", "integer", "Net sales, revenue", "additive", "thousand EUR"),
        Column("order_intake_keur", "integer", "New customer orders booked", "additive", "thousand EUR"),
        Column("order_backlog_keur", "integer", "Orders on hand at the end of the quarter", "point_in_time",
            "thousand EUR"),
        Column("cost_of_goods_sold_keur", "integer", "COGS", "additive", "thousand EUR"),
        Column("gross_profit_keur", "integer", "Net sales less cost of goods sold", "additive", "thousand EUR"),
        Column("gross_margin_pct", "number", "Gross profit over net sales", "ratio", "%"),
        Column("sga_expense_keur", "integer", "Selling, general and administrative expense", "additive",
            "thousand EUR"),
        Column("rnd_expense_keur", "integer", "Research and development expense", "additive", "thousand EUR"),
        Column("ebitda_keur", "integer", "Earnings before interest, tax, depreciation and amortization", "additive",
            "thousand EUR"),
        Column("capex_keur", "integer", "Capital expenditure", "additive", "thousand EUR"),
        Column("inventory_keur", "integer", "Inventory value at the end of the quarter", "point_in_time",
            "thousand EUR"),
        Column("dso_days", "number", "Days sales outstanding", "ratio", "days"),
        Column("units_produced", "integer", "Units produced", "additive", "units"),
        Column("units_shipped", "integer", "Units shipped", "additive", "units"),
        Column("scrap_rate_pct", "number", "Scrapped units over units produced", "ratio", "%"),
        Column("oee_pct", "number", "Overall equipment effectiveness", "ratio", "%"),
        Column("on_time_delivery_pct", "number", "Shipments on time", "ratio", "%"),
        Column("energy_consumption_mwh", "integer", "Energy used; null if not reported", "additive", "MWh"),
        Column("headcount", "integer", "Employees at the end of the quarter", "point_in_time", "people"),
        Column("overtime_hours", "integer", "Overtime worked", "additive", "hours"),
        Column("lost_time_injuries", "integer", "Accidents with lost time", "additive", "injuries"),
        Column("customer_complaints", "integer", "Complaints received", "additive", "complaints"),
        Column("warranty_cost_keur", "integer", "Cost of warranty claims", "additive", "thousand EUR"),
    ),
    tuple(_kpi(n) for n in range(32)),
)  # fmt: skip
