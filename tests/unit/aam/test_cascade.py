"""The five levels of fields, each with its reason."""

from typing import Any

import pytest

from tests.unit.aam.declared import OBSERVED, declared

SALESFORCE = {"vendor": "salesforce", "resource": "Accounts", "category": "crm"}
DECLARED = {"identity_keys": ["key"], "scope_fields": ["region", "key"]}


@pytest.mark.parametrize(
    ("level", "given", "fields"),
    [
        (1, {"observed": OBSERVED, "fields": ["a"], "details": DECLARED}, ["Id", "Seen"]),
        (2, {"fields": ["b", "a", "b"], "details": DECLARED}, ["b", "a"]),
        (3, {"details": DECLARED}, ["key", "region"]),
        (4, {}, None),
        (5, {"vendor": "acme"}, ["id", "name", "owner_id", "created_at", "updated_at"]),
    ],
)
def test_the_first_level_that_has_fields_is_taken(level: int, given: dict[str, Any], fields: list[str] | None) -> None:
    """And the lower ones are shown beside it with what they would have offered."""
    found = declared(**{**SALESFORCE, **given})
    assert [each.level for each in found.cascade] == [1, 2, 3, 4, 5]
    assert [each.level for each in found.cascade if each.taken] == [level]
    assert found.fields == found.cascade[level - 1].fields
    assert all(each.why for each in found.cascade)
    assert all(not each.fields for each in found.cascade[: level - 1])
    assert "category" in found.cascade[4].why
    if fields is not None:
        assert found.fields == fields
    else:
        assert {"Id", "Name", "AnnualRevenue"} <= set(found.fields)
        assert found.cascade[3].why == "standard fields of a salesforce account"


def test_reasons_tell_what_was_seen_and_what_was_not() -> None:
    """Each level says why it has fields or none."""
    whys = [each.why for each in declared(OBSERVED).cascade]
    assert whys == [
        "catalogue of sf-1 saw 2 fields at 2026-02-02T08:00:00Z",
        "no evidence named the fields of the source",
        "neither identity keys nor scope fields are declared",
        "no standard fields of acme are known for this resource",
        "no standard fields of the category unheard_of are known",
    ]


def test_a_pipe_without_any_fields_can_not_be_exported() -> None:
    """No field is made up for it."""
    found = declared()
    assert found.fields == []
    assert (found.exportable, found.why_not) == (False, "no level of the cascade has fields")
    assert not any(each.taken for each in found.cascade)


def test_what_is_blocked_can_not_be_exported() -> None:
    """However well it is known; what is Shadow can be, and says so."""
    found = declared(OBSERVED, governance_status="Blocked")
    assert (found.exportable, found.why_not, found.health) == (False, "it is Blocked", "blocked")
    shadow = declared(OBSERVED, governance_status="Shadow")
    assert (shadow.exportable, shadow.governance_status, shadow.health) == (True, "Shadow", "healthy")
    assert declared(fields=["a"]).health == "unknown"


@pytest.mark.parametrize(
    ("details", "resource", "why"),
    [
        ({"object": "repositories"}, "my-org", "standard fields of a GitHub repository"),
        ({}, "Repos", "standard fields of a GitHub repository"),
        ({"object": "no-such"}, "issue", "standard fields of a GitHub issue"),
    ],
)
def test_the_kind_of_thing_is_found_by_any_of_its_words(details: dict[str, str], resource: str, why: str) -> None:
    """The object that details name first, then the resource; a plural is the same word."""
    assert declared(vendor="GitHub", resource=resource, details=details).cascade[3].why == why


def test_a_vendor_known_by_another_name_and_one_with_common_fields() -> None:
    """What every object of a vendor has is taken where the object is not known."""
    assert declared(vendor="aws_org", resource="accounts").cascade[3].fields[0] == "Id"
    found = declared(vendor="servicenow", resource="cmdb_ci")
    assert found.fields[0] == "sys_id"
    assert found.cascade[3].why == "standard fields of whatever servicenow has"


def test_a_transform_gives_the_names_that_rows_arrive_with() -> None:
    """Its targets stand above the five levels, which still say what the source calls them."""
    schema_map = {"Id": {"target": "account_id"}, "Amount": {"target": "amount_usd", "scale": 0.01}}
    found = declared(fields=["Id", "Amount", "Other"], details={"transform": {"schema_map": schema_map}})
    assert found.fields == ["account_id", "amount_usd"]
    assert [each.level for each in found.cascade] == [0, 1, 2, 3, 4, 5]
    assert [each.level for each in found.cascade if each.taken] == [0]
    assert found.cascade[2].fields == ["Id", "Amount", "Other"]
    assert "transform" in found.cascade[2].why


@pytest.mark.parametrize(
    ("period", "first"), [("Closed", "period"), ("period", "period"), ("CreatedDate", "CreatedDate")]
)
def test_a_grain_makes_rows_of_the_period_the_dims_and_the_sums(period: str, first: str) -> None:
    """The period by the name that it arrives with, and once."""
    schema_map = {
        "Region": {"target": "region", "dim": True},
        "Amount": {"target": "amount"},
        **({"Closed": {"target": "period"}} if first == "period" else {}),
    }
    transform = {"schema_map": schema_map, "grain": "month", "period_field": period}
    found = declared(fields=["x"], details={"transform": transform, "identity_keys": ["Id"]})
    assert found.fields == [first, "region", "amount"]
    assert found.identity_keys.value == [first, "region"]
    assert found.change_semantics.value == "snapshot"
