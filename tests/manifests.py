"""Job orders for tests."""

from typing import Any

import msgspec

from aos.contracts.manifest import JobManifest


def order(url: str = "http://127.0.0.1:1/rows", **changes: Any) -> dict[str, Any]:
    """A manifest as JSON. `changes` by part: `source`, `transform`, `target` and `limits` are merged, others set."""
    made: dict[str, Any] = {
        "run_id": "run-1",
        "source": {
            "pipe_id": "pipe-1",
            "system": "netsuite",
            "adapter": "rest_api",
            "endpoint_ref": {"url": url},
        },
        "transform": {},
        "target": {"dcl_url": "http://127.0.0.1:1/dcl/ingest", "snapshot_name": "Q1"},
        "provenance": {"run_timestamp": "2026-02-01T00:00:00Z", "triggered_by": "test"},
        "limits": {},
    }
    for name, value in changes.items():
        made[name] = {**made[name], **value} if isinstance(made.get(name), dict) else value
    return made


def manifest(**changes: Any) -> JobManifest:
    return msgspec.convert(order(**changes), JobManifest)
