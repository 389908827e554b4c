"""Contracts of one amount, and a blueprint that they may be of."""

import json
from pathlib import Path
from typing import Any

from aos.contracts.export import DCLConnectionSchema


def contract(path: Path, names: list[dict[str, Any]], *, unit: str) -> None:
    amount = {"name": "amount", "logicalType": "number", "customProperties": [{"property": "unit", "value": unit}]}
    path.write_text(json.dumps({"schema": [{"name": "row", "properties": [amount]}], "customProperties": names}))


def blueprint(pipe_id: str, *, vendor: str = "acme", entity_scope: str = "row") -> DCLConnectionSchema:
    return DCLConnectionSchema(
        pipe_id=pipe_id, candidate_id="c", source_name="s", vendor=vendor, category="erp", fields=["amount"],
        entity_scope=entity_scope, health="healthy", asset_key="a",
    )  # fmt: skip
