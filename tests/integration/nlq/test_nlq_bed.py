"""The test bed: questions with computed truths over the generators' pipes, brought in through the four paths."""

from pathlib import Path

import httpx
import pytest

from tests.nlq_bed.all import CASES, is_unanswerable
from tests.nlq_bed.grade import Grade, grade, summary
from tests.nlq_bed.stage import staged


async def ask_all(client: httpx.AsyncClient) -> list[Grade]:
    grades = []
    for case in CASES:
        answer = await client.post("/nlq/ask", json={"question": case.question})
        assert answer.status_code == 200, (case.question, answer.text)
        grades.append(grade(case, answer.json()))
    return grades


def test_the_bed_is_as_large_as_promised() -> None:
    """At least 250 questions, 30 % or more of them without an answer, none of them twice."""
    assert len(CASES) >= 250
    assert sum(map(is_unanswerable, CASES)) >= 0.3 * len(CASES)
    questions = [case.question for case in CASES]
    assert len(set(questions)) == len(questions)


@pytest.mark.timeout(240)
async def test_the_bed_is_answered(tmp_path: Path) -> None:
    """95 % of what can be answered is answered right, and nothing is invented where there is no answer."""
    async with staged(tmp_path) as client:
        grades = await ask_all(client)
    told = summary(grades)
    assert not [g.case.question for g in grades if g.kind == "invented"], told
    can = [g for g in grades if not is_unanswerable(g.case)]
    missed = [(g.kind, g.case.question, g.told["answer"]) for g in can if g.kind != "right"]
    assert len(missed) <= 0.05 * len(can), f"{told}\n{missed}"
    assert not [each for each in missed if each[0] == "wrong"], missed
