"""The catalogue, walked: what source 004 asks for is there, and nothing in it writes."""

import re
from pathlib import Path
from typing import get_args

import pytest

from aos.aam.onboarding import guard
from aos.aam.onboarding.auth import AuthSpec, strategy_of
from aos.aam.onboarding.connection import fill, outgoing, places
from aos.aam.onboarding.dialects import CODES
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import PLACEHOLDER, Family, load, normal, read
from aos.aam.onboarding.gates import host_pattern
from aos.aam.onboarding.secret import Secret
from aos.core.errors import BadSettings, InvalidInput

# Source 004, section 5.
ALLOWLIST = """
    gworkspace_drive, m365_sharepoint, slack, zoom, salesforce, servicenow, jira, confluence, github, gitlab, aws_org,
    azure_sub, gcp_org, s3, snowflake, bigquery, redshift, okta, entra, box, dropbox, zendesk, datadog, pagerduty,
    workday, netsuite, openapi, jdbc, s3_compat
"""
FAMILIES = load()
NATIVE = [family for family in FAMILIES.values() if family.reader == "native"]
PLAIN = {"plain", "atlassian", "github", "datadog"}  # told apart by status and headers alone
# Resource ids that each family takes.
RESOURCES = {
    "gworkspace_drive": ["admin@acme.example"],
    "m365_sharepoint": ["acme.onmicrosoft.com"],
    "slack": ["T0123ABCD"],
    "zoom": ["abc-123"],
    "salesforce": ["acme"],
    "servicenow": ["dev12345"],
    "jira": ["acme"],
    "confluence": ["acme"],
    "github": ["acme"],
    "gitlab": ["gitlab.acme.example"],
    "aws_org": ["o-abc"],
    "azure_sub": ["acme.example", "00000000-0000-0000-0000-000000000001"],
    "gcp_org": ["organizations/123"],
    "s3": ["acme-bucket", "eu-west-1"],
    "snowflake": ["ACME-MAIN_1"],
    "bigquery": ["acme-project"],
    "redshift": ["cluster-1", "eu-west-1", "dev"],
    "okta": ["acme.okta.com"],
    "entra": ["acme.example"],
    "box": ["1234"],
    "dropbox": ["dbtid:x", "/finance"],
    "zendesk": ["acme"],
    "datadog": ["datadoghq.eu"],
    "pagerduty": ["acme"],
    "workday": ["wd2-impl-services1.workday.com", "acme"],
    "netsuite": ["1234567_SB1", "customer"],
    "openapi": ["https://api.acme.example/openapi.json"],
    "jdbc": ["postgresql://db.acme.example:5432/shop"],
    "s3_compat": ["https://minio.acme.example:9000", "acme-bucket"],
}
each_native = pytest.mark.parametrize("family", NATIVE, ids=lambda family: family.source_type)


def known(family: Family) -> dict[str, str]:
    """Values for all placeholders, those that discovery binds among them."""
    bound = {name: f"a {name}/of:it" for step in family.discover for name in step.bind}
    return bound | places(family, RESOURCES[family.source_type], Secret({}))


def test_every_family_of_the_allowlist_is_there_and_no_other() -> None:
    """Source 004, section 5: twenty-nine."""
    assert sorted(FAMILIES) == sorted(re.findall(r"\w+", ALLOWLIST))
    assert len(FAMILIES) == 29


@each_native
def test_every_read_of_a_family_may_leave(family: Family) -> None:
    """GET, or a POST that is on the list by host, path and operation; and what asks for items asks for few."""
    for ask in family.asks():
        out = outgoing(family, ask, known(family))
        assert guard.why_not(out.method, out.url, out.headers) == "", ask.url
        if ask.size:
            assert guard.why_too_many(out.url, out.body, ask.size) == "", ask.url
    assert family.sample is not None
    assert family.sample.size


def test_every_post_on_the_list_is_somebodys() -> None:
    """The list of POST reads has no entry that no family needs."""
    asked = set()
    for family in NATIVE:
        for ask in family.asks():
            if ask.method == "POST":
                out = outgoing(family, ask, known(family))
                host, _, path = out.url.removeprefix("https://").partition("/")
                asked.add((re.sub("eu-west-1|us-east-1", "R", host), "/" + path, ask.operation))
    listed = {
        (re.sub("us-east-1", "R", read.host.replace(guard.REGION, "R").replace("\\", "")), read.path, read.operation)
        for read in guard.READS
        if read.method == "POST"
    }
    assert listed == asked


@each_native
def test_every_place_of_a_family_is_filled_and_its_hosts_are_its_own(family: Family) -> None:
    """No placeholder is left in a request, and the gate's pattern takes the hosts that come out and no stranger."""
    values = known(family)
    for template in family.templates():
        assert not PLACEHOLDER.search(fill(template, values).replace("{}", "")), template
    for url in family.urls() if not family.own_endpoint else ():
        pattern, host = host_pattern(family, url), re.match("https://([^/]+)", fill(url, values))
        assert host is not None
        assert re.fullmatch(pattern, host[1]), url
        assert not re.fullmatch(pattern, f"{host[1]}.evil.example"), url
        assert not re.fullmatch(pattern, "169.254.169.254"), url


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.source_type)
def test_every_family_says_what_a_person_needs(family: Family) -> None:
    """Strategies that exist, a dialect that exists, rights in words, and a type that is no other's."""
    assert family.auth
    assert all(isinstance(spec, get_args(AuthSpec)) for spec in family.auth)
    assert family.dialect in PLAIN | CODES.keys()
    assert family.rights
    assert family.title
    assert family.rate_per_s <= 10
    if family.granted:
        assert family.scopes


def test_every_strategy_is_somebodys() -> None:
    """No strategy is there that no family takes."""
    used = {type(spec) for family in FAMILIES.values() for spec in family.auth}
    assert used == set(get_args(AuthSpec))


@each_native
def test_position_0_is_in_the_address_or_is_compared(family: Family) -> None:
    """No family takes an account's name and calls another account without anybody having looked."""
    assert family.health is not None
    address = family.whole(family.health.url) + str(family.health.query)
    called = {name for name in PLACEHOLDER.findall(address) if family.place[name].at == 0}
    assert called or family.identity is not None
    for strategy in family.identity.proved_by if family.identity else ():
        proving = next(spec for spec in family.auth if strategy_of(spec) == strategy)
        asked = {name for text in proving.templates() for name in PLACEHOLDER.findall(text)}
        assert any(family.place[name].at == 0 for name in asked)


@pytest.mark.parametrize(
    ("source_type", "field", "given", "said", "fits"),
    [
        ("entra", "tenant_id", "acme.example", "ACME.example", True),
        ("entra", "tenant_id", "other.example", "acme.example", False),
        ("azure_sub", "tenant_id", "other.example", "acme.example", False),
        ("m365_sharepoint", "tenant_id", "other.example", "acme.example", False),
        ("zoom", "account_id", "a1", " a1 ", True),
        ("zoom", "account_id", "A1", "a1", False),
        ("gworkspace_drive", "subject", "ann@acme.example", "bob@acme.example", False),
    ],
)
def test_a_credential_that_names_an_account_names_the_same_one(
    source_type: str, field: str, given: str, said: str, fits: bool
) -> None:
    """What the credential says does not take the place of what the intent says; neither is quoted."""
    family, secret = FAMILIES[source_type], Secret({field: said})
    ids = [given, "00000000-0000-0000-0000-000000000001"]
    if fits:
        assert given in places(family, ids, secret).values()
        return
    with pytest.raises(Failure) as caught:
        places(family, ids, secret)
    assert caught.value.kind is Kind.CREDENTIALS
    assert "another account" in caught.value.message
    assert said.strip() not in caught.value.message


@pytest.mark.parametrize("bad", ["evil.example/x", "..", "a b", ""])
def test_a_credential_does_not_stand_in_for_a_resource_id_that_is_none(bad: str) -> None:
    """A tenant that could be a path is refused, also where the credential names a good one."""
    with pytest.raises(InvalidInput) as caught:
        places(FAMILIES["entra"], [bad], Secret({"tenant_id": "acme.example"}))
    assert caught.value.extra["path"] == "$.resource_ids[0]"


@pytest.mark.parametrize(
    ("source_type", "given", "known_as"),
    [
        ("zendesk", [" Acme-Dup "], ["acme-dup"]),
        ("github", ["Acme-Dup\n"], ["acme-dup"]),
        ("okta", ["Acme.Okta.com"], ["acme.okta.com"]),
        ("netsuite", ["1234567_SB1", "Customer"], ["1234567_sb1", "Customer"]),
        ("workday", ["WD2-Impl-Services1.workday.com", "Acme"], ["wd2-impl-services1.workday.com", "Acme"]),
        ("snowflake", ["ORG-Account "], ["ORG-Account"]),
        ("box", ["0", " 12 "], ["0", "12"]),
        ("openapi", ["https://Acme.example/Doc"], ["https://Acme.example/Doc"]),
        ("slack", ["T0123ABCD", "what is more"], ["T0123ABCD", "what is more"]),
    ],
)
def test_resource_ids_have_one_spelling(source_type: str, given: list[str], known_as: list[str]) -> None:
    """Blanks never count, case where the family tells it apart alone; what is normal stays as it is."""
    assert normal(FAMILIES[source_type], given) == known_as
    assert normal(FAMILIES[source_type], known_as) == known_as
    assert normal(None, [" Some Thing "]) == ["Some Thing"]


def test_people_are_not_listed() -> None:
    """Safe Mode reads containers; the one look at a table of users takes one row and its id alone."""
    for family in NATIVE:
        for ask in (family.sample, *(step.ask for step in family.discover)):
            assert ask is None or not re.search(r"/(users|members|workers|people)\b(?!/)", ask.url), ask
    health = FAMILIES["servicenow"].health
    assert health is not None
    assert (health.query["sysparm_limit"], health.query["sysparm_fields"]) == (1, "sys_id")


@pytest.mark.parametrize(
    ("source_type", "given", "where"),
    [
        ("salesforce", ["acme/../evil"], "$.resource_ids[0]"),
        ("salesforce", ["acme.evil.example#"], "$.resource_ids[0]"),
        ("okta", ["acme.evil.example"], "$.resource_ids[0]"),
        ("workday", ["services1.workday.com.evil.example", "acme"], "$.resource_ids[0]"),
        ("datadog", ["evil.example"], "$.resource_ids[0]"),
        ("azure_sub", ["acme.example"], "$.resource_ids[1]"),
        ("s3", ["acme-bucket", "eu-west-1.evil.example"], "$.resource_ids[1]"),
        ("s3_compat", ["https://user:hunter2@minio.example", "b"], "$.resource_ids[0]"),
        ("dropbox", ["x", "no-slash"], "$.resource_ids[1]"),
        ("gcp_org", ["organizations/abc"], "$.resource_ids[0]"),
        ("jdbc", ["postgresql://ann:hunter2@db/shop"], "$.resource_ids[0]"),
    ],
)
def test_a_resource_id_that_can_not_be_one_is_refused_by_its_place(
    source_type: str, given: list[str], where: str
) -> None:
    """What would lead to another host, or to another path, never becomes a URL; no secret is quoted."""
    with pytest.raises(InvalidInput) as caught:
        places(FAMILIES[source_type], given, Secret({}))
    assert caught.value.extra["path"] == where
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("source_type", "given", "name", "value"),
    [
        ("salesforce", "https://Acme.my.salesforce.com/", "domain", "acme"),
        ("salesforce", "acme--dev.sandbox", "domain", "acme--dev.sandbox"),
        ("snowflake", "ORG-MY_ACCOUNT", "account", "org-my-account"),
        ("snowflake", "ORG-MY_ACCOUNT", "issuer", "ORG-MY_ACCOUNT"),
        ("netsuite", "1234567-sb1", "realm", "1234567_SB1"),
        ("netsuite", "1234567_SB1", "account", "1234567-sb1"),
        ("gitlab", "", "host", "gitlab.com"),
        ("slack", "acme", "team", ""),
        ("slack", "T0123ABCD", "team", "T0123ABCD"),
        ("jira", "acme.atlassian.net", "site", "acme"),
        ("datadog", "https://app.datadoghq.eu/", "site", "datadoghq.eu"),
        ("datadog", "us2.ddog-gov.com", "site", "us2.ddog-gov.com"),
        ("s3", "s3://acme-bucket", "bucket", "acme-bucket"),
    ],
)
def test_a_resource_id_may_be_written_as_people_write_it(source_type: str, given: str, name: str, value: str) -> None:
    """With the vendor's domain or without, in capitals or not."""
    assert places(FAMILIES[source_type], [given], Secret({}))[name] == value


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("source_type", "sauce_type"), "sauce_type"),
        (('"bearer"', '"carrier"'), "carrier"),
        (("{team}", "{tema}"), "{tema}"),
        (
            ('size = "limit", items = "/channels", query = { limit = 20', 'items = "/channels", query = { limit = 20'),
            "size",
        ),
        (("rate_per_s = 1", "rate_per_s = 0"), "rate_per_s"),
        (("[place]", "[place"), "line"),
    ],
)
def test_a_bad_file_names_itself_and_its_place(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    """A slip in the catalogue stops the start with a line that leads to it."""
    text = (Path(read.__globals__["CATALOG"]) / "slack.toml").read_text()
    assert change[0] in text
    (tmp_path / "slack.toml").write_text(text.replace(*change))
    with pytest.raises(BadSettings) as caught:
        load(tmp_path)
    assert caught.value.message.startswith("slack.toml: ")
    assert why in caught.value.message
