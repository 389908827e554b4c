"""The 29 families: 28 vendors, and jdbc, which speaks no HTTP and is played by files."""

from aos.farm.sandbox.vendor import Vendor
from aos.farm.sandbox.vendors.atlassian import Confluence, Jira
from aos.farm.sandbox.vendors.aws_services import AwsOrg, Redshift
from aos.farm.sandbox.vendors.azure import Azure
from aos.farm.sandbox.vendors.box import Box
from aos.farm.sandbox.vendors.datadog import Datadog
from aos.farm.sandbox.vendors.dropbox import Dropbox
from aos.farm.sandbox.vendors.github import GitHub
from aos.farm.sandbox.vendors.gitlab import GitLab
from aos.farm.sandbox.vendors.google_cloud import BigQuery, GcpOrg
from aos.farm.sandbox.vendors.google_drive import GoogleDrive
from aos.farm.sandbox.vendors.graph import Entra, SharePoint
from aos.farm.sandbox.vendors.netsuite import NetSuite
from aos.farm.sandbox.vendors.okta import Okta
from aos.farm.sandbox.vendors.own_api import OwnApi
from aos.farm.sandbox.vendors.pagerduty import PagerDuty
from aos.farm.sandbox.vendors.s3 import S3, S3Compatible
from aos.farm.sandbox.vendors.salesforce import Salesforce
from aos.farm.sandbox.vendors.servicenow import ServiceNow
from aos.farm.sandbox.vendors.slack import Slack
from aos.farm.sandbox.vendors.snowflake import Snowflake
from aos.farm.sandbox.vendors.workday import Workday
from aos.farm.sandbox.vendors.zendesk import Zendesk
from aos.farm.sandbox.vendors.zoom import Zoom

VENDORS: tuple[type[Vendor], ...] = (
    GoogleDrive,
    SharePoint,
    Slack,
    Zoom,
    Salesforce,
    ServiceNow,
    Jira,
    Confluence,
    GitHub,
    GitLab,
    AwsOrg,
    Azure,
    GcpOrg,
    S3,
    Snowflake,
    BigQuery,
    Redshift,
    Okta,
    Entra,
    Box,
    Dropbox,
    Zendesk,
    Datadog,
    PagerDuty,
    Workday,
    NetSuite,
    OwnApi,
    S3Compatible,
)

JDBC = "jdbc"
