"""YAML of files that AOS ships or an operator writes."""

from pathlib import Path

import pytest
import yaml

from aos.core.errors import BadSettings
from aos.core.strict_yaml import StrictYaml, TooDeep, check_depth, load_yaml, read_yaml


@pytest.mark.parametrize("loaded", [load_yaml, lambda text: yaml.load(text, Loader=StrictYaml)], ids=["quick", "plain"])
def test_numbers_and_keys_are_read_alike_by_both_loaders(loaded) -> None:  # type: ignore[no-untyped-def]
    """`1e15` is a number, and a key that stands twice is an error wherever it stands."""
    assert loaded("{a: 1e15, b: [x, 2.5]}") == {"a": 1e15, "b": ["x", 2.5]}
    with pytest.raises(yaml.YAMLError, match="'a' stands twice"):
        loaded("b: [{a: 1, a: 2}]")


def test_what_would_end_the_process_is_refused(tmp_path: Path) -> None:
    """A hundred thousand brackets, which libyaml's composer dies of; in a file, with the file's name."""
    deep = b"[" * 100_000
    with pytest.raises(TooDeep, match="more than 64 levels deep"):
        load_yaml(deep)
    (tmp_path / "deep.yaml").write_bytes(deep)
    with pytest.raises(BadSettings, match=r"deep\.yaml: nested more than 64 levels deep"):
        read_yaml(tmp_path / "deep.yaml", list)


def test_depth_is_counted_and_not_length() -> None:
    """64 levels are read, many side by side too."""
    check_depth("[" * 64 + "]" * 64)
    check_depth("[]\n".replace("[]", "[" + "[]," * 1000 + "]"))
    with pytest.raises(TooDeep):
        check_depth("[" * 65 + "]" * 65)
