"""Every row of a generator is a function of its number: the same everywhere, and as its fields say."""

import hashlib
import subprocess
import sys
from datetime import date
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.generators.catalog import GENERATORS
from aos.farm.generators.crm import ACCOUNTS, REGIONS
from aos.farm.generators.finance import QUARTERS
from aos.farm.generators.shape import MAX_SEED, MOST_ROWS, Generator

each = pytest.mark.parametrize("generator", GENERATORS.values(), ids=list(GENERATORS))
PRINT_DIGESTS = """
import hashlib, msgspec
from aos.farm.generators.catalog import GENERATORS
for g in GENERATORS.values():
    print(g.name, hashlib.sha256(msgspec.json.encode(g.rows(7, 0, g.count(200)))).hexdigest())
"""
KINDS = {"string": str, "number": float, "integer": int, "boolean": bool, "date": str}


@each
@given(seed=st.integers(0, MAX_SEED), n=st.integers(0, MOST_ROWS - 1))
def test_a_row_has_the_fields_and_types_that_its_generator_names(generator: Generator, seed: int, n: int) -> None:
    """Names in order, JSON types as said, null only where the description allows it."""
    row = generator.row(seed, n % (generator.most or MOST_ROWS))
    assert list(row) == [field.name for field in generator.fields]
    for field in generator.fields:
        value = row[field.name]
        if value is None:
            assert "null" in field.description or field.name == "revenue_growth"
            continue
        assert type(value) is KINDS[field.kind]
        if field.kind == "date":
            date.fromisoformat(value)


@each
def test_a_row_does_not_depend_on_the_rows_before_it(generator: Generator) -> None:
    """Row 11 is the same alone, in a stretch, and after others were asked for."""
    alone = generator.row(5, 11)
    assert generator.rows(5, 3, 9)[8] == alone == generator.row(5, 11)
    assert generator.row(6, 11) != alone


def test_rows_are_the_same_in_another_process() -> None:
    """No hash seed, no cache and no order of imports has a part in them."""
    command = [sys.executable, "-c", PRINT_DIGESTS]
    told = subprocess.run(command, env={"PYTHONHASHSEED": "99"}, capture_output=True, text=True, check=True).stdout
    here = {
        g.name: hashlib.sha256(msgspec.json.encode(g.rows(7, 0, g.count(200)))).hexdigest() for g in GENERATORS.values()
    }
    assert dict(line.split() for line in told.splitlines()) == here


@each
def test_keys_are_unique(generator: Generator) -> None:
    """The key names a row."""
    count = generator.count(3_000)
    assert len({row[generator.key] for row in generator.rows(1, 0, count)}) == count


@each
def test_period_and_dims_are_fields_and_no_dim_is_a_measure(generator: Generator) -> None:
    """What rows are grouped by exists; what is summed has a unit."""
    fields = {field.name: field for field in generator.fields}
    assert generator.period in fields
    for dim in generator.dims:
        assert fields[dim].aggregation is None
    for field in generator.fields:
        assert (field.unit is None) == (field.aggregation is None)


def test_opportunities_and_tickets_belong_to_accounts_that_exist() -> None:
    """A join over account_id finds its account."""
    accounts = {row["account_id"] for row in GENERATORS["crm_accounts"].rows(1, 0, ACCOUNTS)}
    for name in ("crm_opportunities", "support_tickets", "product_usage"):
        assert {row["account_id"] for row in GENERATORS[name].rows(1, 0, 2_000)} <= accounts


def test_a_cloud_bill_has_no_line_twice() -> None:
    """Service, account, region and day together name a line."""
    rows = GENERATORS["cloud_costs"].rows(1, 0, 50_000)
    assert len({(r["service"], r["account"], r["region"], r["usage_on"]) for r in rows}) == len(rows)


def test_an_invoice_of_the_erp_adds_up_to_the_cent() -> None:
    """Net and tax are the total."""
    for row in GENERATORS["erp_invoices"].rows(3, 0, 2_000):
        assert round(row["net_amount"] * 100) + round(row["tax_amount"] * 100) == round(row["total_amount"] * 100)


@given(seed=st.integers(0, MAX_SEED))
def test_the_books_of_a_quarter_agree_with_each_other(seed: int) -> None:
    """Sums, balance and ratios hold in every quarter of every seed."""
    rows = GENERATORS["finance_quarterly"].rows(seed, 0, len(QUARTERS))
    assert [row["period"] for row in rows] == list(QUARTERS)
    for row in rows:
        assert row["revenue"] == row["subscription_revenue"] + row["services_revenue"] + row["product_revenue"]
        regions = ("north_america", "emea", "apac", "latam")
        assert len(regions) == len(REGIONS)
        assert row["revenue"] == sum(row[f"revenue_{region}"] for region in regions)
        assert row["gross_profit"] == row["revenue"] - row["cost_of_revenue"]
        assert row["operating_income"] == row["gross_profit"] - row["operating_expenses"]
        assert row["net_income"] == row["pretax_income"] - row["income_tax"]
        assert row["total_assets"] == row["total_liabilities"] + row["equity"]
        assert row["operating_margin"] == round(row["operating_income"] * 100 / row["revenue"], 4)
        assert row["free_cash_flow"] == row["operating_cash_flow"] - row["capital_expenditure"]
    for before, row in pairwise(rows):
        assert row["customers"] == before["customers"] + row["new_customers"] - row["lost_customers"]
        assert row["employees"] == before["employees"] + row["new_hires"] - row["leavers"]
        assert row["cash"] == before["cash"] + row["free_cash_flow"] - row["debt_repaid"]
        grown = row["new_arr"] + row["expansion_arr"] - row["churned_arr"] - row["contraction_arr"]
        assert row["arr"] == before["arr"] + grown


def test_finance_has_some_eighty_measures_with_unit_and_aggregation() -> None:
    """Each of them says how it may be put together."""
    measures = [field for field in GENERATORS["finance_quarterly"].fields if field.aggregation]
    assert 75 <= len(measures) <= 90
    assert {field.aggregation for field in measures} == {"additive", "ratio", "point_in_time"}
    assert all(field.unit for field in measures)
