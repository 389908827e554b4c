"""A contract and a stream of the user's own: no code, a connector that reads, repairs, and says what is wrong."""

import itertools
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from aos.contracts.health import State
from aos.contracts.ingest import ConnectorReport, Policy, Refusal
from aos.contracts.targeting import Provisioned, TargetingPackage
from aos.core import streams
from aos.core.errors import Conflict, InvalidInput, NotFound
from aos.core.module import Core
from aos.core.redis import Redis
from aos.core.settings import REPOSITORY, Settings
from aos.dcl.sidecar.connectors import Connectors
from aos.dcl.sidecar.provision import Provisioner
from scripts.serve_ndjson import Stand, stand

Eventually = Callable[..., Awaitable[None]]
TICKETS = REPOSITORY / "seeds/contracts/support_ticket.yaml"
LINES = REPOSITORY / "seeds/examples/support_tickets.ndjson"
TRUE_LINES = REPOSITORY / "seeds/examples/support_tickets_true.ndjson"
BAD = """\
apiVersion: v3.2.0
kind: DataContract
id: x
version: "1"
schema:
  - name: t
    properties:
      - name: a
        logicalType: string
        enum: wrong
      - {name: b, logicalType: day}
"""
BY_LINE = {"by": "line", "param": "from"}


@contextmanager
def served(port: int = 0) -> Iterator[Stand]:
    """The example's stream and its source of truth, on a port of their own."""
    serving = stand(LINES, TRUE_LINES, "ticket_id", port)
    serving.keep_alive_s = 0.05
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield serving
    finally:
        serving.stop()
        thread.join()


class Bench:
    """Connectors over a data directory of their own."""

    def __init__(self, core: Core, redis: Redis, directory: Path) -> None:
        self.core, self.redis = core, redis
        self.contracts = directory / "contracts"
        self.contracts.mkdir(exist_ok=True)
        self.connectors = Connectors(core, redis)
        self.provisioner = Provisioner(core, redis, self.connectors)

    async def to(self, port: int, name: str = "desk", **policy: Any) -> Provisioned:
        package = TargetingPackage(
            connector_id=name,
            source_type="ndjson_stream",
            target_url=f"http://127.0.0.1:{port}/stream",
            policy=msgspec.convert(policy, Policy),
        )
        return await self.provisioner.provision(package)

    async def restarted(self) -> list[str]:
        """What the next process would do at its start: the names of the connectors that run."""
        for name in list(self.connectors.sidecars):
            await self.connectors.halt(name)
        self.connectors = Connectors(self.core, self.redis)
        self.provisioner = Provisioner(self.core, self.redis, self.connectors)
        for worker in self.connectors.workers(await self.connectors.load()):
            self.core.workers.start(worker)
        return sorted(self.connectors.sidecars)

    def report(self, name: str = "desk") -> ConnectorReport:
        return next(each for each in self.connectors.reports() if each.connector_id == name)

    async def at(self, position: int, eventually: Eventually, name: str = "desk") -> None:
        async def stored() -> bool:
            target = self.connectors.sidecars[name].target.id
            return (await streams.read_cursor(self.redis, name, target)).position == position

        await eventually(stored)

    async def entries(self, stream: str, field: bytes) -> list[Any]:
        found = await streams.look(self.redis, stream, after="0-0", count=1000)
        return [json.loads(entry.fields[field]) for entry in found]


@asynccontextmanager
async def at_bench(core: Core, redis: Redis, directory: Path) -> AsyncIterator[Bench]:
    object.__setattr__(core, "settings", Settings(seeds_dir=REPOSITORY / "seeds", data_dir=directory))
    try:
        yield Bench(core, redis, directory)
    finally:
        core.stopping.set()
        await core.workers.stop()


def test_example_server_counts_records_not_blank_lines() -> None:
    """`from` is a record's number, as a connector that resumes by line sends it; anything else is not found."""
    with (
        served() as serving,
        httpx.Client(base_url=f"http://127.0.0.1:{serving.server_port}", trust_env=False) as client,
    ):
        with client.stream("GET", "/stream?from=58") as answer:
            records = [json.loads(line) for line in itertools.islice(answer.iter_lines(), 2)]
        assert [record["ticket_id"] for record in records] == ["T-000058", "T-000059"]
        assert client.get("/records/T-000004").json()["ticket_id"] == "T-000004"
        assert [client.get(path).status_code for path in ("/records/T-0", "/stream?from=x", "/")] == [404] * 3


async def test_stream_of_tickets_is_read_and_repaired_from_its_own_source(
    dcl_core: Core, redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """All 59 records end in one place each: 45 as they came, 6 repaired with where each field came from, 8 refused."""
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        with served() as serving:
            url = f"http://127.0.0.1:{serving.server_port}/records/{{ticket_id}}"
            policy = {"contract": "support_ticket", "resume": BY_LINE, "repair_enabled": True, "repair_url": url}
            await bench.to(serving.server_port, **policy)
            await bench.at(59, eventually)
        report = bench.report()
        assert (report.guarantee, report.source_type) == ("exactly_once", "ndjson_stream")
        found = await bench.entries(streams.RAW, b"data")
        assert {each["meta"]["source"] for each in found} == {"ndjson"}
        assert [each["meta"]["is_repaired"] for each in found].count(False) == 45
        repaired = {e["meta"]["position"]: e for e in found if e["meta"]["is_repaired"]}
        assert {n: list(e["meta"]["repaired_fields"]) for n, e in repaired.items()} == {
            4: ["priority"],
            9: ["comments[0].body", "comments[1].channel"],
            13: ["status"],
            22: ["tags[0]"],
            33: ["created_at"],
            44: ["requester"],
        }
        true = {record["ticket_id"]: record for record in map(json.loads, TRUE_LINES.read_bytes().splitlines())}
        assert all(e["payload"] == true[e["payload"]["ticket_id"]] for e in repaired.values())
        field = repaired[13]["meta"]["repaired_fields"]["status"]
        assert field["was"] == "wip"
        refused = [msgspec.convert(each, Refusal) for each in await bench.entries(streams.QUARANTINE, b"meta")]
        assert {each.position: each.reason for each in refused} == {
            7: "malformed",
            18: "pattern",
            24: "not_object",
            27: "range",
            38: "no_id",
            41: "encoding",
            50: "length",
            55: "duplicate_key",
        }
        assert {each.contract for each in refused} == {"support_ticket"}


async def test_stream_goes_on_where_the_policy_says_and_only_then(
    dcl_core: Core, redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """With `resume` nothing is read twice over a restart; without it the guarantee says that it can't be replayed."""
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        with served() as serving:
            await bench.to(serving.server_port, contract="support_ticket", resume=BY_LINE)
            await bench.at(59, eventually)
            assert await bench.restarted() == ["desk"]
            await eventually(lambda: bench.connectors.sidecars["desk"].vital.state is State.RUNNING)
            assert await redis.call("XLEN", streams.RAW) + await redis.call("XLEN", streams.QUARANTINE) == 59
            await bench.to(serving.server_port, "blind", contract="support_ticket")
            assert bench.report("blind").guarantee == "at_most_once_before_airlock"
            assert bench.report("blind").replayable is False


async def test_contract_in_the_data_directory_is_found(
    dcl_core: Core, redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """The user's own rules decide: with another priority list more records drift."""
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        text = TICKETS.read_text().replace("[{value: 1}, {value: 2}, {value: 3}, {value: 4}]", "[{value: 9}]")
        (bench.contracts / "my-tickets.yaml").write_text(text)
        with served() as serving:
            await bench.to(serving.server_port, contract="my-tickets", resume=BY_LINE)
            await bench.at(59, eventually)
        assert await redis.call("XLEN", streams.RAW) == 0


BAD_POLICIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "none": ({}, "$.policy.contract", "ndjson_stream needs the name of a contract"),
    "unknown": ({"contract": "nothing"}, "$.policy.contract", "there is no contract 'nothing'"),
    "a path": ({"contract": "../keys"}, "$.policy.contract", "is not the name of a contract"),
    "a newline": ({"contract": "a\n"}, "$.policy.contract", "is not the name of a contract"),
    "an extension": ({"contract": "a.yaml"}, "$.policy.contract", "is not the name of a contract"),
    "a directory": ({"contract": "folder"}, "$.policy.contract", "there is no contract 'folder'"),
    "shadow": ({"contract": "invoice"}, "$.policy.contract", "names two files"),
    "bad": (
        {"contract": "bad"},
        "$.policy.contract",
        "bad.yaml: schema[0].properties[0].enum: must be a list of objects with value (and 1 more)",
    ),
    "no source of truth": ({"contract": "keyless", "repair_enabled": True}, "$.policy.repair_url", "only from where"),
    "no id": (
        {"contract": "keyless", "repair_enabled": True, "repair_url": "http://127.0.0.1:1/{x}"},
        "$.policy.repair_enabled",
        "no primaryKey",
    ),
    "resume by nothing": (
        {"contract": "keyless", "resume": {"by": "field", "param": "since"}},
        "$.policy.resume",
        "by field",
    ),
}


@pytest.mark.parametrize("name", BAD_POLICIES)
async def test_bad_policy_is_refused_by_its_field_and_nothing_starts(
    name: str, dcl_core: Core, redis: Redis, tmp_path: Path
) -> None:
    """The field of the policy, and of a bad file every problem with its path and line."""
    policy, field, says = BAD_POLICIES[name]
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        text = TICKETS.read_text()
        (bench.contracts / "folder.yaml").mkdir()
        (bench.contracts / "invoice.yaml").write_text(text)
        (bench.contracts / "keyless.yaml").write_text(text.replace("        primaryKey: true\n", ""))
        (bench.contracts / "bad.yaml").write_text(BAD)
        with pytest.raises(InvalidInput) as refused:
            await bench.to(1, **policy)
        assert refused.value.extra["path"] == field
        assert says in refused.value.message
        if name == "bad":
            assert [(each["path"], each["line"]) for each in refused.value.extra["problems"]] == [
                ("schema[0].properties[0].enum", 10),
                ("schema[0].properties[1].logicalType", 11),
            ]
        assert bench.connectors.reports() == []
        assert await redis.call("HLEN", streams.CONNECTORS) == 0


async def test_connector_whose_contract_went_bad_says_so_and_the_others_run(
    dcl_core: Core, redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """After a restart it stands there stopped, with the reason; put right and resumed it goes on where it stood."""
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        own = bench.contracts / "own.yaml"
        own.write_text(TICKETS.read_text())
        with served() as serving:
            for name, contract in (("desk", "own"), ("other", "support_ticket")):
                await bench.to(serving.server_port, name, contract=contract, resume=BY_LINE)
                await bench.at(59, eventually, name)
            own.write_text(BAD)
            assert await bench.restarted() == ["other"]
            report = bench.report()
            assert report.health is not None
            assert report.health.state is State.STOPPED
            assert report.health.reason.startswith(f"policy.contract: {own}: schema[0].properties[0].enum: must be")
            assert "resume" in report.health.next_action
            with pytest.raises(Conflict, match=r"can't run: policy\.contract"):
                await bench.connectors.pause("desk", "")
            with pytest.raises(InvalidInput) as refused:
                await bench.connectors.resume("desk")
            assert refused.value.extra["path"] == "$.policy.contract"
            own.unlink()
            assert await bench.restarted() == ["other"]
            assert "there is no contract 'own'" in bench.connectors.unfit["desk"].why.message
            own.write_text(TICKETS.read_text())
            await bench.connectors.resume("desk")
            await eventually(lambda: bench.connectors.sidecars["desk"].vital.state is State.RUNNING)
            assert bench.connectors.sidecars["desk"].position == 59
            assert bench.connectors.unfit == {}
            assert await redis.call("XLEN", streams.RAW) + await redis.call("XLEN", streams.QUARANTINE) == 2 * 59


async def test_connector_that_can_not_run_is_provisioned_anew_or_deleted(
    dcl_core: Core, redis: Redis, tmp_path: Path, eventually: Eventually
) -> None:
    """The same command starts it again once its contract is there; its generation goes on; a delete forgets it."""
    async with at_bench(dcl_core, redis, tmp_path) as bench:
        own = bench.contracts / "own.yaml"
        with served() as serving:
            for name in ("desk", "second"):
                own.write_text(TICKETS.read_text())
                await bench.to(serving.server_port, name, contract="own")
                await bench.at(59, eventually, name)
            own.unlink()
            assert await bench.restarted() == []
            with pytest.raises(InvalidInput, match="there is no contract 'own'"):
                await bench.to(serving.server_port, contract="own")
            assert list(bench.connectors.unfit) == ["desk", "second"]
            await bench.connectors.delete("second")
            with pytest.raises(NotFound):
                await bench.connectors.delete("second")
            own.write_text(TICKETS.read_text())
            told = await bench.to(serving.server_port, contract="own")
            assert (told.config_gen, told.previous_target) == (2, f"http://127.0.0.1:{serving.server_port}/stream")
            await eventually(lambda: bench.connectors.sidecars["desk"].vital.state is State.RUNNING)
            assert [each.connector_id for each in bench.connectors.reports()] == ["desk"]
