"""Airbyte's sources, where the operator has installed them: `source-*` programs in the directory AOS_AIRBYTE_BIN."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from aos.aam.onboarding.adapter import Adapter, Discovered, Opened, Sampled
from aos.aam.onboarding.airbyte_messages import StreamOf, as_stream, configured
from aos.aam.onboarding.airbyte_program import Scratch, failed, put, run
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from aos.contracts.onboarding import MOST_FIRST_ITEMS
from aos.core.clock import Clock

SPEC_S, CHECK_S, DISCOVER_S, READ_S = 30.0, 60.0, 120.0, 120.0
MOST_AT_ONCE = 2  # each is an interpreter of its own
MOST_STREAMS = 1_000


class Airbyte:
    """`programs` says which program reads a source_type; what it does not name is looked for as `source-<type>`."""

    def __init__(self, directory: Path, scratch: Path, clock: Clock, programs: Mapping[str, str]) -> None:
        self._directory, self._clock, self._programs = directory, clock, programs
        self._scratch = Scratch(scratch)
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    async def adapter(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Adapter | None:
        """None where there is no such program. Looked for each time, so that one can be put there at any time."""
        name = self._programs.get(source_type, f"source-{source_type.replace('_', '-')}")
        program = self._directory / name
        if "/" in name or not program.is_file() or not os.access(program, os.X_OK):
            return None
        return AirbyteAdapter(program.absolute(), resource_ids, secret, self._scratch, self._places, self._clock)


class AirbyteAdapter:
    """One connection. The configuration is the credential's field `config` (a JSON object, for sources that nest
    theirs), else those of its fields and of `resource_ids` (the list), `resource_id` (the first) that the source's own
    specification has."""

    name = "airbyte"

    def __init__(
        self, program: Path, resource_ids: Sequence[str], secret: Secret, scratch: Scratch, places: asyncio.Semaphore,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._program, self._resource_ids, self._secret = program, resource_ids, secret
        self._scratch, self._places, self._clock = scratch, places, clock
        self._streams: list[StreamOf] = []
        self._config: bytes | None = None

    async def open(self) -> Opened:
        """`spec`, then `check`."""
        config = await self._configuration()
        async with self._places, self._scratch.directory() as place:
            arguments = ["check", "--config", put(place, "config.json", config)]
            async with run(self._program, arguments, place, CHECK_S) as output:
                async for message in output:
                    if message.connectionStatus is None:
                        continue
                    if message.connectionStatus.status == "FAILED":
                        raise failed(self._program.name, "config_error")
                    return Opened((), ())
        raise self._silent("check", "CONNECTION_STATUS")

    async def discover(self) -> Discovered:
        config = await self._configuration()
        async with self._places, self._scratch.directory() as place:
            arguments = ["discover", "--config", put(place, "config.json", config)]
            async with run(self._program, arguments, place, DISCOVER_S) as output:
                async for message in output:
                    if message.catalog is not None and message.catalog.streams:
                        self._streams = message.catalog.streams[:MOST_STREAMS]
                        left = len(message.catalog.streams) - len(self._streams)
                        warnings = (f"{left} streams past the first {MOST_STREAMS} are left out",) if left else ()
                        return Discovered(tuple(as_stream(each) for each in self._streams), warnings)
        raise self._silent("discover", "CATALOG")

    async def sample(self) -> Sampled:
        """`read`, until 20 records were seen or it ended by itself; they are counted and thrown away."""
        if not self._streams:
            await self.discover()
        config, began, rows = await self._configuration(), self._clock.monotonic(), 0
        async with self._places, self._scratch.directory() as place:
            paths = put(place, "config.json", config), put(place, "catalog.json", configured(self._streams))
            arguments = ["read", "--config", paths[0], "--catalog", paths[1]]
            async with run(self._program, arguments, place, READ_S) as output:
                async for message in output:
                    rows += message.type == "RECORD"
                    if rows == MOST_FIRST_ITEMS:
                        break
        latency = (self._clock.monotonic() - began) * 1000
        return Sampled(rows, latency, () if rows else ("it answered and had no items: a grant may be missing",))

    async def close(self) -> None:
        self._config = None

    async def _configuration(self) -> bytes:
        if self._config is None:
            self._config = self._own() if "config" in self._secret.names else await self._by_specification()
        return self._config

    def _own(self) -> bytes:
        try:
            msgspec.json.decode(self._secret.reveal("config"), type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            told = "the credential's field `config` is no JSON object"
            raise Failure(Kind.CREDENTIALS, told, "correct the credential, then heal") from None
        return self._secret.reveal("config").encode()

    async def _by_specification(self) -> bytes:
        wanted = await self._specification()
        properties = wanted.get("properties")
        names = [str(name) for name in properties] if isinstance(properties, dict) else []
        config: dict[str, Any] = {name: self._secret.reveal(name) for name in names if name in self._secret.names}
        if "resource_ids" in names:
            config.setdefault("resource_ids", list(self._resource_ids))
        if "resource_id" in names:
            config.setdefault("resource_id", self._resource_ids[0])
        required = wanted.get("required")
        missing = [str(name) for name in required if name not in config] if isinstance(required, list) else []
        if missing:
            told = f"{self._program.name} wants {', '.join(missing)}, which the credential does not have"
            action = "put them into the credential, or the whole configuration as its field `config`, then heal"
            raise Failure(Kind.CREDENTIALS, told, action)
        return msgspec.json.encode(config)

    async def _specification(self) -> dict[str, Any]:
        async with (
            self._places,
            self._scratch.directory() as place,
            run(self._program, ["spec"], place, SPEC_S) as output,
        ):
            async for message in output:
                if message.spec is not None:
                    return message.spec.connectionSpecification
        raise self._silent("spec", "SPEC")

    def _silent(self, verb: str, kind: str) -> Failure:
        told = f"{self._program.name} {verb} ended without a message of the kind {kind}"
        return Failure(Kind.OTHER, told, f"run `{self._program.name} {verb}` by hand and see what it says")
