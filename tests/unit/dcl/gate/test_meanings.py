"""Which contract says what the fields of a pipe mean, where more than one would."""

from pathlib import Path
from typing import Any

import pytest

from aos.core.settings import REPOSITORY, Settings
from aos.dcl.gate.meanings import Meanings, of, overlaps_of
from tests.unit.dcl.gate.contracts_said import blueprint, contract

BY_ID = [{"property": "pipe_id", "value": ["p-1", "p-2"]}]
BY_KIND = [{"property": "vendor", "value": "netsuite"}, {"property": "entity_scope", "value": "bill"}]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for place in ("seeds", "data"):
        (tmp_path / place / "contracts").mkdir(parents=True)
    return Settings(seeds_dir=tmp_path / "seeds", data_dir=tmp_path / "data")


def warned(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """What several contracts speak for, and which of them counts."""
    found: list[dict[str, Any]] = [getattr(record, "aos_data", {}) for record in caplog.records]
    return [(data["pipes"], Path(data["counts"]).name) for data in found if "counts" in data]


async def test_of_two_contracts_the_first_counts_and_the_log_says_so(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The shipped one before the user's, the user's by file name; a warning when it comes about, not at each look."""
    meanings = Meanings(settings)
    shipped, own = settings.seeds_dir / "contracts", settings.data_dir / "contracts"
    contract(own / "b.yaml", BY_ID, unit="b")
    assert (await meanings.of_pipe(blueprint("p-1")))["amount"].unit == "b"
    assert warned(caplog) == []
    contract(own / "a.yaml", BY_ID[:1], unit="a")
    for _ in range(2):
        assert (await meanings.of_pipe(blueprint("p-1")))["amount"].unit == "a"
    assert warned(caplog) == [("pipe_id p-1", "a.yaml"), ("pipe_id p-2", "a.yaml")]
    contract(shipped / "z.yaml", [{"property": "pipe_id", "value": "p-2"}], unit="z")
    assert (await meanings.of_pipe(blueprint("p-2")))["amount"].unit == "z"
    assert warned(caplog)[2:] == [("pipe_id p-2", "z.yaml")]
    (own / "a.yaml").unlink()
    (shipped / "z.yaml").unlink()
    assert (await meanings.of_pipe(blueprint("p-2")))["amount"].unit == "b"
    assert len(warned(caplog)) == 3


async def test_a_contract_by_id_goes_before_one_of_the_kind(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """That is no overlap; two of one kind are."""
    own = settings.data_dir / "contracts"
    contract(own / "a.yaml", BY_KIND, unit="kind")
    contract(own / "b.yaml", BY_ID, unit="id")
    meanings = Meanings(settings)
    pipe = blueprint("p-1", vendor="netsuite", entity_scope="bill")
    assert of(pipe, await meanings.now())["amount"].unit == "id"
    assert warned(caplog) == []
    contract(own / "c.yaml", BY_KIND, unit="other")
    await meanings.now()
    assert warned(caplog) == [("vendor netsuite, entity_scope bill", "a.yaml")]


async def test_the_shipped_contracts_do_not_overlap(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each pipe that AOS ships has one contract."""
    await Meanings(Settings(seeds_dir=REPOSITORY / "seeds", data_dir=tmp_path)).now()
    assert warned(caplog) == []


def test_a_draft_is_compared_with_those_that_lie_there(settings: Settings, tmp_path: Path) -> None:
    """As if it lay with the user's; the file itself, by whatever way it is named, is no other one."""
    own = settings.data_dir / "contracts"
    contract(own / "b.yaml", BY_ID[:1], unit="b")
    contract(tmp_path / "a.yaml", BY_ID, unit="a")
    (overlap, _) = overlaps_of(tmp_path / "a.yaml", settings)
    assert (Path(overlap.first).name, [Path(each).name for each in overlap.others]) == ("a.yaml", ["b.yaml"])
    assert overlaps_of(own / ".." / "contracts" / "b.yaml", settings) == []
    (settings.seeds_dir / "contracts" / "s.yaml").write_text((own / "b.yaml").read_text())
    assert [Path(each.first).name for each in overlaps_of(tmp_path / "a.yaml", settings)] == ["s.yaml", "s.yaml"]
