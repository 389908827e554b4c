"""What an answer means, by class: it is let in, not let in, told to wait, or broken."""

import re
from typing import NamedTuple

from aos.aam.onboarding import dialects
from aos.aam.onboarding.answer import UNREADABLE, Answer, at
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.guard import REGION

AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))


class Meaning(NamedTuple):
    """`again`: the same call may go better shortly. `code` is a known one, fit to be shown."""

    kind: Kind
    again: bool = False
    code: str = ""


def meaning(dialect: str, answer: Answer, *, health: bool = False) -> Meaning | None:
    """None for an answer that can be used. `dialect` is the family's, or `token` for a token URL. `health`: this was
    the call that proves the credential."""
    if told := dialects.code(dialect, answer):
        kind, code = told
        return Meaning(kind, kind is Kind.THROTTLED, code)
    status = answer.status
    if dialect == "slack" and status == 200:
        return _slack(answer)
    if dialect == "atlassian" and _denied_by_atlassian(answer):
        return Meaning(Kind.CREDENTIALS)
    if status in (200, 201, 203, 204, 206):
        return None
    if status in AGAIN:
        return Meaning(Kind.THROTTLED if status in (425, 429, 503) else Kind.OTHER, again=True)
    if status == 202:
        return Meaning(Kind.THROTTLED)  # still at work: a tiny read that takes so long waits for the next heal
    if dialect == "token":
        return Meaning(Kind.CREDENTIALS if 400 <= status < 500 else Kind.OTHER)
    return _by_status(dialect, answer, health)


def _by_status(dialect: str, answer: Answer, health: bool) -> Meaning:
    status = answer.status
    if status == 401:
        return Meaning(Kind.CREDENTIALS)
    if status == 403:
        if dialect == "github" and _limited_by_github(answer):
            return Meaning(Kind.THROTTLED, again=True)
        # Datadog's 403 is a bad key as well as a missing right; health asks what checks both keys and nothing else.
        if dialect == "datadog" and health:
            return Meaning(Kind.CREDENTIALS)
        if dialect == "aws" and answer.value is None and health:
            return Meaning(Kind.CREDENTIALS)
        return Meaning(Kind.PERMISSION)
    if status == 404 and dialect == "github":
        return Meaning(Kind.PERMISSION)  # private things are not there for those who may not see them
    if status == 400 and dialect == "dropbox" and health:
        return Meaning(Kind.CREDENTIALS)  # plain text: the token is malformed
    return Meaning(Kind.OTHER)


def _limited_by_github(answer: Answer) -> bool:
    """The secondary limit may come without headers; then its sentence is all there is."""
    headers = answer.headers
    if "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0":
        return True
    return "rate limit" in str(at(answer.value, "/message")).lower()


def _slack(answer: Answer) -> Meaning | None:
    value = answer.value
    if isinstance(value, dict) and value.get("ok") is True:
        return None
    broken = value is UNREADABLE or not isinstance(value, dict) or "ok" not in value
    return Meaning(Kind.SCHEMA if broken else Kind.OTHER)


def _denied_by_atlassian(answer: Answer) -> bool:
    """A wrong login may be served as a stranger would be; these headers tell."""
    reason = answer.headers.get("x-seraph-loginreason", "")
    return "x-authentication-denied-reason" in answer.headers or "AUTHENTICATED_FAILED" in reason or "DENIED" in reason


class Asked(NamedTuple):
    """What was asked of whom, as it stands in a failure: without query, body or credential."""

    title: str
    what: str
    rights: str
    takes: str


def failure(asked: Asked, told: Meaning, answer: Answer) -> Failure:
    """The failure that an answer means, after all tries."""
    code = f", {told.code}" if told.code else ""
    said = f"{asked.title} answers {answer.status}{code} to {asked.what}"
    if told.kind is Kind.OTHER and 300 <= answer.status < 400:
        return Failure(told.kind, f"{said}: a redirect, which is not followed", _moved(answer), answer.status)
    return Failure(told.kind, said, next_action(asked, told.kind, answer.status), answer.status)


def next_action(asked: Asked, kind: Kind, status: int = 0) -> str:
    match kind:
        case Kind.CREDENTIALS:
            return f"renew the credential that credential_locator leads to ({asked.takes}), then heal"
        case Kind.PERMISSION:
            return f"give the credential what it lacks: {asked.rights}; then heal"
        case Kind.SCHEMA:
            return "compare the source's version with docs/families.md, then heal"
        case Kind.THROTTLED:
            return "wait until the source lets in more calls, then heal"
        case Kind.NETWORK:
            return "let this machine reach the source (name, firewall, certificate, its allowlist), then heal"
        case _ if status == 404:
            return "check resource_ids: the source knows nothing by that name"
        case _:
            return "look at the source's own status page and at resource_ids, then onboard again"


def _moved(answer: Answer) -> str:
    region = answer.headers.get("x-amz-bucket-region", "")
    if re.fullmatch(REGION, region):
        return f"the bucket lies in {region}: name that region in resource_ids"
    return "check resource_ids: the source lies elsewhere"
