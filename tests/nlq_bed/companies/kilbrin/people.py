"""Staff of the dental practices and of their head office."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.kilbrin.calendar import SEED
from tests.nlq_bed.companies.kilbrin.practices import PRACTICES
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

_GIVEN = (
    "Roisin", "Padraig", "Emer", "Cathal", "Ola", "Fintan", "Ciara", "Diarmuid", "Bronagh", "Tadhg", "Nuala", "Oisin",
    "Ines", "Cormac", "Maeve", "Rahul", "Deirdre", "Shane", "Karolina", "Lorcan", "Una", "Feargal", "Blessing",
    "Declan",
)  # fmt: skip
_FAMILY = (
    "Hanley", "Quigley", "Costello", "Adeyemi", "Wozniak", "Tierney", "Sheridan", "Moran", "Kavanagh", "Fernandes",
    "Cullen", "Devlin", "Rafferty",
)  # fmt: skip
_ROLES = {
    "Dentistry": ("Dentist",) * 5 + ("Orthodontist", "Oral Surgeon"),
    "Nursing": ("Dental Nurse",) * 5 + ("Trainee Nurse", "Lead Nurse"),
    "Hygiene": ("Hygienist",) * 4 + ("Hygiene Lead",),
    "Front Desk": ("Receptionist",) * 4 + ("Treatment Coordinator", "Practice Manager"),
    "Finance": ("Accountant", "Billing Clerk", "Billing Clerk", "Payroll Officer"),
    "Marketing": ("Content Editor", "Campaign Manager"), "IT": ("Support Technician", "Systems Administrator"),
}  # fmt: skip
_DEPARTMENT = (
    ("Dentistry",) * 6 + ("Nursing",) * 9 + ("Hygiene",) * 4 + ("Front Desk",) * 6
    + ("Finance", "Finance", "Marketing", "IT")
)  # fmt: skip
_PAY = {"Band 1": 27_000, "Band 2": 33_500, "Band 3": 44_000, "Band 4": 63_000, "Band 5": 92_000}
MANAGERS = {
    "Dentistry": "Helena Marsh", "Nursing": "Orla Keating", "Hygiene": "Vincent Daly", "Front Desk": "Joanne Purcell",
    "Finance": "Barry Whelan", "Marketing": "Sofia Lindgren", "IT": "Kevin Stack",
}  # fmt: skip
PEOPLE_COUNT = 260


def _person(n: int) -> Row:
    draw = Draw(SEED, "kilbrin_staff", n)
    hired = (
        date(2012, 1, 9) + timedelta(days=draw.below(2_900))
        if draw.chance(40)
        else date(2020, 1, 6) + timedelta(days=draw.below(2_150))
    )
    department = draw.pick(_DEPARTMENT)
    office = department in ("Finance", "Marketing", "IT")
    band = (
        draw.pick(("Band 4", "Band 4", "Band 5"))
        if department == "Dentistry"
        else draw.pick(("Band 1",) * 4 + ("Band 2",) * 6 + ("Band 3",) * 3)
    )
    left = date(2023, 1, 13) + timedelta(days=draw.below(1_070)) if draw.chance(21) else None
    if left and (left - hired).days < 45:
        left = None
    away = left is None and draw.chance(6)
    registered = department in ("Dentistry", "Nursing", "Hygiene")
    why = draw.pick(("Resignation",) * 6 + ("Retirement", "Redundancy", "End of contract"))
    return {
        "staff_id": f"KS{1_204 + n * 3}",
        "full_name": f"{_GIVEN[n % 24]} {_FAMILY[(n // 24 + n) % 13]}",
        "job_role": draw.pick(_ROLES[department]),
        "department": department,
        "work_site": "Head Office" if office else draw.pick(PRACTICES + PRACTICES[:4]),
        "pay_band": band,
        "line_manager": MANAGERS[department] if draw.chance(96) else None,
        "contract_type": draw.pick(("Permanent",) * 12 + ("Fixed Term",) * 3 + ("Locum", "Locum")),
        "weekly_hours": draw.pick((39.0,) * 7 + (32.0, 24.0, 19.5)),
        "hire_date": hired.isoformat(),
        "leave_date": left.isoformat() if left else None,
        "leave_reason": why if left else None,
        "employment_status": "Left" if left else "On Leave" if away else "Active",
        "gender": draw.pick(("Female",) * 14 + ("Male",) * 8 + ("Non-binary",)),
        "nationality": draw.pick(("Irish",) * 11 + ("Polish", "Polish", "Indian", "Brazilian", "Nigerian")),
        "base_salary": float(_PAY[band] + draw.between(-18, 40) * 125),
        "bonus_paid": float(draw.between(2, 30) * 150) if draw.chance(37) else None,
        "registration_expiry": (date(2026, 1, 31) + timedelta(days=draw.below(720))).isoformat()
        if registered
        else None,
        "cpd_hours": draw.between(2, 46) if registered else None,
        "sick_days": draw.pick((0, 0, 0, 1, 1, 2, 2, 3, 4, 6, 9, 14)),
        "annual_leave_left": draw.between(0, 22) if not left else None,
        "appraisal_score": draw.pick((2, 2, 3, 3, 3, 4, 4, 5)) if draw.chance(84) else None,
        "is_first_aider": draw.chance(24),
        "has_parking_space": draw.chance(41),
    }


PEOPLE = Pipe(
    "bamboohr.staff", "BambooHR staff", "bamboohr", "hr", "staff_member",
    ("staff_id",), ("IPAAS", "workato"),
    (
        Column("staff_id", "string", "Number of the member of staff"),
        Column("full_name", "string", "Name of the member of staff"),
        Column("job_role", "string", "Job role"),
        Column("department", "string", "Department"),
        Column("work_site", "string", "Practice the person works at, or Head Office"),
        Column("pay_band", "string", "Pay band, Band 1 to Band 5"),
        Column("line_manager", "string", "Name of the line manager; null if vacant"),
        Column("contract_type", "string", "Permanent, Fixed Term or Locum"),
        Column("weekly_hours", "number", "Contracted hours a week", "additive", "hours"),
        Column("hire_date", "date", "First day at work", "period"),
        Column("leave_date", "date", "Last day; null while employed"),
        Column("leave_reason", "string", "Why the person left; null while employed"),
        Column("employment_status", "string", "Active, On Leave or Left"),
        Column("gender", "string", "Gender"),
        Column("nationality", "string", "Nationality"),
        Column("base_salary", "number", "Salary a year before bonus", "additive", "EUR"),
        Column("bonus_paid", "number", "Last bonus; null if none", "additive", "EUR"),
        Column("registration_expiry", "date", "Day the Dental Council registration runs out; null if none is needed"),
        Column(
            "cpd_hours", "integer", "Hours of professional development logged; null if none are needed", "additive",
            "hours",
        ),
        Column("sick_days", "integer", "Sick days in the last twelve months", "additive", "days"),
        Column(
            "annual_leave_left", "integer", "Days of annual leave not yet taken; null for leavers",
            "additive", "days",
        ),
        Column("appraisal_score", "integer", "1 to 5 of the last appraisal; null if none", "ratio", "points"),
        Column("is_first_aider", "boolean", "Whether the person is a trained first aider"),
        Column("has_parking_space", "boolean", "Whether a parking space is assigned"),
    ),
    tuple(_person(n) for n in range(PEOPLE_COUNT)),
)  # fmt: skip
