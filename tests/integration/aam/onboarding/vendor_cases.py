"""Replies in the shape of each vendor, from health to the tiny sync."""

from typing import Any, NamedTuple

from tests.integration.aam.onboarding.played_vendor import Got, Reply

TOKEN = {"access_token": "t", "expires_in": 3600}
OAUTH = {"client_id": "me", "client_secret": "s"}
AWS = {"access_key_id": "AKID", "secret_access_key": "s"}
STS = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
BUCKET = (
    b'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
    b"<Contents><Key>a</Key><Size>1</Size><Owner>x</Owner></Contents><Contents><Key>b</Key></Contents></ListBucketResult>"
)
CLUSTERS = (
    b"<DescribeClustersResponse><DescribeClustersResult><Clusters/></DescribeClustersResult></DescribeClustersResponse>"
)
TWO = [{"id": "1", "name": "one"}, {"id": "2", "name": "two"}]


class Case(NamedTuple):
    """`says` by the end of what was asked for; the longest that fits. `streams` by name, with a field of theirs."""

    resource_ids: list[str]
    secret: dict[str, str]
    says: dict[str, Any]
    streams: dict[str, str]
    rows: int = 2


CASES = {
    "gworkspace_drive": Case(
        ["admin@acme.example"],
        {"token": "t"},
        {
            "/about": {"user": {}},
            "/files": {"files": TWO},
            "drive/v3/rest": {
                "schemas": {
                    "File": {"properties": {"id": {"type": "string"}, "size": {"format": "int64", "type": "string"}}}
                }
            },
        },
        {"files": "size:string(int64)"},
    ),
    "m365_sharepoint": Case(
        ["acme.example"],
        OAUTH,
        {
            "/token": TOKEN,
            "/sites/root": {"id": "r"},
            "/sites": {"value": [{"id": "h,1,2", "name": "hr", "webUrl": "u"}, {"id": "h,3,4", "name": "it"}]},
            "/lists": {"value": [{"id": "l1", "displayName": "Docs"}]},
            "/columns": {"value": [{"name": "Title", "text": {}}, {"name": "Due", "dateTime": {}}]},
        },
        {"sites": "webUrl:string", "hr/Docs": "Due:dateTime", "it/Docs": "Title:text"},
    ),
    "slack": Case(
        ["T01234567"],
        {"token": "xoxb"},
        {
            "auth.test": {"ok": True, "team_id": "T01234567"},
            "conversations.list": {"ok": True, "channels": [{"id": "C1", "new": 1}, {"id": "C2"}]},
            "team.info": {"ok": True, "team": {"id": "T1", "domain": "acme"}},
        },
        {"channels": "new:number", "team": "domain:string"},
    ),
    "zoom": Case(["a1"], OAUTH, {"/token": TOKEN, "/groups": {"groups": TWO}}, {"groups": "total_members:number"}),
    "salesforce": Case(
        ["acme"],
        OAUTH,
        {
            "/token": TOKEN,
            "/v60.0/": {"sobjects": "/x"},
            "/sobjects": {"sobjects": [{"name": "Zebra__c"}, {"name": "Account"}]},
            "/describe": {"fields": [{"name": "Id", "type": "id"}, {"name": "Name", "type": "string"}]},
            "/query": {"records": TWO, "done": True},
        },
        {"Account": "Name:string", "Zebra__c": "Id:id", "EntityDefinition": "Label:string"},
    ),
    "servicenow": Case(
        ["dev1"],
        {"username": "u", "password": "p"},
        {
            "sys_user": {"result": [{"sys_id": "1"}]},
            "sys_db_object": {"result": [{"name": "incident", "label": "I"}, {"name": "task", "label": "T"}]},
            "sys_dictionary": {"result": [{"element": "number", "internal_type": {"value": "string", "link": "x"}}]},
        },
        {"incident": "number:string", "task": "number:string", "sys_db_object": "label:string"},
    ),
    "jira": Case(
        ["acme"],
        {"email": "a@b", "token": "t"},
        {
            "myself": {"accountId": "1"},
            "/field": [{"id": "summary", "schema": {"type": "string"}}, {"id": "thumbnail"}],
            "project/search": {"values": TWO},
            "issuetype": TWO,
        },
        {"issues": "summary:string", "projects": "key:string", "issue_types": "subtask:boolean"},
    ),
    "confluence": Case(
        ["acme"], {"email": "a@b", "token": "t"}, {"/spaces": {"results": TWO}}, {"spaces": "key:string"}
    ),
    "github": Case(
        ["acme"],
        {"token": "t"},
        {
            "/orgs/acme": {"login": "acme"},
            "/repos": TWO,
            "properties/schema": [{"property_name": "team", "value_type": "string"}],
        },
        {"repositories": "archived:boolean", "repository_properties": "team:string"},
    ),
    "gitlab": Case(
        ["gitlab.com"],
        {"token": "t"},
        {"tokens/self": {"scopes": ["read_api"]}, "/projects": TWO, "/groups": TWO},
        {"projects": "path:string", "groups": "full_path:string"},
    ),
    "aws_org": Case(
        ["o-1"],
        AWS,
        {
            "GetCallerIdentity": STS,
            "DescribeOrganization": {"Organization": {"Id": "o-1", "FeatureSet": "ALL"}},
            "ListRoots": {"Roots": [{"Id": "r-1"}]},
            "ListAccounts": {"Accounts": TWO},
        },
        {"accounts": "Status:string", "organization": "Arn:string", "roots": "Name:string"},
    ),
    "azure_sub": Case(
        ["acme.example", "s-1"],
        OAUTH,
        {
            "/token": TOKEN,
            "/subscriptions/s-1": {"subscriptionId": "s-1"},
            "/providers": {"value": [{"namespace": "Microsoft.Web", "resourceTypes": [{"resourceType": "sites"}]}]},
            "/resources": {"value": TWO},
        },
        {"Microsoft.Web": "sites:", "resources": "location:string"},
    ),
    "gcp_org": Case(
        ["organizations/1"],
        {"token": "t"},
        {"/organizations/1": {"name": "organizations/1"}, "/folders": {}, "/projects:search": {"projects": TWO}},
        {"folders": "displayName:string", "projects": "projectId:string"},
    ),
    "s3": Case(["acme-bucket", "eu-west-1"], AWS, {"/acme-bucket": BUCKET}, {"objects": "Owner:"}),
    "s3_compat": Case(
        ["https://minio.acme.example:9000", "acme-bucket"], AWS, {"/acme-bucket": BUCKET}, {"objects": "Size:integer"}
    ),
    "snowflake": Case(
        ["ACME-MAIN"],
        {"token": "t"},
        {
            "/databases": [{"name": "SALES"}, {"name": "HR"}],
            "/schemas": [{"name": "INFORMATION_SCHEMA"}, {"name": "PUBLIC"}],
            "/tables": [{"name": "ORDERS"}],
            "/ORDERS": {"columns": [{"name": "ID", "datatype": "NUMBER(38,0)"}]},
        },
        {"databases": "owner:string", "SALES.PUBLIC.ORDERS": "ID:NUMBER(38,0)", "HR.PUBLIC.ORDERS": "ID:NUMBER(38,0)"},
    ),
    "bigquery": Case(
        ["acme-project"],
        {"token": "t"},
        {
            "/datasets": {"datasets": [{"id": "p:d", "datasetReference": {"datasetId": "d"}}]},
            "/tables": {"tables": [{"tableReference": {"tableId": "t"}}, {"tableReference": {"tableId": "v"}}]},
            "/tables/t": {"schema": {"fields": [{"name": "id", "type": "INTEGER"}]}},
            "/tables/v": {},
        },
        {"d.t": "id:INTEGER", "datasets": "location:string", "d.v": ""},
        1,
    ),
    "redshift": Case(
        ["c-1", "eu-west-1", "dev"],
        AWS,
        {
            "DescribeClusters": CLUSTERS,
            "ListTables": {"Tables": [{"name": "orders", "schema": "public", "type": "TABLE"}]},
            "DescribeTable": {"ColumnList": [{"name": "id", "typeName": "int4"}]},
        },
        {"public.orders": "id:int4", "tables": "schema:string"},
        1,
    ),
    "okta": Case(
        ["acme.okta.com"],
        {"token": "00x"},
        {
            "/org": {"id": "o"},
            "/user/default": {
                "definitions": {
                    "base": {"properties": {"login": {"type": "string"}}},
                    "custom": {"properties": {"badge": {"type": "integer"}}},
                }
            },
            "/groups": TWO,
        },
        {"users": "badge:integer", "groups": "profile:object"},
    ),
    "entra": Case(
        ["acme.example"],
        OAUTH,
        {"/token": TOKEN, "/organization": {"value": []}, "/groups": {"value": [{"id": "1", "groupTypes": []}]}},
        {"groups": "groupTypes:array"},
        1,
    ),
    "box": Case(
        ["987"],
        OAUTH,
        {
            "/token": TOKEN,
            "/me": {"id": "1"},
            "/enterprise": {"entries": [{"templateKey": "contract", "fields": [{"key": "due", "type": "date"}]}]},
            "/items": {"entries": []},
        },
        {"files": "sha1:string", "metadata:contract": "due:date"},
        0,
    ),
    "dropbox": Case(
        ["t"],
        {"token": "t"},
        {"current_account": {"account_id": "a", "team": {"id": "t"}}, "list_folder": {"entries": TWO}},
        {"entries": "rev:string"},
    ),
    "zendesk": Case(
        ["acme"],
        {"token": "t"},
        {
            "me.json": {"user": {"id": 1}},
            "ticket_fields.json": {"ticket_fields": [{"title": "Subject", "type": "subject"}]},
            "user_fields.json": {"user_fields": []},
            "organization_fields.json": {"organization_fields": [{"key": "tier", "type": "dropdown"}]},
            "groups.json": {"groups": TWO},
        },
        {"tickets": "Subject:subject", "organizations": "tier:dropdown", "groups": "deleted:boolean"},
    ),
    "datadog": Case(
        ["datadoghq.eu"],
        {"api_key": "a", "app_key": "b"},
        {
            "validate_keys": {"status": "ok"},
            "/monitor": TWO,
            "/dashboard": {"dashboards": TWO},
            "/metrics": {"data": TWO},
        },
        {"monitors": "query:string", "dashboards": "title:string", "metrics": "type:string"},
    ),
    "pagerduty": Case(
        ["acme"],
        {"token": "t"},
        {
            "/abilities": {"abilities": []},
            "/services": {"services": TWO},
            "/custom_fields": {"fields": [{"name": "env", "data_type": "string"}]},
        },
        {"services": "status:string", "incidents": "env:string"},
    ),
    "workday": Case(
        ["wd2-impl-services1.workday.com", "acme"],
        {"token": "t"},
        {
            "/dataSources": {"data": [{"id": "d1", "alias": "allWorkers"}]},
            "/fields": {"data": [{"alias": "id", "type": "Text"}]},
        },
        {"dataSources": "alias:string", "allWorkers": "id:Text"},
        1,
    ),
    "netsuite": Case(
        ["1234567_SB1"],
        {"token": "t"},
        {
            "/serverTime": {"serverTime": "x"},
            "/metadata-catalog": {"items": [{"name": "account"}, {"name": "customer"}]},
            "/customer": {"items": TWO},
            "metadata-catalog/customer": {"properties": {"id": {"type": "string"}}},
            "metadata-catalog/account": {"properties": {"acctNumber": {"type": "string"}}},
        },
        {"customer": "id:string", "account": "acctNumber:string"},
    ),
}


def book(says: dict[str, Any]) -> Any:
    """Answers by the longest end of the path, or the operation, that is known."""

    def answers(got: Got) -> Any:
        action = got.headers.get("x-amz-target", "").rpartition(".")[2] or got.parameters.get("Action", "")
        asked = action or got.path
        fits = [end for end in says if asked.endswith(end)]
        return says[max(fits, key=len)] if fits else Reply(404, {"error": "nothing here"})

    return answers
