"""A record is held against the truth, field by field."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.oracle.chaos import Kind, hit
from aos.farm.oracle.damage import wire_line
from aos.farm.oracle.invoices import invoice
from aos.farm.oracle.verify import MAX_MISMATCHES, verify

URL = "/api/verify/salesforce/invoice"


def compared(record: dict[str, Any], n: int = 102) -> list[tuple[str, str]]:
    return [(found.field, found.reason) for found in verify(record, invoice(1, n)).mismatches]


@pytest.mark.parametrize("n", [1, 102, 5_000])
async def test_truth_is_verified(client: httpx.AsyncClient, n: int) -> None:
    """The untouched record scores 1 and has no mismatch."""
    response = await client.post(URL, json=invoice(1, n))
    assert response.status_code == 200
    assert response.json() == {"verified": True, "quality_score": 1.0, "mismatches": [], "mismatch_count": 0}


async def test_seed_says_which_truth(client: httpx.AsyncClient) -> None:
    """A record of another seed is not the truth of this one."""
    assert (await client.post(URL, params={"seed": 2}, json=invoice(2, 9))).json()["verified"] is True
    assert (await client.post(URL, json=invoice(2, 9))).json()["verified"] is False


async def test_names_every_difference(client: httpx.AsyncClient) -> None:
    """Removed, retyped, changed and added values, each by its path with both sides."""
    record = invoice(1, 102)
    truth = invoice(1, 102)
    del record["vendor_id"]
    record["amount"] = "THREE"
    record["vendor"]["tax_id"] = None
    record["line_items"][1]["quantity"] += 1
    record["billing_address"]["planet"] = "Earth"
    told = (await client.post(URL, json=record)).json()
    assert told["verified"] is False
    assert {
        found["field"]: (found["reason"], found["expected"], found["received"]) for found in told["mismatches"]
    } == {
        "vendor_id": ("missing", truth["vendor_id"], None),
        "amount": ("wrong_type", truth["amount"], "THREE"),
        "vendor.tax_id": ("wrong_type", truth["vendor"]["tax_id"], None),
        "line_items[1].quantity": (
            "different",
            truth["line_items"][1]["quantity"],
            record["line_items"][1]["quantity"],
        ),
        "billing_address.planet": ("unexpected", None, "Earth"),
    }
    assert told["mismatch_count"] == 5


def test_score_is_the_share_of_right_values() -> None:
    """One wrong value of 34 is 33 / 34, rounded down; nothing but the id is next to nothing; a surplus one counts."""
    record = invoice(1, 102)
    leaves = 10 + 2 + 5 + 4 * len(record["line_items"]) + ("po_number" in record)
    record["status"] = "lost"
    assert verify(record, invoice(1, 102)).quality_score == (leaves - 1) * 10_000 // leaves / 10_000
    assert verify({"invoice_id": "INV-102"}, invoice(1, 102)).quality_score == 10_000 // leaves / 10_000
    surplus = {**invoice(1, 102), "extra": [1, 2, 3]}
    assert verify(surplus, invoice(1, 102)).quality_score == leaves * 10_000 // (leaves + 1) / 10_000


def test_numbers_are_equal_by_value_and_nothing_else_is() -> None:
    """300 is 300.0; true is not 1, "300" is not 300."""
    assert verify({"a": 300}, {"a": 300.0}).verified
    assert not verify({"a": True}, {"a": 1}).verified
    assert not verify({"a": "300"}, {"a": 300}).verified
    assert not verify({"a": 0.1 + 0.2}, {"a": 0.3}).verified


def test_lists_are_compared_place_by_place() -> None:
    """Missing and surplus items are named by their index."""
    record = invoice(1, 102)
    dropped = record["line_items"].pop()
    last = len(record["line_items"])
    assert compared(record) == [(f"line_items[{last}]", "missing")]
    record["line_items"] += [dropped, dropped]
    assert compared(record) == [(f"line_items[{last + 1}]", "unexpected")]


def test_damage_is_found_where_it_was_done() -> None:
    """Each drifted or mistyped record of the stream has just the one mismatch that the log names."""
    for n in range(1, 500):
        found = hit(1, n, 1.0, [Kind.DRIFT, Kind.BAD_TYPE])
        assert found is not None
        record = json.loads(wire_line(1, n, found))
        reason = "missing" if found.kind is Kind.DRIFT else "wrong_type"
        assert compared(record, n) == [(found.field, reason)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from([*invoice(1, 1), "other"]), json_values))
def test_any_record_gets_a_score(record: dict[str, Any]) -> None:
    """Whatever is posted, the score is between 0 and 1, and 1 means verified."""
    told = verify(record, invoice(1, 1))
    assert 0 <= told.quality_score <= 1
    assert told.verified == (told.quality_score == 1) == (told.mismatch_count == 0)


async def test_answer_is_bounded(client: httpx.AsyncClient) -> None:
    """A record with ten thousand surplus fields is counted in full and listed in part."""
    record = {**invoice(1, 1), **{f"f{n}": n for n in range(10_000)}}
    told = (await client.post(URL, json=record)).json()
    assert (told["mismatch_count"], len(told["mismatches"])) == (10_000, MAX_MISMATCHES)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"invoice_id": 102}, 422),
        ({"invoice_id": None}, 422),
        ({"invoice_id": "INV-0"}, 404),
        ([], 422),
        ("INV-1", 422),
    ],
)
async def test_without_a_known_id_there_is_no_truth(client: httpx.AsyncClient, body: object, status: int) -> None:
    """No id is a 422, an unknown one the source's 404."""
    response = await client.post(URL, json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
