"""Airbyte connectors: a small played one that misbehaves in every way, and a real one built on airbyte-cdk."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding import airbyte_process
from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
from aos.core.clock import SystemClock
from aos.core.errors import BadSettings
from aos.core.settings import REPOSITORY
from tests.acceptance.conftest import alive
from tests.conftest import AIRBYTE_VENV
from tests.integration.aam.played import ONBOARD, Played, intent

PROGRAMS = {"gworkspace_drive": "source-google-drive"}
CANARY = "canary-5b1e-secret"
# Behaves as `resource_id` says; notes what it was given, and its own process id, in the directory beside it.
PLAYED = """#!{python}
import json, os, subprocess, sys, time
command = sys.argv[1]
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
def say(**message): print(json.dumps(message), flush=True)
if command == "spec":
    properties = {{"token": {{"type": "string"}}, "resource_id": {{"type": "string"}}}}
    say(type="SPEC", spec={{"connectionSpecification": {{"required": {required}, "properties": properties}}}})
    sys.exit()
config = json.load(open(given["--config"]))
how = config["resource_id"]
with open("{notes}/" + command, "w") as notes:
    mode = oct(os.stat(given["--config"]).st_mode & 0o777)
    json.dump({{"pid": os.getpid(), "group": os.getpgid(0), "mode": mode, "env": dict(os.environ), "config": config,
               "paths": list(given.values()), "cwd": os.getcwd()}}, notes)
if how == "hang": time.sleep(1000)
if how == "child":
    child = subprocess.Popen(["sleep", "1000"])
    open("{notes}/child", "w").write(str(child.pid))
if how == "flood":
    while True: print("x" * 100_000)
if how == "long": sys.stdout.write("y" * 6_000_000); sys.stdout.flush()
if how == "exit": sys.exit(3)
if how == "trace" or how == command:
    kind = config.get("kind", "config_error")
    say(type="TRACE", trace={{"type": "ERROR", "error": {{"failure_type": kind, "message": "no: " + config["token"]}}}})
    sys.exit(1)
print("plain text that is no message"); print("[1, 2"); print("[]"); sys.stderr.write("z" * 200_000)
if command == "check":
    status = "FAILED" if how == "refused" else "SUCCEEDED"
    told = {{"status": status, "message": "said " + config["token"]}}
    if how != "silent": say(type="CONNECTION_STATUS", connectionStatus=told)
if command == "discover":
    schema = {{"properties": {{"id": {{"type": "integer"}}, "name": {{"type": ["null", "string"]}}}}}}
    common = {{"json_schema": schema, "source_defined_primary_key": [["id"]]}}
    streams = [{{"name": name, **common}} for name in ("people", "things")]
    say(type="CATALOG", catalog={{"streams": [] if how == "nothing" else streams}})
if command == "read":
    name = json.load(open(given["--catalog"]))["streams"][0]["stream"]["name"]
    for number in range(3 if how == "few" else 10**9):
        say(type="RECORD", record={{"stream": name, "data": {{"id": number}}}})
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "bin"
    path.mkdir()
    return path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.mkdir()
    return path


@pytest.fixture
def airbyte(tmp_path: Path, directory: Path, notes: Path) -> Airbyte:
    put(directory / "source-github", notes)
    made = Airbyte.open(str(directory), tmp_path / "work", SystemClock(), PROGRAMS)
    assert made is not None
    return made


def put(program: Path, notes: Path, required: str = '["token"]') -> Path:
    program.write_text(PLAYED.format(python=sys.executable, notes=notes, required=required))
    program.chmod(0o755)
    return program


async def adapter(airbyte: Airbyte, how: str, **fields: str) -> Adapter:
    made = await airbyte.adapter("github", [how], Secret({"token": CANARY, **fields}))
    assert made is not None
    return made


def noted(notes: Path, command: str) -> dict[str, Any]:
    return dict(json.loads((notes / command).read_text()))


async def failure(made: Adapter, step: str = "open") -> Failure:
    with pytest.raises(Failure) as raised:
        await getattr(made, step)()
    assert CANARY not in raised.value.message
    return raised.value


async def test_the_protocol_is_spoken_and_the_read_stops_at_twenty(
    airbyte: Airbyte, notes: Path, tmp_path: Path
) -> None:
    """Check, discover, read; nothing of it stays behind, although the read had no end."""
    made = await adapter(airbyte, "fine")
    assert (await made.open()).granted == ()
    found = await made.discover()
    assert [stream.name for stream in found.streams] == ["people", "things"]
    assert [(field.name, field.type) for field in found.streams[0].fields] == [
        ("id", "integer"),
        ("name", "null|string"),
    ]
    assert (found.streams[0].identity, found.streams[0].origin) == (["id"], "discovered")
    sampled = await made.sample()
    assert (sampled.rows, sampled.latency_ms > 0) == (20, True)
    for command in ("check", "discover", "read"):
        told = noted(notes, command)
        assert not alive(told["pid"])
        assert not [path for path in told["paths"] if Path(path).exists()]
    assert list((tmp_path / "work").iterdir()) == []


async def test_the_first_sync_may_be_the_first_step(airbyte: Airbyte) -> None:
    """A run goes on where an earlier one stopped; fewer than twenty are what there is."""
    assert (await (await adapter(airbyte, "few")).sample()).rows == 3


async def test_its_environment_is_clean_and_its_files_are_private(
    airbyte: Airbyte, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of AOS's own variables, the configuration at 0600, a directory and a process group of its own."""
    monkeypatch.setenv("AOS_OPERATOR_KEY", CANARY)
    monkeypatch.setenv("OTHER_TOKEN", CANARY)
    await (await adapter(airbyte, "fine")).open()
    told = noted(notes, "check")
    assert CANARY not in json.dumps(told["env"])
    assert set(told["env"]) - {"LC_CTYPE"} == {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONUNBUFFERED"}
    assert (told["mode"], told["group"], told["cwd"]) == ("0o600", told["pid"], told["env"]["HOME"])
    assert told["config"] == {"token": CANARY, "resource_id": "fine"}


async def test_what_it_has_started_ends_with_it(airbyte: Airbyte, notes: Path, eventually: Any) -> None:
    """The whole process group is killed, also after a success."""
    await (await adapter(airbyte, "child")).open()
    child = int((notes / "child").read_text())
    await eventually(lambda: not alive(child))


@pytest.mark.parametrize(
    ("how", "step", "state"),
    [
        ("refused", "open", "AWAITING_CREDENTIALS"),
        ("trace", "open", "AWAITING_CREDENTIALS"),
        ("silent", "open", "ERROR"),
        ("exit", "open", "ERROR"),
        ("flood", "open", "ERROR"),
        ("long", "open", "ERROR"),
        ("nothing", "discover", "HEALING"),
        ("nothing", "sample", "HEALING"),
        ("discover", "discover", "AWAITING_CREDENTIALS"),
        ("read", "sample", "AWAITING_CREDENTIALS"),
    ],
)
async def test_each_way_to_fail_has_its_state(
    airbyte: Airbyte, notes: Path, tmp_path: Path, how: str, step: str, state: str
) -> None:
    """With the connector's own words, out of which the secret is taken; nothing stays behind."""
    assert (await failure(await adapter(airbyte, how), step)).state == state
    assert all(not alive(noted(notes, each.name)["pid"]) for each in notes.iterdir())
    assert list((tmp_path / "work").iterdir()) == []


async def test_the_words_of_a_connector_are_told_without_the_secret(airbyte: Airbyte) -> None:
    """What it said stands in the reason."""
    assert (await failure(await adapter(airbyte, "refused"))).message == "source-github does not get in: said ***"


@pytest.mark.parametrize(
    ("kind", "state"),
    [("config_error", "AWAITING_CREDENTIALS"), ("transient_error", "HEALING"), ("system_error", "ERROR")],
)
async def test_the_kind_of_an_error_is_the_connectors_own(
    airbyte: Airbyte, directory: Path, kind: str, state: str
) -> None:
    """Taken from its trace, not from a sentence."""
    template = {"config": {"token": "{secret.token}", "resource_id": "{resource_ids[0]}", "kind": kind}}
    (directory / "source-github.json").write_text(json.dumps(template))
    assert (await failure(await adapter(airbyte, "trace"))).state == state


async def test_one_that_hangs_is_ended(
    airbyte: Airbyte, notes: Path, monkeypatch: pytest.MonkeyPatch, eventually: Any
) -> None:
    """After its time; and when the caller goes away."""
    monkeypatch.setattr(airbyte_process, "COMMAND_S", 0.5)
    assert (await failure(await adapter(airbyte, "hang"))).state == "NETWORK_BLOCKED"
    monkeypatch.setattr(airbyte_process, "COMMAND_S", 60.0)
    (notes / "check").unlink(missing_ok=True)
    opening = asyncio.create_task((await adapter(airbyte, "hang")).open())
    await eventually(lambda: (notes / "check").exists() and (notes / "check").read_text().endswith("}"))
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not alive(noted(notes, "check")["pid"])


async def test_a_template_fills_a_nested_configuration(airbyte: Airbyte, directory: Path, notes: Path) -> None:
    """Values are put in as they are: one that looks like a place is none. The named stream is the one that is read."""
    template = {
        "config": {
            "credentials": {"key": "{secret.key}"},
            "token": "{secret.token}",
            "resource_id": "few",
            "all": ["{resource_ids[0]}/*"],
        },
        "stream": "things",
    }
    (directory / "source-github.json").write_text(json.dumps(template))
    made = await adapter(airbyte, "{secret.token}", key='"{resource_ids[0]}"')
    await made.sample()
    config = noted(notes, "read")["config"]
    assert (config["credentials"], config["all"]) == ({"key": '"{resource_ids[0]}"'}, ["{secret.token}/*"])


async def test_where_it_can_not_be_configured_the_native_adapter_reads(
    airbyte: Airbyte, directory: Path, notes: Path
) -> None:
    """No program, no value for a place, a field that it needs and nobody has, one that others can change."""
    secret = Secret({"token": "x"})
    assert await airbyte.adapter("slack", ["a"], secret) is None
    put(directory / "source-slack", notes, '["token", "start_date"]')
    assert await airbyte.adapter("slack", ["a"], secret) is None
    (directory / "source-slack.json").write_text('{"config": {"x": "{secret.absent}"}}')
    assert await airbyte.adapter("slack", ["a"], secret) is None
    (directory / "source-slack.json").write_text('{"config": {"x": "{resource_ids[1]}"}}')
    assert await airbyte.adapter("slack", ["a"], secret) is None
    put(directory / "source-google-drive", notes)
    assert await airbyte.adapter("gworkspace_drive", ["a"], secret) is not None
    (directory / "source-google-drive").chmod(0o777)
    assert await airbyte.adapter("gworkspace_drive", ["a"], secret) is None
    (directory / "source-slack.json").write_text('{"config": 5}')
    with pytest.raises(Failure, match=r"source-slack\.json"):
        await airbyte.adapter("slack", ["a"], secret)


def test_a_directory_that_is_none_stops_the_start(tmp_path: Path) -> None:
    """None named: not enabled. What a crash left is cleared."""
    assert Airbyte.open("", tmp_path / "work", SystemClock(), PROGRAMS) is None
    with pytest.raises(BadSettings, match="AOS_AIRBYTE_BIN"):
        Airbyte.open(str(tmp_path / "absent"), tmp_path / "work", SystemClock(), PROGRAMS)
    (tmp_path / "work" / "run-1").mkdir(parents=True)
    Airbyte.open(str(tmp_path), tmp_path / "work", SystemClock(), PROGRAMS)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("mode", ["vendor", "sandbox"])
async def test_it_is_preferred_where_it_is_present_and_never_in_the_sandbox(
    serve: Callable[..., Any], directory: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The connection says which way it is read; other families stay with AOS's own."""
    monkeypatch.setenv("PLAYED_TOKEN", CANARY)
    put(directory / "source-github", notes)
    async with serve(Played().mount, airbyte_bin=str(directory), aam_endpoints=mode) as place:
        told = (await place.client.post(ONBOARD, json=intent("few"))).json()["connection"]
        way, rows = ("airbyte", 3) if mode == "vendor" else ("native", 7)
        assert (told["state"], told["via"], told["first_sync"]["rows"]) == ("ACTIVE", way, rows)
        other = (await place.client.post(ONBOARD, json=intent("few", source_type="okta"))).json()["connection"]
        assert other["via"] == "native"


@pytest.fixture
def real(directory: Path) -> Path:
    """A connector built on airbyte-cdk; in CI its environment is there, elsewhere the test is skipped without it."""
    python = Path(AIRBYTE_VENV or REPOSITORY / ".airbyte-venv") / "bin" / "python"
    if not python.exists():
        missing = f"no environment with airbyte-cdk at {python.parent.parent} (`make airbyte-venv` makes it)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    program = directory / "source-github"
    source = Path(__file__).with_name("airbyte_source.py")
    program.write_text(f'#!/bin/sh\nexec {python} {source} "$@"\n')
    program.chmod(0o755)
    return program


async def test_a_real_connector_is_onboarded(
    serve: Callable[..., Any], real: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spec, check, discover and twenty records of twenty-five; a wrong token waits, without being told."""
    monkeypatch.setenv("PLAYED_TOKEN", "right-one")
    monkeypatch.setenv("WRONG_TOKEN", CANARY)
    async with serve(Played().mount, airbyte_bin=str(directory)) as place:
        told = (await place.client.post(ONBOARD, json=intent("25"))).json()["connection"]
        assert (told["state"], told["via"], told["first_sync"]["rows"]) == ("ACTIVE", "airbyte", 20), told
        (stream,) = told["catalog"]["streams"]
        assert (stream["name"], stream["identity"]) == ("things", ["id"])
        refused = await place.client.post(ONBOARD, json=intent("5", credential_locator="env:WRONG_TOKEN"))
        assert refused.json()["connection"]["state"] == "AWAITING_CREDENTIALS"
        assert "is not known" in refused.json()["connection"]["reason"]
        assert CANARY not in refused.text
