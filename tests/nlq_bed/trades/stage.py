"""Pipes of trades or of a company in DCL, with NLQ before them; no Farm, no AAM, no Redis, in this process."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from aos.core.http import Access, Endpoint
from aos.core.module import Core
from aos.core.settings import REPOSITORY
from aos.dcl.gate.module import build_gate
from aos.dcl.warehouse.rows import Rows
from aos.nlq import module as nlq
from tests.integration.gated import connection, export, hash_of, push
from tests.integration.served import KEYS, served
from tests.nlq_bed.trades.pipe import Column, Pipe


@asynccontextmanager
async def staged(directory: Path, pipes: Sequence[Pipe]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process that knows these pipes and nothing else."""
    seeds = directory / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "nlq").symlink_to(REPOSITORY / "seeds" / "nlq")
    write_contracts(directory / "data", pipes)

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        place = directory / "dcl"
        place.mkdir(parents=True)
        rows = await Rows.open(place / "warehouse.db")
        core.closers.push_async_callback(rows.close)
        gate = await build_gate(core, rows, place)
        return {"dcl": list(gate.endpoints), "nlq": list((await nlq.build(core)).endpoints)}

    async with served(directory / "data", mount, seeds_dir=seeds) as at:
        await fill(at.client, pipes, KEYS[Access.SERVICE])
        yield at.client


def write_contracts(data_dir: Path, pipes: Sequence[Pipe]) -> None:
    """A user's contract for each pipe, where a process over this directory reads it."""
    place = data_dir / "contracts"
    place.mkdir(parents=True)
    for pipe in pipes:
        (place / f"{pipe.pipe_id.replace('.', '_')}.yaml").write_text(json.dumps(contract(pipe)))


def contract(pipe: Pipe) -> dict[str, Any]:
    """What the pipe says of its fields, in the form of the shipped contracts."""
    properties = [_property(column, pipe) for column in pipe.columns]
    return {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": pipe.pipe_id, "name": pipe.source_name,
        "version": "1.0.0", "status": "active",
        "schema": [{"name": pipe.entity, "logicalType": "object", "properties": properties}],
        "customProperties": [{"property": "pipe_id", "value": pipe.pipe_id}],
    }  # fmt: skip


def _property(column: Column, pipe: Pipe) -> dict[str, Any]:
    node: dict[str, Any] = {"name": column.name, "logicalType": column.kind}
    if column.about:
        node["description"] = column.about
    said: dict[str, Any] = {}
    if column.way == "period":
        said = {"period": True}
    elif column.way:
        said = {"measure": True, "aggregation": column.way} | ({"unit": column.unit} if column.unit else {})
    if said:
        node["customProperties"] = [{"property": name, "value": value} for name, value in said.items()]
    if column.name in pipe.keys:
        node |= {"required": True} | ({"primaryKey": True} if len(pipe.keys) == 1 else {})
    return node


async def fill(client: httpx.AsyncClient, pipes: Sequence[Pipe], service_key: str) -> None:
    """Structure and content of each pipe, as AAM and Farm bring them."""
    for pipe in pipes:
        rows = list(pipe.rows)
        named = {"x-pipe-id": pipe.pipe_id, "x-run-id": f"{pipe.vendor}-1", "x-schema-hash": hash_of(rows)}
        body = push(rows, source_system=pipe.vendor, snapshot_name="2025 close", run_timestamp="2026-01-05T04:00:00Z")
        for path, content, headers in (("export-pipes", _exported(pipe), {}), ("ingest", body, named)):
            answer = await client.post(f"/dcl/{path}", json=content, headers={"x-api-key": service_key, **headers})
            assert answer.status_code == 200, answer.text


def _exported(pipe: Pipe) -> dict[str, Any]:
    plane, vendor = pipe.plane
    said = connection(
        pipe.pipe_id, candidate_id=f"cand-{pipe.vendor}", source_name=pipe.source_name, vendor=pipe.vendor,
        category=pipe.category, fields=[column.name for column in pipe.columns], entity_scope=pipe.entity,
        identity_keys=list(pipe.keys), change_semantics="snapshot", asset_key=f"asset-{pipe.vendor}",
    )  # fmt: skip
    body = export(said)
    body["fabric_planes"][0] |= {"plane_type": plane, "vendor": vendor}
    return body
