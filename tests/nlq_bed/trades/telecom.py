"""The quarters of a telecom operator."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import QUARTERS, Column, Pipe
from tests.nlq_bed.truth import Row

SEED = 4127


def _quarters() -> tuple[Row, ...]:
    """Stocks go on from quarter to quarter."""
    post, pre, broadband, tv = 2_140_000, 1_320_000, 610_000, 288_000
    sites, shops, people, homes, coverage = 1_150, 214, 6_420, 940_000, 512
    made = []
    for n, quarter in enumerate(QUARTERS):
        draw = Draw(SEED, "telecom", n)
        gross, gone = draw.between(96_000, 148_000), draw.between(74_000, 122_000)
        post += gross - gone
        pre -= draw.between(2_000, 31_000)
        broadband += draw.between(-2_500, 14_000)
        tv += draw.between(-6_000, 4_500)
        sites, homes = sites + draw.between(40, 160), homes + draw.between(18_000, 52_000)
        shops, people, coverage = (
            shops - draw.between(0, 4),
            people + draw.between(-110, 60),
            coverage + draw.between(8, 34),
        )
        mobile, fixed = post * draw.between(780, 860) // 10, broadband * draw.between(890, 990) // 10
        equipment, wholesale, roaming = (
            draw.between(28_000_000, 61_000_000),
            draw.between(11_000_000, 19_000_000),
            draw.between(4_000_000, 15_000_000),
        )
        total = mobile + fixed + equipment + wholesale + roaming
        ebitda = total * draw.between(318, 386) // 1000
        made.append({
            "reporting_quarter": quarter,
            "mobile_service_revenue": mobile,
            "fixed_service_revenue": fixed,
            "equipment_revenue": equipment,
            "wholesale_revenue": wholesale,
            "roaming_revenue": roaming,
            "total_operating_revenue": total,
            "ebitda": ebitda,
            "ebitda_margin_pct": round(100 * ebitda / total, 1),
            "network_capex": total * draw.between(110, 190) // 1000,
            "network_opex": total * draw.between(140, 180) // 1000,
            "subscriber_acquisition_cost": gross * draw.between(90, 150),
            "spectrum_fees": draw.between(30_000_000, 90_000_000) if n in (2, 7) else 0,
            "net_debt": draw.between(1_380_000_000, 1_720_000_000),
            "postpaid_subscribers": post,
            "prepaid_subscribers": pre,
            "broadband_subscribers": broadband,
            "tv_subscribers": tv,
            "gross_additions": gross,
            "disconnections": gone,
            "net_additions": gross - gone,
            "port_ins": draw.between(21_000, 39_000),
            "port_outs": draw.between(18_000, 37_000),
            "mobile_arpu": round(mobile / post / 3, 2),
            "broadband_arpu": round(fixed / broadband / 3, 2),
            "monthly_churn_pct": round(100 * gone / post / 3, 2),
            "data_traffic_pb": draw.between(820, 1_080) + 65 * n,
            "voice_minutes_mn": draw.between(2_300, 2_700) - 25 * n,
            "sms_sent_mn": draw.between(180, 240) - 8 * n,
            "five_g_sites": sites,
            "five_g_population_coverage_pct": coverage / 10,
            "fibre_homes_passed": homes,
            "network_availability_pct": draw.between(99_820, 99_991) / 1000,
            "dropped_call_rate_pct": draw.between(31, 92) / 100,
            "avg_download_speed_mbps": draw.between(780, 960) / 10 + 6 * n,
            "network_outages": draw.between(6, 31),
            "customer_complaints": draw.between(7_400, 15_200),
            "net_promoter_score": draw.between(12, 41),
            "retail_stores": shops,
            "employees_fte": people,
        })  # fmt: skip
    return tuple(made)


TELECOM = Pipe(
    "telora.operator-kpis", "Telora operator KPIs", "telora", "telecommunications", "operator_quarter",
    ("reporting_quarter",), ("DATA_WAREHOUSE", "bigquery"),
    (
        Column("reporting_quarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        Column("mobile_service_revenue", "integer", "Revenue of mobile service", "additive", "EUR"),
        Column("fixed_service_revenue", "integer", "Revenue of fixed lines and broadband", "additive", "EUR"),
        Column("equipment_revenue", "integer", "Revenue of handsets and routers sold", "additive", "EUR"),
        Column("wholesale_revenue", "integer", "Revenue from other operators", "additive", "EUR"),
        Column("roaming_revenue", "integer", "Revenue of roaming", "additive", "EUR"),
        Column("total_operating_revenue", "integer", "All revenue", "additive", "EUR"),
        Column("ebitda", "integer", "Earnings before interest, taxes, depreciation and amortization", "additive",
            "EUR"),
        Column("ebitda_margin_pct", "number", "EBITDA as a share of revenue", "ratio", "%"),
        Column("network_capex", "integer", "Invested in the network", "additive", "EUR"),
        Column("network_opex", "integer", "Spent on running the network", "additive", "EUR"),
        Column("subscriber_acquisition_cost", "integer", "Spent on winning subscribers", "additive", "EUR"),
        Column("spectrum_fees", "integer", "Paid for spectrum", "additive", "EUR"),
        Column("net_debt", "integer", "Net debt at the end of the quarter", "point_in_time", "EUR"),
        Column("postpaid_subscribers", "integer", "Postpaid subscribers at the end of the quarter", "point_in_time",
            "subscribers"),
        Column("prepaid_subscribers", "integer", "Prepaid subscribers at the end of the quarter", "point_in_time",
            "subscribers"),
        Column("broadband_subscribers", "integer", "Broadband subscribers at the end of the quarter", "point_in_time",
            "subscribers"),
        Column("tv_subscribers", "integer", "TV subscribers at the end of the quarter", "point_in_time", "subscribers"),
        Column("gross_additions", "integer", "Postpaid subscribers won", "additive", "subscribers"),
        Column("disconnections", "integer", "Postpaid subscribers lost", "additive", "subscribers"),
        Column("net_additions", "integer", "Postpaid subscribers won less those lost", "additive", "subscribers"),
        Column("port_ins", "integer", "Numbers brought from other operators", "additive", "numbers"),
        Column("port_outs", "integer", "Numbers taken to other operators", "additive", "numbers"),
        Column("mobile_arpu", "number", "Mobile revenue for a subscriber and month", "ratio", "EUR"),
        Column("broadband_arpu", "number", "Broadband revenue for a subscriber and month", "ratio", "EUR"),
        Column("monthly_churn_pct", "number", "Postpaid subscribers lost in a month, in percent", "ratio", "%"),
        Column("data_traffic_pb", "integer", "Mobile data carried", "additive", "PB"),
        Column("voice_minutes_mn", "integer", "Minutes of voice calls, in millions", "additive", "million minutes"),
        Column("sms_sent_mn", "integer", "Text messages sent, in millions", "additive", "million messages"),
        Column("five_g_sites", "integer", "5G sites on air at the end of the quarter", "point_in_time", "sites"),
        Column("five_g_population_coverage_pct", "number", "Share of the population with 5G", "ratio", "%"),
        Column("fibre_homes_passed", "integer", "Homes that fibre passes at the end of the quarter", "point_in_time",
            "homes"),
        Column("network_availability_pct", "number", "Time in which the network was up", "ratio", "%"),
        Column("dropped_call_rate_pct", "number", "Share of calls that dropped", "ratio", "%"),
        Column("avg_download_speed_mbps", "number", "Mean download speed", "ratio", "Mbps"),
        Column("network_outages", "integer", "Outages of the network", "additive", "outages"),
        Column("customer_complaints", "integer", "Complaints received", "additive", "complaints"),
        Column("net_promoter_score", "integer", "Net promoter score", "ratio", "points"),
        Column("retail_stores", "integer", "Own shops at the end of the quarter", "point_in_time", "stores"),
        Column("employees_fte", "integer", "Employees, full-time equivalents, at the end of the quarter",
            "point_in_time", "people"),
    ),
    _quarters(),
)  # fmt: skip
