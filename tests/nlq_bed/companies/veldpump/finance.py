"""Quarterly figures of the pump maker."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.veldpump.calendar import QUARTERS, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row


def _part(whole: int, low: int, high: int, draw: Draw) -> int:
    """So many thousandths of it."""
    return whole * draw.between(low, high) // 1000


def _quarters() -> tuple[Row, ...]:
    rows: list[Row] = []
    cash, debt, heads, customers, backlog = 11_480_000, 16_500_000, 205, 318, 9_700_000
    for at, quarter in enumerate(QUARTERS):
        draw = Draw(SEED, "finance", at)
        season = (980, 1090, 930, 1010)[at % 4]
        revenue = 18_400_000 * (1000 + 21 * at) // 1000 * season // 1000 + draw.between(-420_000, 510_000)
        if at == 4:
            revenue = revenue * 88 // 100  # a weak quarter
        service = _part(revenue, 188, 246, draw)
        cogs = _part(revenue, 588, 648, draw)
        gross = revenue - cogs
        selling, research, admin = (
            _part(revenue, 92, 113, draw),
            _part(revenue, 48, 64, draw),
            _part(revenue, 79, 99, draw),
        )
        opex = selling + research + admin
        depreciation = 640_000 + 9_000 * at + draw.between(-12_000, 15_000)
        ebitda = gross - opex
        interest = debt * draw.between(11, 15) // 1000
        before_tax = ebitda - depreciation - interest
        tax = max(0, before_tax * 23 // 100)
        profit = before_tax - tax
        flow = profit + depreciation + draw.between(-900_000, 800_000)
        capex = draw.between(410_000, 1_320_000)
        repaid = draw.pick((0, 0, 500_000, 750_000))
        cash, debt = cash + flow - capex - repaid, debt - repaid
        new, lost = draw.between(7, 26), draw.between(3, 15)
        churn = round(1000 * lost / customers) / 10
        customers += new - lost
        heads += draw.between(-4, 9)
        orders = _part(revenue, 930, 1100, draw)
        backlog += orders - revenue
        owed, owing = _part(revenue, 560, 720, draw), _part(cogs, 430, 560, draw)
        rows.append({
            "quarter": quarter,
            "total_revenue": revenue,
            "product_revenue": revenue - service,
            "service_revenue": service,
            "new_orders": orders,
            "cogs": cogs,
            "gross_profit": gross,
            "gross_margin_pct": round(1000 * gross / revenue) / 10,
            "opex": opex,
            "sales_marketing_expense": selling,
            "rd_expense": research,
            "admin_expense": admin,
            "ebitda": ebitda,
            "ebitda_margin_pct": round(1000 * ebitda / revenue) / 10,
            "depreciation": depreciation,
            "interest_expense": interest,
            "tax_expense": tax,
            "net_profit": profit,
            "net_margin_pct": round(1000 * profit / revenue) / 10,
            "operating_cash_flow": flow,
            "capex": capex,
            "free_cash_flow": flow - capex,
            "cash_balance": cash,
            "accounts_receivable": owed,
            "accounts_payable": owing,
            "inventory_value": _part(cogs, 610, 790, draw),
            "total_debt": debt,
            "order_backlog": backlog,
            "headcount": heads,
            "active_customers": customers,
            "new_customers": new,
            "customer_churn_pct": churn,
            "dso_days": round(900 * owed / revenue) / 10,
            "dpo_days": round(900 * owing / cogs) / 10 if at > 1 else None,
        })  # fmt: skip
    return tuple(rows)


FINANCE = Pipe(
    "sage-intacct.quarterly-financials", "Sage Intacct quarterly financials", "sage-intacct", "finance",
    "financial_quarter", ("quarter",), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("quarter", "string", "Quarter, YYYY-Qq", "period"),
        Column("total_revenue", "integer", "Revenue of the company", "additive", "USD"),
        Column("product_revenue", "integer", "Revenue from pumps, valves and parts", "additive", "USD"),
        Column("service_revenue", "integer", "Revenue from service contracts and repairs", "additive", "USD"),
        Column("new_orders", "integer", "Value of orders taken", "additive", "USD"),
        Column("cogs", "integer", "Cost of goods sold", "additive", "USD"),
        Column("gross_profit", "integer", "Revenue less cost of goods sold", "additive", "USD"),
        Column("gross_margin_pct", "number", "Gross profit over revenue", "ratio", "%"),
        Column("opex", "integer", "Operating expenses", "additive", "USD"),
        Column("sales_marketing_expense", "integer", "Sales and marketing expense", "additive", "USD"),
        Column("rd_expense", "integer", "Research and development expense", "additive", "USD"),
        Column("admin_expense", "integer", "General and administrative expense", "additive", "USD"),
        Column("ebitda", "integer", "Earnings before interest, tax, depreciation and amortization", "additive", "USD"),
        Column("ebitda_margin_pct", "number", "EBITDA over revenue", "ratio", "%"),
        Column("depreciation", "integer", "Depreciation and amortization", "additive", "USD"),
        Column("interest_expense", "integer", "Interest paid on debt", "additive", "USD"),
        Column("tax_expense", "integer", "Income tax", "additive", "USD"),
        Column("net_profit", "integer", "Profit after tax", "additive", "USD"),
        Column("net_margin_pct", "number", "Net profit over revenue", "ratio", "%"),
        Column("operating_cash_flow", "integer", "Cash from operations", "additive", "USD"),
        Column("capex", "integer", "Capital expenditure", "additive", "USD"),
        Column("free_cash_flow", "integer", "Operating cash flow less capex", "additive", "USD"),
        Column("cash_balance", "integer", "Cash at the end of the quarter", "point_in_time", "USD"),
        Column("accounts_receivable", "integer", "Owed by customers at the end of the quarter", "point_in_time", "USD"),
        Column("accounts_payable", "integer", "Owed to suppliers at the end of the quarter", "point_in_time", "USD"),
        Column("inventory_value", "integer", "Stock at the end of the quarter", "point_in_time", "USD"),
        Column("total_debt", "integer", "Loans and bonds at the end of the quarter", "point_in_time", "USD"),
        Column("order_backlog", "integer", "Orders not yet delivered at the end of the quarter", "point_in_time",
            "USD"),
        Column("headcount", "integer", "Employees at the end of the quarter", "point_in_time", "people"),
        Column("active_customers", "integer", "Customers at the end of the quarter", "point_in_time", "customers"),
        Column("new_customers", "integer", "Customers won in the quarter", "additive", "customers"),
        Column("customer_churn_pct", "number", "Customers lost in the quarter over those at its start", "ratio", "%"),
        Column("dso_days", "number", "Days sales outstanding", "ratio", "days"),
        Column("dpo_days", "number", "Days payables outstanding; not tracked before 2023", "ratio", "days"),
    ),
    _quarters(),
)  # fmt: skip
