"""A city's building permits."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import LAST, Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 311

NEIGHBORHOODS = (
    "Old Mill",
    "Lakeshore",
    "Cedar Heights",
    "Foundry District",
    "Riverbend",
    "Northgate",
    "Union Park",
    "Sunnyslope",
)
CONTRACTORS = (
    "Hartwell Builders", "Pinecrest Construction", "Delgado & Sons", "Blue Heron Homes", "Ironside Contracting",
    "Mesa Roofing", "Kowalski Carpentry", "Summit Solar", "Greenline Renovations",
)  # fmt: skip
REVIEWERS = ("T. Nakamura", "R. Osei", "L. Brandt", "M. Villanueva", "P. Gallagher")
_WORK = (
    ("Alteration",) * 7
    + ("New Construction",) * 5
    + ("Addition",) * 4
    + ("Re-Roof",) * 3
    + ("Solar Installation",) * 3
    + ("Demolition",) * 2
)
_OCCUPANCY = ("residential",) * 8 + ("commercial",) * 4 + ("industrial",) + ("mixed use",) * 2


def _permit(n: int, of: int) -> Row:
    draw = Draw(SEED, "permits", n)
    work, use, filed = draw.pick(_WORK), draw.pick(_OCCUPANCY), a_day(n, of, draw)
    fast = draw.chance(18)
    took = draw.between(2, 21) if fast else draw.between(9, 120)
    issued = filed + timedelta(days=took)
    closed = issued + timedelta(days=draw.between(30, 420))
    lot = draw.below(100)
    if lot < 7:
        state = "denied"
    elif lot < 13:
        state = "withdrawn"
    elif issued > LAST:
        state = "in review"
    elif lot < 18:
        state = "expired"
    else:
        state = "finaled" if closed <= LAST else "issued"
    out = state in ("expired", "finaled", "issued")
    new = work in ("New Construction", "Addition")
    cost = draw.between(40, 9_900) * 250 if new else draw.between(12, 1_400) * 125
    return {
        "permit_number": f"BLD-{filed.year}-{n + 2001:05d}",
        "work_type": work,
        "occupancy_class": use,
        "neighborhood": draw.pick(NEIGHBORHOODS),
        "contractor_name": draw.pick(CONTRACTORS),
        "plan_reviewer": draw.pick(REVIEWERS),
        "submission_channel": draw.pick(("online",) * 6 + ("counter",) * 3 + ("mail",)),
        "application_date": filed.isoformat(),
        "issued_date": issued.isoformat() if out else None,
        "final_inspection_date": closed.isoformat() if state == "finaled" else None,
        "permit_status": state,
        "days_to_issue": took if out else None,
        "estimated_construction_cost": cost,
        "permit_fee": round(85 + cost * draw.between(6, 14) / 1000, 2),
        "plan_review_fee": draw.money(4_500, 98_000) if new else 0.0,
        "floor_area_sqft": draw.between(180, 24_000) if new else None,
        "dwelling_units": (draw.between(1, 48) if use != "residential" else draw.between(1, 6))
        if work == "New Construction" and use in ("residential", "mixed use")
        else 0,
        "failed_inspections": draw.pick((0, 0, 0, 0, 1, 1, 2, 3)) if out else 0,
        "expedited": fast,
        "zoning_variance_required": draw.chance(14),
        "in_flood_zone": draw.chance(9),
    }


PERMITS = Pipe(
    "permitrack.building-permits", "Permitrack building permits", "permitrack", "government", "permit",
    ("permit_number",), ("API_GATEWAY", "kong"),
    (
        Column("permit_number", "string", "Number of the permit"),
        Column("work_type", "string", "What is to be built"),
        Column("occupancy_class", "string", "residential, commercial, industrial or mixed use"),
        Column("neighborhood", "string", "Part of the city"),
        Column("contractor_name", "string", "Contractor who applied"),
        Column("plan_reviewer", "string", "Clerk who reviews the plans"),
        Column("submission_channel", "string", "online, counter or mail"),
        Column("application_date", "date", "Day of the application", "period"),
        Column("issued_date", "date", "Day the permit was issued; null where it was not"),
        Column("final_inspection_date", "date", "Day of the final inspection; null where there was none yet"),
        Column("permit_status", "string", "in review, issued, finaled, expired, denied or withdrawn"),
        Column("days_to_issue", "integer", "Days from application to issue", "ratio", "days"),
        Column("estimated_construction_cost", "integer", "Cost of the works as the applicant says", "additive", "USD"),
        Column("permit_fee", "number", "Fee for the permit", "additive", "USD"),
        Column("plan_review_fee", "number", "Fee for the review of plans", "additive", "USD"),
        Column("floor_area_sqft", "integer", "Floor area to be built; null where none is", "additive", "sqft"),
        Column("dwelling_units", "integer", "Homes to be built", "additive", "units"),
        Column("failed_inspections", "integer", "Inspections that were failed", "additive", "inspections"),
        Column("expedited", "boolean", "Whether the applicant paid for a quick review"),
        Column("zoning_variance_required", "boolean", "Whether a variance from zoning is needed"),
        Column("in_flood_zone", "boolean", "Whether the plot lies in the flood zone"),
    ),
    tuple(_permit(n, 560) for n in range(560)),
)  # fmt: skip
