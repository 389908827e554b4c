"""A small Airbyte connector, run by the tests in an environment of its own that has airbyte-cdk."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.models import ConnectorSpecification, SyncMode
from airbyte_cdk.sources import AbstractSource
from airbyte_cdk.sources.streams import Stream

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": ["null", "string"]}}}


class Things(Stream):
    primary_key = "id"

    def __init__(self, count: int) -> None:
        self._count = count

    @property
    def name(self) -> str:
        return "things"

    def get_json_schema(self) -> Mapping[str, Any]:
        return SCHEMA

    def read_records(self, sync_mode: SyncMode, **given: Any) -> Iterable[Mapping[str, Any]]:
        for number in range(self._count):
            yield {"id": number, "name": f"thing {number}"}


class Source(AbstractSource):
    def spec(self, logger: logging.Logger) -> ConnectorSpecification:
        properties = {
            "token": {"type": "string", "airbyte_secret": True},
            "resource_id": {"type": "string"},
        }
        return ConnectorSpecification(
            connectionSpecification={"type": "object", "required": ["token", "resource_id"], "properties": properties}
        )

    def check_connection(self, logger: logging.Logger, config: Mapping[str, Any]) -> tuple[bool, Any]:
        good = str(config["token"]).startswith("right")
        return (True, None) if good else (False, f"the token {config['token']} is not known")

    def streams(self, config: Mapping[str, Any]) -> list[Stream]:
        return [Things(int(config["resource_id"]))]


if __name__ == "__main__":
    launch(Source(), sys.argv[1:])
