"""Where contracts lie: those that AOS ships in the seeds, and those of the user in the data directory."""

import os.path
import re
from pathlib import Path

from aos.core.errors import InvalidInput
from aos.core.settings import Settings
from aos.dcl.sidecar import contract
from aos.dcl.sidecar.contract import Contract

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
FIELD = {"path": "$.policy.contract"}  # what a refusal says is at fault


class ContractFiles:
    """Contracts by name. One name means one file: a name that stands in both places is refused, since which rules hold
    would depend on an order that nobody sees."""

    def __init__(self, settings: Settings) -> None:
        self._places = (settings.seeds_dir / "contracts", settings.data_dir / "contracts")

    def load(self, name: str) -> Contract:
        """The contract, read from its file now. `InvalidInput` names the policy's field, the file and the path in it,
        and holds all `problems`."""
        path = self._find(name)
        try:
            return contract.load(path)
        except InvalidInput as error:
            extra = error.extra | FIELD
            raise InvalidInput(f"policy.contract: {error.message}", code=error.code, **extra) from error

    def _find(self, name: str) -> Path:
        shipped, own = self._places
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"policy.contract: {name[:70]!r} is not the name of a contract in {shipped} or {own}:"
                " letters, digits, _ and -, without .yaml",
                code="contract.name",
                **FIELD,
            )
        paths = [place / f"{name}.yaml" for place in self._places]
        found = [path for path in paths if os.path.isfile(path)]  # False too where nobody may look
        if len(found) > 1:
            raise InvalidInput(
                f"policy.contract: {name!r} names two files, {found[0]} and {found[1]}: give your own another name",
                code="contract.ambiguous",
                **FIELD,
            )
        if not found:
            raise InvalidInput(
                f"policy.contract: there is no contract {name!r}: neither {paths[0]} nor {paths[1]} is a file",
                code="contract.missing",
                **FIELD,
            )
        return found[0]
