"""The only way out of AAM: reads alone, a handful of items, at a pace that the source allows, and no redirects.

Order: is it a read and small enough (else refused and counted) → token → place in the lane → signature → wire → what
the answer means → again, or a `Failure`. Nothing is sent before the first step, and no secret comes out of the last.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx

from aos.aam.onboarding import errors, guard, waiting
from aos.aam.onboarding.answer import Answer
from aos.aam.onboarding.auth.outgoing import Outgoing, Signer
from aos.aam.onboarding.errors import Asked, Meaning
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.lane import Lane, Resting
from aos.aam.onboarding.wire import Encoded, TooBig, Wire, kind_of
from aos.core.backoff import Backoff
from aos.core.errors import EgressRefused
from aos.core.log import Log
from aos.core.places import place_of

log = Log("aam")


class Caps(NamedTuple):
    """`call_s` for one call with all its tries and waits, `try_s` for one of them; `tries` in all, those without an
    answer `silent_tries`; `most_bytes` of a body."""

    call_s: float = 30.0
    try_s: float = 8.0
    tries: int = 4
    silent_tries: int = 2
    most_bytes: int = 8 * 1024 * 1024


class Tally:
    """What the client refused before anything was sent: writes, and calls to hosts that are not the connection's."""

    def __init__(self) -> None:
        self.destructive_ops = 0


class Whom(NamedTuple):
    """Which source is asked, and where it may be asked."""

    source_type: str
    title: str
    dialect: str
    rights: str
    takes: str
    hosts: frozenset[str]  # with a port where it is not the usual one
    token_urls: frozenset[str]


class SafeClient:
    """One connection's client. `signer` comes after it, since fetching a token goes through it."""

    def __init__(self, whom: Whom, lane: Lane, wire: Wire, tally: Tally, caps: Caps = Caps()) -> None:  # noqa: B008
        self._whom, self._lane, self._wire, self._tally, self._caps = whom, lane, wire, tally, caps
        self._clock = wire.clock
        self._backoff = Backoff(0.5, 8.0)
        self.signer: Signer | None = None

    async def read(
        self, out: Outgoing, *, size: str = "", health: bool = False, signed: bool = True, most_bytes: int = 0
    ) -> Answer:
        """A good answer. `size` names the parameter that must keep to twenty; `health` marks the call that proves the
        credential. `Failure` says what else came of it."""
        self._admit(out, size)
        signer = self.signer if signed else None
        if signer is not None:
            await signer.ready()
        try:
            return await self._call(out, signer, self._whom.dialect, health, most_bytes)
        except Failure as failure:
            # A token may have been taken back before its time: once, it is fetched anew.
            if failure.kind is not Kind.CREDENTIALS or signer is None or not signer.forget():
                raise
        await signer.ready()
        return await self._call(out, signer, self._whom.dialect, health, most_bytes)

    async def exchange(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        """The reply of a token URL of this family: a POST that reads nothing but proves who asks."""
        if url not in self._whom.token_urls:
            raise self._refused("POST", url, "it is no token URL of this family")
        sent = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json", **headers}
        out = Outgoing("POST", url, sent, urlencode(form).encode())
        answer = await self._call(out, None, "token", False, 1024 * 1024)
        if not isinstance(answer.value, dict):
            raise Failure(Kind.SCHEMA, f"{self._whom.title}: the token URL's reply can't be read", "heal later")
        return answer.value

    def _admit(self, out: Outgoing, size: str) -> None:
        why = guard.why_not(out.method, out.url, out.headers)
        if not why and _host(out.url) not in self._whom.hosts:
            why = "its host is not this connection's"
        if not why and size:
            why = guard.why_too_many(out.url, out.body, size)
        if why:
            raise self._refused(out.method, out.url, why)

    def _refused(self, method: str, url: str, why: str) -> Failure:
        self._tally.destructive_ops += 1
        what = f"{method} {urlsplit(url).path or '/'}"
        log.error("Outgoing call refused", source_type=self._whom.source_type, call=what, why=why)
        told = f"AOS does not send {what} to {self._whom.title}: {why}"
        return Failure(Kind.OTHER, told, "report this: the catalogue of AOS is at fault")

    async def _call(self, out: Outgoing, signer: Signer | None, dialect: str, health: bool, most_bytes: int) -> Answer:
        until = self._clock.monotonic() + self._caps.call_s
        asked = self._asked(out)
        silent = 0
        for tries in range(1, self._caps.tries + 1):
            try:
                answer = await self._try(out, signer, until, most_bytes or self._caps.most_bytes)
            except (httpx.HTTPError, TimeoutError) as error:
                silent += 1
                if silent >= self._caps.silent_tries or isinstance(error, (TimeoutError, httpx.TimeoutException)):
                    raise self._unreachable(asked, kind_of(error)) from None
                wait = self._backoff.seconds(silent)
            except (Resting, EgressRefused, TooBig, Encoded, httpx.InvalidURL) as error:
                raise self._ended(asked, error) from None
            else:
                told = errors.meaning(dialect, answer, health=health)
                if told is None:
                    self._lane.succeeded()
                    return answer
                if not told.again or tries == self._caps.tries:
                    raise self._bad(asked, told, answer)
                asks = waiting.asked_wait_s(answer.headers, answer.value, self._clock.wall())
                wait = self._backoff.seconds(tries) if asks is None else asks
                if told.kind is Kind.THROTTLED:
                    self._lane.told_to_wait(wait)
                if self._clock.monotonic() + wait > until:
                    raise self._bad(asked, told, answer)
            await self._clock.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _try(self, out: Outgoing, signer: Signer | None, until: float, most_bytes: int) -> Answer:
        """One try, signed anew: a signature has its time in it."""
        async with self._lane.place(until):
            signed = out.copy()
            if signer is not None:
                signer.sign(signed)
            async with asyncio.timeout(self._caps.try_s):
                return await self._wire.send(self._whom.source_type, signed, most_bytes)

    def _bad(self, asked: Asked, told: Meaning, answer: Answer) -> Failure:
        """An answer that says no shows that the source lives; a broken server does not."""
        if told.kind is Kind.OTHER and answer.status >= 500:
            self._count_failed()
        else:
            self._lane.succeeded()
        return errors.failure(asked, told, answer)

    def _unreachable(self, asked: Asked, why: str) -> Failure:
        self._count_failed()
        told = f"{asked.title} can't be reached for {asked.what}: {why}"
        return Failure(Kind.NETWORK, told, errors.next_action(asked, Kind.NETWORK))

    def _ended(self, asked: Asked, error: Exception) -> Failure:
        match error:
            case Resting():
                told = f"{asked.title} is not asked for {error.rest_s:.0f} s: {error.why}"
                return Failure(error.kind, told, errors.next_action(asked, error.kind))
            case EgressRefused():
                allow = error.extra.get("allow", "")
                action = f"to allow it, start AOS with {allow}" if allow else "name another endpoint"
                return Failure(Kind.NETWORK, f"AOS does not dial it: {error.extra.get('reason', '')}", action)
            case TooBig():
                told = f"{asked.title} sends more than is read to {asked.what}"
                return Failure(Kind.OTHER, told, "ask the source's owner why it is so large")
            case Encoded():
                told = f"{asked.title} sends a content-encoding that nobody asked for to {asked.what}"
                return Failure(Kind.OTHER, told, "let it, or what stands before it, send plain bytes")
            case _:
                return Failure(
                    Kind.OTHER, f"{asked.title}: the URL of {asked.what} can't be used", "check resource_ids"
                )

    def _count_failed(self) -> None:
        if self._lane.failed():
            log.warning("A source is left alone for a while", source_type=self._whom.source_type)

    def _asked(self, out: Outgoing) -> Asked:
        operation = out.headers.get("x-amz-target", "")
        what = f"{out.method} {urlsplit(out.url).path or '/'}" + (f" ({operation})" if operation else "")
        return Asked(self._whom.title, what, self._whom.rights, self._whom.takes)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def hosts_of(urls: frozenset[str]) -> frozenset[str]:
    """The hosts of URLs; `ValueError` for one that can be read in two ways."""
    for url in urls:
        place_of(url.partition("?")[0])
    return frozenset(_host(url) for url in urls)
