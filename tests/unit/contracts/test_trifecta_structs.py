"""The structs of the four paths are the document's (source 003): every field, which may be left out, every default."""

from typing import Any

import msgspec
import pytest

from aos.contracts.content import ContentAccepted, ContentPush, NoMatchingPipe
from aos.contracts.export import DCLConnectionSchema, DCLExportResponse, DCLFabricPlane
from aos.contracts.manifest import (
    JobManifest,
    ManifestLimits,
    ManifestProvenance,
    ManifestSource,
    ManifestTarget,
    ManifestTransform,
)

NEEDED: Any = ...
# Of each struct the document's fields with their defaults.
DOCUMENT: list[tuple[type[msgspec.Struct], dict[str, Any]]] = [
    (
        DCLExportResponse,
        {
            "aod_run_id": None,
            "timestamp": NEEDED,
            "source": NEEDED,
            "total_connections": NEEDED,
            "fabric_planes": NEEDED,
        },
    ),
    (
        DCLFabricPlane,
        dict.fromkeys(("plane_type", "vendor", "connection_count", "health", "connections"), NEEDED),
    ),
    (
        DCLConnectionSchema,
        {
            **dict.fromkeys(("pipe_id", "candidate_id", "source_name", "vendor", "category"), NEEDED),
            "governance_status": None,
            "fields": NEEDED,
            **dict.fromkeys(("entity_scope", "identity_keys", "transport_kind", "modality", "change_semantics")),
            "health": NEEDED,
            "last_sync": None,
            "asset_key": NEEDED,
            "aod_asset_id": None,
        },
    ),
    (
        JobManifest,
        {
            "manifest_version": "1.0",
            "run_id": NEEDED,
            "farm_verification": False,
            "source": NEEDED,
            "transform": ManifestTransform(),
            "target": NEEDED,
            "provenance": NEEDED,
            "limits": ManifestLimits(),
        },
    ),
    (
        ManifestSource,
        {
            **dict.fromkeys(("pipe_id", "system", "adapter", "endpoint_ref"), NEEDED),
            "credentials_ref": None,
            "query": None,
        },
    ),
    (ManifestTransform, {"schema_map": {}, "grain": None, "period_field": None, "period_format": None}),
    (ManifestTarget, {"dcl_url": NEEDED, "auth_token_ref": None, "tenant_id": None, "snapshot_name": None}),
    (ManifestProvenance, {"run_timestamp": NEEDED, "triggered_by": NEEDED}),
    (ManifestLimits, {"max_rows": 100_000, "timeout_seconds": 300, "retry_count": 2}),
    (
        ContentPush,
        {
            "source_system": NEEDED,
            "tenant_id": None,
            "snapshot_name": None,
            **dict.fromkeys(("run_timestamp", "schema_version", "row_count", "rows"), NEEDED),
        },
    ),
    (
        NoMatchingPipe,
        dict.fromkeys(("error", "pipe_id", "message", "hint", "available_pipes", "timestamp"), NEEDED),
    ),
]


@pytest.mark.parametrize(("struct", "fields"), DOCUMENT, ids=[struct.__name__ for struct, _ in DOCUMENT])
def test_a_struct_has_the_documents_fields_and_defaults(struct: type[msgspec.Struct], fields: dict[str, Any]) -> None:
    """No other field, none missing, in the document's order."""
    found = {}
    for field in msgspec.structs.fields(struct):
        made = field.default_factory() if callable(field.default_factory) else field.default
        found[field.encode_name] = NEEDED if field.required else made
    assert found == fields
    assert list(found) == list(fields)


def test_dcls_yes_says_all_that_the_document_lists() -> None:
    """And what else AOS says comes behind it."""
    document = ["dcl_run_id", "pipe_id", "rows_accepted", "schema_drift", "drift_fields", "matched_schema"]
    document += ["schema_fields", "timestamp"]
    assert list(ContentAccepted.__struct_fields__)[: len(document)] == document
