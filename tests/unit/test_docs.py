"""The documents say what the product does: settings, routes and make targets stand in both or in neither."""

import argparse
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from aos import app
from aos.aam import module as aam
from aos.aod import module as aod
from aos.cli import _parser
from aos.core.auth import Auth
from aos.core.clock import FakeClock
from aos.core.module import Core
from aos.core.routes import by_path
from aos.core.settings import REPOSITORY, SETTINGS, Settings
from aos.core.signin import SignIn
from aos.farm import module as farm

README = (REPOSITORY / "README.md").read_text()
HTTP = (REPOSITORY / "docs" / "http.md").read_text()
DOCUMENTS = [REPOSITORY / name for name in ("README.md", "PLAN.md", "DEBT.md", "CHANGELOG.md")]
DOCUMENTS += sorted((REPOSITORY / "docs").glob("*.md"))


def test_settings_stand_in_the_document_with_their_defaults() -> None:
    """docs/settings.md has a row for each setting, with its default and its help, and no other row."""
    text = (REPOSITORY / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(AOS_[A-Z_]+)`.*\| (.+) \| (.+) \|$", text, re.M)
    defaults = Settings()
    assert [name for name, _, _ in rows] == [f"AOS_{setting.name.upper()}" for setting in SETTINGS]
    for (_, shown, told), setting in zip(rows, SETTINGS, strict=True):
        value = str(getattr(defaults, setting.name))
        assert told == setting.help
        if setting.name != "seeds_dir":
            assert shown == (f"`{value}`" if value else "unset")


def test_make_targets_named_in_the_documents_exist() -> None:
    """Every `make x` of a document is a target, and every target explains itself in `make help`."""
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.M))
    explained = set(re.findall(r"^([a-z][a-z0-9-]*):.*## ", makefile, re.M))
    assert targets == explained
    for document in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")):
        named = set(re.findall(r"`make ([a-z][a-z0-9-]*)", document.read_text()))
        named |= set(re.findall(r"^make ([a-z][a-z0-9-]*)", document.read_text(), re.M))
        assert named <= targets, document


def test_verbs_named_in_the_readme_exist() -> None:
    """Every `python -m aos x` of the README is a verb."""
    named = set(re.findall(r"python -m aos ([a-z]+)", README))
    known = next(each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction)).choices
    assert named
    assert named <= set(known)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link of a document is a file of the repository."""
    for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in link:
            assert (document.parent / link).exists(), link


def test_tests_named_in_the_guarantees_exist() -> None:
    """docs/guarantees.md has a row for each fault of the matrix, and every test it names is there."""
    text = (REPOSITORY / "docs" / "guarantees.md").read_text()
    assert re.findall(r"^\| (F\d+) ", text, re.M) == [f"F{number}" for number in range(1, 36)]
    path = ""
    for named, test in re.findall(r"`((?:unit|integration|acceptance)/[\w/]+\.py)?(?:::(test_\w+))?`", text):
        path = named or path
        if path and test:
            assert f"def {test}(" in (REPOSITORY / "tests" / path).read_text(), (path, test)
        elif named:
            assert (REPOSITORY / "tests" / path).exists(), path


async def test_pages_named_in_the_document_are_those_served(tmp_path: Path) -> None:
    """docs/http.md has a row for each page, with its methods and key, and no other."""
    async with AsyncExitStack() as closers:
        settings = Settings(data_dir=tmp_path, redis_url="unix:///nowhere")
        core = Core.make(settings, FakeClock(), closers)
        modules = [await build(core) for build in (farm.build, aam.build, aod.build)]
        sign_in = SignIn(core.pages, Auth([]), None, None, core.clock, "/")  # type: ignore[arg-type]
        served = [("", [*core.pages.endpoints(), *sign_in.endpoints()])]
        served += [(f"/{module.name}", module.endpoints) for module in modules]
        pages = {
            path: (", ".join(methods), {e.access.value.replace("open", "none") for e in methods.values()})
            for path, methods in by_path(served).items()
            if any(endpoint.page for endpoint in methods.values())
        }
    rows = re.findall(r"^\| `(/[^`]*)` \| ([A-Z, ]+) \| (\w+) \|", HTTP, re.M)
    assert {path: (methods, {key}) for path, methods, key in rows} == pages


def test_modules_served_are_those_that_are_built() -> None:
    """A module that can be served alone is also part of the whole."""
    assert set(app.ALONE.values()) <= set(app.WHOLE)
