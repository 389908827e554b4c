"""A connector's source: which one it is, where it goes on, how its lines are called."""

import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.contracts.ingest import BreakerSettings, ConnectorConfig, Policy, Resume
from aos.core.errors import InvalidInput
from aos.dcl.sidecar.target import MAX_POSITION, Target, resolve, with_parameter

STREAM = "http://127.0.0.1:5000/farm/api/stream/synthetic/mulesoft"


def target(url: str, *, connector: str = "c", resume: Resume | None = None) -> Target:
    policy = Policy(resume=resume)
    return resolve(
        ConnectorConfig(connector_id=connector, source_type="mulesoft_stream", target_url=url, policy=policy)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("?chaos=true", "?chaos=true&speed=fast"),
        ("?chaos=true", "?from=100&chaos=true&rate=5&until=9"),
        ("?a=1&b=2", "?b=2&a=1"),
        ("?a=%41", "?a=A"),
        ("", "?"),
        ("", "#fragment"),
        ("?seed=1", "?seed=1&"),
    ],
)
def test_same_source_has_one_identity(one: str, other: str) -> None:
    """Pace, range and spelling do not make another source: the cursor goes on."""
    assert target(STREAM + one).id == target(STREAM + other).id
    assert target(STREAM + one).trace == target(STREAM + other).trace


@pytest.mark.parametrize(
    "spelling",
    ["HTTP://Farm.example/x", "http://farm.example:80/x", "http://farm.example/x"],
)
def test_spelling_of_the_origin_does_not_count(spelling: str) -> None:
    """Scheme and host in any case, the default port: they do not say which source it is."""
    assert target(spelling).canonical == "http://farm.example:80/x?"


@pytest.mark.parametrize("other", ["?chaos=false", "?seed=2", "/more", "?speed2=fast", "?a=1&a=2"])
def test_other_source_has_another_identity(other: str) -> None:
    """Whatever changes the lines has a cursor of its own."""
    assert target(STREAM + other).id != target(STREAM + "?chaos=true").id


def test_other_host_port_or_scheme_is_another_source() -> None:
    """Each origin counts by itself."""
    urls = ["http://a/x", "http://b/x", "http://a:81/x", "https://a/x", "http://[::1]/x", "http://a/"]
    assert len({target(url).id for url in urls}) == len(urls)


def test_repeated_parameters_keep_their_order_of_values_apart() -> None:
    """Both values count."""
    assert target("http://a/?x=1&x=2").id != target("http://a/?x=1").id


@pytest.mark.parametrize(
    ("url", "position", "expected"),
    [
        ("http://a/x", None, "http://a/x"),
        ("http://a/x", 0, "http://a/x?from=1"),
        ("http://a/x?from=5&chaos=true", 99, "http://a/x?chaos=true&from=100"),
        ("http://a/x?%66rom=5&speed=fast", 99, "http://a/x?speed=fast&from=100"),
        ("http://a/x?q=a%20b+c&&from=1&from=2", 7, "http://a/x?q=a%20b+c&from=8"),
        ("http://a/x?fromage=1", 7, "http://a/x?fromage=1&from=8"),
    ],
)
def test_resume_by_line_asks_for_the_next_one(url: str, position: int | None, expected: str) -> None:
    """One parameter is set, once; all others stay as they were written. Before the first batch: as given."""
    assert target(url).url(position, "") == expected


def test_resume_by_field_sends_the_last_value() -> None:
    """Encoded; where no value is known yet, from the start."""
    found = target("http://a/x?since=0", resume=Resume(by="field", param="since", field="id"))
    assert found.url(None, "x") == found.url(5, "") == "http://a/x?since=0"
    assert found.url(5, "INV 1&a=#") == "http://a/x?since=INV+1%26a%3D%23"


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [("", 0, None), ("?from=1", 0, None), ("?from=10", 9, None), ("?from=0", 0, None), ("?from=3&until=9", 2, 9)],
)
def test_first_and_last_line_come_from_the_url(query: str, first: int, last: int | None) -> None:
    """`first` is the position before the first line."""
    found = target("http://a/x" + query)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a/",
        "file:///etc/passwd",
        "//a/x",
        "http://",
        "http:///x",
        "http://:80/",
        "http://a:0/",
        "http://a:65536/",
        "http://a:x/",
        "http://[::1/",
        "http://a b/",
        "http://a/\tx",
        "http://a/\nHost: b",
        "http://a\x00b/",
        "http://a/\x7f",
        "http://a/\u202e",
        "http://a/?from=x",
        "http://a/?from=",
        "http://a/?from=-1",
        "http://a/?from=٥",
        "http://a/?from=1e3",
        f"http://a/?from={MAX_POSITION + 1}",
        "http://a/?from=" + "9" * 5000,
        "http://a/?until=" + "9" * 5000,
    ],
)
def test_url_that_can_not_be_used_is_invalid_input(url: str) -> None:
    """One line that names the field; never another exception, never a connection attempt."""
    with pytest.raises(InvalidInput, match="target_url") as caught:
        target(url)
    assert len(caught.value.message) < 120


def test_unknown_source_type_is_refused_with_the_known_ones() -> None:
    """So that a caller sees what there is."""
    with pytest.raises(InvalidInput, match="'kafka' is not known; known: mulesoft_stream, ndjson_stream"):
        resolve(ConnectorConfig(connector_id="c", source_type="kafka", target_url="http://a/"))


@given(st.text(min_size=1), st.lists(st.integers(1, MAX_POSITION), min_size=2, unique=True))
def test_trace_ids_are_uuids_that_differ_and_keep_their_order(connector: str, positions: list[int]) -> None:
    """Version 8 of RFC 9562, 36 characters; within a source sorted as the positions are."""
    found = target(STREAM, connector=connector)
    traces = [found.trace_id(position).decode() for position in sorted(positions)]
    assert traces == sorted(set(traces))
    for trace in traces:
        parsed = uuid.UUID(trace)
        assert (len(trace), parsed.version, parsed.variant) == (36, 8, uuid.RFC_4122)
        assert str(parsed) == trace


def test_trace_ids_of_two_sources_or_connectors_differ() -> None:
    """And are the same again for the same place, whatever the pace."""
    traces = {
        target(url, connector=connector).trace_id(7)
        for url in (STREAM, STREAM + "?seed=2", STREAM + "?speed=fast")
        for connector in ("a", "b")
    }
    assert len(traces) == 4


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_with_parameter_twice_is_with_parameter_once(name: str, value: str) -> None:
    """Setting it again replaces it."""
    once = with_parameter("http://a/x?q=1", name, value)
    assert with_parameter(once, name, value) == once
    assert with_parameter(with_parameter("http://a/x?q=1", name, "other"), name, value) == once


def test_guarantee_is_exactly_once_where_the_source_can_be_replayed() -> None:
    """It is told honestly."""
    found = target(STREAM)
    assert (found.replayable, found.guarantee) == (True, "exactly_once")
    blind = found._replace(resume=None)
    assert (blind.replayable, blind.guarantee) == (False, "at_most_once_before_airlock")
    assert blind.url(99, "") == STREAM


def test_config_round_trips() -> None:
    """What is stored comes back as it was."""
    config = ConnectorConfig(connector_id="c", source_type="mulesoft_stream", target_url=STREAM)
    assert msgspec.json.decode(msgspec.json.encode(config), type=ConnectorConfig) == config


def ndjson(url: str = "http://a/x", **policy: object) -> Target:
    return resolve(
        ConnectorConfig(
            connector_id="c", source_type="ndjson_stream", target_url=url, policy=msgspec.convert(policy, Policy)
        )
    )


def test_stream_of_anybodys_is_what_its_policy_says() -> None:
    """No contract, no way to go on and no source of truth of its own; nothing in its query means anything to us."""
    found = ndjson("http://a/x?from=7&until=9&speed=fast&=3", contract="mine")
    assert (found.contract, found.resume, found.first, found.last) == ("mine", None, 0, None)
    assert found.guarantee == "at_most_once_before_airlock"
    assert found.default_repair("id") == ("", "")
    assert found.id != ndjson("http://a/x?from=7&until=9&speed=slow&=3", contract="mine").id
    resumed = ndjson("http://a/x?from=7", contract="mine", resume={"by": "line", "param": "from"})
    assert (resumed.first, resumed.url(9, "")) == (6, "http://a/x?from=10")


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({}, "policy.contract"),
        ({"contract": "mine", "repair_enabled": True}, "policy.repair_url"),
        ({"contract": "mine", "resume": {"by": "line", "param": ""}}, "policy.resume"),
        ({"contract": "mine", "resume": {"by": "field", "param": "since"}}, "policy.resume"),
    ],
)
def test_what_a_stream_of_anybodys_needs_is_asked_for(policy: dict[str, object], field: str) -> None:
    """By the name of the field, in the message and in `path`."""
    with pytest.raises(InvalidInput) as refused:
        ndjson(**policy)
    assert refused.value.message.startswith(f"{field}: ")
    assert refused.value.extra == {"path": f"$.{field}"}


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        *(({"max_line_bytes": value}, "max_line_bytes") for value in (-1, 0, 63, 10**12)),
        *(({"idle_timeout_s": value}, "idle_timeout_s") for value in (0.0, -1.0, 1e308, float("nan"))),
        *(({"breaker": BreakerSettings(failures=value)}, "breaker.failures") for value in (0, -1, 10**30)),
        *(({"breaker": BreakerSettings(cooldown_s=value)}, "breaker.cooldown_s") for value in (-1.0, 0.0, 1e308)),
    ],
)
def test_number_that_lets_no_line_through_is_refused(policy: dict[str, Any], field: str) -> None:
    """It names the field; the extremes that make sense pass."""
    with pytest.raises(InvalidInput, match=f"^policy.{field}: ") as caught:
        resolve(ConnectorConfig("c", "mulesoft_stream", "http://h/", Policy(**policy)))
    assert caught.value.extra["path"] == f"$.policy.{field}"
    fine = Policy(max_line_bytes=64, idle_timeout_s=0.05, breaker=BreakerSettings(failures=1, cooldown_s=0.05))
    resolve(ConnectorConfig("c", "mulesoft_stream", "http://h/", fine))


def test_credentials_in_the_url_are_refused() -> None:
    """A user or password would be stored with the target; the message does not show it."""
    with pytest.raises(InvalidInput, match="a user or password") as caught:
        target("http://ann:secret@farm.example/x")
    assert "secret" not in caught.value.message


def test_own_streams_are_the_same_source_on_another_port() -> None:
    """AOS reading itself goes on where it stood when it is served elsewhere."""
    config = ConnectorConfig(connector_id="c", source_type="mulesoft_stream", target_url="http://127.0.0.1:5000/farm/x")
    moved = ConnectorConfig(connector_id="c", source_type="mulesoft_stream", target_url="http://127.0.0.1:5001/farm/x")
    assert resolve(config, "http://127.0.0.1:5000").id == resolve(moved, "http://127.0.0.1:5001").id
    assert resolve(config, "").id != resolve(moved, "").id


@pytest.mark.parametrize(
    ("policy", "repairs"),
    [
        (Policy(), True),
        (Policy(repair_enabled=False), False),
        (Policy(repair_enabled=True, contract="other"), True),
        (Policy(contract="other"), False),
        (Policy(contract="other", repair_url="http://x/{id}"), True),
    ],
)
def test_repair_is_on_where_the_source_type_knows_the_truth(policy: Policy, repairs: bool) -> None:
    """Without a word of the policy the source type decides, for its own contract; a stored word stays."""
    config = ConnectorConfig(connector_id="c", source_type="mulesoft_stream", target_url=STREAM, policy=policy)
    stored = msgspec.json.decode(msgspec.json.encode(config), type=ConnectorConfig)
    assert stored == config
    assert resolve(stored).repairs is repairs
