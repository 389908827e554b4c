"""Which source a connector reads, and how a line's place in it is named."""

import hashlib
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

from aos.contracts.ingest import ConnectorConfig, Resume
from aos.core.errors import InvalidInput

IDLE_TIMEOUT_S, LINE_BYTES = (0.05, 86_400), (64, 64 * 1024 * 1024)
BREAKER_FAILURES, BREAKER_COOLDOWN_S = (1, 1_000), (0.05, 86_400)
MAX_POSITION = 2**44  # 1.7e13 lines; a position fits a row's key together with its source


class SourceType(NamedTuple):
    """What is known of a kind of source: its name in envelopes, its contract (empty: the policy must name one), how it
    resumes, parameters that set pace or range and so do not change which source it is, the one that names its last
    line, where beside the stream its records are repaired from (`stream` is where its path begins, `repair_one` takes
    the id behind it), and the pipe of its records, as long as they hold to its own contract."""

    source: str
    contract: str
    resume: Resume | None
    passing: frozenset[str] = frozenset()
    last_line: str = ""
    stream: str = ""
    repair_one: str = ""
    repair_many: str = ""
    pipe: str = ""


SOURCE_TYPES = {
    "mulesoft_stream": SourceType(
        source="mulesoft_mock",
        contract="invoice",
        resume=Resume(by="line", param="from"),
        passing=frozenset({"speed", "rate", "until"}),
        last_line="until",
        stream="/api/",
        repair_one="/api/source/salesforce/invoice/",
        repair_many="/api/source/salesforce/invoices",
        pipe="mulesoft_invoices",
    ),
    # Anybody's NDJSON over HTTP: nothing is known of it but what the policy says.
    "ndjson_stream": SourceType(source="ndjson", contract="", resume=None),
}


class Target(NamedTuple):
    """A connector's source, resolved. `id` names the canonical URL; `trace` is the fixed part of its lines' UUIDs;
    `first` the position before its first line, `last` that of its last one (None: endless)."""

    config: ConnectorConfig
    kind: SourceType
    resume: Resume | None
    canonical: str
    id: str
    trace: bytes
    first: int
    last: int | None

    @property
    def replayable(self) -> bool:
        return self.resume is not None

    @property
    def guarantee(self) -> str:
        return "exactly_once" if self.replayable else "at_most_once_before_airlock"

    @property
    def contract(self) -> str:
        """The name of the contract that its lines are held to."""
        return self.config.policy.contract or self.kind.contract

    @property
    def pipe_id(self) -> str:
        """The pipe that its records are filed under; empty where neither its configuration nor its type names one."""
        return self.config.pipe_id or (self.kind.pipe if self.contract == self.kind.contract else "")

    @property
    def repairs(self) -> bool:
        """Whether records are repaired: as the policy says. Where it does not, they are, if the source type knows a
        source of truth; what it knows holds for its own contract, for another one `repair_url` must be given."""
        policy = self.config.policy
        if policy.repair_enabled is not None:
            return policy.repair_enabled
        return bool(self.kind.repair_one) and (self.contract == self.kind.contract or bool(policy.repair_url))

    def default_repair(self, key: str) -> tuple[str, str]:
        """Where one record and where many are repaired from when the policy does not say: beside the stream, with its
        seed. Empty where the target's path does not give away what is beside it."""
        parts = urlsplit(self.config.target_url)
        prefix, stream, _ = parts.path.partition(self.kind.stream) if self.kind.repair_one else ("", "", "")
        if not stream:
            return "", ""
        query = urlencode({"seed": dict(parse_qsl(parts.query)).get("seed", "1")})
        base = urlunsplit((parts.scheme, parts.netloc, prefix, "", ""))
        return f"{base}{self.kind.repair_one}{{{key}}}?{query}", f"{base}{self.kind.repair_many}?{query}"

    def trace_id(self, position: int) -> bytes:
        """UUID (version 8, RFC 9562) of a line: a hash of connector and target, then its position. 36 bytes."""
        return self.trace + b"%012x" % position

    def url(self, position: int | None, value: str) -> str:
        """The URL that goes on behind `position` (None: from the start), or behind the record with `value`."""
        if self.resume is None or position is None:
            return self.config.target_url
        if self.resume.by == "line":
            return with_parameter(self.config.target_url, self.resume.param, str(position + 1))
        return with_parameter(self.config.target_url, self.resume.param, value) if value else self.config.target_url


def resolve(config: ConnectorConfig, own: str = "") -> Target:
    """`own` is the origin of this very AOS: on another port its streams are still the same sources. Raises
    `InvalidInput` for an unknown source type or an unusable URL."""
    kind = SOURCE_TYPES.get(config.source_type)
    if kind is None:
        raise InvalidInput(f"source_type {config.source_type!r} is not known; known: {', '.join(SOURCE_TYPES)}")
    _check_policy(config, kind)
    resume = config.policy.resume or kind.resume
    if not is_usable(config.target_url):
        raise InvalidInput(
            "target_url is not an http or https URL without spaces and control characters", path="$.target_url"
        )
    parts = urlsplit(config.target_url)
    if "@" in parts.netloc:
        raise InvalidInput(
            "target_url: a user or password in it is not accepted; it would be stored", path="$.target_url"
        )
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    canonical = _canonical(config.target_url, own, kind.passing | ({resume.param} if resume else set()))
    digest = hashlib.sha256(f"{config.connector_id}\n{canonical}".encode()).hexdigest()
    trace = f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{'89ab'[int(digest[16], 16) % 4]}{digest[17:20]}-"
    first = _number(query.get(resume.param, "1")) - 1 if resume and resume.by == "line" else 0
    last = _number(query[kind.last_line]) if kind.last_line and kind.last_line in query else None
    identity = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    return Target(config, kind, resume, canonical, identity, trace.encode(), max(first, 0), last)


def _check_policy(config: ConnectorConfig, kind: SourceType) -> None:
    """What the source type does not know, the policy must say; and numbers are such that a line can get through."""
    policy, resume = config.policy, config.policy.resume
    for field, value, (least, most) in (
        ("idle_timeout_s", policy.idle_timeout_s, IDLE_TIMEOUT_S),
        ("max_line_bytes", policy.max_line_bytes, LINE_BYTES),
        ("breaker.failures", policy.breaker.failures, BREAKER_FAILURES),
        ("breaker.cooldown_s", policy.breaker.cooldown_s, BREAKER_COOLDOWN_S),
    ):
        if not least <= value <= most:
            raise InvalidInput(
                f"policy.{field}: {value:g} is not from {least:,} to {most:,}".replace(",", "_"),
                path=f"$.policy.{field}",
            )
    if not (kind.contract or policy.contract):
        raise InvalidInput(
            f"policy.contract: a source of type {config.source_type} needs the name of a contract",
            path="$.policy.contract",
        )
    if policy.repair_enabled and not (kind.repair_one or policy.repair_url):
        raise InvalidInput(
            f"policy.repair_url: a source of type {config.source_type} is repaired only from where it says",
            path="$.policy.repair_url",
        )
    if resume and not (resume.param and (resume.field or resume.by == "line")):
        raise InvalidInput(
            "policy.resume: `param` names the parameter to send, and by field `field` the field",
            path="$.policy.resume",
        )


def is_usable(url: str) -> bool:
    """Whether this is an http or https URL that the client takes as it stands."""
    try:
        parts = urlsplit(url)
        # `urlsplit` drops tabs and newlines in silence, and the client would then refuse what was accepted here.
        printable = url.isprintable() and " " not in url
        return bool(printable and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        return False


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 20 or int(text) > MAX_POSITION:
        raise InvalidInput(f"target_url: {text[:40]!r} is not a line number")
    return int(text)


def _canonical(url: str, own: str, dropped: frozenset[str] | set[str]) -> str:
    """The URL that says which source it is: no pace, no resume point, no userinfo; parameters in order."""
    parts = urlsplit(url)
    query = sorted(
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in dropped
    )
    host = (parts.hostname or "").lower()
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    origin = f"{parts.scheme}://{host}:{port}"
    return f"{'aos:self' if origin == own else origin}{parts.path or '/'}?{urlencode(query)}"


def with_parameter(url: str, name: str, value: str) -> str:
    """The URL with one query parameter set; the others stay as they were written."""
    parts = urlsplit(url)
    kept = [piece for piece in parts.query.split("&") if piece and unquote_plus(piece.partition("=")[0]) != name]
    return urlunsplit(parts._replace(query="&".join([*kept, urlencode({name: value})])))
