"""What Microsoft's APIs share: the identity platform's token endpoint and the error envelope.

Source: learn.microsoft.com, "OAuth 2.0 client credentials flow" and "Microsoft Graph error responses".
"""

from collections.abc import Sequence
from typing import Any

import jwt

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.book import fresh
from aos.farm.sandbox.paging import BadParameter, Window
from aos.farm.sandbox.reply import Refusal, Reply, as_json
from aos.farm.sandbox.vendor import Issued, Known, Mint, Vendor

LOGIN = r"login\.microsoftonline\.com"
LIFE_S = 3_599


def tenant(account: str) -> str:
    return made.guid("tenant", account)


class Microsoft(Vendor):
    kinds = ("client", "token")
    exchange_at = (LOGIN + r"/[^/]+/oauth2/v2\.0/token",)
    audience: str

    def resources(self, account: str) -> Sequence[str]:
        return [tenant(account)]

    def issue(self, mint: Mint) -> Issued:
        resources = self.resources(mint.account)
        if mint.kind == "token":
            token = self._jwt(mint.account, "", self.scopes, 0)
            return Issued("token", {"token": token}, resources, self.scopes)
        fields = {
            "tenant_id": tenant(mint.account),
            "client_id": made.guid(fresh()),
            "client_secret": f"{fresh(3)}8Q~{fresh(34)}",
        }
        return Issued("client_id", fields, resources, self.scopes)

    def exchange(self, asked: Asked) -> Reply:
        form, named = asked.form, asked.path.split("/")[1]
        if form.get("grant_type") != "client_credentials":
            return _refused(asked, 400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        credential = self.book.credential(self.source_type, form.get("client_id", ""), asked.now)
        if credential is None:
            why = f"Application with identifier '{form.get('client_id', '')[:64]}' was not found in the directory."
            return _refused(asked, 400, "unauthorized_client", 700016, why)
        if named != tenant(credential.account):
            return _refused(asked, 400, "invalid_request", 90002, f"Tenant '{named[:64]}' not found.")
        if not credential.has("client_secret", form.get("client_secret", "")):
            why = "Invalid client secret provided. Ensure the secret being sent is the client secret value."
            return _refused(asked, 401, "invalid_client", 7000215, why)
        scope = form.get("scope", "")
        if scope != f"{self.audience}/.default":
            why = f"The provided value for the input parameter 'scope' is not valid: {scope[:128]}."
            return _refused(asked, 400, "invalid_scope", 70011, why)
        token = self._jwt(credential.account, credential.ident, credential.scopes, asked.now)
        self.book.give(token, credential, credential.scopes, asked.now + LIFE_S, self.audience)
        said = {"token_type": "Bearer", "expires_in": LIFE_S, "ext_expires_in": LIFE_S, "access_token": token}
        return as_json(said, cache_control="no-store, no-cache")

    def _jwt(self, account: str, client: str, roles: Sequence[str], now: float) -> str:
        """Application permissions are the `roles` of the token. Its signature is never checked: the text is known."""
        claims: dict[str, Any] = {
            "aud": self.audience,
            "iss": f"https://sts.windows.net/{tenant(account)}/",
            "appid": client,
            "tid": tenant(account),
            "uti": fresh(22),
        }
        claims |= {"iat": int(now), "nbf": int(now), "exp": int(now) + LIFE_S} if now else {}
        return jwt.encode({**claims, "roles": list(roles)}, fresh(64), algorithm="HS256")

    def known(self, asked: Asked) -> Known:
        return self.bearer(asked)

    def no_credential(self, asked: Asked) -> Reply:
        given = bool(asked.headers.get("authorization"))
        message = "Access token validation failure." if given else "Access token is empty."
        reply = envelope(asked, 401, "InvalidAuthenticationToken", message)
        return reply.having(www_authenticate='Bearer realm="", error="invalid_token"')

    def nothing_there(self, asked: Asked) -> Reply:
        return envelope(asked, 404, "itemNotFound", "The resource could not be found.")

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return envelope(asked, 400, "BadRequest", f"Invalid value for '{why.name}': {why.why}.")


def checked(asked: Asked, known: set[str]) -> None:
    """OData refuses options that it does not know."""
    for name, _ in asked.pairs:
        if name.startswith("$") and name not in known:
            raise Refusal(envelope(asked, 400, "BadRequest", f"Query option '{name[:40]}' is not supported."))


def selected(asked: Asked, thing: dict[str, Any]) -> dict[str, Any]:
    """What `$select` leaves of a thing; `id` is always there."""
    names = [name.strip() for name in asked.query.get("$select", "").split(",") if name.strip()]
    return made.picked(thing, [*names, "id"]) if names else thing


def next_link(asked: Asked, window: Window) -> str:
    return asked.again({"$skiptoken": window.cursor})


def envelope(asked: Asked, status: int, code: str, message: str) -> Reply:
    inner = {"date": waits.moment(asked.now)[:-1], "request-id": made.guid(asked.url, asked.now)}
    return as_json({"error": {"code": code, "message": message, "innerError": inner}}, status)


def _refused(asked: Asked, status: int, error: str, code: int, why: str) -> Reply:
    trace = made.guid(asked.url, asked.now)
    said = {
        "error": error,
        "error_description": f"AADSTS{code}: {why} Trace ID: {trace} Timestamp: {waits.moment(asked.now)}",
        "error_codes": [code],
        "timestamp": waits.moment(asked.now),
        "trace_id": trace,
        "correlation_id": trace,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    return as_json(said, status)
