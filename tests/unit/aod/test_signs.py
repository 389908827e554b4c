"""Signs: the shipped file, what it recognises, and every way in which a file can be wrong."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from aos.aod.signs import Platform, Seen, Sign, Signs, load
from aos.core.errors import BadSettings
from aos.core.redact import one_line
from aos.core.settings import REPOSITORY

SHIPPED = REPOSITORY / "seeds" / "middleware.yaml"
INVOICE = dict.fromkeys(("invoice_id", "vendor_id", "total_amount", "status", "billing_address", "line_items"), 1)
UUID = "0f478e33-7e1c-47bf-ad43-5bf21c0e5d41"
MULE = {
    "server": "Mule EE Core Extensions/3.9.5",
    "x-mule_encoding": "UTF-8",
    "x-mule_root_message_id": UUID,
    "x-correlation-id": UUID,
    "content-type": "application/x-ndjson; charset=utf-8",
}


def minimal() -> dict[str, Any]:
    return {
        "threshold": 0.5,
        "platforms": [{"platform": "one", "signs": [{"sign": "a", "header": "server", "weight": 0.9}]}],
    }


def test_a_mule_listener_is_recognised_at_98() -> None:
    """The documents' confidence is the exact sum of the signs of the shipped file."""
    found = SIGNS.recognise(Seen(200, MULE, [INVOICE] * 3))
    assert (found.platform.platform, found.confidence, found.found) == ("mulesoft", 0.98, True)
    assert round(sum(each.weight for each in found.evidence), 6) == 0.98


def test_the_same_records_without_signs_are_unknown() -> None:
    """What is common to many is far from enough; the evidence says what was looked for and not seen."""
    found = SIGNS.recognise(Seen(200, {"content-type": "application/x-ndjson"}, [INVOICE]))
    assert not found.found
    assert found.confidence < 0.2
    assert any(each.seen == "no server" and each.weight == 0 for each in found.evidence)


def test_a_server_that_only_names_the_platform_is_not_enough() -> None:
    """One sign is not a finding."""
    assert not load(SHIPPED).recognise(Seen(200, {"server": "Mule EE Core"}, [])).found


def test_values_that_differ_by_answer_are_not_told() -> None:
    """So that the same thing seen twice is the same evidence."""
    shipped = load(SHIPPED)
    other = {**MULE, "x-correlation-id": UUID.replace("0", "1"), "x-mule_root_message_id": UUID.replace("0", "2")}
    assert shipped.recognise(Seen(200, MULE, [])) == shipped.recognise(Seen(200, other, []))


def test_the_related_asset_comes_from_the_records() -> None:
    """Most of the first records have its fields; one that has drifted does not count against it."""
    shipped = load(SHIPPED)
    drifted = {name: 1 for name in INVOICE if name != "vendor_id"}
    assert shipped.related_asset(Seen(200, {}, [INVOICE, drifted, INVOICE])) == "salesforce_crm"
    assert shipped.related_asset(Seen(200, {}, [INVOICE, drifted])) == ""
    assert shipped.related_asset(Seen(200, {}, [])) == ""


weights = st.lists(st.floats(0.001, 0.2), min_size=1, max_size=5)


@given(weights, st.data())
def test_confidence_is_the_sum_of_what_is_seen(given_weights: list[float], data: st.DataObject) -> None:
    """Never past 1, and each sign adds its own weight or nothing."""
    signs = [Sign(sign=f"s{n}", header=f"h{n}", weight=weight) for n, weight in enumerate(given_weights)]
    there = data.draw(st.sets(st.integers(0, len(signs) - 1)))
    platform = msgspec.convert({"platform": "p", "signs": msgspec.to_builtins(signs)}, type=Platform)
    confidence, evidence = platform.look(Seen(200, {f"h{n}": "x" for n in there}, []))
    assert confidence == pytest.approx(sum(given_weights[n] for n in there), abs=1e-6)
    assert 0 <= confidence <= 1
    assert [each.weight > 0 for each in evidence] == [n in there for n in range(len(signs))]


SIGNS = load(SHIPPED)


@given(
    st.dictionaries(st.text(max_size=20), st.text(max_size=2000), max_size=5),
    st.integers(100, 599),
    st.lists(st.dictionaries(st.text(max_size=10), st.integers()), max_size=3),
)
@example({}, 200, [{"\x18" * 9 + str(n): n for n in range(30)}])  # each of these takes four characters to show
def test_nothing_that_answers_raises(headers: dict[str, str], status: int, records: list[dict[str, Any]]) -> None:
    """Whatever comes back is judged, and what is told of it is short and can forge no line."""
    found = SIGNS.recognise(Seen(status, {**headers, "server": str(headers)}, records))
    assert all(len(each.seen) < 200 and one_line(each.seen) == each.seen for each in found.evidence)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("threshold: 0", "$.threshold"),
        ("threshold: 1.5", "$.threshold"),
        ("platforms: []", "$.platforms"),
        ("extra: 1", "unknown field `extra`"),
        ("platforms: [{platform: one, signs: []}]", "$.platforms[0].signs"),
        ("platforms: [{platform: One, signs: [{sign: a, header: b, weight: 0.9}]}]", "$.platforms[0].platform"),
        ("platforms: [{platform: one, signs: [{sign: a, weight: 0.9}]}]", "$.platforms[0].signs[0]: needs exactly one"),
        ("platforms: [{platform: one, signs: [{sign: a, header: b, status: 200, weight: 0.9}]}]", "exactly one of"),
        ("platforms: [{platform: one, signs: [{sign: a, status: 200, matches: b, weight: 0.9}]}]", "go with a header"),
        ("platforms: [{platform: one, signs: [{sign: a, header: B, weight: 0.9}]}]", "small letters"),
        ("platforms: [{platform: one, signs: [{sign: a, header: b, matches: '(', weight: 0.9}]}]", "matches:"),
        ("platforms: [{platform: one, signs: [{sign: a, header: b, weight: 0.4}]}]", "add up to 0.4"),
        ("platforms: [{platform: one, signs: [{sign: a, header: b, weight: 1.4}]}]", "signs[0].weight"),
        (
            "platforms: [{platform: one, signs: [{sign: a, status: 1, weight: 1}, {sign: c, status: 1, weight: 0.1}]}]",
            "add up to 1.1",
        ),
        (
            "platforms: [{platform: one, signs: [{sign: a, header: b, weight: 1}, {sign: a, status: 2, weight: 1}]}]",
            "$.platforms[0].signs[1].sign: a stands twice",
        ),
        ("platforms: [{platform: one, signs: [{sign: a, header: b, weight: 0.9, weight: 0.8}]}]", "stands twice"),
        ("assets: [{related_asset: x, fields: []}]", "$.assets[0].fields"),
        ("threshold: [", "while parsing"),
    ],
)
def test_a_file_that_can_not_be_used_says_where(tmp_path: Path, change: str, told: str) -> None:
    """One line with the file and the path in it, at the start."""
    name = change.partition(":")[0]
    kept = yaml.safe_dump({key: value for key, value in minimal().items() if key != name})
    path = tmp_path / "middleware.yaml"
    path.write_text(f"{kept}{change}\n")
    with pytest.raises(BadSettings) as refused:
        load(path)
    assert str(path) in refused.value.message
    assert told in refused.value.message
    assert "\n" not in refused.value.message


def test_two_platforms_of_a_name_and_no_file_are_refused(tmp_path: Path) -> None:
    """A name means one platform; a file that is not there is no empty list."""
    path = tmp_path / "middleware.yaml"
    with pytest.raises(BadSettings, match="can't be read"):
        load(path)
    doubled = minimal()
    doubled["platforms"] *= 2
    path.write_text(yaml.safe_dump(doubled))
    with pytest.raises(BadSettings, match="one stands twice"):
        load(path)


def test_a_platform_is_added_without_code(tmp_path: Path) -> None:
    """A file of one's own is all it takes, the source type included."""
    added = minimal()
    added["platforms"][0]["source_type"] = "one_stream"
    path = tmp_path / "middleware.yaml"
    path.write_text(yaml.safe_dump(added))
    signs: Signs = load(path)
    assert signs.recognise(Seen(200, {"server": "x"}, [])).found
    assert (signs.source_type("one"), signs.source_type("two")) == ("one_stream", "")
