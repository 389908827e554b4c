"""`kafka`: a topic from its earliest message to those that it ends with when the job begins, JSON objects. Partition
after partition, so that the order is the same each time. Needs the extra `aos[kafka]`."""

import asyncio
import importlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Annotated, Any, Literal

from msgspec import Meta

from aos.contracts.base import Strict
from aos.core.credentials import resolve
from aos.core.errors import EgressRefused, InvalidInput
from aos.core.redact import one_line, redact
from aos.farm.runner.extract.order import FIELD, Adapter, Order
from aos.farm.runner.faults import JobFault
from aos.farm.runner.rows import Row, decoded, objects

Broker = Annotated[str, Meta(pattern="^[^\\s:,/@]{1,253}:[0-9]{1,5}$(?!\\n)")]
MOST_IN_READ = 500
WAIT_MS = 1_000
STOP_S = 5.0
SILENT_READS = 30  # in a row without a message and without getting on


class KafkaEndpoint(Strict, frozen=True, kw_only=True):
    """`security: sasl_tls` sends `user` and what `credentials_ref` leads to, as SCRAM-SHA-256."""

    bootstrap: Annotated[list[Broker], Meta(min_length=1, max_length=16)]
    topic: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,249}$(?!\\n)")]
    security: Literal["plaintext", "tls", "sasl_tls"] = "tls"
    user: Annotated[str, Meta(min_length=1, max_length=128)] | None = None


def library() -> Any:
    """aiokafka, where it is installed."""
    try:
        return importlib.import_module("aiokafka")
    except ImportError:
        told = "The adapter kafka needs aiokafka: install it with pip install 'aos[kafka]' and start AOS again"
        raise InvalidInput(told, code="farm.no_kafka", path="$.source.adapter") from None


async def check(order: Order) -> None:
    library()
    endpoint: KafkaEndpoint = order.endpoint
    if order.manifest.source.query is not None:
        raise InvalidInput("A topic is read whole; there is nothing to ask", path="$.source.query")
    secret = resolve(order.manifest.source.credentials_ref, field="source.credentials_ref")
    if (endpoint.security == "sasl_tls") != bool(secret and endpoint.user):
        told = "sasl_tls needs `user` and source.credentials_ref, and nothing else takes them"
        raise InvalidInput(told, path=f"$.{FIELD}.security")
    await _listed(order, [_split(broker) for broker in endpoint.bootstrap])


async def rows(order: Order) -> AsyncGenerator[list[Row], None]:
    endpoint: KafkaEndpoint = order.endpoint
    aiokafka = library()
    # In no group it has all partitions of the topic from the start, and commits nothing. They are paused in turn and
    # never assigned anew: aiokafka can miss a stop that comes beside a new assignment.
    consumer = aiokafka.AIOKafkaConsumer(
        endpoint.topic,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        **_options(order),
    )
    try:
        await consumer.start()
        await _listed(order, [(broker.host, broker.port) for broker in consumer._client.cluster.brokers()])
        partitions = sorted(consumer.assignment())
        if not partitions:
            raise JobFault(f"There is no topic {endpoint.topic}", "check source.endpoint_ref.topic")
        consumer.pause(*partitions)
        first, end = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, first[partition])
            consumer.resume(partition)
            async for some in _partition(consumer, partition, end[partition]):
                yield some
            consumer.pause(partition)
    except aiokafka.errors.KafkaError as error:
        told = one_line(redact(str(error)) or type(error).__name__, 200)
        raise JobFault(f"Kafka: {told}", "check the brokers, then dispatch it under a new run_id") from error
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await consumer.stop()


async def _partition(consumer: Any, partition: Any, end: int) -> AsyncIterator[list[Row]]:
    """Messages before `end`. Tombstones (no value) are passed over; positions jump over what was compacted away."""
    silent = 0
    while (position := await consumer.position(partition)) < end:
        found = await consumer.getmany(partition, timeout_ms=WAIT_MS, max_records=MOST_IN_READ)
        messages = [each for each in found.get(partition, ()) if each.offset < end]
        where = f"Partition {partition.partition}, from offset {position} on"
        if messages:
            yield objects([decoded(each.value, where) for each in messages if each.value is not None], where)
        silent = 0 if messages or await consumer.position(partition) > position else silent + 1
        if silent == SILENT_READS:
            raise JobFault(f"{where}: no message came", "check the brokers, then dispatch it under a new run_id")


async def _listed(order: Order, brokers: list[tuple[str, int]]) -> None:
    """Also the brokers that the first ones name: whoever answers there must not choose what is dialled."""
    for host, port in brokers:
        try:
            await order.core.egress.tcp(host, port, field=f"{FIELD}.bootstrap")
        except EgressRefused:
            raise
        except OSError:
            continue


def _split(broker: str) -> tuple[str, int]:
    host, _, port = broker.rpartition(":")
    return host.strip("[]"), int(port)


def _options(order: Order) -> dict[str, Any]:
    endpoint: KafkaEndpoint = order.endpoint
    options: dict[str, Any] = {"bootstrap_servers": endpoint.bootstrap, "client_id": "aos"}
    if endpoint.security == "plaintext":
        return options
    options |= {"security_protocol": "SSL", "ssl_context": ssl.create_default_context()}
    if endpoint.security == "sasl_tls":
        options |= {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": endpoint.user,
            "sasl_plain_password": resolve(order.manifest.source.credentials_ref, field="source.credentials_ref"),
        }
    return options


ADAPTER = Adapter(KafkaEndpoint, check, rows)
