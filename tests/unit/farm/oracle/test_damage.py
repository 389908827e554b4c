"""What each kind of hit makes of a line, and what it never does."""

import json
from typing import Any

import msgspec
import pytest

from aos.farm.oracle.chaos import CONNECTION_FAULTS, DRIFT_FIELDS, Kind, hit
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.invoices import invoice, invoice_line
from aos.farm.oracle.record import Invoice

NUMBERS = range(1, 6_001)


def lines(kind: Kind, numbers: range = NUMBERS) -> list[tuple[int, Any, bytes]]:
    hits = [(n, hit(1, n, 1.0, [kind])) for n in numbers]
    return [(n, found, wire_line(1, n, found)) for n, found in hits]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.HTTP_503, Kind.HUGE_LINE)])
def test_line_is_one_line(kind: Kind) -> None:
    """No damage brings a line end or an empty line: line n stays line n."""
    for _, _, line in lines(kind, range(1, 2_001)):
        assert line.strip()
        assert not {10, 13} & set(line)


def test_untouched_is_the_truth() -> None:
    """A record that is not hit goes out as it is."""
    assert wire_line(1, 102, None) == invoice_line(1, 102)


def test_malformed_never_parses() -> None:
    """Neither of two parsers takes a malformed line for JSON."""
    for _, _, line in lines(Kind.MALFORMED):
        with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
            msgspec.json.decode(line)
        with pytest.raises(ValueError):  # noqa: PT011 - of json or of the decoding, by the cut
            json.loads(line)


def test_malformed_comes_in_its_four_ways() -> None:
    """Half objects, text, unquoted keys and a letter cut in two."""
    by_way: dict[str, list[bytes]] = {}
    for _, found, line in lines(Kind.MALFORMED, range(1, 401)):
        by_way.setdefault(found.detail, []).append(line)
    assert set(by_way) == {"half_object", "text", "unquoted_keys", "cut_utf8"}
    assert all(line.startswith(b"{") for line in by_way["half_object"])
    assert not any(line.startswith((b"{", b"[", b'"')) for line in by_way["text"])
    assert all(line.startswith(b"{invoice_id:") and line.endswith(b"}") for line in by_way["unquoted_keys"])
    for line in by_way["cut_utf8"]:
        with pytest.raises(UnicodeDecodeError):
            line.decode()


def test_drift_lacks_one_field() -> None:
    """Valid JSON, one of four required fields gone, everything else the truth."""
    for n, found, line in lines(Kind.DRIFT, range(1, 2_001)):
        truth = invoice(1, n)
        assert found.field in DRIFT_FIELDS
        del truth[found.field]
        assert json.loads(line) == truth


def test_bad_type_is_really_wrong() -> None:
    """One field has a type that the contract refuses; its name is never the id's; the rest is the truth."""
    for n, found, line in lines(Kind.BAD_TYPE, range(1, 2_001)):
        record, truth = json.loads(line), invoice(1, n)
        changed = [name for name in truth if record[name] != truth[name]]
        assert changed == [found.field] != ["invoice_id"]
        assert list(record) == list(truth)
        with pytest.raises(msgspec.ValidationError, match=rf"\$\.{found.field}"):
            msgspec.json.decode(line, type=Invoice)


def test_bad_type_has_the_examples_of_the_spec() -> None:
    """`"THREE"` for an amount, `"$1,234.56"` for a total, null for a vendor, objects turned strings."""
    seen = {(found.field, json.loads(line)[found.field]) for _, found, line in lines(Kind.BAD_TYPE, range(1, 2_001))}
    values = dict(seen)
    assert ("amount", "THREE") in seen
    assert values["total_amount"].startswith("$")
    assert any(field == "total_amount" and "," in value for field, value in seen if value)
    assert values["vendor_id"] is None
    assert isinstance(values["vendor"], str)
    assert isinstance(values["billing_address"], str)


def test_duplicate_is_the_record_before() -> None:
    """Record n-1 stands in the place of n; record 1 has none before it."""
    for n, _, line in lines(Kind.DUPLICATE, range(1, 200)):
        assert line == invoice_line(1, max(1, n - 1))


def test_huge_line_is_too_long_and_otherwise_true() -> None:
    """More than the mebibyte that a sidecar takes; whoever takes more finds the truth."""
    for n, _, line in lines(Kind.HUGE_LINE, range(1, 4)):
        assert len(line) > 2**20
        assert json.loads(line) == invoice(1, n)


def test_invalid_utf8_is_not_utf8() -> None:
    """The JSON around it is whole, so that a reader that does not look at the bytes would let it pass."""
    for n, _, line in lines(Kind.INVALID_UTF8, range(1, 1_001)):
        with pytest.raises(UnicodeDecodeError):
            line.decode()
        assert json.loads(line.decode(errors="replace"))["invoice_id"] == f"INV-{n}"


@pytest.mark.parametrize("kind", sorted(CONNECTION_FAULTS))
def test_connection_faults_leave_the_line(kind: Kind) -> None:
    """What suffers is the connection; the line itself is the truth."""
    assert all(line == invoice_line(1, n) for n, _, line in lines(kind, range(1, 100)))
