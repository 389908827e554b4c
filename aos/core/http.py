"""One declaration a route: path, role, structs, errors. Decoding, auth, problem+json and OpenAPI come from it."""

import difflib
import enum
import functools
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from aos.core.errors import AosError, InvalidInput, UnsupportedMedia
from aos.core.json_path import path_of
from aos.core.not_json import why_not_json
from aos.core.repeated_keys import repeated_key
from aos.core.unsaid import without_sent

MOST_PARAMETERS = 64
LONGEST_DETAIL = 500  # characters of a decoder's message, which may repeat what was sent
UNSTORED: Mapping[str, str] = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Access(enum.Enum):
    """Who may call. An operator may call everything. `READER` is no key's role: a viewer and a service both are one."""

    OPEN = "open"
    VIEWER = "viewer"
    OPERATOR = "operator"
    SERVICE = "service"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: everything decoded and authorised. `body` and `query` are the declared structs, or None.
    `key_id` names the key (not the key itself); empty where none is asked for."""

    request: Request
    path: Mapping[str, str]
    query: Any
    body: Any
    tenant: str
    role: Access
    key_id: str = ""


Handler = Callable[[Call], Awaitable[Any]]
Refusal = Callable[[Request, AosError], Response]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A handler answers with the `answer` struct (sent as JSON with `status`) or with a `Response` of its own.

    `query` is a Strict struct of the query parameters (unknown names: 422; None: there are no parameters).
    A `body_late` is declared, but read by
    the handler itself (`read_body` of `call.request.body()`): something else is to be answered before what is wrong
    with it.
    A body that is `body_optional` may be left out; the handler gets None then. `form` is a Strict struct of the fields
    of an HTML form, in place of a `body`.
    A `raw` one takes any query string and any body and reads both itself: it speaks somebody else's protocol.
    `page` is for people: it turns what goes wrong into a page, and the endpoint is no part of the described API.
    `errors` lists further refusals for OpenAPI, `other_answers` the statuses that answer with a struct of their own.
    `max_body` in bytes; None: the small default. `media_type` of the answer where it is not JSON.
    """

    method: str
    path: str
    handler: Handler
    access: Access
    summary: str
    query: type | None = None
    body: type | None = None
    body_optional: bool = False
    body_late: bool = False
    form: type | None = None
    raw: bool = False
    page: Refusal | None = None
    answer: Any = None
    status: int = 200
    errors: tuple[int, ...] = ()
    max_body: int | None = None
    media_type: str = "application/json"
    other_answers: Mapping[int, Any] = field(default_factory=dict)


def read_query(query: type | None, raw: bytes) -> Any:
    """The query string as the declared struct. Every name at most once; NaN and infinities are refused."""
    return _read_pairs(query, raw, "query", "The query string can't be read")


def read_form(form: type, raw: bytes) -> Any:
    """The fields of an HTML form as the declared struct, read as a query string is."""
    return _read_pairs(form, raw, "form", "The form can't be read")


def _read_pairs(kind: type | None, raw: bytes, where: str, unreadable: str) -> Any:
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as error:  # not ASCII, not UTF-8 behind the percent signs, or too many
        raise InvalidInput(unreadable, path=where) from error
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in parameters(kind):
            _refuse_parameter(name, parameters(kind), where)
        if name in values:
            raise InvalidInput(f"Parameter `{name}` is given more than once", path=f"{where}.{name}")
        values[name] = value
    if kind is None:
        return None
    try:
        read: Any = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        _refuse(error, where)
    for name, attribute in parameters(kind).items():
        if isinstance(number := getattr(read, attribute), float) and not math.isfinite(number):
            raise InvalidInput(f"Parameter `{name}` is not a finite number", path=f"{where}.{name}")
    return read


def read_body(body: type, raw: bytes) -> Any:
    """JSON bytes as the declared struct; whatever is wrong with them is a 422 that names the place."""
    try:
        raw.decode("utf-8")  # msgspec passes bad UTF-8 in places it does not look at (pitfall 47)
        read: Any = msgspec.json.decode(raw, type=body)
        repeated = repeated_key(body, raw)
    except msgspec.ValidationError as error:
        _refuse(error, "$", body, raw)
    except RecursionError as error:
        raise InvalidInput("The body is nested too deeply", code="input.json", path="$") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        told = f"The body is not JSON: {why_not_json(error, raw)}"
        raise InvalidInput(told[:LONGEST_DETAIL], code="input.json", path="$") from error
    if repeated is not None:
        raise InvalidInput("A key stands twice in an object; only one of its values could be meant", path=repeated)
    return read


def check_media_type(headers: Mapping[str, str]) -> None:
    """A body is JSON in UTF-8 and says so: a form that another site's page posts never gets this far."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    kind = message.get_content_type()
    if "content-type" not in headers or not (kind == "application/json" or kind.endswith("+json")):
        raise UnsupportedMedia("Send the body as `content-type: application/json`")
    if message.get_content_charset("utf-8") not in ("utf-8", "utf8"):
        raise UnsupportedMedia("Send the body in UTF-8")
    if headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMedia("Send the body without a content-encoding")


def check_form_type(headers: Mapping[str, str]) -> None:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    if message.get_content_type() != "application/x-www-form-urlencoded" or "content-encoding" in headers:
        raise UnsupportedMedia("Send the form as `content-type: application/x-www-form-urlencoded`")


def answer(endpoint: Endpoint, given: Any) -> Response:
    """What a handler gave, as a response."""
    if isinstance(given, Response):
        return given
    return json_response(given, endpoint.status)


def json_response(value: Any, status: int = 200) -> Response:
    body = b"" if status == 204 else msgspec.json.encode(value)
    return Response(body, status, headers=UNSTORED, media_type=None if status == 204 else "application/json")


@functools.cache
def parameters(query: type | None) -> Mapping[str, str]:
    """The names that a query struct takes, as they stand in a URL → its attributes."""
    return {} if query is None else {each.encode_name: each.name for each in msgspec.structs.fields(query)}


def _refuse_parameter(name: str, known: Iterable[str], where: str) -> NoReturn:
    shown = name[:64]
    near = difflib.get_close_matches(shown, known, n=1, cutoff=0.0)
    hint = f"; the nearest known one is `{near[0]}`" if near else "; there are none here"
    raise InvalidInput(f"Unknown parameter `{shown}`{hint}", path=f"{where}.{shown}")


def _refuse(error: msgspec.ValidationError, root: str, kind: Any = None, raw: bytes = b"") -> NoReturn:
    path = path_of(error, root, kind, raw)
    raise InvalidInput(without_sent(str(error))[:LONGEST_DETAIL], path=path) from error


__all__ = ["Access", "Call", "Endpoint", "Handler", "Request", "Response"]
