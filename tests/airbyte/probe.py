"""A small source built on airbyte-cdk: groups and people of a made-up directory over HTTP, with a bearer token.

It runs in a venv of its own (scripts/airbyte_venv.sh); AOS sees it as a program alone.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.models import ConnectorSpecification, SyncMode
from airbyte_cdk.sources import AbstractSource
from airbyte_cdk.sources.streams import Stream


def ask(config: Mapping[str, Any], path: str) -> Any:
    request = urllib.request.Request(config["url"] + path, headers={"Authorization": "Bearer " + config["token"]})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Groups(Stream):
    primary_key = "id"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config

    @property
    def name(self) -> str:
        return "groups"

    def get_json_schema(self) -> Mapping[str, Any]:
        kinds = {"id": {"type": "integer"}, "name": {"type": ["null", "string"]}}
        return {"type": "object", "properties": kinds}

    def read_records(self, sync_mode: SyncMode, **_: Any) -> Iterable[Mapping[str, Any]]:
        page = 0
        while found := ask(self._config, f"/groups?page={page}"):
            yield from found
            page += 1


class SourceProbe(AbstractSource):
    def spec(self, logger: Any) -> ConnectorSpecification:
        wanted = {"url": {"type": "string"}, "token": {"type": "string", "airbyte_secret": True}}
        return ConnectorSpecification(
            connectionSpecification={"type": "object", "required": ["url", "token"], "properties": wanted}
        )

    def check_connection(self, logger: Any, config: Mapping[str, Any]) -> tuple[bool, Any]:
        try:
            ask(config, "/groups?page=0")
        except urllib.error.HTTPError as error:
            return False, f"HTTP {error.code}"
        return True, None

    def streams(self, config: Mapping[str, Any]) -> list[Stream]:
        return [Groups(config)]


if __name__ == "__main__":
    launch(SourceProbe(), sys.argv[1:])
