"""What finance, people and support desks call their figures, over invented names of fields."""

from pathlib import Path

import pytest

from aos.core.settings import Settings
from aos.nlq.lexicon import PART, SYNONYM, Lexicon, Part
from aos.nlq.synonyms import SynonymFiles, Synonyms, without_joints
from aos.nlq.text import tokens, words
from tests.unit.nlq.pipes import a_pipe

# Each line: a field, and what else people call it.
CALLED = {
    "net_profit": ("bottom line", "profit after tax", "NPAT", "net earnings"),
    "profit_before_tax": ("PBT", "pre-tax income", "EBT"),
    "corporate_tax": ("corporation tax", "corporate income tax", "tax on profits", "income tax expense"),
    "interest_cost": ("interest on our debt", "interest on the loans", "finance costs", "interest paid"),
    "trade_payables": ("creditors", "owe suppliers", "owed to our vendors", "accounts payable"),
    "trade_debtors": ("receivables", "owed by customers", "customers owe us", "accounts receivable"),
    "stock_on_hand": ("inventory", "stock"),
    "debtor_days": ("DSO", "average collection period", "days sales outstanding", "receivable days"),
    "creditor_days": ("DPO", "days payable outstanding"),
    "stock_days": ("DIO", "days inventory outstanding"),
    "deferred_income": ("unearned revenue", "contract liabilities"),
    "net_current_assets": ("working capital", "net working capital"),
    "shareholders_funds": ("equity", "net assets", "owners' equity"),
    "long_term_loans": ("long-term debt", "long-term borrowings"),
    "bank_balance": ("cash", "cash at bank", "cash and cash equivalents"),
    "ebit_margin": ("operating margin", "operating profit margin"),
    "gross_profit_margin": ("gross margin",),
    "order_intake": ("bookings",),
    "wage_bill": ("payroll", "staff costs", "salaries and wages", "personnel expenses"),
    "staff_attrition": ("employee turnover", "attrition", "staff turnover", "labour turnover"),
    "vacancies": ("open roles", "unfilled positions", "open requisitions", "job openings"),
    "new_logos": ("new customers", "new clients"),
    "churned_customers": ("lost customers",),
    "upsell_mrr": ("expansion mrr",),
    "cost_per_new_customer": ("CAC", "customer acquisition cost"),
    "time_to_fix_hours": ("TTR", "resolution time", "time to resolve"),
    "first_response_minutes": ("FRT", "first reply time", "response time"),
    "takings": ("revenue", "sales", "top line"),
    "sales_latin_america": ("LATAM sales", "Latin American sales"),
    "sales_north_america": ("North American sales",),
    "sales_europe": ("European sales",),
}
OTHERS = [
    ("depreciation", "wear_and_depreciation"),
    ("marketing expense", "sales_and_marketing_expense"),
    ("quick ratio", "current_ratio"),
    ("ratio", "current_ratio"),
    ("American sales", "sales_north_america"),
    ("Asian sales", "sales_apac"),
    ("staff turnover", "sales_employees"),
    ("interest rate", "interest_cost"),
    ("cost of capital", "capital_costs_paid"),
    ("gearing", "debt_to_equity"),
    ("burn", "operating_expenses"),
    ("runway", "cash"),
    ("overheads", "operating_expenses"),
    ("gross debt", "long_term_debt"),
]


@pytest.fixture
def synonyms(tmp_path: Path) -> Synonyms:
    return SynonymFiles(Settings(data_dir=tmp_path)).now()


def _named(said: str, synonyms: Synonyms, *fields: str, unit: str | None = None) -> dict[str, float]:
    """Which of the fields the words name, and how well."""
    lexicon = Lexicon(a_pipe("row", numbers=(*fields, "zorvax_mibel"), unit=unit), synonyms)
    part = Part(tokens(said), synonyms.sets(without_joints(words(said))))
    return {target.field.name: target.how for target in lexicon.named(part) if target.field}


@pytest.mark.parametrize(("field", "said"), [(field, said) for field, several in CALLED.items() for said in several])
def test_a_figure_is_known_by_what_people_call_it(synonyms: Synonyms, field: str, said: str) -> None:
    """As well as by its own name, but for the certainty."""
    found = _named(said, synonyms, field)
    assert set(found) == {field}
    assert found[field] >= PART


@pytest.mark.parametrize(("said", "field"), OTHERS)
def test_what_may_be_another_thing_names_nothing(synonyms: Synonyms, said: str, field: str) -> None:
    """Or too little to be answered with."""
    assert all(how < PART for how in _named(said, synonyms, field).values())


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("turnover", ("takings", "staff_attrition")),
        ("response time", ("first_response_minutes", "reply_hours")),
        ("receivable days", ("debtor_days", "days_sales_outstanding")),
    ],
)
def test_what_may_be_two_figures_is_either(synonyms: Synonyms, said: str, fields: tuple[str, ...]) -> None:
    """Where the data have both; somebody has to choose."""
    assert set(_named(said, synonyms, *fields)) == set(fields)


@pytest.mark.parametrize(
    ("said", "field", "unit", "named"),
    [
        ("staff attrition rate", "staff_attrition", "percent", True),
        ("gross margin percentage", "gross_margin", "%", True),
        ("order intake rate", "order_intake", "USD", False),
        ("repair rate", "repair_hours", "hours", False),
    ],
)
def test_a_rate_is_what_is_in_percent(synonyms: Synonyms, said: str, field: str, unit: str, *, named: bool) -> None:
    """Of anything else it is another figure."""
    assert (_named(said, synonyms, field, unit=unit).get(field, 0.0) >= SYNONYM) == named


def test_dollars_are_a_unit(synonyms: Synonyms) -> None:
    """What a currency is called names what is counted in it."""
    assert set(_named("dollars", synonyms, "order_intake", unit="USD")) >= {"order_intake"}
    assert _named("euros", synonyms, "order_intake", unit="USD") == {}
