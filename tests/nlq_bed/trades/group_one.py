"""The first group: a hospital, a parcel firm, a sustainability office, a library."""

from typing import Any

from tests.nlq_bed.trades.figures import (
    avg,
    by,
    during,
    first,
    keys,
    largest,
    mean,
    number,
    of,
    one,
    percent,
    total,
    where,
)
from tests.nlq_bed.trades.hospital import ADMISSIONS
from tests.nlq_bed.trades.library import LOANS
from tests.nlq_bed.trades.parcels import PARCELS
from tests.nlq_bed.trades.sustainability import ESG
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, Test, leader, quarter

PIPES = (ADMISSIONS, PARCELS, ESG, LOANS)
A, P, E, L = (pipe.rows for pipe in PIPES)


def at(period: str, **given: Any) -> Test:
    """A quarter or a year of the sustainability figures, and what else must hold."""
    return lambda row: row["reporting_quarter"].startswith(period) and all(row[k] == v for k, v in given.items())


NO = (
    "How many admissions to Dermatology last year?",
    "Why did readmissions rise in 2025?",
    "patient satisfaction by ward",
    "admissions in 2021",
    "How many obese patients were admitted to Cardiology?",
    "Dr. Brandt's admissions in 2024",
    "treatment cost of Oncology in US dollars",
    "Which physician would you recommend for a knee operation?",
    "What did we ship to Switzerland in 2024?",
    "customs duties paid on shipments last year",
    "How many parcels were delivered later than promised?",
    "expected parcel volume for Q1 2026",
    "please cancel shipment PX40012109NL",
    "fragile parcels sent by Tulip Cycles",
    "freight charge per kg by carrier",
    "carrier of parcel PX99999999NL",
    "scope 3 emissions in 2024",
    "Are we on track for net zero by 2040?",
    "water discharge at Porto Plant",
    "electricity consumption of the Lyon site in 2025",
    "employee turnover at Turin Works",
    "headcount in Q2 2026",
    "electricity cost by country in 2024",
    "overtime hours worked at Lodz Works",
    "How does our recycling rate compare with the industry average?",
    "How many e-books were lent out in 2025?",
    "new members who joined in 2024",
    "unpaid late fees at Central",
    "What would late fees be if we doubled them?",
    "parcel shipments per library loan",
)
CHOICES = (
    "total emissions in 2024",  # scope 1, scope 2; a sum of both is arithmetic between measures
    "How much waste did Ostrava Foundry have in Q4 2024?",
    "total hours in 2024",
    "What is the total for Spain in 2024?",
    "how many in March 2025?",
)

CASES = [
    # h
    Case("How many admissions did we have in 2024?", lambda: number(A, during("admitted_on", "2024"))),
    Case(
        "average length of stay on the Neurology ward",
        lambda: mean(A, "length_of_stay_days", lambda r: r["ward"] == "Neurology"),
    ),
    Case(
        "Which ward had the most admissions last year?",
        lambda: leader(by(A, "ward", len, during("admitted_on", "2025"))),
    ),
    Case(
        "admissions by ward and admission type",
        lambda: Table([(*k, v) for k, v in by(A, lambda r: (r["ward"], r["admission_type"]), len)]),
    ),
    Case(
        "What did treatment in Oncology cost in Q2 2025 altogether?",
        lambda: total(
            A, "treatment_cost_eur", lambda r: r["ward"] == "Oncology" and quarter(r["admitted_on"]) == "2025-Q2"
        ),
    ),
    Case(
        "emergency admissions month by month for 2023",
        lambda: Table(
            by(
                A,
                lambda r: r["admitted_on"][:7],
                len,
                lambda r: r["admission_type"] == "emergency" and r["admitted_on"][:4] == "2023",
            )
        ),
    ),
    Case(
        "admissions with no discharge date yet, please count them",
        lambda: number(A, lambda r: r["discharged_on"] is None),
    ),
    Case(
        "What percentage of admissions were readmitted within 30 days?",
        lambda: percent(where(A, readmitted_within_30d=True), A),
    ),
    Case(
        "age of the oldest patient in Cardiology", lambda: max(r["patient_age"] for r in A if r["ward"] == "Cardiology")
    ),
    Case("top 3 attending physicians by number of admissions", lambda: first(by(A, "attending_physician", len), 3)),
    Case("what was the diagnosis for ADM-00212", lambda: one(A, "primary_diagnosis", admission_id="ADM-00212")),
    Case(
        "List the private admissions to Maternity in 2024",
        lambda: keys(
            A,
            "admission_id",
            lambda r: r["ward"] == "Maternity" and r["insurance_type"] == "private" and r["admitted_on"][:4] == "2024",
        ),
    ),
    Case(
        "how many different patients were admitted in 2025?",
        lambda: len({r["patient_mrn"] for r in A if r["admitted_on"][:4] == "2025"}),
    ),
    Case(
        "Compare the average treatment cost of elective and emergency admissions",
        lambda: Table(
            by(
                A,
                "admission_type",
                avg("treatment_cost_eur"),
                lambda r: r["admission_type"] in ("elective", "emergency"),
            )
        ),
    ),
    Case(
        "admissions discharged in December 2025 - how many?",
        lambda: number(A, lambda r: (r["discharged_on"] or "")[:7] == "2025-12"),
    ),
    Case(
        "By how many days did the avg length of stay change from 2023 to 2025?",
        lambda: (
            mean(A, "length_of_stay_days", during("admitted_on", "2025"))
            - mean(A, "length_of_stay_days", during("admitted_on", "2023"))
        ),
    ),
    Case(
        "ICU hours per quarter, 2025",
        lambda: Table(by(A, lambda r: quarter(r["admitted_on"]), of("icu_hours"), during("admitted_on", "2025"))),
    ),
    Case(
        "Could you tell me how many triage level 1 emergencies were not readmitted?",
        lambda: number(
            A,
            lambda r: r["admission_type"] == "emergency" and r["triage_level"] == 1 and not r["readmitted_within_30d"],
        ),
    ),
    Case(
        "How many hip fracture admissions did Dr. Okafor have?",
        lambda: number(
            A, lambda r: r["primary_diagnosis"] == "Hip fracture" and r["attending_physician"] == "Dr. Okafor"
        ),
    ),
    Case(
        "stroke patients older than 75",
        lambda: keys(A, "patient_mrn", lambda r: r["primary_diagnosis"] == "Stroke" and r["patient_age"] > 75),
    ),
    # s
    Case(
        "number of parcels DHL carried in 2024",
        lambda: number(P, lambda r: r["carrier"] == "DHL" and r["shipped_at"][:4] == "2024"),
    ),
    Case("freight charges by carrier", lambda: Table(by(P, "carrier", of("freight_charge")))),
    Case(
        "avrage transit days for express shipments to Germany",
        lambda: mean(
            P, "transit_days", lambda r: r["service_level"] == "express" and r["destination_country"] == "Germany"
        ),
    ),
    Case(
        "Which depot shipped the greatest total weight in 2025?",
        lambda: leader(by(P, "origin_depot", of("weight_kg"), during("shipped_at", "2025"))),
    ),
    Case(
        "Show me the five shipments with the highest declared value",
        lambda: largest(P, "tracking_number", "declared_value", 5),
    ),
    Case("who is the shipper of PX40012109NL?", lambda: one(P, "shipper_name", tracking_number="PX40012109NL")),
    Case(
        "How many shipments over 25 kg went to Italy or Spain?",
        lambda: number(P, lambda r: r["weight_kg"] > 25 and r["destination_country"] in ("Italy", "Spain")),
    ),
    Case(
        "returned parcels where the reason was recipient absent, count",
        lambda: number(P, lambda r: r["failure_reason"] == "recipient absent"),
    ),
    Case(
        "top 5 shippers by fuel surcharge in the first half of 2025",
        lambda: first(
            by(P, "shipper_name", of("fuel_surcharge"), lambda r: "2025-01" <= r["shipped_at"][:7] <= "2025-06"), 5
        ),
    ),
    Case(
        "What is the declared value of all damaged parcels together?",
        lambda: total(P, "declared_value", lambda r: r["is_damaged"]),
    ),
    Case("What share of shipments requires a signature?", lambda: percent(where(P, signature_required=True), P)),
    Case("how many parcels have no declared value", lambda: number(P, lambda r: r["declared_value"] is None)),
    Case(
        "Shipments out of Lyon split by service level",
        lambda: Table(by(P, "service_level", len, lambda r: r["origin_depot"] == "Lyon")),
    ),
    Case(
        "anything still in transit? list it",
        lambda: keys(P, "tracking_number", lambda r: r["shipment_status"] == "in_transit"),
    ),
    Case(
        "How much more did we charge for freight in 2025 than in 2024?",
        lambda: (
            total(P, "freight_charge", during("shipped_at", "2025"))
            - total(P, "freight_charge", during("shipped_at", "2024"))
        ),
    ),
    Case(
        "parcels delivered between 1 and 15 March 2024",
        lambda: keys(P, "tracking_number", lambda r: "2024-03-01" <= (r["delivered_at"] or "")[:10] <= "2024-03-15"),
    ),
    Case(
        "cheapest freight charge on an overnight parcel",
        lambda: min(r["freight_charge"] for r in P if r["service_level"] == "overnight"),
    ),
    Case(
        "Which carrier is slowest on average, by transit days?", lambda: leader(by(P, "carrier", avg("transit_days")))
    ),
    Case(
        "shipments in May 2025 not carried by DHL, how many?",
        lambda: number(P, lambda r: r["shipped_at"][:7] == "2025-05" and r["carrier"] != "DHL"),
    ),
    Case("mean weight per destination country", lambda: Table(by(P, "destination_country", avg("weight_kg")))),
    Case(
        "How many parcels got lost in 2023?",
        lambda: number(P, lambda r: r["shipment_status"] == "lost" and r["shipped_at"][:4] == "2023"),
    ),
    # g
    Case("Scope 1 emissions in 2024", lambda: total(E, "scope_1_emissions_tco2e", at("2024"))),
    Case(
        "how much electricity did Tampere Mill consume in 2025?",
        lambda: total(E, "electricity_consumption_mwh", at("2025", site_name="Tampere Mill")),
    ),
    Case("employee headcount at the end of 2024", lambda: total(E, "employee_headcount", at("2024-Q4"))),
    Case(
        "What is the current headcount of Gdansk Plant?",
        lambda: total(E, "employee_headcount", at("2025-Q4", site_name="Gdansk Plant")),
    ),
    Case(
        "LTIFR of Bilbao Works in 2024",
        lambda: Table(by(E, "reporting_quarter", avg("ltifr"), at("2024", site_name="Bilbao Works"))),
    ),
    Case(
        "recycling rate, Ghent Plant, Q3 2023",
        lambda: mean(E, "recycling_rate_pct", at("2023-Q3", site_name="Ghent Plant")),
    ),
    Case(
        "Please break down water withdrawal by business unit for last year",
        lambda: Table(by(E, "business_unit", of("water_withdrawal_m3"), at("2025"))),
    ),
    Case(
        "Which site produced the most hazardous waste in 2025?",
        lambda: leader(by(E, "site_name", of("hazardous_waste_t"), at("2025"))),
    ),
    Case(
        "installed solar capacity by country as of Q2 2025",
        lambda: Table(by(E, "country", of("solar_capacity_kw"), at("2025-Q2"))),
    ),
    Case(
        "quarterly trend of scope 2 emissions", lambda: Table(by(E, "reporting_quarter", of("scope_2_emissions_tco2e")))
    ),
    Case(
        "How did natural gas use develop from Q1 2024 to Q1 2025, i.e. what's the change?",
        lambda: total(E, "natural_gas_mwh", at("2025-Q1")) - total(E, "natural_gas_mwh", at("2024-Q1")),
    ),
    Case(
        "lost time injuries in the Paper business unit since 2024",
        lambda: total(
            E, "lost_time_injuries", lambda r: r["business_unit"] == "Paper" and r["reporting_quarter"] >= "2024"
        ),
    ),
    Case(
        "average share of women in management in Q4 2025, over all sites",
        lambda: mean(E, "women_in_management_pct", at("2025-Q4")),
    ),
    Case(
        "how many sites were not ISO 14001 certified in Q1 2023",
        lambda: number(E, at("2023-Q1", iso_14001_certified=False)),
    ),
    Case(
        "bottom 3 sites by training hours in 2024",
        lambda: first(by(E, "site_name", of("training_hours"), at("2024")), 3, least=True),
    ),
    Case(
        "Which site has the highest renewable electricity share in Q4 2025?",
        lambda: leader(by(E, "site_name", avg("renewable_electricity_share_pct"), at("2025-Q4"))),
    ),
    Case(
        "near misses reported at Aarhus Mill in the second half of 2025",
        lambda: total(
            E,
            "near_misses_reported",
            lambda r: r["site_name"] == "Aarhus Mill" and r["reporting_quarter"] in ("2025-Q3", "2025-Q4"),
        ),
    ),
    Case(
        "community investment 2023 vs 2024",
        lambda: Table(
            by(
                E,
                lambda r: r["reporting_quarter"][:4],
                of("community_investment_eur"),
                lambda r: r["reporting_quarter"][:4] in ("2023", "2024"),
            )
        ),
    ),
    Case(
        "biodiversity score at Bergen Mill, on average",
        lambda: mean(E, "biodiversity_score", lambda r: r["site_name"] == "Bergen Mill"),
    ),
    Case(
        "supplier audits completed, year by year",
        lambda: Table(by(E, lambda r: r["reporting_quarter"][:4], of("supplier_audits_completed"))),
    ),
    # b
    Case("loans in 2025?", lambda: number(L, during("checkout_date", "2025"))),
    Case("What is our most borrowed title?", lambda: leader(by(L, "title", len))),
    Case("number of loans for each media type", lambda: Table(by(L, "media_type", len))),
    Case(
        "Late fees at the Riverside branch in 2024",
        lambda: total(L, "late_fee", lambda r: r["branch"] == "Riverside" and r["checkout_date"][:4] == "2024"),
    ),
    Case(
        "How do readers rate The Quiet Orchard on average?",
        lambda: mean(L, "reader_rating", lambda r: r["title"] == "The Quiet Orchard"),
    ),
    Case(
        "list Harbour loans without a return date",
        lambda: keys(L, "loan_id", lambda r: r["branch"] == "Harbour" and r["return_date"] is None),
    ),
    Case(
        "which branch had the fewest loans in 2023",
        lambda: leader(by(L, "branch", len, during("checkout_date", "2023")), least=True),
    ),
    Case(
        "How many audiobooks have been borrowed by students?",
        lambda: number(L, lambda r: r["media_type"] == "audiobook" and r["borrower_group"] == "student"),
    ),
    Case("percentage of loans checked out via the app", lambda: percent(where(L, checkout_channel="app"), L)),
    Case("due date of loan LN000405", lambda: one(L, "due_date", loan_id="LN000405")),
    Case("total renewals per borrower group", lambda: Table(by(L, "borrower_group", of("renewals")))),
    # An item that came back torn twice is one.
    Case(
        "how many items came back torn?",
        lambda: len({r["item_barcode"] for r in where(L, condition_on_return="torn")}),
    ),
    Case("how many loans haven't been renewed at all (0 renewals)?", lambda: number(L, lambda r: r["renewals"] == 0)),
    Case("highest late fee anyone ever had to pay", lambda: max(r["late_fee"] for r in L if r["late_fee"] is not None)),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
