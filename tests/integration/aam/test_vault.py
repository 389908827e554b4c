"""Vault over HTTP: each of its answers leads to the state that it means, and its token to nobody else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse

from aos.aam import module as aam
from aos.aam.onboarding import vault as module
from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.vault import Vault
from aos.contracts.health import State
from aos.core.clock import FakeClock
from aos.core.egress import Egress
from aos.core.health import Vital
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.settings import Settings
from tests.integration.served import Place

TOKEN = "hvs.played-token"
FIELDS = {"token": "from-vault", "port": 5432, "nothing": None}


def version_2(fields: Any) -> Response:
    return JSONResponse({"data": {"data": fields, "metadata": {"version": 3}}})


@dataclass
class Played:
    """Answers `secret` to reads, one after the other (the last one again and again)."""

    answers: list[Response] = field(default_factory=lambda: [version_2(FIELDS)])
    renewed: Response = field(default_factory=lambda: JSONResponse({"auth": {"lease_duration": 900}}))
    token: dict[str, Any] = field(default_factory=lambda: {"ttl": 900, "renewable": True})
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    async def mount(self, core: Core) -> dict[str, list[Endpoint]]:
        paths = {
            ("GET", "/kv/data/crm/salesforce"): self.read,
            ("GET", "/auth/token/lookup-self"): self.look,
            ("POST", "/auth/token/renew-self"): self.renew,
        }
        return {
            "v1": [
                Endpoint(method=method, path=path, handler=handler, access=Access.OPEN, summary="")
                for (method, path), handler in paths.items()
            ]
        }

    def _note(self, call: Call) -> None:
        self.asked.append((call.request.method, call.request.scope["path"], dict(call.request.headers)))

    async def read(self, call: Call) -> Response:
        self._note(call)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def look(self, call: Call) -> Response:
        self._note(call)
        return JSONResponse({"data": self.token})

    async def renew(self, call: Call) -> Response:
        self._note(call)
        return self.renewed


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
async def server(serve: Callable[..., Any], played: Played) -> AsyncIterator[Place]:
    async with serve(played.mount) as place:
        yield place


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "vault-token"
    path.touch(mode=0o600)
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.fixture
async def vault(server: Place, clock: FakeClock, token_file: Path) -> AsyncIterator[Vault]:
    settings = Settings(
        vault_addr=server.url, vault_mount="kv", vault_namespace="team/a", vault_token_file=str(token_file)
    )
    made = Vault(settings, Egress.of(settings), clock)
    yield made
    await made.close()


async def refused(vault: Vault, path: str = "crm/salesforce") -> tuple[str, str]:
    with pytest.raises(Failure) as raised:
        await vault.secret(path)
    assert TOKEN not in repr(raised.value) + raised.value.message + raised.value.next_action
    assert raised.value.next_action
    return raised.value.state, raised.value.message


async def test_a_secret_is_read_with_the_token_and_the_namespace(vault: Vault, played: Played) -> None:
    """Its fields as text, or one of them as the token."""
    secret = await vault.secret("crm/salesforce")
    assert {name: secret.reveal(name) for name in secret.names} == {"token": "from-vault", "port": "5432"}
    assert (await vault.secret("crm/salesforce#port")).reveal("token") == "5432"
    _, path, headers = played.asked[0]
    assert (path, headers["x-vault-token"], headers["x-vault-namespace"]) == (
        "/v1/kv/data/crm/salesforce",
        TOKEN,
        "team/a",
    )


@pytest.mark.parametrize(
    ("status", "body", "state", "told", "reads"),
    [
        (404, {"errors": []}, "AWAITING_CREDENTIALS", "no secret at that path", 1),
        (404, {"data": {"data": None, "metadata": {}}}, "AWAITING_CREDENTIALS", "deleted", 1),
        (200, {"data": {"data": None, "metadata": {}}}, "AWAITING_CREDENTIALS", "deleted", 1),
        (200, {"data": {"data": {"a": ""}}}, "AWAITING_CREDENTIALS", "can't be used", 1),
        (200, {"data": {"data": {"a": {"b": 1}}}}, "AWAITING_CREDENTIALS", "can't be used", 1),
        (200, {"data": {"token": "version 1"}}, "ERROR", "version 2", 1),
        (200, "no object", "ERROR", "version 2", 1),
        (403, {"errors": ["permission denied"]}, "AWAITING_CREDENTIALS", "token", 2),
        (429, {"errors": []}, "HEALING", "busy", 3),
        (473, {"errors": []}, "HEALING", "busy", 3),
        (500, {"errors": []}, "HEALING", "busy", 3),
        (502, {"errors": []}, "HEALING", "busy", 3),
        (503, {"errors": ["Vault is sealed"]}, "HEALING", "sealed", 1),
        (307, {}, "ERROR", "307", 1),
        (400, {}, "ERROR", "400", 1),
    ],
)
async def test_each_answer_leads_to_its_state(
    vault: Vault, played: Played, status: int, body: Any, state: str, told: str, reads: int
) -> None:
    """Busy ones are asked three times, a sealed one once, a 403 once more after the token was renewed."""
    played.answers = [JSONResponse(body, status)]
    found, message = await refused(vault)
    assert (found, told in message) == (state, True), message
    assert sum(method == "GET" for method, _, _ in played.asked) == reads
    assert any(path.endswith("renew-self") for _, path, _ in played.asked) == (status == 403)


async def test_a_token_that_could_be_renewed_reads_on(vault: Vault, played: Played) -> None:
    """The first 403 is not the last word."""
    played.answers = [JSONResponse({}, 403), version_2(FIELDS)]
    assert (await vault.secret("crm/salesforce")).reveal("token") == "from-vault"


async def test_a_busy_server_that_answers_again_is_used(vault: Vault, played: Played, clock: FakeClock) -> None:
    """After waits that grow."""
    played.answers = [JSONResponse({}, 429), JSONResponse({}, 500), version_2(FIELDS)]
    assert (await vault.secret("crm/salesforce")).names == {"token", "port"}
    assert len(clock.slept) == 2


async def test_after_five_failures_vault_rests(vault: Vault, played: Played, clock: FakeClock) -> None:
    """And is asked again after half a minute."""
    played.answers = [JSONResponse({}, 503)]
    for _ in range(5):
        await refused(vault)
    assert await refused(vault) == ("HEALING", "Vault failed again and again and is let rest")
    assert len(played.asked) == 5
    played.answers = [version_2(FIELDS)]
    clock.advance(31)
    assert (await vault.secret("crm/salesforce")).names


async def test_an_answer_without_an_end_is_cut(vault: Vault, played: Played) -> None:
    """A quarter of a megabyte is more than any secret."""
    played.answers = [Response(b"x" * 300_000)]
    assert await refused(vault) == ("ERROR", "Vault's answer is too long")


async def test_a_vault_that_is_not_there_is_a_blocked_network(token_file: Path, clock: FakeClock) -> None:
    """A closed port; a name that nobody knows."""
    for addr in ("http://127.0.0.1:9", "https://vault.invalid"):
        settings = Settings(vault_addr=addr, vault_token_file=str(token_file))
        vault = Vault(settings, Egress.of(settings), clock)
        assert (await refused(vault))[0] == "NETWORK_BLOCKED"
        await vault.close()


async def test_without_a_usable_token_file_nobody_is_asked(server: Place, played: Played, tmp_path: Path) -> None:
    """None named, none there, empty, one that others can read, a link."""
    loose, link, empty = tmp_path / "loose", tmp_path / "link", tmp_path / "empty"
    loose.write_text(TOKEN)
    loose.chmod(0o644)
    empty.touch(mode=0o600)
    link.symlink_to(loose)
    for name in ("", str(tmp_path / "absent"), str(loose), str(link), str(empty)):
        settings = Settings(vault_addr=server.url, vault_token_file=name)
        vault = Vault(settings, Egress.of(settings), FakeClock())
        assert (await refused(vault))[0] == "AWAITING_CREDENTIALS"
        await vault.close()
    assert played.asked == []


async def test_without_a_vault_its_locators_wait(clock: FakeClock) -> None:
    """The setting that is missing is named."""
    vault = Vault(Settings(), Egress.of(Settings()), clock)
    with pytest.raises(Failure, match="no Vault is known") as raised:
        await vault.secret("a/b")
    assert "AOS_VAULT_ADDR" in raised.value.next_action
    await vault.close()


@pytest.mark.parametrize(
    ("token", "renewed", "wait_s", "state", "told"),
    [
        ({"ttl": 900, "renewable": True}, 200, 600.0, State.RUNNING, "renewed"),
        ({"ttl": 900, "renewable": True}, 403, 300.0, State.DEGRADED, "403"),
        ({"ttl": 900, "renewable": False}, 200, 300.0, State.DEGRADED, "can't be renewed"),
        ({"ttl": 1e300, "renewable": False}, 200, 300.0, State.DEGRADED, "can't be renewed"),
        ({"ttl": 0, "renewable": False}, 200, 300.0, State.RUNNING, "no end"),
    ],
)
async def test_the_token_is_renewed_after_two_thirds_of_its_life(
    vault: Vault, played: Played, clock: FakeClock, token: Any, renewed: int, wait_s: float, state: State, told: str
) -> None:
    """One that can't be renewed is left alone, and its end is told."""
    played.token = token
    played.renewed = JSONResponse({"auth": {"lease_duration": 900}}, renewed)
    vital = Vital("aam vault", "worker", clock, required=False)
    assert await vault.renew(vital) == wait_s
    assert (vital.state, told in vital.reason) == (state, True), vital.reason


async def test_aam_looks_after_the_token_where_there_is_a_vault(serve: Callable[..., Any], server: Place) -> None:
    """One worker more, and none without."""

    async def mount(core: Core) -> dict[str, list[Endpoint]]:
        module = await aam.build(core)
        names.append([worker.name for worker in module.workers])
        return {"aam": list(module.endpoints)}

    names: list[list[str]] = []
    for addr in (server.url, ""):
        async with serve(mount, vault_addr=addr):
            pass
    assert names == [["aam vault"], []]


async def test_an_answer_that_only_trickles_is_given_up(
    vault: Vault, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps a read alive; the whole call has a deadline of its own."""
    monkeypatch.setattr(module, "CALL_S", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    played.answers = [StreamingResponse(trickle())]
    with pytest.raises(Failure, match=r"Vault does not answer \(TimeoutError\)") as raised:
        await vault.secret("crm/salesforce")
    assert raised.value.state == "NETWORK_BLOCKED"
