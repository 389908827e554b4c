"""What the shipped contracts say of Farm's generators."""

import pytest

from aos.core.settings import REPOSITORY, Settings
from aos.dcl.gate.meanings import Meanings
from aos.dcl.sidecar import contract
from aos.farm.generators.catalog import GENERATORS
from scripts.farm_contracts import CONTRACTS, path_of, text_of


@pytest.mark.parametrize("name", GENERATORS)
def test_the_shipped_contract_is_what_the_generator_says(name: str) -> None:
    """A generator that changes without its contract, or the reverse, is found; the contract can be loaded as any."""
    generator = GENERATORS[name]
    assert path_of(generator).read_text() == text_of(generator), "run python -m scripts.farm_contracts"
    assert contract.load(path_of(generator))


def test_every_shipped_contract_of_farm_has_its_generator() -> None:
    """No contract stays behind when a generator goes."""
    assert {path.name for path in CONTRACTS.glob("farm_*.yaml")} == {path_of(g).name for g in GENERATORS.values()}


async def test_no_two_shipped_contracts_speak_of_one_pipe() -> None:
    """A pipe id and a kind are named once, so that no order of files decides."""
    said = await Meanings(Settings(seeds_dir=REPOSITORY / "seeds")).now()
    ids = [pipe_id for each in said for pipe_id in each.pipe_ids]
    kinds = [each.kind for each in said if each.kind]
    assert len(ids) == len(set(ids))
    assert len(kinds) == len(set(kinds)) == len(GENERATORS)
