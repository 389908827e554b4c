"""Each HTTP family from health to the tiny sync, against replies in the vendor's shape."""

from typing import Any

import msgspec
import pytest

from aos.aam.onboarding.adapter import Discovered
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import load
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Reply, Yard
from tests.integration.aam.onboarding.vendor_cases import CASES, OAUTH, TOKEN, book


def told(found: Discovered) -> dict[str, set[str]]:
    return {stream.name: {f"{field.name}:{field.type}" for field in stream.fields} for stream in found.streams}


def test_every_http_family_has_its_case() -> None:
    """None is left untried."""
    assert sorted(CASES) == sorted(name for name, family in load().items() if family.reader == "native")


@pytest.mark.parametrize("source_type", CASES)
async def test_a_family_goes_from_health_to_the_tiny_sync(yard: Yard, source_type: str) -> None:
    """Let in; its streams and fields found; at most twenty items counted; the same twice; nothing but reads sent."""
    case = CASES[source_type]
    yard.vendor.answers = book(case.says)
    adapter = yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret))
    await adapter.open()
    found = await adapter.discover()
    streams = told(found)
    for name, field in case.streams.items():
        assert name in streams
        assert not field or field in streams[name], streams[name]
    assert (await adapter.sample()).rows == case.rows
    again = yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret))
    assert (await again.discover()).streams == found.streams
    assert yard.natives.destructive_ops == 0
    assert len(yard.vendor.got) < 30
    assert {got.source_type for got in yard.vendor.got} == {source_type}


@pytest.mark.parametrize("source_type", CASES)
async def test_a_family_in_another_shape_is_a_matter_of_the_schema(yard: Yard, source_type: str) -> None:
    """Answers that can be read and hold nothing that is known: HEALING, never a crash, never ACTIVE."""
    case = CASES[source_type]
    yard.vendor.answers = lambda got: (
        TOKEN if got.path.endswith("token") else {"ok": True, "other": [1, 2], "x": {"y": None}}
    )
    adapter = yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret))
    with pytest.raises(Failure) as caught:
        await adapter.sample()
    assert (caught.value.kind, caught.value.state) == (Kind.SCHEMA, "HEALING")


@pytest.mark.parametrize("source_type", CASES)
@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sign in</body></html>", b"null", b"[1, [2, {}], null]", b"\xff\xfe"]
)
async def test_a_page_for_people_or_rubbish_is_told_as_a_failure(yard: Yard, source_type: str, body: bytes) -> None:
    """Whatever comes with a 200, each step ends in a result or a `Failure`."""
    case = CASES[source_type]
    yard.vendor.answers = lambda got: TOKEN if got.path.endswith("token") else Reply(200, body)
    adapter = yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret))
    kinds = set()
    for step in (adapter.open, adapter.discover, adapter.sample):
        try:
            await step()
        except Failure as failure:
            kinds.add(failure.kind)
    assert kinds <= {Kind.SCHEMA, Kind.CREDENTIALS, Kind.OTHER}
    assert kinds


async def test_an_empty_reply_is_reached_and_empty(yard: Yard) -> None:
    """No rows are no failure: Box's root, GCP's search, lists without a grant; the catalogue is what it was."""
    for source_type in ("gcp_org", "box", "s3", "bigquery"):
        case = CASES[source_type]
        says = dict(case.says) | {"/projects:search": {}, "/items": {"entries": []}, "/datasets": {}}
        says |= {"/acme-bucket": b"<ListBucketResult><Name>b</Name></ListBucketResult>"}
        yard.vendor.answers = book(says)
        adapter = yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret))
        assert (await adapter.sample()).rows == 0
        assert (await adapter.discover()).streams


async def test_what_is_refused_beside_the_main_thing_is_a_warning(yard: Yard) -> None:
    """GitHub's custom properties need a right that the repositories do not."""
    case = CASES["github"]
    yard.vendor.answers = book(case.says | {"properties/schema": Reply(403, {"message": "no"})})
    found = await yard.natives.adapter("github", ["acme"], Secret(case.secret)).discover()
    assert [stream.name for stream in found.streams] == ["repositories"]
    assert "repository_properties is left out" in found.warnings[0]


async def test_servicenow_without_the_dictionary_is_healing(yard: Yard) -> None:
    """Health passes, the field discovery is refused: a right is missing, the credential is good."""
    case = CASES["servicenow"]
    refused = Reply(403, {"error": {"message": "User Not Authorized"}, "status": "failure"})
    yard.vendor.answers = book(case.says | {"sys_dictionary": refused})
    adapter = yard.natives.adapter("servicenow", case.resource_ids, Secret(case.secret))
    await adapter.open()
    with pytest.raises(Failure) as caught:
        await adapter.discover()
    assert (caught.value.kind, caught.value.state) == (Kind.PERMISSION, "HEALING")
    assert "sys_dictionary" in caught.value.next_action


@pytest.mark.parametrize(
    ("source_type", "says", "kind"),
    [
        ("zendesk", {"me.json": {"user": {"id": None, "name": "Anonymous user"}}}, Kind.CREDENTIALS),
        ("jira", {"myself": {}}, Kind.CREDENTIALS),
        ("slack", {"auth.test": {"ok": False, "error": "invalid_auth"}}, Kind.CREDENTIALS),
        ("slack", {"auth.test": {"hello": "world"}}, Kind.SCHEMA),
        ("aws_org", {"GetCallerIdentity": b"<html></html>"}, Kind.SCHEMA),
    ],
)
async def test_health_is_not_taken_in_by_what_strangers_get(
    yard: Yard, source_type: str, says: dict[str, Any], kind: Kind
) -> None:
    """A 200 is looked at, not believed."""
    case = CASES[source_type]
    yard.vendor.answers = book(case.says | says)
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret)).open()
    assert caught.value.kind is kind


async def test_a_confluence_site_that_answers_anybody_is_opened_with_a_warning(yard: Yard) -> None:
    """The same call without the credential is answered, too: nothing is proven, and a person reads it."""
    case = CASES["confluence"]
    yard.vendor.answers = book(case.says)
    opened = await yard.natives.adapter("confluence", ["acme"], Secret(case.secret)).open()
    assert "strangers" in opened.warnings[-1]
    assert ["authorization" in got.headers for got in yard.vendor.got] == [True, False]
    yard.vendor.answers = lambda got: {"results": []} if "authorization" in got.headers else Reply(401)
    opened = await yard.natives.adapter("confluence", ["acme"], Secret(case.secret)).open()
    assert not [warning for warning in opened.warnings if "strangers" in warning]


async def test_datadog_tells_a_bad_key_from_a_missing_right(yard: Yard) -> None:
    """Both are 403; what checks the keys alone decides."""
    case = CASES["datadog"]
    yard.vendor.answers = book(case.says | {"/monitor": Reply(403, {"errors": ["Forbidden"]})})
    adapter = yard.natives.adapter("datadog", case.resource_ids, Secret(case.secret))
    with pytest.raises(Failure) as caught:
        await adapter.sample()
    assert caught.value.kind is Kind.PERMISSION
    yard.vendor.answers = lambda got: Reply(403, {"errors": ["Forbidden"]})
    with pytest.raises(Failure) as caught:
        await adapter.sample()
    assert caught.value.kind is Kind.CREDENTIALS


async def test_gitlab_asks_elsewhere_where_a_token_has_no_self(yard: Yard) -> None:
    """A token of a group: 404 there, and the second question proves it."""
    case = CASES["gitlab"]
    yard.vendor.answers = book({"/metadata": {"version": "17"}})
    await yard.natives.adapter("gitlab", case.resource_ids, Secret(case.secret)).open()
    assert [got.path for got in yard.vendor.got] == ["/api/v4/personal_access_tokens/self", "/api/v4/metadata"]


def jwt_of(claims: dict[str, Any]) -> str:
    from base64 import urlsafe_b64encode

    return "h." + urlsafe_b64encode(msgspec.json.encode(claims)).decode().rstrip("=") + ".s"


@pytest.mark.parametrize(
    ("source_type", "reply", "granted", "warned"),
    [
        (
            "slack",
            Reply(200, {"ok": True, "team_id": "T01234567"}, (("x-oauth-scopes", "channels:read,chat:write"),)),
            ("channels:read", "chat:write"),
            "chat:write",
        ),
        ("github", Reply(200, {"login": "a"}, (("x-oauth-scopes", "read:org"),)), ("read:org",), ""),
        ("github", Reply(200, {"login": "a"}, (("x-oauth-scopes", "repo, read:org"),)), ("read:org", "repo"), "repo"),
        ("gitlab", Reply(200, {"scopes": ["api", "read_api"]}), ("api", "read_api"), "api"),
        ("github", Reply(200, {"login": "a"}), (), ""),
    ],
)
async def test_granted_scopes_are_read_back_and_excess_is_a_warning(
    yard: Yard, source_type: str, reply: Reply, granted: tuple[str, ...], warned: str
) -> None:
    """From the header or the reply, wherever the vendor tells them."""
    case = CASES[source_type]
    yard.vendor.answers = lambda got: reply
    opened = await yard.natives.adapter(source_type, case.resource_ids, Secret(case.secret)).open()
    assert opened.granted == granted
    assert [warned in warning for warning in opened.warnings] == ([True] if warned else [])


async def test_scopes_are_read_from_a_token_and_its_reply(yard: Yard) -> None:
    """Microsoft's are the roles of the token, Salesforce's stand beside it."""
    token = jwt_of({"roles": ["Group.Read.All", "Directory.ReadWrite.All"]})
    yard.vendor.answers = lambda got: (
        {"access_token": token, "expires_in": 3600, "scope": "api full"} if got.method == "POST" else {"value": []}
    )
    opened = await yard.natives.adapter("entra", ["acme.example"], Secret(OAUTH)).open()
    assert opened.granted == ("Directory.ReadWrite.All", "Group.Read.All")
    assert "Directory.ReadWrite.All" in opened.warnings[0]
    opened = await yard.natives.adapter("salesforce", ["acme"], Secret(OAUTH)).open()
    assert opened.granted == ("api", "full")
    assert "full" in opened.warnings[0]


@pytest.mark.parametrize(
    ("source_type", "word"),
    [
        ("zendesk", "any user"),
        ("okta", "all rights"),
        ("datadog", "application key"),
        ("jira", "all that its user can"),
    ],
)
async def test_a_credential_that_can_not_be_limited_is_taken_with_a_warning(
    yard: Yard, source_type: str, word: str
) -> None:
    """It works, and the connection says what it could do."""
    case = CASES[source_type]
    secret = {"email": "a@b", "token": "t"} if source_type == "zendesk" else case.secret
    yard.vendor.answers = book(case.says)
    opened = await yard.natives.adapter(source_type, case.resource_ids, Secret(secret)).open()
    assert word in opened.warnings[0]


async def test_drift_shows_in_the_catalogue_and_an_empty_account_does_not(yard: Yard) -> None:
    """A new field is another catalogue; no items at all are the one that was known."""
    case = CASES["slack"]
    known = [{"id": "C1", "name": "a", "created": 1}]

    async def catalogue(channels: list[Any]) -> Any:
        yard.vendor.answers = book(case.says | {"conversations.list": {"ok": True, "channels": channels}})
        return (await yard.natives.adapter("slack", case.resource_ids, Secret(case.secret)).discover()).streams

    before = await catalogue(known)
    assert await catalogue([]) == before
    assert await catalogue([{"id": "C2", "topic": None}]) == before
    assert await catalogue([{"id": "C1", "colour": "red"}]) != before
    assert await catalogue([{"id": "C1", "created": "yesterday"}]) != before


async def test_a_field_that_was_asked_for_and_is_gone_is_drift(yard: Yard) -> None:
    """Entra is asked for four fields by name; one that no group has any more is noticed, and no groups are no drift."""
    case = CASES["entra"]
    group = {"id": "1", "displayName": "a", "groupTypes": [], "createdDateTime": None}

    async def catalogue(groups: list[Any]) -> Any:
        yard.vendor.answers = book(case.says | {"/groups": {"value": groups}})
        return (await yard.natives.adapter("entra", case.resource_ids, Secret(case.secret)).discover()).streams

    before = await catalogue([group])
    assert await catalogue([]) == before
    assert await catalogue([{name: value for name, value in group.items() if name != "createdDateTime"}]) != before


JWT = "e30.eyJ0aWQiOiAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDBhIn0.x"  # tid: 0…0a
UNCHECKED = "Whose account this is could not be checked"


@pytest.mark.parametrize(
    ("source_type", "named", "secret", "says", "outcome"),
    [
        ("slack", "t01234567", {}, {}, "same"),
        ("slack", "https://acme.slack.com/", {}, {"auth.test": {"ok": True, "url": "https://acme.slack.com/"}}, "same"),
        ("slack", "acme", {}, {"auth.test": {"ok": True, "url": "https://other.slack.com/"}}, "another"),
        ("slack", "T99999999", {}, {}, "another"),
        ("slack", "T99999999", {}, {"auth.test": {"ok": True}}, "unchecked"),
        ("slack", " ", {}, {}, "unchecked"),
        ("aws_org", "123456789012", {}, {"DescribeOrganization": Reply(400, {})}, "same"),
        ("aws_org", "o-1", {}, {}, "same"),
        ("aws_org", "arn:aws:organizations::123456789012:organization/o-1", {}, {}, "same"),
        ("aws_org", "o-2", {}, {}, "another"),
        ("aws_org", "210987654321", {}, {}, "another"),
        ("aws_org", "cloud_costs", {}, {}, "another"),
        ("box", "987", {"token": "t"}, {"/me": {"id": "1", "enterprise": {"id": "987"}}}, "same"),
        ("box", "988", {"token": "t"}, {"/me": {"id": "1", "enterprise": {"id": "987"}}}, "another"),
        ("box", "987", {"token": "t"}, {}, "unchecked"),
        ("dropbox", "t", {}, {}, "same"),
        ("dropbox", "b", {}, {}, "another"),
        ("pagerduty", "acme", {}, {}, "unchecked"),
        ("pagerduty", "acme", {}, {"/services": {"services": [{"html_url": "https://acme.pagerduty.com/x"}]}}, "same"),
        ("pagerduty", "b", {}, {"/services": {"services": [{"html_url": "https://acme.eu.pagerduty.com"}]}}, "another"),
        (
            "gworkspace_drive",
            "Ann@acme.example",
            {},
            {"/about": {"user": {"emailAddress": "ann@acme.example"}}},
            "same",
        ),
        ("gworkspace_drive", "b@acme.example", {}, {"/about": {"user": {"emailAddress": "a@acme.example"}}}, "another"),
        ("entra", "00000000-0000-0000-0000-00000000000A", {"token": JWT}, {}, "same"),
        ("entra", "00000000-0000-0000-0000-00000000000b", {"token": JWT}, {}, "another"),
        ("entra", "acme.example", {"token": JWT}, {}, "unchecked"),
        ("entra", "acme.example", OAUTH, {}, "same"),
        ("zoom", "a1", {"token": "e30.eyJhaWQiOiAiYTEifQ.x"}, {}, "same"),
        ("zoom", "a2", {"token": "e30.eyJhaWQiOiAiYTEifQ.x"}, {}, "another"),
        ("zoom", "a1", {"token": "opaque"}, {}, "unchecked"),
    ],
)
async def test_whose_account_it_is_is_held_against_the_resource_id(
    yard: Yard, source_type: str, named: str, secret: dict[str, str], says: dict[str, Any], outcome: str
) -> None:
    """The same in any spelling; another is a matter of the credential; what nothing tells is a warning."""
    case = CASES[source_type]
    yard.vendor.answers = book(case.says | says)
    adapter = yard.natives.adapter(source_type, [named, *case.resource_ids[1:]], Secret(secret or case.secret))
    if outcome == "another":
        with pytest.raises(Failure) as caught:
            await adapter.open()
        assert caught.value.kind is Kind.CREDENTIALS
        assert caught.value.message == "The credential is of another account than resource_ids[0]"
        assert caught.value.next_action
        return
    warned = [warning for warning in (await adapter.open()).warnings if UNCHECKED in warning]
    assert bool(warned) is (outcome == "unchecked")


async def test_a_token_for_one_account_is_not_used_for_another(yard: Yard) -> None:
    """The account stands in the form that a token is asked for with: another account is another token."""
    for source_type in ("box", "zoom"):
        case = CASES[source_type]
        yard.vendor.answers = book(case.says)
        for named in ("a1", "a2", "a1"):
            await yard.natives.adapter(source_type, [named], Secret(case.secret)).open()
        asked = [got.form for got in yard.vendor.got if got.path.endswith("token") and got.source_type == source_type]
        assert [form.get("box_subject_id") or form["account_id"] for form in asked] == ["a1", "a2"]
