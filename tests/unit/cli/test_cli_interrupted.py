"""Ctrl-C is the way to end a look, and no way to pass a check."""

from typing import NoReturn

import pytest

from aos.cli import main


def interrupted(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("module", "arguments", "code"),
    [("verify", ["verify"], 1), ("recon", ["recon", "run-1"], 1), ("stream", ["stream"], 0)],
)
def test_an_interrupted_check_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, module: str, arguments: list[str], code: int
) -> None:
    """Exit code 1 where something was to be found out, 0 where somebody only looked."""
    monkeypatch.setattr(f"aos.cli.{module}.calling", interrupted)
    assert main([*arguments]) == code
