"""The bytes that go out for record n: the truth, or what a hit made of it. spec: Phase 1, chaos kinds.

Nothing here adds a field or a marker, and no line holds a newline.
"""

import re

import msgspec

from aos.farm.oracle.chaos import Hit, Kind
from aos.farm.oracle.invoices import invoice_fields, invoice_line

HUGE_LINE_BYTES = 3 * 2**19
"""1.5 MiB: past the 1 MiB that a sidecar takes by default."""

_TEXTS = (
    b"ERROR Invoice INV-%d could not be serialised",
    b"<html><body><h1>502 Bad Gateway</h1><!-- %d --></body></html>",
    b"org.mule.runtime.api.exception.MuleRuntimeException: record %d",
    b"INV-%d,open,USD,1250.00",
)
_QUOTED_KEY = re.compile(rb'"([a-z_]+)":')
_WORDS = (b'"THREE"', b'"TWELVE HUNDRED"', b'"N/A"', b'"see attachment"')
# Each is the start of a longer sequence, or bytes that UTF-8 has no use for.
_CUT_SEQUENCES = (b"\xc3", b"\xe2\x82", b"\xe6\x9d", b"\xf0\x9f\x98")
_BAD_SEQUENCES = (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xc0\xaf")


def wire_line(seed: int, n: int, hit: Hit | None) -> bytes:
    """Line n as sent, without its newline. Connection faults leave it as it is."""
    if hit is None:
        return invoice_line(seed, n)
    match hit.kind:
        case Kind.MALFORMED:
            return _malformed(seed, n, hit)
        case Kind.DRIFT:
            return _without(seed, n, str(hit.field))
        case Kind.BAD_TYPE:
            return _wrong_type(seed, n, hit)
        case Kind.DUPLICATE:
            return invoice_line(seed, n - 1)
        case Kind.HUGE_LINE:
            return _padded(invoice_line(seed, n))
        case Kind.INVALID_UTF8:
            return _spoiled(invoice_line(seed, n), hit.roll)
    return invoice_line(seed, n)


def _malformed(seed: int, n: int, hit: Hit) -> bytes:
    line = invoice_line(seed, n)
    match hit.detail:
        case "text":
            return _TEXTS[hit.roll % len(_TEXTS)] % n
        case "unquoted_keys":
            return _QUOTED_KEY.sub(rb"\1:", line)
        case "cut_utf8":
            # Inside the vendor's name, so that what is missing is the rest of a letter.
            start = line.index(b'"name":"') + len(b'"name":"')
            return line[: start + hit.roll % 3] + _CUT_SEQUENCES[hit.roll // 3 % len(_CUT_SEQUENCES)]
    return line[: 1 + hit.roll % (len(line) - 1)]


def _without(seed: int, n: int, field: str) -> bytes:
    fields = invoice_fields(seed, n)
    del fields[field]
    return msgspec.json.encode(fields)


def _wrong_type(seed: int, n: int, hit: Hit) -> bytes:
    fields = invoice_fields(seed, n)
    truth = bytes(fields[str(hit.field)])
    match hit.field:
        case "amount":
            wrong = _WORDS[hit.roll % len(_WORDS)]
        case "total_amount":
            whole, cents = truth.split(b".")
            wrong = b'"$%b.%b"' % (f"{int(whole):,}".encode(), cents)
        case "vendor_id":
            wrong = b"null"
        case _:
            wrong = msgspec.json.encode(", ".join(msgspec.json.decode(truth, type=dict[str, str]).values()))
    fields[str(hit.field)] = msgspec.Raw(wrong)
    return msgspec.json.encode(fields)


def _padded(line: bytes) -> bytes:
    """The true record with blanks before its last brace: what is wrong is its length alone."""
    return line[:-1] + b" " * (HUGE_LINE_BYTES - len(line)) + b"}"


def _spoiled(line: bytes, roll: int) -> bytes:
    """The vendor's name gets bytes that are not UTF-8; the JSON around it is whole."""
    start = line.index(b'"name":"') + len(b'"name":"')
    return line[:start] + _BAD_SEQUENCES[roll % len(_BAD_SEQUENCES)] + line[start:]
