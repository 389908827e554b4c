"""The pristine source behind the stream: full, perfect invoices by id, one or many at once. spec: Phase 3."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from aos.contracts.base import Strict
from aos.core.errors import NotFound
from aos.core.http import UNSTORED, Access, Call, Endpoint
from aos.farm.oracle.invoices import invoice_line, number_of
from aos.farm.oracle.record import Invoice
from aos.farm.oracle.stream import Seed

MAX_IDS = 1_000


class SourceQuery(Strict, frozen=True, kw_only=True):
    seed: Seed = 1


class InvoiceIds(Strict, frozen=True, kw_only=True):
    """Up to 1,000 ids; one that is asked for twice is answered once."""

    ids: Annotated[list[str], Meta(max_length=MAX_IDS)]


class Invoices(Strict, frozen=True, kw_only=True):
    """`invoices` in the order of the ids that are known, `unknown` the ids that are not."""

    invoices: list[Invoice]
    unknown: list[str]


class _RawInvoices(Strict, frozen=True, kw_only=True):
    """`Invoices`, with the truth's own bytes."""

    invoices: list[msgspec.Raw]
    unknown: list[str]


def known_number(invoice_id: str) -> int:
    """The record's number; NotFound for an id that this source does not have."""
    n = number_of(invoice_id)
    if n is None:
        raise NotFound(
            f"There is no invoice {invoice_id[:80]!r}; ids are INV-1 to INV-1000000000000, without leading zeros.",
            code="farm.unknown_invoice",
        )
    return n


async def one_invoice(call: Call) -> Response:
    """The stream's own bytes for that record, whatever chaos made of them on the stream."""
    line = invoice_line(call.query.seed, known_number(call.path["invoice_id"]))
    return Response(line, media_type="application/json", headers=UNSTORED)


async def many_invoices(call: Call) -> Response:
    found: list[msgspec.Raw] = []
    unknown: list[str] = []
    for invoice_id in dict.fromkeys(call.body.ids):
        n = number_of(invoice_id)
        if n is None:
            unknown.append(invoice_id)
        else:
            found.append(msgspec.Raw(invoice_line(call.query.seed, n)))
    body = msgspec.json.encode(_RawInvoices(invoices=found, unknown=unknown))
    return Response(body, media_type="application/json", headers=UNSTORED)


def source_endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            method="GET",
            path="/api/source/salesforce/invoice/{invoice_id}",
            handler=one_invoice,
            access=Access.OPEN,
            summary="The full, perfect record of an invoice",
            query=SourceQuery,
            answer=Invoice,
            errors=(404, 422),
        ),
        Endpoint(
            method="POST",
            path="/api/source/salesforce/invoices",
            handler=many_invoices,
            access=Access.OPEN,
            summary="The full, perfect records of up to 1,000 invoices",
            query=SourceQuery,
            body=InvoiceIds,
            answer=Invoices,
            errors=(413, 415, 422),
        ),
    ]
