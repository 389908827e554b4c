"""What a verb says of an answer that is none, and of words that can't be sent."""

from typing import Any

import httpx
import pytest

from aos.cli import exit_code, main
from aos.cli.client import checked
from aos.core.errors import AosError


@pytest.mark.parametrize(
    ("status", "given", "said", "code"),
    [
        (500, {"json": {"title": "Internal error", "detail": ""}}, "Internal error: see the log of AOS", 1),
        (500, {"json": {"title": "Internal error"}}, "Internal error: see the log of AOS", 1),
        (503, {"json": {"title": "Not now", "detail": "It is full"}}, "Not now: It is full", 1),
        (404, {"json": {"title": "Not found", "detail": ""}}, "Not found: answered 404", 1),
        (422, {"json": {"title": "Invalid input", "detail": "no day"}}, "Invalid input: no day", 2),
        (500, {"json": {"title": "Internal error"}, "headers": {"x-request-id": "r-7"}},
         "Internal error: see the log of AOS (request r-7)", 1),
        (500, {"json": {"title": "Internal error", "request_id": "r-8"}},
         "Internal error: see the log of AOS (request r-8)", 1),
        (502, {"text": "<html>"}, "answered 502", 1),
        (500, {"json": ["Internal error"]}, "answered 500", 1),
    ],
)  # fmt: skip
def test_a_refusal_is_told_whole(status: int, given: dict[str, Any], said: str, code: int) -> None:
    """Title and detail; where there is no detail, where there is more; a request's id where it has one."""
    with pytest.raises(AosError) as refused:
        checked(httpx.Response(status, **given))
    assert (refused.value.message, exit_code(refused.value)) == (said, code)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ask", "bad\udcff"], "question: not UTF-8 at character 4"),
        (["ask", "revenue", "--pipe", "\udcfe"], "pipe: not UTF-8 at character 1"),
        (["ask", "revenue", "--reference-date", "2024\udc80"], "reference date: not UTF-8 at character 5"),
        (["quarantine", "list", "--connector", "\udcff"], "An argument holds bytes that are not UTF-8."),
        (
            ["quarantine", "discard", "--why", "\udcff", "--reason", "malformed"],
            "An argument holds bytes that are not UTF-8.",
        ),
    ],
)
def test_bytes_that_are_no_text_are_refused(
    words: list[str], named: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line and exit code 2, before anybody is called."""
    monkeypatch.setenv("AOS_URL", "http://127.0.0.1:9")
    assert main(words) == 2
    assert capsys.readouterr() == ("", f"aos: {named}\n")
