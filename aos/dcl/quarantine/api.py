"""`/api/ingest/quarantine`: what lies there, what became of it, and how it leaves."""

import base64
from typing import Literal

from aos.contracts.base import Strict
from aos.contracts.ingest import (
    Discarded,
    DiscardRequest,
    QuarantineItem,
    QuarantineList,
    QuarantineStatus,
    Replayed,
    ReplayRequest,
)
from aos.core.errors import InvalidInput, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.dcl.quarantine.settlement import Settlement, check
from aos.dcl.warehouse.refused import Kept, RefusedLines, Selection

PATH = "/api/ingest/quarantine"
MOST = 1_000
LARGEST_ID = 2**63 - 1  # SQLite's


class QuarantineQuery(Strict, frozen=True):
    """Empty filters match everything; `cursor` comes from the page before."""

    reason: str = ""
    connector: str = ""
    status: QuarantineStatus | Literal["any"] = "held"
    cursor: int = 0
    limit: int = 50


class QuarantineApi:
    """Looking needs a viewer, letting lines leave an operator."""

    def __init__(self, lines: RefusedLines, settlement: Settlement) -> None:
        self._lines, self._settlement = lines, settlement

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path=PATH,
                handler=self.page,
                access=Access.VIEWER,
                summary="Refused lines with their exact bytes and reasons, newest first; held ones by default.",
                query=QuarantineQuery,
                answer=QuarantineList,
            ),
            Endpoint(
                method="GET",
                path=PATH + "/{id}",
                handler=self.show,
                access=Access.VIEWER,
                summary="One refused line.",
                answer=QuarantineItem,
            ),
            Endpoint(
                method="POST",
                path=PATH + "/replay",
                handler=self.replay,
                access=Access.OPERATOR,
                summary="Held lines go through the current contract again; those that pass are published.",
                body=ReplayRequest,
                answer=Replayed,
                errors=(503,),
            ),
            Endpoint(
                method="POST",
                path=PATH + "/discard",
                handler=self.discard,
                access=Access.OPERATOR,
                summary="Held lines are given up, with the reason; they stay to be looked at.",
                body=DiscardRequest,
                answer=Discarded,
                errors=(503,),
            ),
        ]

    async def page(self, call: Call) -> QuarantineList:
        query: QuarantineQuery = call.query
        if not 1 <= query.limit <= MOST:
            raise InvalidInput(f"limit: must be from 1 to {MOST}", path="query.limit")
        if not 0 <= query.cursor <= LARGEST_ID:
            raise InvalidInput("cursor: must come from the page before", path="query.cursor")
        selection = Selection(query.reason, query.connector, "" if query.status == "any" else query.status)
        found, more = await self._lines.page(selection, query.cursor, query.limit)
        return QuarantineList(items=[item(kept) for kept in found], cursor=found[-1].id if found and more else None)

    async def show(self, call: Call) -> QuarantineItem:
        text = call.path["id"]
        number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
        found = await self._lines.these([int(text)]) if number and int(text) <= LARGEST_ID else []
        if not found:
            raise NotFound(f"No line in quarantine has the id {text[:20]!r}")
        return item(found[0])

    async def replay(self, call: Call) -> Replayed:
        check(call.body)
        return await self._settlement.replay(call.body, call.role.value)

    async def discard(self, call: Call) -> Discarded:
        check(call.body)
        return await self._settlement.discard(call.body, call.role.value)


def item(kept: Kept) -> QuarantineItem:
    """A line as the API shows it."""
    return QuarantineItem(
        id=kept.id,
        refusal=kept.refusal,
        data=_text(kept.data),
        data_base64=base64.b64encode(kept.data).decode(),
        status=kept.status,
        why=kept.why,
        settled_by=kept.settled_by,
        settled_at=kept.settled_ms or None,
    )


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
