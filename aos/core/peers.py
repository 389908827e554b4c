"""A module asks another through the structs of a contract: in process when both are here, over HTTP when a URL says
where the other one is. Streams never go this way: an answer is read whole.
"""

import asyncio
from typing import Any, TypeVar

import httpx
import msgspec
from starlette.types import ASGIApp

from aos.core.egress import Egress
from aos.core.errors import PeerDown, PeerRefused
from aos.core.places import place_of
from aos.core.redact import one_line
from aos.core.settings import Settings
from aos.core.tenant import HEADER as TENANT_HEADER

Answer = TypeVar("Answer")
DEADLINE_S = 20.0
CONNECTIONS = 4
LAST_MOMENT_S = 0.5


class Peers:
    """`bind` comes later than the modules that hold it: the application is made of them."""

    def __init__(self, settings: Settings, egress: Egress) -> None:
        self._egress = egress
        given = {"dcl": settings.dcl_url, "farm": settings.farm_url, "aam": settings.aam_url}
        self._urls = {name: url.rstrip("/") for name, url in given.items() if url}
        self._origin = settings.own_origin()
        self._here: dict[str, str] = {}
        self._app: ASGIApp | None = None
        self._key = ""
        self._calls: set[asyncio.Task[httpx.Response]] = set()

    def bind(self, app: ASGIApp, prefixes: dict[str, str], key: str) -> None:
        """`prefixes` are the modules of this process and where each is mounted; `key` is the service key."""
        self._app, self._here, self._key = app, dict(prefixes), key

    def base(self, module: str) -> str:
        """Where a module's paths begin; empty when it is neither here nor configured."""
        here = self._here.get(module)
        return self._urls.get(module) or ("" if here is None else self._origin + here)

    def own_key(self, url: str) -> dict[str, str]:
        """The header with the service key where `url` leads to this very process, or below a peer that the settings
        name (which gets the same key in `call`); nothing for anybody else."""
        ours = place_of(url) == place_of(self._origin) or any(_below(url, peer) for peer in self._urls.values())
        return {"x-api-key": self._key} if self._key and ours else {}

    def why_not_at(self, url: str, module: str, path: str) -> str:
        """Why a URL that leads to this AOS, or below the peer that the settings name, is not that of `path` of a
        module; empty where it is, and for a URL of anybody else's."""
        named, here = self._urls.get(module), self._here.get(module)
        if place_of(url) != place_of(self._origin) and not (named and _below(url, named)):
            return ""
        known = [base + path for base in (named, None if here is None else self._origin + here) if base is not None]
        if not known:
            return f"this AOS has no {module}; AOS_{module.upper()}_URL says where one is"
        given = httpx.URL(url)
        same = any(place_of(url) == place_of(each) and given.path == httpx.URL(each).path for each in known)
        return "" if same and not given.query else f"here that is {known[0]}"

    def path(self, module: str) -> str | None:
        """Where on this origin a module's paths begin (`/dcl`, or empty at the root); None when it is not here. A page
        asks by it, whatever name its reader knows this machine by."""
        base = self.base(module)
        rest = base.removeprefix(self._origin)
        return rest if base and rest != base and rest[:1] in ("", "/") else None

    async def call(
        self,
        module: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        answer: type[Answer],
        tenant: str = "",
        deadline_s: float = DEADLINE_S,
    ) -> Answer:
        """The peer's answer as `answer`; the call acts for `tenant` where one is named. `PeerRefused` has the problem
        of a peer that said no; `PeerDown`: there was no answer in time or none that can be read, and whether the call
        took effect is not known."""
        base = self.base(module)
        if not base:
            raise PeerDown(f"{module} does not run here; AOS_{module.upper()}_URL says where it does", peer=module)
        # A call that has begun is let finish, as it would be over a socket: an answer that nobody waits for any more
        # must not leave half of it done.
        sending = self._send(module, method, base + path, body, tenant, deadline_s)
        call = asyncio.create_task(sending, name=f"call {module} {path}")
        self._calls.add(call)
        call.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(deadline_s):
                response = await asyncio.shield(call)
        except TimeoutError as error:
            if module in self._urls:
                call.cancel()  # over a socket the peer finishes by itself
            raise PeerDown(f"{module} did not answer within {deadline_s:g} s", peer=module) from error
        except httpx.HTTPError as error:
            why = one_line(str(error) or type(error).__name__, 200)
            raise PeerDown(f"{module} does not answer: {why}", peer=module) from error
        return _read(module, response, answer)

    async def close(self) -> None:
        """Give calls that are under way a last moment, while the modules that they ask are still whole."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=LAST_MOMENT_S)
        for call in list(self._calls):
            call.cancel()
        if self._calls:
            await asyncio.wait(self._calls)

    def _ended(self, call: "asyncio.Task[httpx.Response]") -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # the caller that was told by its deadline does not ask any more

    async def _send(
        self, module: str, method: str, url: str, body: Any, tenant: str, deadline_s: float
    ) -> httpx.Response:
        async with self._client(module, deadline_s) as client:
            headers = {"x-api-key": self._key} if self._key else {}
            if tenant:
                headers[TENANT_HEADER] = tenant
            content = None
            if body is not None:
                content = msgspec.json.encode(body)
                headers["content-type"] = "application/json"
            return await client.request(method, url, content=content, headers=headers)

    def _client(self, module: str, deadline_s: float) -> httpx.AsyncClient:
        if module in self._urls or self._app is None:
            return self._egress.call_client(deadline_s=deadline_s, connections=CONNECTIONS)
        return httpx.AsyncClient(transport=httpx.ASGITransport(self._app, raise_app_exceptions=False))


def _below(url: str, peer: str) -> bool:
    """Whether a URL leads to a path below a peer's, and not out of it again."""
    path, within = httpx.URL(url).path, httpx.URL(peer).path.rstrip("/")
    return place_of(url) == place_of(peer) and path.startswith(f"{within}/") and ".." not in path.split("/")


def _read(module: str, response: httpx.Response, answer: type[Answer]) -> Answer:
    if response.is_success:
        try:
            return msgspec.json.decode(response.content, type=answer)
        except msgspec.MsgspecError as error:
            why = one_line(str(error), 200)
            raise PeerDown(f"{module}'s answer is not what the contract says: {why}", peer=module) from error
    problem = _problem(response)
    told = one_line(str(problem.get("detail") or problem.get("title") or ""), 300)
    refusal: dict[str, Any] = {"peer": module, "peer_status": response.status_code, "problem": problem}
    if 400 <= response.status_code < 500:
        raise PeerRefused(f"{module} refuses ({response.status_code}): {told}", **refusal)
    raise PeerDown(f"{module} could not ({response.status_code}): {told}", **refusal)


def _problem(response: httpx.Response) -> dict[str, Any]:
    """A refusal's body where it is a problem; nothing of anybody else's error page."""
    if response.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
        return {}
    try:
        return msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
