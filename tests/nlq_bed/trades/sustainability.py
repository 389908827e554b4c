"""The figures that a group's sustainability office takes from its sites every quarter."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import QUARTERS, Column, Pipe
from tests.nlq_bed.truth import Row

SEED = 77

SITES = (
    ("Bilbao Works", "Spain", "Castings"), ("Gdansk Plant", "Poland", "Coatings"), ("Tampere Mill", "Finland", "Paper"),
    ("Ostrava Foundry", "Czechia", "Castings"), ("Porto Plant", "Portugal", "Coatings"),
    ("Graz Works", "Austria", "Castings"), ("Aarhus Mill", "Denmark", "Paper"), ("Ghent Plant", "Belgium", "Coatings"),
    ("Turin Works", "Italy", "Castings"), ("Norrkoping Mill", "Sweden", "Paper"),
    ("Limerick Plant", "Ireland", "Coatings"), ("Brno Works", "Czechia", "Castings"),
    ("Malaga Plant", "Spain", "Coatings"), ("Bergen Mill", "Norway", "Paper"), ("Szeged Plant", "Hungary", "Coatings"),
    ("Lodz Works", "Poland", "Castings"), ("Riga Plant", "Latvia", "Coatings"), ("Vaasa Mill", "Finland", "Paper"),
)  # fmt: skip


def _metric(n: int) -> Row:
    at, number = divmod(n, len(SITES))
    draw, steady = Draw(SEED, "esg", n), Draw(SEED, "esg site", number)
    site, country, unit = SITES[number]
    size = steady.between(40, 160)
    haz, other = draw.between(2, 60), draw.between(80, 900)
    recycled = draw.between(20, 79) * (haz + other) // 100
    power, hours = size * draw.between(38, 60), size * 5 * draw.between(90, 118)
    green = draw.between(10 + 3 * at, 30 + 4 * at) * power // 100
    injuries = draw.pick((0, 0, 0, 0, 1, 1, 2))
    return {
        "reporting_quarter": QUARTERS[at],
        "site_name": site,
        "country": country,
        "business_unit": unit,
        "scope_1_emissions_tco2e": size * draw.between(90, 140) / 10,
        "scope_2_emissions_tco2e": size * draw.between(50, 110) / 10,
        "electricity_consumption_mwh": power,
        "renewable_electricity_mwh": green,
        "renewable_electricity_share_pct": round(100 * green / power, 1),
        "natural_gas_mwh": size * draw.between(10, 30),
        "water_withdrawal_m3": size * draw.between(200, 420),
        "water_recycled_m3": size * draw.between(10, 90),
        "hazardous_waste_t": haz,
        "non_hazardous_waste_t": other,
        "waste_recycled_t": recycled,
        "recycling_rate_pct": round(100 * recycled / (haz + other), 1),
        "energy_intensity_kwh_per_unit": draw.between(210, 480) / 100,
        "lost_time_injuries": injuries,
        "near_misses_reported": draw.between(0, 14),
        "ltifr": round(injuries * 1_000_000 / hours, 2),
        "hours_worked": hours,
        "training_hours": size * draw.between(1, 9),
        "employee_headcount": size * 5 + draw.between(-20, 25),
        "women_in_management_pct": draw.between(150, 420) / 10,
        "solar_capacity_kw": steady.between(0, 40) * 10 + 15 * at,
        "environmental_fines_eur": draw.between(500, 42_000) if draw.chance(9) else 0,
        "community_investment_eur": draw.between(0, 18_000),
        "supplier_audits_completed": draw.between(0, 9),
        "biodiversity_score": draw.between(20, 95) if draw.chance(60) else None,
        "iso_14001_certified": number % 4 != 3 or at > 7,
    }


ESG = Pipe(
    "verdanta.site-sustainability-metrics", "Verdanta site sustainability metrics", "verdanta", "sustainability",
    "site_quarter", ("reporting_quarter", "site_name"), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("reporting_quarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        Column("site_name", "string", "Site that reports"),
        Column("country", "string", "Country of the site"),
        Column("business_unit", "string", "Castings, Coatings or Paper"),
        Column("scope_1_emissions_tco2e", "number", "Direct emissions", "additive", "tCO2e"),
        Column("scope_2_emissions_tco2e", "number", "Emissions of bought energy", "additive", "tCO2e"),
        Column("electricity_consumption_mwh", "integer", "Electricity used", "additive", "MWh"),
        Column("renewable_electricity_mwh", "integer", "Electricity used that is renewable", "additive", "MWh"),
        Column("renewable_electricity_share_pct", "number", "Share of renewable electricity", "ratio", "%"),
        Column("natural_gas_mwh", "integer", "Natural gas used", "additive", "MWh"),
        Column("water_withdrawal_m3", "integer", "Water taken in", "additive", "m3"),
        Column("water_recycled_m3", "integer", "Water used again", "additive", "m3"),
        Column("hazardous_waste_t", "integer", "Hazardous waste", "additive", "t"),
        Column("non_hazardous_waste_t", "integer", "Other waste", "additive", "t"),
        Column("waste_recycled_t", "integer", "Waste that was recycled", "additive", "t"),
        Column("recycling_rate_pct", "number", "Share of waste that was recycled", "ratio", "%"),
        Column("energy_intensity_kwh_per_unit", "number", "Energy for a unit made", "ratio", "kWh/unit"),
        Column("lost_time_injuries", "integer", "Injuries with lost time", "additive", "injuries"),
        Column("near_misses_reported", "integer", "Near misses that were reported", "additive", "reports"),
        Column("ltifr", "number", "Lost time injury frequency rate, per million hours", "ratio"),
        Column("hours_worked", "integer", "Hours worked", "additive", "hours"),
        Column("training_hours", "integer", "Hours of training", "additive", "hours"),
        Column("employee_headcount", "integer", "Employees at the end of the quarter", "point_in_time", "people"),
        Column("women_in_management_pct", "number", "Share of women in management", "ratio", "%"),
        Column("solar_capacity_kw", "integer", "Solar capacity installed at the end of the quarter", "point_in_time",
            "kW"),
        Column("environmental_fines_eur", "integer", "Fines for breaches of environmental law", "additive", "EUR"),
        Column("community_investment_eur", "integer", "Spent on the community", "additive", "EUR"),
        Column("supplier_audits_completed", "integer", "Audits of suppliers", "additive", "audits"),
        Column("biodiversity_score", "integer", "0 to 100; null where not assessed", "ratio", "points"),
        Column("iso_14001_certified", "boolean", "Whether the site is certified"),
    ),
    tuple(_metric(n) for n in range(len(SITES) * 12)),
)  # fmt: skip
