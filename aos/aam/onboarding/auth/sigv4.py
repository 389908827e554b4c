"""AWS Signature Version 4, by botocore's signing classes alone: no AWS client, no configuration of this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec

UNSIGNED = frozenset(("user-agent", "accept-encoding", "accept"))  # what a proxy may change


class SigV4Spec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="sigv4"):
    """Without `service` it is the first name of the host, as in `redshift-data.eu-west-1.amazonaws.com`."""

    region: str
    service: str = ""

    def needs(self) -> tuple[str, ...]:
        return ("access_key_id", "secret_access_key")

    def templates(self) -> Iterator[str]:
        yield self.region

    def signer(self, means: Means) -> "SigV4":
        for name in ("access_key_id", *({"session_token"} & means.secret.names)):
            means.header(name)
        return SigV4(self, means)


class SigV4(Ready):
    def __init__(self, spec: SigV4Spec, means: Means) -> None:
        self._means, self.warning, self._service = means, spec.warning, spec.service
        self._region = means.fill(spec.region)

    def sign(self, out: Outgoing) -> None:
        from botocore.auth import S3SigV4Auth, SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        secret = self._means.secret
        token = secret.reveal("session_token") if "session_token" in secret.names else None
        credentials = Credentials(secret.reveal("access_key_id"), secret.reveal("secret_access_key"), token)
        service = self._service or (urlsplit(out.url).hostname or "").partition(".")[0]
        kind: Any = S3SigV4Auth if service == "s3" else SigV4Auth
        kept = {name: value for name, value in out.headers.items() if name not in UNSIGNED}
        request = AWSRequest(out.method, out.url, headers=kept, data=out.body)
        at(kind, self._means.clock.wall())(credentials, service, self._region).add_auth(request)
        out.headers.update({name.lower(): str(value) for name, value in request.headers.items()})


def at(kind: Any, wall: float) -> Any:
    """The signing class with the clock that was passed in, in the place of the machine's."""

    class At(kind):  # type: ignore[misc]
        def add_auth(self, request: Any) -> None:
            request.context["timestamp"] = datetime.fromtimestamp(wall, UTC).strftime("%Y%m%dT%H%M%SZ")
            self._modify_request_before_signing(request)
            text = self.string_to_sign(request, self.canonical_request(request))
            self._inject_signature_to_request(request, self.signature(text, request))

    return At
