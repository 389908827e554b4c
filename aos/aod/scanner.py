"""What answers there? One short look at each endpoint, judged by what came back and never by words in its URL."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx
import msgspec

from aos.aod.catalogue import key_of
from aos.aod.signs import Seen, Signs
from aos.contracts.discovery import Finding, Probed, Scan
from aos.core.clock import wall_ms
from aos.core.errors import AosError
from aos.core.log import Log
from aos.core.module import Core
from aos.core.redact import one_line, redact

log = Log("aod.scanner")
PROBE_S = 3.0
MOST_BYTES = 64 * 1024
MOST_RECORDS = 3
MOST_PROBES = 8  # at the same time
LONGEST_WHY = 200


class Look:
    """What one endpoint gave away so far; a probe that runs out of time leaves what it has."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.ended = False
        self.why = ""

    @property
    def answered(self) -> bool:
        return self.status > 0

    @property
    def readable(self) -> bool:
        """Whether there is a body to look into: a redirect is not followed, nothing is unpacked."""
        if 300 <= self.status < 400:
            self.why = "it redirects, which is not followed"
        elif self.headers.get("content-encoding", "identity").lower() != "identity":
            self.why = f"its body is packed ({self.headers['content-encoding']})"
        return self.status == 200 and not self.why

    @property
    def enough(self) -> bool:
        if len(self.body) >= MOST_BYTES:
            return True
        return self.body.count(b"\n") >= MOST_RECORDS and len(self._lines()) >= MOST_RECORDS

    def seen(self) -> Seen:
        return Seen(self.status, self.headers, [record for line in self._lines() if (record := _record(line))])

    def _lines(self) -> list[bytes]:
        """The first whole lines that are not blank."""
        whole = self.body.split(b"\n")
        if not self.ended:
            whole.pop()
        return [line for line in whole if line.strip()][:MOST_RECORDS]


class Probe(NamedTuple):
    probed: Probed
    finding: Finding | None


class MiddlewareScanner:
    """Recognises middleware by probing (spec: Phase 4). At most eight probes are under way, of all scans together."""

    def __init__(self, core: Core, signs: Signs) -> None:
        self._core, self._signs = core, signs
        self._places = asyncio.Semaphore(MOST_PROBES)

    async def scan(self, targets: Sequence[str]) -> Scan:
        """Probe every target; what was found, best first and of equals the first given, and what came of each."""
        started = wall_ms(self._core.clock)
        clients = self._core.egress.call_client(deadline_s=PROBE_S, connections=MOST_PROBES)
        async with clients as client, asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._probe(client, url), name="aod: probe") for url in targets]
        probes = [task.result() for task in tasks]
        found = [probe.finding for probe in probes if probe.finding]
        for probe in probes:
            self._core.metrics.probes.labels(probe.probed.outcome).inc()
        scan = Scan(
            scan_id=str(uuid.uuid4()),
            started_at=started,
            finished_at=wall_ms(self._core.clock),
            found=sorted(found, key=lambda finding: -finding.confidence),
            probed=[probe.probed for probe in probes],
        )
        log.info("Scanned", targets=len(targets), found=[f"{f.platform} {f.confidence:g}" for f in scan.found])
        return scan

    async def _probe(self, client: httpx.AsyncClient, url: str) -> Probe:
        async with self._places:
            look = Look()
            try:
                await self._look(client, url, look)
            except AosError as refusal:  # the way out is closed to this target
                return Probe(Probed(url=url, outcome="refused", why=_short(refusal.message)), None)
        if not look.answered:
            return Probe(Probed(url=url, outcome="unreachable", why=look.why), None)
        return self._judged(url, look)

    async def _look(self, client: httpx.AsyncClient, url: str, look: Look) -> None:
        """Fill `look` with the head and the first records. Whatever goes wrong on the way is its `why`."""
        try:
            async with asyncio.timeout(PROBE_S), client.stream("GET", url) as response:
                look.headers = {name.lower(): value for name, value in response.headers.items()}
                look.status = response.status_code
                if not look.readable:
                    return
                async for chunk in response.aiter_raw():
                    look.body += chunk[: MOST_BYTES - len(look.body)]
                    if look.enough:
                        return
                look.ended = True
        except TimeoutError:
            look.why = f"no answer within {PROBE_S:g} s" if not look.answered else f"no records within {PROBE_S:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            look.why = _short(f"{type(error).__name__}: {error}")

    def _judged(self, url: str, look: Look) -> Probe:
        seen = look.seen()
        nearest = self._signs.recognise(seen)
        platform = nearest.platform.platform
        if not nearest.found:
            why = f"nearest is {platform} at {nearest.confidence:g}, {self._signs.threshold:g} is needed"
            told = Probed(
                url=url,
                outcome="unknown",
                why="; ".join(filter(None, [look.why, why])),
                confidence=nearest.confidence,
                evidence=nearest.evidence,
            )
            return Probe(told, None)
        finding = Finding(
            platform=platform,
            detected_url=url,
            related_asset=self._signs.related_asset(seen),
            confidence=nearest.confidence,
            evidence=nearest.evidence,
            asset_key=key_of(platform, url),
        )
        told = Probed(
            url=url,
            outcome="recognised",
            why=look.why,
            platform=platform,
            confidence=nearest.confidence,
            evidence=nearest.evidence,
        )
        return Probe(told, finding)


def _record(line: bytes) -> dict[str, Any] | None:
    """A line as a record; None for anything else than a JSON object."""
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _short(text: str) -> str:
    return one_line(redact(text), LONGEST_WHY)
