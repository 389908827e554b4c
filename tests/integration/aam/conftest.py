"""AAM on a real socket, with a DCL and a Farm that do what the test wants."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aos.aam import module as aam
from aos.contracts.export import DCLExportResponse, ExportAccepted
from aos.contracts.manifest import JobManifest, ManifestAccepted
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from tests.integration.aam.played import Played
from tests.integration.served import Place

Endpoints = dict[str, list[Endpoint]]


class Peers:
    """Takes exports and manifests; what `fails` is raised instead, of manifests from the `fails_from`-th on."""

    def __init__(self) -> None:
        self.exports: list[tuple[str, DCLExportResponse]] = []
        self.manifests: list[tuple[str, JobManifest]] = []
        self.fails: Exception | None = None
        self.fails_from = 0
        self.export_fails_from = 0
        self.forgets = 0  # pipes of an export that DCL does not register

    async def export(self, call: Call) -> ExportAccepted:
        if self.fails is not None and len(self.exports) >= self.export_fails_from:
            raise self.fails
        self.exports.append((call.request.headers["x-tenant-id"], call.body))
        ids = [each.pipe_id for plane in call.body.fabric_planes for each in plane.connections]
        ids = ids[: len(ids) - self.forgets]
        return ExportAccepted(
            status="accepted", pipes_registered=len(ids), pipe_ids=ids, timestamp="2026-01-01T00:00:00Z"
        )

    async def intake(self, call: Call) -> ManifestAccepted:
        if self.fails is not None and len(self.manifests) >= self.fails_from:
            raise self.fails
        self.manifests.append((call.request.headers["x-tenant-id"], call.body))
        run_id, pipe_id = call.body.run_id, call.body.source.pipe_id
        return ManifestAccepted(run_id=run_id, pipe_id=pipe_id, job_id=f"job-{run_id}-{pipe_id}", status="queued")

    def routes(self) -> Endpoints:
        taken = Endpoint(
            method="POST",
            path="/export-pipes",
            handler=self.export,
            access=Access.SERVICE,
            summary="",
            body=DCLExportResponse,
            max_body=8 * 1024 * 1024,
        )
        intake = Endpoint(
            method="POST",
            path="/api/farm/manifest-intake",
            handler=self.intake,
            access=Access.SERVICE,
            summary="",
            body=JobManifest,
            status=202,
        )
        return {"dcl": [taken], "farm": [intake]}

    async def mount(self, core: Core) -> Endpoints:
        return {**self.routes(), "aam": list((await aam.build(core)).endpoints)}


@pytest.fixture
def peers() -> Peers:
    return Peers()


@pytest.fixture
async def place(serve: Callable[..., Any], peers: Peers) -> AsyncIterator[Place]:
    async with serve(peers.mount) as served:
        yield served


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
async def onboarding(
    serve: Callable[..., Any], played: Played, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    """AAM with played adapters, and a credential for them."""
    monkeypatch.setenv("PLAYED_TOKEN", "played-secret-value")
    async with serve(played.mount) as served:
        yield served


def candidate(number: int = 0, **given: Any) -> dict[str, Any]:
    return {
        "candidate_id": f"cand-{number}",
        "vendor": "salesforce",
        "source_name": "sales cloud",
        "resource": f"things_{number}",
        "category": "crm",
        "governance_status": "Sanctioned",
        "confidence": 0.9,
        "evidence": [{"source": "CMDB", "row": 0, "what": "seen", "ts": "2026-02-02"}],
        "asset_key": f"salesforce-{number}",
        "fields": ["id", "name"],
        "details": {"adapter": "rest_api", "endpoint_ref": {"url": f"http://127.0.0.1:9/{number}"}},
        **given,
    }


def handoff(*candidates: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"aod_run_id": "aod-1", "snapshot_name": "monday", "candidates": list(candidates), **given}


async def handed_over(place: Place, *candidates: dict[str, Any], **given: Any) -> list[str]:
    """The pipe_ids of these candidates."""
    told = (await place.client.post("/aam/handoff", json=handoff(*candidates, **given))).json()
    assert not told["refused"]
    return list(told["pipe_ids"])


async def exported(place: Place, *candidates: dict[str, Any]) -> list[str]:
    pipe_ids = await handed_over(place, *candidates)
    assert (await place.client.post("/aam/export")).status_code == 200
    return pipe_ids
