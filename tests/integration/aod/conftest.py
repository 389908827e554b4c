"""AOD on a real socket, with a DCL that does what the test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from aos.aod import module as aod
from aos.contracts.targeting import Provisioned, TargetingPackage
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from tests.integration.served import Place

Endpoints = dict[str, list[Endpoint]]


class Dcl:
    """Takes targeting packages; `fails` is raised instead while it is set, `gate` holds answers back."""

    def __init__(self) -> None:
        self.received: list[TargetingPackage] = []
        self.fails: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def provision(self, call: Call) -> Provisioned:
        await self.gate.wait()
        self.received.append(call.body)
        if self.fails is not None:
            raise self.fails
        return Provisioned(
            status="provisioned",
            connector_id=call.body.connector_id,
            config_gen=len(self.received),
            previous_target=None,
        )

    async def mount(self, core: Core) -> Endpoints:
        route = Endpoint(
            method="POST",
            path="/api/ingest/provision",
            handler=self.provision,
            access=Access.SERVICE,
            summary="",
            body=TargetingPackage,
        )
        return {"dcl": [route], "aod": list((await aod.build(core)).endpoints)}


@pytest.fixture
def dcl() -> Dcl:
    return Dcl()


@pytest.fixture
async def place(serve: Callable[..., Any], dcl: Dcl, farm: Any) -> AsyncIterator[Place]:
    async with serve(dcl.mount, farm_url=f"http://127.0.0.1:{farm.port}") as served:
        yield served


def stream(farm: Any) -> str:
    return f"http://127.0.0.1:{farm.port}/api/stream/synthetic/mulesoft"
