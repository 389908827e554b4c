"""Evidence → candidates: the rules, whatever the order of the rows; the shipped sample and vendors."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aod import discovery
from aos.aod.inventory import read_lines, sample_lines
from aos.aod.vendors import Vendors
from aos.contracts.candidates import InventoryRow
from aos.core.errors import BadSettings, NotFound
from aos.core.settings import REPOSITORY
from aos.farm.generators.catalog import GENERATORS
from tests.unit.nested import nested

SEEDS = REPOSITORY / "seeds"
VENDORS = Vendors.load(SEEDS / "inventory" / "vendors.yaml")
FARM = "http://127.0.0.1:5000/farm"
READ_BY_FARM = {"adapter": "rest_api", "endpoint_ref": {"url": "/farm/api/generators/crm_accounts/rows"}}


def row(source: str = "CMDB", vendor: str = "salesforce", resource: str = "accounts", **given: Any) -> InventoryRow:
    told = {"source": source, "vendor": vendor, "resource": resource, "ts": "2026-02-02T08:00:00Z"}
    return msgspec.convert({**told, "resource_ids": ["acme"], **given}, InventoryRow)


def judged(*rows: InventoryRow, farm: str = FARM) -> discovery.Found:
    """All of discovery but the store."""

    async def run() -> discovery.Found:
        seen = await discovery.read(enumerate(rows), VENDORS)
        things, unclear = discovery.things("autonomy", seen.seen)
        found = await discovery.judge(things, {thing.asset_key: "id" for thing in things}, VENDORS, farm)
        return found._replace(unusable=[*seen.unusable, *unclear, *found.unusable])

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("sources", "confidence"),
    [
        (["CASB"], 0.4),
        (["IdP"], 0.6),
        (["IdP", "IdP", "IdP"], 0.6),
        (["IdP", "CASB"], 0.76),
        (["IdP", "CMDB", "Procurement", "CASB"], 0.94),
    ],
)
def test_independent_sources_add_confidence_and_repeats_do_not(sources: list[str], confidence: float) -> None:
    """One minus the product of the doubts that each source leaves."""
    found = judged(*(row(source) for source in sources))
    assert [candidate.confidence for candidate in found.candidates] == [confidence]
    assert [each.row for each in found.candidates[0].evidence] == list(range(len(sources)))


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (["Unknown", "Shadow"], "Shadow"),
        (["Shadow", "Sanctioned"], "Sanctioned"),
        (["Sanctioned", "Blocked"], "Blocked"),
        (["Unknown"], "Unknown"),
    ],
)
def test_one_word_of_blocked_outweighs_a_permission(said: list[str], status: str) -> None:
    """And only what is Sanctioned gets an intent."""
    found = judged(*(row(status=each, owner="ann") for each in said))
    assert found.candidates[0].governance_status == status
    assert len(found.intents) == (status == "Sanctioned")


def test_spellings_of_a_vendor_are_one_thing() -> None:
    """Case, punctuation and known names do not make another candidate; another resource does."""
    found = judged(row(vendor="Salesforce, Inc."), row(vendor="SFDC"), row(vendor="Sales-Force"), row(resource="b"))
    assert [(c.vendor, c.resource) for c in found.candidates] == [
        ("sales_force", "accounts"),
        ("salesforce", "accounts"),
        ("salesforce", "b"),
    ]
    assert found.candidates[1].category == "crm"
    assert found.candidates[0].category == "unknown"


def test_a_row_without_a_product_belongs_to_the_only_one() -> None:
    """With two products it can't be told which it means, and the row is named."""
    found = judged(row(product="Sales Cloud"), row("CASB"))
    assert [(c.source_name, len(c.evidence)) for c in found.candidates] == [("sales cloud", 2)]
    found = judged(row(product="One"), row(product="Two"), row("CASB"))
    assert [c.source_name for c in found.candidates] == ["one", "two"]
    assert found.unusable == ["row 2: which of 2 products of salesforce it means is not said"]


ROWS = [
    row(product="Sales Cloud", status="Sanctioned", owner="ann", fields=["a", "b", "a"], details=READ_BY_FARM),
    row("IdP", "SFDC", status="Sanctioned", owner="bob", owner_why="idp_owner", fields=["x"]),
    row("CASB", "salesforce.com", owner="cy", details={"entity_scope": "account"}),
    row("Procurement", product="Sales Cloud", ts="2025-01-01", credential_locator="vault:crm"),
    row(product="Sales Cloud", status="Sanctioned", ts="2026-01-01", fields=["old"]),
]


@given(st.permutations(ROWS))
def test_the_order_of_rows_changes_nothing(rows: list[InventoryRow]) -> None:
    """The weightiest source tells, the latest of one source; the ids are the same each time."""
    found = judged(*rows)
    candidate, intent = found.candidates[0], found.intents[0]
    assert candidate.candidate_id == "cand-e76416a9a103d8c9ce6580d7"
    assert candidate.fields == ["a", "b"]
    assert candidate.details == {
        "adapter": "rest_api",
        "endpoint_ref": {"url": f"{FARM}/api/generators/crm_accounts/rows"},
        "entity_scope": "account",
    }
    assert (intent.owner.user, intent.owner.why, intent.owner.confidence) == ("bob", "idp_owner", 0.9)
    assert (intent.evidence.source, intent.credential_locator) == ("CMDB", "vault:crm")
    assert (intent.source_type, intent.resource_ids, intent.scopes_mode) == (
        "salesforce",
        ["acme"],
        "safe_readonly",
    )


def test_how_to_read_comes_whole_from_one_row() -> None:
    """The adapter of one row is never joined with the address of another."""
    other = row("IdP", details={"endpoint_ref": {"url": "https://h/"}, "query": "a=b", "entity_scope": "x"})
    found = judged(row(details={"adapter": "jdbc"}), other)
    assert found.candidates[0].details == {"adapter": "jdbc", "entity_scope": "x"}


def test_without_farm_its_addresses_are_left_out_and_told() -> None:
    """No address is made up."""
    found = judged(row(details={**READ_BY_FARM, "entity_scope": "account"}), farm="")
    assert found.candidates[0].details == {"entity_scope": "account"}
    assert "AOS_FARM_URL" in found.unusable[0]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"vendor": "---"}, "vendor names nobody"),
        ({"resource": "  "}, "resource is blank"),
        ({"resource": "a\u202eb"}, "can't be shown"),
        ({"product": "p" * 300}, "longer than 256"),
        ({"ts": "yesterday"}, "no ISO 8601"),
        (
            {"details": {"endpoint_ref": {"url": "https://u:hunter2@h/"}}},
            "details.endpoint_ref.url looks like a secret",
        ),
        ({"details": {"a": [{"clientSecret": "hunter2"}]}}, "details.a[0].clientSecret"),
        ({"details": {"x": nested(64)}}, "deeper than 64"),
        ({"resource_ids": ["acme", " "]}, "resource_ids hold a name that is blank"),
        ({"credential_locator": "hunter2"}, "credential_locator is no reference"),
    ],
)
def test_an_unusable_row_is_named_with_its_reason(bad: dict[str, Any], why: str) -> None:
    """It makes no candidate, the others do, and no secret is repeated."""
    found = judged(row(), row(**bad))
    assert len(found.candidates) == 1
    assert len(found.candidates[0].evidence) == 1
    assert found.unusable[0].startswith("row 1: ")
    assert why in found.unusable[0]
    assert "hunter2" not in repr(found)


def test_sanctioned_without_an_owner_makes_no_intent_and_is_told() -> None:
    """An intent names who answers for it; nobody is made up."""
    found = judged(row(status="Sanctioned"))
    assert not found.intents
    assert "nobody is named as its owner" in found.unusable[0]


def test_an_intent_is_for_the_account_that_a_row_says() -> None:
    """Data's own name is no account: without one there is no intent, and what is missing is told."""
    told = {"status": "Sanctioned", "owner": "ann", "resource_ids": []}
    found = judged(row(**told))
    assert (len(found.candidates), found.intents) == (1, [])
    assert "no row says its account (resource_ids)" in found.unusable[0]
    found = judged(row(**told), row("CASB", resource_ids=[" acme ", "x"]))
    assert [intent.resource_ids for intent in found.intents] == [["acme", "x"]]
    found = judged(row(vendor="mongo", **told))  # no family: it is counted by the name that it has
    assert [intent.resource_ids for intent in found.intents] == [["accounts"]]


def test_things_of_one_account_have_one_intent() -> None:
    """With the credential that one of them names, and the highest of their risks."""
    found = judged(
        row(resource="a", status="Sanctioned", owner="ann", category="finance"),
        row(resource="b", status="Sanctioned", owner="bob", owner_why="usage", credential_locator="consent:crm"),
        row(resource="c", status="Sanctioned", owner="cy", resource_ids=["other"]),
    )
    told = [(each.resource_ids, each.owner.user, each.risk_level) for each in found.intents]
    assert told == [(["acme"], "bob", "high"), (["other"], "cy", "med")]


def test_the_sample_covers_every_generator_with_its_fields() -> None:
    """Farm can read them as they are told; the sample has Shadow, Blocked, duplicates and rows of no use besides."""
    rows, unread = read_lines(sample_lines(SEEDS))
    found = judged(*(row for _, row in rows))
    by_resource = {candidate.resource: candidate for candidate in found.candidates}
    for name, generator in GENERATORS.items():
        candidate = by_resource[name]
        assert candidate.fields == [field.name for field in generator.fields], name
        assert candidate.details["identity_keys"] == [generator.key]
        assert candidate.details["endpoint_ref"]["url"].startswith(f"{FARM}/api/generators/{name}/rows?")
        assert candidate.vendor == generator.vendor
        assert candidate.governance_status == "Sanctioned"
        assert len(candidate.evidence) > 1
    assert {candidate.governance_status for candidate in found.candidates} == {
        "Sanctioned",
        "Shadow",
        "Blocked",
        "Unknown",
    }
    assert len(unread) == 2
    assert len(found.unusable) > 3
    assert 35 <= len(rows) + len(unread) <= 60
    assert {intent.source_type for intent in found.intents} >= {"salesforce", "netsuite", "workday", "aws_org", "okta"}


def test_a_sample_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A failed load is never an empty inventory."""
    with pytest.raises(NotFound, match=r"sample\.ndjson"):
        sample_lines(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "vendors: [{vendor: a, category: b, also: [C]}, {vendor: c, category: b}]\nrisk: {}",
            r"vendors\[1\].*is a al",
        ),
        ("vendors: [{vendor: a, category: b, also: ['-']}]\nrisk: {}", "is empty"),
        ("vendors: [{vendor: a}]\nrisk: {}", "category"),
        ("vendors: []\nrisk: {hr: huge}", "risk"),
        ("vendors: [", "vendors.yaml"),
    ],
)
def test_a_vendor_file_that_is_wrong_stops_the_start(tmp_path: Path, text: str, why: str) -> None:
    """With the file and the place."""
    path = tmp_path / "vendors.yaml"
    path.write_text(text)
    with pytest.raises(BadSettings, match=why):
        Vendors.load(path)
    with pytest.raises(BadSettings, match="can't be read"):
        Vendors.load(tmp_path / "other.yaml")
