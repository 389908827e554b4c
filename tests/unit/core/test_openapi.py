"""The description of the API, against the table it is made from."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from aos.contracts.base import Strict
from aos.core import openapi
from aos.core.http import Access, Call, Endpoint


class Part(Strict, frozen=True):
    kind: Literal["a", "b"]


class Whole(Strict, frozen=True):
    parts: list[Part]
    raw: list[msgspec.Raw] = []  # noqa: RUF012 msgspec copies it


class Query(Strict, frozen=True):
    part: Literal["a", "b"]
    since: int = msgspec.field(default=1, name="from")


async def nothing(call: Call) -> None: ...


MODULES = [
    ("", [Endpoint(method="GET", path="/healthz", handler=nothing, access=Access.OPEN, summary="Alive", answer=Whole)]),
    (
        "/farm",
        [
            Endpoint(
                method="GET",
                path="/thing/{id}/{n:int}",
                handler=nothing,
                access=Access.VIEWER,
                summary="One",
                query=Query,
                answer=list[Part],
                errors=(409,),
                other_answers={503: Whole},
            ),
            Endpoint(
                method="POST",
                path="/thing",
                handler=nothing,
                access=Access.OPERATOR,
                summary="Make",
                body=Whole,
                answer=dict[str, int],
                status=202,
            ),
            Endpoint(
                method="GET",
                path="/thing",
                handler=nothing,
                access=Access.OPEN,
                summary="Stream",
                media_type="application/x-ndjson",
            ),
            Endpoint(method="DELETE", path="/thing", handler=nothing, access=Access.SERVICE, summary="-", status=204),
        ],
    ),
]
TOLD = msgspec.json.decode(openapi.document("AOS", "1.2.3", MODULES))


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (item for name, item in value.items() if name == "$ref")
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from refs(item)


def test_every_reference_resolves() -> None:
    """Each $ref names a component that is there."""
    found = set(refs(TOLD))
    assert found
    assert {ref.removeprefix("#/components/schemas/") for ref in found} <= TOLD["components"]["schemas"].keys()


def test_every_endpoint_stands_in_it_and_nothing_else() -> None:
    """The table and the document name the same routes."""
    table = {
        (re.sub(r":\w+}", "}", prefix + each.path), each.method.lower()) for prefix, group in MODULES for each in group
    }
    assert {(path, method) for path, methods in TOLD["paths"].items() for method in methods} == table


def test_operation_ids_are_unique() -> None:
    """Generators of clients name functions after them."""
    ids = [told["operationId"] for methods in TOLD["paths"].values() for told in methods.values()]
    assert len(ids) == len(set(ids))
    assert "get_farm_thing_by_id_by_n_int" in ids


def test_parameters_come_from_path_and_struct() -> None:
    """Names as they stand in the URL, with type and whether they are needed."""
    told = TOLD["paths"]["/farm/thing/{id}/{n}"]["get"]["parameters"]
    found = {(each["in"], each["name"]): (each["required"], each["schema"].get("type")) for each in told}
    assert found == {
        ("path", "id"): (True, "string"),
        ("path", "n"): (True, "integer"),
        ("query", "part"): (True, None),
        ("query", "from"): (False, "integer"),
    }


def test_body_and_answers_are_references_to_structs() -> None:
    """With the declared status; further answers and refusals beside them."""
    make = TOLD["paths"]["/farm/thing"]["post"]
    assert make["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Whole"}
    assert {"202", "400", "401", "403", "413", "415", "422"} <= make["responses"].keys()
    one = TOLD["paths"]["/farm/thing/{id}/{n}"]["get"]["responses"]
    assert one["503"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Whole"}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert one["409"]["content"] == one["404"]["content"] == problem
    assert "content" not in TOLD["paths"]["/farm/thing"]["delete"]["responses"]["204"]
    assert "application/x-ndjson" in TOLD["paths"]["/farm/thing"]["get"]["responses"]["200"]["content"]


def test_security_names_the_role() -> None:
    """Either header, for the role of the endpoint; none for an open one."""
    assert TOLD["paths"]["/healthz"]["get"]["security"] == []
    security = TOLD["paths"]["/farm/thing"]["post"]["security"]
    assert security == [{"api_key": ["operator"]}, {"bearer": ["operator"]}]
    assert {name for each in security for name in each} == TOLD["components"]["securitySchemes"].keys()


def test_problem_is_described_as_it_is_sent() -> None:
    """`extra` is no field of the body: what it holds stands at top level."""
    told = TOLD["components"]["schemas"]["Problem"]
    assert set(told["properties"]) == {"type", "title", "status", "detail", "code", "retryable"}
    assert TOLD["openapi"].startswith("3.1")
