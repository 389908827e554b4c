"""docs/families.md is held against the catalogue: its table is what the data say."""

import re

from aos.aam.onboarding.families import Ask, Family, load
from aos.core.settings import REPOSITORY

PAGE = REPOSITORY / "docs" / "families.md"
GRANTED = {
    "header": "the header `{}`",
    "reply": "the health call's reply",
    "token": "`{}` of the token",
    "": "not told by the vendor",
}
READERS = {
    "openapi": ("the document; the first GET that asks for a credential; one list", "what the document says"),
    "sql": (
        "names and types of tables and columns",
        "SQLite: opened read-only; PostgreSQL: read-only session, rights looked up",
    ),
}


def asked(ask: Ask | None) -> str:
    """A call as the table has it: what is behind the host, and AWS's operation."""
    if ask is None:
        return ""
    operation = ask.operation or ask.query.get("Action", "")
    path = re.sub(r"^https://([^/]+)/", r"\1/", ask.url)
    return f"`{ask.method} {path}`" + (f" {str(operation).rpartition('.')[2]}" if operation else "")


def row(family: Family) -> str:
    ways = " or ".join(" + ".join(f"`{name}`" for name in spec.needs()) for spec in family.auth)
    if family.reader != "native":
        read, verified = READERS[family.reader]
    else:
        steps = [asked(step.ask) for step in family.discover if step.ask]
        calls = dict.fromkeys([asked(family.health), *steps, asked(family.sample)])
        read = ", ".join(calls)
        where, _, what = family.granted.partition(":")
        verified = GRANTED[where].format(what)
    return f"| `{family.source_type}` | {ways} | {family.rights} | {read} | {verified} |"


def table() -> list[str]:
    return [row(family) for family in load().values()]


def test_the_table_of_families_is_what_the_catalogue_says() -> None:
    """Each family's credential, rights, calls and where its scopes are read back; none more, none less."""
    lines = PAGE.read_text().splitlines()
    assert [line for line in lines if line.startswith("| `")][: len(table())] == table()


def test_the_resource_ids_of_each_family_are_told() -> None:
    """In the order of the list, with what stands where nothing is given."""
    text = PAGE.read_text()
    for family in load().values():
        for place in family.place.values():
            assert place.says in text, (family.source_type, place.says)
