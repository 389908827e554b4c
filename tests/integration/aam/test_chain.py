"""The whole way that does not move a row: the sample inventory, candidates, pipes, structure, job orders."""

from collections.abc import Callable
from typing import Any

from aos.aod import module as aod
from aos.core.http import Endpoint
from aos.core.module import Core
from aos.farm import module as farm
from aos.farm.generators.catalog import GENERATORS
from tests.integration.aam.conftest import Peers


async def test_the_sample_goes_from_evidence_to_orders_that_can_be_read(
    serve: Callable[..., Any], peers: Peers
) -> None:
    """Every generator of Farm becomes a pipe whose order leads to rows with just the fields that DCL was told of."""

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        mounted = await peers.mount(core)
        ordered = {
            each.path for each in mounted["farm"]
        }  # the played intake keeps the orders, so that they can be read
        mounted["farm"] += [each for each in (await farm.build(core)).endpoints if each.path not in ordered]
        return {**mounted, "aod": list((await aod.build(core)).endpoints)}

    async with serve(mount) as place:
        found = (await place.client.post("/aod/api/discovery/run", json={"snapshot_name": "monday"})).json()
        handed = (await place.client.post("/aod/api/discovery/handoff")).json()
        assert handed["refused"] == []
        assert handed["created"] == len(found["candidates"])
        sent = (await place.client.post("/aam/export")).json()
        assert sent["pipes_registered"] >= len(GENERATORS)
        assert {each["why"] for each in sent["skipped"]} == {"it is Blocked", "no level of the cascade has fields"}
        export = peers.exports[0][1]
        assert export.aod_run_id == found["aod_run_id"]
        assert {plane.plane_type for plane in export.fabric_planes} == {
            "IPAAS",
            "API_GATEWAY",
            "EVENT_BUS",
            "DATA_WAREHOUSE",
        }
        pipes = (await place.client.get("/aam/pipes")).json()["pipes"]
        ours = {pipe["resource"]: pipe for pipe in pipes if pipe["resource"] in GENERATORS}
        assert ours.keys() == GENERATORS.keys()
        taken = {level["level"] for pipe in pipes for level in pipe["cascade"] if level["taken"]}
        assert taken == {2, 3, 4, 5}  # no source was looked into yet
        told = await place.client.post("/aam/dispatch", json={"pipe_ids": [pipe["pipe_id"] for pipe in ours.values()]})
        assert told.status_code == 200, told.text
        blueprints = {each.pipe_id: each for plane in export.fabric_planes for each in plane.connections}
        for _, order in peers.manifests:
            source, blueprint = order.source, blueprints[order.source.pipe_id]
            rows = (await place.client.get(source.endpoint_ref["url"])).json()["items"]
            assert list(rows[0]) == blueprint.fields
            assert set(blueprint.identity_keys or ()) <= set(rows[0])
            assert len({tuple(row[key] for key in blueprint.identity_keys or ()) for row in rows}) == len(rows)
            assert (source.adapter, source.system) == ("rest_api", blueprint.vendor)
            assert order.target.snapshot_name == "monday"
        assert len(peers.manifests) == len(GENERATORS)
