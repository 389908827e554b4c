"""What a tenant can ask about: DCL's catalogue, and for each pipe a lexicon that is kept until the pipe changes."""

import asyncio
from typing import NamedTuple

from aos.contracts.catalogue import PipeCatalogue, PipeFacts
from aos.contracts.query import Query, QueryResult
from aos.core.clock import Clock
from aos.core.errors import AosError, NotFound
from aos.core.log import Log
from aos.core.peers import Peers
from aos.nlq import profile
from aos.nlq.fields import Look, pipe_of
from aos.nlq.lexicon import Lexicon
from aos.nlq.profile import Run
from aos.nlq.synonyms import SynonymFiles, Synonyms

log = Log("nlq.catalogue")
QUERY_S = 8.0
FRESH_S = 30.0  # a pipe that never stops growing is looked at again this often
SMALL = 2_000  # rows up to which a look costs little: then every change is seen at once
MOST_PIPES = 1_000  # kept over all tenants


class _Known(NamedTuple):
    facts: PipeFacts
    looks: dict[str, Look]
    looked_s: float
    synonyms: Synonyms
    lexicon: Lexicon


class Catalogue:
    """Everything is asked of DCL on behalf of a tenant: what is not the tenant's is not there."""

    def __init__(self, peers: Peers, files: SynonymFiles, clock: Clock) -> None:
        self._peers, self._files, self._clock = peers, files, clock
        self._known: dict[tuple[str, str], _Known] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._reading = asyncio.Lock()

    async def synonyms(self) -> Synonyms:
        """As the files say now; a disk that is slow to tell holds up nobody who did not ask."""
        async with self._reading:
            return await asyncio.to_thread(self._files.now)

    def run(self, tenant: str) -> Run:
        async def run(query: Query) -> QueryResult:
            return await self._peers.call(
                "dcl", "POST", "/query", query, answer=QueryResult, tenant=tenant, deadline_s=QUERY_S
            )

        return run

    async def lexicons(self, tenant: str, synonyms: Synonyms, pipe_id: str | None = None) -> list[Lexicon]:
        """Of every pipe, or of one. `NotFound` for one that this tenant has not."""
        found = await self._peers.call(
            "dcl", "GET", "/catalogue", answer=PipeCatalogue, tenant=tenant, deadline_s=QUERY_S
        )
        pipes = [facts for facts in found.pipes if pipe_id in (None, facts.pipe_id)]
        if pipe_id is not None and not pipes:
            raise NotFound(f"There is no pipe {pipe_id[:64]!r}", code="nlq.no_pipe")
        made = [await self._lexicon(tenant, facts, synonyms) for facts in pipes]
        return [lexicon for lexicon in made if lexicon is not None]

    async def _lexicon(self, tenant: str, facts: PipeFacts, synonyms: Synonyms) -> Lexicon | None:
        """None where the pipe can't be looked at now; the others can be asked all the same."""
        key = (tenant, facts.pipe_id)
        known = self._known.get(key)
        if known is not None and known.synonyms is synonyms and known.facts == facts:
            return known.lexicon
        async with self._locks.setdefault(key, asyncio.Lock()):
            known = self._known.get(key)
            looks, looked_s = (known.looks, known.looked_s) if known else ({}, 0.0)
            if known is None or not self._still_good(known, facts):
                try:
                    looks = await profile.looked(facts, self.run(tenant)) if facts.rows else {}
                except AosError as error:
                    log.warning("A pipe can't be looked at and is left out", pipe_id=facts.pipe_id, why=error.message)
                    return None
                looked_s = self._clock.monotonic()
            lexicon = Lexicon(pipe_of(facts, looks, synonyms.abbreviations), synonyms)
            self._keep(key, _Known(facts, looks, looked_s, synonyms, lexicon))
            return lexicon

    def _still_good(self, known: _Known, facts: PipeFacts) -> bool:
        """Whether what was seen of the values holds: nothing came since, or the pipe is large and the look is young."""
        same = [(f.name, f.types) for f in known.facts.fields] == [(f.name, f.types) for f in facts.fields]
        if not same or known.facts.version != facts.version:
            return False
        young = self._clock.monotonic() - known.looked_s < FRESH_S
        return known.facts.mark == facts.mark or (facts.rows > SMALL and young)

    def _keep(self, key: tuple[str, str], known: _Known) -> None:
        self._known.pop(key, None)
        while len(self._known) >= MOST_PIPES:
            oldest = next(iter(self._known))
            self._known.pop(oldest)
            self._locks.pop(oldest, None)
        self._known[key] = known
