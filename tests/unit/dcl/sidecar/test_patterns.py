"""Patterns of contracts: none can hold the process up, and each means what it meant."""

import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aos.dcl.sidecar.contract import Contract
from aos.dcl.sidecar.faults import Property
from aos.dcl.sidecar.patterns import compile_pattern, is_plain

PLAIN = ("^V-[0-9]{1,18}$", r"^[^@\s]{1,64}@[^@\s]{1,190}$", "^[A-Z]{3}$", "^a*b?$", r"^\d{4}-\d{2}$", "^", "^a.c")
NOT_PLAIN = (
    *("(a+)+$", "^(a+)+$", "^(a|a)*$", "^a*a*$", "a+b", "", "b$", "^a{1,200}a{1,200}$", "^a*a{0,99}$", "^a|b"),
    *("^a+?b", "^(?:ab)*$", r"^\bx", r"^[a-z]+\.[a-z]+$", "^a$b", r"^a\$", "^a{,5}", "^(?i:a)$"),
)


@pytest.mark.parametrize("pattern", PLAIN)
def test_plain_patterns_stay_with_pythons_engine(pattern: str) -> None:
    """The fast way: msgspec holds them itself."""
    assert is_plain(pattern)
    assert isinstance(compile_pattern(pattern), re.Pattern)


@pytest.mark.parametrize("pattern", NOT_PLAIN)
def test_whatever_could_go_back_far_is_matched_in_linear_time(pattern: str) -> None:
    """A repeat inside a repeat, two that meet, a search from each character on."""
    assert not is_plain(pattern)
    assert not isinstance(compile_pattern(pattern), re.Pattern)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "a*a*a*a*c", "(.*)*x"])
def test_a_hostile_text_ends(pattern: str) -> None:
    """Python's engine would not be done with these in a lifetime; here a million characters are read once."""
    assert compile_pattern(pattern).search("a" * 1_000_000 + "b") is None


@pytest.mark.parametrize("pattern", [r"^(?=a)", r"(a)\1", "(a{1000}){3}b", r"(?<!x)y"])
def test_what_no_linear_engine_has_is_refused(pattern: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match="linear time"):
        compile_pattern(pattern)


@given(
    st.sampled_from([each for each in (*PLAIN, *NOT_PLAIN) if "{,5}" not in each]),  # ECMA and RE2 take it literally
    st.text("abcAx@.-V$ 0123456789\n\u0663\u00e9", max_size=12),
)
@example("b$", "ab\n")
@example("^a.c", "a\nc")
@example(r"^\d{4}-\d{2}$", "\u0663\u0663\u0663\u0663-\u0663\u0663")
def test_both_engines_mean_the_same(pattern: str, text: str) -> None:
    """Whichever of them has the pattern."""
    expected = re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), text, re.ASCII)
    assert bool(compile_pattern(pattern).search(text)) == bool(expected)


@given(st.one_of(st.none(), st.integers(), st.text("ab", max_size=6), st.lists(st.just("a"))), st.booleans())
def test_decoder_and_walk_agree_on_such_a_text(value: object, required: bool) -> None:
    """Required or not, at the top and in a list: what the decoder takes has no fault, and the other way round."""
    node = Property(
        name="t",
        type="string",
        required=required,
        pattern="(a+)+$",
        regex=compile_pattern("(a+)+$"),
        max_length=4,
    )
    items = Property(name="l", type="array", items=msgspec.structs.replace(node, name=""))
    contract = Contract("c", "1.0.0", None, Property(name="", type="object", required=True, properties=(node, items)))
    for record in ({"t": value, "l": ["a"]}, {"t": "a", "l": [value]}, {"t": value}):
        line = msgspec.json.encode(record)
        try:
            contract.decoder.decode(line)
            taken = True
        except msgspec.MsgspecError:
            taken = False
        assert taken == (not contract.faults(record))
        assert taken == (not contract.faults_in(line, record))
