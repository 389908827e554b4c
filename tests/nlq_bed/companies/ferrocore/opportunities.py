"""Deals of the manufacturer's CRM."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.ferrocore.calendar import LAST, SEED, days, weekday
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

ACCOUNTS = (
    ("Halvorsen Logistics", "Transportation", "Enterprise", "Norway"),
    ("Bluepeak Dental", "Healthcare", "SMB", "United States"),
    ("Corrigan Foods", "Food & Beverage", "Mid-Market", "Ireland"),
    ("Tessaro Ceramics", "Manufacturing", "Mid-Market", "Italy"),
    ("Maplewood School Board", "Education", "SMB", "Canada"),
    ("Quantrell Insurance", "Financial Services", "Enterprise", "United States"),
    ("Ostwind Energie", "Utilities", "Enterprise", "Germany"),
    ("Pinecrest Hotels", "Hospitality", "Mid-Market", "United States"),
    ("Delgado Packaging", "Manufacturing", "SMB", "Spain"),
    ("Fenwick & Rowe", "Professional Services", "SMB", "United Kingdom"),
    ("Lumineer Optics", "Manufacturing", "Mid-Market", "Germany"),
    ("Sable Creek Mining", "Mining", "Enterprise", "Canada"),
    ("Northgate Credit Union", "Financial Services", "Mid-Market", "United States"),
    ("Aria Cosmetics", "Retail", "SMB", "France"),
    ("Brightwater Clinics", "Healthcare", "Mid-Market", "United Kingdom"),
    ("Kestrel Airports", "Transportation", "Enterprise", "United Kingdom"),
    ("Vantaa Robotics", "Manufacturing", "SMB", "Finland"),
    ("Redwing Apparel", "Retail", "Mid-Market", "United States"),
    ("Meridian Pharma", "Healthcare", "Enterprise", "Switzerland"),
    ("Juniper Lane Bakeries", "Food & Beverage", "SMB", "United States"),
)  # fmt: skip
OWNERS = ("Carla Benitez", "Derek Osei", "Hannah Lindqvist", "Ravi Menon", "Sophie Tremblay", "Tom Gallagher")
_OWNER = (*OWNERS, "Carla Benitez", "Derek Osei", "Derek Osei", "Ravi Menon")
_SOURCE = ("Website",) * 6 + ("Referral",) * 4 + ("Partner",) * 4 + ("Trade Show",) * 3 + ("Cold Call",) * 2 + (None,)
_PRODUCT = ("Fleet Tracking", "Warehouse Suite", "Analytics Add-on", "Mobile Scanner Kit", "Managed Support")
_LOSS = ("Price",) * 5 + ("Competitor",) * 4 + ("No Budget",) * 3 + ("No Decision",) * 4 + ("Missing Feature",) * 2
_RIVALS = ("Axonify", "Trackwell", "Trackwell", "LogiNova", "Shipmate")
_SIZE = {"SMB": (40, 260), "Mid-Market": (180, 950), "Enterprise": (650, 4_200)}  # hundreds of USD
_CYCLE = {"SMB": (12, 75), "Mid-Market": (30, 130), "Enterprise": (60, 230)}
_OPEN = (
    ("Prospecting", 10),
    ("Prospecting", 10),
    ("Qualification", 25),
    ("Qualification", 25),
    ("Proposal", 50),
    ("Negotiation", 75),
)


def _opportunity(n: int, day: date) -> Row:
    draw = Draw(SEED, "opps", n)
    created = weekday(day)
    account, industry, segment, country = draw.pick(ACCOUNTS)
    kind = draw.pick(("New Business",) * 5 + ("Expansion",) * 3 + ("Renewal",) * 4)
    product = draw.pick(_PRODUCT)
    size = draw.between(*_SIZE[segment])
    size = size * draw.between(30, 100) // 100 if draw.chance(60) else size
    amount = float(size * 100)
    cycle = draw.between(*_CYCLE[segment])
    close = weekday(created + timedelta(days=cycle))
    chance_to_win = {"Renewal": 68, "Expansion": 50, "New Business": 33}[kind]
    closed = close <= LAST
    won = closed and draw.chance(chance_to_win)
    reason, rival, stage, probability = draw.pick(_LOSS), draw.pick(_RIVALS), "Closed Won", 100
    if closed and not won:
        stage, probability = "Closed Lost", 0
    elif not closed:
        stage, probability = draw.pick(_OPEN)
    discount = draw.pick((0, 0, 0, 5, 5, 10, 10, 15, 20))
    named_rival = draw.chance(30)
    return {
        "opportunityId": f"OPP-{40210 + n * 7}",
        "opportunityName": f"{account} - {product}",
        "accountName": account,
        "industry": industry,
        "segment": segment,
        "billingCountry": country,
        "opportunityType": kind,
        "productLine": product,
        "ownerName": draw.pick(_OWNER),
        "leadSource": draw.pick(_SOURCE),
        "stageName": stage,
        "amountUsd": None if stage == "Prospecting" and draw.chance(35) else amount,
        "winProbabilityPct": probability,
        "createdDate": created.isoformat(),
        "closeDate": close.isoformat(),
        "isClosed": closed,
        "isWon": won,
        "lossReason": reason if closed and not won and not draw.chance(8) else None,
        "competitorName": rival if named_rival or (closed and not won and reason == "Competitor") else None,
        "discountPct": None if stage in ("Prospecting", "Qualification") else discount,
        "contractTermMonths": draw.pick((12, 12, 12, 24, 24, 36)) if won else None,
        "salesCycleDays": (close - created).days if closed else None,
        "meetingsHeld": draw.pick((0, 1, 1, 2, 2, 3, 4, 5, 7)),
    }


OPPORTUNITIES = Pipe(
    "dealcloud.crm-opportunities", "DealCloud CRM opportunities", "dealcloud", "crm", "opportunity",
    ("opportunityId",), ("IPAAS", "workato"),
    (
        Column("opportunityId", "string", "Number of the opportunity"),
        Column("opportunityName", "string", "Name of the deal"),
        Column("accountName", "string", "Customer or prospect"),
        Column("industry", "string", "Industry of the account"),
        Column("segment", "string", "SMB, Mid-Market or Enterprise"),
        Column("billingCountry", "string", "Country of the account"),
        Column("opportunityType", "string", "New Business, Expansion or Renewal"),
        Column("productLine", "string", "Product offered"),
        Column("ownerName", "string", "Sales rep who owns the deal"),
        Column("leadSource", "string", "Where the lead came from; null if unknown"),
        Column("stageName", "string", "Prospecting, Qualification, Proposal, Negotiation, Closed Won or Closed Lost"),
        Column("amountUsd", "number", "Deal amount; null if not yet estimated", "additive", "USD"),
        Column("winProbabilityPct", "integer", "Probability to win", "ratio", "%"),
        Column("createdDate", "date", "Day the opportunity was created"),
        Column("closeDate", "date", "Day it was closed, or is expected to", "period"),
        Column("isClosed", "boolean", "Whether it is won or lost"),
        Column("isWon", "boolean", "Whether it was won"),
        Column("lossReason", "string", "Why it was lost; null otherwise"),
        Column("competitorName", "string", "Competitor in the deal; null if none is known"),
        Column("discountPct", "integer", "Discount offered", "ratio", "%"),
        Column("contractTermMonths", "integer", "Term of the signed contract; null if not won", "ratio", "months"),
        Column("salesCycleDays", "integer", "Days from creation to close; null while open", "ratio", "days"),
        Column("meetingsHeld", "integer", "Meetings with the customer", "additive", "meetings"),
    ),
    tuple(_opportunity(n, day) for n, day in enumerate(days("opps", 500))),
)  # fmt: skip
