"""A bank's quarters."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import QUARTERS, Column, Pipe
from tests.nlq_bed.truth import Row

SEED = 311


def _quarter(n: int) -> Row:
    draw = Draw(SEED, "bank", n)
    interest, fees, trading = (
        3120 + 64 * n + draw.between(-150, 150),
        980 + 21 * n + draw.between(-70, 70),
        draw.between(-90, 260),
    )
    staff, tech = 1330 + 17 * n + draw.between(-40, 40), 290 + 14 * n + draw.between(-35, 35)
    costs = staff + tech + draw.between(520, 690)
    provisions = draw.between(110, 560)
    income = interest + fees + trading
    before = income - costs - provisions
    tax = before * draw.between(22, 27) // 100
    loans, deposits = 41_200 + 610 * n + draw.between(-300, 300), 47_900 + 720 * n + draw.between(-500, 500)
    return {
        "reporting_period": QUARTERS[n],
        "net_interest_income": interest / 10,
        "net_fee_and_commission_income": fees / 10,
        "trading_income": trading / 10,
        "total_operating_income": income / 10,
        "staff_costs": staff / 10,
        "technology_spend": tech / 10,
        "operating_expenses": costs / 10,
        "loan_loss_provisions": provisions / 10,
        "profit_before_tax": before / 10,
        "income_tax_expense": tax / 10,
        "net_profit": (before - tax) / 10,
        "dividends_paid": draw.between(300, 520) / 10 if n % 4 == 1 else 0.0,
        "net_interest_margin_pct": draw.between(168, 251) / 100,
        "cost_to_income_ratio_pct": round(100 * costs / income, 1),
        "return_on_equity_pct": draw.between(61, 129) / 10,
        "cet1_ratio_pct": round(13.4 + n * 0.13 + draw.between(-30, 30) / 100, 2),
        "tier1_capital_ratio_pct": round(14.9 + n * 0.12 + draw.between(-30, 30) / 100, 2),
        "liquidity_coverage_ratio_pct": draw.between(1310, 1720) / 10,
        "npl_ratio_pct": draw.between(171, 338) / 100,
        "total_assets": 62_500 + 930 * n + draw.between(-600, 600),
        "gross_loans": loans,
        "customer_deposits": deposits,
        "risk_weighted_assets": 29_800 + 310 * n + draw.between(-250, 250),
        "branch_count": 214 - 4 * n + draw.between(-1, 1),
        "fte_employees": 6_840 - 31 * n + draw.between(-60, 60),
        "active_retail_customers": 1_420_000 + 11_300 * n + draw.between(-6_000, 6_000),
        "new_accounts_opened": draw.between(18_500, 36_900),
        "customer_complaints": draw.between(1_150, 2_980),
        "fraud_losses": draw.between(4, 61) / 10,
        "climate_stress_buffer": draw.between(210, 480) / 10 if n >= 5 else None,
    }


_M = "EUR_M"
BANK = Pipe(
    "corebanq.quarterly-bank-metrics", "Corebanq quarterly bank metrics", "corebanq", "banking", "bank_quarter",
    ("reporting_period",), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("reporting_period", "string", "Calendar quarter, YYYY-Qq", "period"),
        Column("net_interest_income", "number", "Interest earned less interest paid", "additive", _M),
        Column("net_fee_and_commission_income", "number", "Fees and commissions earned less those paid", "additive",
            _M),
        Column("trading_income", "number", "Result of trading, can be negative", "additive", _M),
        Column("total_operating_income", "number", "Interest, fees and trading together", "additive", _M),
        Column("staff_costs", "number", "Salaries and social charges", "additive", _M),
        Column("technology_spend", "number", "Spent on IT", "additive", _M),
        Column("operating_expenses", "number", "All running costs", "additive", _M),
        Column("loan_loss_provisions", "number", "Set aside for loans that may not be repaid", "additive", _M),
        Column("profit_before_tax", "number", "", "additive", _M),
        Column("income_tax_expense", "number", "", "additive", _M),
        Column("net_profit", "number", "Profit after tax", "additive", _M),
        Column("dividends_paid", "number", "Paid to shareholders in the quarter", "additive", _M),
        Column("net_interest_margin_pct", "number", "NIM, annualised", "ratio", "%"),
        Column("cost_to_income_ratio_pct", "number", "Operating expenses over operating income", "ratio", "%"),
        Column("return_on_equity_pct", "number", "ROE, annualised", "ratio", "%"),
        Column("cet1_ratio_pct", "number", "Common equity tier 1 over risk-weighted assets", "ratio", "%"),
        Column("tier1_capital_ratio_pct", "number", "Tier 1 capital over risk-weighted assets", "ratio", "%"),
        Column("liquidity_coverage_ratio_pct", "number", "LCR", "ratio", "%"),
        Column("npl_ratio_pct", "number", "Share of non-performing loans", "ratio", "%"),
        Column("total_assets", "integer", "Balance sheet total at the end of the quarter", "point_in_time", _M),
        Column("gross_loans", "integer", "Loans to customers at the end of the quarter", "point_in_time", _M),
        Column("customer_deposits", "integer", "Deposits at the end of the quarter", "point_in_time", _M),
        Column("risk_weighted_assets", "integer", "RWA at the end of the quarter", "point_in_time", _M),
        Column("branch_count", "integer", "Open branches at the end of the quarter", "point_in_time", "branches"),
        Column("fte_employees", "integer", "Full-time equivalents at the end of the quarter", "point_in_time", "FTE"),
        Column("active_retail_customers", "integer", "Retail customers active at the end of the quarter",
            "point_in_time", "customers"),
        Column("new_accounts_opened", "integer", "Accounts opened in the quarter", "additive", "accounts"),
        Column("customer_complaints", "integer", "Complaints received in the quarter", "additive", "complaints"),
        Column("fraud_losses", "number", "Lost to fraud in the quarter", "additive", _M),
        Column("climate_stress_buffer", "number", "Capital held for climate risk; null before it was introduced",
            "point_in_time", _M),
    ),
    tuple(_quarter(n) for n in range(12)),
)  # fmt: skip
