"""Rows renamed, scaled and summed without losing a digit."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.manifest import ManifestTransform
from aos.core.errors import InvalidInput
from aos.farm.runner.faults import JobFault
from aos.farm.runner.periods import period_of
from aos.farm.runner.rows import decoded, encoded
from aos.farm.runner.transform import check, transformer

BY_QUARTER = {
    "grain": "quarter",
    "period_field": "day",
    "schema_map": {
        "day": {"target": "period"},
        "team": {"target": "team", "dim": True},
        "n": {"target": "count"},
        "amount": {"target": "cents", "scale": 100, "unit": "cents"},
    },
}


def made(given: dict[str, Any]) -> ManifestTransform:
    return msgspec.convert(given, ManifestTransform)


def through(given: dict[str, Any], json: bytes) -> list[bytes]:
    """The JSON of the rows that these rows become."""
    chain = transformer(made(given))
    rows = chain.take(decoded(json, "rows"))
    return [encoded(row, 0)[0] for row in [*rows, *(row for some in chain.end() for row in some)]]


@pytest.mark.parametrize(
    ("value", "scale", "becomes"),
    [
        ("1.1", 100, "110.0"),
        ("0.1", 3, "0.3"),
        ("1.005", 1000, "1005.0"),
        ("7", 100, "700"),
        ("7", 0.01, "0.07"),
        ("700", 0.01, "7.0"),
        ("-2.50", 2, "-5.0"),
        ("0.0", 5, "0.0"),
        ("123456789012345678901234567890", 10, "1234567890123456789012345678900"),
        ("0.000000000000000000000000000001", 0.1, "1E-31"),
        ("null", 100, "null"),
    ],
)
def test_scale_is_exact(value: str, scale: float, becomes: str) -> None:
    """1.1 by 100 is 110.0 and not 110.00000000000001; integers stay integers where the scale is one."""
    row = through({"schema_map": {"a": {"target": "b", "scale": scale}}}, b'[{"a":%s}]' % value.encode())
    assert row == [b'{"b":%s}' % becomes.encode()]


@pytest.mark.parametrize("value", ['"7"', "true", "[1]", "{}"])
def test_what_is_no_number_is_not_scaled(value: str) -> None:
    """The fault names the row and the field."""
    with pytest.raises(JobFault, match="Row 1: 'a'"):
        through({"schema_map": {"a": {"target": "b", "scale": 2}}}, b'[{"a":1},{"a":%s}]' % value.encode())


def test_only_mapped_fields_go_on_under_their_new_names() -> None:
    """An absent field stays absent; without a map rows stay as they came, digit by digit."""
    renamed = through({"schema_map": {"a": {"target": "x", "unit": "USD"}}}, b'[{"a":1.10,"b":2},{"b":2}]')
    assert renamed == [b'{"x":1.10}', b"{}"]
    assert through({}, b'[{"a":1.10,"b":[1e2,{"c":null}]}]') == [b'{"a":1.10,"b":[1E+2,{"c":null}]}']


def test_a_grain_sums_by_period_and_dims() -> None:
    """Groups come by period, then dims; null adds nothing; a sum of nothing is null."""
    rows = b"""[
      {"day": "2024-02-01", "team": "b", "n": 1, "amount": 0.1},
      {"day": "2024-03-31T10:00:00Z", "team": "b", "n": 2, "amount": 0.2},
      {"day": "2024-01", "team": "a", "n": null, "amount": 3},
      {"day": "2023-Q4", "team": "b", "n": 5}
    ]"""
    assert through(BY_QUARTER, rows) == [
        b'{"period":"2023-Q4","team":"b","count":5,"cents":null}',
        b'{"period":"2024-Q1","team":"a","count":null,"cents":300}',
        b'{"period":"2024-Q1","team":"b","count":3,"cents":30.0}',
    ]


def test_what_is_neither_a_dim_nor_a_number_is_left_out_and_told() -> None:
    """A warning names it; a field that is a number here and text there is a fault."""
    given = {**BY_QUARTER, "schema_map": {**BY_QUARTER["schema_map"], "name": {"target": "name"}}}  # type: ignore[dict-item]
    chain = transformer(made(given))
    chain.take(decoded(b'[{"day":"2024-02-01","team":"a","n":1,"amount":null,"name":"x"}]', "rows"))
    assert [row for some in chain.end() for row in some] == [
        {"period": "2024-Q1", "team": "a", "count": 1, "cents": None}
    ]
    assert chain.warnings == ["name is neither a dim nor a number and was left out of the sums"]
    with pytest.raises(JobFault, match="'count' holds numbers, but row 1"):
        through(BY_QUARTER, b'[{"day":"2024-02-01","n":1},{"day":"2024-02-01","n":"one"}]')


@pytest.mark.parametrize("value", ["null", '"soon"', '"2024-13"', '"2024-02-30"', "20240201", '"2024"'])
def test_what_is_no_period_is_a_fault(value: str) -> None:
    """With the row's number."""
    with pytest.raises(JobFault, match="Row 0: day"):
        through(BY_QUARTER, b'[{"day":%s}]' % value.encode())


@pytest.mark.parametrize(
    ("value", "grain", "period"),
    [
        ("2024-05-17", "day", "2024-05-17"),
        ("2024-05-17", "month", "2024-05"),
        ("2024-12-31 23:59:59", "quarter", "2024-Q4"),
        ("2024-05", "quarter", "2024-Q2"),
        ("2024Q3", "quarter", "2024-Q3"),
    ],
)
def test_periods_are_told_of_finer_ones(value: str, grain: str, period: str) -> None:
    """A day is in a month, a month in a quarter; the other way round there is no answer."""
    assert period_of(value, grain) == period


@pytest.mark.parametrize(("value", "grain"), [("2024-Q2", "month"), ("2024-05", "day")])
def test_a_coarser_period_is_in_no_finer_one(value: str, grain: str) -> None:
    """A quarter is in no one month."""
    with pytest.raises(ValueError, match=grain):
        period_of(value, grain)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"schema_map": {"a": {"target": "x"}, "b": {"target": "x"}}}, "$.transform.schema_map.b.target"),
        ({"schema_map": {"a": {"target": "x", "dim": True, "scale": 2}}}, "$.transform.schema_map.a.scale"),
        ({"grain": "month", "period_field": "d"}, "$.transform.schema_map"),
        ({"grain": "month", "schema_map": {"a": {"target": "x"}}}, "$.transform.period_field"),
        ({**BY_QUARTER, "period_format": "YYYY-MM"}, "$.transform.period_format"),
        (
            {**BY_QUARTER, "schema_map": {"p": {"target": "p", "unit": "Percent"}}},
            "$.transform.schema_map.p.unit",
        ),
    ],
)
def test_what_can_not_be_meant_is_refused_with_its_path(given: dict[str, Any], path: str) -> None:
    """Before anything is queued."""
    with pytest.raises(InvalidInput) as caught:
        check(made(given))
    assert caught.value.extra["path"] == path


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.dates().map(lambda day: day.isoformat()),
            "team": st.sampled_from(["a", "b", None, 1]),
            "n": st.one_of(st.none(), st.integers(-(10**20), 10**20)),
            "amount": st.one_of(
                st.none(), st.decimals(-(10**9), 10**9, places=4, allow_nan=False), st.integers(-100, 100)
            ),
        }
    ),
    max_size=30,
)


@given(rows=ROWS, cut=st.integers(0, 30), order=st.randoms())
def test_sums_are_those_of_exact_arithmetic_in_any_order_and_pieces(rows: list[Any], cut: int, order: Any) -> None:
    """However the rows are ordered and cut into pages: the same groups, bytes and exact sums."""
    whole = transformer(made(BY_QUARTER))
    whole.take(rows)
    groups = [row for some in whole.end() for row in some]
    for name, target, scale in (("n", "count", 1), ("amount", "cents", 100)):
        expected = sum((Decimal(row[name]) for row in rows if row[name] is not None), Decimal(0)) * scale
        assert sum((Decimal(row[target]) for row in groups if row[target] is not None), Decimal(0)) == expected
    shuffled = list(rows)
    order.shuffle(shuffled)
    pieces = transformer(made(BY_QUARTER))
    pieces.take(shuffled[:cut])
    pieces.take(shuffled[cut:])
    again = [row for some in pieces.end() for row in some]
    assert [(row["period"], row["team"]) for row in again] == [(row["period"], row["team"]) for row in groups]
    assert again == groups


MAPPED = {"a": {"target": "x"}, "gone": {"target": "y"}, "late": {"target": "z"}}


@pytest.mark.parametrize(
    "given",
    [
        {"schema_map": MAPPED},
        {"schema_map": {**MAPPED, "day": {"target": "day"}}, "grain": "month", "period_field": "day"},
    ],
)
def test_a_source_field_that_no_row_has_is_a_warning(given: dict[str, Any]) -> None:
    """It is named once all rows were seen; one that a single row had, or had as null, is not."""
    chain = transformer(made(given))
    chain.take(decoded(b'[{"a":1,"day":"2026-02-01"},{"a":2,"day":"2026-02-01"}]', "rows"))
    chain.take(decoded(b'[{"late":null,"day":"2026-02-02"}]', "rows"))
    assert chain.warnings == []
    assert list(chain.end()) is not None
    assert chain.warnings == ["None of 3 rows has the source field 'gone'"]


def test_many_absent_fields_are_told_shortly_and_none_of_no_rows() -> None:
    """Twenty by name, the others as a number; where no row came nothing is said."""
    given = {"schema_map": {f"f{n}": {"target": f"t{n}"} for n in range(50)}}
    chain = transformer(made(given))
    chain.take([{"x": 1}])
    list(chain.end())
    assert (len(chain.warnings), chain.warnings[-1][:2]) == (21, "30")
    empty = transformer(made(given))
    empty.take([])
    list(empty.end())
    assert empty.warnings == []
