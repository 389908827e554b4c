"""What the tests of onboarding's way out share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.aam.onboarding.played_vendor import Yard, played


@pytest.fixture
async def yard(tmp_path: Path) -> AsyncIterator[Yard]:
    """A vendor that answers as told, and adapters that take it for all vendors."""
    async with played(tmp_path) as opened:
        yield opened
