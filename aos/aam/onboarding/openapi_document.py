"""An OpenAPI document (2.0, 3.0, 3.1) of somebody else's: where its server is, how one proves who asks, and which GETs
give lists of what. Only the parts that are looked at are decoded, since documents of 13 MB exist."""

import asyncio
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin

import msgspec
import yaml

from aos.aam.onboarding.answer import at
from aos.aam.onboarding.streams import schema_type
from aos.contracts.base import Wire
from aos.contracts.onboarding import MOST_FIRST_ITEMS
from aos.core.strict_yaml import TooDeep, check_depth

MOST_YAML = 4 * 1024 * 1024
MOST_NODES = 1_000_000
DEEPEST_YAML = 200  # levels
MOST_PATHS = 20_000
BETWEEN_TURNS = 25  # paths
DEEPEST_REFERENCE = 16
SIZES = ("limit", "per_page", "page_size", "pageSize", "maxResults", "max_results", "$top", "top", "count", "size")
_UNREADABLE = "this is no OpenAPI document in JSON or YAML"


class Unusable(Exception):
    """The document can't be used; the text says why, and quotes nothing of it."""


class Listing(NamedTuple):
    """A GET whose reply is a list, or has one at `items`. `plain`: nothing must be filled in to call it. `size` is the
    parameter for the page size with the number to send, where there is one."""

    path: str
    items: str
    plain: bool
    size: str
    most: int
    guarded: bool
    fields: list[tuple[str, str]]


class Scheme(NamedTuple):
    kind: str  # bearer, basic, header, client_credentials, or what we don't do: query, cookie, other
    name: str = ""
    token_url: str = ""


class Document(NamedTuple):
    server: str
    schemes: list[Scheme]
    listings: list[Listing]
    plain: list[tuple[str, bool]]  # GETs that can be called as they are, and whether they ask who asks


class _Parts(Wire, frozen=True):
    swagger: str = ""
    openapi: str = ""
    paths: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    components: dict[str, Any] = msgspec.field(default_factory=dict)
    definitions: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    responses: dict[str, Any] = msgspec.field(default_factory=dict)
    securityDefinitions: dict[str, Any] = msgspec.field(default_factory=dict)
    security: list[Any] | None = None
    servers: list[Any] = msgspec.field(default_factory=list)
    host: str = ""
    basePath: str = ""
    schemes: list[str] = msgspec.field(default_factory=list)


async def read(body: bytes, url: str) -> Document:
    """The document that was fetched from `url`. `Unusable` otherwise. Between some paths others get their turn."""
    if not body.lstrip().startswith(b"{"):
        body = await asyncio.to_thread(_from_yaml, body)
    try:
        reader = _Reader(msgspec.json.decode(body, type=_Parts))
        if len(reader.parts.paths) > MOST_PATHS:
            raise Unusable(f"it has more than {MOST_PATHS} paths")
        for number, (path, raw) in enumerate(reader.parts.paths.items()):
            if number % BETWEEN_TURNS == 0:
                await asyncio.sleep(0)
            reader.take(path, msgspec.json.decode(raw))
        return reader.document(url)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unusable(_UNREADABLE) from None


def _from_yaml(body: bytes) -> bytes:
    """YAML as JSON. What its aliases stand for is counted first: a few hundred bytes of them can mean gigabytes."""
    if len(body) > MOST_YAML:
        raise Unusable(f"as YAML it is longer than {MOST_YAML} bytes; JSON may be longer")
    try:
        text = body.decode()
        check_depth(text, DEEPEST_YAML)
        loader = _yaml_loader(text)
        node = loader.get_single_node()
        if node is None or _nodes(node, {}) > MOST_NODES:
            raise Unusable(_UNREADABLE if node is None else "its YAML aliases stand for more than is read")
        return msgspec.json.encode(loader.construct_document(node))
    except TooDeep as error:
        raise Unusable(f"as YAML it is {error}") from None
    except (yaml.YAMLError, msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        raise Unusable(_UNREADABLE) from None


def _yaml_loader(text: str) -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _nodes(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are when each alias is written out. A circle counts as too many."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1
        below = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
        known[id(node)] = 1 + sum(_nodes(part, known) for part in below)
    return known[id(node)]


class _Reader:
    def __init__(self, parts: _Parts) -> None:
        if not (parts.swagger.startswith("2") or parts.openapi.startswith("3")):
            raise Unusable(_UNREADABLE)
        self.parts = parts
        self._schemas = parts.components.get("schemas") or {}
        self._listings: list[Listing] = []
        self._plain: list[tuple[str, bool]] = []

    def document(self, url: str) -> Document:
        return Document(self._server(url), list(self._security(url)), self._listings, self._plain)

    def take(self, path: str, item: Any) -> None:
        get = at(item, "/get")
        if not isinstance(get, dict) or not path.startswith("/") or {".", ".."} & set(path.split("/")):
            return
        written = [*_list(at(item, "/parameters")), *_list(get.get("parameters"))]
        parameters = [found for each in written if isinstance(found := self._resolved(each), dict)]
        schema = self._reply(get)
        plain = "{" not in path and not any(parameter.get("required") is True for parameter in parameters)
        security = get.get("security", self.parts.security)
        guarded = bool(security) and {} not in _list(security)
        if plain and schema is not None:
            self._plain.append((path, guarded))
        pointer, inner = self._list_in(schema)
        if inner is not None:
            size, most = self._size(parameters)
            self._listings.append(Listing(path, pointer, plain, size, most, guarded, list(self._fields(inner))))

    def _resolved(self, value: Any) -> Any:
        """What a reference within the document leads to; None for one that leads nowhere, outside or in a circle."""
        for _ in range(DEEPEST_REFERENCE):
            if isinstance(value, msgspec.Raw):
                value = msgspec.json.decode(value)
            if not isinstance(value, dict) or not isinstance(reference := value.get("$ref"), str):
                return value
            value = self._referred(reference)
        return None

    def _referred(self, reference: str) -> Any:
        place, _, name = reference.rpartition("/")
        name = name.replace("~1", "/").replace("~0", "~")
        known: dict[str, Any] = {
            "#/definitions": self.parts.definitions,
            "#/parameters": self.parts.parameters,
            "#/responses": self.parts.responses,
            "#/components/schemas": self._schemas,
            "#/components/parameters": self.parts.components.get("parameters"),
            "#/components/responses": self.parts.components.get("responses"),
        }
        there = known.get(place)
        return there.get(name) if isinstance(there, dict) else None

    def _reply(self, get: dict[str, Any]) -> Any:
        """The schema of the good reply in JSON; None where there is none."""
        replies = get.get("responses")
        if not isinstance(replies, dict):
            return None
        for status in ("200", "2XX", "default"):
            reply = self._resolved(replies.get(status))
            if not isinstance(reply, dict):
                continue
            if "schema" in reply:
                return self._resolved(reply["schema"])
            content = reply.get("content")
            for kind, media in content.items() if isinstance(content, dict) else ():
                if "json" in kind and isinstance(media, dict):
                    return self._resolved(media.get("schema", {}))
        return None

    def _list_in(self, schema: Any) -> tuple[str, Any]:
        """Where the list is in a reply, and the schema of its items; None for none."""
        if not isinstance(schema, dict):
            return "", None
        if schema.get("type") == "array":
            return "", self._resolved(schema.get("items", {}))
        for name, inner in self._properties(schema):
            found = self._resolved(inner)
            if isinstance(found, dict) and found.get("type") == "array":
                pointer = "/" + name.replace("~", "~0").replace("/", "~1")
                return pointer, self._resolved(found.get("items", {}))
        return "", None

    def _fields(self, schema: Any) -> Iterator[tuple[str, str]]:
        for name, inner in self._properties(schema):
            yield name, schema_type(inner)

    def _properties(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
        if not isinstance(schema, dict) or depth > 4:
            return
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from ((str(name), inner) for name, inner in properties.items())
        for part in _list(schema.get("allOf"))[:16]:
            yield from self._properties(self._resolved(part), depth + 1)

    def _size(self, parameters: list[dict[str, Any]]) -> tuple[str, int]:
        """The parameter for the page size, and the number to send: twenty, within its bounds."""
        by_name = {str(each.get("name")): each for each in parameters if each.get("in") == "query"}
        for name in SIZES:
            if name in by_name:
                schema = self._resolved(by_name[name].get("schema", by_name[name]))
                most = schema.get("maximum") if isinstance(schema, dict) else None
                if isinstance(most, int) and not isinstance(most, bool) and 1 <= most < MOST_FIRST_ITEMS:
                    return name, most
                return name, MOST_FIRST_ITEMS
        return "", 0

    def _server(self, url: str) -> str:
        """The base URL for the paths: relative ones are relative to the document."""
        parts = self.parts
        if parts.swagger:
            scheme = "https" if "https" in parts.schemes or not parts.schemes else parts.schemes[0]
            base = f"{scheme}://{parts.host}" if parts.host else urljoin(url, "/")
            return base.rstrip("/") + "/" + parts.basePath.strip("/")
        server = next((each for each in parts.servers if isinstance(each, dict)), {})
        written = str(server.get("url") or "/")
        variables = server.get("variables")
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            value = variable.get("default", "") if isinstance(variable, dict) else ""
            written = written.replace("{" + str(name) + "}", quote(str(value), safe=":/."))
        return urljoin(url, written)

    def _security(self, url: str) -> Iterator[Scheme]:
        schemes = self.parts.components.get("securitySchemes") or self.parts.securityDefinitions
        for written in schemes.values() if isinstance(schemes, dict) else ():
            kind, place = at(written, "/type"), at(written, "/in")
            match kind, str(at(written, "/scheme")).lower():
                case ("http", "bearer"):
                    yield Scheme("bearer")
                case ("http", "basic") | ("basic", _):
                    yield Scheme("basic")
                case ("apiKey", _):
                    yield Scheme(
                        str(place) if place in ("header", "query", "cookie") else "other", str(at(written, "/name"))
                    )
                case ("oauth2", _):
                    flow = at(written, "/flows/clientCredentials/tokenUrl") or (
                        at(written, "/tokenUrl") if at(written, "/flow") == "application" else None
                    )
                    yield Scheme("client_credentials", "", urljoin(url, str(flow))) if flow else Scheme("bearer")
                case _:
                    yield Scheme("other")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
