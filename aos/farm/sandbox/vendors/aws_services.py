"""AWS Organizations (aws_org), and Redshift with its Data API (redshift)."""

from collections.abc import Sequence
from typing import Any

from aos.farm.sandbox import made
from aos.farm.sandbox.paging import BadParameter, Sizes, by_cursor
from aos.farm.sandbox.reply import Refusal, Reply
from aos.farm.sandbox.vendor import Route, Visit
from aos.farm.sandbox.vendors.aws import REGION, STS, Aws, account_id, json_reply, query_reply

ORGANIZATIONS = r"organizations\.us-east-1\.amazonaws\.com"
DATABASE, TABLES = "analytics", 157
COLUMNS = {"id": "int8", "amount": "numeric", "note": "varchar", "created_at": "timestamp"}


class AwsOrg(Aws):
    source_type = "aws_org"
    scopes = ("organizations:DescribeOrganization", "organizations:ListRoots", "organizations:ListAccounts")

    def resources(self, account: str) -> Sequence[str]:
        return [account_id(account)]

    def routes(self) -> Sequence[Route]:
        mark = r"/AWSOrganizationsV20161128\."
        return [
            Route("GET|POST", STS, "/GetCallerIdentity", self.caller),
            Route("POST", ORGANIZATIONS, f"{mark}DescribeOrganization", self.organization, (self.scopes[0],)),
            Route("POST", ORGANIZATIONS, f"{mark}ListRoots", self.roots, (self.scopes[1],)),
            Route("POST", ORGANIZATIONS, f"{mark}ListAccounts", self.accounts, (self.scopes[2],)),
        ]

    def organization(self, visit: Visit) -> Reply:
        number = account_id(visit.account)
        own = {"Id": _org(visit), "MasterAccountId": number, "FeatureSet": "ALL"}
        arn = f"arn:aws:organizations::{number}:organization/{_org(visit)}"
        return json_reply(visit.asked, {"Organization": visit.shaped({**own, "Arn": arn})})

    def roots(self, visit: Visit) -> Reply:
        root = {"Id": "r-" + visit.id("root")[:4], "Name": "Root", "PolicyTypes": []}
        found = [] if visit.empty else [root]
        return json_reply(visit.asked, {"Roots": found}, len(found))

    def accounts(self, visit: Visit) -> Reply:
        """At most 20, and more is refused."""
        window = by_cursor(visit.asked.argument, visit.count(), "MaxResults", Sizes(20, 20, strict=True), "NextToken")
        found = window.of(lambda n: visit.shaped(_account(visit, n)))
        said: dict[str, Any] = {"NextToken": window.cursor} if window.more else {}
        return json_reply(visit.asked, {"Accounts": found, **said}, len(found))


class Redshift(Aws):
    source_type = "redshift"
    scopes = ("redshift:DescribeClusters", "redshift-data:ListTables", "redshift-serverless:ListWorkgroups")
    dropped = ("redshift-data:ListTables",)

    def resources(self, account: str) -> Sequence[str]:
        return [_cluster(account), "us-east-1", DATABASE]

    def routes(self) -> Sequence[Route]:
        data, serverless = (
            rf"redshift-data\.{REGION}\.amazonaws\.com",
            rf"redshift-serverless\.{REGION}\.amazonaws\.com",
        )
        read = (self.scopes[1],)
        return [
            Route("GET|POST", STS, "/GetCallerIdentity", self.caller),
            Route(
                "GET|POST",
                rf"redshift\.{REGION}\.amazonaws\.com",
                "/DescribeClusters",
                self.clusters,
                (self.scopes[0],),
            ),
            Route("POST", data, r"/RedshiftData\.ListDatabases", self.databases, read),
            Route("POST", data, r"/RedshiftData\.ListSchemas", self.schemas, read),
            Route("POST", data, r"/RedshiftData\.ListTables", self.tables, read),
            Route("POST", data, r"/RedshiftData\.DescribeTable", self.table, read),
            Route("POST", serverless, r"/RedshiftServerless\.ListWorkgroups", self.workgroups, (self.scopes[2],)),
        ]

    def clusters(self, visit: Visit) -> Reply:
        """Twenty is the least that may be asked for, and a hundred the most."""
        given = visit.asked.form
        window = by_cursor(given, visit.count(), "MaxRecords", Sizes(100, 100, strict=True, least=20), "Marker")
        named = given.get("ClusterIdentifier")
        if named is not None and named != _cluster(visit.account):
            raise Refusal(self.error(visit.asked, "ClusterNotFound", f"Cluster {named[:64]} not found.", 404))
        numbers = range(visit.count(1)) if named else range(window.first, window.until)
        found = [visit.shaped(_described(visit, n)) for n in numbers]
        inner: dict[str, Any] = {"Clusters": {"Cluster": found}}
        inner |= {"Marker": window.cursor} if window.more and not named else {}
        space = "http://redshift.amazonaws.com/doc/2012-12-01/"
        return query_reply(visit.asked, "DescribeClusters", inner, space, len(found))

    def databases(self, visit: Visit) -> Reply:
        self._place(visit)
        return self._listed(visit, "Databases", lambda n: f"database_{n:02d}" if n else DATABASE, made.MANY)

    def schemas(self, visit: Visit) -> Reply:
        self._place(visit)
        return self._listed(visit, "Schemas", lambda n: f"schema_{n:02d}" if n else "public", made.MANY)

    def tables(self, visit: Visit) -> Reply:
        self._place(visit)
        return self._listed(visit, "Tables", lambda n: {"name": _table(n), "schema": "public", "type": "TABLE"}, TABLES)

    def table(self, visit: Visit) -> Reply:
        self._place(visit)
        name = str(visit.asked.argument.get("Table"))
        if name not in {_table(n) for n in range(visit.count(TABLES))}:
            return json_reply(visit.asked, {"ColumnList": []})
        columns = visit.shaped(COLUMNS)
        found = [{"name": each, "typeName": kind, "nullable": 1, "tableName": name} for each, kind in columns.items()]
        return json_reply(visit.asked, {"ColumnList": found, "TableName": name}, len(found))

    def workgroups(self, visit: Visit) -> Reply:
        found = [] if visit.empty else [{"workgroupName": _cluster(visit.account), "status": "AVAILABLE"}]
        return json_reply(visit.asked, {"workgroups": found}, len(found))

    def _place(self, visit: Visit) -> None:
        given = visit.asked.argument
        if given.get("Database") != DATABASE:
            raise BadParameter("Database", "the name of a database")
        if _cluster(visit.account) not in (given.get("ClusterIdentifier"), given.get("WorkgroupName")):
            raise BadParameter("ClusterIdentifier", "the name of a cluster of this account")

    def _listed(self, visit: Visit, key: str, thing: Any, count: int) -> Reply:
        given = visit.asked.argument
        window = by_cursor(given, visit.count(count), "MaxResults", Sizes(1000, 1000, strict=True), "NextToken")
        found = [thing(n) for n in range(window.first, window.until)]
        return json_reply(visit.asked, {key: found} | ({"NextToken": window.cursor} if window.more else {}), len(found))


def _org(visit: Visit) -> str:
    return "o-" + visit.id("org")[:10]


def _account(visit: Visit, n: int) -> dict[str, Any]:
    number = made.number(visit.account, "member", n, digits=12)
    return {
        "Id": str(number),
        "Arn": f"arn:aws:organizations::{account_id(visit.account)}:account/{_org(visit)}/{number}",
        "Name": made.title(n),
        "Status": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": 1_704_067_200 + n,
    }


def _cluster(account: str) -> str:
    return f"aos-{account}"


def _described(visit: Visit, n: int) -> dict[str, Any]:
    name = f"{_cluster(visit.account)}-{n:02d}" if n else _cluster(visit.account)
    return {"ClusterIdentifier": name, "NodeType": "ra3.xlplus", "ClusterStatus": "available", "DBName": DATABASE}


def _table(n: int) -> str:
    return made.name(n).replace("-", "_")
