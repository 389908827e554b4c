"""What may be sent as a question, and whose data answer it."""

from typing import Any

import pytest

from aos.contracts.ask import MOST_QUESTION_BYTES
from aos.core.http import Access
from tests.integration.nlq.conftest import Asker

ROWS = [{"id": n, "region": ("EMEA", "APAC")[n % 2], "amount": n, "day": f"2024-0{n % 4 + 1}-15"} for n in range(8)]
GIVEN: dict[str, Any] = {"entity_scope": "order", "identity_keys": ["id"]}


def _given(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


@pytest.fixture
async def orders(asker: Asker) -> Asker:
    asker.contract("orders", amount=("additive", "USD"))
    await asker.pipe("orders", ROWS, **GIVEN)
    return asker


async def test_an_answer_names_where_it_comes_from(orders: Asker) -> None:
    """Value, unit, period, the Query that gives the same number again, pipe, run, blueprint version, freshness."""
    told = await orders.told("what was the amount in January 2024")
    assert (told["value"], told["unit"], told["period"], told["understood"]) == (4, "USD", "2024-01", True)
    assert "4 USD" in told["answer"]
    (pipe,) = told["pipes"]
    assert (pipe["pipe_id"], pipe["run_id"], pipe["blueprint_version"]) == ("orders", "run-1", 1)
    assert pipe["freshness"] > 0
    again = await orders.place.client.post("/dcl/query", json=_given(told["query"]))
    assert again.json()["rows"][0][0] == 4
    assert told["confidence"] == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "SELECT sum(amount) FROM orders",
        "amount'; DROP TABLE rows; --",
        "amount UNION SELECT * FROM keys",
        'amount where region = "EMEA" or 1=1',
        "{{7*7}} ${jndi:ldap://x} amount",
        "<script>alert(1)</script> amount",
        "../../etc/passwd",
    ],
)
async def test_code_in_a_question_is_literal_text(orders: Asker, question: str) -> None:
    """It is not understood, whatever it says; the rows are all there."""
    told = await orders.told(question)
    assert (told["outcome"], told["value"], told["queries"]) == ("refused", None, [])
    assert (await orders.told("how many orders are there"))["value"] == 8


async def test_a_long_question_is_413(orders: Asker) -> None:
    """A megabyte is not even read; a question of a byte too many is refused, the longest one is not understood."""
    assert (await orders.ask("amount " * 150_000)).status_code == 413
    refused = await orders.ask("x" * (MOST_QUESTION_BYTES + 1))
    assert (refused.status_code, refused.json()["max_bytes"]) == (413, MOST_QUESTION_BYTES)
    assert (await orders.told("amount " * 580))["outcome"] == "refused"
    assert (await orders.ask("é" * (MOST_QUESTION_BYTES // 2))).status_code == 200


async def test_control_characters_are_cleaned(orders: Asker) -> None:
    """They part words and are told to nobody; a question of nothing else is no question."""
    assert (await orders.told("how many\r\n\x00orders are\u200b in EMEA\x07"))["value"] == 4
    told = await orders.told("\x1b]0;x\x07zork\x9b")
    assert not any(ord(character) < 32 for character in told["answer"])
    for nothing in ("", " \t\n", "\x00\x01\u200b"):
        refused = await orders.ask(nothing)
        assert (refused.status_code, refused.json()["path"]) == (422, "$.question")


async def test_another_tenant_s_pipe_is_not_there(orders: Asker) -> None:
    """404 where it is named, and otherwise as if it did not exist; not even its words are told."""
    other = await orders.ask("how many orders are there", tenant="globex", pipe_id="orders")
    unknown = await orders.ask("how many orders are there", tenant="globex", pipe_id="nothing")
    assert other.status_code == unknown.status_code == 404
    assert other.json()["detail"].replace("orders", "nothing") == unknown.json()["detail"]
    told = await orders.told("how many orders are in EMEA", tenant="globex")
    assert told["outcome"] in ("refused", "no_data")
    assert "EMEA" not in " ".join(told["suggestions"] + told["choices"])
    await orders.pipe("parcels", [{"id": 1, "weight": 3}], tenant="globex", entity_scope="parcel")
    assert (await orders.told("how many parcels are there", tenant="globex"))["value"] == 1
    assert (await orders.told("how many parcels are there"))["outcome"] == "refused"


async def test_a_key_of_one_tenant_names_no_other(orders: Asker) -> None:
    """The service key acts for the tenant that it names; an operator or viewer for its own."""
    assert (await orders.ask("how many orders", role=Access.VIEWER)).status_code == 200
    assert (await orders.ask("how many orders", role=Access.VIEWER, tenant="globex")).status_code == 403
    answer = await orders.place.client.post("/nlq/ask", json={"question": "x"}, headers={"x-api-key": "wrong"})
    assert answer.status_code == 401


async def test_what_is_wrong_with_the_call_is_a_422(orders: Asker) -> None:
    """A body that is none, a day that is none; the place is named."""
    for given, path in (
        ({"limit": 0}, "$.limit"),
        ({"reference_date": "2024-02-30"}, "$.reference_date"),
        ({"reference_date": "soon"}, "$.reference_date"),
        ({"pipe_id": "a b"}, "$.pipe_id"),
        ({"pipes": "x"}, "$.pipes"),
    ):
        refused = await orders.ask("how many orders", **given)
        assert (refused.status_code, refused.json().get("path")) == (422, path), refused.text


async def test_new_rows_and_new_fields_count_at_the_next_question(orders: Asker) -> None:
    """The lexicon is made anew when the pipe changed; a contract that is changed counts at once as well."""
    assert (await orders.told("how many orders in LATAM"))["outcome"] == "refused"
    await orders.push("orders", [{"id": 9, "region": "LATAM", "amount": 1, "day": "2025-01-01"}], run="run-2")
    assert (await orders.told("how many orders in LATAM"))["value"] == 1
    await orders.pipe("orders", [], fields=["id", "region", "weight", "day"], **GIVEN)
    await orders.push(
        "orders", [{"id": n, "region": "LATAM", "weight": 5, "day": "2025-01-01"} for n in (1, 2)], run="run-3"
    )
    assert (await orders.told("total amount"))["outcome"] == "refused"
    assert (await orders.told("total weight"))["reason"] == "not_additive"
    orders.contract("orders", weight=("additive", "kg"))
    told = await orders.told("total weight", pipe_id="orders")
    assert (told["outcome"], told["unit"]) == ("answered", "kg")


async def test_no_data_is_not_zero(orders: Asker) -> None:
    """A count of rows that are not there is 0; a sum of them is no number."""
    await orders.pipe("empty", [], fields=["id", "zorkle"], entity_scope="blank")
    told = await orders.told("how many blanks are there", pipe_id="empty")
    assert (told["outcome"], told["value"], told["understood"]) == ("no_data", None, True)
    assert (await orders.told("how many orders in APAC in January 2024"))["value"] == 0
    told = await orders.told("total amount in APAC in January 2024")
    assert (told["outcome"], told["value"]) == ("no_data", None)


async def test_the_reference_date_is_what_last_quarter_is_counted_from(orders: Asker) -> None:
    """The question's, else the end of the data."""
    assert (await orders.told("amount this month"))["period"] == "2024-04"
    assert (await orders.told("amount last month"))["period"] == "2024-03"
    told = await orders.told("amount last month", reference_date="2024-03-10")
    assert (told["period"], told["reference_date"]) == ("2024-02", "2024-03-10")
    told = await orders.told("amount this month", reference_date="2024-03-10")
    assert told["period"] == "2024-03"
    assert (await orders.told("amount last month", reference_date="2026-03-10"))["reason"] == "outside_data"


async def test_a_user_s_words_count_as_well(orders: Asker) -> None:
    """A file in the data directory adds groups; one that can't be used is left out."""
    assert (await orders.told("total dosh"))["outcome"] == "refused"
    place = orders.place.core.settings.data_dir / "nlq"
    place.mkdir()
    (place / "ours.yaml").write_text("same:\n  - [amount, dosh]\n")
    assert (await orders.told("total dosh"))["value"] == 28
    (place / "broken.yaml").write_text("same: [1")
    assert (await orders.told("total dosh"))["value"] == 28
