"""What all tests share: a shut network, a clock that stands still, waiting for a condition, a Redis of our own."""

import asyncio
import functools
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings

from aos.core.clock import FakeClock
from aos.core.datadir import DataDir
from aos.core.errors import EnvironmentFault
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, find_program, program_version


def _given(name: str) -> str:
    """AOS_TEST_<name>, taken out of the environment: every AOS that a test starts reads it, and refuses settings that
    it does not know. Kept under a name that is none of AOS's, for the processes that the tests are shared out to."""
    value = os.environ.pop(f"AOS_TEST_{name}", "") or os.environ.get(f"TESTS_{name}", "")
    os.environ[f"TESTS_{name}"] = value
    return value


OTHER_REDIS, CHROMIUM, AIRBYTE = _given("OTHER_REDIS"), _given("CHROMIUM"), _given("AIRBYTE")
# A shell that starts the tests in the background lets them ignore Ctrl-C, and so would every process they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
Eventually = Callable[..., Awaitable[None]]
# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
both_versions = pytest.mark.parametrize("redis_program", ["usual", "other"], indirect=True)  # of Redis
IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # where Linux has files in memory, and how much must be free there


def pytest_configure() -> None:
    """The tests' files are in memory where there is room: a thousand databases that wait for the disk at each commit
    make half the time of a run. A killed process loses nothing there either; PYTEST_DEBUG_TEMPROOT overrides."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


@pytest.fixture(autouse=True, scope="session")
def certificates_read_once() -> Iterator[None]:
    """To read the machine's certificates takes 20 ms, for every client and every gate that a test makes."""
    read = functools.cache(httpx.create_ssl_context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", read)
        patch.setattr("httpx._transports.default.create_ssl_context", read)
        yield


@pytest.fixture(autouse=True, scope="session")
def shut_network() -> Iterator[None]:
    """Only this machine can be reached: a test that dials out fails."""

    def guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
        def check(sock: socket.socket, address: Any) -> Any:
            if sock.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):
                raise AssertionError(f"a test dialled {address!r}")
            return connect(sock, address)

        return check

    look_up = socket.getaddrinfo

    def local(host: Any, *arguments: Any, **options: Any) -> Any:
        name = (host.encode("idna") if isinstance(host, str) else host or b"").decode("latin-1")
        if name and name != "localhost" and not name.replace(".", "").isdigit() and ":" not in name:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", local)
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


@pytest.fixture
def clock() -> FakeClock:
    """Moves only when told to."""
    return FakeClock()


@pytest.fixture
def eventually() -> Eventually:
    """`await eventually(condition)` returns once it is true; fails after a deadline that no healthy run gets near."""

    async def wait(condition: Callable[[], Any], *, deadline_s: float = 15.0) -> None:
        async with asyncio.timeout(deadline_s):
            while True:
                met = condition()
                if await met if isinstance(met, Awaitable) else met:
                    return
                await asyncio.sleep(0.005)

    return wait


@pytest.fixture
def data(tmp_path: Path) -> Iterator[DataDir]:
    """An open data directory."""
    directory = DataDir(tmp_path / "data")
    directory.open()
    yield directory
    directory.close()


def other_redis() -> Path | None:
    """A redis-server of another version than the default one: AOS_TEST_OTHER_REDIS, else one on PATH."""
    usual = program_version(find_program(""))
    on_path = [shutil.which("redis-server", path=directory) for directory in os.get_exec_path()]
    found = [Path(name) for name in (OTHER_REDIS, *on_path) if name]
    return next((path for path in found if program_version(path) not in (usual, (0,))), None)


@pytest.fixture
def redis_program(request: pytest.FixtureRequest) -> Path:
    """The program that AOS itself would take; parametrized indirectly with `other`, one of another version."""
    if getattr(request, "param", "usual") == "other":
        other = other_redis()
        if other is None:
            missing = "no redis-server of a second version (set AOS_TEST_OTHER_REDIS)"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
        return other
    try:
        return find_program("")
    except EnvironmentFault as fault:
        pytest.skip(fault.message)


@pytest.fixture
async def redis_server(data: DataDir, redis_program: Path) -> AsyncIterator[RedisServer]:
    """A running private Redis, empty, with a data directory of its own."""
    server = RedisServer(data, redis_program, maxmemory_mb=64)
    try:
        server.prepare()
        await server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    client = Redis(redis_server.address)
    yield client
    await client.close()
