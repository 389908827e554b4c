"""What Google's APIs share: service accounts, their token endpoint, and the error envelope.

Source: developers.google.com, "Using OAuth 2.0 for server to server applications"; the discovery documents.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth.assertion import BadAssertion, check, claims_of
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Vendor, Visit
from aos.farm.sandbox.vendors.google_fields import masked

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 an address
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE_S = 3_599
_WRONG = {
    "form": "Invalid JWT: Failed to decode.",
    "signature": "Invalid JWT Signature.",
    "aud": "Invalid JWT: Failed audience check.",
    "exp": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
    "iat": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
    "life": "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
}


class Google(Vendor):
    kinds = ("service_account", "token")
    exchange_at = (r"oauth2\.googleapis\.com/token",)
    limit: tuple[int, str, str]  # status, status name or reason, message of a refusal for the rate

    def resources(self, account: str) -> Sequence[str]:
        raise NotImplementedError

    def subject(self, account: str) -> Mapping[str, str]:
        """Whom the service account may act for, where the family needs somebody."""
        return {}

    def issue(self, mint: Mint) -> Issued:
        resources = self.resources(mint.account)
        if mint.kind == "token":
            return Issued("token", {"token": f"ya29.{fresh(60)}"}, resources, self.scopes)
        fields = {
            "client_email": f"aos-{fresh(8)}@{mint.account}.iam.gserviceaccount.com",
            "private_key": mint.keys.pem(),
            "token_uri": TOKEN_URI,
            **self.subject(mint.account),
        }
        return Issued("client_email", fields, resources, self.scopes)

    def known(self, asked: Asked) -> Known:
        return self.bearer(asked)

    def exchange(self, asked: Asked) -> Reply:
        if asked.form.get("grant_type") != GRANT:
            return _oauth_error("unsupported_grant_type", f"Invalid grant_type: {asked.form.get('grant_type', '')}")
        assertion = asked.form.get("assertion", "")
        try:
            claims = claims_of(assertion)
            credential = self.book.credential(self.source_type, str(claims.get("iss", "")), asked.now)
            if credential is None:
                return _oauth_error("invalid_grant", "Invalid grant: account not found")
            check(assertion, self.keys, frozenset({TOKEN_URI}), asked.now)
        except BadAssertion as bad:
            return _oauth_error("invalid_grant", _WRONG[bad.part])
        scopes = str(claims.get("scope", "")).split()
        if not scopes:
            return _oauth_error("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        if (subject := claims.get("sub", claims["iss"])) != claims["iss"]:
            if subject != credential.fields.get("subject"):
                return _oauth_error("invalid_grant", "Invalid email or User ID")
            if not set(scopes) <= set(self.scopes):
                why = "Client is unauthorized to retrieve access tokens using this method, or client not authorized "
                return _oauth_error("unauthorized_client", why + "for any of the scopes requested.", 401)
        token = self.access(asked, credential, scopes, LIFE_S, like="ya29.c.")
        return as_json({"access_token": token, "expires_in": LIFE_S, "token_type": "Bearer"})

    def no_credential(self, asked: Asked) -> Reply:
        message = (
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        )
        message += "valid authentication credential."
        realm = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
        reply = envelope(401, message, "UNAUTHENTICATED", "authError", "Invalid Credentials")
        return reply.having(www_authenticate=realm)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        message = "Request had insufficient authentication scopes."
        info = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
        }
        reply = envelope(
            403, message, "PERMISSION_DENIED", "insufficientPermissions", "Insufficient Permission", [info]
        )
        return reply.having(www_authenticate='Bearer error="insufficient_scope"')

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """Nothing tells how long to wait."""
        status, reason, message = self.limit
        if reason.isupper():
            return envelope(status, message, reason, "", "")
        inner = [{"domain": "usageLimits", "reason": reason, "message": message}]
        return as_json({"error": {"errors": inner, "code": status, "message": message}}, status)

    def nothing_there(self, asked: Asked) -> Reply:
        return envelope(404, "Requested entity was not found.", "NOT_FOUND", "notFound", "Not Found")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        message = f"Invalid value for {why.name}: {why.why}."
        return envelope(400, message, "INVALID_ARGUMENT", "invalidParameter", message)

    def selected(self, visit: Visit, value: Mapping[str, Any], items: int = 0) -> Reply:
        """An answer, or the part of it that `fields` picks."""
        fields = visit.asked.query.get("fields", "")
        return as_json(masked(value, fields) if fields else value, items=items)


def denied(message: str = "The caller does not have permission") -> Refusal:
    return Refusal(envelope(403, message, "PERMISSION_DENIED", "forbidden", "Forbidden"))


def envelope(status: int, message: str, name: str, reason: str, short: str, details: list[Any] | None = None) -> Reply:
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    if reason:
        error["errors"] = [{"message": short, "domain": "global", "reason": reason}]
    if details:
        error["details"] = details
    return as_json({"error": error}, status)


def _oauth_error(error: str, why: str, status: int = 400) -> Reply:
    return as_json({"error": error, "error_description": why}, status)
