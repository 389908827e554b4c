"""What may leave: GET and HEAD, and POSTs that are reads, each by host, path and operation.

Where a vendor puts the operation into the path or the query of a GET (Slack, AWS), a GET is no promise either: there,
too, only what is listed goes out. Whatever is refused here has not been sent.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from aos.contracts.onboarding import MOST_FIRST_ITEMS

REGION = "[a-z]{2}(?:-[a-z]+)+-[0-9]"


class Read(NamedTuple):
    """`host` is a pattern. `operation` is AWS's: `X-Amz-Target`, or `Action` of a query API."""

    method: str
    host: str
    path: str
    operation: str = ""


READS = (
    *(Read("POST", r"api\.dropboxapi\.com", path) for path in ("/2/users/get_current_account", "/2/files/list_folder")),
    *(
        Read("POST", r"organizations\.us-east-1\.amazonaws\.com", "/", f"AWSOrganizationsV20161128.{name}")
        for name in ("DescribeOrganization", "ListRoots", "ListAccounts")
    ),
    *(
        Read("POST", rf"redshift-data\.{REGION}\.amazonaws\.com", "/", f"RedshiftData.{name}")
        for name in ("ListTables", "DescribeTable")
    ),
    Read("GET", rf"redshift\.{REGION}\.amazonaws\.com", "/", "DescribeClusters"),
    Read("GET", rf"sts\.{REGION}\.amazonaws\.com", "/", "GetCallerIdentity"),
    *(Read("GET", r"slack\.com", f"/api/{name}") for name in ("auth.test", "team.info", "conversations.list")),
)
# Hosts where the operation is not the method's business.
_RPC = re.compile(r"slack\.com|(?!s3\.)[a-z0-9-]+(\.[a-z0-9-]+)?\.amazonaws\.com")
_OVERRIDE = frozenset(("x-http-method-override", "x-http-method", "x-method-override"))
_SOQL = re.compile(r"SELECT [A-Za-z0-9_, ]+ FROM [A-Za-z0-9_]+ LIMIT ([0-9]{1,6})")


def why_not(method: str, url: str, headers: Mapping[str, str]) -> str:
    """Why a request is none of those that may leave; empty when it may. `headers` are in lower case."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").lower(), parts.path or "/"
    if _OVERRIDE & set(headers):
        return "a header gives it another method"
    if any(step in (".", "..") for step in path.lower().replace("%2e", ".").split("/")):
        return "its path climbs"
    query = parse_qsl(parts.query, keep_blank_values=True)
    if any(name.lower() in ("_method", "x-http-method-override") for name, _ in query):
        return "a parameter gives it another method"
    if method not in ("GET", "HEAD", "POST"):
        return f"{method[:10]} is no read"
    rpc = _RPC.fullmatch(host) is not None
    if method != "POST" and not rpc:
        return ""
    actions = [value for name, value in query if name.lower() == "action"]
    if len(actions) > 1 or (actions and "x-amz-target" in headers):
        return "it names two operations"
    operation = headers.get("x-amz-target", actions[0] if actions else "")
    for read in READS:
        if (read.method, read.path, read.operation) == (method, path, operation) and re.fullmatch(read.host, host):
            return ""
    return "it is not on the list of reads"


def why_too_many(url: str, body: bytes, size: str) -> str:
    """Why a request asks for more than the tiny first sync may have: its parameter `size` is not there, stands twice,
    or is above the cap. Empty where it is right."""
    found: list[Any] = [value for name, value in parse_qsl(urlsplit(url).query) if name == size]
    if body:
        read = json.loads(body)
        found += [read[size]] if isinstance(read, dict) and size in read else []
    if len(found) != 1:
        return f"it does not say {size} once"
    text = str(found[0])
    soql = _SOQL.fullmatch(text)
    number = soql[1] if soql else text
    if not number.isdigit() or not 1 <= int(number) <= MOST_FIRST_ITEMS:
        return f"its {size} is not between 1 and {MOST_FIRST_ITEMS}"
    return ""
