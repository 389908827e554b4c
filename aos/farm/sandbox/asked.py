"""A request as the vendor would have got it: the vendor's own host and path, taken out of the sandbox's."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import msgspec

MARK = "/sandbox/"
MOST_PARAMETERS = 256
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asked:
    """`raw_path` and `raw_query` are as they were sent, for signatures; `headers` have lower-case names; `now` is in
    seconds since the epoch. The `host` header is AOS's own and means nothing here: `host` is the vendor's."""

    method: str
    host: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    now: float

    @cached_property
    def path(self) -> str:
        return unquote(self.raw_path)

    @property
    def url(self) -> str:
        """Without the query."""
        return f"https://{self.host}{self.raw_path}"

    def again(self, changed: Mapping[str, object]) -> str:
        """The URL once more, with other values of some parameters; what was sent stands in it encoded anew."""
        kept = [(name, value) for name, value in self.pairs if name not in changed]
        return f"{self.url}?{urlencode([*kept, *changed.items()], safe='$[],:*')}"

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        return _pairs(self.raw_query)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(self.pairs)

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a posted form; those of the query where a vendor takes them there too."""
        return {**self.query, **dict(_pairs(self.body.decode("utf-8", "replace")))}

    @cached_property
    def json(self) -> Any:
        """The body; None for one that is empty or no JSON."""
        try:
            return msgspec.json.decode(self.body) if self.body else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @cached_property
    def argument(self) -> dict[str, Any]:
        """The body where it is a JSON object."""
        return self.json if isinstance(self.json, dict) else {}

    def authorization(self, scheme: str) -> str:
        """What follows the scheme in `Authorization`; empty where there is none of that scheme."""
        given, _, rest = self.headers.get("authorization", "").partition(" ")
        return rest.strip() if given.lower() == scheme.lower() else ""

    @cached_property
    def basic(self) -> tuple[str, str]:
        """User and password of HTTP Basic; two empty ones where there are none."""
        try:
            user, _, password = base64.b64decode(self.authorization("basic"), validate=True).decode().partition(":")
        except ValueError:  # neither Base64 nor UTF-8
            return "", ""
        return user, password


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:  # more than anybody means
        return []


def asked_of(
    method: str, sandbox_path: str, raw_query: str, headers: Mapping[str, str], body: bytes, now: float
) -> Asked:
    """`sandbox_path` is `…/sandbox/{source_type}/HOST/PATH` as it was sent."""
    behind = sandbox_path.partition(MARK)[2].split("/", 2)
    host = unquote(behind[1]).lower() if len(behind) > 1 else ""
    path = "/" + (behind[2] if len(behind) > 2 else "")
    return Asked(method, host, path, raw_query, headers, body, now)
