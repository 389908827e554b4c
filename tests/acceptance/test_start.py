"""How AOS starts, refuses to start, and stops (spec: Running it)."""

import http.server
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import Running, alive, free_port, until

Start = Callable[..., Running]
SELF_STREAM = "/farm/api/stream/synthetic/mulesoft?chaos=true&speed=fast"


def test_second_start_on_the_same_port_says_so_and_exits_0(start: Start) -> None:
    """A running AOS is found by its instance id, its address is printed, and nothing is started."""
    first = start().ready()
    instance = first.get("/healthz").json()["instance"]
    second = start(port=str(first.port))
    assert second.ended() == 0
    assert second.output().strip() == f"AOS already runs at {first.url} (instance {instance})."
    assert first.get("/readyz").status_code == 200


def test_start_on_a_port_of_another_program_exits_3_and_touches_nothing(start: Start, tmp_path: Path) -> None:
    """Another program on the port: one line, exit 3, no data directory, no Redis."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        refused = start(port=str(server.server_address[1]))
        assert refused.ended() == 3
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert refused.output().splitlines() == [
        f"aos: Port {refused.port} on 127.0.0.1 is taken by another program. Free it or set AOS_PORT."
    ]
    assert not (tmp_path / "data").exists()


def test_start_on_a_silent_port_exits_3(start: Start) -> None:
    """A listener that never answers is another program, too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        refused = start(port=str(silent.getsockname()[1]))
        assert refused.ended() == 3
    assert "is taken by another program" in refused.output()


def test_start_on_a_locked_data_directory_exits_3_without_a_redis(start: Start) -> None:
    """Two processes never share a data directory; the second starts no Redis and leaves the first alone."""
    first = start().ready()
    redis = first.redis_pid()
    second = start()
    assert second.ended() == 3
    assert "is in use by another AOS" in second.output()
    assert len(second.output().splitlines()) == 1
    assert first.redis_pid() == redis
    assert alive(redis)
    assert first.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("environment", "code", "says"),
    [
        ({"AOS_PROT": "1"}, 2, "Unknown setting AOS_PROT; did you mean AOS_PORT?"),
        ({"AOS_LOG": "xml"}, 2, "AOS_LOG='xml' is not usable"),
        ({"AOS_PORT": "http"}, 2, "AOS_PORT='http'"),
        ({"AOS_REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"}, 3, "Redis does not answer"),
        ({"AOS_REDIS_SERVER": "no-such-redis"}, 3, "AOS_REDIS_SERVER='no-such-redis': no such program."),
        ({"AOS_HOST": "203.0.113.1"}, 3, "203.0.113.1"),
        ({"AOS_OPERATOR_KEY": "short"}, 2, "AOS_OPERATOR_KEY=(hidden) is not usable"),
        ({"SOURCE_URL": "http://user:hunter2@127.0.0.1:1/"}, 2, "a user or password in it is not accepted"),
        ({"SOURCE_URL": "http://127.0.0.1:1/", "AOS_SEEDS_DIR": "/nowhere"}, 2, "/nowhere/contracts/invoice.yaml"),
    ],
)
def test_start_with_a_bad_setting_is_one_line_and_its_code(
    start: Start, environment: dict[str, str], code: int, says: str
) -> None:
    """A setting that can't be used: one clear line, the documented exit code, no secret, nothing half-started."""
    refused = start(**environment)
    assert refused.ended() == code, refused.output()
    assert says in refused.output()
    assert "hunter2" not in refused.output()
    assert len(refused.output().splitlines()) == 1


def test_start_with_a_file_as_data_directory_exits_3(start: Start, tmp_path: Path) -> None:
    """A data directory that can't be used is named."""
    (tmp_path / "data").write_text("not a directory")
    refused = start()
    assert refused.ended() == 3
    assert f"The data directory {tmp_path / 'data'} can't be used" in refused.output()


def test_sigterm_ends_with_0_while_the_sidecar_reads_its_own_process(start: Start) -> None:
    """SIGTERM ends everything in order although Farm's endless stream is being read here and outside."""
    running = start(port=str(free_port()), SOURCE_URL="http://127.0.0.1:1/").ready()
    running.stop()
    port = free_port()
    running = start(
        port=str(port), AOS_DATA_DIR=str(running.directory / "d2"), SOURCE_URL=f"http://127.0.0.1:{port}{SELF_STREAM}"
    )
    running.ready()
    running.said("Processed Record [")
    with httpx.stream("GET", running.url + SELF_STREAM, trust_env=False) as reader:
        assert next(reader.iter_raw())
        assert running.stop() == 0
    assert "Traceback" not in running.output()
    assert running.output().rstrip().endswith("Stopped")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_the_start_ends_with_0(start: Start, sign: int) -> None:
    """Told to stop before it serves: what was up goes down again, nothing is left."""
    running = start()
    until(lambda: (running.directory / "data" / "redis").exists() or running.child.poll() is not None)
    assert running.stop(sign) == 0, running.output()
    left = running.directory / "data" / "redis" / "child.json"
    assert not left.exists()


def test_kill_9_leaves_no_redis_and_the_next_start_goes_on(start: Start) -> None:
    """After SIGKILL the Redis child ends by itself; the next start resumes behind what was already taken."""
    port = free_port()
    environment = {"SOURCE_URL": f"http://127.0.0.1:{port}{SELF_STREAM}", "port": str(port)}
    first = start(**environment).ready()
    first.said("Processed Record [")
    redis = first.redis_pid()
    first.stop(signal.SIGKILL)
    until(lambda: not alive(redis))
    second = start(**environment).ready()
    second.said("Processed Record [")
    reading = second.said("Reading url=")
    position = int(reading.partition(" position=")[2].split()[0])
    assert position > 0
    assert f"from={position + 1}" in reading
    assert second.stop() == 0


def test_farm_alone_serves_at_the_root_without_redis(start: Start) -> None:
    """`python -m aos farm` answers the documents' own curl line and starts no Redis."""
    farm = start("farm").ready()
    with httpx.stream("GET", f"{farm.url}/api/stream/synthetic/mulesoft", trust_env=False) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert next(answer.iter_lines()).startswith('{"invoice_id":"INV-1"')
    assert not (farm.directory / "data" / "farm" / "redis").exists()
    assert farm.stop() == 0


def test_sidecar_alone_needs_a_redis_url(start: Start) -> None:
    """Without AOS_REDIS_URL the sidecar alone says what it lacks."""
    refused = start("sidecar")
    assert refused.ended() == 3
    assert refused.output() == "aos: The sidecar alone needs AOS_REDIS_URL.\n"


def test_data_and_keys_are_private(start: Start) -> None:
    """The data directory is 0700, the plain keys 0600, and they are shown at the first start only."""
    first = start().ready()
    data = first.directory / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "keys").stat().st_mode & 0o777 == 0o600
    assert first.key() in first.output()
    first.stop()
    second = start().ready()
    assert second.key() not in second.output()
    assert os.path.getsize(data / "aos.db") > 0
    assert second.key().encode() not in (data / "aos.db").read_bytes()


def test_demo_follows_aos_to_another_port(start: Start) -> None:
    """A source that is this very AOS is the same source on another port: its target follows, its cursor goes on."""
    port = free_port()
    first = start(port=str(port), SOURCE_URL=f"http://127.0.0.1:{port}{SELF_STREAM}").ready()
    first.said("Processed Record [")
    first.stop()
    second = start(port=str(free_port())).ready()
    reading = second.said("Reading url=")
    assert f"127.0.0.1:{second.port}/" in reading
    assert " position=start" not in reading
    second.said("Processed Record [")
    assert second.stop() == 0


@pytest.mark.parametrize("signs", [(signal.SIGTERM, signal.SIGTERM), (signal.SIGHUP,)])
def test_the_same_wish_twice_and_a_closed_terminal_end_in_order(start: Start, signs: tuple[int, ...]) -> None:
    """make hands a signal on that the terminal sent already: two at once are one. SIGHUP ends as SIGTERM does."""
    running = start().ready()
    for sign in signs:
        running.child.send_signal(sign)
    assert running.ended() == 0
    assert running.output().rstrip().endswith("Stopped")


def test_redis_that_hangs_shows_and_does_not_hold_up_the_end(start: Start) -> None:
    """While Redis stands still AOS is not ready and says why; told to stop it ends with 0 and leaves no Redis."""
    running = start().ready()
    redis = running.redis_pid()
    os.kill(redis, signal.SIGSTOP)
    until(lambda: running.get("/readyz").status_code == 503)
    assert any("redis" in reason for reason in running.get("/readyz").json()["blocking"])
    assert running.stop() == 0
    until(lambda: not alive(redis))
