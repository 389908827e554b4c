"""`POST /api/verify/salesforce/invoice`: is this record the truth, and if not, where not? spec: Phase 3."""

from collections.abc import Iterator
from typing import Any, Literal

from aos.contracts.base import Strict
from aos.core.errors import InvalidInput
from aos.core.http import Access, Call, Endpoint
from aos.farm.oracle.invoices import invoice
from aos.farm.oracle.source import SourceQuery, known_number

MAX_MISMATCHES = 1_000

Reason = Literal["missing", "unexpected", "wrong_type", "different"]


class Mismatch(Strict, frozen=True, kw_only=True):
    """`field` is a path like `vendor.tax_id` or `line_items[0].quantity`.

    An absent side is null; `reason` tells it from a null that was sent.
    """

    field: str
    reason: Reason
    expected: Any
    received: Any


class Verification(Strict, frozen=True, kw_only=True):
    """`quality_score` is the share of values that are right, 0 to 1: right / (values of the truth + surplus ones).

    A value is a leaf: a string, number, boolean or null. A missing object counts as often as it has leaves, a surplus
    one once. It is rounded down to four decimals, so that 1 means `verified`. At most 1,000 mismatches are listed,
    `mismatch_count` is all of them.
    """

    verified: bool
    quality_score: float
    mismatches: list[Mismatch]
    mismatch_count: int


def verify(record: dict[str, Any], truth: dict[str, Any]) -> Verification:
    """Compare field by field. Numbers are equal by value (300 is 300.0), everything else by type and value."""
    mismatches = list(_compare("", truth, record))
    wrong = sum(1 if found.reason == "unexpected" else _leaves(found.expected) for found in mismatches)
    surplus = sum(found.reason == "unexpected" for found in mismatches)
    total = _leaves(truth) + surplus
    return Verification(
        verified=not mismatches,
        quality_score=(total - wrong) * 10_000 // total / 10_000,
        mismatches=mismatches[:MAX_MISMATCHES],
        mismatch_count=len(mismatches),
    )


def _compare(path: str, expected: Any, received: Any) -> Iterator[Mismatch]:
    """Goes down only where the truth does, so a record may be nested as deep as it likes."""
    if isinstance(expected, dict) and isinstance(received, dict):
        for key in expected.keys() | received.keys():
            yield from _member(f"{path}.{key}" if path else key, key, expected, received)
    elif isinstance(expected, list) and isinstance(received, list):
        there, here = dict(enumerate(expected)), dict(enumerate(received))
        for index in range(max(len(expected), len(received))):
            yield from _member(f"{path}[{index}]", index, there, here)
    elif _kind(expected) != _kind(received):
        yield Mismatch(field=path, reason="wrong_type", expected=expected, received=received)
    elif expected != received:
        yield Mismatch(field=path, reason="different", expected=expected, received=received)


def _member(path: str, key: Any, expected: dict[Any, Any], received: dict[Any, Any]) -> Iterator[Mismatch]:
    if key not in received:
        yield Mismatch(field=path, reason="missing", expected=expected[key], received=None)
    elif key not in expected:
        yield Mismatch(field=path, reason="unexpected", expected=None, received=received[key])
    else:
        yield from _compare(path, expected[key], received[key])


def _kind(value: Any) -> str:
    """The JSON type; to Python, True would be equal to 1."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value))
    return 1


async def verify_invoice(call: Call) -> Verification:
    """The truth is that of the record's own `invoice_id`: 422 without one, 404 for one that is unknown."""
    invoice_id = call.body.get("invoice_id")
    if not isinstance(invoice_id, str):
        raise InvalidInput("invoice_id: a string is required, it says which truth to compare with")
    return verify(call.body, invoice(call.query.seed, known_number(invoice_id)))


def verify_endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            method="POST",
            path="/api/verify/salesforce/invoice",
            handler=verify_invoice,
            access=Access.OPEN,
            summary="Compare a record with the truth, field by field",
            query=SourceQuery,
            body=dict[str, Any],
            answer=Verification,
            errors=(404, 413, 415, 422),
        )
    ]
