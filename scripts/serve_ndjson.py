"""A file of NDJSON as a stream over HTTP, to try a connector on: `python scripts/serve_ndjson.py FILE --port 8000`.

`GET /stream?from=N` gives the records from the N-th on (blank lines have no number), then a blank line now and then, as
a source does that waits for its next record. With `--truth FILE --key NAME`, `GET /records/ID` gives a true record.
"""

import argparse
import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class Stand(ThreadingHTTPServer):
    """What is served: `lines` with their newlines, and true records by their id."""

    daemon_threads = True
    keep_alive_s = 2.0  # a connector takes 15 s of silence for a fault, its probe 5 s

    def __init__(self, port: int, lines: list[bytes], truth: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", port), Answer)
        self.lines, self.truth = lines, truth
        self.closing = threading.Event()

    def stop(self) -> None:
        """End the streams too, and give the port back."""
        self.closing.set()
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    """One request. Without a length the body ends with the connection."""

    server: Stand

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        first = parse_qs(parts.query).get("from", ["1"])[0]
        kind, _, record_id = parts.path.strip("/").partition("/")
        if parts.path == "/stream" and first.isdecimal():
            self._stream(int(first))
        elif kind == "records" and unquote(record_id) in self.server.truth:
            self._head("application/json")
            self.wfile.write(self.server.truth[unquote(record_id)])
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _stream(self, first: int) -> None:
        self._head("application/x-ndjson")
        number = 0
        try:
            for line in self.server.lines:
                number += bool(line.strip(b"\r\n"))
                if number >= first:
                    self.wfile.write(line)
            while not self.server.closing.wait(self.server.keep_alive_s):
                self.wfile.write(b"\n")
        except ConnectionError:
            return  # the reader left

    def _head(self, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("content-type", kind)
        self.end_headers()

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 the name is the library's
        print("served:", *values[:2], flush=True)


def stand(file: Path, truth: Path | None, key: str, port: int) -> Stand:
    """Bound, not serving yet."""
    true = _lines(truth) if truth else []
    return Stand(port, _lines(file), {str(json.loads(line)[key]): line for line in true if line.strip()})


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return file.readlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--truth", type=Path, metavar="FILE", help="true records, NDJSON")
    parser.add_argument("--key", default="id", metavar="NAME", help="the field that a true record is asked for by (id)")
    options = parser.parse_args()
    serving = stand(options.file, options.truth, options.key, options.port)
    try:
        print(f"http://127.0.0.1:{serving.server_port}/stream", flush=True)
        serving.serve_forever()
    except KeyboardInterrupt:
        serving.closing.set()


if __name__ == "__main__":
    main()
