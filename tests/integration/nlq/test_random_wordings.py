"""Other wordings over a pipe whose names mean nothing: fillers, order, endings; and what must not be answered."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker
from tests.integration.nlq.test_random_names import Names, World, said


@pytest.mark.parametrize("seed", [21, 22])
async def test_other_wordings_are_answered_over_random_names(asker: Asker, seed: int) -> None:
    """Terse, polite, in another order, written together: each equals plain Python."""
    w = World(seed)
    await w.into(asker)
    load, shade, one = said(w.load), said(w.shade), w.shades[0]
    in_2024 = sum(row[w.load] for row in w.rows if row[w.day].startswith("2024"))
    in_2023 = sum(row[w.load] for row in w.rows if row[w.day].startswith("2023"))
    ones = [row for row in w.rows if row[w.shade] == one]
    truths: dict[str, Any] = {
        f"2024 {load} pls": in_2024,
        f"could you tell me what {load} we booked in 2024?": in_2024,
        f"{w.load.replace('_', '')} in 2024": in_2024,
        f"total {load} posted in 2024": in_2024,
        f"did we have more {load} in 2024 than in 2023": in_2024 - in_2023,
        f"{w.thing}s that are {one}, how many?": len(ones),
        f"how many {one} {w.thing}s do we have": len(ones),
        f"number of {w.thing}s where {shade} is {one}": len(ones),
        f"how many {w.thing}s are not {said(w.yes)}": sum(not row[w.yes] for row in w.rows),
        f"please give me the highest {load}": max(row[w.load] for row in w.rows),
        f"mean {load} of {one} {w.thing}s": pytest.approx(sum(row[w.load] for row in ones) / len(ones)),
    }
    for question, truth in truths.items():
        told = await asker.told(question)
        assert (told["outcome"], told["value"]) == ("answered", truth), (question, told["answer"])


@pytest.mark.parametrize("seed", [23, 24])
async def test_a_word_that_is_left_over_is_a_refusal(asker: Asker, seed: int) -> None:
    """One unknown word beside known ones; a verb that may pick some of the records."""
    w, others = World(seed), Names(seed + 100)
    await w.into(asker)
    load, odd = said(w.load), others.word()
    for question in (
        f"{odd} {load} in 2024",
        f"{load} without {odd} in 2024",
        f"{load} and {odd} in 2024",
        f"{odd} {w.thing}s",
        f"posted {w.thing}s",
        f"reported {w.thing}s",
        f"received {w.thing}s",
        f"show me more {w.thing}s",
        f"{load} per {odd}",
        f"top 3 {odd} by {load}",
        f"{load} in Q5 2024",
        f"sum of {said(w.rate)} in 2024",
        f"is {load} good",
    ):
        told = await asker.told(question)
        assert told["outcome"] in ("refused", "ambiguous"), (question, told["answer"])
        assert (told["value"], told["rows"]) == (None, None)
