"""Path 1 over HTTP: an export is all or nothing, and every version of a blueprint stays."""

import asyncio
import copy
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from aos.core.http import Access
from tests.integration.gated import Client, Serve, connection, export, gated


async def test_an_export_is_answered_as_the_document_says_and_listed(dcl: Client) -> None:
    """accepted, how many, which, when; GET lists the current versions of all."""
    answer = await dcl.post("/export-pipes", export(connection("p-1"), connection("p-2", vendor="sap")))
    told = answer.json()
    assert (answer.status_code, told["status"], told["pipes_registered"]) == (200, "accepted", 2)
    assert told["pipe_ids"] == ["p-1", "p-2"]
    assert told["timestamp"].endswith("Z")
    for path in ("/export-pipes", "/pipes"):
        listed = (await dcl.get(path)).json()["pipes"]
        assert [(pipe["connection"]["pipe_id"], pipe["version"]) for pipe in listed] == [("p-1", 1), ("p-2", 1)]
        assert listed[0]["aod_run_id"] == "aod-1"


async def test_a_version_is_made_only_where_something_changed(dcl: Client) -> None:
    """The same export again adds nothing; another field list adds a version, and the old one stays."""
    await dcl.export(connection("p-1"), connection("p-2"))
    await dcl.export(connection("p-1"), connection("p-2"))
    await dcl.export(connection("p-1", fields=["id"]), connection("p-2"))
    one = (await dcl.get("/pipes/p-1/versions")).json()["pipes"]
    assert [(each["version"], each["connection"]["fields"]) for each in one] == [
        (1, ["id", "region", "amount"]),
        (2, ["id"]),
    ]
    assert len((await dcl.get("/pipes/p-2/versions")).json()["pipes"]) == 1
    assert (await dcl.get("/pipes/p-1")).json()["versions"] == 2
    assert (await dcl.get("/pipes/nothing/versions")).status_code == 404


async def test_blueprints_are_there_after_a_restart(serve: Serve, tmp_path: Path) -> None:
    """The newest version is what the guard finds."""
    async with gated(serve, tmp_path / "dcl") as first:
        await first.export(connection("p-1"))
        await first.export(connection("p-1", fields=["id"]))
    async with gated(serve, tmp_path / "dcl") as second:
        found = second.gate.blueprints.lookup_pipe_definition("default", "p-1")
        assert found is not None
        assert (found.blueprint.version, found.fields) == (2, {"id"})
        answer = await second.push("p-1", [{"id": 1}])
        assert (answer.status_code, answer.json()["schema_fields"]) == (200, ["id"])


async def test_exports_at_the_same_moment_make_versions_in_order(dcl: Client) -> None:
    """Ten exports at once, each with fields of its own: ten versions without a gap, one of them the current one."""
    wanted = [["id", f"f{n}"] for n in range(10)]
    told = [dcl.post("/export-pipes", export(connection("p-1", fields=fields))) for fields in wanted]
    assert {answer.status_code for answer in await asyncio.gather(*told)} == {200}
    versions = (await dcl.get("/pipes/p-1/versions")).json()["pipes"]
    assert [each["version"] for each in versions] == list(range(1, 11))
    assert sorted(each["connection"]["fields"] for each in versions) == wanted
    assert (await dcl.get("/pipes")).json()["pipes"] == versions[-1:]


def _changed(path: str, value: Any) -> dict[str, Any]:
    """A good export of three pipes with one place changed; `...` takes the place away."""
    told: Any = copy.deepcopy(export(connection("p-1"), connection("p-2"), connection("p-3")))
    node, steps = told, path.split(".")
    for step in steps[:-1]:
        node = node[int(step) if step.isdigit() else step]
    last: Any = int(steps[-1]) if steps[-1].isdigit() else steps[-1]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return told  # type: ignore[no-any-return]


PLANE = "fabric_planes.0"
THIRD = f"{PLANE}.connections.2"
REQUIRED = ("pipe_id", "candidate_id", "source_name", "vendor", "category", "fields", "health", "asset_key")
OPTIONAL = (
    "governance_status", "entity_scope", "transport_kind", "modality", "change_semantics", "last_sync", "aod_asset_id",
    "identity_keys",
)  # fmt: skip
PLANE_FIELDS = ("plane_type", "vendor", "connection_count", "health", "connections")
BAD = [
    *((f"{THIRD}.{name}", ..., f"$.fabric_planes[0].connections[2].{name}") for name in REQUIRED),
    *((f"{THIRD}.{name}", 7, f"$.fabric_planes[0].connections[2].{name}") for name in (*REQUIRED, *OPTIONAL)),
    (f"{THIRD}.surprise", 1, "$.fabric_planes[0].connections[2].surprise"),
    (f"{THIRD}.pipe_id", "p 3", "$.fabric_planes[0].connections[2].pipe_id"),
    (f"{THIRD}.pipe_id", "p" * 65, "$.fabric_planes[0].connections[2].pipe_id"),
    (f"{THIRD}.pipe_id", "p-3\n", "$.fabric_planes[0].connections[2].pipe_id"),
    (f"{THIRD}.pipe_id", "p-1", "$.fabric_planes[0].connections[2].pipe_id"),
    (f"{THIRD}.fields", ["id", "a", "id"], "$.fabric_planes[0].connections[2].fields[2]"),
    (f"{THIRD}.fields", ["id", ""], "$.fabric_planes[0].connections[2].fields[1]"),
    (f"{THIRD}.identity_keys", ["id", "id"], "$.fabric_planes[0].connections[2].identity_keys[1]"),
    *((f"{PLANE}.{name}", ..., f"$.fabric_planes[0].{name}") for name in PLANE_FIELDS),
    *((f"{PLANE}.{name}", {}, f"$.fabric_planes[0].{name}") for name in PLANE_FIELDS),
    (f"{PLANE}.connection_count", 2, "$.fabric_planes[0].connection_count"),
    (f"{PLANE}.connection_count", "3", "$.fabric_planes[0].connection_count"),
    ("total_connections", 4, "$.total_connections"),
    ("total_connections", -1, "$.total_connections"),
    ("source", "aod", "$.source"),
    ("timestamp", "2026-02-01T00:00:00", "$.timestamp"),
    ("timestamp", "2026-02-30T00:00:00Z", "$.timestamp"),
    ("aod_run_id", 7, "$.aod_run_id"),
    ("fabric_planes", None, "$.fabric_planes"),
    ("timestamp", 7, "$.timestamp"),
    ("source", 7, "$.source"),
    ("total_connections", "3", "$.total_connections"),
    *((name, ..., f"$.{name}") for name in ("timestamp", "source", "total_connections", "fabric_planes")),
]


@pytest.mark.parametrize(("place", "value", "path"), BAD)
async def test_a_bad_export_names_the_place_and_changes_nothing(dcl: Client, place: str, value: Any, path: str) -> None:
    """Each field missing, of a wrong type, or at odds with the rest; the good pipes beside it are not taken either."""
    answer = await dcl.post("/export-pipes", _changed(place, value))
    assert (answer.status_code, answer.json().get("path")) == (422, path), answer.text
    assert (await dcl.get("/pipes")).json() == {"pipes": []}


async def test_an_export_without_pipes_is_told_so(dcl: Client) -> None:
    """400 NO_PIPE_DEFINITIONS; what was known stays known."""
    await dcl.export(connection("p-1"))
    for empty in (export(), export(fabric_planes=[])):
        answer = await dcl.post("/export-pipes", empty)
        assert (answer.status_code, answer.json()["error"]) == (400, "NO_PIPE_DEFINITIONS")
    assert len((await dcl.get("/pipes")).json()["pipes"]) == 1


async def test_who_may_export_and_who_may_look(dcl: Client) -> None:
    """A viewer looks; it does not export, and no key means 401."""
    assert (await dcl.post("/export-pipes", export(connection("p")), role=Access.VIEWER)).status_code == 403
    assert (await dcl.place.client.get("/dcl/pipes", headers={"x-api-key": ""})).status_code == 401
    for key in (Access.VIEWER, Access.SERVICE, Access.OPERATOR):
        assert (await dcl.get("/pipes", role=key)).status_code == 200


async def test_a_tenant_sees_its_own_pipes_alone(dcl: Client) -> None:
    """The service key acts for the tenant that it names, the others for their own; a foreign name is a 403."""
    await dcl.export(connection("p-1"), tenant="acme")
    await dcl.export(connection("p-1", fields=["other"]), tenant="globex")
    assert (await dcl.get("/pipes")).json() == {"pipes": []}
    assert (await dcl.get("/pipes", tenant="acme")).json()["pipes"][0]["connection"]["fields"][0] == "id"
    assert (await dcl.get("/pipes/p-1", tenant="globex")).json()["blueprint"]["connection"]["fields"] == ["other"]
    assert (await dcl.get("/pipes/p-1/versions")).status_code == 404
    assert (await dcl.get("/pipes", role=Access.OPERATOR, tenant="acme")).status_code == 403
    assert (await dcl.get("/pipes", role=Access.VIEWER, tenant="default")).status_code == 200
    assert (await dcl.get("/pipes", tenant="no tenant")).status_code == 422


STATEMENTS = [
    "UPDATE blueprints SET connection = '{}'",
    "DELETE FROM blueprints",
    "INSERT OR REPLACE INTO blueprints SELECT pipe, version, export, plane_type, '{}' FROM blueprints",
    "INSERT OR IGNORE INTO blueprints SELECT pipe, version + 2, export, plane_type, '{}' FROM blueprints",
    "UPDATE pipes SET pipe_id = 'q'",
    "DELETE FROM pipes",
    "INSERT OR REPLACE INTO pipes (tenant, pipe_id) VALUES ('default', 'p-1')",
    "REPLACE INTO pipes SELECT * FROM pipes",
    "UPDATE exports SET at_ms = 0",
    "DELETE FROM exports",
    "REPLACE INTO exports SELECT * FROM exports",
    "DELETE FROM exported",
    "UPDATE exported SET version = 9",
    "REPLACE INTO exported SELECT * FROM exported",
]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("statement", STATEMENTS)
async def test_structure_can_only_be_appended_to(dcl: Client, statement: str, recursive: str) -> None:
    """Whoever opens the database: UPDATE, DELETE and REPLACE fail, whatever the connection's settings."""
    await dcl.export(connection("p-1"))
    connected = sqlite3.connect(dcl.warehouse.database.path)
    connected.execute(f"PRAGMA recursive_triggers={recursive}")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connected.execute(statement)
    connected.close()
