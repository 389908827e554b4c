"""The cloud bill: cost of one service, account and day a row."""

from datetime import timedelta

from aos.farm.generators.draw import DAYS, FIRST_DAY, Draw
from aos.farm.generators.shape import Field, Generator, Row

_SERVICES = ("EC2", "S3", "RDS", "Lambda", "CloudFront", "EKS", "DynamoDB", "Redshift")
_ACCOUNTS = ("production", "staging", "analytics", "sandbox")
_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
_TEAMS = ("Platform", "Data", "Web", "Mobile")


def cost(seed: int, n: int) -> Row:
    """Rows go through services, accounts and days in turn, so that no line of the bill stands twice."""
    draw = Draw(seed, "cloud_costs", n)
    service, rest = n % len(_SERVICES), n // len(_SERVICES)
    account, day = rest % len(_ACCOUNTS), rest // len(_ACCOUNTS)
    region, day = day // DAYS % len(_REGIONS), day % DAYS
    return {
        "line_id": f"CUR-{n + 1:09d}",
        "usage_on": (FIRST_DAY + timedelta(days=day)).isoformat(),
        "service": _SERVICES[service],
        "account": _ACCOUNTS[account],
        "region": _REGIONS[region],
        "team": draw.pick(_TEAMS),
        "usage_hours": draw.between(1, 24 * 50),
        "cost": draw.money(50, 250_000),
        "credits": 0.0 - draw.money(0, 5_000) if draw.chance(20) else 0.0,
    }


GENERATORS = (
    Generator(
        name="cloud_costs",
        vendor="aws",
        category="cloud",
        entity="cost_line",
        key="line_id",
        period="usage_on",
        dims=("service", "account", "region", "team"),
        row=cost,
        fields=(
            Field("line_id", "string", "The line's id on the bill"),
            Field("usage_on", "date", "Day of use"),
            Field("service", "string", "Cloud service"),
            Field("account", "string", "Cloud account"),
            Field("region", "string", "Cloud region"),
            Field("team", "string", "Team that owns the resource"),
            Field("usage_hours", "integer", "Hours of use", "hours", "additive"),
            Field("cost", "number", "Cost before credits", "USD", "additive"),
            Field("credits", "number", "Credits, zero or less", "USD", "additive"),
        ),
    ),
)
