"""HashiCorp Vault's key-value engine, version 2, over HTTP. What an answer means is decided by its status: a 404 waits
for a secret, a 403 for a right, a busy or sealed server heals by itself (pitfall 70d).

The token lies in a file and is read at each use, so that whoever rotates it need not tell us.
"""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.private_file import NotPrivate, read_private
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.secret_fields import Unusable, plain_fields
from aos.contracts.health import State
from aos.core.backoff import Backoff
from aos.core.breaker import Breaker, BreakerPolicy
from aos.core.clock import Clock
from aos.core.egress import Egress
from aos.core.errors import EgressRefused
from aos.core.health import Vital
from aos.core.settings import Settings

DEADLINE_S = 5.0
CONNECTIONS = 4
TRIES = 3
MOST_BYTES = 256 * 1024
BUSY = frozenset((412, 429, 472, 473, 500, 502, 504))
SEALED = 503
LOOK_AGAIN_S = 300.0  # at a token that can't be renewed, or a Vault that does not answer
SOONEST_S = 5.0
LONGEST_S = 10 * 365 * 86_400.0  # that a token may say it lives
CALL_S = 15.0  # for one call, however slowly its answer comes


class Vault:
    """One server. A `Failure` says which state a connection gets for want of its secret."""

    def __init__(self, settings: Settings, egress: Egress, clock: Clock) -> None:
        self._addr = settings.vault_addr.rstrip("/")
        self._mount, self._namespace = settings.vault_mount, settings.vault_namespace
        self._token_file = settings.vault_token_file
        self._clock = clock
        self._backoff = Backoff(0.2, 2.0)
        self._breaker = Breaker(BreakerPolicy(failures=5, cooldown_s=30.0), clock)
        self._client = egress.call_client(deadline_s=DEADLINE_S, connections=CONNECTIONS)

    async def close(self) -> None:
        await self._client.aclose()

    async def secret(self, locator: str) -> Secret:
        """The secret at `path`, or one field of it (`path#field`) as `token`."""
        if not self._addr:
            raise Failure(Kind.CREDENTIALS, "no Vault is known", "set AOS_VAULT_ADDR and AOS_VAULT_TOKEN_FILE")
        path, _, field = locator.partition("#")
        answer = await self._read(f"/v1/{self._mount}/data/{path}")
        data = _inner(answer)
        if data is None:
            raise Failure(Kind.CREDENTIALS, "Vault's secret was deleted", f"write {path} again, then heal")
        try:
            fields = plain_fields(data)
        except Unusable as why:
            raise Failure(Kind.CREDENTIALS, f"Vault's secret can't be used: {why}", f"write {path} anew") from None
        if not field:
            return Secret(fields)
        if field not in fields:
            raise Failure(Kind.CREDENTIALS, f"Vault's secret has no field {field}", f"add {field} to {path}")
        return Secret({"token": fields[field]})

    async def _read(self, path: str) -> Any:
        """The JSON of a 200. A busy server is asked again; a sealed one is not, since it takes a person."""
        renewed = False
        for tried in range(1, TRIES + 1):
            status, answer = await self._permitted("GET", path)
            if status == 200:
                return answer
            if status == 403 and not renewed:
                renewed = True
                await self._permitted("POST", "/v1/auth/token/renew-self")
                status, answer = await self._permitted("GET", path)
                if status == 200:
                    return answer
            if status not in BUSY or tried == TRIES:
                raise _failure(status, answer)
            await self._clock.sleep(self._backoff.seconds(tried))
        raise AssertionError("every try returns, raises or is followed by another")

    async def _permitted(self, method: str, path: str) -> tuple[int, Any]:
        """An answer, behind the breaker: busy, sealed and silent count as failures."""
        with self._breaker.permit() as allowed:
            if not allowed:
                rest = round(self._breaker.rest_s) or 1
                raise Failure(Kind.THROTTLED, "Vault failed again and again and is let rest", f"heal in {rest} s")
            try:
                status, answer = await self._call(method, path)
            except Failure:
                self._breaker.failed()
                raise
            (self._breaker.failed if status in BUSY or status == SEALED else self._breaker.succeeded)()
            return status, answer

    async def _call(self, method: str, path: str) -> tuple[int, Any]:
        """(status, JSON). `Failure`: there is no token that may be used, or no answer."""
        headers = {"x-vault-token": self._token(), "x-vault-request": "true"}
        if self._namespace:
            headers["x-vault-namespace"] = self._namespace
        try:
            async with (
                asyncio.timeout(CALL_S),
                self._client.stream(method, self._addr + path, headers=headers) as response,
            ):
                body = b""
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise Failure(Kind.OTHER, "Vault's answer is too long", "look at what lies at that path")
        except EgressRefused as refused:
            raise Failure(Kind.NETWORK, f"Vault is not dialled: {refused.message}", "allow it, then heal") from None
        except (httpx.HTTPError, TimeoutError) as error:
            told = f"Vault does not answer ({type(error).__name__})"
            raise Failure(Kind.NETWORK, told, "look whether AOS_VAULT_ADDR is reached from here, then heal") from None
        try:
            return response.status_code, msgspec.json.decode(body) if body else None
        except (msgspec.DecodeError, RecursionError):
            return response.status_code, None

    def _token(self) -> str:
        act = "put Vault's token into AOS_VAULT_TOKEN_FILE, mode 0600"
        if not self._token_file:
            raise Failure(Kind.CREDENTIALS, "there is no token for Vault", act)
        try:
            token = read_private(Path(self._token_file)).decode("ascii").strip()
        except FileNotFoundError:
            raise Failure(Kind.CREDENTIALS, "the file with Vault's token is not there", act) from None
        except (NotPrivate, UnicodeDecodeError) as why:
            told = str(why) if isinstance(why, NotPrivate) else "it holds no token"
            raise Failure(Kind.CREDENTIALS, f"the file with Vault's token is not used: {told}", act) from None
        if not token or not token.isprintable():
            raise Failure(Kind.CREDENTIALS, "the file with Vault's token holds none", act)
        return token

    async def renew(self, vital: Vital) -> float:
        """Look at the token and renew it where it can be; the seconds until the next time: two thirds of what it has
        left to live."""
        try:
            status, answer = await self._permitted("GET", "/v1/auth/token/lookup-self")
            told = _Token.of(answer) if status == 200 else None
            if told is not None and told.renewable and told.ttl:
                status, answer = await self._permitted("POST", "/v1/auth/token/renew-self")
                left = _lease(answer) if status == 200 else 0.0
                if left:
                    vital.set(State.RUNNING, "the token was renewed")
                    return max(SOONEST_S, left * 2 / 3)
        except Failure as failure:
            vital.set(State.DEGRADED, failure.message, failure.next_action)
            return LOOK_AGAIN_S
        if told is None or status != 200:
            vital.set(State.DEGRADED, f"Vault answers {status} about its token", "put a valid token into its file")
        elif told.ttl:
            ends = time.strftime("%H:%M UTC", time.gmtime(self._clock.wall() + told.ttl))
            vital.set(State.DEGRADED, f"the token can't be renewed and ends at {ends}", "put another into its file")
        else:
            vital.set(State.RUNNING, "the token has no end")
        return LOOK_AGAIN_S


class _Token(msgspec.Struct):
    """What lookup-self says. `ttl` in seconds; 0: it does not end."""

    ttl: float = 0.0
    renewable: bool = False

    @classmethod
    def of(cls, answer: Any) -> "_Token | None":
        try:
            told = msgspec.convert(answer["data"], cls)
            told.ttl = min(max(told.ttl, 0.0), LONGEST_S)
            return told
        except (KeyError, TypeError, msgspec.ValidationError):
            return None


def _lease(answer: Any) -> float:
    try:
        return min(max(float(answer["auth"]["lease_duration"]), 0.0), LONGEST_S)
    except (KeyError, TypeError, ValueError, OverflowError):
        return 0.0


def _inner(answer: Any) -> dict[str, Any] | None:
    """The fields in an answer of version 2, which lie one level deeper than in version 1."""
    try:
        data = answer["data"]["data"]
    except (KeyError, TypeError):
        raise Failure(
            Kind.OTHER, "Vault's answer is not that of a key-value engine, version 2", "set AOS_VAULT_MOUNT"
        ) from None
    return data if isinstance(data, dict) else None


def _failure(status: int, answer: Any) -> Failure:
    match status:
        case 404 if isinstance(answer, dict) and isinstance(answer.get("data"), dict):
            return Failure(Kind.CREDENTIALS, "Vault's secret was deleted", "undelete it or write it again, then heal")
        case 404:
            return Failure(Kind.CREDENTIALS, "Vault has no secret at that path", "write it there, then heal")
        case 401 | 403:
            act = "give the token a policy that reads this path, or put a valid token into its file; then heal"
            return Failure(Kind.CREDENTIALS, "Vault refuses: its token has expired or lacks the right", act)
        case 503:
            return Failure(Kind.THROTTLED, "Vault is sealed", "unseal it, then heal")
        case _ if status in BUSY:
            return Failure(Kind.THROTTLED, f"Vault is busy or failing ({status})", "heal once it answers")
        case _:
            return Failure(Kind.OTHER, f"Vault answers {status}", "look at AOS_VAULT_ADDR and AOS_VAULT_MOUNT")
