"""The airlock: the whole "Stream line" part of the bad-input matrix, and nothing that raises."""

import gc
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aos.dcl.sidecar.airlock import Airlock, Clean, Drifted, KeepAlive, Toxic
from aos.dcl.sidecar.contract import load
from aos.dcl.sidecar.lines import LineSplitter, Oversize
from aos.farm.oracle.invoices import invoice_line

AIRLOCK = Airlock(load(Path(__file__).parents[4] / "seeds/contracts/invoice.yaml"))
MIB = 1024 * 1024

GOOD = (
    b'{"invoice_id":"INV-102","vendor_id":"V-1042","vendor":{"name":"Globex","tax_id":"78-5"},'
    b'"billing_address":{"street":"1 Way","city":"Sydney","state":"NSW","postal_code":"2000","country":"AU"},'
    b'"currency":"AUD","line_items":[{"description":"Paper","quantity":10,"unit_price":137.39,"line_total":1373.90}],'
    b'"amount":1373.90,"tax_amount":0,"total_amount":1373.90,"status":"open","issued_on":"2025-03-01",'
    b'"due_on":"2025-03-31","po_number":"PO-1","updated_at":"2025-05-02T02:25:28Z"}'
)


def having(name: str, value: bytes) -> bytes:
    """The good line with the JSON text `value` in the field `name`."""
    record: dict[str, Any] = json.loads(GOOD)
    record[name] = "@"
    return json.dumps(record).encode().replace(b'"@"', value)


def without(*names: str) -> bytes:
    return json.dumps({name: value for name, value in json.loads(GOOD).items() if name not in names}).encode()


def extra(value: bytes) -> bytes:
    """The good line with an unknown field more."""
    return GOOD[:-1] + b',"zz":' + value + b"}"


def keyed(key: bytes) -> bytes:
    return GOOD[:-1] + b"," + key + b":1}"


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * levels + b"1" + closing * levels


def objects(levels: int) -> bytes:
    return nested(levels, b'{"a":', b"}")


class Is(NamedTuple):
    """A verdict in short. `repairable` of a Drifted line: R in the matrix where true, Q (by `kind`) where not."""

    verdict: type
    reason: str = ""
    repairable: bool | None = None


CLEAN = Is(Clean)
KEEP_ALIVE = Is(KeepAlive)


def toxic(reason: str) -> Is:
    return Is(Toxic, reason)


def repaired(kind: str) -> Is:
    return Is(Drifted, kind, True)


def refused(kind: str) -> Is:
    return Is(Drifted, kind, False)


MALFORMED, ENCODING, CONTROL = toxic("malformed"), toxic("encoding"), toxic("control")
NOT_OBJECT, TOO_DEEP, NUMBER, DUPLICATE = (
    toxic("not_object"),
    toxic("too_deep"),
    toxic("number"),
    toxic("duplicate_key"),
)

MATRIX: dict[str, tuple[bytes, Is]] = {
    "good": (GOOD, CLEAN),
    # half object … `null`
    "half object": (GOOD[: len(GOOD) // 2], MALFORMED),
    "half escape": (b'{"a":"\\u00', MALFORMED),
    "two objects on a line": (GOOD + GOOD, MALFORMED),
    "two objects and a comma": (GOOD + b"," + GOOD, MALFORMED),
    "trailing garbage": (GOOD + b" x", MALFORMED),
    "empty line": (b"", KEEP_ALIVE),
    "blanks": (b" \t ", MALFORMED),
    "blanks around": (b" \t" + GOOD + b" \t", CLEAN),
    "BOM": (b"\xef\xbb\xbf" + GOOD, MALFORMED),
    "UTF-16": (GOOD.decode().encode("utf-16"), MALFORMED),
    "UTF-16 without BOM": (GOOD.decode().encode("utf-16-le"), MALFORMED),
    "HTML": (b"<html><body>502 Bad Gateway</body></html>", MALFORMED),
    "unquoted keys": (b"{invoice_id:1}", MALFORMED),
    "single quotes": (b"{'invoice_id':1}", MALFORMED),
    "trailing comma": (GOOD[:-1] + b",}", MALFORMED),
    "null": (b"null", NOT_OBJECT),
    "list": (b"[]", NOT_OBJECT),
    "number alone": (b"1", NOT_OBJECT),
    "string": (b'"x"', NOT_OBJECT),
    "list of objects": (b"[" + GOOD + b"]", NOT_OBJECT),
    "empty object": (b"{}", refused("missing")),
    # encoding
    "bad UTF-8 in a known value": (having("vendor_id", b'"\xff"'), ENCODING),
    "bad UTF-8 in an unknown value": (extra(b'"\xff"'), ENCODING),
    "bad UTF-8 in a key": (keyed(b'"\xffid"'), ENCODING),
    "CESU surrogates, known": (having("po_number", b'"\xed\xa0\xbd\xed\xb8\x80"'), ENCODING),
    "CESU surrogates, unknown": (extra(b'"\xed\xa0\xbd\xed\xb8\x80"'), ENCODING),
    "lone high surrogate, known": (having("po_number", b'"\\ud800"'), ENCODING),
    "lone high surrogate, unknown": (extra(b'"\\ud800 and more text behind it"'), ENCODING),
    "lone high surrogate, key": (keyed(b'"\\ud800"'), ENCODING),
    "lone low surrogate": (extra(b'"\\udc00"'), ENCODING),
    "surrogates in the wrong order": (extra(b'"\\udc00\\ud800"'), ENCODING),
    "surrogate and half an object": (extra(b'"\\ud800"')[:-1], MALFORMED),
    "surrogate pair": (extra(b'"\\ud83d\\ude00"'), CLEAN),
    "overlong, known": (having("po_number", b'"\xc0\xaf"'), ENCODING),
    "overlong, unknown": (extra(b'"\xc0\x80"'), ENCODING),
    "past U+10FFFF": (extra(b'"\xf4\x90\x80\x80"'), ENCODING),
    # control characters and separators
    "raw control character": (having("po_number", b'"\x01"'), MALFORMED),
    "raw control character, unknown": (extra(b'"\x1f"'), MALFORMED),
    "raw NUL": (having("po_number", b'"\x00"'), MALFORMED),
    "NUL, known": (having("po_number", b'"\\u0000"'), CONTROL),
    "NUL, unknown": (extra(b'"a\\u0000"'), CONTROL),
    "NUL, key": (keyed(b'"\\u0000"'), CONTROL),
    "NUL behind a backslash": (extra(b'"\\\\\\u0000"'), CONTROL),
    "text of a NUL's escape": (extra(b'"\\\\u0000"'), CLEAN),
    "text of a NUL's escape, known": (having("po_number", b'"\\\\u0000"'), CLEAN),
    "U+2028, U+2029, U+0085": (having("po_number", '"\u2028\u2029\x85"'.encode()), CLEAN),
    "CR between objects": (GOOD + b"\r" + GOOD, MALFORMED),
    "CR as blank": (GOOD + b"\r", CLEAN),
    "CR alone": (b"\r", MALFORMED),
    # depth; the record itself is the first level, the field `zz` holds the others
    "31 levels, arrays": (extra(nested(30)), CLEAN),
    "31 levels, objects": (extra(objects(30)), CLEAN),
    "32 levels": (extra(nested(31)), CLEAN),
    "33 levels, arrays": (extra(nested(32)), TOO_DEEP),
    "33 levels, objects": (extra(objects(32)), TOO_DEEP),
    "1,000 levels": (extra(nested(1_000)), TOO_DEEP),
    "1,000 levels of objects": (extra(objects(1_000)), TOO_DEEP),
    "100,000 levels": (extra(nested(100_000)), TOO_DEEP),
    "100,000 levels of objects": (extra(objects(100_000)), TOO_DEEP),
    "100,000 levels alone": (nested(100_000), TOO_DEEP),
    "100,000 levels without end": (b"[" * 100_000, TOO_DEEP),
    "33 levels in a known field": (having("vendor", nested(32)), TOO_DEEP),
    "31 levels in a known field": (having("vendor", nested(30)), repaired("type")),
    "brackets in a text": (having("po_number", b'"' + b"[" * 5_000 + b'"'), CLEAN),
    "many flat brackets": (extra(b"[" + b"[],{}," * 5_000 + b"1]"), CLEAN),
    # width: wide records are fine
    "65 keys": (GOOD[:-1] + b"".join(b',"k%d":1' % i for i in range(52)) + b"}", CLEAN),
    "100k keys": (GOOD[:-1] + b"".join(b',"%x":1' % i for i in range(100_000)) + b"}", CLEAN),
    "500k objects": (extra(b"[" + b"{}," * 499_999 + b"{}]"), CLEAN),
    "1 MB key": (keyed(b'"' + b"k" * 1_000_000 + b'"'), CLEAN),
    # keys that stand twice
    "duplicate key": (GOOD[:-1] + b',"invoice_id":"INV-103"}', CLEAN),
    "duplicate key, the last one bad": (GOOD[:-1] + b',"amount":"x"}', repaired("type")),
    "duplicate key, the first one bad": (b'{"amount":"x",' + GOOD[1:], DUPLICATE),
    # amount
    "amount a word": (having("amount", b'"THREE"'), repaired("type")),
    "amount a text": (having("amount", b'"300"'), repaired("type")),
    "amount true": (having("amount", b"true"), repaired("type")),
    "amount null": (having("amount", b"null"), repaired("type")),
    "amount NaN": (having("amount", b"NaN"), MALFORMED),
    "amount Infinity": (having("amount", b"Infinity"), MALFORMED),
    "amount -Infinity": (having("amount", b"-Infinity"), MALFORMED),
    "amount 1e999": (having("amount", b"1e999"), refused("range")),
    "amount -1e999": (having("amount", b"-1e999"), refused("range")),
    "amount 1e99999999999999999999": (having("amount", b"1e99999999999999999999"), refused("range")),
    "amount 1e-99999999999999999999": (having("amount", b"1e-99999999999999999999"), CLEAN),
    "amount -0.0": (having("amount", b"-0.0"), CLEAN),
    "amount 1e308": (having("amount", b"1e308"), refused("range")),
    "amount 9007199254740993": (having("amount", b"9007199254740993"), CLEAN),
    "amount 0.1": (having("amount", b"0.1"), CLEAN),
    "amount negative": (having("amount", b"-1373.90"), CLEAN),
    "amount 1e17": (having("amount", b"1e17"), refused("range")),
    "amount of 400 digits": (having("amount", b"9" * 400), refused("range")),
    "amount of 5,000 digits": (having("amount", b"9" * 5_000), refused("range")),
    "amount of 5,000 decimals": (having("amount", b"0." + b"1" * 5_000), CLEAN),
    "amount '1e999999999'": (having("amount", b'"1e999999999"'), repaired("type")),
    "amount ' 12'": (having("amount", b'" 12"'), repaired("type")),
    "amount '1_000'": (having("amount", b'"1_000"'), repaired("type")),
    "amount '$1,234.56'": (having("amount", b'"$1,234.56"'), repaired("type")),
    "amount 01": (having("amount", b"01"), MALFORMED),
    "unknown 1e999": (extra(b"1e999"), NUMBER),
    "unknown of 5,000 digits": (extra(b"9" * 5_000), NUMBER),
    "unknown of 400 digits": (extra(b"9" * 400), CLEAN),
    "unknown NaN": (extra(b"NaN"), MALFORMED),
    "unknown 1e999, then half an object": (extra(b"1e999")[:-1], MALFORMED),
    "unknown 1e999, then bad UTF-8": (extra(b'[1e999,"\xff"]'), ENCODING),
    "unknown 1e999, then too deep": (extra(b"[1e999," + nested(100_000) + b"]"), TOO_DEEP),
    "list of 1e999": (b"[1e999]", NOT_OBJECT),
    "number in a text's place, past range": (having("vendor_id", b"1e999"), NUMBER),
    # invoice_id: without a good one nothing can be fetched
    "id missing": (without("invoice_id"), refused("missing")),
    "id empty": (having("invoice_id", b'""'), refused("missing")),
    "id of 65 characters": (having("invoice_id", b'"' + b"x" * 65 + b'"'), refused("pattern")),
    "id of 64 characters": (having("invoice_id", b'"' + b"x" * 64 + b'"'), CLEAN),
    "id ../../x": (having("invoice_id", b'"../../x"'), refused("pattern")),
    "id a?b": (having("invoice_id", b'"a?b"'), refused("pattern")),
    "id a#b": (having("invoice_id", b'"a#b"'), refused("pattern")),
    "id x newline": (having("invoice_id", b'"x\\n"'), refused("pattern")),
    "id newline and JSON": (having("invoice_id", b'"x\\n{\\"invoice_id\\":\\"y\\"}"'), refused("pattern")),
    "id ANSI": (having("invoice_id", b'"\\u001b[31mx"'), refused("pattern")),
    "id emoji": (having("invoice_id", '"😀"'.encode()), refused("pattern")),
    "id right to left": (having("invoice_id", '"\u202eINV"'.encode()), refused("pattern")),
    "id Arabic digits": (having("invoice_id", '"١"'.encode()), refused("pattern")),
    "id NUL": (having("invoice_id", b'"x\\u0000"'), CONTROL),
    "id an int": (having("invoice_id", b"5"), refused("type")),
    # drift
    "vendor_id missing": (without("vendor_id"), repaired("missing")),
    "vendor_id null": (having("vendor_id", b"null"), repaired("type")),
    "vendor_id empty": (having("vendor_id", b'""'), repaired("missing")),
    "vendor_id a number": (having("vendor_id", b"1042"), repaired("type")),
    "status missing": (without("status"), repaired("missing")),
    "status unknown": (having("status", b'"lost"'), repaired("enum")),
    "total_amount missing": (without("total_amount"), repaired("missing")),
    "billing_address missing": (without("billing_address"), repaired("missing")),
    "billing_address a text": (having("billing_address", b'"1 Way"'), repaired("type")),
    "line item a text": (having("line_items", b'["x"]'), repaired("type")),
    "all missing": (b'{"a":1}', refused("missing")),
    "all but the id missing": (b'{"invoice_id":"INV-1"}', repaired("missing")),
    "extra fields": (extra(b'{"deep":[1,{"x":null}],"text":"\\u00e9"}'), CLEAN),
    "drift and a NUL": (without("status")[:-1] + b',"zz":"\\u0000"}', CONTROL),
    "drift and bad UTF-8": (without("status")[:-1] + b',"zz":"\xff"}', ENCODING),
    "date that is none": (having("due_on", b'"2025-02-30"'), repaired("type")),
    "timestamp without a zone": (having("updated_at", b'"2025-05-02T02:25:28"'), repaired("type")),
    "po_number null": (having("po_number", b"null"), CLEAN),
}


@pytest.mark.parametrize("name", MATRIX)
def test_line_ends_as_the_matrix_says(name: str) -> None:
    """Each line of the bad-input matrix gets its verdict and its reason, within a second."""
    line, expected = MATRIX[name]
    started = time.process_time()
    verdict = AIRLOCK.read(line)
    assert time.process_time() - started < 1
    match verdict:
        case Toxic(reason=reason, detail=detail):
            assert (Toxic, reason) == (expected.verdict, expected.reason), detail
            assert 0 < len(detail) <= 200
        case Drifted(faults=faults):
            assert (Drifted, faults[0].kind) == (expected.verdict, expected.reason)
            assert AIRLOCK.contract.repairable(faults) == expected.repairable
        case _:
            assert type(verdict) is expected.verdict


@pytest.mark.parametrize(("size", "expected"), [(-1, CLEAN), (0, CLEAN), (1, toxic("too_long"))])
def test_line_of_a_mebibyte_is_the_longest(size: int, expected: Is) -> None:
    """1 MiB less one byte and 1 MiB pass, one byte more is too long."""
    line = extra(b'"@"')
    line = line.replace(b"@", b"x" * (MIB + size - len(line) + 1))
    (given_out,) = LineSplitter(MIB).feed(line + b"\r\n")
    assert type(AIRLOCK.read(given_out)) is expected.verdict


def test_too_long_line_says_length_and_hash() -> None:
    """Of a line that was not kept, the verdict says what identifies it."""
    verdict = AIRLOCK.read(Oversize(b"x" * 4096, 209_715_200, "ab" * 32))
    assert verdict == Toxic("too_long", "209715200 bytes, sha256 " + "ab" * 32)


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def test_line_of_200_mb_between_two_good_ones() -> None:
    """200 MB in one line: both neighbours are Clean, and memory grows by less than 20 MB."""
    splitter = LineSplitter(MIB)
    verdicts = []
    gc.collect()
    before = most = resident_bytes()
    for chunk in [GOOD + b"\n", *([b"[" * 65_536] * 3_200), b"\n" + GOOD + b"\n"]:
        verdicts += [AIRLOCK.read(line) for line in splitter.feed(chunk)]
        most = max(most, resident_bytes())
    assert [type(verdict) for verdict in verdicts] == [Clean, Toxic, Clean]
    assert most - before < 20_000_000


@pytest.mark.parametrize("seed", [1, 2, 77])
def test_farms_invoices_are_clean(seed: int) -> None:
    """Every line that Farm has not damaged passes the shipped contract."""
    for n in range(1, 1_001):
        line = invoice_line(seed, n)
        assert isinstance(AIRLOCK.read(line), Clean)
        assert AIRLOCK.contract.faults(json.loads(line)) == ()


def test_drifted_record_keeps_its_numbers_exactly() -> None:
    """What a repair merges into is not rounded: money stays the decimal that was written."""
    verdict = AIRLOCK.read(having("amount", b"0.1000000000000000055511151231257827").replace(b'"AUD"', b"null"))
    assert isinstance(verdict, Drifted)
    assert verdict.record["amount"] == Decimal("0.1000000000000000055511151231257827")


def texts(value: Any) -> Iterator[str]:
    """Every text and every key in a decoded value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for held in value:
            yield from texts(held)
        for held in value.values() if isinstance(value, dict) else ():
            yield from texts(held)


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(alphabet='{}[]",:\\u0d8e+-.1 \ttrfalsn\x00\xe9', max_size=60).map(lambda text: text.encode()),
        st.builds(
            lambda at, span, junk: GOOD[:at] + junk + GOOD[at + span :],
            st.integers(0, len(GOOD)),
            st.integers(0, 30),
            st.binary(max_size=4)
            | st.sampled_from([b'"', b"{", b"}", b"[", b"\\u0000", b"\\ud800", b"1e999", b"null"]),
        ),
    )
)
def test_nothing_raises(line: bytes) -> None:
    """Whatever bytes a line holds, it gets a verdict; and Clean ones can be read by any reader of JSON."""
    verdict = AIRLOCK.read(line)
    assert isinstance(verdict, Clean | Drifted | Toxic | KeepAlive)
    if isinstance(verdict, Clean):
        record = json.loads(line.decode())
        assert AIRLOCK.contract.faults(record) == ()
        assert not any("\x00" in text for text in texts(record))
    if isinstance(verdict, Drifted):
        walked = AIRLOCK.contract.faults(json.loads(line))
        assert [(fault.path, fault.kind) for fault in verdict.faults] == [(fault.path, fault.kind) for fault in walked]
        assert walked
