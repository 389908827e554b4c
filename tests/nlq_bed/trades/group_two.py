"""The second group: hotels, charging sessions, a telecom operator, an insurer."""

from tests.nlq_bed.trades.charging import SESSIONS
from tests.nlq_bed.trades.claims import CLAIMS
from tests.nlq_bed.trades.figures import (
    avg,
    by,
    during,
    first,
    got,
    keys,
    mean,
    number,
    of,
    one,
    percent,
    series,
    total,
    where,
)
from tests.nlq_bed.trades.hotels import RESERVATIONS
from tests.nlq_bed.trades.telecom import TELECOM
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, leader, quarter

PIPES = (RESERVATIONS, SESSIONS, TELECOM, CLAIMS)
H, E, T, C = (pipe.rows for pipe in PIPES)
IN, AT, OF, ON = "check_in_date", "started_at", "reporting_quarter", "reported_date"

NO = (
    "What was our occupancy rate in 2024?",
    "revpar grand meridian 2025",
    "How much room revenue came from the Oslo hotel?",
    "Why do so many people cancel at Plaza Norte?",
    "reservations that came in through Airbnb last year",
    "average review score from guests who travelled with a dog",
    "Which receptionist checked in the most guests?",
    "upgrade all gold members arriving next week to a deluxe room",
    "nightly rate of comparable Hilton hotels in Rome",
    "What's the average waiting time for a free charger at Westpark Mall?",
    "charging sessions by Ford drivers in 2024",
    "kWh delivered at Harbour Marina",
    "how much energy did we deliver in 2022?",
    "energy delivered to plug-in hybrids",
    "How many kWh will we deliver next summer?",
    "sessions started while it was raining",
    "purchase cost of electricity per site",
    "What is our share of the mobile market?",
    "churn rate of prepaid customers in 2024",
    "avg upload speed in Q2 2025",
    "mobile service revenue in the southern provinces, 2025",
    "was EBITDA above budget in Q4 2025?",
    "net debt in Q3 2022",
    "what happens to EBITDA if we close 20 stores",
    "mobile service revenue per employee",
    "loss ratio of the motor line",
    "How much premium did we write in 2024?",
    "how many cyber claims were there in 2025?",
    "paid amount for claims from California",
    "claims assigned to adjuster Hernandez",
    "Is Petrov a better adjuster than Wexler?",
    "how many claims were reopened after being settled",
    "paid amount on CLM-2024-9999",
    "Do hotel guests who drive a Tesla file more motor claims?",
)
CHOICES = (
    "How much revenue did Plaza Norte make?",
    "How much did we collect in fees in 2024?",
    "average battery level of Renaults",
    "How many subscribers did we have at the end of 2024?",
    "ARPU in Q1 2025",
    "Total amount of claims in 2025?",
)

CASES = [
    # hotels
    Case(
        "What did the Alpenblick earn in room revenue last year?",
        lambda: total(where(H, during(IN, "2025"), hotel_name="Alpenblick"), "room_revenue"),
    ),
    Case("no-shows at Castle Inn, how many?", lambda: number(H, hotel_name="Castle Inn", reservation_status="no_show")),
    Case("avg review score by hotel", lambda: Table(by(H, "hotel_name", avg("review_score")))),
    Case(
        "Which booking channel costs us the most commission?",
        lambda: leader(by(H, "booking_channel", of("commission_amount"))),
    ),
    Case("how many reservations got cancelled because of illness?", lambda: number(H, cancellation_reason="illness")),
    Case(
        "top 3 guest countries by nights booked for arrivals in 2025",
        lambda: first(by(where(H, during(IN, "2025")), "guest_country", of("nights")), 3),
    ),
    Case(
        "What percentage of reservations has breakfast included?", lambda: percent(where(H, breakfast_included=True), H)
    ),
    Case(
        "show me the reservations of platinum guests checking in on or after 10 December 2025",
        lambda: keys(where(H, lambda r: r[IN] >= "2025-12-10", loyalty_tier="platinum"), "confirmation_no"),
    ),
    Case("mean nightly rate for a junior suite", lambda: mean(where(H, room_type="junior suite"), "nightly_rate")),
    Case(
        "food and beverage revenue per quarter in 2024, please",
        lambda: Table(by(where(H, during(IN, "2024")), lambda r: quarter(r[IN]), of("food_beverage_revenue"))),
    ),
    Case("what room type is booked under HB310416", lambda: one(H, "room_type", confirmation_no="HB310416")),
    Case("How many reservations have no loyalty tier on file?", lambda: number(H, loyalty_tier=None)),
    Case("longest lead time we have ever seen on a reservation?", lambda: max(got(H, "lead_time_days"))),
    Case(
        "how much more room revenue did we make in Q3 2025 than in Q3 2024",
        lambda: (
            total(where(H, during(IN, "2025-Q3")), "room_revenue")
            - total(where(H, during(IN, "2024-Q3")), "room_revenue")
        ),
    ),
    Case(
        "Leaving out cancelled reservations, what's the average number of nights at Villa Aurelia?",
        lambda: mean(where(H, lambda r: r["reservation_status"] != "cancelled", hotel_name="Villa Aurelia"), "nights"),
    ),
    Case("total children in q4 2025", lambda: total(where(H, during(IN, "2025-Q4")), "children")),
    Case(
        "number of Expedia reservations by guests from Brazil or Japan",
        lambda: number(H, lambda r: r["guest_country"] in ("Brazil", "Japan"), booking_channel="Expedia"),
    ),
    Case(
        "City tax collected in Edinburgh during July 2024?",
        lambda: total(where(H, during(IN, "2024-07"), hotel_city="Edinburgh"), "city_tax"),
    ),
    Case(
        "break the cancelled reservations down by cancellation reason",
        lambda: Table(by(where(H, reservation_status="cancelled"), "cancellation_reason", len)),
    ),
    Case(
        "reservations of more than 7 nights with a baby cot request - count",
        lambda: number(H, lambda r: r["nights"] > 7, special_request="baby cot"),
    ),
    # charging
    Case("total energy delivered in 2025, in kWh", lambda: total(where(E, during(AT, "2025")), "energy_delivered_kwh")),
    Case(
        "At which site do most charging sessions fail?",
        lambda: leader(by(where(E, session_status="failed"), "site_name", len)),
    ),
    Case("energy delivered by connector type", lambda: Table(by(E, "connector_type", of("energy_delivered_kwh")))),
    Case("How many charging sessions were started in August 2024?", lambda: number(E, during(AT, "2024-08"))),
    Case("avg battery start pct at Airport P3", lambda: mean(where(E, site_name="Airport P3"), "battery_start_pct")),
    Case("Give me the idle fees year by year", lambda: Table(by(E, lambda r: r[AT][:4], of("idle_fee")))),
    Case("in how many charging sessions is the vehicle make missing", lambda: number(E, vehicle_make=None)),
    Case(
        "the five drivers with the highest energy delivered",
        lambda: first(by(E, "driver_id", of("energy_delivered_kwh")), 5),
    ),
    Case(
        "what share of charging sessions was paid by credit card?",
        lambda: percent(where(E, payment_method="credit card"), E),
    ),
    Case("fault reason of session CS-000417?", lambda: one(E, "fault_reason", session_id="CS-000417")),
    Case(
        "how many Tesla sessions were on the night saver tariff",
        lambda: number(E, vehicle_make="Tesla", tariff_name="night saver"),
    ),
    Case(
        "Did the average driver rating improve from 2023 to 2025?",
        lambda: (
            mean(where(E, during(AT, "2025")), "driver_rating") - mean(where(E, during(AT, "2023")), "driver_rating")
        ),
    ),
    Case(
        "max charging minutes at the Stadium Car Park",
        lambda: max(got(where(E, site_name="Stadium Car Park"), "charging_minutes")),
    ),
    Case(
        "list the CCS sessions in 2025 that ended with overheating",
        lambda: keys(where(E, during(AT, "2025"), connector_type="CCS", fault_reason="overheating"), "session_id"),
    ),
    Case(
        "monthly number of charging sessions for 2025",
        lambda: Table(by(where(E, during(AT, "2025")), lambda r: r[AT][:7], len)),
    ),
    Case(
        "charging sessions in the North grid region which were not completed, how many are there",
        lambda: number(E, lambda r: r["session_status"] != "completed", grid_region="North"),
    ),
    Case(
        "Roaming surcharges for the fleet tariff in the first half of 2025",
        lambda: total(where(E, during(AT, "2025-Q1", "2025-Q2"), tariff_name="fleet"), "roaming_surcharge"),
    ),
    Case(
        "how many different drivers have used Rasthof Heide?",
        lambda: len(set(got(where(E, site_name="Rasthof Heide"), "driver_id"))),
    ),
    Case("CO2 avoided last quarter", lambda: total(where(E, during(AT, "2025-Q4")), "co2_avoided_kg")),
    Case("count of sessions with over 60 kwh delivered", lambda: number(E, lambda r: r["energy_delivered_kwh"] > 60)),
    # operator
    Case("EBITDA 2024", lambda: total(where(T, during(OF, "2024")), "ebitda")),
    Case("What was monthly churn in Q3 2025?", lambda: one(T, "monthly_churn_pct", reporting_quarter="2025-Q3")),
    Case(
        "how many postpaid subscribers were there at the end of 2023",
        lambda: one(T, "postpaid_subscribers", reporting_quarter="2023-Q4"),
    ),
    Case("plot the net promoter score over time", lambda: Table(series(T, OF, "net_promoter_score").rows)),
    Case("how did mobile ARPU develop in 2025?", lambda: Table(series(T, OF, "mobile_arpu", "2025").rows)),
    Case(
        "which quarter saw the most customer complaints", lambda: leader([(r[OF], r["customer_complaints"]) for r in T])
    ),
    Case(
        "By how much did the number of 5G sites grow between Q1 2023 and Q4 2025?",
        lambda: T[-1]["five_g_sites"] - T[0]["five_g_sites"],
    ),
    Case("network outages H1 2024", lambda: total(where(T, during(OF, "2024-Q1", "2024-Q2")), "network_outages")),
    Case("current net debt?", lambda: T[-1]["net_debt"]),
    Case("Highest average download speed so far", lambda: max(got(T, "avg_download_speed_mbps"))),
    Case("how many retail stores do we have now", lambda: T[-1]["retail_stores"]),
    Case("What have we paid in spectrum fees altogether?", lambda: total(T, "spectrum_fees")),
    Case(
        "equipment revenue from Q2 2024 through Q1 2025",
        lambda: total(where(T, lambda r: "2024-Q2" <= r[OF] <= "2025-Q1"), "equipment_revenue"),
    ),
    Case("ebitda margin in the last quarter", lambda: T[-1]["ebitda_margin_pct"]),
    Case("In how many quarters were net additions below zero?", lambda: number(T, lambda r: r["net_additions"] < 0)),
    Case(
        "bottom three quarters for wholesale revenue",
        lambda: first([(r[OF], r["wholesale_revenue"]) for r in T], 3, least=True),
    ),
    Case("tv subscribers q2 2023", lambda: one(T, "tv_subscribers", reporting_quarter="2023-Q2")),
    Case(
        "How much did we put into network capex last year?",
        lambda: total(where(T, during(OF, "2025")), "network_capex"),
    ),
    Case(
        "on average, how many port outs did we have a quarter in 2024?",
        lambda: mean(where(T, during(OF, "2024")), "port_outs"),
    ),
    Case(
        "which quarters had a network availability under 99.9?",
        lambda: keys(where(T, lambda r: r["network_availability_pct"] < 99.9), OF),
    ),
    # insurer
    Case(
        "paid amount by line of business in 2024",
        lambda: Table(by(where(C, during(ON, "2024")), "line_of_business", of("paid_amount"))),
    ),
    Case("How many claims are under review?", lambda: number(C, claim_status="under review")),
    Case("which adjuster has been assigned the most claims", lambda: leader(by(C, "assigned_adjuster", len))),
    Case("Average days to close for home claims?", lambda: mean(where(C, line_of_business="home"), "days_to_close")),
    Case("biggest claimed amount in Texas", lambda: max(got(where(C, policyholder_state="Texas"), "claimed_amount"))),
    Case("claims rejected for late notification: number?", lambda: number(C, rejection_reason="late notification")),
    Case("How many claims came in without a broker?", lambda: number(C, broker_name=None)),
    Case(
        "subrogation recovery in 2023 and 2024 together",
        lambda: total(where(C, during(ON, "2023", "2024")), "subrogation_recovery"),
    ),
    Case(
        "What proportion of motor claims was flagged for fraud?",
        lambda: percent(where(C, line_of_business="motor", fraud_flagged=True), where(C, line_of_business="motor")),
    ),
    Case(
        "number of claims with a police report filed per state",
        lambda: Table(by(where(C, police_report_filed=True), "policyholder_state", len)),
    ),
    Case("whats the status of claim CLM-2024-0203", lambda: one(C, "claim_status", claim_number="CLM-2024-0203")),
    Case(
        "how many theft claims have a claimed amount over 5000 dollars?",
        lambda: number(C, lambda r: r["claimed_amount"] > 5000, peril="theft"),
    ),
    Case(
        "give me a list of severe claims in litigation",
        lambda: keys(where(C, severity="severe", claim_status="in litigation"), "claim_number"),
    ),
    Case(
        "Claims reported by email in the first quarter of 2024, count please",
        lambda: number(C, during(ON, "2024-Q1"), intake_channel="email"),
    ),
    Case(
        "total case reserve on the claims of adjuster Oyelaran",
        lambda: total(where(C, assigned_adjuster="Oyelaran"), "case_reserve"),
    ),
    Case("top 4 perils by paid amount", lambda: first(by(C, "peril", of("paid_amount")), 4)),
    Case(
        "how many distinct policies had a claim in 2025",
        lambda: len(set(got(where(C, during(ON, "2025")), "policy_number"))),
    ),
    Case("average fraud score per severity", lambda: Table(by(C, "severity", avg("fraud_score")))),
    Case(
        "Adjustment expense went up or down from 2024 to 2025, by how much?",
        lambda: (
            total(where(C, during(ON, "2025")), "adjustment_expense")
            - total(where(C, during(ON, "2024")), "adjustment_expense")
        ),
    ),
    Case(
        "minumum approved amount for travel claims",
        lambda: min(got(where(C, line_of_business="travel"), "approved_amount")),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
