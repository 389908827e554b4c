"""`python -m aos stream`: what is in `dcl.ingest.raw`, one JSON line an entry."""

import argparse
import sys

import msgspec

from aos.cli.client import calling, checked
from aos.core.settings import Settings

PATH = "/dcl/api/ingest/stream"
MOST = 1_000  # entries that one look shows


def show(found: Settings, options: argparse.Namespace) -> int:
    if options.follow:
        with (
            calling(found, read_s=None) as client,
            client.stream("GET", PATH, params={"last": options.last, "follow": "true"}) as answer,
        ):
            checked(answer)
            for chunk in answer.iter_bytes():
                sys.stdout.buffer.write(chunk)
                sys.stdout.flush()
        return 0
    with calling(found) as client:
        look = checked(client.get(PATH, params={"last": options.last})).json()
    for entry in look["entries"]:
        sys.stdout.write(msgspec.json.encode(entry).decode() + "\n")
    sys.stderr.write(f"{look['length']} entries in {look['stream']}, {look['lag']} not acknowledged yet\n")
    return 0
