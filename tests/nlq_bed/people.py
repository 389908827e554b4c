"""Workers: counts by what they are, salaries, dates of coming and going."""

from tests.nlq_bed.truth import (
    Case,
    Keys,
    Refused,
    Table,
    averaged,
    count,
    grouped,
    mean,
    rows,
    summed,
    top,
    total,
    values,
)

HR = "hr_workers"

CASES = [
    Case("how many workers are in Engineering", lambda: count(HR, lambda r: r["department"] == "Engineering")),
    Case("how many active workers do we have?", lambda: count(HR, lambda r: r["status"] == "Active")),
    Case("how many workers were hired in 2024", lambda: count(HR, lambda r: r["hired_on"][:4] == "2024")),
    Case("how many workers left in 2025", lambda: count(HR, lambda r: (r["left_on"] or "")[:4] == "2025")),
    Case("workers by department", lambda: Table(grouped(HR, lambda r: r["department"], len))),
    Case("headcount by department", lambda: Table(grouped(HR, lambda r: r["department"], len))),
    Case(
        "how many contractors work in EMEA",
        lambda: count(HR, lambda r: r["employment_type"] == "Contractor" and r["region"] == "EMEA"),
    ),
    Case("average base salary in Sales", lambda: mean(values(HR, "base_salary", lambda r: r["department"] == "Sales"))),
    Case("what is the average salary?", lambda: mean(values(HR, "base_salary"))),
    Case("avg salary by job title", lambda: Table(grouped(HR, lambda r: r["job_title"], averaged("base_salary")))),
    Case("highest base salary", lambda: max(values(HR, "base_salary"))),
    Case(
        "which department has the highest average base salary",
        lambda: top(grouped(HR, lambda r: r["department"], averaged("base_salary")), 1),
    ),
    Case("top 3 departments by headcount", lambda: top(grouped(HR, lambda r: r["department"], len), 3)),
    Case("how many workers earn more than 150k", lambda: count(HR, lambda r: r["base_salary"] > 150_000)),
    Case("how many workers have a base salary over 150k", lambda: count(HR, lambda r: r["base_salary"] > 150_000)),
    Case("total fte by region", lambda: Table(grouped(HR, lambda r: r["region"], summed("fte")))),
    Case("how many departments are there", lambda: len(set(values(HR, "department")))),
    Case(
        "number of part-time workers in APAC",
        lambda: count(HR, lambda r: r["employment_type"] == "Part-time" and r["region"] == "APAC"),
    ),
    Case(
        "list managers in Legal",
        lambda: Keys(
            "worker_id",
            {r["worker_id"] for r in rows(HR) if r["job_title"] == "Manager" and r["department"] == "Legal"},
        ),
    ),
    Case("how many workers are in Atlantis", lambda: Refused("atlantis")),
    Case(
        "total base salary of active workers in Finance",
        lambda: total(HR, "base_salary", lambda r: r["status"] == "Active" and r["department"] == "Finance"),
    ),
    Case("how many workers are not active", lambda: count(HR, lambda r: r["status"] != "Active")),
    Case("share of workers in EMEA", lambda: 100 * count(HR, lambda r: r["region"] == "EMEA") / count(HR)),
]
