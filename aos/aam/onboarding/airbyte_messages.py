"""What a source that speaks the Airbyte protocol writes, a JSON object a line; of each kind the part that is read.

Source: the Airbyte protocol, version 0. Unknown kinds and fields are passed over.
"""

from typing import Any, Literal

import msgspec

from aos.contracts.base import Wire
from aos.contracts.onboarding import CatalogField, CatalogStream


class Spec(Wire, frozen=True, kw_only=True):
    """`connectionSpecification` is a JSON schema of the configuration."""

    connectionSpecification: dict[str, Any] = msgspec.field(default_factory=dict)


class Status(Wire, frozen=True, kw_only=True):
    status: Literal["SUCCEEDED", "FAILED"]


class StreamOf(Wire, frozen=True, kw_only=True):
    name: str
    json_schema: dict[str, Any] = msgspec.field(default_factory=dict)
    source_defined_primary_key: list[list[str]] | None = None
    namespace: str | None = None
    supported_sync_modes: list[str] = msgspec.field(default_factory=list)


class CatalogOf(Wire, frozen=True, kw_only=True):
    streams: list[StreamOf]


class ErrorOf(Wire, frozen=True, kw_only=True):
    """`failure_type`: `config_error`, `transient_error` or `system_error`."""

    failure_type: str = "system_error"


class Trace(Wire, frozen=True, kw_only=True):
    type: str
    error: ErrorOf | None = None


class Message(Wire, frozen=True, kw_only=True):
    """One line. The content of a `RECORD` is passed over: rows are counted and thrown away."""

    type: str
    spec: Spec | None = None
    connectionStatus: Status | None = None
    catalog: CatalogOf | None = None
    trace: Trace | None = None


def configured(streams: list[StreamOf]) -> bytes:
    """The catalogue that `read` takes: every stream once, as it stands now, nothing remembered."""
    chosen = [
        {
            "stream": {
                "name": stream.name,
                "json_schema": stream.json_schema,
                "supported_sync_modes": stream.supported_sync_modes or ["full_refresh"],
                **({"namespace": stream.namespace} if stream.namespace else {}),
            },
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
        for stream in streams
    ]
    return msgspec.json.encode({"streams": chosen})


def as_stream(stream: StreamOf) -> CatalogStream:
    """A stream in the catalogue's own form; types as the JSON schema names them, `a|b` where there are several."""
    properties = stream.json_schema.get("properties")
    fields = [
        CatalogField(name=str(name), type=_type(told))
        for name, told in (properties.items() if isinstance(properties, dict) else ())
    ]
    identity = [".".join(path) for path in stream.source_defined_primary_key or [] if path]
    return CatalogStream(name=stream.name, fields=fields, origin="discovered", identity=identity)


def _type(told: Any) -> str:
    kind = told.get("type", "") if isinstance(told, dict) else ""
    kinds = kind if isinstance(kind, list) else [kind]
    return "|".join(str(each) for each in kinds if each != "null")
