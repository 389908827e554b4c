"""The 28 families that speak HTTP, read from `sandbox_cases.toml`, and the ways that their pages lead on."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.integration.farm.sandbox_client import Req


@dataclass(frozen=True, kw_only=True)
class Case:
    """`health`, `listed`, `schema` and `write` are `METHOD URL`, where `{0}` is the first resource id and `{host}` the
    account's own host; `size` is what asks for a page of 20, in the query or the body. `items` is a path of keys, or a
    tag. `bad`, `denied` and `fast` are a status and words of the body; `wait` is the header that says how long and its
    form. `target` is the operation of AWS. `most` items come on a page of 20."""

    family: str
    health: str
    listed: str
    schema: str
    size: str
    items: str
    following: str
    total: int
    bad: tuple[int, str]
    denied: tuple[int, str]
    fast: tuple[int, str]
    wait: tuple[str, str] | None = None
    scope: str = ""
    host: str = ""
    body: dict[str, Any] | None = None
    target: str = ""
    schema_body: dict[str, Any] | None = None
    schema_target: str = ""
    write: str = ""
    most: int = 20
    headers: dict[str, str] = field(default_factory=dict)


def items_of(case: Case, response: httpx.Response) -> list[Any]:
    if case.items.startswith("<"):
        return re.findall(case.items, response.text)
    value = response.json()
    for key in case.items.split("/") if case.items else []:
        value = value.get(key, []) if isinstance(value, dict) else value
    assert isinstance(value, list)
    return value


def next_of(case: Case, req: Req, response: httpx.Response) -> Req | None:
    """The request for the page behind this one, in the way that `following` names; None at the end."""
    match case.following.split():
        case ["link"]:
            found = response.links.get("next")
            return _moved(req, found["url"]) if found else None
        case ["url", place]:
            return _moved(req, url) if (url := _at(response, place)) else None
        case ["body", place, parameter]:
            return _with(req, **{parameter: cursor}) if (cursor := _at(response, place)) else None
        case ["json", place, argument]:
            return (
                _arguments(req, {**json.loads(req.body), argument: cursor})
                if (cursor := _at(response, place))
                else None
            )
        case ["xml", tag, parameter]:
            told = re.search(f"<{tag}>([^<]+)</{tag}>", response.text)
            return _with(req, **{parameter: told[1]}) if told else None
        case ["page", parameter, first]:
            page = int(_parameters(req).get(parameter, first))
            return _with(req, **{parameter: page + 1}) if len(items_of(case, response)) == 20 else None
        case ["offset", parameter, more]:
            at = int(_parameters(req).get(parameter, 0)) + len(items_of(case, response))
            return _with(req, **{parameter: at}) if _at(response, more) else None
        case ["dropbox"]:
            again = req._replace(url="https://api.dropboxapi.com/2/files/list_folder/continue")
            return _arguments(again, {"cursor": _at(response, "cursor")}) if _at(response, "has_more") else None
    raise AssertionError(case.following)


def _at(response: httpx.Response, place: str) -> Any:
    found = response.json()
    for key in place.split("/"):
        found = (found or {}).get(key)
    return found


def _parameters(req: Req) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(req.url).query))


def _with(req: Req, **values: Any) -> Req:
    return req._replace(url=urlsplit(req.url)._replace(query=urlencode({**_parameters(req), **values})).geturl())


def _moved(req: Req, url: str) -> Req:
    """To a URL that may be told from the host on."""
    return req._replace(url=str(httpx.URL(req.url).join(url)))


def _arguments(req: Req, body: dict[str, Any]) -> Req:
    return req._replace(body=json.dumps(body).encode())


def _read() -> list[Case]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    pairs = ("bad", "denied", "fast", "wait")
    return [
        Case(family=family, **{name: tuple(value) if name in pairs else value for name, value in fields.items()})
        for family, fields in told.items()
    ]


CASES = _read()
