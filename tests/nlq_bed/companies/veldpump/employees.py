"""The pump maker's employees."""

from datetime import date, timedelta
from typing import NamedTuple

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.veldpump.calendar import LAST, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

_WOMEN = (
    "Anneke", "Beata", "Charlotte", "Deborah", "Eleanor", "Farah", "Grace", "Hannah", "Ingrid", "Joanna", "Katarzyna",
    "Lucy", "Mei Ling", "Nadia", "Olivia", "Patricia", "Rachel", "Sanne", "Teresa", "Wendy",
)  # fmt: skip
_MEN = (
    "Adrian", "Bram", "Carlos", "Daniel", "Edwin", "Frank", "Grzegorz", "Henk", "Ian", "Jason", "Kevin", "Lukasz",
    "Martin", "Nigel", "Oscar", "Pawel", "Rajesh", "Stephen", "Thijs", "Wei Jie",
)  # fmt: skip
_FAMILY = (
    "Abbott", "Bakker", "Chua", "Dabrowski", "Evans", "Fletcher", "Garcia", "Hendriks", "Iyer", "Jansen", "Kowalski",
    "Lim", "Murphy", "Nowak", "Ortega", "Pearson", "Quinn", "Roberts", "Smit", "Tanner", "Underwood", "Visser",
    "Wozniak", "Yeo", "Zielinski",
)  # fmt: skip
_OFFICES = (
    ("Rotterdam", "Netherlands"), ("Eindhoven", "Netherlands"), ("Leeds", "United Kingdom"),
    ("Houston", "United States"), ("Tulsa", "United States"), ("Krakow", "Poland"), ("Singapore", "Singapore"),
)  # fmt: skip
_OFFICE_PICK = (0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 5, 5, 6)
DEPARTMENTS = {
    "Production": (("Machine Operator", 44), ("Assembly Technician", 47), ("Welder", 51), ("Production Planner", 62)),
    "Engineering": (
        ("Mechanical Engineer", 78),
        ("Design Engineer", 82),
        ("Controls Engineer", 86),
        ("CAD Technician", 58),
    ),
    "Sales": (("Account Executive", 74), ("Sales Engineer", 80), ("Inside Sales Representative", 55)),
    "Customer Support": (("Support Agent", 46), ("Senior Support Agent", 56), ("Field Service Technician", 59)),
    "Finance": (("Accountant", 60), ("Accounts Receivable Clerk", 45), ("Financial Analyst", 69)),
    "Human Resources": (("HR Business Partner", 66), ("Recruiter", 54), ("Payroll Specialist", 52)),
    "Marketing": (("Marketing Specialist", 57), ("Content Writer", 50), ("Product Marketing Manager", 79)),
    "Logistics": (("Warehouse Associate", 39), ("Forklift Driver", 41), ("Supply Chain Planner", 63)),
    "IT": (("Systems Administrator", 68), ("Software Developer", 84), ("Service Desk Analyst", 49)),
    "Quality": (("Quality Inspector", 48), ("Quality Engineer", 70)),
}
_TEAMS = tuple(DEPARTMENTS)
_TEAM_PICK = (
    ("Production",) * 13 + ("Engineering",) * 8 + ("Sales",) * 6 + ("Customer Support",) * 6 + ("Finance",) * 3
    + ("Human Resources",) * 2 + ("Marketing",) * 2 + ("Logistics",) * 5 + ("IT",) * 3 + ("Quality",) * 3
)  # fmt: skip
_HEADS, _LEADS = 10, 20
STAFF = 252


class _Post(NamedTuple):
    """`boss`: the row of the manager."""

    team: str
    title: str
    boss: int | None
    salary: int
    is_lead: bool = True


def _post(n: int, draw: Draw) -> _Post:
    """One at the top, a head of each department, two team leads in each, and everybody else."""
    if n == 0:
        return _Post("Executive", "Chief Executive Officer", None, 262_000)
    if n <= _HEADS:
        team = _TEAMS[n - 1]
        return _Post(team, f"Head of {team}", 0, draw.between(254, 366) * 500)
    if n <= _HEADS + _LEADS:
        head = 1 + (n - _HEADS - 1) // 2
        team = _TEAMS[head - 1]
        return _Post(team, f"{team} Team Lead", head, draw.between(158, 219) * 500)
    team = draw.pick(_TEAM_PICK)
    at = _TEAMS.index(team)
    title, pay = draw.pick(DEPARTMENTS[team])
    boss = draw.pick((1 + at, _HEADS + 1 + 2 * at, _HEADS + 2 + 2 * at))
    return _Post(team, title, boss, pay * draw.between(88, 124) // 5 * 50, is_lead=False)


def _time(n: int, is_lead: bool, draw: Draw) -> tuple[date, date | None]:
    """First and last day; the last one who was employed came on the last Monday."""
    if n == STAFF - 1:
        start = LAST
    elif is_lead:
        start = date(2011, 1, 10) + timedelta(days=draw.below(3_300))
    else:
        start = LAST - timedelta(days=min(draw.between(1, 4_900), draw.between(1, 4_900)))
    start -= timedelta(days=start.weekday())  # a Monday
    if is_lead or n == STAFF - 1 or not draw.chance(24):
        return start, None
    end = start + timedelta(days=draw.between(60, 2_400))
    return start, end if end <= LAST else None


def _name(is_woman: bool, taken: set[str], draw: Draw) -> str:
    while True:
        name = f"{draw.pick(_WOMEN if is_woman else _MEN)} {draw.pick(_FAMILY)}"
        if name not in taken:
            return name


def _employee(n: int, before: list[Row]) -> Row:
    draw = Draw(SEED, "employees", n)
    is_woman = draw.chance(41)
    name = _name(is_woman, {row["full_name"] for row in before}, draw)
    gender = draw.pick(("Non-binary", None)) if draw.chance(3) else "Female" if is_woman else "Male"
    city, country = _OFFICES[draw.pick(_OFFICE_PICK)]
    rating = draw.pick((1, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5))
    post = _post(n, draw)
    start, end = _time(n, post.is_lead, draw)
    is_unrated = start > date(2024, 10, 1) or draw.chance(4) or post.boss is None
    kind = "Full-time" if post.is_lead else draw.pick(("Full-time",) * 9 + ("Part-time", "Contractor"))
    state = "Terminated" if end else "On Leave" if not post.is_lead and draw.chance(4) else "Active"
    reasons = ("resigned",) * 5 + ("dismissed",) * 2 + ("retired", "contract ended")
    return {
        "employee_id": f"E{1001 + n}",
        "full_name": name,
        "work_email": f"{name.lower().replace(' ', '.')}@veldpump.example",
        "department": post.team,
        "job_title": post.title,
        "employment_type": kind,
        "employment_status": state,
        "city": city if n else "Rotterdam",
        "country": country if n else "Netherlands",
        "gender": gender,
        "manager_name": None if post.boss is None else before[post.boss]["full_name"],
        "annual_salary": post.salary,
        "start_date": start.isoformat(),
        "end_date": end.isoformat() if end else None,
        "leaving_reason": draw.pick(reasons) if end else None,
        "is_remote": post.team not in ("Production", "Logistics", "Quality", "Executive") and draw.chance(34),
        "performance_rating": None if is_unrated else rating,
    }


def _employees() -> tuple[Row, ...]:
    """In this order, since managers and taken names are those of the rows before."""
    rows: list[Row] = []
    for n in range(STAFF):
        rows.append(_employee(n, rows))
    return tuple(rows)


_STAFF = _employees()
EMPLOYEES = Pipe(
    "personio.employees", "Personio employees", "personio", "hr", "employee", ("employee_id",), ("API_GATEWAY", "kong"),
    (
        Column("employee_id", "string", "Number of the employee"),
        Column("full_name", "string", "First and last name"),
        Column("work_email", "string", "E-mail at work"),
        Column("department", "string", "Department"),
        Column("job_title", "string", "Job title"),
        Column("employment_type", "string", "Full-time, Part-time or Contractor"),
        Column("employment_status", "string", "Active, On Leave or Terminated"),
        Column("city", "string", "City of the office"),
        Column("country", "string", "Country of the office"),
        Column("gender", "string", "Gender; null if undisclosed"),
        Column("manager_name", "string", "Name of the manager; null for the CEO"),
        Column("annual_salary", "integer", "Gross salary a year", "additive", "USD"),
        Column("start_date", "date", "First day at work", "period"),
        Column("end_date", "date", "Last day at work; null for those still employed"),
        Column("leaving_reason", "string", "Why they left; null for those still employed"),
        Column("is_remote", "boolean", "Whether the employee works remotely"),
        Column("performance_rating", "integer", "Last review, 1 (poor) to 5 (outstanding); null if not reviewed",
            "ratio", "points"),
    ),
    _STAFF,
)  # fmt: skip


def _names(*titles: str) -> tuple[str, ...]:
    return tuple(r["full_name"] for r in _STAFF if r["job_title"] in titles and r["employment_status"] != "Terminated")


REPS = _names("Account Executive")[:7]
AGENTS = _names("Support Agent", "Senior Support Agent")[:8]
