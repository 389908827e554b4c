"""Farm with its runner and a played DCL in one process on a real socket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio

from aos.core.http import Endpoint
from aos.core.module import Core
from aos.farm.module import build
from tests.integration.farm.played_dcl import PlayedDcl
from tests.integration.farm.sandbox_place import Sandbox, sandbox_at
from tests.integration.served import Place
from tests.manifests import order

ENDED = ("done", "failed", "rejected")


class Yard:
    """Farm at `/farm`, DCL at `/dcl`."""

    def __init__(self, place: Place, dcl: PlayedDcl, eventually: Callable[..., Awaitable[None]]) -> None:
        self.place, self.dcl, self.until = place, dcl, eventually
        self.client: httpx.AsyncClient = place.client

    def rows_url(self, name: str = "erp_invoices", **query: Any) -> str:
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return f"{self.place.url}/farm/api/generators/{name}/rows?{asked}"

    def order(self, url: str = "", **changes: Any) -> dict[str, Any]:
        target = {"dcl_url": f"{self.place.url}/dcl/ingest", **changes.pop("target", {})}
        return order(url or self.rows_url(seed=3, count=1000), target=target, **changes)

    async def intake(self, made: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.client.post("/farm/api/farm/manifest-intake", json=made, headers=headers)

    async def report(self, job_id: str) -> dict[str, Any]:
        told: dict[str, Any] = (await self.client.get(f"/farm/api/farm/jobs/{job_id}")).json()
        return told

    async def ended(self, job_id: str) -> dict[str, Any]:
        async def check() -> bool:
            return (await self.report(job_id))["state"] in ENDED

        await self.until(check, deadline_s=40.0)
        return await self.report(job_id)

    async def run(self, url: str = "", **changes: Any) -> dict[str, Any]:
        """The report of a job that ran to its end."""
        answer = await self.intake(self.order(url, **changes))
        assert answer.status_code == 202, answer.text
        return await self.ended(answer.json()["job_id"])


@asynccontextmanager
async def opened(
    serve: Callable[..., Any], eventually: Callable[..., Awaitable[None]], **settings: Any
) -> AsyncIterator[Yard]:
    dcl = PlayedDcl()

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        module = await build(core)
        core.closers.push_async_callback(core.workers.stop)
        for worker in module.workers:
            core.workers.start(worker)
        return {"farm": list(module.endpoints), "dcl": dcl.endpoints()}

    async with serve(mount, **settings) as place:
        yield Yard(place, dcl, eventually)
        dcl.released.set()


@pytest.fixture
async def yard(
    serve: Callable[..., Any], eventually: Callable[..., Awaitable[None]], request: pytest.FixtureRequest
) -> AsyncIterator[Yard]:
    """`request.param`: further settings."""
    async with opened(serve, eventually, **getattr(request, "param", {})) as yard:
        yield yard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vendors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """The sandbox of the vendors, one server for all tests of a module."""
    async with sandbox_at(tmp_path_factory.mktemp("sandbox")) as found:
        yield found
