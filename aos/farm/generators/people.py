"""The HR system: workers."""

from datetime import timedelta

from aos.farm.generators.crm import REGIONS
from aos.farm.generators.draw import DAYS, FIRST_DAY, Draw
from aos.farm.generators.shape import Field, Generator, Row

_DEPARTMENTS = ("Engineering", "Sales", "Marketing", "Finance", "Support", "Operations", "People", "Legal")
_TITLES = ("Associate", "Specialist", "Senior Specialist", "Lead", "Manager", "Director")
_TYPES = ("Full-time",) * 8 + ("Part-time", "Contractor")


def worker(seed: int, n: int) -> Row:
    draw = Draw(seed, "hr_workers", n)
    hired = draw.day() - timedelta(days=draw.below(2_000))
    left = hired + timedelta(days=draw.between(200, 2_500)) if draw.chance(25) else None
    if left is not None and left >= FIRST_DAY + timedelta(days=DAYS):
        left = None  # still here at the end of the three years
    level = draw.below(len(_TITLES))
    return {
        "worker_id": f"W-{n + 1:06d}",
        "department": draw.pick(_DEPARTMENTS),
        "job_title": _TITLES[level],
        "employment_type": draw.pick(_TYPES),
        "region": draw.pick(REGIONS),
        "base_salary": float(draw.between(35, 55) * 1_000 * (level + 2) // 2),
        "fte": 0.5 if draw.chance(10) else 1.0,
        "status": "Active" if left is None else "Terminated",
        "hired_on": hired.isoformat(),
        "left_on": left.isoformat() if left else None,
    }


GENERATORS = (
    Generator(
        name="hr_workers",
        vendor="workday",
        category="hr",
        entity="worker",
        key="worker_id",
        period="hired_on",
        dims=("department", "job_title", "employment_type", "region", "status"),
        row=worker,
        fields=(
            Field("worker_id", "string", "The worker's id"),
            Field("department", "string", "Department"),
            Field("job_title", "string", "Job title"),
            Field("employment_type", "string", "Full-time, Part-time or Contractor"),
            Field("region", "string", "Region of work"),
            Field("base_salary", "number", "Salary a year", "USD", "additive"),
            Field("fte", "number", "Full-time equivalent", "FTE", "additive"),
            Field("status", "string", "Active or Terminated"),
            Field("hired_on", "date", "First day"),
            Field("left_on", "date", "Last day; null while the worker is here"),
        ),
    ),
)
