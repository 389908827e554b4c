"""The sandbox's controls and its door: who may turn a knob, and what is nobody's."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aos.core.http import Access
from tests.integration.farm.sandbox_cases import CASES
from tests.integration.farm.sandbox_place import Sandbox, request_of
from tests.integration.served import KEYS

pytestmark = pytest.mark.asyncio(loop_scope="module")
CONTROL = "/farm/sandbox-control"
SLACK = next(case for case in CASES if case.family == "slack")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/grants")])
async def test_knobs_are_for_operators_and_services(vendors: Sandbox, method: str, path: str) -> None:
    """Without a key 401, with a viewer's 403; the service's and the operator's open."""
    statuses = []
    for key in ("", KEYS[Access.VIEWER], KEYS[Access.SERVICE], KEYS[Access.OPERATOR]):
        headers = {"x-api-key": key} if key else {}
        body = {"json": {}} if method in ("PUT", "POST") else {}
        reply = await vendors.client.request(method, f"{CONTROL}/slack{path}", headers=headers, **body)
        statuses.append(reply.status_code)
    assert statuses == [401, 403, *[201 if method == "POST" else 200] * 2]


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("PUT", "slack", {"throttle": -2}, "$.throttle"),
        ("PUT", "slack", {"retry_after_s": 99_999}, "$.retry_after_s"),
        ("PUT", "slack", {"darkness": True}, "$.darkness"),
        ("POST", "slack/grants", {"account": "Not Allowed"}, "$.account"),
        ("POST", "slack/grants", {"account": "../etc"}, "$.account"),
        ("POST", "slack/grants", {"ttl_s": 0}, "$.ttl_s"),
        ("POST", "slack/grants", {"kind": "oauth9"}, "$.kind"),
        ("PUT", "jdbc", {"throttle": 1}, "$.throttle"),
        ("PUT", "jdbc", {"drop_scope": True}, "$.drop_scope"),
    ],
)
async def test_a_wrong_wish_names_its_place(
    vendors: Sandbox, method: str, path: str, body: dict[str, Any], told: str
) -> None:
    """422 with the path of what is wrong, and nothing turned."""
    reply = await vendors.keyed.request(method, f"{CONTROL}/{path}", json=body)
    assert (reply.status_code, reply.json()["path"]) == (422, told)


async def test_what_is_nobodys_is_a_404_of_aos(vendors: Sandbox) -> None:
    """An unknown family, a host of another one, and no host at all."""
    for path, code in (
        ("/farm/sandbox/mongo/api.mongo.com/x", "sandbox.family"),
        ("/farm/sandbox/jdbc/localhost/x", "sandbox.family"),
        ("/farm/sandbox/slack/api.github.com/orgs/acme", "sandbox.host"),
        ("/farm/sandbox/slack/127.0.0.1:5000/api/auth.test", "sandbox.host"),
        ("/farm/sandbox/slack/", "sandbox.host"),
    ):
        reply = await vendors.client.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, code)
    for method in ("GET", "PUT", "DELETE"):
        body = {"json": {}} if method == "PUT" else {}
        assert (await vendors.keyed.request(method, f"{CONTROL}/mongo", **body)).status_code == 404
    assert (await vendors.keyed.post(f"{CONTROL}/mongo/grants", json={})).status_code == 404


async def test_the_state_tells_what_was_seen(vendors: Sandbox) -> None:
    """Requests, the longest page, knobs and grants; a reset forgets all but the credentials."""
    await vendors.keyed.delete(f"{CONTROL}/slack")
    one = await vendors.player(SLACK)
    await vendors.turn(SLACK, account="other", empty=True)
    await one.ask(request_of(SLACK, one, "listed"))
    seen = await vendors.seen(SLACK)
    assert (seen["requests"], seen["most_items"], seen["exchanges"], seen["writes_seen"]) == (1, 100, 0, 0)
    assert [(each["account"], each["empty"]) for each in seen["knobs"]] == [("other", True)]
    assert seen["kinds"] == ["token"]
    reset = (await vendors.keyed.delete(f"{CONTROL}/slack")).json()
    assert (reset["requests"], reset["knobs"], reset["grants"]) == (0, [], seen["grants"])
    assert (await one.ask(request_of(SLACK, one, "listed"))).json()["ok"] is True


async def test_no_secret_of_a_grant_is_shown_again(vendors: Sandbox) -> None:
    """The state names knobs and counts; a credential stands in the answer to its own grant alone."""
    one = await vendors.player(SLACK)
    await one.ask(request_of(SLACK, one, "listed"))
    shown = (await vendors.keyed.get(f"{CONTROL}/slack")).text
    assert one.secret["token"] not in shown


async def test_a_body_has_a_limit(vendors: Sandbox) -> None:
    """More than 256 KiB is a 413, whoever it is for."""
    reply = await vendors.client.post("/farm/sandbox/slack/slack.com/api/auth.test", content=b"x" * 300_000)
    assert reply.status_code == 413


async def granted(vendors: Sandbox, account: str = "acme") -> Path:
    reply = await vendors.keyed.post(f"{CONTROL}/jdbc/grants", json={"account": account})
    assert reply.status_code == 201
    (resource,) = reply.json()["resource_ids"]
    assert resource.startswith("sqlite:/")
    return Path(resource.removeprefix("sqlite:"))


def columns(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in tables}


async def test_jdbc_is_a_file_that_can_be_read(vendors: Sandbox) -> None:
    """Many tables, the same for the same account, each account its own file, and nothing in it can be written."""
    await vendors.keyed.delete(f"{CONTROL}/jdbc")
    path = await granted(vendors)
    assert path == await granted(vendors) != await granted(vendors, "globex")
    found = columns(path)
    assert len(found) == 57
    assert found["atlas_invoices_000"] == ["id", "name", "created_at", "amount"]
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(sqlite3.OperationalError),
    ):
        connection.execute("DELETE FROM atlas_invoices_000")


async def test_jdbc_misbehaves_by_what_lies_at_its_path(vendors: Sandbox) -> None:
    """Drifted, empty, unreadable, gone; and back again."""
    await vendors.keyed.delete(f"{CONTROL}/jdbc")
    path, other = await granted(vendors), await granted(vendors, "globex")

    async def turn(**knobs: Any) -> None:
        assert (await vendors.keyed.put(f"{CONTROL}/jdbc", json=knobs)).status_code == 200

    await turn(drift=True)
    assert columns(path)["atlas_invoices_000"] == ["id", "name", "created_at", "amount_v2", "sandbox_added"]
    await turn(empty=True, account="acme")
    assert columns(path) == {}
    assert "amount_v2" in columns(other)["atlas_invoices_000"]
    await turn(refuse=True)
    await turn(account="acme", dark=True)
    assert not path.exists()
    with pytest.raises(sqlite3.DatabaseError):
        columns(other)
    await vendors.keyed.delete(f"{CONTROL}/jdbc")
    assert columns(path) == columns(other)
