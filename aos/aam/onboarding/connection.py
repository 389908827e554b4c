"""What a connection is made of: the placeholders of its family, filled from `resource_ids` and the credential."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from aos.aam.onboarding.auth.outgoing import Outgoing
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.families import PLACEHOLDER, Ask, Family, Place
from aos.aam.onboarding.identity import ANOTHER, RENEW
from aos.aam.onboarding.secret import Secret
from aos.core.errors import InvalidInput

AMZ_JSON = "application/x-amz-json-1.1"


def places(family: Family, resource_ids: Sequence[str], secret: Secret) -> dict[str, str]:
    """The value of each placeholder. `InvalidInput` names the resource id that can't be one."""
    return {name: _value(family, place, resource_ids, secret) for name, place in family.place.items()}


def _value(family: Family, place: Place, resource_ids: Sequence[str], secret: Secret) -> str:
    given = resource_ids[place.at].strip() if place.at < len(resource_ids) else ""
    if not given and place.default is not None:
        return place.default
    value = _matched(place, given)
    if value is None:
        told = f"resource_ids[{place.at}]: {family.title} needs {place.says}"
        raise InvalidInput(told, path=f"$.resource_ids[{place.at}]")
    if place.secret and place.secret in secret.names:
        _same(place, value, secret.reveal(place.secret))
    return value


def _same(place: Place, value: str, said: str) -> None:
    """`Failure` where the credential names another account than the resource id does."""
    own = _matched(place, said.strip())
    if own is None:
        told = f"The credential's {place.secret} is not {place.says}"
        raise Failure(Kind.CREDENTIALS, told, f"store {place.secret} again, as it was issued")
    if (own.casefold() != value.casefold()) if place.fold else own != value:
        told = f"{ANOTHER}: its {place.secret} is not resource_ids[{place.at}]"
        raise Failure(Kind.CREDENTIALS, told, RENEW)


def _matched(place: Place, given: str) -> str | None:
    found = re.fullmatch(place.pattern, given)
    if found is None:
        return None
    value = (found[1] or "") if found.re.groups else found[0]
    match place.to:
        case "lower":
            return value.lower()
        case "host":
            return value.lower().replace("_", "-")
        case "realm":
            return value.upper().replace("-", "_")
        case _:
            return value


def fill(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)


def needed(ask: Ask, known: Mapping[str, str]) -> frozenset[str]:
    """The placeholders of a read that are not known yet."""
    texts = [ask.url, *(str(value) for value in ask.query.values()), str(ask.body or "")]
    return frozenset(name for text in texts for name in PLACEHOLDER.findall(text) if name not in known)


def url_of(family: Family, url: str, values: Mapping[str, str]) -> str:
    """A whole URL; in the path behind the base a value is quoted, so that it stays one step of it."""
    base = fill(family.base, values) if url.startswith("/") else ""
    quoted = {name: quote(value, safe=",:@!$'()*+;=") for name, value in values.items()}
    return base + fill(url, quoted if base else values)


def outgoing(family: Family, ask: Ask, values: Mapping[str, str], url: str = "") -> Outgoing:
    """The request of a read, not signed yet. A parameter whose placeholder is empty is left out."""
    whole = url_of(family, url or ask.url, values)
    query = [(name, fill(text, values) if isinstance(text, str) else text) for name, text in ask.query.items()]
    kept = [(name, value) for name, value in query if value != "" or ask.query[name] == ""]
    if kept and not url:
        whole += "?" + urlencode(kept, quote_via=quote, safe="")
    out = Outgoing(ask.method, whole, {"accept": ask.accept or "application/json", **family.headers})
    if ask.accept:
        out.headers["accept"] = ask.accept
    if ask.operation:
        out.headers |= {"x-amz-target": ask.operation, "content-type": AMZ_JSON}
    elif ask.body is not None:
        out.headers["content-type"] = "application/json"
    if ask.body is not None:
        out.body = msgspec.json.encode(_filled(ask.body, values))
    return out


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, dict):
        return {name: _filled(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    return value
