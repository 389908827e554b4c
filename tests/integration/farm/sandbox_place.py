"""The sandbox on a real socket, its controls, and clients with credentials that it issued."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from aos.farm.sandbox.parts import sandbox_endpoints
from tests.integration.farm.sandbox_cases import CASES, Case
from tests.integration.farm.sandbox_client import Player, Req
from tests.integration.served import served

BY_FAMILY = {case.family: case for case in CASES}


@dataclass(frozen=True)
class Sandbox:
    """`keyed` sends the operator's key, `client` sends none."""

    keyed: httpx.AsyncClient
    client: httpx.AsyncClient

    async def player(self, case: Case, account: str = "acme", kind: str = "") -> Player:
        asked = {"account": account, **({"kind": kind} if kind else {})}
        reply = await self.keyed.post(f"/farm/sandbox-control/{case.family}/grants", json=asked)
        assert reply.status_code == 201, reply.text
        return Player(self.client, reply.json(), case.scope)

    async def turn(self, case: Case, **knobs: Any) -> None:
        reply = await self.keyed.put(f"/farm/sandbox-control/{case.family}", json=knobs)
        assert reply.status_code == 200, reply.text

    async def seen(self, case: Case) -> dict[str, Any]:
        reply = await self.keyed.get(f"/farm/sandbox-control/{case.family}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())


@asynccontextmanager
async def sandbox_at(directory: Path) -> AsyncIterator[Sandbox]:
    async def mount(core: Any) -> Any:
        return {"farm": sandbox_endpoints(core)}

    async with (
        served(directory, mount) as place,
        httpx.AsyncClient(base_url=place.url, trust_env=False, timeout=30) as client,
    ):
        yield Sandbox(place.client, client)


async def player(vendors: Sandbox, family: str, kind: str = "") -> tuple[Case, Player]:
    """A family as after a reset, and somebody with a credential of a kind."""
    await vendors.keyed.delete(f"/farm/sandbox-control/{family}")
    return BY_FAMILY[family], await vendors.player(BY_FAMILY[family], "acme", kind)


def request_of(case: Case, player: Player, what: str, *, size: bool = False) -> Req:
    """`health`, `listed`, `schema` or `write` of a case, for an account."""
    text = getattr(case, what) or "DELETE " + case.listed.partition(" ")[2]
    method, _, url = text.partition(" ")
    url, _, operation = url.partition(" ") if what == "write" else (url, "", "")
    host = case.host.format(*player.resources, account="acme").lower().replace("_", "-")
    url = url.format(*player.resources, host=host)
    operation = operation or {"listed": case.target, "schema": case.schema_target}.get(what, "")
    body = {"listed": case.body, "schema": case.schema_body}.get(what)
    headers = dict(case.headers)
    if operation:
        headers |= {"x-amz-target": operation, "content-type": "application/x-amz-json-1.1"}
        body = body or {}
    if size and body is not None:
        body = {**body, case.size: 20}
    elif size:
        name, _, value = case.size.partition("=")
        parsed = httpx.URL(url)
        url = str(parsed.copy_with(params=parsed.params.set(name, value)))
    else:
        url = str(httpx.URL(url))
    if body is None:
        return Req(method, url, headers)
    filled = {
        name: value.format(*player.resources) if isinstance(value, str) else value for name, value in body.items()
    }
    return Req(method, url, {"content-type": "application/json", **headers}, json.dumps(filled).encode())


def like(reply: httpx.Response, told: tuple[int, str]) -> bool:
    """Whether an answer has this status, and these words in its body."""
    assert (reply.status_code, told[1] in reply.text) == (told[0], True), (reply.status_code, reply.text[:400])
    return True
