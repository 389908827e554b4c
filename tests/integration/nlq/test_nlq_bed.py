"""The test bed: questions with computed truths, over the generators' pipes brought in through the four paths and over
pipes of other trades and of companies."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.nlq_bed.all import CASES, is_unanswerable
from tests.nlq_bed.companies import all as companies
from tests.nlq_bed.grade import Grade, grade, summary
from tests.nlq_bed.known import KNOWN
from tests.nlq_bed.stage import staged
from tests.nlq_bed.trades import all as trades
from tests.nlq_bed.trades.stage import staged as staged_trades
from tests.nlq_bed.truth import Case


async def ask_all(client: httpx.AsyncClient, cases: Sequence[Case]) -> list[Grade]:
    grades = []
    for case in cases:
        answer = await client.post("/nlq/ask", json={"question": case.question})
        assert answer.status_code == 200, (case.question, answer.text)
        grades.append(grade(case, answer.json()))
    return grades


async def ask_groups(directory: Path, groups: Sequence[ModuleType]) -> list[Grade]:
    """Each group's pipes are all that a process of its own knows."""
    grades = []
    for number, group in enumerate(groups):
        async with staged_trades(directory / str(number), group.PIPES) as client:
            grades += await ask_all(client, group.CASES)
    return grades


def demand(grades: Sequence[Grade], share: float) -> None:
    """This share of what can be answered is right; nothing else is wrong or invented than what is known."""
    told = summary(grades)
    assert not [g.case.question for g in grades if g.kind == "right" and g.case.question in KNOWN], "known no longer"
    assert not [g.case.question for g in grades if g.kind == "invented" and g.case.question not in KNOWN], told
    can = [g for g in grades if not is_unanswerable(g.case)]
    missed = [(g.kind, g.case.question, g.told["answer"]) for g in can if g.kind != "right"]
    assert not [each for each in missed if each[0] == "wrong" and each[1] not in KNOWN], missed
    assert len(can) - len(missed) >= share * len(can), f"{told}\n{missed}"


def test_the_bed_is_as_large_as_promised() -> None:
    """At least 250 questions, 30 % or more of them without an answer, none of them twice."""
    assert len(CASES) >= 250
    assert sum(map(is_unanswerable, CASES)) >= 0.3 * len(CASES)
    for cases in (CASES, trades.CASES, *(company.CASES for company in companies.GROUPS)):
        questions = [case.question for case in cases]
        assert len(set(questions)) == len(questions)


def test_what_is_known_is_asked() -> None:
    """Each question that is known not to be right is in the bed, and they are a handful."""
    assert set(KNOWN) <= {case.question for case in [*CASES, *trades.CASES, *companies.CASES]}
    assert len(KNOWN) <= 5


@pytest.mark.timeout(240)
@pytest.mark.parametrize("half", [0, 1])  # so that two workers share what takes longest
async def test_the_bed_is_answered(tmp_path: Path, half: int) -> None:
    """95 % of what can be answered is answered right, and nothing is invented where there is no answer."""
    async with staged(tmp_path) as client:
        grades = await ask_all(client, CASES[half::2])
    demand(grades, 0.95)


@pytest.mark.timeout(120)
async def test_other_trades_are_answered(tmp_path: Path) -> None:
    """Over pipes that AOS was not made for 95 % is, of all the trades together, and nothing is invented."""
    demand(await ask_groups(tmp_path, trades.GROUPS), 0.95)


@pytest.mark.timeout(120)
async def test_companies_are_answered_about_their_own_data(tmp_path: Path) -> None:
    """Over a company's own finance, orders, people and tickets 95 % is, of all together, and nothing is invented."""
    demand(await ask_groups(tmp_path, companies.GROUPS), 0.95)
