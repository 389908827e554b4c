"""The codes by which the vendors tell what is wrong, and where in an answer they stand.

A code is told on only when it is one of these: what an answer says of its own could hold a secret.
"""

from collections.abc import Callable, Iterator
from typing import Any

from aos.aam.onboarding.answer import Answer, at
from aos.aam.onboarding.failure import Kind


def of(words: str) -> frozenset[str]:
    return frozenset(words.split())


CODES: dict[str, dict[Kind, frozenset[str]]] = {
    "slack": {
        Kind.CREDENTIALS: of(
            "invalid_auth not_authed token_revoked token_expired account_inactive no_permission_to_token"
        ),
        Kind.PERMISSION: of(
            "missing_scope no_permission not_allowed_token_type access_denied ekm_access_denied "
            "org_login_required team_access_not_granted missing_argument restricted_action "
            "enterprise_is_restricted"
        ),
        Kind.THROTTLED: of("ratelimited rate_limited"),
    },
    "aws": {
        Kind.CREDENTIALS: of(
            "UnrecognizedClientException InvalidSignatureException InvalidClientTokenId ExpiredTokenException "
            "ExpiredToken MissingAuthenticationTokenException MissingAuthenticationToken IncompleteSignature "
            "IncompleteSignatureException SignatureDoesNotMatch AuthFailure InvalidAccessKeyId InvalidToken "
            "RequestExpired RequestTimeTooSkewed"
        ),
        Kind.PERMISSION: of(
            "AccessDeniedException AccessDenied UnauthorizedOperation NotAuthorized OptInRequired "
            "AllAccessDisabled AWSOrganizationsNotInUseException DatabaseConnectionException"
        ),
        Kind.THROTTLED: of(
            "TooManyRequestsException ThrottlingException Throttling ThrottledException RequestLimitExceeded "
            "RequestThrottled SlowDown SlowDownRead ServiceUnavailable ActiveStatementsExceededException "
            "ActiveSessionsExceededException"
        ),
    },
    "salesforce": {
        Kind.CREDENTIALS: of("INVALID_SESSION_ID INVALID_AUTH_HEADER SESSION_NOT_FOUND"),
        Kind.PERMISSION: of(
            "INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY API_DISABLED_FOR_ORG API_CURRENTLY_DISABLED "
            "FUNCTIONALITY_NOT_ENABLED INVALID_TYPE FORBIDDEN"
        ),
        Kind.THROTTLED: of("REQUEST_LIMIT_EXCEEDED SERVER_UNAVAILABLE QUERY_TIMEOUT"),
    },
    "google": {
        Kind.CREDENTIALS: of("UNAUTHENTICATED authError invalidCredentials"),
        Kind.THROTTLED: of(
            "rateLimitExceeded userRateLimitExceeded quotaExceeded dailyLimitExceeded RESOURCE_EXHAUSTED "
            "RATE_LIMIT_EXCEEDED backendError"
        ),
        Kind.PERMISSION: of(
            "PERMISSION_DENIED SERVICE_DISABLED accessDenied accessNotConfigured insufficientPermissions "
            "forbidden ACCESS_TOKEN_SCOPE_INSUFFICIENT insufficientFilePermissions domainPolicy"
        ),
    },
    "zoom": {
        Kind.CREDENTIALS: of("124"),
        Kind.PERMISSION: of("4711 4700 200"),
    },
    "snowflake": {
        Kind.CREDENTIALS: of("390100 390101 390102 390104 390114 390144 390195 390303 390318 394300"),
        Kind.PERMISSION: of("390432 390189 003001 002003"),
        Kind.NETWORK: of("390422"),
        Kind.THROTTLED: of("333334 390503"),
    },
    "okta": {
        Kind.CREDENTIALS: of("E0000011 E0000004 E0000005 invalid_token"),
        Kind.PERMISSION: of("E0000006 E0000015 E0000054"),
        Kind.THROTTLED: of("E0000047"),
    },
    "dropbox": {
        Kind.CREDENTIALS: of(
            "invalid_access_token expired_access_token user_suspended invalid_select_admin invalid_select_user"
        ),
        Kind.PERMISSION: of("missing_scope route_access_denied no_permission access_denied"),
        Kind.THROTTLED: of("too_many_requests too_many_write_operations"),
    },
    "netsuite": {
        Kind.CREDENTIALS: of("INVALID_LOGIN INVALID_LOGIN_ATTEMPT INVALID_LOGIN_CREDENTIALS"),
        Kind.PERMISSION: of("INSUFFICIENT_PERMISSION FEATURE_DISABLED"),
        Kind.THROTTLED: of("CONCURRENCY_LIMIT_EXCEEDED SSS_REQUEST_LIMIT_EXCEEDED"),
    },
    "token": {
        Kind.CREDENTIALS: of("invalid_client invalid_grant unauthorized_client access_denied"),
        Kind.PERMISSION: of("invalid_scope consent_required interaction_required"),
        Kind.THROTTLED: of("slow_down temporarily_unavailable"),
    },
}


def code(dialect: str, answer: Answer) -> tuple[Kind, str] | None:
    """The first known code of an answer and what it means."""
    known, reader = CODES.get(dialect), READERS.get(dialect)
    if known is None or reader is None:
        return None
    for told in reader(answer):
        for kind, codes in known.items():
            if told in codes:
                return kind, told
    return None


def _slack(answer: Answer) -> Iterator[str]:
    if at(answer.value, "/ok") is not True:
        yield str(at(answer.value, "/error"))


def _aws(answer: Answer) -> Iterator[str]:
    """`__type` may be a whole name, `com.amazonaws.x#Code`; XML has the code in Error, alone or in a response."""
    if answer.status < 400:
        return
    yield str(at(answer.value, "/__type")).rpartition("#")[2]
    yield answer.headers.get("x-amzn-errortype", "").partition(":")[0]
    for pointer in ("/Error/Code", "/ErrorResponse/Error/Code", "/Response/Errors/Error/Code"):
        yield str(at(answer.value, pointer))


def _salesforce(answer: Answer) -> Iterator[str]:
    for error in answer.value if isinstance(answer.value, list) and answer.status >= 400 else ():
        yield str(at(error, "/errorCode"))


def _google(answer: Answer) -> Iterator[str]:
    """The reasons are more exact than the status."""
    if answer.status < 400:
        return
    for pointer in ("/error/errors", "/error/details"):
        found = at(answer.value, pointer)
        for error in found if isinstance(found, list) else ():
            yield str(at(error, "/reason"))
    yield str(at(answer.value, "/error/status"))


def _dropbox(answer: Answer) -> Iterator[str]:
    if answer.status >= 400:
        yield str(at(answer.value, "/error/.tag"))
        yield str(at(answer.value, "/error/reason/.tag"))
        yield str(at(answer.value, "/error_summary")).partition("/")[0]


def _netsuite(answer: Answer) -> Iterator[str]:
    if answer.status >= 400:
        yield str(at(answer.value, "/o:errorDetails/0/o:errorCode"))


def _at(*pointers: str) -> Callable[[Answer], Iterator[str]]:
    def read(answer: Answer) -> Iterator[str]:
        if answer.status >= 400:
            for pointer in pointers:
                found: Any = at(answer.value, pointer)
                yield str(found)

    return read


READERS: dict[str, Callable[[Answer], Iterator[str]]] = {
    "slack": _slack,
    "aws": _aws,
    "salesforce": _salesforce,
    "google": _google,
    "zoom": _at("/code"),
    "snowflake": _at("/code"),
    "okta": _at("/errorCode", "/error"),
    "dropbox": _dropbox,
    "netsuite": _netsuite,
    "token": _at("/error", "/error/reason"),
}
