"""Fetched tokens, in memory alone, until shortly before they expire. Whoever needs one while it is being fetched waits
for that one, and shares its failure too: fifty connections with a bad secret make one call."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aos.aam.onboarding.auth.outgoing import Exchange, Token
from aos.aam.onboarding.failure import Failure, Kind
from aos.core.clock import Clock

USUAL_LIFE_S = 300.0  # of a token whose reply does not say
LONGEST_LIFE_S = 24 * 3600.0
EARLY_S = 60.0
MOST_KEPT = 4_096


class TokenStore:
    """Keyed by a digest of the credential, never by the credential."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, Token] = {}
        self._fetching: dict[str, asyncio.Future[Token]] = {}

    async def get(self, owner: str, fetch: Callable[[], Awaitable[Token]]) -> Token:
        while True:
            kept = self._kept.get(owner)
            if kept is not None and kept.until > self._clock.monotonic():
                return kept
            under_way = self._fetching.get(owner)
            if under_way is None:
                return await self._fetch(owner, fetch)
            try:
                return await asyncio.shield(under_way)
            except asyncio.CancelledError:
                if not under_way.cancelled():
                    raise  # it is us who are cancelled, not the one who fetches
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise

    def forget(self, owner: str, token: Token) -> None:
        """Somebody may have fetched a newer one already; that stays."""
        if self._kept.get(owner) is token:
            del self._kept[owner]

    def clear(self) -> None:
        self._kept.clear()

    async def _fetch(self, owner: str, fetch: Callable[[], Awaitable[Token]]) -> Token:
        future = self._fetching[owner] = asyncio.get_running_loop().create_future()
        try:
            token = await fetch()
        except Exception as error:
            future.set_exception(error)
            future.exception()  # nobody else may be waiting
            raise
        except BaseException:
            future.cancel()
            raise
        else:
            self._keep(owner, token)
            future.set_result(token)
            return token
        finally:
            del self._fetching[owner]

    def _keep(self, owner: str, token: Token) -> None:
        if len(self._kept) >= MOST_KEPT:
            now = self._clock.monotonic()
            self._kept = {name: kept for name, kept in self._kept.items() if kept.until > now}
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        self._kept[owner] = token


async def exchanged(
    exchange: Exchange, clock: Clock, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> Token:
    """The token of a token URL's reply (RFC 6749, 5.1). `Failure` where there is none in it."""
    asked_at = clock.monotonic()
    reply = await exchange(url, form, headers)
    value = reply.get("access_token")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise Failure(Kind.SCHEMA, "The token URL answers without a token", "check the kind of the credential")
    told = {name: inner for name, inner in reply.items() if name in ("scope", "roles")}
    return Token(value, asked_at + kept_for_s(reply.get("expires_in")), told)


def kept_for_s(expires_in: Any) -> float:
    """How long a token that lives so long is used: to a minute before its end, or to nine tenths of a short life."""
    try:
        life = min(float(expires_in), LONGEST_LIFE_S)
    except (TypeError, ValueError, OverflowError):
        life = USUAL_LIFE_S
    if not life > 0:
        return 0.0
    return max(life - EARLY_S, life * 0.9 if life < 10 * EARLY_S else 0.0)
