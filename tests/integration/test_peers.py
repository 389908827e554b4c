"""A module asks another: in process and over a socket the caller sees the same."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from aos.contracts.base import Strict
from aos.core.egress import Egress
from aos.core.errors import Conflict, InvalidInput, PeerDown, PeerRefused, Unavailable
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.peers import Peers
from aos.core.settings import Settings


class Ask(Strict, frozen=True):
    number: int


class Told(Strict, frozen=True):
    doubled: int
    role: str
    tenant: str = ""


class Peer:
    """A module `dcl` that doubles numbers, and fails in every way that is asked for."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        self.go_on = asyncio.Event()

    async def answer(self, call: Call) -> Any:
        match call.body.number:
            case 1:
                raise Conflict("no", error="TARGET_UNREACHABLE")
            case 2:
                raise InvalidInput("bad", path="$.number")
            case 3:
                raise Unavailable("later")
            case 4:
                raise RuntimeError("a bug with a secret")
            case 5:
                return {"other": "shape"}
            case 6:
                await self.go_on.wait()
                self.done.set()
        tenant = call.request.headers.get("x-tenant-id", "")
        return Told(doubled=call.body.number * 2, role=call.role.value, tenant=tenant)

    async def mount(self, core: Core) -> dict[str, list[Endpoint]]:
        route = Endpoint(
            method="POST", path="/api/double", handler=self.answer, access=Access.SERVICE, summary="", body=Ask
        )
        return {"dcl": [route]}


async def nothing(core: Core) -> dict[str, list[Endpoint]]:
    return {}


async def ask(core: Core, number: int, deadline_s: float = 10.0) -> Told:
    return await core.peers.call("dcl", "POST", "/api/double", Ask(number=number), answer=Told, deadline_s=deadline_s)


@pytest.fixture(params=["in process", "over a socket"])
async def asker(request: pytest.FixtureRequest, serve: Callable[..., Any]) -> Any:
    """(the core of who asks, the peer)."""
    peer = Peer()
    async with serve(peer.mount) as there:
        if request.param == "in process":
            yield there.core, peer
            return
        async with serve(nothing, dcl_url=f"{there.url}/dcl/") as here:
            yield here.core, peer


async def test_the_answer_is_the_struct_of_the_contract(asker: Any) -> None:
    """Asked with the service key, answered with the struct."""
    assert await ask(asker[0], 21) == Told(doubled=42, role="service")


async def test_a_call_names_the_tenant_that_it_acts_for(asker: Any) -> None:
    """In a header; without one it names none."""
    core, _ = asker
    told = await core.peers.call("dcl", "POST", "/api/double", Ask(number=21), answer=Told, tenant="acme")
    assert told.tenant == "acme"


async def test_a_refusal_carries_the_peers_own_problem(asker: Any) -> None:
    """A 4xx is final, and its problem comes along whole."""
    with pytest.raises(PeerRefused) as refused:
        await ask(asker[0], 1)
    assert refused.value.extra["peer_status"] == 409
    assert refused.value.extra["problem"]["error"] == "TARGET_UNREACHABLE"
    assert not refused.value.retryable
    with pytest.raises(PeerRefused) as refused:
        await ask(asker[0], 2)
    assert refused.value.extra["problem"]["path"] == "$.number"


@pytest.mark.parametrize(("number", "status"), [(3, 503), (4, 500)])
async def test_a_peer_that_could_not_is_down(asker: Any, number: int, status: int) -> None:
    """A 5xx may pass, and tells nothing of a bug."""
    with pytest.raises(PeerDown) as down:
        await ask(asker[0], number)
    assert down.value.extra["peer_status"] == status
    assert (down.value.status, down.value.retryable) == (502, True)
    assert "secret" not in down.value.message


async def test_an_answer_of_another_shape_is_none(asker: Any) -> None:
    """What the contract does not say is not passed on."""
    with pytest.raises(PeerDown, match="not what the contract says"):
        await ask(asker[0], 5)


async def test_a_call_has_a_deadline_and_the_peer_finishes(asker: Any) -> None:
    """The caller is told in time; what the peer has begun is not torn apart."""
    core, peer = asker
    with pytest.raises(PeerDown, match=r"within 0\.2 s"):
        await ask(core, 6, deadline_s=0.2)
    assert not peer.done.is_set()
    peer.go_on.set()
    async with asyncio.timeout(10):
        await peer.done.wait()
        await core.peers.close()


async def test_the_end_waits_for_nobody_for_long(asker: Any) -> None:
    """A call that hangs gets a last moment when the process ends, then it is cut off."""
    core, peer = asker
    with pytest.raises(PeerDown):
        await ask(core, 6, deadline_s=0.05)
    async with asyncio.timeout(10):
        await core.peers.close()
    assert not peer.done.is_set()
    peer.go_on.set()


async def test_a_closed_port_and_no_address_are_down(serve: Callable[..., Any]) -> None:
    """With what to do, and at once."""
    async with serve(nothing, dcl_url="http://127.0.0.1:1") as here:
        with pytest.raises(PeerDown, match="does not answer"):
            await ask(here.core, 21)
    async with serve(nothing) as here:
        with pytest.raises(PeerDown, match="AOS_DCL_URL"):
            await ask(here.core, 21)


async def test_a_url_goes_before_a_module_that_is_here(serve: Callable[..., Any]) -> None:
    """Who says that they live apart is believed."""
    async with serve(Peer().mount, dcl_url="http://127.0.0.1:1") as here:
        assert here.core.peers.base("dcl") == "http://127.0.0.1:1"
        with pytest.raises(PeerDown):
            await ask(here.core, 21)


async def test_a_wrong_key_is_refused_and_not_told(serve: Callable[..., Any]) -> None:
    """The peer's 401 comes through; the key does not."""
    async with serve(Peer().mount) as here:
        here.core.peers.bind(here.core.peers._app, {"dcl": "/dcl"}, "not-the-service-key")
        with pytest.raises(PeerRefused) as refused:
            await ask(here.core, 21)
        assert refused.value.extra["peer_status"] == 401
        assert "not-the-service-key" not in str(refused.value.extra) + refused.value.message


@pytest.mark.parametrize(
    ("dcl_url", "here", "path"),
    [
        ("", {"dcl": "/dcl"}, "/dcl"),
        ("", {"dcl": ""}, ""),
        ("", {}, None),
        ("http://127.0.0.1:5000/dcl", {}, "/dcl"),
        ("http://127.0.0.1:50001/dcl", {"dcl": "/dcl"}, None),
        ("http://localhost:5000/dcl", {"dcl": "/dcl"}, None),
    ],
)
async def test_the_path_of_a_module_on_this_origin(dcl_url: str, here: dict[str, str], path: str | None) -> None:
    """What a page may ask by its path alone; None for another origin, or nobody."""
    peers = Peers(Settings(dcl_url=dcl_url), Egress())
    peers.bind(None, here, "")  # type: ignore[arg-type]
    assert peers.path("dcl") == path


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:5000/dcl/ingest", ""),
        ("http://peer:5000/dcl/ingest", ""),
        ("http://peer:5000/other", ""),
        ("http://93.184.216.34/anything", ""),
        ("http://127.0.0.1:5000/dcl/query", "http://peer:5000/dcl/ingest"),
        ("http://127.0.0.1:5000/dcl/ingest/", "http://peer:5000/dcl/ingest"),
        ("http://127.0.0.1:5000/dcl/ingest?x=1", "http://peer:5000/dcl/ingest"),
        ("http://127.0.0.1:5000/", "http://peer:5000/dcl/ingest"),
        ("http://peer:5000/dcl/query", "http://peer:5000/dcl/ingest"),
    ],
)
def test_an_address_of_ours_is_that_of_the_path_or_told(url: str, why: str) -> None:
    """DCL is here and elsewhere; other addresses are nobody's business."""
    peers = Peers(Settings(dcl_url="http://peer:5000/dcl/"), Egress())
    peers.bind(None, {"dcl": "/dcl"}, "")  # type: ignore[arg-type]
    told = peers.why_not_at(url, "dcl", "/ingest")
    assert told.endswith(why)
    assert bool(told) is bool(why)


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("http://127.0.0.1:5000/dcl/ingest", True),
        ("http://peer:5000/dcl/ingest", True),
        ("http://peer:5000/dcl/ingest?x=1", True),
        ("http://peer:5000/dcl", False),
        ("http://peer:5000/dclx/ingest", False),
        ("http://peer:5000/dcl/../other", False),
        ("http://peer:5000/dcl/%2e%2e/other", False),
        ("http://peer:5001/dcl/ingest", False),
        ("https://peer:5000/dcl/ingest", False),
        ("http://peer.example:5000/dcl/ingest", False),
        ("http://93.184.216.34/dcl/ingest", False),
    ],
)
def test_the_service_key_goes_to_this_process_and_below_a_configured_peer(url: str, given: bool) -> None:
    """And nowhere else, however near the address looks."""
    peers = Peers(Settings(dcl_url="http://peer:5000/dcl/"), Egress())
    peers.bind(None, {}, "the-service-key")  # type: ignore[arg-type]
    assert peers.own_key(url) == ({"x-api-key": "the-service-key"} if given else {})
