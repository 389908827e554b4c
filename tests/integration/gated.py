"""DCL's gate on a real socket, over a warehouse of its own: what the tests of structure and content share."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from aos.core.http import Access, Endpoint
from aos.core.module import Core
from aos.dcl.gate.module import Gate, build_gate
from aos.dcl.warehouse.rows import Rows
from tests.integration.served import KEYS, Place

FIELDS = ["id", "region", "amount"]
ROWS = [{"id": n, "region": "EMEA", "amount": n / 4} for n in range(5)]
NOTHING = {"runs": 0, "chunks": 0, "rows": 0}  # `Client.counts` where nothing was kept
Serve = Callable[..., AbstractAsyncContextManager[Place]]


def connection(pipe_id: str, **given: Any) -> dict[str, Any]:
    """A pipe as AAM exports it."""
    return {
        "pipe_id": pipe_id, "candidate_id": "cand-1", "source_name": "Billing", "vendor": "netsuite", "category": "erp",
        "fields": FIELDS, "health": "healthy", "asset_key": "asset-1", **given,
    }  # fmt: skip


def export(*connections: dict[str, Any], **given: Any) -> dict[str, Any]:
    """An export with these pipes in one plane."""
    plane = {
        "plane_type": "DATA_WAREHOUSE", "vendor": "snowflake", "connection_count": len(connections),
        "health": "healthy", "connections": list(connections),
    }  # fmt: skip
    return {
        "aod_run_id": "aod-1", "timestamp": "2026-02-01T00:00:00Z", "source": "aam",
        "total_connections": len(connections), "fabric_planes": [plane], **given,
    }  # fmt: skip


def push(rows: list[Any], **given: Any) -> dict[str, Any]:
    return {
        "source_system": "netsuite", "tenant_id": None, "snapshot_name": "Q1 close",
        "run_timestamp": "2026-02-01T00:00:00Z", "schema_version": "0" * 16, "row_count": len(rows), "rows": rows,
        **given,
    }  # fmt: skip


def hash_of(rows: list[dict[str, Any]]) -> str:
    """`x-schema-hash`, made anew from what the specification says."""
    kinds = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    lines = {f"{name}:{kinds.get(type(value), 'null')}" for row in rows for name, value in row.items()}
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


class Client:
    """Calls as AAM and Farm make them, with the service key unless another is named."""

    def __init__(self, place: Place, gate: Gate, rows: Rows) -> None:
        self.place, self.gate, self.warehouse = place, gate, rows

    async def post(self, path: str, body: Any, *, role: Access = Access.SERVICE, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        given = {"x-api-key": KEYS[role], "content-type": "application/json", **_named(headers)}
        return await self.place.client.post(f"/dcl{path}", content=content, headers=given)

    async def get(self, path: str, *, role: Access = Access.SERVICE, tenant: str = "", **query: Any) -> httpx.Response:
        headers = {"x-api-key": KEYS[role], **({"x-tenant-id": tenant} if tenant else {})}
        return await self.place.client.get(f"/dcl{path}", params=query, headers=headers)

    async def export(self, *connections: dict[str, Any], tenant: str = "") -> None:
        headers: dict[str, Any] = {"x_tenant_id": tenant} if tenant else {}
        answer = await self.post("/export-pipes", export(*connections), **headers)
        assert answer.status_code == 200, answer.text

    async def push(self, pipe_id: str, rows: Any, run: str = "run-1", **headers: str) -> httpx.Response:
        """`rows`, or a whole body where it is not a list."""
        body = push(rows) if isinstance(rows, list) else rows
        given: dict[str, Any] = {"x_pipe_id": pipe_id, "x_run_id": run, "x_schema_hash": "0" * 64, **headers}
        return await self.post("/ingest", body, **{name: value for name, value in given.items() if value != "-"})

    async def counts(self) -> dict[str, int]:
        """Rows of each table that a push could leave something in."""
        counted = {}
        for table in ("runs", "chunks", "rows"):
            counted[table] = (await self.warehouse.database.read(f"SELECT count(*) FROM {table}"))[0][0]
        return counted


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def gated(
    serve: Serve, directory: Path, beside: dict[str, list[Endpoint]] | None = None, **settings: Any
) -> AsyncIterator[Client]:
    """The gate over `directory`, without shipped pipes; what an earlier one left there is there again. `beside` are
    other modules of the process."""
    held: list[tuple[Gate, Rows]] = []

    async def mount(core: Core) -> dict[str, Any]:
        directory.mkdir(exist_ok=True)
        rows = await Rows.open(directory / "warehouse.db")
        core.closers.push_async_callback(rows.close)
        gate = await build_gate(core, rows, directory)
        held.append((gate, rows))
        return {**(beside or {}), "dcl": list(gate.endpoints)}

    async with serve(mount, **{"seeds_dir": directory / "no seeds", **settings}) as place:
        yield Client(place, *held[0])
