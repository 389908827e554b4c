"""The native adapters: a connection of any of the 29 families, read as its family's data says."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from aos.aam.onboarding import granted
from aos.aam.onboarding.adapter import Adapter, Discovered, Opened, Sampled
from aos.aam.onboarding.answer import UNREADABLE, Answer, at, items
from aos.aam.onboarding.auth import chosen, strategy_of
from aos.aam.onboarding.auth.outgoing import Means, Signer
from aos.aam.onboarding.auth.tokens import TokenStore
from aos.aam.onboarding.connection import fill, outgoing, places
from aos.aam.onboarding.discovery import Discovery
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import Ask, Family, load, origin_of
from aos.aam.onboarding.gates import Gates
from aos.aam.onboarding.identity import Whose
from aos.aam.onboarding.lane import Lanes
from aos.aam.onboarding.openapi import ClientOf, MeansOf, OpenApiAdapter
from aos.aam.onboarding.safe_client import Caps, SafeClient, Tally, Whom, hosts_of
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.sql import SqlAdapter
from aos.contracts.onboarding import MOST_FIRST_ITEMS, Endpoints
from aos.core.errors import InvalidInput
from aos.core.module import Core


class Natives:
    """Makes adapters. What connections share (lanes, tokens, HTTP clients) lives here and ends with `close`."""

    def __init__(
        self, core: Core, endpoints: Endpoints, families: Mapping[str, Family] | None = None, caps: Caps | None = None
    ) -> None:
        self.families = families or load()
        self._core, self._caps = core, caps or Caps()
        self._gates = Gates(core, endpoints, self.families)
        self._lanes, self._tokens, self._tally = Lanes(core.clock), TokenStore(core.clock), Tally()
        self._salt = secrets.token_bytes(32)

    @property
    def destructive_ops(self) -> int:
        """What was refused before anything was sent."""
        return self._tally.destructive_ops

    def adapter(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Adapter:
        """`Failure` names fields that the credential lacks, `InvalidInput` a resource id that can't be used."""
        family = self.families[source_type]
        values = places(family, resource_ids, secret)
        if family.reader == "sql":
            return SqlAdapter(self._core, family, values["database"], secret, self._gates.sandbox_files())
        account = resource_ids[0].strip().lower() if resource_ids else ""
        if family.account == "credential":
            account = self._owner(family, secret, frozenset())
        lane = self._lanes.lane(source_type, account, family.rate_per_s, family.in_flight)
        wire = self._gates.wire(family)

        def client(urls: frozenset[str], token_urls: frozenset[str], takes: str) -> SafeClient:
            try:
                hosts = hosts_of(urls)
            except ValueError as error:
                raise InvalidInput(f"resource_ids[0]: {error}", path="$.resource_ids[0]") from None
            whom = Whom(source_type, family.title, family.dialect, family.rights, takes, hosts, token_urls)
            return SafeClient(whom, lane, wire, self._tally, self._caps)

        def means(safe: SafeClient, token_for: frozenset[str]) -> Means:
            owner = self._owner(family, secret, token_for)
            return Means(secret, values, self._core.clock, self._tokens, safe.exchange, owner)

        if family.reader == "openapi":
            return OpenApiAdapter(family, values, secret, client, means)
        return self._native(family, values, resource_ids, secret, client, means)

    async def close(self) -> None:
        """Ends the connections and forgets the tokens."""
        self._tokens.clear()
        await self._gates.close()

    def _native(
        self,
        family: Family,
        values: dict[str, str],
        resource_ids: Sequence[str],
        secret: Secret,
        client_of: ClientOf,
        means_of: MeansOf,
    ) -> "NativeAdapter":
        spec = chosen(family.auth, secret, family.title)
        urls = frozenset(fill(origin_of(url), values) for url in family.urls())
        token_urls = frozenset(fill(url, values) for url in spec.token_urls())
        client = client_of(urls, token_urls, " + ".join(spec.needs()))
        # All that a token is asked for with: one for another account is another token.
        token_for = frozenset(fill(text, values) for text in spec.templates())
        client.signer = spec.signer(means_of(client, token_for))
        whose = Whose(family, resource_ids[0] if resource_ids else "", strategy_of(spec))
        return NativeAdapter(family, values, client, client.signer, whose)

    def _owner(self, family: Family, secret: Secret, token_for: frozenset[str]) -> str:
        """What a credential's tokens are kept under: it tells nothing about the credential."""
        digest = hmac.new(self._salt, digestmod=hashlib.sha256)
        for text in (family.source_type, *sorted(token_for), *sorted(secret.names)):
            digest.update(text.encode() + b"\0")
        for name in sorted(secret.names):
            digest.update(secret.reveal(name).encode() + b"\0")
        return digest.hexdigest()


class NativeAdapter:
    """Health, discovery and the tiny first sync of a family over HTTP."""

    name = "native"

    def __init__(
        self, family: Family, values: Mapping[str, str], client: SafeClient, signer: Signer, whose: Whose
    ) -> None:
        self._family, self._values, self._client, self._signer = family, values, client, signer
        self._whose = whose

    async def open(self) -> Opened:
        assert self._family.health is not None
        answer = await self._health(self._family.health)
        whose = await self._whose.check(answer, self._signer.told(), lambda ask: self._read(ask, self._values))
        scopes = granted.granted(self._family, answer, self._signer.told())
        warnings = [self._signer.warning] if self._signer.warning else []
        if self._family.health.strangers and await self._answers_strangers(self._family.health):
            warnings.append("The site answers strangers as well, so that the call does not prove the credential")
        return Opened(scopes, (*warnings, *whose, *granted.excess(self._family, scopes)))

    async def discover(self) -> Discovered:
        return await Discovery(self._family, self._values, self._read).run()

    async def sample(self) -> Sampled:
        ask = self._family.sample
        assert ask is not None
        answer = await self._read(ask, self._values)
        found = items(answer.value, ask.items, absent=ask.absent)
        if found is None:
            raise self._shape(ask, f"it has no {ask.items or 'list'}")
        more = f"The source gave {len(found)} items where {MOST_FIRST_ITEMS} were asked for; the rest was dropped"
        warnings = (more,) if len(found) > MOST_FIRST_ITEMS else ()
        return Sampled(min(len(found), MOST_FIRST_ITEMS), round(answer.took_s * 1_000, 3), warnings)

    async def close(self) -> None:
        """Nothing of its own: what was fetched is shared, and kept by `Natives`."""

    async def _health(self, ask: Ask) -> Answer:
        try:
            answer = await self._client.read(
                outgoing(self._family, ask, self._values), size=ask.size, health=True, signed=not ask.open
            )
        except Failure as failure:
            if not ask.or_else or failure.answered != 404:
                raise
            return await self._client.read(outgoing(self._family, ask, self._values, ask.or_else), health=True)
        if answer.value is UNREADABLE:
            raise self._shape(ask, "it is neither JSON nor XML")
        if ask.ok and at(answer.value, ask.ok) in (None, ""):
            if not isinstance(at(answer.value, ask.ok.rpartition("/")[0]), dict):
                raise self._shape(ask, f"it has no {ask.ok}")
            told = f"{self._family.title} answers {ask.url} as it does to a stranger"
            raise Failure(Kind.CREDENTIALS, told, "renew the credential that credential_locator leads to, then heal")
        return answer

    async def _answers_strangers(self, ask: Ask) -> bool:
        try:
            await self._client.read(outgoing(self._family, ask, self._values), size=ask.size, signed=False)
        except Failure as failure:
            if not failure.answered:
                raise
            return False
        return True

    async def _read(self, ask: Ask, values: Mapping[str, str]) -> Answer:
        out = outgoing(self._family, ask, values)
        try:
            answer = await self._client.read(out, size=ask.size, signed=not ask.open)
        except Failure as failure:
            # Datadog refuses a bad key and a missing right alike; what checks the keys alone tells them apart.
            if self._family.dialect == "datadog" and failure.answered == 403 and self._family.health:
                await self._health(self._family.health)
            raise
        if answer.value is UNREADABLE:
            raise self._shape(ask, "it is neither JSON nor XML")
        return answer

    def _shape(self, ask: Ask, why: str) -> Failure:
        told = f"{self._family.title}'s answer to {ask.url} is not in the shape that is known: {why}"
        return Failure(Kind.SCHEMA, told, "compare the source's version with docs/families.md, then heal")
