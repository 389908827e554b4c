"""The composition root: the only place that sees every module.

Order of the start: look at the port, lock the data directory, bind, start Redis, open SQLite, build, serve.
Order of the end: `stopping` is set, the server closes, workers end, stores close, Redis stops.
"""

import asyncio
import dataclasses
import os
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import msgspec
import uvloop

from aos import __version__
from aos.aam import module as aam
from aos.aod import module as aod
from aos.contracts.health import State
from aos.core import openapi, port, service
from aos.core.auth import Auth, Guard
from aos.core.clock import Clock, SystemClock
from aos.core.datadir import DataDir
from aos.core.db import Database
from aos.core.entrance import Entrance
from aos.core.errors import EnvironmentFault, RedisFault
from aos.core.health import Vital
from aos.core.http import Endpoint
from aos.core.keyring import SCHEMA, Keyring, plain_key
from aos.core.limits import Limits
from aos.core.log import Log
from aos.core.metrics import Metrics
from aos.core.module import Core, Module
from aos.core.pages import SIGN_IN
from aos.core.redact import redact
from aos.core.redis import Address, Redis
from aos.core.redis_server import RedisServer, find_program
from aos.core.routes import build_app
from aos.core.server import Server
from aos.core.sessions import Sessions
from aos.core.settings import Settings
from aos.core.signin import SignIn
from aos.core.workers import Worker, Workers, pause
from aos.dcl import module as dcl
from aos.farm import module as farm
from aos.nlq import module as nlq

log = Log("app")
Build = Callable[[Core], Awaitable[Module]]
LAST_RESORT_S = 10.0
LOOP_TICK_S = 0.5
SAME_WISH_S = 1.0
PING_EVERY_S = 1.0
PING_DEADLINE_S = 2.0

WHOLE: Sequence[Build] = (farm.build, dcl.build, aam.build, aod.build, nlq.build)
ALONE: dict[str, Build] = {"farm": farm.build, "aam": aam.build, "aod": aod.build}
SIDECAR: Sequence[Build] = (dcl.build_sidecar,)


def run(settings: Settings, *, alone: str = "") -> int:
    """Serve until told to stop; the exit code. `alone` names a module that is served by itself at the root."""
    if alone:
        settings = msgspec.structs.replace(settings, data_dir=settings.data_dir / alone)
    instance = port.running_instance(settings.host, settings.port)
    if instance:
        sys.stdout.write(f"AOS already runs at {settings.base_url()} (instance {instance}).\n")
        return 0
    builds = [ALONE[alone]] if alone else WHOLE
    return _loop(Process(settings, builds, prefixed=not alone, with_redis=not alone, with_http=True))


def run_sidecar(settings: Settings) -> int:
    """The sidecars alone, against a given Redis."""
    if not settings.redis_url:
        raise EnvironmentFault("The sidecar alone needs AOS_REDIS_URL.")
    settings = msgspec.structs.replace(settings, data_dir=settings.data_dir / "sidecar")
    return _loop(Process(settings, SIDECAR, prefixed=False, with_redis=True, with_http=False))


def _loop(process: "Process") -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(process.main())


def _python() -> str:
    """The interpreter that has AOS, as short as it can be typed here."""
    own = Path(sys.executable)
    return str(own.relative_to(Path.cwd())) if own.is_relative_to(Path.cwd()) else str(own)


class Process:
    """One running AOS, or one module of it."""

    def __init__(
        self, settings: Settings, builds: Sequence[Build], *, prefixed: bool, with_redis: bool, with_http: bool
    ) -> None:
        self._settings, self._builds, self._prefixed = settings, builds, prefixed
        self._with_redis, self._with_http = with_redis, with_http
        self.instance = uuid.uuid4().hex[:12]
        self._clock: Clock = SystemClock()
        self._stopping = asyncio.Event()
        self._told_at = 0.0
        self._data = DataDir(settings.data_dir)

    async def main(self) -> int:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(sign, self._stop)
        async with AsyncExitStack() as closers:
            start = asyncio.create_task(self._start(closers), name="start")
            stop = asyncio.create_task(self._stopping.wait(), name="stop")
            await asyncio.wait({start, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not start.done():  # told to stop before everything was up: what is up goes down again
                start.cancel()
                with suppress(asyncio.CancelledError):
                    await start
                stop.cancel()
                return 0
            stop.cancel()
            if start.exception() is not None:
                self._stopping.set()  # what is up already goes down in order, nothing is started again
            await start.result()()
            log.info("Stopping")
        log.info("Stopped")
        return 0

    def _stop(self) -> None:
        """First signal: end in order. A further one, a second later or more: end now; Redis, told by the kernel, still
        ends in order. Sooner it is the same wish twice, as from a terminal and from `make`."""
        if self._stopping.is_set():
            if self._clock.monotonic() - self._told_at > SAME_WISH_S:
                os._exit(1)
            return
        self._told_at = self._clock.monotonic()
        self._stopping.set()
        timer = threading.Timer(LAST_RESORT_S, os._exit, (1,))
        timer.daemon = True
        timer.start()

    async def _start(self, closers: AsyncExitStack) -> Callable[[], Awaitable[None]]:
        """Everything up to serving; the returned call serves until stopping."""
        self._data.open()
        closers.callback(self._data.close)
        sock = port.bind(self._settings.host, self._settings.port) if self._with_http else None
        if sock is not None:
            closers.callback(sock.close)
        core = Core.make(self._settings, self._clock, closers, stopping=self._stopping)
        workers = core.workers
        if self._with_redis:
            core = dataclasses.replace(core, redis=await self._redis(closers, workers))
        modules = [await build(core) for build in self._builds]
        serve = await self._http(core, modules, sock) if sock is not None else self._wait
        closers.push_async_callback(workers.stop)
        workers.start(Worker(name="loop", run=self._watch_loop(core.metrics)))
        for module in modules:
            for worker in module.workers:
                workers.start(worker)
        return serve

    async def _wait(self) -> None:
        await self._stopping.wait()

    async def _redis(self, closers: AsyncExitStack, workers: Workers) -> Redis:
        """A given Redis, or our own child with a worker that starts it again when it dies."""
        if self._settings.redis_url:
            redis = Redis(Address(url=self._settings.redis_url))
            closers.push_async_callback(redis.close)
            try:
                await redis.ready()
            except RedisFault as fault:
                raise EnvironmentFault(f"AOS_REDIS_URL: {redact(self._settings.redis_url)}: {fault.message}.") from None
            if weakness := await redis.weakness():
                log.warning(f"The given Redis {weakness}: a crash of it can lose lines; see docs/guarantees.md")
            workers.start(Worker(name="redis", run=self._watch_redis(redis, None), required=True))
            return redis
        server = RedisServer(self._data, find_program(self._settings.redis_server), self._settings.redis_maxmemory_mb)
        closers.callback(server.stop)
        server.prepare()
        await server.start()
        redis = Redis(server.address)
        closers.push_async_callback(redis.close)
        workers.start(Worker(name="redis", run=self._watch_redis(redis, server), required=True))
        return redis

    def _watch_redis(self, redis: Redis, server: RedisServer | None) -> Callable[[Vital], Awaitable[None]]:
        """Asks Redis every second whether it is there; a child of ours that died is started again."""

        async def watch(vital: Vital) -> None:
            while not self._stopping.is_set():
                if server is not None and server.pid is None:
                    why = server.log_tail()
                    vital.set(State.RECOVERING, f"died: {why}", "it is being started again")
                    log.error("redis-server died and is started again", why=why)
                    await server.start()
                try:
                    await redis.call("PING", deadline_s=PING_DEADLINE_S)
                except RedisFault as fault:
                    if vital.set(State.RECOVERING, fault.message, "nothing is dropped; work goes on once it answers"):
                        log.error("Redis does not answer", why=fault.message)
                else:
                    if vital.set(State.RUNNING, "answering") and server is not None:
                        vital.detail.update(version=server.version, pid=server.pid)
                if server is not None:
                    await server.watch(self._stopping, PING_EVERY_S)
                else:
                    await pause(self._clock, self._stopping, PING_EVERY_S)

        return watch

    async def _http(self, core: Core, modules: Sequence[Module], sock: socket.socket) -> Callable[[], Awaitable[None]]:
        database = await Database.open(self._data.path / "aos.db", SCHEMA)
        core.closers.push_async_callback(database.close)
        keys, made = await Keyring(database, self._data, core.clock).open(self._settings)
        auth = Auth(keys)
        mounted: list[tuple[str, Sequence[Endpoint]]] = [
            # Alone, a module has no path of its own: the root leads to its home.
            (f"/{module.name}", module.endpoints) if self._prefixed else ("", [e for e in module.endpoints if e.path])
            for module in modules
        ]
        own = service.endpoints(
            instance=self.instance,
            version=__version__,
            modules=lambda: [module.name for module in modules],
            health=core.health,
            metrics=core.metrics,
            events=core.events,
            stopping=self._stopping,
            openapi=lambda: openapi.document("AOS", __version__, [("", own), *mounted]),
            data_source="database",
        )
        guard: Guard = auth
        link = ""
        homes = [prefix + each.home for each, (prefix, _) in zip(modules, mounted, strict=True) if each.home]
        home = homes[-1] if homes else ""
        if home:
            entrance, sign_in = await self._entrance(core, database, auth, home)
            guard, link = entrance, sign_in.link.token
            own += [*core.pages.endpoints(), *sign_in.endpoints()]
        hosts = frozenset(name.strip() for name in self._settings.allowed_hosts.split(",") if name.strip())
        app = build_app(
            [("", own), *mounted],
            guard=guard,
            metrics=core.metrics,
            limits=Limits(hosts=hosts | {self._settings.host}),
            title="AOS",
        )
        core.peers.bind(
            app,
            {module.name: prefix for module, (prefix, _) in zip(modules, mounted, strict=True)},
            self._settings.service_key or plain_key(self._data.path, "service"),
        )
        core.closers.push_async_callback(core.peers.close)
        self._greet(made, [module.name for module in modules], link)
        return Server(app, sock, self._stopping).serve

    async def _entrance(self, core: Core, database: Database, auth: Auth, home: str) -> tuple[Entrance, SignIn]:
        """What lets a browser in."""
        sessions = Sessions(database, auth.find, core.clock)
        await sessions.open()
        entrance = Entrance(auth, sessions, self._settings.port)
        return entrance, SignIn(core.pages, auth, sessions, entrance, core.clock, home)

    def _greet(self, made: dict[str, str], modules: Sequence[str], link: str) -> None:
        """Where to look, keys that were just made, and the link that signs in: this once."""
        url = self._settings.base_url()
        say = sys.stdout.write
        say(f"AOS {__version__} at {url} ({', '.join(modules)}), data in {self._data.path}\n")
        plainly = self._settings.log == "console"  # what collects JSON lines must not collect keys
        for role, key in made.items():
            say(f"  {role} key ({'shown once, ' * plainly}kept in {self._data.path / 'keys'}): {key * plainly}\n")
        if link:  # behind a `#`, so that no server and no log ever sees it
            say(f"  page     {url}{SIGN_IN}{f'#start={link} (signs in once, within 15 minutes)' * plainly}\n")
        prefix = "/farm" if self._prefixed else ""
        say(f"  health   curl {url}/readyz\n")
        if "farm" in modules:
            say(f"  stream   curl -N '{url}{prefix}/api/stream/synthetic/mulesoft?chaos=true'\n")
        if self._prefixed:
            say(f"  records  {_python()} -m aos stream --follow{self._where()}\n")
            say(f"  ledger   {_python()} -m aos ledger{self._where()}\n")
        sys.stdout.flush()

    def _where(self) -> str:
        """The options by which the command line finds this process where it is not the usual one."""
        usual = Settings()
        port = f" --port {self._settings.port}" if self._settings.port != usual.port else ""
        place = f" --data-dir {self._settings.data_dir}" if self._settings.data_dir != usual.data_dir else ""
        return port + place

    def _watch_loop(self, metrics: Metrics) -> Callable[[Vital], Awaitable[None]]:
        """Measures how late the event loop runs its timers."""

        async def watch(vital: Vital) -> None:
            vital.set(State.RUNNING, "measuring")
            while not self._stopping.is_set():
                due = self._clock.monotonic() + LOOP_TICK_S
                await pause(self._clock, self._stopping, LOOP_TICK_S)
                metrics.loop_lag.set(max(0.0, self._clock.monotonic() - due))

        return watch
