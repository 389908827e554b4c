"""Log lines: a sentence on the console, a constant event in JSON, never a secret, never a forged line."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from aos.core import log as logs
from aos.core.clock import FakeClock
from aos.core.log import FULL_LINES_PER_SECOND, Log, RecordLines
from aos.core.phrases import CIRCUIT_BREAKER_TRIPPED, PROCESSED_RECORD

log = Log("test")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What is written; the root logger is put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("aos")
    kept = root.handlers[:], root.level, ours.level
    yield io.StringIO()
    root.handlers[:] = kept[0]
    root.setLevel(kept[1])
    ours.setLevel(kept[2])


def json_lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_phrase_on_the_console_is_filled_in(out: io.StringIO) -> None:
    """The spec's words, with the id in its place and the rest of the data beside it."""
    logs.configure("console", "info", out)
    log.info(PROCESSED_RECORD, trace_id="abc-1", connector_id="mule")
    assert "INFO     Processed Record [abc-1] connector_id=mule\n" in out.getvalue()


def test_phrase_in_json_is_constant(out: io.StringIO) -> None:
    """`event` never varies, so that it can be counted; the data are fields of their own kinds."""
    logs.configure("json", "info", out)
    log.error(CIRCUIT_BREAKER_TRIPPED, failures=5, why="refused", level="x", nothing=None)
    [line] = json_lines(out)
    assert line["event"] == "Circuit Breaker Tripped"
    assert (line["failures"], line["why"], line["level"], line["data_level"]) == (5, "refused", "error", "x")
    assert line["nothing"] is None
    assert line["ts"].endswith("Z")
    assert line["logger"] == "aos.test"


def test_phrase_without_its_data_is_written_all_the_same(out: io.StringIO) -> None:
    """A line with a gap is better than no line."""
    logs.configure("console", "info", out)
    log.info(PROCESSED_RECORD)
    assert "Processed Record [?]" in out.getvalue()


def test_level_below_the_set_one_is_not_written(out: io.StringIO) -> None:
    """`AOS_LOG_LEVEL=warning` means it; libraries are held at warning always."""
    logs.configure("console", "warning", out)
    log.info("quiet")
    log.debug("quiet")
    logging.getLogger("httpx").info("GET http://ann:hunter2@h")
    log.warning("said")
    assert out.getvalue().count("\n") == 1


@pytest.mark.parametrize("style", ["console", "json"])
def test_secret_is_hidden_wherever_it_stands(out: io.StringIO, style: str) -> None:
    """In the event, in data, in an exception's text, in a library's line."""
    logs.configure(style, "info", out)
    log.info("reading http://ann:hunter2@h", url="http://h/?token=hunter2")
    log.info(PROCESSED_RECORD, trace_id="http://ann:hunter2@h")
    try:
        raise ValueError("http://h/?api_key=hunter2")
    except ValueError as error:
        log.error("failed", exc=error)
    logging.getLogger("httpx").warning("Authorization: Bearer hunter2hunter2")
    assert "hunter2" not in out.getvalue()
    assert out.getvalue().count("***") >= 5


@pytest.mark.parametrize("style", ["console", "json"])
def test_control_characters_can_not_forge_a_line(out: io.StringIO, style: str) -> None:
    """Data from outside stays on its line, and no escape sequence reaches a terminal."""
    logs.configure(style, "info", out)
    log.warning("Toxic\nline", detail="x\n12:00:00 INFO     forged\x1b[2J\u202e", half="\ud800")
    assert len(out.getvalue().splitlines()) == 1
    assert not set(out.getvalue()) & {"\x1b", "\u202e", "\ud800"}


@pytest.mark.parametrize("style", ["console", "json"])
def test_exception_can_not_forge_a_line(out: io.StringIO, style: str) -> None:
    """A traceback is indented below its line, its text escaped."""
    logs.configure(style, "info", out)
    try:
        raise ValueError("x\n12:00:00 INFO     forged\x1b[2J")
    except ValueError as error:
        log.error("failed", exc=error)
    assert "\x1b" not in out.getvalue()
    _, *below = out.getvalue().splitlines()
    assert all(line.startswith("  ") for line in below)


def test_record_lines_above_the_cap_are_counted_in_one_line(out: io.StringIO, clock: FakeClock) -> None:
    """200 lines a second stand in full; the next second begins with how many more there were."""
    logs.configure("json", "info", out)
    lines = RecordLines(log, PROCESSED_RECORD, logging.INFO, clock.monotonic)
    for first in range(0, 1000, 100):
        lines.write(100, ({"trace_id": str(first + n)} for n in range(100)))
    assert len(json_lines(out)) == FULL_LINES_PER_SECOND == 200
    clock.advance(1)
    lines.write(1, [{"trace_id": "1000"}])
    summary, last = json_lines(out)[200:]
    assert (summary["event"], summary["more"]) == ("Processed Record: more records", 800)
    assert (last["event"], last["trace_id"]) == ("Processed Record", "1000")


def test_record_lines_are_not_made_when_they_are_not_written(out: io.StringIO, clock: FakeClock) -> None:
    """Above the cap the data of a line is not even built: it costs nothing."""
    logs.configure("json", "info", out)
    lines = RecordLines(log, PROCESSED_RECORD, logging.INFO, clock.monotonic)
    source = iter(range(1000))
    lines.write(1000, ({"trace_id": str(n)} for n in source))
    assert next(source) <= FULL_LINES_PER_SECOND + 1


def test_record_lines_under_the_cap_need_no_summary(out: io.StringIO, clock: FakeClock) -> None:
    """A slow stream stands in full, second after second, and a flush says nothing."""
    logs.configure("json", "info", out)
    lines = RecordLines(log, PROCESSED_RECORD, logging.INFO, clock.monotonic)
    for n in range(3):
        lines.write(200, ({"trace_id": str(n)} for _ in range(200)))
        clock.advance(1)
    lines.flush()
    assert {line["event"] for line in json_lines(out)} == {"Processed Record"}
    assert len(json_lines(out)) == 600


def test_flush_tells_the_rest_once(out: io.StringIO, clock: FakeClock) -> None:
    """When the flow ends, what was not written is still told, and only once."""
    logs.configure("json", "info", out)
    lines = RecordLines(log, PROCESSED_RECORD, logging.INFO, clock.monotonic)
    lines.write(250, ({"trace_id": ""} for _ in range(250)))
    lines.flush()
    lines.flush()
    assert [line["more"] for line in json_lines(out) if "more" in line] == [50]


def test_terminal_gets_colours(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the level is coloured and ids are dimmed; the words are the same, on one line however long."""
    monkeypatch.setattr(out, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    logs.configure("console", "info", out)
    log.error(CIRCUIT_BREAKER_TRIPPED, why="[bold]" + "x" * 300, connector_id="mule")
    written = out.getvalue()
    assert "\x1b[1;31mERROR" in written
    assert "[bold]" + "x" * 300 in written
    assert written.count("\n") == 1
