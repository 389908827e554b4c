"""Farm, Redis and AOS as processes of their own in a private directory, with a proxy before Farm and before Redis."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from aos.contracts.ingest import BreakerSettings, ConnectorConfig, Policy
from aos.core.datadir import DataDir
from aos.core.errors import EnvironmentFault
from aos.core.keyring import plain_key
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, find_program
from aos.core.settings import Settings
from aos.core.streams import CONNECTORS
from aos.lab.child import Child
from aos.lab.power import Power
from aos.lab.redis_proxy import RedisProxy
from aos.lab.source_proxy import SourceProxy

CONNECTOR = "lab"
STREAM = "/api/stream/synthetic/mulesoft"
CHAOS = {"chaos": "true", "chaos_kinds": "malformed,drift,bad_type"}
"""Kinds that strike the line itself; the connection's faults are the lab's own."""

IDLE_TIMEOUT_S = 5.0


class Plan(NamedTuple):
    """What the lab was asked for. `seed` is Farm's, too; `rate` in lines a second."""

    seed: int
    rate: float
    naive: bool
    with_power: bool


class Stage:
    """Open it, let faults strike, close it. Only what was started here is ever ended."""

    def __init__(self, directory: Path, settings: Settings, plan: Plan) -> None:
        self.directory, self.plan = directory, plan
        self.client = httpx.AsyncClient(trust_env=False, timeout=10.0)
        self.power = Power(directory) if plan.with_power else None
        farm_port, aos_port = _free_ports(2)
        self.farm = Child("farm", ["farm"], farm_port, directory, {})
        self.source = SourceProxy(farm_port)
        self._redis_data = DataDir(directory / "redis-home")
        program = find_program(settings.redis_server)
        self.server = RedisServer(
            self._redis_data, self.power.wrapped(program) if self.power else program, settings.redis_maxmemory_mb
        )
        self._aos_port = aos_port

    async def open(self) -> None:
        """Everything up, lines flowing."""
        self.farm.start()
        self._redis_data.open()
        self.server.prepare()
        await self.server.start()
        self.redis = Redis(self.server.address, deadline_s=2.0)
        self.wire = RedisProxy(self.server.address.socket)
        await self.wire.open()
        await self.source.open()
        await self.redis.call("HSET", CONNECTORS, CONNECTOR, msgspec.json.encode(self._connector()))
        self.aos = Child("aos", [], self._aos_port, self.directory, self._environment())
        self.aos.start()
        await self.farm.ready(self.client)
        await self.aos.ready(self.client)

    def _connector(self) -> ConnectorConfig:
        query = httpx.QueryParams({**CHAOS, "seed": self.plan.seed, "rate": self.plan.rate})
        # A breaker that rests for a minute is right for a source, and would make a lab of cuts last for hours.
        # Nothing is repaired here, so that every line that chaos hit can be held against its bytes in quarantine.
        policy = Policy(
            repair_enabled=False,
            breaker=BreakerSettings(failures=1000, cooldown_s=1.0),
            idle_timeout_s=IDLE_TIMEOUT_S,
        )
        url = f"http://127.0.0.1:{self.source.port}{STREAM}?{query}"
        return ConnectorConfig(connector_id=CONNECTOR, source_type="mulesoft_stream", target_url=url, policy=policy)

    def _environment(self) -> dict[str, str]:
        address = self.server.address
        return {
            "AOS_REDIS_URL": f"redis://{address.username}:{address.password}@127.0.0.1:{self.wire.port}",
            "AOS_LAB": "naive" if self.plan.naive else "faults",
            "AOS_QUARANTINE_MAX": "1000000000",
            "AOS_EGRESS_ALLOW": "127.0.0.0/8",  # the source stands behind a proxy on a port of its own
            **(self.power.environment() if self.power else {}),
        }

    @property
    def warehouse(self) -> Path:
        return self.directory / "aos" / "dcl" / "warehouse.db"

    def key(self) -> str:
        return plain_key(self.aos.data, "viewer")

    def signal_redis(self, sign: signal.Signals) -> None:
        pid = self.server.pid
        if pid is None:
            raise EnvironmentFault(f"Redis died by itself: {self.server.log_tail()}")
        os.kill(pid, sign)

    def kill_redis(self) -> None:
        self.signal_redis(signal.SIGKILL)
        deadline = time.monotonic() + 10.0
        while self.server.pid is not None and time.monotonic() < deadline:
            time.sleep(0.001)

    def cut_power(self) -> int:
        """Redis and AOS end in the same moment, and their files lose what was not synced; how many bytes that was."""
        assert self.power is not None
        self.signal_redis(signal.SIGKILL)
        self.aos.signal(signal.SIGKILL)
        while self.server.pid is not None or self.aos.exit_code is None:
            time.sleep(0.001)
        files = [*(self.directory / "redis-home").rglob("*.aof"), *(self.directory / "aos").rglob("*.db-wal")]
        return self.power.cut(files)

    async def close(self) -> None:
        """AOS first, so that it can still drain into Redis."""
        self.source.release()
        for step in (self.aos.stop, self.wire.close) if hasattr(self, "aos") else ():
            await step()
        await self.source.close()
        await self.farm.stop()
        if hasattr(self, "redis"):
            await self.redis.close()
        with suppress(ProcessLookupError, EnvironmentFault):
            self.signal_redis(signal.SIGCONT)
        self.server.stop()
        self._redis_data.close()
        await self.client.aclose()


def _free_ports(count: int) -> list[int]:
    """Ports that are free now. Between here and their use somebody else can take one; then the start says so."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(sock.getsockname()[1]) for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports
