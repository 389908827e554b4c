"""Quarterly figures of the pump group: eighty-odd measures."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.maaspumps.calendar import QUARTERS, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row


def _pct(part: float, whole: float) -> float:
    return round(100 * part / whole, 1)


def _finance(at: int) -> Row:
    d = Draw(SEED, "pumps finance", at)

    def of(base: int, low: int, high: int) -> int:
        """A part of it, in whole EUR; the limits in tenths of a percent."""
        return base * d.between(low, high) // 1000

    sales = (31_400_000 + 620_000 * at) * (108, 94, 99, 101)[at % 4] // 100 + d.between(-640_000, 640_000)
    parts, service = of(sales, 190, 240), of(sales, 120, 150)
    domestic, europe = of(sales, 280, 330), of(sales, 360, 410)
    intake = of(sales, 930, 1120)
    material, labor, overhead = of(sales, 290, 335), of(sales, 118, 139), of(sales, 71, 88)
    freight, warranty = of(sales, 24, 36), of(sales, 7, 19)
    cogs = material + labor + overhead + freight + warranty
    gross = sales - cogs
    selling, marketing, rnd, admin = of(sales, 71, 84), of(sales, 14, 25), of(sales, 42, 56), of(sales, 58, 69)
    it, rent, travel, insurance = (
        of(sales, 16, 23),
        412_000 + 6_500 * (at // 4),
        of(sales, 5, 11),
        96_000 + d.between(0, 9_000),
    )
    legal, restructuring = d.between(38_000, 192_000), (0, 0, 0, 0, 840_000, 310_000, 0, 0, 0, 0, 125_000, 0)[at]
    opex = selling + marketing + rnd + admin + it + rent + travel + insurance + legal + restructuring
    depreciation, amortization = 1_020_000 + 17_000 * at + d.between(0, 30_000), 214_000 - 3_000 * at
    ebitda = gross - opex
    ebit = ebitda - depreciation - amortization
    interest, fx = 318_000 - 9_000 * at + d.between(0, 12_000), d.between(-190_000, 170_000)
    pretax = ebit - interest + fx
    tax = max(0, pretax) * d.between(238, 271) // 1000
    net = pretax - tax
    receivables, inventory, payables = of(sales, 520, 640), of(sales, 610, 720), of(sales, 300, 390)
    finished = of(inventory, 310, 390)
    cash, debt = 14_200_000 + 730_000 * at + d.between(-1_900_000, 1_900_000), 26_500_000 - 875_000 * at
    plant = 48_300_000 + 410_000 * at + d.between(-150_000, 150_000)
    pension = 5_900_000 + 45_000 * at
    assets = cash + receivables + inventory + plant + 3_650_000
    equity = assets - debt - payables - pension
    capex = of(sales, 36, 62)
    ocf = net + depreciation + amortization + d.between(-1_400_000, 1_500_000)
    produced = 1_480 + 24 * at + d.between(-90, 90)
    quotes = d.between(610, 840)
    hires, leavers = d.between(6, 24), d.between(4, 15)
    heads = 318 + 5 * at + d.between(-2, 2)
    return {
        "reporting_quarter": QUARTERS[at],
        "net_sales": sales,
        "pump_sales": sales - parts - service,
        "spare_parts_sales": parts,
        "service_sales": service,
        "domestic_sales": domestic,
        "rest_of_europe_sales": europe,
        "overseas_sales": sales - domestic - europe,
        "order_intake": intake,
        "order_backlog": 39_800_000 + 520_000 * at + d.between(-2_400_000, 2_400_000),
        "cancelled_orders_value": d.between(120_000, 990_000),
        "book_to_bill_ratio": round(intake / sales, 2),
        "raw_material_cost": material,
        "direct_labor_cost": labor,
        "manufacturing_overhead": overhead,
        "freight_cost": freight,
        "warranty_cost": warranty,
        "cost_of_goods_sold": cogs,
        "gross_profit": gross,
        "gross_margin_pct": _pct(gross, sales),
        "selling_expense": selling,
        "marketing_expense": marketing,
        "rnd_expense": rnd,
        "admin_expense": admin,
        "it_expense": it,
        "rent_expense": rent,
        "travel_expense": travel,
        "insurance_expense": insurance,
        "legal_fees": legal,
        "restructuring_cost": restructuring,
        "total_operating_expense": opex,
        "ebitda": ebitda,
        "ebitda_margin_pct": _pct(ebitda, sales),
        "depreciation": depreciation,
        "amortization": amortization,
        "ebit": ebit,
        "ebit_margin_pct": _pct(ebit, sales),
        "interest_expense": interest,
        "fx_result": fx,
        "pretax_profit": pretax,
        "income_tax_expense": tax,
        "effective_tax_rate_pct": _pct(tax, pretax) if pretax > 0 else None,
        "net_profit": net,
        "net_margin_pct": _pct(net, sales),
        "operating_cash_flow": ocf,
        "capex": capex,
        "free_cash_flow": ocf - capex,
        "dividends_paid": 3_200_000 + 250_000 * (at // 4) if at % 4 == 2 else 0,
        "cash_balance": cash,
        "trade_receivables": receivables,
        "inventory_value": inventory,
        "finished_goods_inventory": finished,
        "trade_payables": payables,
        "property_plant_equipment": plant,
        "total_assets": assets,
        "bank_debt": debt,
        "pension_obligation": pension,
        "shareholders_equity": equity,
        "equity_ratio_pct": _pct(equity, assets),
        "dso_days": round(receivables * 90 / sales, 1),
        "dpo_days": round(payables * 90 / cogs, 1),
        "inventory_turnover": round(4 * cogs / inventory, 2),
        "roce_pct": _pct(4 * ebit, equity + debt),
        "units_produced": produced,
        "units_shipped": produced - d.between(-60, 95),
        "scrap_rate_pct": d.between(14, 43) / 10,
        "capacity_utilization_pct": d.between(712, 934) / 10,
        "on_time_delivery_pct": d.between(846, 973) / 10,
        "machine_downtime_hours": d.between(340, 910),
        "warranty_claims": d.between(48, 137),
        "energy_consumption_mwh": d.between(3_150, 4_420),
        "energy_cost": d.between(498_000, 871_000),
        "quotes_issued": quotes,
        "quote_win_rate_pct": d.between(241, 378) / 10,
        "active_customers": 402 + 7 * at + d.between(-3, 3),
        "new_customers": d.between(9, 31),
        "lost_customers": d.between(4, 19),
        "average_order_value": intake // d.between(380, 460),
        "customer_satisfaction_score": None if at in (0, 6) else d.between(71, 89) / 10,
        "headcount": heads,
        "production_headcount": heads * d.between(46, 51) // 100,
        "new_hires": hires,
        "leavers": leavers,
        "open_vacancies": d.between(3, 27),
        "payroll_cost": heads * d.between(15_900, 17_400),
        "overtime_hours": d.between(2_100, 6_800),
        "training_spend": d.between(41_000, 138_000),
        "sick_leave_rate_pct": d.between(31, 68) / 10,
        "workplace_accidents": d.between(0, 6),
        "net_sales_per_employee": sales // heads,
    }


def _flow(name: str, about: str, unit: str = "EUR", kind: str = "integer") -> Column:
    return Column(name, kind, about, "additive", unit)


def _ratio(name: str, about: str, unit: str = "%", kind: str = "number") -> Column:
    return Column(name, kind, about, "ratio", unit)


def _stock(name: str, about: str, unit: str = "EUR") -> Column:
    return Column(name, "integer", f"{about} at the end of the quarter", "point_in_time", unit)


FINANCE = Pipe(
    "jedox.group-quarterly-figures", "Jedox group quarterly figures", "jedox", "finance", "quarter_figures",
    ("reporting_quarter",), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("reporting_quarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        _flow("net_sales", "Sales after discounts and returns"),
        _flow("pump_sales", "Sales of pumps and pump systems"),
        _flow("spare_parts_sales", "Sales of spare parts"),
        _flow("service_sales", "Sales of maintenance and repair"),
        _flow("domestic_sales", "Sales in the Netherlands"),
        _flow("rest_of_europe_sales", "Sales in Europe outside the Netherlands"),
        _flow("overseas_sales", "Sales outside Europe"),
        _flow("order_intake", "Value of orders received"),
        _stock("order_backlog", "Value of orders not yet delivered"),
        _flow("cancelled_orders_value", "Value of orders cancelled by customers"),
        _ratio("book_to_bill_ratio", "Order intake to net sales", "times"),
        _flow("raw_material_cost", "Castings, motors, seals and other material"),
        _flow("direct_labor_cost", "Wages in production"),
        _flow("manufacturing_overhead", "Overhead of the plants"),
        _flow("freight_cost", "Inbound and outbound freight"),
        _flow("warranty_cost", "Cost of warranty repairs and replacements"),
        _flow("cost_of_goods_sold", "Material, labor, overhead, freight and warranty"),
        _flow("gross_profit", "Net sales less cost of goods sold"),
        _ratio("gross_margin_pct", "Gross profit of net sales"),
        _flow("selling_expense", "Sales organisation and commissions"),
        _flow("marketing_expense", "Trade fairs, advertising, website"),
        _flow("rnd_expense", "Research and development"),
        _flow("admin_expense", "General administration"),
        _flow("it_expense", "Software, hardware and IT services"),
        _flow("rent_expense", "Rent of halls and offices"),
        _flow("travel_expense", "Travel and lodging"),
        _flow("insurance_expense", "Insurance premiums"),
        _flow("legal_fees", "Lawyers and patents"),
        _flow("restructuring_cost", "One-off cost of restructuring"),
        _flow("total_operating_expense", "All operating expense below gross profit"),
        _flow("ebitda", "Earnings before interest, tax, depreciation and amortization"),
        _ratio("ebitda_margin_pct", "EBITDA of net sales"),
        _flow("depreciation", "Depreciation of tangible assets"),
        _flow("amortization", "Amortization of intangible assets"),
        _flow("ebit", "Earnings before interest and tax"),
        _ratio("ebit_margin_pct", "EBIT of net sales"),
        _flow("interest_expense", "Interest on bank debt"),
        _flow("fx_result", "Gain (or loss, negative) on foreign exchange"),
        _flow("pretax_profit", "Profit before tax"),
        _flow("income_tax_expense", "Tax on income"),
        _ratio("effective_tax_rate_pct", "Income tax of pretax profit"),
        _flow("net_profit", "Profit after tax"),
        _ratio("net_margin_pct", "Net profit of net sales"),
        _flow("operating_cash_flow", "Cash from operations"),
        _flow("capex", "Capital expenditure"),
        _flow("free_cash_flow", "Operating cash flow less capex"),
        _flow("dividends_paid", "Dividends paid to shareholders"),
        _stock("cash_balance", "Cash at bank"),
        _stock("trade_receivables", "Owed by customers"),
        _stock("inventory_value", "All inventory"),
        _stock("finished_goods_inventory", "Finished goods in inventory"),
        _stock("trade_payables", "Owed to suppliers"),
        _stock("property_plant_equipment", "Book value of property, plant and equipment"),
        _stock("total_assets", "Balance sheet total"),
        _stock("bank_debt", "Loans from banks"),
        _stock("pension_obligation", "Provision for pensions"),
        _stock("shareholders_equity", "Equity"),
        _ratio("equity_ratio_pct", "Equity of total assets"),
        _ratio("dso_days", "Days sales outstanding", "days"),
        _ratio("dpo_days", "Days payables outstanding", "days"),
        _ratio("inventory_turnover", "Annualised cost of goods sold to inventory", "times"),
        _ratio("roce_pct", "Return on capital employed, annualised"),
        _flow("units_produced", "Pumps finished", "units"),
        _flow("units_shipped", "Pumps shipped", "units"),
        _ratio("scrap_rate_pct", "Scrapped parts of all parts made"),
        _ratio("capacity_utilization_pct", "Used of available machine hours"),
        _ratio("on_time_delivery_pct", "Deliveries on the confirmed day"),
        _flow("machine_downtime_hours", "Unplanned stops of machines", "hours"),
        _flow("warranty_claims", "Warranty claims received", "claims"),
        _flow("energy_consumption_mwh", "Electricity and gas used", "MWh"),
        _flow("energy_cost", "Cost of electricity and gas"),
        _flow("quotes_issued", "Quotations sent to customers", "quotes"),
        _ratio("quote_win_rate_pct", "Quotations that became orders"),
        _stock("active_customers", "Customers with an order in the last 12 months", "customers"),
        _flow("new_customers", "Customers with a first order", "customers"),
        _flow("lost_customers", "Customers gone quiet", "customers"),
        _ratio("average_order_value", "Order intake per order", "EUR", "integer"),
        _ratio("customer_satisfaction_score", "Survey score, 0 to 10; null where no survey was held", "points"),
        _stock("headcount", "Employees", "people"),
        _stock("production_headcount", "Employees in production", "people"),
        _flow("new_hires", "People who joined", "people"),
        _flow("leavers", "People who left", "people"),
        _stock("open_vacancies", "Vacancies not yet filled", "vacancies"),
        _flow("payroll_cost", "Wages, salaries and social charges"),
        _flow("overtime_hours", "Paid overtime", "hours"),
        _flow("training_spend", "Courses and certificates"),
        _ratio("sick_leave_rate_pct", "Hours lost to sickness"),
        _flow("workplace_accidents", "Accidents with lost time", "accidents"),
        _ratio("net_sales_per_employee", "Net sales per head", "EUR", "integer"),
    ),
    tuple(_finance(at) for at in range(12)),
)  # fmt: skip
