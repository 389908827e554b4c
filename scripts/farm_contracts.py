"""Write `seeds/contracts/farm_*.yaml`: what is known of the fields of Farm's generators, for whoever asks about them.

A generator's pipe is named by vendor and entity, which stay whatever namespace AAM makes its id of, and by the
generator's own name where no shipped pipe has that id.
"""

from pathlib import Path
from typing import Any

import yaml

from aos.core.settings import REPOSITORY
from aos.farm.generators.catalog import GENERATORS
from aos.farm.generators.shape import Field, Generator

CONTRACTS = REPOSITORY / "seeds" / "contracts"
HEAD = "# Made by `python -m scripts.farm_contracts` from Farm's generators; a test holds the two against each other.\n"


def path_of(generator: Generator) -> Path:
    return CONTRACTS / f"farm_{generator.name}.yaml"


def text_of(generator: Generator) -> str:
    """The contract (Open Data Contract Standard) of a generator's rows."""
    shipped = {path.stem for path in (REPOSITORY / "seeds" / "pipes").glob("*.json")}
    named = [] if generator.name in shipped else [_said("pipe_id", generator.name)]
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": f"aos-farm-{generator.name.replace('_', '-')}",
        "name": generator.name,
        "version": "1.0.0",
        "status": "active",
        "description": {"purpose": f"What a row of Farm's generator {generator.name} holds."},
        "schema": [
            {
                "name": generator.entity,
                "logicalType": "object",
                "properties": [_property(generator, field) for field in generator.fields],
            }
        ],
        "customProperties": [
            *named,
            _said("vendor", generator.vendor),
            _said("entity_scope", generator.entity),
        ],
    }
    return HEAD + yaml.safe_dump(document, sort_keys=False, width=120)


def _property(generator: Generator, field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": field.name, "logicalType": field.kind, "description": field.description}
    if field.name == generator.key:
        shown |= {"primaryKey": True, "required": True}
    said = []
    if field.aggregation is not None:
        said += [_said("measure", True), _said("unit", field.unit), _said("aggregation", field.aggregation)]
    if field.name == generator.period:
        said.append(_said("period", True))
    return shown | ({"customProperties": said} if said else {})


def _said(name: str, value: Any) -> dict[str, Any]:
    return {"property": name, "value": value}


def main() -> None:
    for generator in GENERATORS.values():
        path_of(generator).write_text(text_of(generator))


if __name__ == "__main__":
    main()
