"""The CRM: accounts, and opportunities that belong to them."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from aos.farm.generators.shape import Field, Generator, Row

ACCOUNTS = 2_000
REGIONS = ("North America", "EMEA", "APAC", "LATAM")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
_INDUSTRIES = ("Manufacturing", "Software", "Retail", "Healthcare", "Logistics", "Finance", "Energy", "Education")
_FIRST = ("Aurora", "Beacon", "Cobalt", "Drift", "Ember", "Fjord", "Garnet", "Harbor", "Indigo", "Jasper")
_SECOND = ("Systems", "Works", "Labs", "Group", "Partners", "Industries", "Holdings", "Networks", "Foods", "Retail")
_STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
_CHANCE = {"Prospecting": 10, "Qualification": 25, "Proposal": 50, "Negotiation": 75}
_SOURCES = ("Inbound", "Outbound", "Partner", "Event", "Referral")


def account_id(n: int) -> str:
    return f"ACC-{n + 1:06d}"


def account(seed: int, n: int) -> Row:
    draw = Draw(seed, "crm_accounts", n)
    return {
        "account_id": account_id(n),
        "name": f"{draw.pick(_FIRST)} {draw.pick(_SECOND)} {n + 1}",
        "industry": draw.pick(_INDUSTRIES),
        "segment": draw.pick(SEGMENTS),
        "region": draw.pick(REGIONS),
        "employees": draw.between(5, 40_000),
        "annual_revenue": draw.money(10_000_000, 90_000_000_000),
        "is_customer": draw.chance(60),
        "created_on": draw.day().isoformat(),
    }


def opportunity(seed: int, n: int) -> Row:
    draw = Draw(seed, "crm_opps", n)
    stage, created = draw.pick(_STAGES), draw.day()
    closed = stage.startswith("Closed")
    return {
        "opportunity_id": f"OPP-{n + 1:07d}",
        "account_id": account_id(draw.below(ACCOUNTS)),
        "name": f"Deal {n + 1}",
        "stage": stage,
        "amount": draw.money(100_000, 50_000_000),
        "probability": (100 if stage == "Closed Won" else 0) if closed else _CHANCE[stage],
        "region": draw.pick(REGIONS),
        "segment": draw.pick(SEGMENTS),
        "lead_source": draw.pick(_SOURCES),
        "is_won": stage == "Closed Won",
        "is_closed": closed,
        "created_on": created.isoformat(),
        "close_on": (created + timedelta(days=draw.between(14, 180))).isoformat(),
    }


GENERATORS = (
    Generator(
        name="crm_accounts",
        vendor="salesforce",
        category="crm",
        entity="account",
        key="account_id",
        period="created_on",
        dims=("industry", "segment", "region"),
        most=ACCOUNTS,
        row=account,
        fields=(
            Field("account_id", "string", "The account's id"),
            Field("name", "string", "The company's name"),
            Field("industry", "string", "Industry"),
            Field("segment", "string", "Market segment"),
            Field("region", "string", "Sales region"),
            Field("employees", "integer", "Employees of the company", "people", "point_in_time"),
            Field("annual_revenue", "number", "The company's own revenue a year", "USD", "point_in_time"),
            Field("is_customer", "boolean", "Whether it buys already"),
            Field("created_on", "date", "Day on which the account was made"),
        ),
    ),
    Generator(
        name="crm_opportunities",
        vendor="salesforce",
        category="crm",
        entity="opportunity",
        key="opportunity_id",
        period="close_on",
        dims=("stage", "region", "segment", "lead_source"),
        row=opportunity,
        fields=(
            Field("opportunity_id", "string", "The opportunity's id"),
            Field("account_id", "string", "The account that it belongs to"),
            Field("name", "string", "The deal's name"),
            Field("stage", "string", "Sales stage"),
            Field("amount", "number", "Value of the deal", "USD", "additive"),
            Field("probability", "integer", "Chance to win it", "percent", "ratio"),
            Field("region", "string", "Sales region"),
            Field("segment", "string", "Market segment"),
            Field("lead_source", "string", "Where the lead came from"),
            Field("is_won", "boolean", "Whether it was won"),
            Field("is_closed", "boolean", "Whether it is decided"),
            Field("created_on", "date", "Day on which it was made"),
            Field("close_on", "date", "Day on which it closes or closed"),
        ),
    ),
)
