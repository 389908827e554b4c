"""A contract compiled: its decoder and its second pass agree, and every fault has its path."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted
from aos.dcl.sidecar.contract import Contract, load
from aos.dcl.sidecar.faults import MAX_FAULTS, Fault

INVOICE = Path(__file__).parents[4] / "seeds/contracts/invoice.yaml"

GOOD: dict[str, Any] = {
    "invoice_id": "INV-102",
    "vendor_id": "V-1042",
    "vendor": {"name": "Globex", "tax_id": "78-5195669"},
    "billing_address": {"street": "1 Way", "city": "Sydney", "state": "NSW", "postal_code": "2000", "country": "AU"},
    "currency": "AUD",
    "line_items": [
        {"description": "Paper", "quantity": 10, "unit_price": 137.39, "line_total": 1373.9},
        {"description": "Wrap", "quantity": 1.5, "unit_price": -2, "line_total": -3.0},
    ],
    "amount": 1370.9,
    "tax_amount": 0,
    "total_amount": 1370.9,
    "status": "open",
    "issued_on": "2025-03-01",
    "due_on": "2025-03-31",
    "po_number": "PO-1",
    "updated_at": "2025-05-02T02:25:28Z",
}

# One property of each kind with each rule, required and not.
WIDE = """
apiVersion: v3.2.0
kind: DataContract
id: wide
version: "1"
schema:
  - name: reading
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true}
      - name: code
        logicalType: string
        required: true
        logicalTypeOptions: {pattern: '^(a|b$)', minLength: 1, maxLength: 3}
      - {name: note, logicalType: string, logicalTypeOptions: {maxLength: 2}}
      - {name: any-text, logicalType: string, required: true}
      - {name: level, logicalType: integer, enum: [{value: 1}, {value: 2, label: two}]}
      - {name: colour, logicalType: string, required: true, enum: [{value: red}, {value: blue}]}
      - {name: share, logicalType: number, logicalTypeOptions: {exclusiveMinimum: 0, exclusiveMaximum: 1.0e0}}
      - {name: big, logicalType: number, required: true, logicalTypeOptions: {minimum: -1e15, maximum: 1.0e15}}
      - {name: free, logicalType: number}
      - {name: count, logicalType: integer, logicalTypeOptions: {minimum: 0, exclusiveMaximum: 10}}
      - {name: flag, logicalType: boolean, required: true}
      - {name: day, logicalType: date}
      - {name: at, logicalType: timestamp, logicalTypeOptions: {timezone: true}}
      - {name: local, logicalType: timestamp, logicalTypeOptions: {timezone: false}}
      - {name: moment, logicalType: timestamp, required: true}
      - {name: open, logicalType: object}
      - name: rows
        logicalType: array
        logicalTypeOptions: {minItems: 1, maxItems: 2}
        items:
          logicalType: object
          required: true
          properties:
            - {name: x, logicalType: number, required: true}
            - {name: tags, logicalType: array, items: {logicalType: string}}
"""
WIDE_GOOD = {
    "id": 7, "code": "ab", "note": None, "any-text": "", "level": 2, "colour": "red", "share": 0.5, "big": 1e15,
    "free": 1e308, "count": 9, "flag": False, "day": "2024-02-29", "at": "2024-02-29T00:00:00+01:00",
    "local": "2024-02-29T00:00:00", "moment": "2024-02-29T23:59:59.25Z", "open": {"a": [1]},
    "rows": [{"x": 1, "tags": ["a", None]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def invoice() -> Contract:
    return load(INVOICE)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    path = tmp_path_factory.mktemp("contract") / "wide.yaml"
    path.write_text(WIDE)
    return load(path)


def accepts(contract: Contract, line: bytes) -> bool:
    try:
        contract.decoder.decode(line)
    except msgspec.ValidationError:
        return False
    return True


def faults(contract: Contract, **changed: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.kind) for fault in contract.faults({**GOOD, **changed})]


def test_shipped_contract_takes_the_invoice_of_the_spec(invoice: Contract) -> None:
    """The invoice of the spec passes, with and without po_number; the key is invoice_id."""
    assert (invoice.name, invoice.version, invoice.key) == ("invoice", "1.0.0", "invoice_id")
    assert accepts(invoice, json.dumps(GOOD).encode())
    assert invoice.faults(GOOD) == ()
    assert faults(invoice, po_number=None) == []
    assert invoice.faults({name: value for name, value in GOOD.items() if name != "po_number"}) == ()


@pytest.mark.parametrize("field", [field for field in GOOD if field != "po_number"])
def test_every_field_but_po_number_is_asked_for(invoice: Contract, field: str) -> None:
    """A field that is missing or null is named, alone."""
    without = {name: value for name, value in GOOD.items() if name != field}
    assert [(fault.path, fault.kind) for fault in invoice.faults(without)] == [(f"$.{field}", "missing")]
    assert faults(invoice, **{field: None}) == [(f"$.{field}", "type")]


def test_every_fault_is_named_by_its_path(invoice: Contract) -> None:
    """The second pass names all faults of a record, the nested ones too, with what was expected and found."""
    record = {
        **GOOD,
        "vendor_id": "v 1",
        "vendor": "Globex",
        "billing_address": {**GOOD["billing_address"], "country": ""},
        "line_items": [GOOD["line_items"][0], {"quantity": "3", "unit_price": 1e17, "line_total": True}, 5],
        "status": "lost",
        "due_on": "2025-02-30",
        "updated_at": "2025-05-02T02:25:28",
    }
    del record["total_amount"]
    found = invoice.faults(record)
    assert {(fault.path, fault.kind) for fault in found} == {
        ("$.vendor_id", "pattern"),
        ("$.vendor", "type"),
        ("$.billing_address.country", "missing"),
        ("$.line_items[1].description", "missing"),
        ("$.line_items[1].quantity", "type"),
        ("$.line_items[1].unit_price", "range"),
        ("$.line_items[1].line_total", "type"),
        ("$.line_items[2]", "type"),
        ("$.total_amount", "missing"),
        ("$.status", "enum"),
        ("$.due_on", "type"),
        ("$.updated_at", "type"),
    }
    by_path = {fault.path: fault for fault in found}
    quantity = by_path["$.line_items[1].quantity"]
    assert quantity.found == '"3"'
    assert quantity.expected == "number, >= -1e+16, <= 1e+16"
    assert quantity.steps == ("line_items", 1, "quantity")
    assert by_path["$.status"].expected == "string, one of open, partial, paid, overdue"
    assert by_path["$.total_amount"].found == "nothing"


def test_only_missing_and_wrong_typed_values_are_repairable(invoice: Contract) -> None:
    """A value of the right type is never overwritten, and without a good id nothing can be fetched."""

    def repairable(**changed: Any) -> bool:
        return invoice.repairable(invoice.faults({**GOOD, **changed}))

    assert repairable(vendor_id=None, amount="THREE", status="lost", line_items=[{}])
    assert repairable(vendor_id="")
    assert not repairable(amount=1e17)
    assert not repairable(currency="aud")
    assert not repairable(invoice_id=None)
    assert not repairable(invoice_id=5, vendor_id=None)
    assert not invoice.repairable(invoice.faults([]))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("\x1b[31m" + "é" * 100, '"\\u001b[31m' + "\\u00e9" * 55 + '" and 45 more'),
        ({"a": 1}, "an object"),
        ([1], "an array"),
        (10**5000, "a number past the range of a double"),
        (float("inf"), "a number past the range of a double"),
        (False, "false"),
    ],
    ids=["text", "object", "array", "5,000 digits", "infinity", "bool"],
)
def test_found_is_short_and_plain(invoice: Contract, value: Any, found: str) -> None:
    """What was found goes into logs: escaped, capped, never a structure."""
    assert invoice.faults({**GOOD, "vendor_id": value})[0].found == found


def test_faults_have_a_ceiling(invoice: Contract) -> None:
    """A record of a hundred thousand faults names the first thousand."""
    assert len(invoice.faults({**GOOD, "line_items": [{}] * 100_000})) == MAX_FAULTS


def test_pattern_does_not_take_a_trailing_newline(invoice: Contract) -> None:
    """`$` is the very end in both passes, where Python would let a newline follow."""
    for name in ("invoice_id", "vendor_id", "currency"):
        record = {**GOOD, name: GOOD[name] + "\n"}
        assert not accepts(invoice, json.dumps(record).encode())
        assert [fault.kind for fault in invoice.faults(record)] == ["pattern"]


def test_names_that_are_no_words_stand_in_brackets(wide: Contract) -> None:
    """A path leads back to the field whatever its name."""
    assert [fault.path for fault in wide.faults({**WIDE_GOOD, "any-text": 1})] == ['$["any-text"]']


def test_verdicts_follow_the_file_when_a_field_is_renamed(tmp_path: Path) -> None:
    """No record struct stands in code: another name in the file is another record."""
    copy = tmp_path / "renamed.yaml"
    copy.write_text(re.sub(r"\btotal_amount\b", "grand_total", INVOICE.read_text()))
    old, new = Airlock(load(INVOICE)), Airlock(load(copy))
    line = json.dumps(GOOD).encode()
    renamed = line.replace(b'"total_amount"', b'"grand_total"')
    assert isinstance(old.read(line), Clean)
    assert isinstance(new.read(renamed), Clean)
    drifted = new.read(line)
    assert isinstance(drifted, Drifted)
    assert [(fault.path, fault.kind) for fault in drifted.faults] == [("$.grand_total", "missing")]
    assert isinstance(old.read(renamed), Drifted)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-3, 12),
    st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, 1, 2]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1.0, 1e15, 1e15 + 0.125, 1.0000000000000002e15, 1e16, 1e308, 5e-324]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    st.sampled_from(["a", "b", "b\n", "ab", "red", "blue", "V-1", "V-١", "x" * 65, "AUD", "open", "2024-02-29"]),
    st.sampled_from(
        ["2023-02-29", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00", "2024-02-29 10:00:00+01:00", "24:00"]
    ),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.from_regex(
        r"[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,10})?(Z|[+-][0-9:]{4,5})?)?"
    ),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner), max_leaves=4
)


@st.composite
def near(draw: st.DrawFn, good: Any) -> Any:
    """A value like `good`, here and there with a part gone, changed or added."""
    whim = draw(st.integers(0, 9))
    if whim == 0:
        return draw(VALUES)
    if isinstance(good, dict):
        kept = {name: draw(near(value)) for name, value in good.items() if draw(st.integers(0, 19))}
        return {**kept, "extra": draw(VALUES)} if whim == 1 else kept
    if isinstance(good, list):
        return [draw(near(value)) for value in good for _ in range(draw(st.integers(0, 2)))]
    return good


@pytest.mark.parametrize("name", ["invoice", "wide"])
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_passes_agree(name: str, data: st.DataObject, request: pytest.FixtureRequest) -> None:
    """The decoder takes a record exactly when the second pass finds no fault in it."""
    contract: Contract = request.getfixturevalue(name)
    record = data.draw(near(GOOD if name == "invoice" else WIDE_GOOD))
    line = json.dumps(record, ensure_ascii=data.draw(st.booleans())).encode()
    found = contract.faults(json.loads(line))
    assert accepts(contract, line) == (not found)
    for fault in found:
        assert len(fault.found) < 600
        assert fault.found.isascii()
    if found:
        assert follow(record, found[0])


def follow(record: Any, fault: Fault) -> bool:
    """Whether `steps` lead to the fault: to a value, or for a missing one to where it would stand."""
    for step in fault.steps:
        if isinstance(record, dict) and step not in record:
            return fault.kind == "missing"
        record = record[step]
    return True


@pytest.mark.parametrize("field", WIDE_GOOD)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
@example(value=None)
@example(value=10**400)
@example(value=True)
def test_passes_agree_on_any_value_of_a_field(field: str, value: Any, wide: Contract) -> None:
    """Each kind of property, with each of its rules, judges any JSON value alike in both passes."""
    line = json.dumps({**WIDE_GOOD, field: value}).encode()
    assert accepts(wide, line) == (not wide.faults(json.loads(line)))


def test_wide_contract_takes_its_record(wide: Contract) -> None:
    """Every kind of property of the subset loads and passes a record that keeps its rules."""
    assert accepts(wide, json.dumps(WIDE_GOOD).encode())
    assert wide.faults(WIDE_GOOD) == ()
    assert wide.faults({**WIDE_GOOD, "share": 1.0})[0].expected == "number, > 0.0, < 1.0"
