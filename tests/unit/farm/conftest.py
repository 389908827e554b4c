"""Farm's endpoints behind the real router, without a socket."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from aos.core.auth import Auth
from aos.core.clock import FakeClock
from aos.core.limits import Limits
from aos.core.module import Core
from aos.core.routes import build_app
from aos.core.settings import Settings
from aos.farm.module import build


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with AsyncExitStack() as closers:
        yield Core.make(Settings(data_dir=tmp_path / "data"), FakeClock(), closers)


@pytest.fixture
async def client(core: Core) -> AsyncIterator[httpx.AsyncClient]:
    module = await build(core)
    app = build_app([("", module.endpoints)], guard=Auth([]), metrics=core.metrics, limits=Limits(), title="farm")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
