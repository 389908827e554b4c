"""A user's own service, known by its document: what is called, with what, and where no credential goes."""

from typing import Any

import msgspec
import pytest
import yaml

from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Reply, Yard

URL = "https://api.acme.example:8443/docs/openapi.json"
PET = {"type": "object", "properties": {"id": {"type": "integer", "format": "int64"}, "tags": {"type": "array"}}}


def document(**changes: Any) -> dict[str, Any]:
    """OpenAPI 3.0 with a list that takes a limit, one inside an object, one that needs a name, and a write."""
    ref = {"$ref": "#/components/schemas/Pet"}

    def reply(schema: Any) -> dict[str, Any]:
        return {"200": {"description": "", "content": {"application/json; charset=utf-8": {"schema": schema}}}}

    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 15}}
    wrapped = {"type": "object", "properties": {"total": {"type": "integer"}, "data": {"type": "array", "items": ref}}}
    return {
        "openapi": "3.0.3",
        "servers": [{"url": "/v1"}],
        "security": [{"key": []}],
        "paths": {
            "/ping": {"get": {"security": [], "responses": reply({"type": "object"})}},
            "/pets": {
                "get": {"parameters": [limit], "responses": reply({"type": "array", "items": ref})},
                "post": {"responses": {}},
            },
            "/shops": {"get": {"responses": reply(wrapped)}},
            "/shops/{id}/pets": {"get": {"responses": reply({"type": "array", "items": ref})}},
        },
        "components": {"schemas": {"Pet": PET}, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        **changes,
    }


def openapi(yard: Yard, secret: dict[str, str] | None = None, *more: str, url: str = URL) -> Adapter:
    return yard.natives.adapter("openapi", [url, *more], Secret({"token": "hunter2"} if secret is None else secret))


def serve(yard: Yard, written: Any, items: int = 3) -> None:
    """The document at its URL, lists behind it."""

    def answers(got: Got) -> Any:
        if got.path.startswith("/docs/"):
            return written
        things = [{"id": n} for n in range(items)]
        return {"data": things} if got.path.endswith("/shops") else things

    yard.vendor.answers = answers


async def test_a_document_leads_from_health_to_the_tiny_sync(yard: Yard) -> None:
    """Health asks what asks for the credential, streams are the lists, the sample keeps to the document's bound."""
    serve(yard, document())
    adapter = openapi(yard)
    assert (await adapter.open()).warnings == ()
    found = await adapter.discover()
    assert [stream.name for stream in found.streams] == ["pets", "shops", "shops/{id}/pets"]
    assert [(field.name, field.type) for field in found.streams[0].fields] == [
        ("id", "integer(int64)"),
        ("tags", "array"),
    ]
    assert (await adapter.sample()).rows == 3
    assert [(got.method, got.host, got.path, got.query) for got in yard.vendor.got] == [
        ("GET", "api.acme.example:8443", "/docs/openapi.json", ""),
        ("GET", "api.acme.example:8443", "/v1/pets", "limit=15"),
        ("GET", "api.acme.example:8443", "/v1/pets", "limit=15"),
    ]
    # The document is anybody's; what is behind it is asked with the credential.
    assert [got.headers.get("authorization") for got in yard.vendor.got] == [None, "Bearer hunter2", "Bearer hunter2"]
    assert yard.natives.destructive_ops == 0


async def test_a_service_that_ignores_the_limit_is_cut_at_twenty(yard: Yard) -> None:
    """500 items: twenty count."""
    serve(yard, document(), items=500)
    sampled = await openapi(yard).sample()
    assert sampled.rows == 20
    assert "500 items" in sampled.warnings[0]


@pytest.mark.parametrize(
    ("scheme", "secret", "header"),
    [
        ({"type": "http", "scheme": "Bearer"}, {"token": "t"}, ("authorization", "Bearer t")),
        ({"type": "http", "scheme": "basic"}, {"username": "u", "password": "p"}, ("authorization", "Basic dTpw")),
        ({"type": "apiKey", "in": "header", "name": "X-Api-Key"}, {"token": "t"}, ("x-api-key", "t")),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}}},
            {"client_id": "a", "client_secret": "b"},
            ("authorization", "Bearer fetched"),
        ),
    ],
)
async def test_the_credential_goes_where_the_document_says(
    yard: Yard, scheme: dict[str, Any], secret: dict[str, str], header: tuple[str, str]
) -> None:
    """Bearer, Basic, a header of the service's own, client credentials."""
    written = document()
    written["components"]["securitySchemes"] = {"key": scheme}
    serve(yard, written)
    answers = yard.vendor.answers
    yard.vendor.answers = lambda got: (
        {"access_token": "fetched"} if got.path == "/oauth/token" and got.method == "POST" else answers(got)
    )
    await openapi(yard, secret).open()
    assert yard.vendor.got[-1].headers[header[0]] == header[1]


@pytest.mark.parametrize(
    "scheme",
    [
        {"type": "apiKey", "in": "query", "name": "key"},
        {"type": "apiKey", "in": "cookie", "name": "key"},
        {"type": "apiKey", "in": "header", "name": "x\r\ny"},
        {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://evil.example/token"}}},
    ],
)
async def test_where_a_credential_has_no_place_none_is_sent(yard: Yard, scheme: dict[str, Any]) -> None:
    """Not into a URL, not into a cookie, not to a token URL on a host that the user did not name."""
    written = document()
    written["components"]["securitySchemes"] = {"key": scheme}
    serve(yard, written)
    with pytest.raises(Failure) as caught:
        await openapi(yard, {"token": "hunter2", "client_id": "a", "client_secret": "hunter2"}).open()
    assert caught.value.kind is Kind.CREDENTIALS
    assert len(yard.vendor.got) == 1
    assert "hunter2" not in str(yard.vendor.got)


async def test_a_server_on_another_host_gets_nothing_until_the_user_names_it(yard: Yard) -> None:
    """A document can name any server; the credential is the user's to give."""
    serve(yard, document(servers=[{"url": "https://evil.example/v1"}]))
    with pytest.raises(Failure) as caught:
        await openapi(yard).open()
    assert "resource_ids[1]" in caught.value.next_action
    assert {got.host for got in yard.vendor.got} == {"api.acme.example:8443"}
    assert (await openapi(yard, None, "https://api2.acme.example/v2/").sample()).rows == 3
    assert (yard.vendor.got[-1].host, yard.vendor.got[-1].path) == ("api2.acme.example", "/v2/pets")


async def test_a_document_behind_the_login_is_asked_for_with_it(yard: Yard) -> None:
    """First as anybody would; after a 401 with the credential, to the very host that the user named."""
    serve(yard, document())
    answers = yard.vendor.answers
    yard.vendor.answers = lambda got: answers(got) if "authorization" in got.headers else Reply(401)
    assert (await openapi(yard).sample()).rows == 3
    assert [("authorization" in got.headers) for got in yard.vendor.got] == [False, True, True]


async def test_a_redirect_of_the_document_is_not_followed(yard: Yard) -> None:
    """Wherever it leads."""
    yard.vendor.answers = lambda got: Reply(302, b"", (("location", "https://evil.example/openapi.json"),))
    with pytest.raises(Failure):
        await openapi(yard).open()
    assert len(yard.vendor.got) == 1


async def test_a_service_without_credentials_is_read_and_says_so(yard: Yard) -> None:
    """A grant with no field: nothing is sent along; a token that nothing asks for is a warning."""
    serve(yard, document(security=[]))
    assert (await openapi(yard, {}).open()).warnings == ()
    assert "authorization" not in yard.vendor.got[-1].headers
    opened = await openapi(yard).open()
    assert "nothing proves it" in opened.warnings[0]


@pytest.mark.parametrize("kind", ["yaml", "2.0", "3.1"])
async def test_each_version_and_both_spellings_are_read(yard: Yard, kind: str) -> None:
    """Swagger 2.0, OpenAPI 3.1, YAML."""
    written: Any = document()
    if kind == "yaml":
        written = yaml.safe_dump(document()).encode()
    elif kind == "2.0":
        schema = {"type": "array", "items": {"$ref": "#/definitions/Pet"}}
        get = {"parameters": [{"$ref": "#/parameters/top"}], "responses": {"200": {"schema": schema}}}
        paths = {"/pets": {"get": get}}
        top = {"name": "per_page", "in": "query", "type": "integer", "maximum": 100}
        written = {
            "swagger": "2.0",
            "basePath": "/v1",
            "paths": paths,
            "parameters": {"top": top},
            "definitions": {"Pet": {"allOf": [PET, {"properties": {"name": {"type": "string"}}}]}},
            "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "x-token"}},
        }
    else:
        written["openapi"] = "3.1.0"
    serve(yard, written)
    adapter = openapi(yard)
    fields = {field.name for field in (await adapter.discover()).streams[0].fields}
    assert fields == ({"id", "tags", "name"} if kind == "2.0" else {"id", "tags"})
    assert (await adapter.sample()).rows == 3
    got = yard.vendor.got[-1]
    assert (got.path, got.query) == ("/v1/pets", "per_page=20" if kind == "2.0" else "limit=15")


async def test_a_document_of_13_mb_is_read_and_one_of_40_is_not(yard: Yard) -> None:
    """GitHub's is as large as that; there is an end to it all the same."""
    written = document()
    padding = "x" * 12_000
    for number in range(1_100):
        written["paths"][f"/thing/{number}"] = {"get": {"description": padding, "responses": {}}}
    body = msgspec.json.encode(written)
    assert len(body) > 13_000_000
    serve(yard, body)
    assert len((await openapi(yard).discover()).streams) == 3
    serve(yard, body + b" " * 30_000_000)
    with pytest.raises(Failure) as caught:
        await openapi(yard).discover()
    assert caught.value.kind is Kind.OTHER


LAUGHS = b"openapi: 3.0.0\npaths: {}\na: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 40)
)
CIRCLE = b"openapi: 3.0.0\npaths: &a {x: *a}\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"<html>",
        b'{"openapi": "3.0.0"}',
        b'{"openapi": "4.0.0", "paths": {}}',
        b'{"openapi": "3.0.0", "paths": []}',
        b'{"openapi": "3.0.0", "paths": {"/x": {"get": {"responses": {"200": {"$ref": "#/components/responses/x"}}}}},'
        b' "components": {"responses": {"x": {"$ref": "#/components/responses/x"}}}}',
        b'{"openapi": "3.0.0", "paths": {"/x": {"get": 7}, "y": {}, "/z": null}}',
        b'{"openapi": "3.0.0", "paths": {"/x": {"get": {"parameters": [null, 7, {}], "responses": []}}}}',
        b'{"openapi": "3.0.0", "paths": {}, "components": {"securitySchemes": [7]}}',
        b'{"openapi": "3.0.0", "paths": {}, "components": {"securitySchemes": {"a": 7}}}',
        b'{"openapi": "3.0.0", "paths": {}, "servers": [{"url": 7, "variables": 7}]}',
        b'{"openapi": "3.0.0", "paths": {}, "servers": [{"url": "http://[::1"}]}',
        LAUGHS,
        CIRCLE,
        b"openapi: !!python/object/apply:os.system [x]\n",
        b"\xff\xfe",
        b"{" * 10_000,
    ],
)
async def test_a_document_that_is_none_is_told_as_a_failure(yard: Yard, body: bytes) -> None:
    """Empty, of another kind, in circles, with aliases, with tags of YAML: never a crash, never an endless time."""
    serve(yard, Reply(200, body))
    with pytest.raises(Failure) as caught:
        await openapi(yard).discover()
    assert caught.value.kind in (Kind.SCHEMA, Kind.OTHER, Kind.CREDENTIALS)
