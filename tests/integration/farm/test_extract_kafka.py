"""kafka against a broker that librdkafka plays: its protocol over a real socket."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.integration.farm.conftest import Yard, opened


class Broker:
    """A cluster of one; `address` is its host:port."""

    def __init__(self) -> None:
        self._producer = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        (broker,) = self._producer.list_topics(timeout=20).brokers.values()
        self.address = f"{broker.host}:{broker.port}"

    def write(self, topic: str, values: list[bytes | None]) -> None:
        """Value n goes to partition n % 3."""
        for number, value in enumerate(values):
            self._producer.produce(topic, value, key=b"k", partition=number % 3)
            self._producer.poll(0)
        assert self._producer.flush(20) == 0


@pytest.fixture(scope="module")
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def kafka_yard(
    broker: Broker, serve: Callable[..., Any], eventually: Callable[..., Awaitable[None]]
) -> AsyncIterator[Yard]:
    async with opened(serve, eventually, egress_allow=f"127.0.0.0/8,tcp://{broker.address}") as yard:
        yield yard


def of(broker: Broker, topic: str) -> dict[str, Any]:
    endpoint = {"bootstrap": [broker.address], "topic": topic, "security": "plaintext"}
    return {"source": {"adapter": "kafka", "endpoint_ref": endpoint}}


async def test_a_thousand_messages_arrive_partition_after_partition(kafka_yard: Yard, broker: Broker) -> None:
    """Each once, in the same order at every run; tombstones are passed over; recon passes by hashes."""
    rows = [{"id": n, "amount": n / 8} for n in range(1000)]
    broker.write("orders", [*(json.dumps(row).encode() for row in rows), None])
    report = await kafka_yard.run(**of(broker, "orders"), farm_verification=True)
    assert (report["why"], report["state"], report["rows_pushed"]) == ("", "done", 1000)
    assert kafka_yard.dcl.values() == [row for part in range(3) for row in rows[part::3]]
    assert (report["verdict"]["verdict"], report["verdict"]["truth"]) == ("pass", "hashes")
    short = await kafka_yard.run(**of(broker, "orders"), run_id="run-2", limits={"max_rows": 400})
    assert (short["state"], short["truncated"], short["rows_pushed"]) == ("done", True, 400)


async def test_a_message_that_is_no_object_fails_the_job(kafka_yard: Yard, broker: Broker) -> None:
    """With partition and offset."""
    broker.write("odd", [b'{"a": 1}', b"[1]", b'{"a": 2}'])
    report = await kafka_yard.run(**of(broker, "odd"))
    assert report["state"] == "failed"
    assert "Partition 1, from offset 0 on: row 0 is not an object" in report["why"]


async def test_brokers_must_be_listed(yard: Yard, broker: Broker) -> None:
    """A listed network is not enough."""
    answer = await yard.intake(yard.order(**of(broker, "orders")))
    assert (answer.status_code, answer.json()["path"]) == (422, "$.source.endpoint_ref.bootstrap")


async def test_brokers_that_a_broker_names_must_be_listed(
    kafka_yard: Yard, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers does not choose what is dialled."""
    from aos.farm.runner.extract import kafka

    whole, asked = kafka._listed, list[Any]()

    async def elsewhere(order: Any, brokers: list[tuple[str, int]]) -> None:
        asked.append(brokers)
        await whole(order, brokers if len(asked) == 1 else [("10.0.0.9", 9092)])

    monkeypatch.setattr(kafka, "_listed", elsewhere)
    report = await kafka_yard.run(**of(broker, "named"))
    assert asked[1] == [("127.0.0.1", int(broker.address.partition(":")[2]))]
    assert report["state"] == "failed"
    assert "10.0.0.9:9092 is not listed" in report["why"]
