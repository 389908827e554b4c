"""What an answer means, in each vendor's dialect (facts: the families' documentation)."""

from typing import Any

import httpx
import msgspec
import pytest

from aos.aam.onboarding.answer import Answer
from aos.aam.onboarding.errors import Asked, failure, meaning
from aos.aam.onboarding.failure import STATES, Kind

C, P, T, N, X, S = (
    Kind.CREDENTIALS,
    Kind.PERMISSION,
    Kind.THROTTLED,
    Kind.NETWORK,
    Kind.OTHER,
    Kind.SCHEMA,
)


def answer(status: int, body: Any = b"", headers: dict[str, str] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Answer(status, httpx.Headers(headers or {}), content, 0.1)


def xml(code: str) -> bytes:
    return f"<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>".encode()


def s3(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><RequestId>1</RequestId></Error>".encode()


@pytest.mark.parametrize(
    ("dialect", "said", "kind"),
    [
        ("plain", answer(200), None),
        ("plain", answer(401, b""), C),  # Box: the body is often empty
        ("plain", answer(403, {"error": {"code": "accessDenied"}}), P),
        ("plain", answer(404), X),
        ("plain", answer(400), X),
        ("plain", answer(429), T),
        ("plain", answer(503), T),
        ("plain", answer(500), X),
        ("plain", answer(202), T),
        ("plain", answer(301), X),
        ("slack", answer(200, {"ok": True}), None),
        ("slack", answer(200, {"ok": False, "error": "invalid_auth"}), C),
        ("slack", answer(200, {"ok": False, "error": "token_revoked"}), C),
        ("slack", answer(200, {"ok": False, "error": "missing_scope", "needed": "team:read"}), P),
        ("slack", answer(200, {"ok": False, "error": "ratelimited"}), T),
        ("slack", answer(429, {"ok": False, "error": "ratelimited"}), T),
        ("slack", answer(200, {"ok": False, "error": "never_seen"}), X),
        ("slack", answer(200, {"ok": "yes"}), X),
        ("slack", answer(200, b"<html>"), S),
        ("aws", answer(400, {"__type": "AccessDeniedException"}), P),
        ("aws", answer(400, {"__type": "com.amazonaws.organizations#AWSOrganizationsNotInUseException"}), P),
        ("aws", answer(400, {"__type": "UnrecognizedClientException"}), C),
        ("aws", answer(400, {"__type": "ThrottlingException"}), T),
        ("aws", answer(400, {"__type": "TooManyRequestsException"}), T),
        ("aws", answer(400, {"__type": "ValidationException"}), X),
        ("aws", answer(403, xml("InvalidClientTokenId")), C),
        ("aws", answer(403, xml("SignatureDoesNotMatch")), C),
        ("aws", answer(400, xml("Throttling")), T),
        ("aws", answer(403, s3("InvalidAccessKeyId")), C),
        ("aws", answer(403, s3("AccessDenied")), P),
        ("aws", answer(503, s3("SlowDown")), T),
        ("aws", answer(404, s3("NoSuchBucket")), X),
        ("salesforce", answer(401, [{"errorCode": "INVALID_SESSION_ID", "message": "x"}]), C),
        ("salesforce", answer(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED"}]), T),
        ("salesforce", answer(403, [{"errorCode": "API_DISABLED_FOR_ORG"}]), P),
        ("salesforce", answer(503, b""), T),
        ("google", answer(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}), C),
        ("google", answer(403, {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}), T),
        ("google", answer(403, {"error": {"errors": [{"reason": "accessDenied"}], "status": "PERMISSION_DENIED"}}), P),
        (
            "google",
            answer(403, {"error": {"status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]}}),
            P,
        ),
        ("google", answer(429, {"error": {"status": "RESOURCE_EXHAUSTED"}}), T),
        ("github", answer(401, {"message": "Bad credentials"}), C),
        ("github", answer(403, {"message": "x"}, {"x-ratelimit-remaining": "0"}), T),
        ("github", answer(403, {"message": "x"}, {"retry-after": "60"}), T),
        ("github", answer(403, {"message": "You have exceeded a secondary rate limit."}), T),
        ("github", answer(403, {"message": "Resource not accessible"}, {"x-ratelimit-remaining": "4000"}), P),
        ("github", answer(404, {"message": "Not Found"}), P),
        ("atlassian", answer(401), C),
        ("atlassian", answer(403, {}, {"x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=x"}), C),
        ("atlassian", answer(200, {"results": []}, {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}), C),
        ("atlassian", answer(200, {"results": []}, {"x-seraph-loginreason": "OK"}), None),
        ("atlassian", answer(403, {"errorMessages": []}), P),
        ("zoom", answer(401, {"code": 124, "message": "Invalid access token."}), C),
        ("zoom", answer(400, {"code": 4711, "message": "does not contain scopes"}), P),
        ("zoom", answer(403, {"code": 4700}), P),
        ("zoom", answer(429, {"code": 429}), T),
        ("snowflake", answer(401, {"code": "390144", "message": "JWT token is invalid."}), C),
        ("snowflake", answer(400, {"code": "390144"}), C),
        ("snowflake", answer(403, {"code": "390432"}), P),
        ("snowflake", answer(403, {"code": "390422"}), N),
        ("okta", answer(401, {"errorCode": "E0000011"}), C),
        ("okta", answer(403, {"errorCode": "E0000006"}), P),
        ("okta", answer(429, {"errorCode": "E0000047"}), T),
        (
            "dropbox",
            answer(401, {"error_summary": "expired_access_token/..", "error": {".tag": "expired_access_token"}}),
            C,
        ),
        ("dropbox", answer(401, {"error": {".tag": "missing_scope", "required_scope": "x"}}), P),
        ("dropbox", answer(429, {"error": {"reason": {".tag": "too_many_requests"}, "retry_after": 1}}), T),
        ("dropbox", answer(409, {"error": {".tag": "path"}}), X),
        ("netsuite", answer(401, {"status": 401, "o:errorDetails": [{"o:errorCode": "INVALID_LOGIN"}]}), C),
        ("netsuite", answer(403, {"o:errorDetails": [{"o:errorCode": "INSUFFICIENT_PERMISSION"}]}), P),
        ("netsuite", answer(429, {"status": 429, "o:errorDetails": []}), T),
        ("datadog", answer(403, {"errors": ["Forbidden"]}), P),
        ("token", answer(200, {"access_token": "x"}), None),
        ("token", answer(400, {"error": "invalid_grant"}), C),
        ("token", answer(400, {"error": "consent_required"}), P),
    ],
)
def test_each_dialect_is_understood(dialect: str, said: Answer, kind: Kind | None) -> None:
    """By code where there is one, else by status and headers."""
    told = meaning(dialect, said)
    assert (told.kind if told else None) is kind
    if told and told.kind is T and said.status != 202:
        assert told.again


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        ("datadog", answer(403, {"errors": ["Forbidden"]})),
        ("dropbox", answer(400, b"Error in call: The given OAuth 2 access token is malformed.")),
        ("aws", answer(403)),
    ],
)
def test_on_health_the_same_answer_is_the_credentials_fault(dialect: str, said: Answer) -> None:
    """What asks for nothing but the credential can be refused for nothing else."""
    told, elsewhere = meaning(dialect, said, health=True), meaning(dialect, said)
    assert told is not None
    assert elsewhere is not None
    assert (told.kind, elsewhere.kind is C) == (C, False)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"[[]]", b"{}", b'{"error":null}', b'{"error":[]}', b"<a/>", b"<", b"\xff"]
)
@pytest.mark.parametrize(
    "dialect", ["slack", "aws", "salesforce", "google", "zoom", "dropbox", "netsuite", "token", "okta"]
)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 418, 429, 500, 599])
def test_no_body_breaks_it(dialect: str, status: int, body: bytes) -> None:
    """Whatever stands there, an answer that is not good has a meaning."""
    told = meaning(dialect, answer(status, body))
    assert status == 200 or told is not None


def test_every_kind_has_its_state_and_something_to_do() -> None:
    """A person reads what to do, whatever happened; the words are ours."""
    asked = Asked("Acme", "GET /x", "the right to look", "token")
    for kind, state in STATES.items():
        told = meaning("plain", answer(418))
        assert told is not None
        failed = failure(asked, told._replace(kind=kind), answer(418, {"message": "hunter2"}))
        assert failed.state == state
        assert failed.next_action
        assert "hunter2" not in failed.message


def test_a_bucket_elsewhere_is_told_with_its_region_alone() -> None:
    """A region as AWS writes them, and nothing else that a header may hold."""
    asked = Asked("Amazon S3", "GET /b", "x", "y")
    told = meaning("aws", answer(301))
    assert told is not None
    there = failure(asked, told, answer(301, b"", {"x-amz-bucket-region": "eu-west-1"}))
    assert "eu-west-1" in there.next_action
    odd = failure(asked, told, answer(301, b"", {"x-amz-bucket-region": "hunter2-1"}))
    assert "hunter2" not in odd.next_action
