"""A contract file is read whole or refused with the path at fault."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.core.errors import InvalidInput
from aos.core.settings import REPOSITORY
from aos.dcl.sidecar.contract import load

HEAD = 'apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: "1"\n'


def with_property(text: str) -> str:
    return f"{HEAD}schema: [{{name: t, properties: [{{name: a, logicalType: string}}, {{name: b, {text}}}]}}]\n"


def options(logical: str, text: str) -> str:
    return f"logicalType: {logical}, logicalTypeOptions: {{{text}}}"


def refusal(tmp_path: Path, text: str) -> str:
    """What is said of a file after its name."""
    path = tmp_path / "bad.yaml"
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(InvalidInput) as refused:
        load(path)
    assert refused.value.message.startswith(f"{path}: ")
    return refused.value.message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "file: must be a mapping"),
        ("", "file: is missing"),
        ("a: [", "line 1:"),
        ("? [a]\n: b", "line 1:"),
        (f"{HEAD}id: y\n", "line 5: 'id' stands twice"),
        ("\udcff", "file: not YAML"),
        ("a: !!timestamp x", "file: not YAML"),
        ("[" * 5000, "file: not YAML"),
        (HEAD.replace("v3.2.0", "v2.2.2"), "apiVersion: 'v2.2.2' is not supported"),
        (HEAD.replace("DataContract", "DataProduct"), "kind: must be DataContract"),
        (HEAD.replace('"1"', "1.0"), "version: must be a text, is 1.0 (quote it?)"),
        (HEAD.replace("id: x\n", ""), "id: is missing"),
        (HEAD, "schema: must be a list of exactly one object"),
        (f"{HEAD}schema: [{{name: a}}, {{name: b}}]", "schema: must be a list of exactly one object"),
        (f"{HEAD}schema: [{{name: t, logicalType: array}}]", "schema[0].logicalType: must be object"),
        (f"{HEAD}schema: [{{name: t}}]", "schema[0].properties: must be a list of properties"),
        (f"{HEAD}shema: []\n", "shema: is outside the supported subset here; did you mean schema?"),
    ],
)
def test_file_is_refused_when_it_is_no_contract(text: str, message: str, tmp_path: Path) -> None:
    """A file that can't be a contract says what is wrong with it, and where."""
    assert refusal(tmp_path, text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "logicalType: string, requried: true",
            "requried: is outside the supported subset here; did you mean required?",
        ),
        ("required: true", "logicalType: is missing"),
        ("logicalType: time", "logicalType: 'time' is outside the supported subset"),
        ("logicalType: map, map: {}", "logicalType: 'map' is outside the supported subset"),
        ("logicalType: string, unique: true", "unique: can't be checked on one record"),
        ("logicalType: string, relationships: [{to: x.y}]", "relationships: can't be checked on one record"),
        ("logicalType: string, quality: [{metric: nullValues, mustBe: 0}]", "quality: rules are not run here"),
        ("logicalType: string, required: 'yes'", "required: must be true or false"),
        ("logicalType: array", "items: is missing"),
        ("logicalType: string, items: {logicalType: string}", "items: is outside"),
        (
            "logicalType: array, items: {logicalType: object, properties: [{name: c}]}",
            "items.properties[0].logicalType",
        ),
    ],
)
def test_property_is_refused_when_it_says_what_is_not_checked(text: str, message: str, tmp_path: Path) -> None:
    """A keyword that carries a rule outside the subset, or that nobody knows, is never silently passed over."""
    assert refusal(tmp_path, with_property(text)).startswith("schema[0].properties[1]." + message)


@pytest.mark.parametrize(
    ("logical", "text", "message"),
    [
        ("string", "pattern: '('", ".pattern: not a regular expression"),
        ("string", "pattern: 'a)(b'", ".pattern: not a regular expression"),
        ("string", "pattern: '(?i)a'", ".pattern: not a regular expression"),
        ("string", r"pattern: '\p{L}'", ".pattern: not a regular expression"),
        ("string", "pattern: 5", ".pattern: must be a text, is 5"),
        ("string", "format: email", ".format: is outside the supported subset for string (pattern, minLength, max"),
        ("string", "minLength: 2, maxLength: 1", ": minLength is above maxLength"),
        ("string", "minLength: -1", ".minLength: must be a whole number"),
        ("string", "maxLength: 10000000000", ".maxLength: must be a whole number"),
        ("integer", "format: i32", ".format: is outside"),
        ("integer", "minimum: 0.5", ".minimum: must be a whole number of 64 bits"),
        ("integer", "maximum: 9223372036854775808", ".maximum: must be a whole number of 64 bits"),
        ("number", "multipleOf: 5", ".multipleOf: is outside"),
        ("number", "minimum: '1'", ".minimum: must be a number"),
        ("number", "minimum: .inf", ".minimum: must be finite"),
        ("number", "maximum: 1e999", ".maximum: must be finite"),
        ("number", "minimum: 0, exclusiveMinimum: 0", ".exclusiveMinimum: give minimum or exclusiveMinimum"),
        ("number", "minimum: 2, maximum: 1", ": nothing lies from 2.0 to 1.0"),
        ("date", "minimum: '2020-01-01'", ".minimum: is outside"),
        ("date", "format: dd.MM.yyyy", ".format: only yyyy-MM-dd"),
        ("timestamp", "format: yyyy", ".format: is outside"),
        ("timestamp", "timezone: UTC", ".timezone: must be true or false"),
        ("object", "minProperties: 1", ".minProperties: is outside"),
        ("array", "uniqueItems: true", ".uniqueItems: is outside"),
    ],
)
def test_option_is_refused_when_it_can_not_be_kept(logical: str, text: str, message: str, tmp_path: Path) -> None:
    """An option that is wrong, or that AOS does not check, is named with its path."""
    said = refusal(tmp_path, with_property(options(logical, text)))
    assert said.startswith("schema[0].properties[1].logicalTypeOptions" + message)


@pytest.mark.parametrize(
    ("logical", "values", "message"),
    [
        ("string", "[a]", "[0]: must be a mapping"),
        ("string", "[{label: a}]", "[0].value: must be a string, is None"),
        ("string", "[{value: no}]", "[0].value: must be a string, is False"),
        ("integer", "[{value: 1}, {value: true}]", "[1].value: must be a integer, is True"),
        ("string", "[{value: a}, {value: a}]", "[1].value: 'a' stands here twice"),
        ("string", "[]", ": must be a list"),
        ("number", "[{value: 1}]", ": is outside the supported subset for number"),
    ],
)
def test_enum_is_refused_when_its_values_do_not_fit(logical: str, values: str, message: str, tmp_path: Path) -> None:
    """An enum is a list of objects whose values have the property's type, each once."""
    said = refusal(tmp_path, with_property(f"logicalType: {logical}, enum: {values}"))
    assert said.startswith("schema[0].properties[1].enum" + message)


def test_enum_and_other_rules_do_not_mix(tmp_path: Path) -> None:
    """An enum already says every value."""
    said = refusal(tmp_path, with_property(options("string", "minLength: 1") + ", enum: [{value: a}]"))
    assert said.startswith("schema[0].properties[1].logicalTypeOptions: enum already says every value")


def test_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two properties of one name would leave one of them unchecked."""
    said = refusal(tmp_path, with_property("logicalType: string").replace("name: b", "name: a"))
    assert said == "schema[0].properties[1].name: 'a' stands here twice"


def test_key_must_be_one_required_field_at_the_top(tmp_path: Path) -> None:
    """Records are fetched by one id that is always there."""
    key = "logicalType: string, primaryKey: true"
    assert "must stand on a string or an integer with required: true" in refusal(tmp_path, with_property(key))
    twice = with_property(f"{key}, required: true").replace("{name: a,", "{name: a, primaryKey: true,")
    assert "primaryKey: a key of more than one property" in refusal(tmp_path, twice)
    inside = with_property(f"logicalType: object, properties: [{{name: c, {key}}}]")
    assert "properties[1].properties[0].primaryKey: must stand on a top-level" in refusal(tmp_path, inside)


def test_contract_deeper_than_the_airlock_is_refused(tmp_path: Path) -> None:
    """No record that deep is let through."""
    deep = "logicalType: object, properties: [{name: c, " * 33 + "logicalType: string" + "}]" * 33
    assert "nests past 32 levels" in refusal(tmp_path, with_property(deep))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A contract that can't be read is no empty contract."""
    with pytest.raises(InvalidInput, match=r"none\.yaml: can't be read: No such file"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ['un"it', "un\\it", "u\x1b[31mnit", "u\nnit"])
def test_name_that_no_decoder_takes_is_refused(name: str, tmp_path: Path) -> None:
    """With its path, as every other problem."""
    table = f"{{name: t, logicalType: object, properties: [{{name: {json.dumps(name)}, logicalType: string}}]}}"
    told = refusal(tmp_path, f"{HEAD}schema: [{table}]")
    assert "schema[0].properties[0].name: holds a quote, a backslash or a control character" in told


def test_descriptions_are_passed_over(tmp_path: Path) -> None:
    """What only describes does not hinder: a full contract loads as it is."""
    path = tmp_path / "full.yaml"
    path.write_text(
        with_property(
            "logicalType: string, physicalType: varchar(18), businessName: B, tags: [x], classification: restricted,"
            " examples: [1], customProperties: [{property: p, value: 1}], unique: false, criticalDataElement: true,"
            " quality: [{type: text, description: looks fine}], partitioned: false, transformLogic: select 1"
        )
        + "status: active\nservers: []\nteam: {}\nslaProperties: []\nprice: {}\ndescription: {purpose: p}\n"
    )
    contract = load(path)
    assert (contract.name, contract.version, contract.key) == ("t", "1", None)


NINES = "".join(f"x{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}x0: &a0 [1]\n{NINES}version2: *a11\n", "file: holds more than 50000 keys and values"),
        ("x0: &a0 {a: 1}\n" + NINES.replace("[", "{<<: [").replace("]", "]}"), "file: holds more than 50000"),
        ("a: &a [*a]", "line 1: an alias in it leads back to itself"),
        (HEAD + "#" * 10_000_000, "file: is larger than 256 KiB"),
        (
            with_property('name: b\\ud800"').replace("name: b, name: b", 'name: "b'),
            "schema[0].properties[1].name: holds",
        ),
        (with_property('logicalType: string, enum: [{value: "\\0"}]'), "schema[0].properties[1].enum[0]: holds a NUL"),
        ("\xff\xfe\x00", "file: not YAML"),
    ],
)
def test_file_that_would_fill_the_memory_or_hold_what_no_record_can_is_refused(
    text: str, message: str, tmp_path: Path
) -> None:
    """Quickly and with a word why, whoever wrote it."""
    assert refusal(tmp_path, text).startswith(message)


def test_alias_that_is_used_twice_is_fine(tmp_path: Path) -> None:
    """Aliases save writing; only their unfolding is bounded."""
    path = tmp_path / "alias.yaml"
    path.write_text(
        with_property(
            "logicalType: number, logicalTypeOptions: &o {minimum: 1}},"
            " {name: c, logicalType: number, logicalTypeOptions: *o"
        )
    )
    assert [node.minimum for node in load(path).root.properties] == [None, 1, 1]


def test_all_problems_are_told_with_their_lines(tmp_path: Path) -> None:
    """The message tells the first and how many more; `problems` has each. A hundred are enough."""
    path = tmp_path / "bad.yaml"
    path.write_text(f"{HEAD}kin: x\nschema:\n- name: t\n  properties:\n  - name: a\n    logicalType: strin\n  - x: 1\n")
    with pytest.raises(InvalidInput, match=r"kin: .*did you mean kind\? \(and 2 more\)") as refused:
        load(path)
    assert [(each["path"], each["line"]) for each in refused.value.extra["problems"]] == [
        ("kin", 5),
        ("schema[0].properties[0].logicalType", 10),
        ("schema[0].properties[1].name", 11),
    ]
    path.write_text(HEAD + "schema: [{name: t, properties: [" + "{name: 1}, " * 5000 + "]}]")
    with pytest.raises(InvalidInput, match=r"and 99 more") as refused:
        load(path)
    assert len(refused.value.extra["problems"]) == 100


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_contract_loads_or_is_refused(data: st.DataObject, tmp_path: Path) -> None:
    """Whatever is done to a good file, nothing but InvalidInput comes out, and every problem has a path."""
    good = (REPOSITORY / "seeds/contracts/support_ticket.yaml").read_bytes().split(b"\n", 8)[8]
    good = HEAD.encode() + good[good.index(b"schema:") :]
    words = [
        b": ",
        b"- ",
        b"{",
        b"]",
        b"*a",
        b"&a ",
        b"null",
        b"[]",
        b"1e999",
        b"'",
        b"\n",
        b"  ",
        b"\xff",
        b"required",
    ]
    for _ in range(data.draw(st.integers(1, 4))):
        at, cut = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 30))
        word = data.draw(st.sampled_from(words) | st.binary(max_size=6))
        good = good[:at] + word + good[at + cut :]
    path = tmp_path / "damaged.yaml"
    path.write_bytes(good)
    problems = []
    try:
        load(path)
    except InvalidInput as refused:
        problems = refused.extra["problems"]
        told = refused.message
    assert all(each["path"] and each["message"] in told for each in problems[:1])
