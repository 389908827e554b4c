"""Log lines: the event text is constant, data stands beside it.

On a console the spec's phrases are filled in and ids are dimmed; with `AOS_LOG=json` every line is one object.
Lines per record stand in full up to 200 a second and phrase; above that one summary line a second says how many more.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.text import Text

from aos.core.phrases import Phrase
from aos.core.redact import one_line, redact

FULL_LINES_PER_SECOND = 200
_STYLES = {"DEBUG": "dim", "INFO": "green", "WARNING": "yellow", "ERROR": "bold red", "CRITICAL": "bold white on red"}
_DIM = ("trace_id", "connector_id", "instance", "target", "run_id", "job_id")


class Log:
    """A named logger. `event` is a constant text or a `Phrase`; what varies goes into `data`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"aos.{name}")

    def debug(self, event: str | Phrase, **data: Any) -> None:
        self._write(logging.DEBUG, event, data)

    def info(self, event: str | Phrase, **data: Any) -> None:
        self._write(logging.INFO, event, data)

    def warning(self, event: str | Phrase, **data: Any) -> None:
        self._write(logging.WARNING, event, data)

    def error(self, event: str | Phrase, *, exc: BaseException | None = None, **data: Any) -> None:
        self._write(logging.ERROR, event, data, exc)

    def critical(self, event: str | Phrase, **data: Any) -> None:
        self._write(logging.CRITICAL, event, data)

    def _write(
        self, level: int, event: str | Phrase, data: Mapping[str, Any], exc: BaseException | None = None
    ) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, event, extra={"aos_data": data}, exc_info=exc)


class RecordLines:
    """Writes one phrase per record, in full up to the cap of each second; counts the rest and says so once a second."""

    def __init__(self, log: Log, phrase: Phrase, level: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log, self._phrase, self._level, self._monotonic = log, phrase, level, monotonic
        self._second, self._written, self._more = 0, 0, 0

    def write(self, count: int, lines: Iterable[Mapping[str, Any]]) -> None:
        """`count` records happened; `lines` gives their data and is read only as far as the cap allows."""
        second = int(self._monotonic())
        if second != self._second:
            self.flush()
            self._second, self._written = second, 0
        room = min(count, FULL_LINES_PER_SECOND - self._written)
        if room > 0:
            for _, data in zip(range(room), lines, strict=False):
                self._log._write(self._level, self._phrase, data)
            self._written += room
        self._more += count - max(room, 0)

    def flush(self) -> None:
        """Say how many were not written in full; called at each new second and by a timer when the flow ends."""
        if self._more:
            self._log._write(self._level, f"{self._phrase.event}: more records", {"more": self._more})
            self._more = 0


def event_of(record: logging.LogRecord) -> tuple[str, str, Mapping[str, Any]]:
    """(constant event, sentence for a person, data) of a log record, ours or a library's."""
    data: Mapping[str, Any] = getattr(record, "aos_data", {})
    if isinstance(record.msg, Phrase):
        shown = {name: one_line(redact(str(value)), 2000) for name, value in data.items()}
        return record.msg.event, record.msg.line.format_map(_Blank(shown)), data
    text = record.getMessage()
    return text, text, data


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


class JsonFormatter(logging.Formatter):
    """One object a line: ts, level, logger, event, then the data."""

    def format(self, record: logging.LogRecord) -> str:
        event, _, data = event_of(record)
        line: dict[str, Any] = {
            "ts": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": one_line(redact(event), 2000),
        }
        for name, value in data.items():
            line[name if name not in line else f"data_{name}"] = _plain(value)
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return msgspec.json.encode(line).decode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return one_line(redact(str(value)), 2000)


def _trace(text: str) -> str:
    """An exception below its line, indented and escaped: what it quotes can't pass for a line of ours."""
    return "".join(f"\n  {one_line(line, 2000)}" for line in redact(text).split("\n"))


class ConsoleHandler(logging.Handler):
    """Colour by level where the stream is a terminal; plain text elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._console = Console(file=stream, soft_wrap=True, highlight=False, markup=False, emoji=False)
        self._plain = not self._console.is_terminal or self._console.no_color

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._emit(record)
        except Exception:  # noqa: BLE001 a log line must never stop the work that it tells of
            self.handleError(record)

    def _emit(self, record: logging.LogRecord) -> None:
        _, sentence, data = event_of(record)
        stamp = time.strftime("%H:%M:%S", time.localtime(record.created))
        sentence = one_line(redact(sentence), 2000)
        phrase_data = record.msg.line if isinstance(record.msg, Phrase) else ""
        rest = {name: value for name, value in data.items() if "{" + name + "}" not in phrase_data}
        trace = _trace(logging.Formatter().formatException(record.exc_info)) if record.exc_info else ""
        if self._plain:
            tail = "".join(f" {name}={_plain(value)}" for name, value in rest.items())
            self._console.file.write(f"{stamp} {record.levelname:<8} {sentence}{tail}{trace}\n")
            self._console.file.flush()
            return
        text = Text.assemble((stamp, "dim"), " ", (f"{record.levelname:<8}", _STYLES.get(record.levelname, "")), " ")
        text.append(sentence)
        for name in _DIM:
            if (shown := str(data.get(name, ""))) and shown in sentence:
                text.highlight_words([shown], "dim")
        for name, value in rest.items():
            text.append(f" {name}=", "dim")
            text.append(str(_plain(value)), "dim" if name in _DIM else "cyan")
        text.append(trace, "red")
        self._console.print(text)


def configure(style: str, level: str, stream: TextIO | None = None) -> None:
    """Set up the process' logging. Libraries that print URLs (httpx, httpcore) are held at warning."""
    stream = stream or sys.stderr
    handler: logging.Handler
    if style == "json":
        handler = logging.StreamHandler(stream)
        handler.setFormatter(JsonFormatter())
    else:
        handler = ConsoleHandler(stream)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("aos").setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "uvicorn", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
