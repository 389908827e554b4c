"""Which places onboarding dials, with a resolver that answers as told and a network that notes what is dialled."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.native import Natives
from aos.aam.onboarding.safe_client import Caps
from aos.aam.onboarding.secret import Secret
from aos.core import egress
from aos.core.clock import FakeClock
from aos.core.errors import EgressRefused, Unavailable
from aos.core.module import Core
from aos.core.settings import Settings

PUBLIC, INSIDE = "93.184.216.34", "10.0.0.7"
BODY = b'{"login": "acme"}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)
AWS = {"access_key_id": "a", "secret_access_key": "b"}


class Wire(httpcore.AsyncMockStream):
    """One connection that answers, and notes the TLS name and what was written."""

    def __init__(self, log: list[str]) -> None:
        super().__init__([ANSWER])
        self._log = log

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._log.append(buffer.decode())

    async def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        self._log.append(f"TLS {server_hostname}")
        return self


class World:
    """`names` leads each name to addresses; others to a public one."""

    def __init__(self, natives_of: Any) -> None:
        self.names: dict[str, list[str]] = {}
        self.dialled: list[str] = []
        self.natives_of = natives_of


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with AsyncExitStack() as closers:

        def natives_of(endpoints: Any = "vendor", **settings: Any) -> Natives:
            core = Core.make(Settings(data_dir=tmp_path, **settings), FakeClock(), closers)
            natives = Natives(core, endpoints, caps=Caps(silent_tries=1))
            closers.push_async_callback(natives.close)
            return natives

        world = World(natives_of)

        async def look_up(host: str, port: int) -> list[str]:
            return world.names.get(host, [PUBLIC])

        async def connect(_: object, host: str, port: int, *rest: object) -> httpcore.AsyncNetworkStream:
            world.dialled.append(f"{host} {port}")
            return Wire(world.dialled)

        monkeypatch.setattr(egress.Egress.__init__, "__defaults__", (None, look_up, None, None))
        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
        yield world


async def test_a_vendor_is_dialled_over_tls_by_its_name(world: World) -> None:
    """The address that was checked, the vendor's name in TLS and Host."""
    adapter = world.natives_of().adapter("github", ["acme"], Secret({"token": "t"}))
    await adapter.open()
    assert world.dialled[:2] == [f"{PUBLIC} 443", "TLS api.github.com"]
    assert "Host: api.github.com\r\n" in world.dialled[2]
    assert world.dialled[2].startswith("GET /orgs/acme HTTP/1.1\r\n")


async def test_a_vendors_name_that_leads_inside_is_not_dialled(world: World) -> None:
    """A resolver that lies gains nothing."""
    world.names["api.github.com"] = [INSIDE]
    with pytest.raises(Failure) as caught:
        await world.natives_of().adapter("github", ["acme"], Secret({"token": "t"})).open()
    assert (caught.value.kind, caught.value.state) == (Kind.NETWORK, "NETWORK_BLOCKED")
    assert world.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.github.com/orgs/acme",
        "https://api.github.com:8443/orgs/acme",
        "https://api.github.com.evil.example/",
        "https://evil.example/",
        "https://evilgithub.com/",
        "https://acme.okta.com.evil.example/",
        "http://127.0.0.1:5000/",
        "https://93.184.216.34/",
    ],
)
async def test_the_vendors_gate_is_shut_for_all_but_the_catalogue(world: World, url: str) -> None:
    """Even where the place is public, and where AOS itself listens."""
    natives = world.natives_of(egress_allow="https://evil.example,127.0.0.0/8")
    client = natives._gates.wire(natives.families["github"]).client
    with pytest.raises(EgressRefused):
        await client.get(url)
    assert world.dialled == []


@pytest.mark.parametrize(
    ("endpoint", "allow", "dialled"),
    [
        ("https://minio.acme.example", "", True),
        ("https://minio.acme.example:8443", "", True),
        ("https://minio.acme.example:9000", "", False),
        ("https://minio.acme.example:9000", "https://minio.acme.example:9000", True),
        ("http://minio.acme.example", "", False),
        ("http://minio.acme.example", "http://minio.acme.example", True),
        ("https://10.0.0.7", "", False),
        ("https://10.0.0.7:9000", "10.0.0.0/8", True),
        ("http://10.0.0.7:9000", "10.0.0.0/8", True),
        ("https://inside.acme.example", "", False),
        ("https://inside.acme.example", "https://inside.acme.example", True),
        ("https://169.254.169.254", "", False),
    ],
)
async def test_a_users_own_endpoint_is_dialled_where_it_is_public_or_listed(
    world: World, endpoint: str, allow: str, dialled: bool
) -> None:
    """And over https, unless the operator listed it without."""
    world.names["inside.acme.example"] = [INSIDE]
    adapter = world.natives_of(egress_allow=allow).adapter("s3_compat", [endpoint, "acme-bucket"], Secret(AWS))
    with pytest.raises(Failure) as caught:
        await adapter.open()
    assert bool(world.dialled) is dialled
    if not dialled:
        assert caught.value.kind is Kind.NETWORK


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ("http://127.0.0.1:5000", "AOS itself"),
        ("https://127.0.0.1:5000", "AOS itself"),
        ("http://127.0.0.2:5000", "AOS itself"),
        ("http://[::1]:5000", "AOS itself"),
        ("http://0.0.0.0:5000", "AOS itself"),
        ("http://localhost:5000", "AOS itself"),
        ("https://vault.acme.example:8200", "AOS_VAULT_ADDR"),
        ("http://vault.acme.example:8200", "AOS_VAULT_ADDR"),
    ],
)
@pytest.mark.parametrize("family", ["s3_compat", "openapi"])
async def test_aos_itself_and_its_vault_are_nobodys_own_endpoint(
    world: World, family: str, endpoint: str, why: str
) -> None:
    """Whatever is listed for other uses: a connection could send one credential to where another one opens doors."""
    allow = f"{endpoint},127.0.0.0/8,::1/128,http://localhost:5000"
    natives = world.natives_of(port=5000, egress_allow=allow, vault_addr="https://vault.acme.example:8200")
    ids, secret = ([endpoint, "acme-bucket"], AWS) if family == "s3_compat" else ([f"{endpoint}/d"], {"token": "t"})
    with pytest.raises(Failure) as caught:
        await natives.adapter(family, ids, Secret(secret)).open()
    assert caught.value.kind is Kind.NETWORK
    assert why in caught.value.message
    assert world.dialled == []


async def test_the_sandbox_is_farm_and_nothing_else(world: World) -> None:
    """No vendor is dialled, whatever is public."""
    natives = world.natives_of("sandbox", farm_url="http://127.0.0.1:5000/farm")
    await natives.adapter("github", ["acme"], Secret({"token": "t"})).open()
    assert world.dialled[0] == "127.0.0.1 5000"
    assert world.dialled[1].startswith("GET /farm/sandbox/github/api.github.com/orgs/acme HTTP/1.1\r\n")
    client = natives._gates.wire(natives.families["github"]).client
    with pytest.raises(EgressRefused):
        await client.get("https://api.github.com/orgs/acme")


async def test_without_farm_there_is_no_sandbox(world: World) -> None:
    """It is told before anything is asked."""
    with pytest.raises(Unavailable, match="AOS_FARM_URL"):
        world.natives_of("sandbox").adapter("github", ["acme"], Secret({"token": "t"}))


async def test_a_narrow_gate_leaves_the_wide_one_as_it_is(world: World) -> None:
    """What onboarding may not dial, others still may."""
    wide = egress.Egress()
    narrow = wide.only(lambda place: "" if place.host == "a.example" else "not that one")
    async with narrow.call_client(deadline_s=5, connections=1) as client:
        with pytest.raises(EgressRefused, match="not that one"):
            await client.get("https://b.example/")
    async with wide.call_client(deadline_s=5, connections=1) as client:
        assert isinstance(await client.get("https://b.example/"), httpx.Response)
