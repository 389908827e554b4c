"""Quarterly figures of the publishing house."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.larkfield.calendar import QUARTERS, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row


def _pct(part: float, whole: float) -> float:
    return round(100 * part / whole, 1)


def _k(hundreds: int) -> float:
    return hundreds / 10


def _finance(at: int) -> Row:
    """Amounts are whole numbers of 100 pounds until the end, so that what is said is exact."""
    draw = Draw(SEED, "larkfield_fin", at)

    def part(of: int, low: int, high: int) -> int:
        """The limits in tenths of a percent."""
        return of * draw.between(low, high) // 1_000

    season = (82, 88, 101, 146)[at % 4]  # Christmas
    copies = season * (2_610 + 31 * at) + draw.between(-9_000, 9_000)
    prints = copies * draw.between(53, 58) // 1_000 * 10
    ebook = 8_900 + 310 * at + draw.between(-900, 900)
    audio = 5_200 + 470 * at + draw.between(-800, 800)
    rights = draw.between(3_100, 14_800)
    journals = (9_800, 7_100, 6_900, 11_300)[at % 4] + 90 * at + draw.between(-300, 300)
    revenue = prints + ebook + audio + rights + journals
    binding, royalties, freight = part(prints, 205, 262), part(revenue, 112, 139), part(prints, 68, 94)
    written_off = draw.between(300, 2_700)
    sales_cost = binding + royalties + freight + written_off
    gross = revenue - sales_cost
    wages = 58_500 + 900 * at + draw.between(-700, 700) - 20_000
    editing, covers, publicity = draw.between(4_100, 6_900), draw.between(1_900, 3_300), draw.between(5_800, 14_200)
    offices, computing, advice, other = (
        draw.between(5_000, 6_100),
        draw.between(3_100, 4_900),
        draw.between(700, 3_900),
        draw.between(1_500, 4_000),
    )
    expenses = wages + editing + covers + publicity + offices + computing + advice + other
    ebitda = gross - expenses
    worn = 2_600 + 60 * at + draw.between(-150, 150)
    operating = ebitda - worn
    paid = draw.between(700, 1_400)
    before_tax = operating - paid
    tax = max(0, before_tax * 25 // 100)
    net = before_tax - tax
    cash_flow = ebitda + draw.between(-46_000, 9_000)
    cash = 92_000 + 1_300 * at + draw.between(-21_000, 21_000)
    loan = 118_000 - 4_500 * at
    titles = (41, 47, 58, 39)[at % 4] + draw.between(-6, 6)
    return {
        "fiscal_quarter": QUARTERS[at],
        "print_revenue": _k(prints),
        "ebook_revenue": _k(ebook),
        "audiobook_revenue": _k(audio),
        "rights_income": _k(rights),
        "journal_subscriptions": _k(journals),
        "total_revenue": _k(revenue),
        "printing_and_binding": _k(binding),
        "royalty_expense": _k(royalties),
        "freight_and_warehousing": _k(freight),
        "stock_write_downs": _k(written_off),
        "cost_of_sales": _k(sales_cost),
        "gross_profit": _k(gross),
        "gross_margin_pct": _pct(gross, revenue),
        "salaries_and_benefits": _k(wages),
        "editorial_freelancers": _k(editing),
        "cover_design": _k(covers),
        "marketing_and_publicity": _k(publicity),
        "office_costs": _k(offices),
        "technology_costs": _k(computing),
        "legal_fees": _k(advice),
        "other_overheads": _k(other),
        "operating_expenses": _k(expenses),
        "ebitda": _k(ebitda),
        "depreciation": _k(worn),
        "operating_profit": _k(operating),
        "operating_margin_pct": _pct(operating, revenue),
        "interest_paid": _k(paid),
        "profit_before_tax": _k(before_tax),
        "tax_charge": _k(tax),
        "net_profit": _k(net),
        "operating_cash_flow": _k(cash_flow),
        "capital_expenditure": _k(draw.between(900, 6_800)),
        "advances_paid": _k(draw.between(6_400, 17_900)),
        "closing_cash": _k(cash),
        "accounts_receivable": _k(part(revenue, 580, 790)),
        "accounts_payable": _k(part(sales_cost, 460, 640)),
        "stock_value": _k(61_000 + 800 * at + draw.between(-7_000, 7_000)),
        "unearned_advances": _k(74_000 + 1_900 * at + draw.between(-4_000, 4_000)),
        "bank_loan_balance": _k(loan),
        "debtor_days": draw.between(52, 79),
        "titles_published": titles,
        "titles_in_print": 1_840 + 37 * at + draw.between(-12, 12),
        "authors_under_contract": 412 + 9 * at + draw.between(-7, 7),
        "print_copies_sold": 10 * copies + draw.below(10),
        "ebook_downloads": 61_000 + 2_200 * at + draw.between(-5_000, 5_000),
        "returns_rate_pct": draw.between(118, 236) / 10,
        "average_list_price": draw.between(1_149, 1_489) / 100,
        "newsletter_subscribers": 48_200 + 2_050 * at + draw.between(-3_800, 2_600),
        "author_satisfaction_score": None if at == 5 else draw.between(66, 88) / 10,
        "headcount": 168 + 3 * at + draw.between(-4, 4),
        "staff_turnover_pct": draw.between(14, 61) / 10,
    }


def _flow(name: str, about: str, unit: str = "thousand GBP", kind: str = "number") -> Column:
    return Column(name, kind, about, "additive", unit)


def _ratio(name: str, about: str, unit: str = "%", kind: str = "number") -> Column:
    return Column(name, kind, about, "ratio", unit)


def _stock(name: str, about: str, unit: str = "thousand GBP", kind: str = "number") -> Column:
    return Column(name, kind, f"{about} at the end of the quarter", "point_in_time", unit)


FINANCE = Pipe(
    "planful.larkfield-quarterly-results", "Larkfield quarterly results", "planful", "finance",
    "quarterly_result", ("fiscal_quarter",), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("fiscal_quarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        _flow("print_revenue", "Revenue from printed books"),
        _flow("ebook_revenue", "Revenue from e-books"),
        _flow("audiobook_revenue", "Revenue from audiobooks"),
        _flow("rights_income", "Income from translation, film and serial rights"),
        _flow("journal_subscriptions", "Revenue from subscriptions to academic journals"),
        _flow("total_revenue", "All revenue"),
        _flow("printing_and_binding", "Cost of printing and binding"),
        _flow("royalty_expense", "Royalties of authors"),
        _flow("freight_and_warehousing", "Cost of storing and shipping books"),
        _flow("stock_write_downs", "Value taken off unsold stock"),
        _flow("cost_of_sales", "All cost of sales"),
        _flow("gross_profit", "Revenue less cost of sales"),
        _ratio("gross_margin_pct", "Gross profit of revenue"),
        _flow("salaries_and_benefits", "Pay, pensions and social security"),
        _flow("editorial_freelancers", "Freelance editors, proofreaders and indexers"),
        _flow("cover_design", "Cover artwork and typesetting"),
        _flow("marketing_and_publicity", "Advertising, book tours and review copies"),
        _flow("office_costs", "Rent, rates and utilities"),
        _flow("technology_costs", "Software, hosting and IT support"),
        _flow("legal_fees", "Lawyers and audit"),
        _flow("other_overheads", "All other overheads"),
        _flow("operating_expenses", "All operating expenses"),
        _flow("ebitda", "Earnings before interest, tax, depreciation and amortisation"),
        _flow("depreciation", "Depreciation and amortisation"),
        _flow("operating_profit", "EBITDA less depreciation"),
        _ratio("operating_margin_pct", "Operating profit of revenue"),
        _flow("interest_paid", "Interest on the bank loan"),
        _flow("profit_before_tax", "Operating profit less interest"),
        _flow("tax_charge", "Tax on profit"),
        _flow("net_profit", "Profit after tax"),
        _flow("operating_cash_flow", "Cash from operations"),
        _flow("capital_expenditure", "Spent on equipment and software"),
        _flow("advances_paid", "Advances paid to authors"),
        _stock("closing_cash", "Cash"),
        _stock("accounts_receivable", "Owed by customers"),
        _stock("accounts_payable", "Owed to suppliers"),
        _stock("stock_value", "Books in the warehouse"),
        _stock("unearned_advances", "Advances not yet earned back"),
        _stock("bank_loan_balance", "Bank loan"),
        _ratio("debtor_days", "Days customers take to pay", "days", "integer"),
        _flow("titles_published", "New titles published", "titles", "integer"),
        _stock("titles_in_print", "Titles available", "titles", "integer"),
        _stock("authors_under_contract", "Authors with a contract", "authors", "integer"),
        _flow("print_copies_sold", "Printed copies sold", "copies", "integer"),
        _flow("ebook_downloads", "E-books downloaded", "downloads", "integer"),
        _ratio("returns_rate_pct", "Printed copies sent back of copies sold"),
        _ratio("average_list_price", "Average list price of a printed book", "GBP"),
        _stock("newsletter_subscribers", "Readers subscribed to the newsletter", "subscribers", "integer"),
        _ratio("author_satisfaction_score", "Author survey, 0 to 10; null if there was none", "points"),
        _stock("headcount", "Staff", "people", "integer"),
        _ratio("staff_turnover_pct", "Staff who left of all staff"),
    ),
    tuple(_finance(at) for at in range(len(QUARTERS))),
)  # fmt: skip
