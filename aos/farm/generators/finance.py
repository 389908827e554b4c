"""Quarterly finance: 12 quarters by some 80 measures that agree with each other, as one company's books would.

Amounts are whole USD. Stocks go on from quarter to quarter, so a seed's quarters are made together. A ratio is made of
the amounts beside it. Changing a number here changes the truth of every seed.
"""

from functools import lru_cache

from aos.farm.generators.draw import Draw
from aos.farm.generators.measures import MEASURES
from aos.farm.generators.shape import Field, Generator, Row

QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4))
Books = dict[str, int]


@lru_cache(maxsize=16)
def _all(seed: int) -> tuple[Row, ...]:
    before = _opening(Draw(seed, "finance opening", 0))
    rows = []
    for n, quarter in enumerate(QUARTERS):
        books = _quarter(Draw(seed, "finance quarter", n), before, n)
        rows.append(_row(quarter, books, before, first=n == 0))
        before = books
    return tuple(rows)


def quarterly(seed: int, n: int) -> Row:
    return dict(_all(seed)[n])


def _opening(draw: Draw) -> Books:
    """The books before the first quarter."""
    revenue = draw.between(40_000_000, 60_000_000)
    return {
        "revenue": revenue,
        "customers": draw.between(1_800, 2_400),
        "employees": draw.between(600, 900),
        "arr": revenue * 4 * 7 // 10,
        "cash": revenue * 2,
        "accounts_receivable": revenue // 2,
        "inventory": revenue // 8,
        "accounts_payable": revenue // 4,
        "deferred_revenue": revenue // 3,
        "fixed_assets": revenue * 3 // 2,
        "long_term_debt": revenue,
        "equity": revenue * 3 - revenue // 2 + revenue // 8 + revenue // 2 - revenue // 4 - revenue // 3,
    }


def _quarter(draw: Draw, before: Books, n: int) -> Books:
    """One quarter's books; the fourth of a year sells more."""
    growth = draw.between(-20, 70) + (25 if n % 4 == 3 else 0)
    revenue = before["revenue"] * (1000 + growth) // 1000
    books = _revenue(draw, revenue)
    books |= _costs(draw, books)
    books |= _people(draw, before)
    books |= _customers(draw, before, revenue)
    return books | _balance(draw, before, books)


def _revenue(draw: Draw, revenue: int) -> Books:
    subscription = revenue * draw.between(60, 75) // 100
    services = revenue * draw.between(8, 14) // 100
    north, emea, apac = (revenue * draw.between(low, low + 8) // 100 for low in (38, 24, 12))
    return {
        "revenue": revenue,
        "subscription_revenue": subscription,
        "services_revenue": services,
        "product_revenue": revenue - subscription - services,
        "revenue_north_america": north,
        "revenue_emea": emea,
        "revenue_apac": apac,
        "revenue_latam": revenue - north - emea - apac,
    }


def _costs(draw: Draw, books: Books) -> Books:
    revenue = books["revenue"]
    part = {
        "hosting_costs": (6, 9),
        "support_costs": (5, 8),
        "services_costs": (6, 9),
        "product_costs": (8, 12),
        "sales_expense": (12, 17),
        "marketing_expense": (6, 10),
        "research_and_development": (13, 18),
        "general_and_administrative": (7, 10),
        "depreciation_and_amortization": (2, 4),
        "stock_based_compensation": (2, 4),
    }
    costs = {name: revenue * draw.between(low * 10, high * 10) // 1000 for name, (low, high) in part.items()}
    cogs = sum(costs[name] for name in ("hosting_costs", "support_costs", "services_costs", "product_costs"))
    opex = sum(costs.values()) - cogs
    operating = revenue - cogs - opex
    interest, other = draw.between(100_000, 400_000), draw.between(-150_000, 250_000)
    pretax = operating - interest + other
    tax = max(0, pretax) * 21 // 100
    return costs | {
        "cost_of_revenue": cogs,
        "gross_profit": revenue - cogs,
        "operating_expenses": opex,
        "operating_income": operating,
        "ebitda": operating + costs["depreciation_and_amortization"],
        "interest_expense": interest,
        "other_income": other,
        "pretax_income": pretax,
        "income_tax": tax,
        "net_income": pretax - tax,
    }


def _people(draw: Draw, before: Books) -> Books:
    hires, leavers = draw.between(20, 70), draw.between(10, 40)
    employees = before["employees"] + hires - leavers
    engineering = employees * draw.between(38, 44) // 100
    sales = employees * draw.between(20, 26) // 100
    return {
        "employees": employees,
        "new_hires": hires,
        "leavers": leavers,
        "engineering_employees": engineering,
        "sales_employees": sales,
        "other_employees": employees - engineering - sales,
        "open_positions": draw.between(5, 80),
        "payroll_expense": employees * draw.between(24_000, 27_000),
    }


def _customers(draw: Draw, before: Books, revenue: int) -> Books:
    new, lost = draw.between(60, 190), draw.between(20, 90)
    arr = before["arr"]
    added, expanded = arr * draw.between(20, 55) // 1000, arr * draw.between(8, 30) // 1000
    churned, contracted = arr * draw.between(6, 24) // 1000, arr * draw.between(2, 9) // 1000
    return {
        "customers": before["customers"] + new - lost,
        "new_customers": new,
        "lost_customers": lost,
        "arr": arr + added + expanded - churned - contracted,
        "new_arr": added,
        "expansion_arr": expanded,
        "churned_arr": churned,
        "contraction_arr": contracted,
        "bookings": revenue * draw.between(95, 125) // 100,
        "billings": revenue * draw.between(96, 112) // 100,
        "pipeline": revenue * draw.between(250, 420) // 100,
        "support_tickets": draw.between(4_000, 9_000),
        "active_users": (before["customers"] + new - lost) * draw.between(40, 60),
    }


def _balance(draw: Draw, before: Books, books: Books) -> Books:
    """Stocks at the end of the quarter. Equity takes up what the others leave, so assets equal what stands behind."""
    revenue = books["revenue"]
    capex = revenue * draw.between(20, 50) // 1000
    receivable = revenue * draw.between(45, 60) // 100
    inventory, payable = revenue * draw.between(10, 15) // 100, revenue * draw.between(20, 28) // 100
    deferred = revenue * draw.between(28, 38) // 100
    operating_cash = (
        books["net_income"]
        + books["depreciation_and_amortization"]
        + books["stock_based_compensation"]
        - (receivable - before["accounts_receivable"])
        - (inventory - before["inventory"])
        + (payable - before["accounts_payable"])
        + (deferred - before["deferred_revenue"])
    )
    repaid = min(before["long_term_debt"], revenue * draw.between(5, 20) // 1000)
    cash = before["cash"] + operating_cash - capex - repaid
    fixed = before["fixed_assets"] + capex - books["depreciation_and_amortization"]
    debt = before["long_term_debt"] - repaid
    current_assets, current_liabilities = cash + receivable + inventory, payable + deferred
    return {
        "capital_expenditure": capex,
        "debt_repaid": repaid,
        "operating_cash_flow": operating_cash,
        "free_cash_flow": operating_cash - capex,
        "cash": cash,
        "accounts_receivable": receivable,
        "inventory": inventory,
        "accounts_payable": payable,
        "deferred_revenue": deferred,
        "fixed_assets": fixed,
        "long_term_debt": debt,
        "current_assets": current_assets,
        "current_liabilities": current_liabilities,
        "working_capital": current_assets - current_liabilities,
        "total_assets": current_assets + fixed,
        "total_liabilities": current_liabilities + debt,
        "equity": current_assets + fixed - current_liabilities - debt,
    }


def _row(quarter: str, books: Books, before: Books, *, first: bool) -> Row:
    """A quarter as it is told: amounts, then ratios of them. Growth has no quarter before the first."""
    ratios: dict[str, float | None] = {}
    for ratio, (part, whole, scale) in RATIOS.items():
        ratios[ratio] = _ratio(books[part], books[whole], scale)
    ratios["revenue_growth"] = None if first else _ratio(books["revenue"] - before["revenue"], before["revenue"], 100)
    ratios["customer_churn_rate"] = _ratio(books["lost_customers"], before["customers"], 100)
    kept = before["arr"] - books["churned_arr"] - books["contraction_arr"]
    ratios["gross_revenue_retention"] = _ratio(kept, before["arr"], 100)
    ratios["net_revenue_retention"] = _ratio(kept + books["expansion_arr"], before["arr"], 100)
    ratios["employee_turnover"] = _ratio(books["leavers"], before["employees"], 100)
    known = {"period": quarter, **books, **ratios}
    return {"period": quarter, **{field.name: known[field.name] for field in MEASURES}}


def _ratio(part: int, whole: int, scale: int) -> float | None:
    """To four decimals; None where there is nothing to divide by."""
    return round(part * scale / whole, 4) if whole else None


# ratio: (what, of what, 100 for a percentage)
RATIOS = {
    "gross_margin": ("gross_profit", "revenue", 100),
    "operating_margin": ("operating_income", "revenue", 100),
    "ebitda_margin": ("ebitda", "revenue", 100),
    "net_margin": ("net_income", "revenue", 100),
    "free_cash_flow_margin": ("free_cash_flow", "revenue", 100),
    "research_and_development_ratio": ("research_and_development", "revenue", 100),
    "effective_tax_rate": ("income_tax", "pretax_income", 100),
    "current_ratio": ("current_assets", "current_liabilities", 1),
    "debt_to_equity": ("long_term_debt", "equity", 1),
    "days_sales_outstanding": ("accounts_receivable", "revenue", 90),
    "revenue_per_employee": ("revenue", "employees", 1),
    "average_revenue_per_customer": ("revenue", "customers", 1),
    "customer_acquisition_cost": ("sales_expense", "new_customers", 1),
    "book_to_bill": ("bookings", "billings", 1),
    "pipeline_coverage": ("pipeline", "bookings", 1),
}

GENERATORS = (
    Generator(
        name="finance_quarterly",
        vendor="netsuite",
        category="finance",
        entity="quarter",
        key="period",
        period="period",
        dims=(),
        most=len(QUARTERS),
        row=quarterly,
        fields=(Field("period", "string", "Calendar quarter, YYYY-Qq"), *MEASURES),
    ),
)
