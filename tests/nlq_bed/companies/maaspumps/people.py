"""The pump group's employees."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.maaspumps.calendar import DAYS, FIRST, LAST, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

_FORENAMES = (
    "Anouk", "Bas", "Carla", "Daan", "Eva", "Floris", "Greta", "Henk", "Ines", "Joris", "Katarzyna", "Lars", "Marta",
    "Niels", "Olga", "Pieter", "Renata", "Sander", "Tessa", "Umar", "Vera", "Wouter", "Yasmin", "Zofia", "Andreas",
    "Beatriz", "Cedric", "Dorota", "Emil", "Fatima", "Gijs", "Hanna", "Iker", "Jadwiga", "Kevin",
)  # fmt: skip
_SURNAMES = (
    "Bakker", "Claes", "de Wit", "Engel", "Fischer", "Garcia", "Hendriks", "Ilic", "Jansen", "Kowalska", "Lewandowski",
    "Meijer", "Nowak", "Otto", "Peeters", "Quint", "Richter", "Schouten", "Timmer", "Urban", "Visser", "Wagner",
    "Yilmaz", "Zielinski", "Aerts", "Brandt", "Coppens", "Dekker", "Etxeberria", "Franke", "Goossens",
)  # fmt: skip
_SITE_PICK = ("Eindhoven",) * 5 + ("Poznan",) * 4 + ("Leipzig",) * 3 + ("Antwerp", "Bilbao", "Bilbao", "Sheffield")
_JOBS = {  # department: (job title, salary from, to in thousands, weight)
    "Production": (("Machine Operator", 29, 39, 9), ("Assembler", 27, 36, 8), ("Welder", 32, 43, 4),
        ("Shift Supervisor", 44, 56, 2)),
    "Engineering": (("Design Engineer", 48, 68, 5), ("Test Engineer", 45, 62, 3), ("Engineering Manager", 78, 102, 1)),
    "Sales": (("Account Manager", 46, 66, 4), ("Inside Sales Representative", 35, 46, 3),
        ("Sales Director", 98, 128, 1)),
    "Field Service": (("Service Technician", 36, 49, 6), ("Service Coordinator", 34, 44, 2)),
    "Logistics": (("Warehouse Worker", 26, 34, 5), ("Logistics Planner", 37, 48, 2)),
    "Finance": (("Accountant", 42, 58, 3), ("Financial Controller", 62, 84, 1)),
    "Quality": (("Quality Inspector", 34, 46, 3), ("Quality Manager", 64, 82, 1)),
    "Human Resources": (("HR Business Partner", 47, 63, 2), ("Recruiter", 38, 50, 1)),
    "IT": (("System Administrator", 46, 61, 2), ("Application Specialist", 49, 66, 1)),
}  # fmt: skip
_DEPARTMENT_PICK = (
    ("Production",) * 17 + ("Engineering",) * 5 + ("Sales",) * 5 + ("Field Service",) * 5 + ("Logistics",) * 4
    + ("Finance", "Finance", "Quality", "Quality", "Human Resources", "IT", "IT")
)  # fmt: skip
_BOSS = {
    "Production": ("Henrike Maas", "Pavel Dvorak", "Joost Linden"), "Engineering": ("Sofie Baert",),
    "Sales": ("Rutger Blom",), "Field Service": ("Agnes Molnar",), "Logistics": ("Joost Linden",),
    "Finance": ("Irene Castell",), "Quality": ("Sofie Baert",), "Human Resources": ("Irene Castell",),
    "IT": ("Irene Castell",),
}  # fmt: skip
_GENDER = ("Male",) * 6 + ("Female",) * 4
_REASONS = ("Resigned",) * 5 + ("Retired", "Dismissed", "End of contract", "End of contract")
PEOPLE_COUNT = 394


def _hours(contract: str, draw: Draw) -> int:
    if contract == "Part-time":
        return draw.pick((16, 20, 24, 32))
    return 40 if draw.chance(65) else 38


def _person(n: int) -> Row:
    draw = Draw(SEED, "pumps people", n)
    at = n * 389 % (len(_FORENAMES) * len(_SURNAMES))
    forename, surname = _FORENAMES[at % len(_FORENAMES)], _SURNAMES[at // len(_FORENAMES)]
    department = draw.pick(_DEPARTMENT_PICK)
    title, low, high, _ = draw.pick([job for job in _JOBS[department] for _ in range(job[3])])
    start, days = (FIRST, DAYS) if draw.chance(34) else (date(2004, 1, 1), 6_840)
    hired = start + timedelta(days=draw.below(days))
    if n == PEOPLE_COUNT - 1:
        hired = date(2025, 9, 15)
    left = None
    if draw.chance(21) and n != PEOPLE_COUNT - 1:
        left = max(hired + timedelta(days=draw.between(60, 700)), FIRST + timedelta(days=draw.below(DAYS)))
        left = None if left > LAST else left
    status = "Terminated" if left else draw.pick(("Active",) * 24 + ("On leave",))
    contract = draw.pick(("Full-time",) * 8 + ("Part-time",) * 2)
    floor = department in ("Production", "Logistics")
    lead = any(word in title for word in ("Manager", "Director", "Controller", "Supervisor"))
    email = f"{forename}.{surname}@maaspumps.example"
    return {
        "employee_number": f"E{1004 + n * 3}",
        "full_name": f"{forename} {surname}",
        "work_email": None if floor and draw.chance(70) else email.lower().replace(" ", ""),
        "gender": draw.pick((*_GENDER, "Not stated") if draw.chance(12) else _GENDER),
        "job_title": title,
        "department": department,
        "site": draw.pick(_SITE_PICK),
        "line_manager": draw.pick(_BOSS[department]),
        "employment_type": contract,
        "employment_status": status,
        "hire_date": hired.isoformat(),
        "leave_date": left.isoformat() if left else None,
        "leaving_reason": draw.pick(_REASONS) if left else None,
        "annual_salary": draw.between(low * 20, high * 20) * 50,
        "bonus_pct": float(draw.pick((5, 8, 10, 12, 15, 20))) if lead or department == "Sales" else None,
        "weekly_hours": _hours(contract, draw),
        "leave_days_remaining": 0 if left else draw.between(0, 31),
        "performance_rating": None
        if hired > date(2025, 3, 31) or draw.chance(7)
        else draw.pick((1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5)),
        "forklift_license": draw.chance(44 if floor else 4),
        "works_night_shift": department == "Production" and draw.chance(31),
    }


PEOPLE = Pipe(
    "personio.employees", "Personio employees", "personio", "hr", "employee",
    ("employee_number",), ("IPAAS", "workato"),
    (
        Column("employee_number", "string", "Number of the employee"),
        Column("full_name", "string", "First and last name"),
        Column("work_email", "string", "E-mail at work; null for those without one"),
        Column("gender", "string", "Male, Female or Not stated"),
        Column("job_title", "string", "Job title"),
        Column("department", "string", "Department"),
        Column("site", "string", "Plant or office"),
        Column("line_manager", "string", "Name of the manager"),
        Column("employment_type", "string", "Full-time or Part-time"),
        Column("employment_status", "string", "Active, On leave or Terminated"),
        Column("hire_date", "date", "First day of work", "period"),
        Column("leave_date", "date", "Last day of work; null for those still employed"),
        Column("leaving_reason", "string", "Why they left; null for those still employed"),
        Column("annual_salary", "integer", "Gross salary a year", "additive", "EUR"),
        Column("bonus_pct", "number", "Bonus at target, of the salary; null for those without one", "ratio", "%"),
        Column("weekly_hours", "integer", "Contract hours a week", "ratio", "hours"),
        Column("leave_days_remaining", "integer", "Days of vacation not yet taken", "additive", "days"),
        Column("performance_rating", "integer", "Last rating, 1 to 5; null if never rated", "ratio", "points"),
        Column("forklift_license", "boolean", "Whether the employee may drive a forklift"),
        Column("works_night_shift", "boolean", "Whether the employee works nights"),
    ),
    tuple(_person(n) for n in range(PEOPLE_COUNT)),
)  # fmt: skip
