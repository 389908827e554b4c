<<<<<<< HEAD
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
=======
"""Airbyte's sources as programs: what they get, what is read of them, and that nothing of them stays behind."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aos.aam.onboarding import airbyte_process as module
>>>>>>> onb-registry
from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
<<<<<<< HEAD
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
=======
from aos.core.clock import FakeClock
from tests.conftest import AIRBYTE

CANARY = "canary-7f3a"
SECRET = {"token": CANARY}
Eventually = Callable[..., Awaitable[None]]
ROOT = Path(__file__).parents[3]

PROGRAM = """#!{python} -S
import json, os, subprocess, sys, time
HERE = {here!r}
verb = sys.argv[1]
given = {{k: open(v).read() for k, v in zip(sys.argv[2::2], sys.argv[3::2])}}
modes = {{k: oct(os.stat(v).st_mode & 0o777) for k, v in zip(sys.argv[2::2], sys.argv[3::2])}}
told = dict(verb=verb, given=given, modes=modes, env=dict(os.environ), cwd=os.getcwd(), pid=os.getpid())
with open(HERE + "/told.ndjson", "a") as f:
    f.write(json.dumps(told) + "\\n")
def say(**message):
    print(json.dumps(message), flush=True)
def spec(**properties):
    say(type="SPEC", spec=dict(connectionSpecification=dict(
        type="object", required=["token"], properties=dict(dict(token=dict(), resource_ids=dict()), **properties))))
STREAMS = [dict(name="groups", supported_sync_modes=["full_refresh"], source_defined_primary_key=[["id"]],
                json_schema=dict(properties=dict(id=dict(type="integer"), name=dict(type=["null", "string"]))))]
print("starting", flush=True)
say(type="LOG", log=dict(level="INFO", message="the token is {canary}"))
print("the token is {canary}", file=sys.stderr, flush=True)
{body}
"""
GOOD = """
if verb == "spec": spec()
if verb == "check": say(type="CONNECTION_STATUS", connectionStatus=dict(status="SUCCEEDED"))
if verb == "discover": say(type="CATALOG", catalog=dict(streams=STREAMS))
if verb == "read":
    for n in range(ROWS): say(type="RECORD", record=dict(stream="groups", data=dict(id=n), emitted_at=0))
"""


def opened(directory: Path, scratch: Path, programs: dict[str, str] | None = None) -> Airbyte:
    made = Airbyte.open(str(directory), scratch, FakeClock(), programs or {})
>>>>>>> onb-registry
    assert made is not None
    return made


<<<<<<< HEAD
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
=======
class Bench:
    """A directory with one program, and what it told of how it was called."""

    def __init__(self, tmp_path: Path) -> None:
        self.bin, self.scratch = tmp_path / "bin", tmp_path / "data" / "airbyte"
        self.bin.mkdir()
        self.airbyte = opened(self.bin, self.scratch, {"github": "source-played"})

    def install(self, body: str, name: str = "source-played") -> None:
        text = PROGRAM.format(python=sys.executable, here=str(self.bin), canary=CANARY, body=body)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    async def adapter(self, secret: dict[str, str] | None = None) -> Adapter:
        made = await self.airbyte.adapter("github", ["acme"], Secret(SECRET if secret is None else secret))
        assert made is not None
        return made

    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.bin / "told.ndjson").read_text().splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    return True


async def test_a_source_is_opened_described_and_read(bench: Bench) -> None:
    """spec, check, discover, read; the configuration is what the source's own specification asks for."""
    bench.install(GOOD.replace("ROWS", "3"))
    adapter = await bench.adapter()
    await adapter.open()
    (stream,) = (await adapter.discover()).streams
    assert (stream.name, stream.origin, stream.identity) == ("groups", "discovered", ["id"])
    assert [(field.name, field.type) for field in stream.fields] == [("id", "integer"), ("name", "null|string")]
    sampled = await adapter.sample()
    await adapter.close()
    assert (sampled.rows, sampled.warnings) == (3, ())
    assert [each["verb"] for each in bench.told()] == ["spec", "check", "discover", "read"]
    config = json.loads(bench.told()[1]["given"]["--config"])  # type: ignore[index]
    assert config == {"token": CANARY, "resource_ids": ["acme"]}
    chosen = json.loads(bench.told()[3]["given"]["--catalog"])["streams"]  # type: ignore[index]
    assert [(each["stream"]["name"], each["sync_mode"]) for each in chosen] == [("groups", "full_refresh")]


async def test_twenty_records_are_enough(bench: Bench, eventually: Eventually) -> None:
    """A source that would never end is ended after the twentieth, with the processes that it started."""
    body = """
if verb == "discover": say(type="CATALOG", catalog=dict(streams=STREAMS))
if verb == "spec": spec()
if verb == "read":
    other = subprocess.Popen(["sleep", "600"])
    open(HERE + "/other", "w").write(str(other.pid))
    while True: say(type="RECORD", record=dict(stream="groups", data=dict(id=1), emitted_at=0))
"""
    bench.install(body)
    assert (await (await bench.adapter()).sample()).rows == 20
    other = int((bench.bin / "other").read_text())
    await eventually(lambda: gone(other) and gone(int(str(bench.told()[-1]["pid"]))))


async def test_nothing_of_ours_is_given_and_nothing_is_left(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A clean environment, private files that are gone afterwards, and no word of the source in a log."""
    monkeypatch.setenv("AOS_OPERATOR_KEY", CANARY)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    bench.install(GOOD.replace("ROWS", "1"))
    adapter = await bench.adapter()
    await adapter.open()
    await adapter.sample()
    for each in bench.told():
        assert set(each["env"]) <= {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONUNBUFFERED", "LC_CTYPE"}  # type: ignore[call-overload]
        assert set(each["modes"].values()) <= {"0o600"}  # type: ignore[attr-defined]
        assert not Path(str(each["cwd"])).exists()
    assert list(bench.scratch.iterdir()) == []
    assert stat.S_IMODE(bench.scratch.stat().st_mode) == 0o700
    assert CANARY not in caplog.text


async def test_what_a_crash_left_behind_is_removed_at_the_start(tmp_path: Path) -> None:
    """A configuration that lies there from before is gone once AOS is up."""
    left = tmp_path / "scratch" / "x"
    left.mkdir(parents=True)
    (left / "config.json").write_text(CANARY)
    opened(tmp_path, tmp_path / "scratch")
    assert not left.exists()


def trace(kind: str) -> str:
    return f'say(type="TRACE", trace=dict(type="ERROR", error=dict(failure_type={kind!r}, message="{CANARY}")))'


ELSE = "if verb == 'spec': spec()\nelse: "
FAILED = f'say(type="CONNECTION_STATUS", connectionStatus=dict(status="FAILED", message="bad {CANARY}"))'


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (ELSE + FAILED, "AWAITING_CREDENTIALS"),
        (ELSE + trace("config_error"), "AWAITING_CREDENTIALS"),
        (ELSE + trace("transient_error"), "HEALING"),
        (ELSE + trace("system_error"), "ERROR"),
        (ELSE + "pass", "ERROR"),
        (ELSE + "sys.exit(1)", "ERROR"),
        (ELSE + "print('[' * 100000)", "ERROR"),
        (ELSE + "print(json.dumps(dict(type='CONNECTION_STATUS', connectionStatus=3)))", "ERROR"),
        (ELSE + "sys.stdout.write('x' * (9 * 1024 * 1024))", "ERROR"),
        (ELSE + "[print('x' * 100000) for _ in iter(int, 1)]", "ERROR"),
        (ELSE + "time.sleep(600)", "NETWORK_BLOCKED"),
    ],
    ids=["failed", "config", "transient", "system", "silent", "exit", "deep", "odd", "long", "endless", "hangs"],
)
async def test_a_source_that_fails_leads_to_a_state(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, body: str, state: str
) -> None:
    """By what the protocol says and not by words; the source's own words are not repeated."""
    monkeypatch.setattr(module, "COMMAND_S", 1.5)
    bench.install(body)
    with pytest.raises(Failure) as failure:
        await (await bench.adapter()).open()
    assert failure.value.state == state
    assert failure.value.next_action
    assert CANARY not in str(failure.value) + failure.value.next_action
    assert list(bench.scratch.iterdir()) == []


async def test_a_program_is_taken_where_it_can_be_configured(bench: Bench) -> None:
    """None where its specification wants what the credential lacks; a template beside it says how its own nests."""
    bench.install(GOOD.replace("ROWS", "1"))
    assert await bench.airbyte.adapter("github", ["acme"], Secret({"other": "x"})) is None
    template = {"config": {"credentials": {"pat": "{secret.other}"}, "org": "{resource_ids[0]}"}, "stream": "groups"}
    (bench.bin / "source-played.json").write_text(json.dumps(template))
    await (await bench.adapter({"other": "x {secret.token}"})).open()
    told = json.loads(bench.told()[-1]["given"]["--config"])  # type: ignore[index]
    assert told == {"credentials": {"pat": "x {secret.token}"}, "org": "acme"}
    assert await bench.airbyte.adapter("github", ["acme"], Secret(SECRET)) is None
    (bench.bin / "source-played.json").write_text('{"confg": {}}')
    with pytest.raises(Failure, match=r"source-played.json beside the connector can't be used"):
        await bench.adapter()


async def test_only_programs_of_the_directory_are_run(bench: Bench) -> None:
    """None where there is none, where it may not be run, and where others could have changed it."""
    assert await bench.airbyte.adapter("github", ["a"], Secret(SECRET)) is None
    bench.install("spec()", "source-slack")
    assert await bench.airbyte.adapter("slack", ["a"], Secret(SECRET)) is not None
    for mode in (0o644, 0o777):
        (bench.bin / "source-slack").chmod(mode)
        assert await bench.airbyte.adapter("slack", ["a"], Secret(SECRET)) is None


@pytest.mark.parametrize("text", ["#!/nowhere/python\n", "#!/bin/sh\nexit 3\n", "#!/bin/sh\necho '[]'\n"])
async def test_a_program_that_says_nothing_is_not_taken(
    bench: Bench, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The native adapter is, and the log says why."""
    (bench.bin / "source-played").write_text(text)
    (bench.bin / "source-played").chmod(0o755)
    assert await bench.airbyte.adapter("github", ["acme"], Secret(SECRET)) is None
    assert ("does not say what it needs" in caplog.text) is ("echo" not in text)


class Directory(BaseHTTPRequestHandler):
    """What the real source reads: 57 groups in pages of ten."""

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == f"Bearer {CANARY}"
        page = int(self.path.rpartition("=")[2])
        rows = [{"id": n, "name": f"group {n}"} for n in range(page * 10, min(57, page * 10 + 10))]
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(json.dumps(rows if known else {}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def directory() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.timeout(180)
async def test_a_real_source_made_with_the_airbyte_cdk(bench: Bench, directory: str) -> None:
    """From `spec` to twenty records; a wrong token is told as such."""
    if not AIRBYTE:
        assert not os.environ.get("CI"), "CI makes the venv: scripts/airbyte_venv.sh"
        pytest.skip("wants AOS_TEST_AIRBYTE=$(scripts/airbyte_venv.sh DIRECTORY)")
    shutil.copy(ROOT / "tests" / "airbyte" / "probe.py", bench.bin / "probe.py")
    (bench.bin / "source-played").write_text(f'#!/bin/sh\nexec {AIRBYTE} {bench.bin}/probe.py "$@"\n')
    (bench.bin / "source-played").chmod(0o755)
    adapter = await bench.adapter({"token": CANARY, "url": directory})
    await adapter.open()
    (stream,) = (await adapter.discover()).streams
    assert (stream.name, [field.name for field in stream.fields]) == ("groups", ["id", "name"])
    assert (await adapter.sample()).rows == 20
    with pytest.raises(Failure) as failure:
        await (await bench.adapter({"token": "wrong", "url": directory})).open()
    assert failure.value.state == "AWAITING_CREDENTIALS"


def test_a_kill_of_aos_ends_the_source_too(tmp_path: Path, bench: Bench) -> None:
    """SIGKILL, which nobody can react to: the kernel ends the source."""
    bench.install("spec() if verb == 'spec' else time.sleep(600)")
    code = f"""
import asyncio
from pathlib import Path
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.secret import Secret
from aos.core.clock import SystemClock
async def main():
    airbyte = Airbyte.open({str(bench.bin)!r}, Path({str(bench.scratch)!r}), SystemClock(), {{}})
    adapter = await airbyte.adapter("played", ["a"], Secret({{"token": "t"}}))
    await adapter.open()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as parent:
        pids: list[int] = []
        while len(pids) < 2:  # bounded by the test's timeout
            assert parent.poll() is None
            told = bench.bin / "told.ndjson"
            pids = [json.loads(line)["pid"] for line in told.read_text().splitlines()] if told.exists() else []
        parent.send_signal(signal.SIGKILL)
    while not gone(pids[1]):
        pass
>>>>>>> onb-registry
