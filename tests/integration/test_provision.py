"""Re-targeting while lines flow: nothing lost, nothing doubled, no dead target ever in charge."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest

from aos.contracts.health import State
from aos.contracts.ingest import BreakerSettings, Policy, Refusal
from aos.contracts.targeting import Provisioned, TargetingPackage
from aos.core import streams
from aos.core.allowlist import AllowList
from aos.core.egress import Egress
from aos.core.errors import Conflict, InvalidInput
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.ledger import Ledgers
from aos.dcl.sidecar import provision
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.provision import Provisioner
from tests.integration.conftest import Farm

Eventually = Callable[..., Awaitable[None]]
STREAM = "/api/stream/synthetic/mulesoft"
DEAD = "http://127.0.0.1:1/nothing"


class Desk:
    """Connectors and who provisions them, over a Redis of their own."""

    def __init__(self, core: Core, redis: Redis, farm: Farm) -> None:
        self.core, self.redis, self.farm = core, redis, farm
        self.connectors = Connectors(core, redis)
        self.provisioner = Provisioner(core, redis, self.connectors)
        self.ledgers = Ledgers(core, redis, self.connectors)

    def url(self, query: str) -> str:
        return f"http://127.0.0.1:{self.farm.port}{STREAM}?{query}"

    async def to(self, url: str, *, connector: str = "c1", force: bool = False, **policy: object) -> Provisioned:
        package = TargetingPackage(
            connector_id=connector,
            source_type="mulesoft_stream",
            target_url=url,
            policy=msgspec.convert(policy, Policy),
            force=force,
        )
        return await self.provisioner.provision(package)


@asynccontextmanager
async def at_desk(core: Core, redis: Redis, farm: Farm) -> AsyncIterator[Desk]:
    object.__setattr__(core, "settings", Settings(seeds_dir=REPOSITORY / "seeds", stream_max_lag=10**9))
    desk = Desk(core, redis, farm)
    try:
        yield desk
    finally:
        core.stopping.set()
        await core.workers.stop()


async def places(redis: Redis) -> dict[str, list[int]]:
    """By target: the positions of everything that lies in both streams, in order."""
    found: dict[str, list[int]] = {}
    for entry in await streams.look(redis, streams.RAW, after="0-0", count=10**6):
        meta = json.loads(entry.fields[b"data"])["meta"]
        found.setdefault(meta["target"], []).append(meta["position"])
    for entry in await streams.look(redis, streams.QUARANTINE, after="0-0", count=10**6):
        refusal = msgspec.json.decode(entry.fields[b"meta"], type=Refusal)
        found.setdefault(refusal.target, []).append(refusal.position)
    return {target: sorted(positions) for target, positions in found.items()}


async def retarget(desk: Desk, swaps: int, eventually: Eventually) -> None:
    """Random switches between live targets and dead ones while lines flow; then the books are checked."""
    dice = random.Random(swaps)
    urls = [desk.url(f"rate=3000&seed={seed}&chaos=true&chaos_kinds=malformed,drift") for seed in (1, 2, 3)]
    await desk.to(urls[0])
    generation, current = 1, urls[0]
    for _ in range(swaps):
        wanted = DEAD if dice.random() < 0.2 else dice.choice(urls)
        if wanted == DEAD:
            with pytest.raises(Conflict):
                await desk.to(DEAD)
        else:
            generation += wanted != current
            told = await desk.to(wanted)
            assert told.config_gen == generation
            current = wanted
        assert desk.connectors.sidecars["c1"].target.config.target_url == current
        await asyncio.sleep(dice.random() * 0.05)
    position = desk.connectors.sidecars["c1"].position or 0
    await eventually(lambda: (desk.connectors.sidecars["c1"].position or 0) > position + 100)
    await desk.connectors.halt("c1")
    found = await places(desk.redis)
    assert len(found) == 3
    for positions in found.values():
        assert positions == list(range(1, len(positions) + 1))
    total = (await desk.ledgers.read()).total
    assert total.received == sum(map(len, found.values()))
    assert total.imbalance == 0


async def test_targets_switch_under_load_without_a_gap_or_a_double(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """Forty random switches, dead targets among them: each target's lines are there from 1 on, each once."""
    async with at_desk(dcl_core, redis, farm) as desk:
        await retarget(desk, 40, eventually)


@pytest.mark.slow
async def test_three_hundred_switches_under_load(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """The same, three hundred times."""
    async with at_desk(dcl_core, redis, farm) as desk:
        await retarget(desk, 300, eventually)


async def test_same_command_twice_changes_nothing(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """A hundred identical commands at once are one switch; the sidecar and its generation stay."""
    async with at_desk(dcl_core, redis, farm) as desk:
        url = desk.url("speed=fast")
        answers = await asyncio.gather(*(desk.to(url) for _ in range(100)))
        assert {answer.config_gen for answer in answers} == {1}
        sidecar = desk.connectors.sidecars["c1"]
        assert [answer.previous_target for answer in answers].count(None) == 1
        await desk.to(url)
        assert desk.connectors.sidecars["c1"] is sidecar


async def test_generation_goes_on_after_a_delete(dcl_core: Core, redis: Redis, farm: Farm) -> None:
    """A number means one configuration for ever, also of a connector that was forgotten and made anew."""
    async with at_desk(dcl_core, redis, farm) as desk:
        for seed in range(1, 4):
            assert (await desk.to(desk.url(f"speed=fast&seed={seed}"))).config_gen == seed
        await desk.connectors.delete("c1")
        assert (await desk.to(desk.url("speed=fast&seed=4"))).config_gen == 4
        assert (await desk.to(desk.url("speed=fast&seed=5"))).config_gen == 5
        await desk.connectors.delete("c1")
        assert (await desk.to(desk.url("speed=fast&seed=6"))).config_gen == 6


async def test_a_pause_is_told_as_a_pause_at_once(dcl_core: Core, redis: Redis, farm: Farm) -> None:
    """The answer to the call agrees with itself, however far the line in hand is."""
    async with at_desk(dcl_core, redis, farm) as desk:
        await desk.to(desk.url("speed=fast"))
        told = await desk.connectors.pause("c1", "cleaning")
        assert told.paused is not None
        assert told.health is not None
        assert (told.health.state, told.health.reason) == (State.PAUSED, "cleaning")


async def test_generation_stands_in_every_envelope(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """Lines carry the generation of the configuration that read them, and health shows it."""
    async with at_desk(dcl_core, redis, farm) as desk:
        await desk.to(desk.url("speed=max&seed=1&until=50"))
        await eventually(lambda: desk.connectors.sidecars["c1"].position == 50)
        told = await desk.to(desk.url("speed=max&seed=2&until=60"))
        assert told.previous_target == desk.url("speed=max&seed=1&until=50")
        await eventually(lambda: desk.connectors.sidecars["c1"].position == 60)
        await desk.connectors.halt("c1")
        entries = await streams.look(redis, streams.RAW, after="0-0", count=1000)
        generations = [json.loads(entry.fields[b"data"])["meta"]["config_gen"] for entry in entries]
        assert generations == [1] * 50 + [2] * 60
        assert dcl_core.health.register("connector c1", "connector").detail["config_gen"] == 2


async def test_dead_target_never_takes_over_unless_forced(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """A target that fails its probe is a 409 that says so, and the old one reads on; `force` switches all the same."""
    async with at_desk(dcl_core, redis, farm) as desk:
        await desk.to(desk.url("rate=500"))
        sidecar = desk.connectors.sidecars["c1"]
        with pytest.raises(Conflict) as caught:
            await desk.to(DEAD)
        assert caught.value.extra["error"] == "TARGET_UNREACHABLE"
        assert desk.connectors.sidecars["c1"] is sidecar
        position = sidecar.position or 0
        await eventually(lambda: (sidecar.position or 0) > position + 20)
        assert (await desk.to(DEAD, force=True)).config_gen == 2
        assert desk.connectors.sidecars["c1"].target.config.target_url == DEAD


async def test_switch_works_while_the_old_source_is_dead_and_its_breaker_open(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """A rest of an hour does not hold up the new target; a target that comes back gets a new chance at once."""
    async with at_desk(dcl_core, redis, farm) as desk:
        resting = {"breaker": {"failures": 1, "cooldown_s": 3600.0}}
        await desk.to(DEAD, force=True, **resting)
        await eventually(lambda: desk.connectors.sidecars["c1"].vital.state is State.CIRCUIT_OPEN)
        await desk.to(desk.url("rate=500"), **resting)
        await eventually(lambda: (desk.connectors.sidecars["c1"].position or 0) > 20)
        assert (
            BreakerSettings(failures=1, cooldown_s=3600.0)
            == desk.connectors.sidecars["c1"].target.config.policy.breaker
        )


async def test_switch_away_from_a_source_that_hangs_is_quick(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """A source that accepts and never answers can't hold the connector: halting it takes less than it would wait."""

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with server, at_desk(dcl_core, redis, farm) as desk:
        hanging = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await desk.to(hanging, force=True, idle_timeout_s=600.0)
        await asyncio.sleep(0.05)
        began = time.process_time()
        async with asyncio.timeout(10):
            await desk.to(desk.url("rate=500"))
        assert time.process_time() - began < 5
        await eventually(lambda: (desk.connectors.sidecars["c1"].position or 0) > 5)


async def test_connectors_run_side_by_side_and_survive_a_restart(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """Two connectors read at the same time; both are stored and come back; a deleted one does not."""
    async with at_desk(dcl_core, redis, farm) as desk:
        for name in ("a", "b"):
            await desk.to(desk.url(f"speed=max&until=200&seed={ord(name)}"), connector=name)
        await eventually(lambda: all(sidecar.position == 200 for sidecar in desk.connectors.sidecars.values()))
        ledger = await desk.ledgers.read()
        assert {name: line.received for name, line in ledger.connectors.items()} == {"a": 200, "b": 200}
        assert [config.connector_id for config in await Connectors(dcl_core, redis).load()] == ["a", "b"]
        await desk.connectors.delete("a")
        assert [config.connector_id for config in await Connectors(dcl_core, redis).load()] == ["b"]
        assert (await desk.ledgers.read()).connectors["a"].received == 200


@pytest.mark.parametrize(
    ("url", "policy", "says"),
    [
        ("ftp://127.0.0.1/x", {}, "target_url"),
        ("http:///x", {}, "target_url"),
        ("http://u:p@127.0.0.1/x", {}, "target_url"),
        ("http://127.0.0.1:99999/x", {}, "target_url"),
        ("http://127.0.0.1/x?from=abc", {}, "target_url"),
        ("http://127.0.0.1/x", {"contract": "nothing_such"}, "nothing_such"),
        ("http://127.0.0.1/x", {"contract": "../../etc/passwd"}, "is not the name of a contract"),
    ],
)
async def test_command_that_can_not_be_carried_out_changes_nothing(
    url: str, policy: dict[str, object], says: str, dcl_core: Core, redis: Redis, farm: Farm
) -> None:
    """A bad target or contract is named; nothing is stored and nothing starts."""
    async with at_desk(dcl_core, redis, farm) as desk:
        with pytest.raises(InvalidInput, match=says):
            await desk.to(url, **policy)
        assert desk.connectors.sidecars == {}
        assert await redis.call("HLEN", streams.CONNECTORS) == 0


async def test_name_that_changes_its_answer_is_refused_by_the_probe(dcl_core: Core, redis: Redis, farm: Farm) -> None:
    """Public when the command is looked at, this machine when it is dialled: 409, nothing stored, Farm never asked."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0)

    object.__setattr__(dcl_core, "egress", Egress(AllowList(), resolve))
    async with at_desk(dcl_core, redis, farm) as desk:
        with pytest.raises(Conflict, match=r"rebind\.example leads to 127\.0\.0\.1") as caught:
            await desk.to("http://rebind.example/x")
        assert caught.value.extra["error"] == "TARGET_UNREACHABLE"
        assert answers == []
        assert desk.connectors.sidecars == {}
        assert await redis.call("HLEN", streams.CONNECTORS) == 0


async def test_forced_target_that_leads_elsewhere_later_tells_so(
    dcl_core: Core, redis: Redis, farm: Farm, eventually: Eventually
) -> None:
    """It is stored, since nothing was known against it; its health has the reason and what to do, also at rest."""
    answers = [["93.184.216.34"], ["169.254.169.254"]]

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    object.__setattr__(dcl_core, "egress", Egress(AllowList(), resolve))
    async with at_desk(dcl_core, redis, farm) as desk:
        await desk.to("http://rebind.example/x", force=True, breaker={"failures": 2, "cooldown_s": 60})
        vital = desk.connectors.sidecars["c1"].vital
        await eventually(lambda: vital.state is State.CIRCUIT_OPEN)
        report = vital.report()
        assert report.reason.startswith("source.egress: rebind.example leads to 169.254.169.254, which is not public")
        assert "AOS_EGRESS_ALLOW" in report.next_action
        assert "one probe in" in report.next_action


async def test_probe_takes_no_line(dcl_core: Core, redis: Redis, farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the probe reads is not counted and not published."""
    async with at_desk(dcl_core, redis, farm) as desk:
        package = TargetingPackage(connector_id="c", source_type="mulesoft_stream", target_url=desk.url("speed=max"))
        target = desk.connectors.resolve(
            provision.ConnectorConfig(
                connector_id="c", source_type=package.source_type, target_url=package.target_url, policy=package.policy
            )
        )
        await provision.first_line(dcl_core, target, target.url(None, ""))
        assert await redis.call("XLEN", streams.RAW) == 0
