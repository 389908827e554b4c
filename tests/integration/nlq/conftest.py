"""NLQ before a DCL of its own: pipes are exported and filled as the test wants."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aos.core.http import Access, Endpoint
from aos.core.module import Core
from aos.core.settings import REPOSITORY
from aos.dcl.gate.module import build_gate
from aos.dcl.warehouse.rows import Rows
from aos.nlq import module as nlq
from tests.integration.gated import connection, export, push
from tests.integration.served import KEYS, Place


@dataclass(frozen=True)
class Asker:
    place: Place

    async def pipe(self, pipe_id: str, rows: list[dict[str, Any]], tenant: str = "", **given: Any) -> None:
        """A pipe with these rows; its fields are theirs."""
        fields = list(dict.fromkeys(name for row in rows for name in row))
        body = export(connection(pipe_id, **{"fields": fields, "source_name": pipe_id, **given}))
        headers = self._headers(tenant)
        answer = await self.place.client.post("/dcl/export-pipes", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        if rows:
            await self.push(pipe_id, rows, tenant)

    async def push(self, pipe_id: str, rows: list[dict[str, Any]], tenant: str = "", run: str = "run-1") -> None:
        named = {"x-pipe-id": pipe_id, "x-run-id": run, "x-schema-hash": "0" * 64}
        answer = await self.place.client.post("/dcl/ingest", json=push(rows), headers=self._headers(tenant) | named)
        assert answer.status_code == 200, answer.text

    def contract(self, pipe_id: str, **fields: tuple[str, str | None]) -> None:
        """A user's contract: field → (aggregation, unit), or ("period", None)."""
        properties = []
        for name, (way, unit) in fields.items():
            said: list[dict[str, Any]] = [
                {"property": "measure", "value": True},
                {"property": "aggregation", "value": way},
            ]
            said += [{"property": "unit", "value": unit}] if unit else []
            said = [{"property": "period", "value": True}] if way == "period" else said
            properties.append({"name": name, "logicalType": "string", "customProperties": said})
        document = {
            "schema": [{"name": "row", "properties": properties}],
            "customProperties": [{"property": "pipe_id", "value": pipe_id}],
        }
        place = self.place.core.settings.data_dir / "contracts"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{pipe_id}.yaml").write_text(json.dumps(document))

    def describe(self, pipe_id: str, **fields: str) -> None:
        """Descriptions of fields, put into the contract of the pipe."""
        path = self.place.core.settings.data_dir / "contracts" / f"{pipe_id}.yaml"
        document = json.loads(path.read_text())
        (row,) = document["schema"]
        for name, text in fields.items():
            known = [each for each in row["properties"] if each["name"] == name]
            if not known:
                row["properties"] += (known := [{"name": name, "logicalType": "string"}])
            known[0]["description"] = text
        path.write_text(json.dumps(document))

    async def ask(self, question: str, tenant: str = "", role: Access = Access.SERVICE, **given: Any) -> Any:
        headers = {"x-api-key": KEYS[role]} | ({"x-tenant-id": tenant} if tenant else {})
        return await self.place.client.post("/nlq/ask", json={"question": question, **given}, headers=headers)

    async def told(self, question: str, **given: Any) -> dict[str, Any]:
        answer = await self.ask(question, **given)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _headers(self, tenant: str) -> dict[str, str]:
        return {"x-api-key": KEYS[Access.SERVICE]} | ({"x-tenant-id": tenant} if tenant else {})


@pytest.fixture
async def asker(serve: Callable[..., Any], tmp_path: Path) -> AsyncIterator[Asker]:
    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        place = tmp_path / "dcl"
        place.mkdir()
        rows = await Rows.open(place / "warehouse.db")
        core.closers.push_async_callback(rows.close)
        gate = await build_gate(core, rows, place)
        return {"dcl": list(gate.endpoints), "nlq": list((await nlq.build(core)).endpoints)}

    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "nlq").symlink_to(REPOSITORY / "seeds" / "nlq")
    async with serve(mount, seeds_dir=seeds) as place:
        yield Asker(place)
