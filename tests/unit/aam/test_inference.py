"""What kind of pipe it is: each choice from evidence or the catalogue, with its reason, else null."""

from typing import Any

import pytest

from aos.aam.blueprints.inference import UNKNOWN
from aos.core.errors import InvalidInput
from tests.unit.aam.declared import OBSERVED, declared
from tests.unit.nested import nested

ACCOUNT = {"vendor": "salesforce", "resource": "account"}
CRM = {"category": "crm"}


@pytest.mark.parametrize(
    ("what", "given", "value", "why"),
    [
        ("entity_scope", {**ACCOUNT, "details": {"entity_scope": "customer"}}, "customer", "details declare it"),
        ("entity_scope", ACCOUNT, "account", "a salesforce account is one"),
        ("entity_scope", CRM, "account", "what the category crm is about"),
        ("entity_scope", {**CRM, "fields": ["a"]}, None, "nothing says so"),
        ("identity_keys", {**ACCOUNT, "details": {"identity_keys": ["a", "a"]}}, ["a"], "details declare them"),
        ("identity_keys", ACCOUNT, ["Id"], "they tell a salesforce account from another"),
        ("identity_keys", {**ACCOUNT, "fields": ["id_of_mine"]}, None, "nothing says so"),
        ("identity_keys", CRM, ["id"], "keys of the category crm"),
        ("identity_keys", {"fields": ["name", "ID"]}, ["ID"], "the field ID is named like a key"),
        (
            "identity_keys",
            {"fields": ["Worker_Id"], "details": {"entity_scope": "Worker"}},
            ["Worker_Id"],
            "named like",
        ),
        ("identity_keys", {"fields": ["name"]}, None, "nothing says so"),
        ("transport_kind", {"transport_kind": "Kafka"}, "event_stream", "evidence names it"),
        ("transport_kind", {"transport_kind": "carrier pigeon"}, "carrier pigeon", "evidence names it"),
        ("transport_kind", {"details": {"adapter": "rest_api"}}, "rest", "the adapter rest_api speaks it"),
        ("transport_kind", {"vendor": "snowflake"}, "jdbc", "snowflake is read that way"),
        ("transport_kind", {}, None, "nothing says so"),
        ("modality", {"details": {"modality": "micro_batch"}, "transport_kind": "rest"}, "micro_batch", "declare"),
        ("modality", {"transport_kind": "jdbc"}, "batch", "rows come so by jdbc"),
        ("modality", {"transport_kind": "webhook"}, "stream", "rows come so by webhook"),
        ("modality", {"transport_kind": "ipaas"}, None, "nothing says so"),
        ("modality", {}, None, "nothing says so"),
        ("change_semantics", {"details": {"change_semantics": "snapshot"}}, "snapshot", "details declare it"),
        ("change_semantics", {"transport_kind": "kafka"}, "append_only", "rows change so by event_stream"),
        ("change_semantics", ACCOUNT, "upsert", "the field LastModifiedDate says when a row was changed"),
        ("change_semantics", {"fields": ["a"]}, None, "nothing says so"),
    ],
)
def test_each_choice_has_a_value_and_a_reason(what: str, given: dict[str, Any], value: Any, why: str) -> None:
    """The table of inference, row by row."""
    choice = getattr(declared(**given), what)
    assert choice.value == value
    assert why in choice.why


def test_nothing_is_guessed() -> None:
    """A candidate of which nothing is known gets five nulls."""
    found = declared()
    for what in ("entity_scope", "identity_keys", "transport_kind", "modality", "change_semantics"):
        assert getattr(found, what) == UNKNOWN


@pytest.mark.parametrize(
    ("given", "plane"),
    [
        ({"plane_type": "IPAAS", "vendor": "snowflake"}, "IPAAS"),
        ({"vendor": "MuleSoft", "transport_kind": "rest"}, "IPAAS"),
        ({"vendor": "snowflake", "details": {"adapter": "rest_api"}}, "DATA_WAREHOUSE"),
        ({"vendor": "Apache Kafka"}, "EVENT_BUS"),
        ({"vendor": "kong"}, "API_GATEWAY"),
        ({"transport_kind": "event stream"}, "EVENT_BUS"),
        ({"details": {"adapter": "jdbc"}}, "DATA_WAREHOUSE"),
        ({"details": {"adapter": "ipaas"}}, "IPAAS"),
        ({"details": {"adapter": "webhook"}}, "EVENT_BUS"),
        ({"vendor": "salesforce"}, "API_GATEWAY"),
        ({}, "API_GATEWAY"),
    ],
)
def test_pipes_are_grouped_by_what_carries_them(given: dict[str, Any], plane: str) -> None:
    """The candidate's word, else the vendor, else the transport, else a gateway."""
    assert declared(**given).plane_type == plane


def test_keys_are_told_by_the_names_that_rows_arrive_with() -> None:
    """Renamed with the fields; null where the transform drops one of them."""
    mapped = {"Id": {"target": "account_id"}, "Name": {"target": "name"}}
    found = declared(**ACCOUNT, details={"transform": {"schema_map": mapped}})
    assert found.identity_keys.value == ["account_id"]
    assert found.identity_keys.why.endswith("; renamed")
    del mapped["Id"]
    lost = declared(**ACCOUNT, details={"transform": {"schema_map": mapped}})
    assert (lost.identity_keys.value, lost.identity_keys.why) == (None, "the schema_map leaves out Id")


def test_an_observed_schema_without_the_usual_key_has_none() -> None:
    """A vendor's standard key is not claimed where the look into the catalogue did not see it."""
    seen = OBSERVED.__class__(fields=["Seen"], observed_at=OBSERVED.observed_at, by="x")
    assert declared(seen, **ACCOUNT).identity_keys == UNKNOWN
    assert declared(OBSERVED, **ACCOUNT).identity_keys.value == ["Id"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"vendor": " "}, "vendor is blank"),
        ({"resource": "a\nb"}, "resource is blank or holds"),
        ({"details": {"adapter": "telnet"}}, "details: Invalid enum value 'telnet'"),
        ({"details": {"endpoint_ref": "http://h/"}}, "$.endpoint_ref"),
        ({"details": {"endpoint_ref": {"url": "http://h/?token=hunter2"}}}, "details.endpoint_ref.url looks like"),
        ({"details": {"credentials_ref": "hunter2"}}, "$.credentials_ref"),
        ({"details": {"x": nested(64)}}, "deeper than 64"),
        ({"details": {"identity_keys": [1]}}, "$.identity_keys[0]"),
        ({"details": {"identity_keys": ["k"] * 65}}, "$.identity_keys"),
        ({"details": {"transform": {"schema_map": {"a": {"target": "x"}, "b": {"target": "x"}}}}}, "the target 'x'"),
        ({"details": {"transform": {"grain": "month"}}}, "needs a schema_map"),
        ({"details": {"transform": {"grain": "month", "schema_map": {"a": {"target": "x"}}}}}, "a period_field"),
        ({"details": {"transform": {"grain": "year"}}}, "$.transform.grain"),
    ],
)
def test_details_that_can_not_be_meant_are_refused(given: dict[str, Any], why: str) -> None:
    """With what is wrong, and without the secret."""
    with pytest.raises(InvalidInput) as refused:
        declared(**given)
    assert why in refused.value.message
    assert "hunter2" not in refused.value.message
