"""What AWS's APIs share: signed requests, one URL whose operation is in a header or a parameter, two error forms.

Source: AWS General Reference, "Signature Version 4"; the service models of botocore.
"""

import re
import secrets
import string
from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.auth import sigv4
from aos.farm.sandbox.auth.sigv4 import BadSignature
from aos.farm.sandbox.book import Credential, fresh
from aos.farm.sandbox.paging import BadParameter
from aos.farm.sandbox.reply import Refusal, Reply, as_json, as_xml, xml
from aos.farm.sandbox.vendor import Issued, Known, Mint, Route, Vendor, Visit

REGION = r"(?P<region>[a-z]{2}(-[a-z]+)+-\d)"
MEDIA = "application/x-amz-json-1.1"
STS = r"sts\.(?P<region>[a-z0-9-]+)\.amazonaws\.com"
_READS = re.compile(r"(?:Describe|List|Get)[A-Z]\w*")
_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 a message
_NO_MATCH = "The request signature we calculated does not match the signature you provided."
# What is wrong with a signature → code in JSON, code in XML, message.
_WRONG = {
    "missing": (
        "MissingAuthenticationTokenException",
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    ),
    "form": ("IncompleteSignatureException", "IncompleteSignature", "Authorization header is not well formed."),
    "key": ("UnrecognizedClientException", "InvalidClientTokenId", _INVALID_TOKEN),
    "token": ("UnrecognizedClientException", "InvalidClientTokenId", _INVALID_TOKEN),
    "skew": ("InvalidSignatureException", "SignatureDoesNotMatch", "Signature expired or not yet current."),
    "scope": ("InvalidSignatureException", "SignatureDoesNotMatch", "Credential should be scoped to a valid region."),
    "payload": ("InvalidSignatureException", "SignatureDoesNotMatch", _NO_MATCH),
    "signature": ("InvalidSignatureException", "SignatureDoesNotMatch", _NO_MATCH),
}


def account_id(account: str) -> str:
    return str(made.number("aws", account, digits=12))


class Aws(Vendor):
    kinds = ("keys", "session")

    def resources(self, account: str) -> Sequence[str]:
        raise NotImplementedError

    def issue(self, mint: Mint) -> Issued:
        session = mint.kind == "session"
        letters = string.ascii_uppercase + "234567"
        key = ("ASIA" if session else "AKIA") + "".join(secrets.choice(letters) for _ in range(16))
        fields = {"access_key_id": key, "secret_access_key": secrets.token_urlsafe(30)}
        fields |= {"session_token": f"FwoGZXIvYXdz{fresh(120)}"} if session else {}
        return Issued("access_key_id", fields, self.resources(mint.account), self.scopes)

    def known(self, asked: Asked) -> Known:
        credential: Credential | None = None

        def secret_of(key: str) -> str | None:
            nonlocal credential
            credential = self.book.credential(self.source_type, key, asked.now)
            return credential.fields["secret_access_key"] if credential else None

        try:
            sigv4.check(asked, secret_of, *self.signed_for(asked))
            if credential is None or not self._same_session(credential, asked):
                raise BadSignature("token")
        except BadSignature as bad:
            raise Refusal(self.unsigned(asked, bad.part)) from None
        return Known(credential, credential.scopes)

    def _same_session(self, credential: Credential, asked: Asked) -> bool:
        shown = asked.headers.get("x-amz-security-token")
        return credential.has("session_token", shown) if shown is not None else "session_token" not in credential.fields

    def signed_for(self, asked: Asked) -> tuple[str, str]:
        """Service and region that a signature for this host names."""
        service, _, rest = asked.host.partition(".")
        return service, rest.partition(".")[0]

    def speaks_json(self, asked: Asked) -> bool:
        return "x-amz-target" in asked.headers or not asked.host.startswith(("sts.", "redshift."))

    def named(self, asked: Asked) -> str:
        """The operation is the path."""
        if not self.speaks_json(asked):
            return f"/{asked.form.get('Action', '')}"
        return f"/{asked.headers.get('x-amz-target', '')}"

    def writes(self, asked: Asked, route: Route | None) -> bool:
        """What is not read by its name is written, whatever the method. One who names nothing does nothing."""
        if route is not None or asked.method not in ("GET", "HEAD", "POST"):
            return route is None
        operation = self.named(asked).rpartition(".")[2].lstrip("/")
        return bool(operation) and _READS.fullmatch(operation) is None

    def unsigned(self, asked: Asked, part: str) -> Reply:
        in_json, in_xml, message = _WRONG[part]
        code, status = (in_json, 400) if self.speaks_json(asked) else (in_xml, 403)
        return self.error(asked, code, message, status)

    def error(self, asked: Asked, code: str, message: str, status: int = 400) -> Reply:
        request = made.guid(asked.url, asked.now, code)
        if self.speaks_json(asked):
            return as_json({"__type": code, "message": message}, status, media=MEDIA, x_amzn_RequestId=request)
        inner = xml("Error", {"Type": "Sender", "Code": code, "Message": message}) + xml("RequestId", request)
        space = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
        if asked.host.startswith("redshift."):
            space = 'xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"'
        return as_xml(f"<ErrorResponse {space}>{inner}</ErrorResponse>", status, media="text/xml")

    def no_credential(self, asked: Asked) -> Reply:
        return self.unsigned(asked, "key")

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        in_json = self.speaks_json(visit.asked)
        message = f"User: arn:aws:iam::{account_id(visit.account)}:user/aos is not authorized to perform this action"
        code, status = ("AccessDeniedException", 400) if in_json else ("AccessDenied", 403)
        return self.error(visit.asked, code, message, status)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        """Nothing tells how long to wait."""
        code = "ThrottlingException" if self.speaks_json(visit.asked) else "Throttling"
        return self.error(visit.asked, code, "Rate exceeded", 400)

    def nothing_there(self, asked: Asked) -> Reply:
        code = "UnknownOperationException" if self.speaks_json(asked) else "InvalidAction"
        return self.error(asked, code, "The requested operation is not known.", 400)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        code = "ValidationException" if self.speaks_json(asked) else "InvalidParameterValue"
        return self.error(asked, code, f"{why.name}: {why.why}", 400)

    def caller(self, visit: Visit) -> Reply:
        """STS tells anybody who they are."""
        number = account_id(visit.account)
        inner = {"Arn": f"arn:aws:iam::{number}:user/aos", "UserId": visit.id("user")[:20].upper(), "Account": number}
        return query_reply(visit.asked, "GetCallerIdentity", inner, "https://sts.amazonaws.com/doc/2011-06-15/")


def query_reply(asked: Asked, operation: str, inner: dict[str, Any], space: str, items: int = 0) -> Reply:
    """How the query protocol answers."""
    whole = {f"{operation}Result": inner, "ResponseMetadata": {"RequestId": made.guid(asked.url, asked.now)}}
    return as_xml(xml(f"{operation}Response", whole, f'xmlns="{space}"'), items=items, media="text/xml")


def json_reply(asked: Asked, value: dict[str, Any], items: int = 0) -> Reply:
    return as_json(value, items=items, media=MEDIA, x_amzn_RequestId=made.guid(asked.url, asked.now))
