"""Product usage: what one account did in one feature on one day."""

from aos.farm.generators.crm import ACCOUNTS, account_id
from aos.farm.generators.draw import Draw
from aos.farm.generators.shape import Field, Generator, Row

_FEATURES = ("Dashboards", "Exports", "API", "Alerts", "Search", "Reports")
_PLANS = ("Free", "Team", "Business", "Enterprise")
_PLATFORMS = ("web", "ios", "android", "api")


def usage(seed: int, n: int) -> Row:
    draw = Draw(seed, "product_usage", n)
    users = draw.between(1, 500)
    return {
        "usage_id": f"U-{n + 1:09d}",
        "account_id": account_id(draw.below(ACCOUNTS)),
        "feature": draw.pick(_FEATURES),
        "plan": draw.pick(_PLANS),
        "platform": draw.pick(_PLATFORMS),
        "active_users": users,
        "events": users * draw.between(1, 60),
        "minutes": users * draw.between(1, 90),
        "errors": draw.between(0, 40),
        "used_on": draw.day().isoformat(),
    }


GENERATORS = (
    Generator(
        name="product_usage",
        vendor="datadog",
        category="product",
        entity="usage",
        key="usage_id",
        period="used_on",
        dims=("feature", "plan", "platform"),
        row=usage,
        fields=(
            Field("usage_id", "string", "The row's id"),
            Field("account_id", "string", "The account that used it"),
            Field("feature", "string", "Feature of the product"),
            Field("plan", "string", "The account's plan"),
            Field("platform", "string", "Where it was used"),
            Field("active_users", "integer", "Users of that day", "people", "point_in_time"),
            Field("events", "integer", "Things done", "events", "additive"),
            Field("minutes", "integer", "Time spent", "minutes", "additive"),
            Field("errors", "integer", "Errors shown", "errors", "additive"),
            Field("used_on", "date", "Day of use"),
        ),
    ),
)
