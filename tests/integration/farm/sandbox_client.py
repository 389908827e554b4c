"""A small client of the played vendors, written from the vendors' facts. It signs as their own clients do, with
botocore, oauthlib and PyJWT, for the vendor's own URL, and sends to the sandbox."""

import base64
import hashlib
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import jwt
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import serialization
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from oauthlib.oauth1 import Client as OAuth1

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Req(NamedTuple):
    """A request to a vendor's own URL."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""


class Player:
    """One account of one family. `grant` is the sandbox's answer, in JSON."""

    def __init__(self, client: httpx.AsyncClient, grant: dict[str, Any], scope: str = "") -> None:
        self.client, self.scope = client, scope
        self.source_type: str = grant["source_type"]
        self.secret: dict[str, str] = dict(grant["secret"])
        self.resources: list[str] = grant["resource_ids"]
        self._token = ""

    async def send(self, req: Req) -> httpx.Response:
        """As it is."""
        split = urlsplit(req.url)
        path = f"/farm/sandbox/{self.source_type}/{split.netloc}{split.path or '/'}"
        headers = {"user-agent": "aos-test", "x-api-key": "", **req.headers}
        return await self.client.request(
            req.method, path + (f"?{split.query}" if split.query else ""), headers=headers, content=req.body
        )

    async def ask(self, req: Req) -> httpx.Response:
        """With the credential."""
        headers = await self._authorized(req)
        return await self.send(req._replace(headers={**req.headers, **headers}))

    async def _authorized(self, req: Req) -> dict[str, str]:
        match self.source_type:
            case "jira" | "confluence":
                return basic(self.secret["email"], self.secret["token"])
            case "zendesk" if "email" in self.secret:
                return basic(self.secret["email"] + "/token", self.secret["token"])
            case "servicenow" if "username" in self.secret:
                return basic(self.secret["username"], self.secret["password"])
            case "datadog":
                return {"dd-api-key": self.secret["api_key"], "dd-application-key": self.secret["app_key"]}
            case "gitlab":
                return {"private-token": self.secret["token"]}
            case "pagerduty" if "token" in self.secret:
                return {"authorization": f"Token token={self.secret['token']}"}
            case "okta" if "token" in self.secret:
                return {"authorization": f"SSWS {self.secret['token']}"}
            case "aws_org" | "redshift" | "s3" | "s3_compat":
                return aws(self.secret, req)
            case "netsuite" if "token_id" in self.secret:
                return oauth1(self.secret, self.resources[0], req)
            case "snowflake" if "user" in self.secret:
                shown = keypair(self.secret, self.resources[0])
                return {"authorization": f"Bearer {shown}", "x-snowflake-authorization-token-type": "KEYPAIR_JWT"}
            case "snowflake":
                kind = "PROGRAMMATIC_ACCESS_TOKEN"
                return {"authorization": f"Bearer {self.secret['token']}", "x-snowflake-authorization-token-type": kind}
        return {"authorization": f"Bearer {await self.token()}"}

    async def token(self) -> str:
        if "token" in self.secret:
            return self.secret["token"]
        if not self._token:
            reply = await self.send(self.exchange())
            assert reply.status_code == 200, reply.text
            self._token = reply.json()["access_token"]
        return self._token

    def exchange(self) -> Req:
        """The request for a short-lived token."""
        secret, first = self.secret, self.resources[0]
        client = {"client_id": secret.get("client_id", ""), "client_secret": secret.get("client_secret", "")}
        own = {"grant_type": "client_credentials"}
        match self.source_type:
            case "gworkspace_drive" | "gcp_org" | "bigquery":
                return form(secret["token_uri"], {"grant_type": JWT_BEARER, "assertion": google(secret, self.scope)})
            case "m365_sharepoint" | "entra" | "azure_sub":
                url = f"https://login.microsoftonline.com/{first}/oauth2/v2.0/token"
                return form(url, {**own, **client, "scope": self.scope})
            case "zoom":
                asked = {"grant_type": "account_credentials", "account_id": secret["account_id"]}
                return form("https://zoom.us/oauth/token", asked, basic(*client.values()))
            case "salesforce" if "private_key" in secret:
                claims = {"iss": secret["client_id"], "sub": secret["username"], "aud": "https://login.salesforce.com"}
                asked = {"grant_type": JWT_BEARER, "assertion": signed(secret["private_key"], claims, 180)}
                return form(f"https://{first}.my.salesforce.com/services/oauth2/token", asked)
            case "salesforce":
                return form(f"https://{first}.my.salesforce.com/services/oauth2/token", {**own, **client})
            case "servicenow":
                return form(f"https://{first}.service-now.com/oauth_token.do", {**own, **client})
            case "okta":
                url = f"https://{first}/oauth2/v1/token"
                claims = {"iss": secret["client_id"], "sub": secret["client_id"], "aud": url}
                kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                told = {"client_assertion_type": kind, "client_assertion": signed(secret["private_key"], claims, 300)}
                return form(url, {**own, **told, "scope": self.scope})
            case "box":
                whose = {"box_subject_type": "enterprise", "box_subject_id": first}
                return form("https://api.box.com/oauth2/token", {**own, **client, **whose})
            case "dropbox":
                again = {"grant_type": "refresh_token", "refresh_token": secret["refresh_token"]}
                return form("https://api.dropboxapi.com/oauth2/token", {**again, **client})
            case "workday":
                again = {"grant_type": "refresh_token", "refresh_token": secret["refresh_token"]}
                url = f"https://{first}/ccx/oauth2/{self.resources[1]}/token"
                return form(url, again, basic(*client.values()))
            case "pagerduty":
                scopes = f"{self.scope} as_account-us.{first}"
                return form("https://identity.pagerduty.com/oauth/token", {**own, **client, "scope": scopes})
        raise AssertionError(f"{self.source_type} has no exchange")


def form(url: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Req:
    body = str(httpx.QueryParams(fields)).encode()
    return Req("POST", url, {"content-type": "application/x-www-form-urlencoded", **(headers or {})}, body)


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def signed(key: str, claims: dict[str, Any], life_s: int) -> str:
    now = int(time.time())
    return jwt.encode({"iat": now, "exp": now + life_s, **claims}, key, algorithm="RS256")


def google(secret: dict[str, str], scope: str) -> str:
    claims = {"iss": secret["client_email"], "scope": scope, "aud": secret["token_uri"]}
    return signed(secret["private_key"], {**claims, "sub": secret.get("subject", secret["client_email"])}, 3600)


def keypair(secret: dict[str, str], identifier: str) -> str:
    private = serialization.load_pem_private_key(secret["private_key"].encode(), None)
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    print_ = "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode()
    subject = f"{identifier}.{secret['user']}"
    return signed(secret["private_key"], {"iss": f"{subject}.{print_}", "sub": subject}, 3000)


def aws(secret: dict[str, str], req: Req) -> dict[str, str]:
    """`s3.us-east-1…` and `organizations.us-east-1…` name service and region; another's server is S3 in us-east-1."""
    host = urlsplit(req.url).netloc
    service, region = ("s3", "us-east-1") if not host.endswith("amazonaws.com") else host.split(".")[:2]
    request = AWSRequest(req.method, req.url, headers=dict(req.headers), data=req.body)
    keys = Credentials(secret["access_key_id"], secret["secret_access_key"], secret.get("session_token"))
    (S3SigV4Auth if service == "s3" else SigV4Auth)(keys, service, region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


def oauth1(secret: dict[str, str], account: str, req: Req, at: int = 0) -> dict[str, str]:
    client = OAuth1(
        secret["consumer_key"],
        secret["consumer_secret"],
        secret["token_id"],
        secret["token_secret"],
        signature_method=SIGNATURE_HMAC_SHA256,
        realm=account,
        timestamp=str(at or int(time.time())),
    )
    _, headers, _ = client.sign(req.url, req.method)
    return {"authorization": headers["Authorization"]}
