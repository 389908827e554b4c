"""Names that are words of time or single letters, states that are no dates, and the query that an answer rests on."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker

HANDLERS = ("April Jones", "May Lin", "Ann Lee", "Bo March", "June Park")


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "claim_no": f"C-{1000 + n}",
            "handler": HANDLERS[n % 5],
            "rating": "ABC"[n % 3],
            "size": "SML"[n // 3 % 3],
            "fee": 3 * n,
            "opened_on": f"202{4 + n % 2}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
            "left_on": f"2025-{n % 12 + 1:02d}-27" if n % 3 else None,
        }
        for n in range(90)
    ]


ROWS = _rows()


def n(**wanted: Any) -> int:
    return sum(all(str(row[name]).startswith(value) for name, value in wanted.items()) for row in ROWS)


@pytest.fixture
async def claims(asker: Asker) -> Asker:
    asker.contract("acme.claims", fee=("additive", "EUR"), opened_on=("period", None))
    await asker.pipe("acme.claims", ROWS, entity_scope="claim", identity_keys=["claim_no"])
    return asker


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how many claims by April Jones", {"handler": "April Jones"}),
        ("how many claims handled by June Park", {"handler": "June Park"}),
        ("how many claims of May Lin", {"handler": "May Lin"}),
        ("how many claims by Bo March in 2024", {"handler": "Bo March", "opened_on": "2024"}),
        ("how many claims in April 2025", {"opened_on": "2025-04"}),
        ("how many claims with rating A", {"rating": "A"}),
        ("how many rating A claims in 2024", {"rating": "A", "opened_on": "2024"}),
        ("how many size S claims", {"size": "S"}),
        ("how many A claims", {"rating": "A"}),
        ("how many claims does a rating B have", {"rating": "B"}),
    ],
)
async def test_names_that_are_words_of_time_or_letters(claims: Asker, question: str, wanted: dict[str, str]) -> None:
    """A person called June is no month, and `A` no article; none of them is passed over."""
    told = await claims.told(question)
    assert (told["outcome"], told["value"]) == ("answered", n(**wanted)), told["answer"]


@pytest.mark.parametrize("question", ["how many D claims", "how many claims are on leave", "claims on leave"])
async def test_what_no_row_says_is_refused(claims: Asker, question: str) -> None:
    """A letter that no rating is, and a state where the only thing near is the day of leaving."""
    told = await claims.told(question)
    assert told["outcome"] == "refused", told["answer"]


@pytest.mark.parametrize(
    ("question", "function"),
    [("is C-1000 of rating A", "count"), ("fee by claim no", "sum"), ("how many claims in 2024", "count")],
)
async def test_the_query_is_the_one_that_the_value_rests_on(claims: Asker, question: str, function: str) -> None:
    """Not a look that was taken before it."""
    told = await claims.told(question)
    assert told["outcome"] == "answered", told["answer"]
    assert [each["function"] for each in told["query"]["aggregate"]] == [function], told["query"]
    assert told["query"] in told["queries"]


async def test_a_look_at_how_many_rows_there_are_is_not_the_answer(asker: Asker) -> None:
    """Of what nobody says how it adds up, single rows are told as they are, after a look whether they are single."""
    rows = [{"place": name, "warmth": 3 + k} for k, name in enumerate(("North", "South"))]
    await asker.pipe("desk.places", rows, entity_scope="spot")
    told = await asker.told("warmth by place")
    assert told["rows"] == [["North", 3], ["South", 4]], told["answer"]
    assert len(told["queries"]) == 2
    assert told["query"]["aggregate"][0]["field"] == "warmth", told["query"]
