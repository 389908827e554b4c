"""S3, and servers that speak as it does (s3_compat): XML, a signature over the body's hash, HEAD without words."""

from collections.abc import Mapping, Sequence
from typing import Any

from aos.farm.sandbox import made, waits
from aos.farm.sandbox.asked import Asked
from aos.farm.sandbox.paging import BadParameter, Sizes, Window, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply, as_xml, xml
from aos.farm.sandbox.vendor import ACCOUNT, Known, Route, Visit
from aos.farm.sandbox.vendors.aws import REGION, Aws

SPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
HOME = "us-east-1"
OBJECTS = 157
LIST, BUCKETS = "s3:ListBucket", "s3:ListAllMyBuckets"
BUCKET = r"(?P<bucket>[a-z0-9][a-z0-9.-]{2,62})"
_WRONG = {
    "missing": (403, "AccessDenied", "Access Denied"),
    "form": (400, "AuthorizationHeaderMalformed", "The authorization header is malformed."),
    "key": (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
    "token": (400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
    "skew": (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
    "scope": (400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region is wrong."),
    "payload": (400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match."),
    "signature": (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature."),
}


class S3(Aws):
    source_type = "s3"
    scopes = (LIST, BUCKETS)
    dropped = (LIST,)

    def resources(self, account: str) -> Sequence[str]:
        return [bucket(account, 0), HOME]

    def routes(self) -> Sequence[Route]:
        host = rf"s3\.{REGION}\.amazonaws\.com|s3\.amazonaws\.com"
        virtual = rf"{BUCKET}\.s3\.{REGION}\.amazonaws\.com"
        return [
            Route("GET", host, "/", self.buckets, (BUCKETS,)),
            Route("GET", host, f"/{BUCKET}/?", self.bucket, (LIST,)),
            Route("GET", virtual, "/", self.bucket, (LIST,)),
        ]

    def signed_for(self, asked: Asked) -> tuple[str, str]:
        labels = asked.host.split(".")
        region = labels[labels.index("s3") + 1] if "s3" in labels else HOME
        return "s3", HOME if region == "amazonaws" else region

    def known(self, asked: Asked) -> Known:
        if "authorization" in asked.headers and "x-amz-content-sha256" not in asked.headers:
            message = "Missing required header for this request: x-amz-content-sha256"
            raise Refusal(self.error(asked, "InvalidRequest", message, 400))
        return super().known(asked)

    def speaks_json(self, asked: Asked) -> bool:
        return False

    def named(self, asked: Asked) -> str:
        return asked.path

    def writes(self, asked: Asked, route: Route | None) -> bool:
        return asked.method not in ("GET", "HEAD", "OPTIONS")

    def unsigned(self, asked: Asked, part: str) -> Reply:
        status, code, message = _WRONG[part]
        more = {"Region": self.signed_for(asked)[1]} if part == "scope" else {}
        return self.error(asked, code, message, status, **more)

    def error(self, asked: Asked, code: str, message: str, status: int = 400, **more: str) -> Reply:
        inner = {"Code": code, "Message": message, **more, "Resource": asked.path[:200]}
        request = made.digest(asked.url, asked.now)[:16].upper()
        return as_xml(xml("Error", {**inner, "RequestId": request}), status, x_amz_request_id=request)

    def no_right(self, visit: Visit, needs: tuple[str, ...]) -> Reply:
        return self.error(visit.asked, "AccessDenied", "Access Denied", 403)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        return self.error(visit.asked, "SlowDown", "Please reduce your request rate.", 503)

    def nothing_there(self, asked: Asked) -> Reply:
        return self.error(asked, "NoSuchKey", "The specified key does not exist.", 404)

    def bad_request(self, asked: Asked, why: BadParameter) -> Reply:
        return self.error(asked, "InvalidArgument", f"{why.name}: {why.why}", 400)

    def buckets(self, visit: Visit) -> Reply:
        window = self.bucket_window(visit)
        found = [
            {"Name": bucket(visit.account, n), "CreationDate": made.created(n)}
            for n in range(window.first, window.until)
        ]
        owner = {"ID": visit.id("owner") * 2}
        inner: dict[str, Any] = {"Owner": owner, "Buckets": {"Bucket": found}}
        inner |= {"ContinuationToken": window.cursor} if window.more else {}
        return as_xml(xml("ListAllMyBucketsResult", inner, SPACE), items=len(found))

    def bucket_window(self, visit: Visit) -> Window:
        sizes = Sizes(10_000, 10_000, strict=True)
        return by_cursor(visit.asked.query, visit.count(), "max-buckets", sizes, "continuation-token")

    def bucket(self, visit: Visit) -> Reply:
        self._there(visit)
        query = visit.asked.query
        if visit.asked.method == "HEAD":
            return as_xml("", x_amz_bucket_region=HOME)
        if "location" in query:
            return as_xml(xml("LocationConstraint", "", SPACE))
        if query.get("list-type") == "2":
            return self._listed(visit, "continuation-token", "NextContinuationToken")
        return self._listed(visit, "marker", "NextMarker")

    def _there(self, visit: Visit) -> None:
        name = visit.at["bucket"]
        if name not in {bucket(visit.account, n) for n in range(made.MANY)}:
            raise Refusal(
                self.error(visit.asked, "NoSuchBucket", "The specified bucket does not exist", 404, BucketName=name)
            )
        if visit.at.get("region", HOME) != HOME:
            message = "The bucket you are attempting to access must be addressed using the specified endpoint."
            reply = self.error(
                visit.asked, "PermanentRedirect", message, 301, Endpoint=f"{name}.s3.{HOME}.amazonaws.com"
            )
            raise Refusal(reply.having(x_amz_bucket_region=HOME))

    def _listed(self, visit: Visit, cursor: str, following: str) -> Reply:
        query: Mapping[str, Any] = visit.asked.query
        window = by_cursor(query, visit.count(OBJECTS), "max-keys", Sizes(1000, 1000), cursor)
        found = [visit.shaped(_object(visit, n)) for n in range(window.first, window.until)]
        inner: dict[str, Any] = {"Name": visit.at["bucket"], "Prefix": query.get("prefix", ""), "MaxKeys": window.size}
        inner |= {"KeyCount": len(found)} if following == "NextContinuationToken" else {}
        inner |= {"IsTruncated": window.more, "Contents": found} | ({following: window.cursor} if window.more else {})
        return as_xml(xml("ListBucketResult", inner, SPACE), items=len(found), x_amz_bucket_region=HOME)


class S3Compatible(S3):
    """A server of one's own: addressed by path, older, and with a word on how long to wait."""

    source_type = "s3_compat"

    def resources(self, account: str) -> Sequence[str]:
        return [f"https://minio.{account}.example:9000", bucket(account, 0), HOME]

    def routes(self) -> Sequence[Route]:
        host = rf"minio\.(?P<account>{ACCOUNT})\.example:9000"
        return [
            Route("GET", host, "/", self.buckets, (BUCKETS,)),
            Route("GET", host, f"/{BUCKET}/?", self.bucket, (LIST,)),
        ]

    def signed_for(self, asked: Asked) -> tuple[str, str]:
        return "s3", HOME

    def known(self, asked: Asked) -> Known:
        found = super().known(asked)
        if asked.host != f"minio.{found.credential.account}.example:9000":
            raise Refusal(self.unsigned(asked, "key"))
        return found

    def bucket_window(self, visit: Visit) -> Window:
        """`max-buckets` came later than this server."""
        count = visit.count()
        return Window(0, count, count, count)

    def too_fast(self, visit: Visit, wait_s: float) -> Reply:
        reply = self.error(
            visit.asked, "SlowDownRead", "Resource requested is unreadable, please reduce your request rate", 503
        )
        return reply.having(retry_after=waits.seconds(wait_s))


def bucket(account: str, n: int) -> str:
    return f"aos-{made.digest('bucket', account)[:10]}-{n:03d}"


def _object(visit: Visit, n: int) -> dict[str, Any]:
    return {
        "Key": f"exports/{made.name(n)}.parquet",
        "LastModified": made.changed(n).replace("Z", ".000Z"),
        "ETag": f'"{visit.id("object", n)}"',
        "Size": 1_024 + n,
        "StorageClass": "STANDARD",
    }
