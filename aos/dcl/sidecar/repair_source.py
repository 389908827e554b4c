"""Asking a source of truth for records by their id, one or many at once. What it answers is not trusted.

An answer is JSON of a bounded length, not compressed, from the very address that was asked. A call that breaks off is
made once more (both calls only read); everything else is for the breaker.
"""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from aos.core.egress import Egress
from aos.core.errors import EgressRefused, InvalidInput, SourceFault
from aos.core.redact import redact
from aos.dcl.sidecar.target import Target, is_usable

MOST_IDS = 500  # in one call
ONE_BYTES = 1024 * 1024
MANY_BYTES = 8 * 1024 * 1024
CONNECTIONS = 12
_UNBATCHED = (404, 405, 501)

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_object_or_array = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[msgspec.Raw])
_array = msgspec.json.Decoder(list[msgspec.Raw])
_ids = msgspec.json.Decoder(str | int)


class Found(NamedTuple):
    """The record as the source wrote it, and where it was asked for."""

    record: bytes
    where: str


class Lacking(NamedTuple):
    """Why there is no record, in the word that will stand in quarantine."""

    reason: str
    detail: str


Answer = Found | Lacking


class Route(NamedTuple):
    """`one` holds the id's name in braces; `many` is empty where the source answers one at a time; `pointer` leads to
    the record in the answer to one (RFC 6901)."""

    one: str
    many: str
    pointer: str


def route_of(target: Target, key: str | None) -> Route | None:
    """Where the records of a target are repaired from; None where that is switched off or nobody says where."""
    policy = target.config.policy
    if not target.repairs or key is None:
        return None
    one, many = policy.repair_url, policy.repair_batch_url
    if not one:
        one, own_many = target.default_repair(key)
        many = many or own_many
    if not one:
        return None
    if f"{{{key}}}" not in one:
        raise InvalidInput(
            f"policy.repair_url: it does not say where the id goes: put {{{key}}} there", path="$.policy.repair_url"
        )
    for name, url in (("repair_url", one), ("repair_batch_url", many)):
        if url and ("@" in urlsplit(url).netloc or not is_usable(url)):
            raise InvalidInput(
                f"policy.{name} is not an http or https URL without a user or password", path=f"$.policy.{name}"
            )
    if policy.repair_pointer and not policy.repair_pointer.startswith("/"):
        raise InvalidInput(
            "policy.repair_pointer is not a JSON pointer: it begins with /", path="$.policy.repair_pointer"
        )
    return Route(one, many, policy.repair_pointer)


class RepairSource:
    """One source of truth. `SourceFault` where it did not answer as it should; that is nobody's record's fault."""

    def __init__(self, egress: Egress, route: Route, key: str, deadline_s: float) -> None:
        self._egress = egress
        self._route, self._key, self._deadline_s = route, key, deadline_s
        self._open: httpx.AsyncClient | None = None
        self.batched = bool(route.many)

    async def close(self) -> None:
        if self._open is not None:
            await self._open.aclose()

    async def one(self, record_id: str) -> Answer:
        url = self._route.one.replace(f"{{{self._key}}}", quote(record_id, safe=""))
        status, body = await self._call("GET", url, ONE_BYTES)
        if status in (404, 410):
            return Lacking("repair_not_found", f"the source answered {status}")
        _check_status(status)
        try:
            record = _pointed(body, self._route.pointer)
            found = self._id_of(record)
        except (msgspec.MsgspecError, ValueError, LookupError, RecursionError) as error:
            raise SourceFault(f"no record in the answer: {str(error)[:100]}", code="repair.answer") from error
        if found != record_id:
            return Lacking("repair_wrong_id", f"asked for {record_id[:80]}, the source gave {found[:80]}")
        return Found(record, _shown(url))

    async def many(self, ids: Sequence[str]) -> dict[str, Answer] | None:
        """An answer for each of up to `MOST_IDS` ids; None where this source does not know the call."""
        body = msgspec.json.encode({"ids": ids})
        status, body = await self._call("POST", self._route.many, MANY_BYTES, body)
        if status in _UNBATCHED:
            self.batched = False
            return None
        _check_status(status)
        where, asked, strange = _shown(self._route.many), set(ids), ""
        answers: dict[str, Answer] = {}
        try:
            for record in _records(body):
                found = self._id_of(bytes(record))
                if found in asked:
                    answers[found] = Found(bytes(record), where)
                else:
                    strange = found
        except (msgspec.MsgspecError, ValueError, LookupError, RecursionError) as error:
            raise SourceFault(f"no records in the answer: {str(error)[:100]}", code="repair.answer") from error
        absent = Lacking("repair_not_found", "the source does not know it")
        if strange:
            absent = Lacking("repair_wrong_id", f"the source gave {strange[:80]}, which was not asked for")
        return {record_id: answers.get(record_id, absent) for record_id in ids}

    def _id_of(self, record: bytes) -> str:
        return str(_ids.decode(_object.decode(record)[self._key]))

    async def _call(self, method: str, url: str, most: int, body: bytes | None = None) -> tuple[int, bytes]:
        headers = {"accept": "application/json"} | ({} if body is None else {"content-type": "application/json"})
        for again in (True, False):
            try:
                async with self._client().stream(method, url, content=body, headers=headers) as response:
                    return response.status_code, await _body(response, most)
            except EgressRefused as refused:
                raise SourceFault(refused.message, code="repair.egress") from refused
            except (httpx.ReadError, httpx.RemoteProtocolError) as error:
                if not again:
                    raise SourceFault(f"{type(error).__name__}", code="repair.cut") from error
            except httpx.TimeoutException as error:
                raise TimeoutError from error
            except httpx.HTTPError as error:  # its own text can hold the URL with its secrets
                raise SourceFault(f"{type(error).__name__}", code="repair.refused") from error
            except httpx.InvalidURL as error:
                raise SourceFault("the id makes no usable URL", code="repair.url") from error
        raise AssertionError("unreachable")

    def _client(self) -> httpx.AsyncClient:
        if self._open is None:
            self._open = self._egress.call_client(deadline_s=self._deadline_s, connections=CONNECTIONS)
        return self._open


async def _body(response: httpx.Response, most: int) -> bytes:
    """The body of a 200, held to its limits; of any other answer nothing is read."""
    if response.status_code != 200:
        return b""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise SourceFault("sends compressed data, although asked not to", code="repair.encoding")
    kind = response.headers.get("content-type", "application/json").lower().partition(";")[0].strip()
    if kind != "application/json" and not kind.endswith("+json"):
        raise SourceFault(f"sends {kind[:60]!r}, not JSON", code="repair.content_type")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            raise SourceFault(f"answers with more than {most} bytes", code="repair.too_long")
    return bytes(body)


def _check_status(status: int) -> None:
    if status != 200:
        raise SourceFault(f"answered {status}", code=f"repair.http_{status}")


def _pointed(body: bytes, pointer: str) -> bytes:
    """What a JSON pointer leads to. Each step is one name, or the number of an item."""
    for part in pointer.split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        value = _object_or_array.decode(body)
        body = bytes(value[step] if isinstance(value, dict) else value[int(step)])
    return body


def _records(body: bytes) -> list[msgspec.Raw]:
    """The records of an answer to many: a list, or an object with one list in it beside `unknown`."""
    value = _object_or_array.decode(body)
    if isinstance(value, list):
        return value
    lists = [bytes(held) for name, held in value.items() if name != "unknown" and bytes(held)[:1] == b"["]
    if len(lists) != 1:
        raise ValueError(f"{len(lists)} lists where one is expected")
    return _array.decode(lists[0])


def _shown(url: str) -> str:
    """A URL as provenance tells it: no query, since tokens stand there."""
    parts = urlsplit(url)
    return redact(f"{parts.scheme}://{parts.netloc}{parts.path}")
