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
from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.airbyte import Airbyte
from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
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
    assert made is not None
    return made


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


FILLS = """
import signal
def quiet(*_):
    open(HERE + "/full", "w").write("0")
    time.sleep(600)
signal.signal(signal.SIGALRM, quiet)
while True:
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    os.write(1, b'{"type": "LOG"}\\n' * 4096)
"""
HELD = """
other = subprocess.Popen(["sleep", "60"], start_new_session=True)
open(HERE + "/full", "w").write(str(other.pid))
time.sleep(600)
"""


@pytest.mark.parametrize("body", [FILLS, HELD], ids=["full pipe", "held pipe"])
async def test_an_end_waits_for_the_program_and_for_nothing_else(
    bench: Bench, eventually: Eventually, body: str
) -> None:
    """Neither for what nobody reads on nor for a child in a session of its own that holds the output."""
    bench.install(body)
    full = bench.bin / "full"
    async with module.messages(bench.bin / "source-played", "read", {}, bench.scratch) as said:
        assert (await anext(said))["type"] == "LOG"
        await eventually(lambda: full.exists() and full.read_text() != "")
    if held := int(full.read_text()):
        os.kill(held, signal.SIGKILL)
    assert gone(int(str(bench.told()[-1]["pid"])))
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
