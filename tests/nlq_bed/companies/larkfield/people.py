"""The publishing house's staff."""

from datetime import date, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.larkfield.calendar import LAST, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

_GIVEN = (
    "Beatrice", "Hugo", "Nadia", "Felix", "Orla", "Kofi", "Matilda", "Rupert", "Anjali", "Seamus", "Clara", "Dominik",
    "Freya", "Malik", "Penny", "Tobias", "Wen", "Isla", "Rafael", "Judith",
)  # fmt: skip
_FAMILY = (
    "Ainsworth", "Boateng", "Cavendish", "Dhillon", "Everett", "Fontaine", "Gallagher", "Hoffmann", "Iqbal", "Jessop",
    "Kaur",
)  # fmt: skip
_JOBS = {
    "Editorial": ("Commissioning Editor",) * 2 + ("Copy Editor",) * 2 + ("Editorial Assistant", "Managing Editor"),
    "Sales": ("Sales Executive",) * 3 + ("Key Account Manager", "Sales Director"),
    "Marketing": ("Publicist", "Publicist", "Digital Marketer", "Campaign Manager"),
    "Production": ("Production Controller", "Production Controller", "Typesetter", "Print Buyer"),
    "Design": ("Cover Designer", "Cover Designer", "Illustrator", "Art Director"),
    "Rights": ("Rights Executive", "Rights Executive", "Contracts Manager"),
    "Distribution": ("Warehouse Operative",) * 4 + ("Shift Supervisor",),
    "Finance": ("Royalty Accountant", "Royalty Accountant", "Management Accountant"),
}  # fmt: skip
_DEPARTMENT = (
    ("Editorial",) * 7 + ("Distribution",) * 5 + ("Sales",) * 4 + ("Production",) * 3 + ("Marketing",) * 3
    + ("Design",) * 2 + ("Finance",) * 2 + ("Rights",)
)  # fmt: skip
_PLACE = ("London",) * 6 + ("Edinburgh",) * 3 + ("Swindon",) * 4 + ("Dublin",) * 2
_PAY = {"L1": 24_000, "L2": 28_500, "L3": 36_000, "L4": 47_500, "L5": 64_000}
MANAGERS = (
    "Helen Ashby", "Marcus Oyelaran", "Louise Pemberton", "Gavin Strachan", "Rosa Ferrante", "Ian Tuckwell",
    "Priya Raman", "Edith Summers",
)  # fmt: skip
PEOPLE_COUNT = 220


def _person(n: int) -> Row:
    draw = Draw(SEED, "larkfield_ppl", n)
    hired = (
        date(2009, 3, 2) + timedelta(days=draw.below(4_300))
        if draw.chance(48)
        else date(2020, 12, 1) + timedelta(days=draw.below(1_765))
    )
    if n == PEOPLE_COUNT - 1:
        hired = LAST
    department = draw.pick(_DEPARTMENT)
    level = draw.pick(("L1",) * 4 + ("L2",) * 6 + ("L3",) * 6 + ("L4",) * 3 + ("L5",))
    left = date(2023, 1, 9) + timedelta(days=draw.below(990)) if draw.chance(20) else None
    if left and (left - hired).days < 60:
        left = None
    away = left is None and draw.chance(6)
    rated = (LAST - hired).days > 300 and draw.chance(90)
    contract = draw.pick(("Full-time",) * 13 + ("Part-time",) * 4 + ("Fixed-term",) * 2 + ("Intern",))
    return {
        "employeeId": f"E{3_041 + n * 7}",
        "fullName": f"{_GIVEN[n % 20]} {_FAMILY[(n // 20 + n) % 11]}",
        "jobTitle": draw.pick(_JOBS[department]),
        "department": department,
        "jobLevel": level,
        "workLocation": "Swindon" if department == "Distribution" else draw.pick(_PLACE),
        "managerName": MANAGERS[sorted(_JOBS).index(department)] if draw.chance(96) else None,
        "employmentType": contract,
        "hireDate": hired.isoformat(),
        "terminationDate": left.isoformat() if left else None,
        "exitReason": draw.pick(("Resignation",) * 6 + ("Retirement", "Redundancy", "Contract ended"))
        if left
        else None,
        "employmentStatus": "Terminated" if left else "On leave" if away else "Active",
        "gender": draw.pick(("Female",) * 12 + ("Male",) * 9 + ("Non-binary",)),
        "baseSalary": float(_PAY[level] + draw.between(-14, 28) * 125),
        "bonusPaid": float(draw.between(2, 30) * 150) if draw.chance(31) else None,
        "weeklyHours": draw.pick((16.0, 20.0, 24.0, 30.0)) if contract == "Part-time" else 37.5,
        "leaveBalanceDays": draw.between(0, 24) if not left else None,
        "trainingHours": draw.pick((0, 0, 4, 6, 8, 8, 12, 16, 24, 40)),
        "performanceScore": draw.pick((1, 2, 2, 3, 3, 3, 3, 4, 4, 5)) if rated else None,
        "isRemote": department != "Distribution" and draw.chance(34),
        "isFirstAider": draw.chance(9),
    }


PEOPLE = Pipe(
    "bamboohr.staff", "BambooHR staff list", "bamboohr", "hr", "employee",
    ("employeeId",), ("IPAAS", "workato"),
    (
        Column("employeeId", "string", "Number of the employee"),
        Column("fullName", "string", "Name of the employee"),
        Column("jobTitle", "string", "Job title"),
        Column("department", "string", "Department"),
        Column("jobLevel", "string", "Level, L1 to L5"),
        Column("workLocation", "string", "Office or warehouse the employee belongs to"),
        Column("managerName", "string", "Manager the employee reports to; null if vacant"),
        Column("employmentType", "string", "Full-time, Part-time, Fixed-term or Intern"),
        Column("hireDate", "date", "First day of work", "period"),
        Column("terminationDate", "date", "Last day of work; null while employed"),
        Column("exitReason", "string", "Why the employee left; null while employed"),
        Column("employmentStatus", "string", "Active, On leave or Terminated"),
        Column("gender", "string", "Gender"),
        Column("baseSalary", "number", "Yearly salary before bonus", "additive", "GBP"),
        Column("bonusPaid", "number", "Last bonus; null if none", "additive", "GBP"),
        Column("weeklyHours", "number", "Contracted hours a week", "additive", "hours"),
        Column("leaveBalanceDays", "integer", "Days of leave not yet taken; null for leavers", "additive", "days"),
        Column("trainingHours", "integer", "Hours of training in the last twelve months", "additive", "hours"),
        Column("performanceScore", "integer", "1 to 5 of the last appraisal; null if not appraised", "ratio", "points"),
        Column("isRemote", "boolean", "Whether the employee works from home"),
        Column("isFirstAider", "boolean", "Whether the employee is a trained first aider"),
    ),
    tuple(_person(n) for n in range(PEOPLE_COUNT)),
)  # fmt: skip
