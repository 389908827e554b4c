"""Admissions to a hospital."""

from datetime import timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.trades.pipe import LAST, Column, Pipe, a_day
from tests.nlq_bed.truth import Row

SEED = 77

WARDS = {
    "Cardiology": ("Heart failure", "Atrial fibrillation", "Myocardial infarction"),
    "Orthopaedics": ("Hip fracture", "Knee osteoarthritis", "Wrist fracture"),
    "Neurology": ("Stroke", "Epilepsy", "Migraine"),
    "Paediatrics": ("Bronchiolitis", "Appendicitis", "Asthma"),
    "Maternity": ("Normal delivery", "Caesarean section"),
    "Oncology": ("Breast cancer", "Colorectal cancer", "Lymphoma"),
    "General Medicine": ("Pneumonia", "Sepsis", "Diabetes complications"),
}
_WARD_PICK = (*WARDS, "General Medicine", "General Medicine", "Cardiology", "Orthopaedics")
PHYSICIANS = (
    "Dr. Lindqvist",
    "Dr. Okafor",
    "Dr. Marchetti",
    "Dr. Szabo",
    "Dr. Haddad",
    "Dr. Fernandes",
    "Dr. Kowalczyk",
)
_INSURANCE = ("statutory",) * 7 + ("private",) * 2 + ("self-pay",)
_GOING = ("home",) * 7 + ("rehabilitation",) * 2 + ("nursing home", "deceased")


def _admission(n: int, of: int) -> Row:
    draw = Draw(SEED, "admissions", n)
    ward = draw.pick(_WARD_PICK)
    kind = draw.pick(("emergency",) * 5 + ("elective",) * 4 + ("transfer",))
    admitted, stay = a_day(n, of, draw), draw.between(1, 19) if draw.chance(80) else draw.between(12, 34)
    left = admitted + timedelta(days=stay)
    out = left <= LAST
    age = (
        draw.between(0, 17)
        if ward == "Paediatrics"
        else draw.between(19, 42)
        if ward == "Maternity"
        else draw.between(21, 93)
    )
    sex = "F" if ward == "Maternity" else draw.pick(("F", "M"))
    return {
        "admission_id": f"ADM-{n + 1:05d}",
        "patient_mrn": f"MRN{700100 + draw.below(340)}",
        "ward": ward,
        "admission_type": kind,
        "primary_diagnosis": draw.pick(WARDS[ward]),
        "attending_physician": draw.pick(PHYSICIANS),
        "patient_age": age,
        "patient_sex": sex,
        "insurance_type": draw.pick(_INSURANCE),
        "triage_level": draw.between(1, 5) if kind == "emergency" else None,
        "admitted_on": admitted.isoformat(),
        "discharged_on": left.isoformat() if out else None,
        "length_of_stay_days": stay if out else None,
        "discharge_disposition": draw.pick(_GOING) if out else None,
        "treatment_cost_eur": draw.money(85_000, 2_450_000) if out else None,
        "readmitted_within_30d": draw.chance(11),
        "icu_hours": draw.between(4, 190) if draw.chance(18) else 0,
    }


ADMISSIONS = Pipe(
    "medicore.inpatient-admissions", "Medicore inpatient admissions", "medicore", "healthcare", "admission",
    ("admission_id",), ("API_GATEWAY", "kong"),
    (
        Column("admission_id", "string", "Number of the admission"),
        Column("patient_mrn", "string", "Medical record number of the patient"),
        Column("ward", "string", "Ward to which the patient was admitted"),
        Column("admission_type", "string", "emergency, elective or transfer"),
        Column("primary_diagnosis", "string", "Main diagnosis in words"),
        Column("attending_physician", "string", "Physician in charge"),
        Column("patient_age", "integer", "Age at admission", "ratio", "years"),
        Column("patient_sex", "string", "F or M"),
        Column("insurance_type", "string", "statutory, private or self-pay"),
        Column("triage_level", "integer", "1 (immediate) to 5; emergencies only", "ratio"),
        Column("admitted_on", "date", "Day of admission", "period"),
        Column("discharged_on", "date", "Day of discharge; null while the patient is in"),
        Column("length_of_stay_days", "integer", "Days from admission to discharge", "ratio", "days"),
        Column("discharge_disposition", "string", "Where the patient went; null while the patient is in"),
        Column("treatment_cost_eur", "number", "Cost of the treatment; null while the patient is in", "additive",
            "EUR"),
        Column("readmitted_within_30d", "boolean", "Whether the patient came back within 30 days"),
        Column("icu_hours", "integer", "Hours in intensive care", "additive", "hours"),
    ),
    tuple(_admission(n, 640) for n in range(640)),
)  # fmt: skip
