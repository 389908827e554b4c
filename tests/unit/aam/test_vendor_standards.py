"""The shipped facts of vendors, categories and transports, and every way in which a file can be wrong."""

import shutil
from pathlib import Path

import pytest

from aos.aam.blueprints.standards import load
from aos.aod.vendors import Vendors
from aos.core.errors import BadSettings
from aos.core.settings import REPOSITORY
from tests.unit.aam.declared import STANDARDS

SEEDS = REPOSITORY / "seeds"
FAMILIES = [
    "gworkspace_drive",
    "m365_sharepoint",
    "slack",
    "zoom",
    "salesforce",
    "servicenow",
    "jira",
    "confluence",
    "github",
    "gitlab",
    "aws_org",
    "azure_sub",
    "gcp_org",
    "s3",
    "snowflake",
    "bigquery",
    "redshift",
    "okta",
    "entra",
    "box",
    "dropbox",
    "zendesk",
    "datadog",
    "pagerduty",
    "workday",
    "netsuite",
    "openapi",
    "jdbc",
    "s3_compat",
]


def test_every_family_is_known_by_its_name() -> None:
    """With the transport it is read by; all but openapi with fields."""
    assert len(FAMILIES) == 29
    for family in FAMILIES:
        vendor = STANDARDS.vendor(family)
        assert vendor is not None, family
        assert vendor.transport_kind in STANDARDS.inferences.transports
        assert bool(vendor.fields or vendor.resources) == (family != "openapi")


def test_categories_that_discovery_tells_have_fields_or_are_left_open_on_purpose() -> None:
    """AOD's categories are AAM's, but those whose sources have nothing in common."""
    vendors = Vendors.load(SEEDS / "inventory" / "vendors.yaml")
    told = {vendors.category(vendor.vendor) for vendor in STANDARDS.vendors.values()}
    assert {category for category in told if STANDARDS.category(category) is None} == {"warehouse", "api", "database"}


@pytest.mark.parametrize(
    ("name", "was", "now", "why"),
    [
        ("vendors.yaml", "vendor: slack", "vendor: zoom", "'zoom' stands twice"),
        ("vendors.yaml", "also: [conversations]", "also: [channels, x, x]", ""),
        ("vendors.yaml", "also: [opportunities]", "also: [accounts]", "salesforce: 'accounts' stands twice"),
        ("vendors.yaml", "keys: [uuid]", "keys: [uid]", "zoom: meeting: keys are among"),
        ("vendors.yaml", "fields: [id, descriptor]\n", "fields: [1]\n", "fields"),
        ("categories.yaml", "fields: [period, currency, amount]", "fields: [period, period]", "finance: keys are"),
        ("categories.yaml", "category: erp", "category: crm", "'crm' stands twice"),
        ("inference.yaml", "jdbc: jdbc", "jdbc: odbc", "'odbc' is no transport"),
        ("inference.yaml", "boomi: IPAAS", "boomi: CLOUD", "CLOUD"),
        ("inference.yaml", "modality: stream", "modality: trickle", "trickle"),
        ("inference.yaml", "also: [odbc", "also: [http", "'http' stands twice"),
    ],
)
def test_a_file_that_is_wrong_stops_the_start(tmp_path: Path, name: str, was: str, now: str, why: str) -> None:
    """With the file and what is wrong; a word that stands twice for the same thing does no harm."""
    shutil.copytree(SEEDS / "aam", tmp_path / "aam")
    path = tmp_path / "aam" / name
    assert was in path.read_text()
    path.write_text(path.read_text().replace(was, now, 1))
    if not why:
        load(tmp_path / "aam")
        return
    with pytest.raises(BadSettings) as refused:
        load(tmp_path / "aam")
    assert name in refused.value.message
    assert why in refused.value.message


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    """A failed load is never an empty catalogue."""
    with pytest.raises(BadSettings, match=r"vendors\.yaml: can't be read"):
        load(tmp_path)
