"""Any `source-*` program that speaks the Airbyte protocol as a way to read a connection: check, discover, and a read
that is stopped at the twentieth record.

A program is used for a source where its configuration can be made: by `<program>.json` beside it, in which
`{secret.NAME}` and `{resource_ids[0]}` stand for values, else by the names in its own specification.
"""

import os
import re
import shutil
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from aos.aam.onboarding.adapter import Adapter, Discovered, Opened, Sampled
from aos.aam.onboarding.airbyte_process import LOOK, Exited, messages
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.unshown import Unshown
from aos.contracts.base import Strict
from aos.contracts.onboarding import MOST_FIRST_ITEMS, CatalogField, CatalogStream
from aos.core.clock import Clock
from aos.core.errors import BadSettings
from aos.core.log import Log
from aos.core.redact import HIDDEN, one_line, redact

log = Log("aam.airbyte")
MOST_WORDS = 10_000
SHORTEST_HIDDEN = 4  # characters of a secret that is taken out of what a connector says
_PLACE = re.compile(r"\{(?:secret\.(\w+)|resource_ids\[(\d+)\])\}")
# What a connector's own word for a failure means; anything else is an ERROR.
_KINDS = {"config_error": Kind.CREDENTIALS, "transient_error": Kind.THROTTLED}


class Template(Strict, frozen=True, kw_only=True):
    """`<program>.json`: the configuration with its places, and the stream that the first sync reads (empty: the first
    one that is found)."""

    config: dict[str, Any]
    stream: str = ""


class Airbyte:
    """The programs of one directory. `work` is where their files lie while they run; `programs` says what the one of a
    source_type is called, where it is not `source-<type>`."""

    def __init__(self, directory: Path, work: Path, clock: Clock, programs: Mapping[str, str]) -> None:
        self._directory, self._work, self._clock, self._programs = directory, work, clock, programs
        self._specs: dict[tuple[Path, float], dict[str, Any]] = {}

    @classmethod
    def open(cls, directory: str, work: Path, clock: Clock, programs: Mapping[str, str]) -> "Airbyte | None":
        """None where it is not enabled. Clears what a crash left, enabled or not, for a credential may lie in it;
        `BadSettings` names a directory that is none."""
        shutil.rmtree(work, ignore_errors=True)
        if not directory:
            return None
        if not Path(directory).is_dir():
            raise BadSettings(f"AOS_AIRBYTE_BIN={directory!r} is not a directory")
        work.mkdir(mode=0o700, parents=True)
        return cls(Path(directory).resolve(), work, clock, programs)

    async def adapter(self, source_type: str, resource_ids: Sequence[str], secret: Secret) -> Adapter | None:
        """None where there is no program for it, or none that this secret and these ids can configure."""
        program = self._directory / self._programs.get(source_type, f"source-{source_type.replace('_', '-')}")
        built_at = _built_at(program)
        if built_at is None:
            return None
        template = _template(program.with_name(program.name + ".json"))
        if template is None:
            spec = await self._spec(program, built_at)
            template = None if spec is None else _from_spec(spec, resource_ids, secret)
        config = None if template is None else _filled(template.config, resource_ids, secret)
        if template is None or config is None:
            return None
        return Connector(program, config, template.stream, secret, self._work, self._clock)

    async def _spec(self, program: Path, built_at: float) -> dict[str, Any] | None:
        """What it says that it needs; asked of each build of it until it has said so."""
        key = (program, built_at)
        if key not in self._specs:
            found = None
            try:
                async with messages(program, "spec", {}, self._work) as said:
                    async for message in said:
                        if message["type"] == "SPEC":
                            told = message.get("spec")
                            found = told.get("connectionSpecification") if isinstance(told, dict) else None
                            break
            except (Failure, Exited) as error:
                log.warning("A connector does not say what it needs", program=program.name, why=str(error))
            if not isinstance(found, dict):
                return None
            self._specs[key] = found
        return self._specs[key]


class Connector:
    """One program with one connection's configuration (`Adapter`)."""

    name = "airbyte"

    def __init__(
        self, program: Path, config: dict[str, Any], stream: str, secret: Secret, work: Path, clock: Clock
    ) -> None:
        self._program, self._config, self._stream = program, config, stream
        self._secret, self._work, self._clock = secret, work, clock
        self._found: list[dict[str, Any]] | None = None

    async def open(self) -> Opened:
        async with messages(self._program, "check", {"config": self._config}, self._work) as said:
            try:
                async for message in said:
                    self._look_for_error(message)
                    if message["type"] == "CONNECTION_STATUS":
                        told = message.get("connectionStatus")
                        told = told if isinstance(told, dict) else {}
                        if told.get("status") == "SUCCEEDED":
                            return Opened((), ())
                        if told.get("status") != "FAILED":
                            raise Failure(Kind.OTHER, "the connector's check says neither yes nor no", LOOK)
                        self._refuse(Kind.CREDENTIALS, "does not get in", told.get("message"))
            except Exited as ended:
                raise _ended("check", ended) from None
        raise Failure(Kind.OTHER, "the connector's check said nothing", LOOK)

    async def discover(self) -> Discovered:
        streams = [_stream(raw) for raw in await self._raw()]
        return Discovered(tuple(streams), ())

    async def sample(self) -> Sampled:
        """Reads until the twentieth record of one stream, or its end; the records are counted and thrown away."""
        raw = await self._raw()
        chosen = next((each for each in raw if each["name"] == self._stream), raw[0])
        sync = {"stream": chosen, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
        files = {"config": self._config, "catalog": {"streams": [sync]}}
        begun, rows = self._clock.monotonic(), 0
        async with messages(self._program, "read", files, self._work) as said:
            try:
                async for message in said:
                    self._look_for_error(message)
                    rows += message["type"] == "RECORD"
                    if rows >= MOST_FIRST_ITEMS:
                        break
            except Exited as ended:
                raise _ended("read", ended) from None
            latency_ms = (self._clock.monotonic() - begun) * 1000
        return Sampled(rows, latency_ms, ())

    async def close(self) -> None:
        return None

    async def _raw(self) -> list[dict[str, Any]]:
        """The streams as the connector tells them."""
        if self._found is None:
            async with messages(self._program, "discover", {"config": self._config}, self._work) as said:
                try:
                    async for message in said:
                        self._look_for_error(message)
                        if message["type"] == "CATALOG":
                            self._found = _streams(message)
                            break
                except Exited as ended:
                    raise _ended("discover", ended) from None
        if not self._found:
            raise Failure(Kind.SCHEMA, "the connector finds no stream", LOOK)
        return self._found

    def _look_for_error(self, message: dict[str, Any]) -> None:
        trace = message.get("trace")
        if message["type"] == "TRACE" and isinstance(trace, dict) and isinstance(trace.get("error"), dict):
            error = trace["error"]
            kind = _KINDS.get(str(error.get("failure_type")), Kind.OTHER)
            self._refuse(kind, "failed", error.get("message"))

    def _refuse(self, kind: Kind, what: str, said: Any) -> NoReturn:
        """With the connector's own words, unless a part of the secret is in them."""
        words = str(said)[:MOST_WORDS] if said else "it does not say why"
        if Unshown(self._secret).in_text(words):
            words = "its words are not repeated, since they hold a part of the credential"
        for name in self._secret.names:
            value = self._secret.reveal(name)
            for each in (value, msgspec.json.encode(value).decode()[1:-1]):
                words = words.replace(each, HIDDEN) if len(each) >= SHORTEST_HIDDEN else words
        action = "put the credential right, then heal" if kind is Kind.CREDENTIALS else LOOK
        raise Failure(kind, f"{self._program.name} {what}: {one_line(redact(words), 200)}", action)


def _built_at(program: Path) -> float | None:
    """When a program that may run was built, by the wall clock; None where there is none, or one that others can
    change, which is told in the log and not used."""
    try:
        real = program.stat()
    except OSError:
        return None
    if not stat.S_ISREG(real.st_mode) or not os.access(program, os.X_OK):
        return None
    if real.st_mode & 0o022 or real.st_uid not in (0, os.geteuid()):
        log.warning("A connector is not used: others can change it", program=program.name)
        return None
    return real.st_mtime


def _template(path: Path) -> Template | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Template)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        why = one_line(str(error), 200)
        told = f"{path.name} beside the connector can't be used: {why}"
        raise Failure(Kind.OTHER, told, "put the file right, then heal") from None


def _from_spec(spec: dict[str, Any], resource_ids: Sequence[str], secret: Secret) -> Template | None:
    """Its properties that are called as a field of the secret, or `resource_ids` and `resource_id`; None where one that
    it needs is called otherwise, or where it does not say in a list of names what it needs."""
    required, properties = spec.get("required") or [], spec.get("properties")
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        return None
    named = properties if isinstance(properties, dict) else {}
    config: dict[str, Any] = {name: f"{{secret.{name}}}" for name in named if name in secret.names}
    if "resource_ids" in named:
        config["resource_ids"] = [f"{{resource_ids[{number}]}}" for number in range(len(resource_ids))]
    if "resource_id" in named:
        config["resource_id"] = "{resource_ids[0]}"
    return Template(config=config) if set(required) <= set(config) else None


def _filled(value: Any, resource_ids: Sequence[str], secret: Secret) -> Any:
    """The template with its places filled; None where one of them can't be. Property by property: what is filled in is
    never read as a place itself."""
    missing = False

    def fill(found: re.Match[str]) -> str:
        nonlocal missing
        field, number = found[1], found[2]
        if field is not None and field in secret.names:
            return secret.reveal(field)
        if number is not None and int(number) < len(resource_ids):
            return resource_ids[int(number)]
        missing = True
        return ""

    def walk(each: Any) -> Any:
        match each:
            case str():
                return _PLACE.sub(fill, each)
            case dict():
                return {name: walk(below) for name, below in each.items()}
            case list():
                return [walk(below) for below in each]
            case _:
                return each

    filled = walk(value)
    return None if missing else filled


def _streams(message: dict[str, Any]) -> list[dict[str, Any]]:
    catalog = message.get("catalog")
    found = catalog.get("streams") if isinstance(catalog, dict) else None
    return [each for each in found or () if isinstance(each, dict) and isinstance(each.get("name"), str)]


def _stream(raw: dict[str, Any]) -> CatalogStream:
    schema = raw.get("json_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    fields = [
        CatalogField(name=name, type=_type(told))
        for name, told in (properties.items() if isinstance(properties, dict) else ())
    ]
    keys = raw.get("source_defined_primary_key")
    identity = [".".join(map(str, key)) for key in keys if isinstance(key, list)] if isinstance(keys, list) else []
    return CatalogStream(name=raw["name"], fields=fields, origin="discovered", identity=identity)


def _type(told: Any) -> str:
    """`string`, or `string|null` where it is one of several."""
    kind = told.get("type") if isinstance(told, dict) else None
    return "|".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _ended(command: str, ended: Exited) -> Failure:
    return Failure(Kind.OTHER, f"the connector's {command} ended with {ended.code}", LOOK)
