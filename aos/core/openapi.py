"""OpenAPI 3.1 from the endpoint table and the structs. Nothing is written by hand for a route."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.routing import compile_path

from aos.contracts.problem import Problem
from aos.core import problems
from aos.core.http import Access, Endpoint
from aos.core.routes import Modules, by_path

REF = "#/components/schemas/{name}"
SCHEMES = {
    "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def document(title: str, version: str, modules: Modules) -> bytes:
    """The whole description as JSON. Pages are for people and no part of it."""
    modules = [(prefix, [e for e in endpoints if e.page is None]) for prefix, endpoints in modules]
    table = by_path(modules)
    types = list(dict.fromkeys(kind for methods in table.values() for e in methods.values() for kind in _types(e)))
    schemas, components = msgspec.json.schema_components([Problem, *types], ref_template=REF)
    # What `extra` holds is written at top level, beside the rest.
    components["Problem"]["properties"].pop("extra")
    schema = dict(zip([Problem, *types], schemas, strict=True))
    tags = {prefix + e.path: prefix.strip("/") or "service" for prefix, endpoints in modules for e in endpoints}
    paths = {
        compile_path(path)[1]: {
            method.lower(): _operation(path, endpoint, tags[path], schema, components)
            for method, endpoint in methods.items()
        }
        for path, methods in table.items()
    }
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": version},
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": SCHEMES},
        }
    )


def _operation(path: str, endpoint: Endpoint, tag: str, schema: Mapping[Any, Any], components: Any) -> dict[str, Any]:
    role = "viewer or service" if endpoint.access is Access.READER else endpoint.access.value
    refs = schema[endpoint.query] if endpoint.query else None
    told: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method.lower()}{path.replace('{', 'by_')}").strip("_"),
        "tags": [tag],
        "summary": endpoint.summary,
        "description": "Needs no key." if endpoint.access is Access.OPEN else f"Needs a key of the role `{role}`.",
        "security": [] if endpoint.access is Access.OPEN else [{scheme: [role]} for scheme in SCHEMES],
        "parameters": [*_path_parameters(path), *_query_parameters(refs, components)],
        "responses": dict(_responses(path, endpoint, schema)),
    }
    if endpoint.body is not None:
        content = {"application/json": {"schema": schema[endpoint.body]}}
        told["requestBody"] = {"required": not endpoint.body_optional, "content": content}
    return told


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name, convertor in compile_path(path)[2].items():
        kind = {"IntegerConvertor": "integer", "FloatConvertor": "number"}.get(type(convertor).__name__, "string")
        yield {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _query_parameters(ref: Mapping[str, str] | None, components: Any) -> Iterator[dict[str, Any]]:
    described = {} if ref is None else components[ref["$ref"].rpartition("/")[2]]
    for name, schema in described.get("properties", {}).items():
        yield {"name": name, "in": "query", "required": name in described.get("required", ()), "schema": schema}


def _responses(path: str, endpoint: Endpoint, schema: Mapping[Any, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    body = {"type": "string"} if endpoint.answer is None else schema[endpoint.answer]
    yield (
        str(endpoint.status),
        _response(endpoint.status, {} if endpoint.status == 204 else {endpoint.media_type: body}),
    )
    for status, answer in endpoint.other_answers.items():
        yield str(status), _response(status, {"application/json": schema[answer]})
    for status in sorted({*_refusals(path, endpoint)} - {endpoint.status, *endpoint.other_answers}):
        yield str(status), _response(status, {problems.MEDIA_TYPE: schema[Problem]})


def _response(status: int, content: Mapping[str, Any]) -> dict[str, Any]:
    told = {"description": HTTPStatus(status).phrase}
    return told if not content else {**told, "content": {kind: {"schema": body} for kind, body in content.items()}}


def _refusals(path: str, endpoint: Endpoint) -> Iterator[int]:
    """The statuses that the machinery itself refuses with, and those that the endpoint declares."""
    yield from (400, 408, 413, 422, 431, 500)
    yield from () if endpoint.access is Access.OPEN else (401, 403)
    yield from (404,) if "{" in path else ()
    yield from (415,) if endpoint.body is not None else ()
    yield from endpoint.errors


def _types(endpoint: Endpoint) -> Iterator[Any]:
    declared = (endpoint.query, endpoint.body, endpoint.answer, *endpoint.other_answers.values())
    return (kind for kind in declared if kind is not None)
