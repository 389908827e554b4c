"""One record by its key: what it says, whether it is so; and what it can't say."""

from typing import Any

import pytest

from tests.integration.nlq.conftest import Asker
from tests.integration.nlq.test_random_names import Names, World, said


def field_of(told: dict[str, Any]) -> str:
    assert told["outcome"] == "answered", told["answer"]
    return str(told["columns"][1])


@pytest.mark.parametrize("seed", [31, 32])
async def test_fields_of_a_record_are_read(asker: Asker, seed: int) -> None:
    """Text, date, number, yes or no, each by itself is the value; several stand in a row beside the key."""
    w = World(seed)
    await w.into(asker)
    row = w.rows[17]
    key, shade, kin = row[w.key], said(w.shade), said(w.kin)
    for question, field in {
        f"{shade} of {key}": w.shade,
        f"what {shade} is {key} in": w.shade,
        f"which {kin} does {key} have": w.kin,
        f"who is the {kin} of {w.thing} {key}?": w.kin,
        f"{w.thing} {key} - what's its {shade}?": w.shade,
        f"when was {key} {said(w.day)}": w.day,
        f"{key} - when was that one {said(w.day)}?": w.day,
        f"when was {key}": w.day,
        f"what is the {said(w.rate)} of {key}": w.rate,
        f"was {key} {said(w.yes)}": w.yes,
    }.items():
        told = await asker.told(question)
        assert told["outcome"] == "answered", (question, told["answer"])
        assert (told["value"], told["columns"]) == (row[field], [w.key, field]), (question, told["answer"])
        assert told["rows"] == [[key, row[field]]]
    told = await asker.told(f"{shade} and {kin} of {key}")
    assert (told["value"], told["rows"]) == (None, [[key, row[w.shade], row[w.kin]]])
    other = w.rows[18]
    told = await asker.told(f"{shade} of {key} and {other[w.key]}")
    assert told["rows"] == [[key, row[w.shade]], [other[w.key], other[w.shade]]]


async def test_whether_a_record_is_so(asker: Asker) -> None:
    """Yes or no, with what the record has; a limit likewise. Without a verb a value is a condition."""
    w = World(33)
    await w.into(asker)
    row = w.rows[40]
    other = next(shade for shade in w.shades if shade != row[w.shade])
    assert (await asker.told(f"is {row[w.key]} {row[w.shade]}"))["value"] is True
    told = await asker.told(f"is {w.thing} {row[w.key]} {other}?")
    assert told["value"] is False
    assert row[w.shade] in told["answer"]
    low = row[w.load] - 1
    assert (await asker.told(f"does {row[w.key]} have {said(w.load)} over {low}"))["value"] is True


async def test_what_a_record_can_not_say(asker: Asker) -> None:
    """A key that nothing has, nothing where something is asked for, who and where without a name, unknown words."""
    rows = [{"id": f"K-{n:04d}", "shade": "abx", "made_on": "2024-01-05", "due_on": None} for n in range(300)]
    rows[7]["due_on"] = "2024-03-01"
    await asker.pipe("things", rows, identity_keys=["id"], entity_scope="thing")
    told = await asker.told("shade of K-9999")
    assert (told["outcome"], told["reason"], told["value"]) == ("refused", "unknown_value", None)
    assert "K-9999" in told["answer"]
    told = await asker.told("when is K-0008 due")
    assert (told["outcome"], told["value"]) == ("no_data", None)
    assert "K-0008 has no due on" in told["answer"]
    assert (await asker.told("when is K-0007 due"))["value"] == "2024-03-01"
    told = await asker.told("when was K-0008")
    assert (told["outcome"], told["choices"]) == ("ambiguous", ["made_on", "due_on"])
    for question in (
        "who is K-0008",
        "who made K-0008",
        "where was K-0008 made",
        "how old is K-0008",
        f"{Names(3).word()} of K-0008",
        "how many shades does K-0008 have",
        "why is K-0008 abx",
        "shade history of K-0008",
        "how did the shade of K-0008 change",
    ):
        told = await asker.told(question)
        assert told["outcome"] == "refused", (question, told["answer"])


async def test_a_key_without_a_hyphen(asker: Asker) -> None:
    """It is looked up where nothing else names a thing; `when` asks for the day of what is a value as well."""
    rows = [
        {"code": f"AB{n:06d}NL", "state": ("sent", "made")[n % 2], "sent_on": "2024-01-05", "made_on": "2024-01-02"}
        for n in range(300)
    ]
    await asker.pipe("parcels", rows, identity_keys=["code"], entity_scope="parcel")
    told = await asker.told("AB000012NL")
    assert (told["value"], told["rows"][0][0]) == (1, "AB000012NL")
    assert (await asker.told("is AB000012NL sent"))["value"] is True
    told = await asker.told("when was AB000012NL sent")
    assert (told["value"], told["columns"]) == ("2024-01-05", ["code", "sent_on"])
    assert (await asker.told("where is AB000012NL"))["outcome"] == "refused"


async def test_a_key_that_is_a_number(asker: Asker) -> None:
    """`order 17` names it behind what a row is called; the plural does not."""
    rows = [{"id": n, "shade": ("abx", "cdx")[n % 2], "amount": n, "day": "2024-01-05"} for n in range(40)]
    await asker.pipe("orders", rows, identity_keys=["id"], entity_scope="order")
    assert (await asker.told("shade of order 17"))["value"] == "cdx"
    told = await asker.told("shade of order 170")
    assert (told["outcome"], told["answer"]) == ("no_data", "There is no order 170.")


async def test_of_two_keys_both_are_needed(asker: Asker) -> None:
    """Half of a key is a condition as any other."""
    rows = [{"a": f"A-{n % 9:03d}", "b": f"B-{n // 9:03d}", "shade": f"s{n}x"} for n in range(81)]
    await asker.pipe("things", rows, identity_keys=["a", "b"], entity_scope="thing")
    assert (await asker.told("shade of A-003 and B-004"))["value"] == "s39x"
    assert (await asker.told("how many things with A-003"))["value"] == 9
    assert (await asker.told("shade of A-003"))["value"] == 9
