"""`python -m aos sidecar`: the sidecar alone, Farm and Redis elsewhere."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from aos.core import streams
from aos.core.datadir import DataDir
from aos.core.redis import Redis
from aos.core.redis_server import RedisServer, find_program
from tests.acceptance.conftest import Running


async def test_sidecar_alone_fills_a_given_redis(start: Callable[..., Running], tmp_path: Path) -> None:
    """Farm alone as the source and a Redis of somebody else: envelopes and refused lines arrive there, SIGTERM ends
    with 0, and the next run goes on from the cursor."""
    data = DataDir(tmp_path / "redis-data")
    data.open()
    server = RedisServer(data, find_program(""), maxmemory_mb=64)
    server.prepare()
    await server.start()
    redis = Redis(server.address)
    try:
        farm = await asyncio.to_thread(lambda: start("farm").ready())
        where = server.address
        query = "speed=max&chaos=true&chaos_kinds=malformed&until=500"
        environment = {
            "AOS_REDIS_URL": f"unix://{where.username}:{where.password}@{where.socket}",
            "AOS_DATA_DIR": str(tmp_path / "sidecar-data"),
            "SOURCE_URL": f"{farm.url}/api/stream/synthetic/mulesoft?{query}",
        }
        for _ in range(2):
            sidecar = start("sidecar", **environment)
            await asyncio.to_thread(sidecar.said, "Source finished")
            assert await asyncio.to_thread(sidecar.stop) == 0
            assert where.password not in sidecar.output()
        entries = await streams.look(redis, streams.RAW, last=1000)
        refused = await streams.look(redis, streams.QUARANTINE, last=1000)
        places = [json.loads(entry.fields[b"data"])["meta"]["position"] for entry in entries]
        places += [json.loads(entry.fields[b"meta"])["position"] for entry in refused]
        assert sorted(places) == list(range(1, 501))
        assert refused
    finally:
        await redis.close()
        server.stop()
        data.close()
