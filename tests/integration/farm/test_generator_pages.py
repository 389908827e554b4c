"""The generators over a real socket, paged as the vendors page."""

import re
from urllib.parse import urljoin

import pytest

from aos.farm.generators.catalog import GENERATORS
from tests.integration.conftest import Farm


async def test_following_the_cursor_gives_every_row_once(farm: Farm) -> None:
    """Rows of all pages are the generator's rows in order."""
    rows, cursor = [], "0"
    while cursor:
        query = {"seed": 3, "count": 25, "page_size": 10, "cursor": cursor}
        page = (await farm.client.get("/api/generators/erp_invoices/rows", params=query)).json()
        rows += page["items"]
        assert page["total"] == 25
        cursor = page["next_cursor"]
    assert rows == GENERATORS["erp_invoices"].rows(3, 0, 25)


async def test_following_the_link_gives_every_row_once(farm: Farm) -> None:
    """`Link: rel="next"` leads from page to page and stands on no last one, also below a prefix."""
    url: str | None = "/farm/api/generators/hr_workers/rows?count=7&page_size=3"
    rows = []
    while url:
        answer = await farm.client.get(url)
        rows += answer.json()["items"]
        found = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        url = urljoin(url, found[1]) if found else None
    assert rows == GENERATORS["hr_workers"].rows(1, 0, 7)


async def test_pages_by_number_are_those_of_the_cursor(farm: Farm) -> None:
    """Page 3 of 4 begins at row 8; a page behind the end is empty."""
    page = (await farm.client.get("/api/generators/cloud_costs/rows?count=10&page_size=4&page=3")).json()
    assert page["items"] == GENERATORS["cloud_costs"].rows(1, 8, 2)
    assert (await farm.client.get("/api/generators/cloud_costs/rows?count=10&page_size=4&page=9")).json()["items"] == []


async def test_finance_has_twelve_quarters_however_many_are_asked_for(farm: Farm) -> None:
    """`count` never makes rows that there are not."""
    page = (await farm.client.get("/api/generators/finance_quarterly/rows?count=5000")).json()
    assert (page["total"], len(page["items"]), page["next_cursor"]) == (12, 12, None)


async def test_the_list_names_every_field(farm: Farm) -> None:
    """Names, types, units and aggregations are told."""
    shown = (await farm.client.get("/api/generators")).json()["generators"]
    assert [generator["name"] for generator in shown] == list(GENERATORS)
    finance = next(generator for generator in shown if generator["name"] == "finance_quarterly")
    margin = next(field for field in finance["fields"] if field["name"] == "operating_margin")
    assert (margin["unit"], margin["aggregation"]) == ("percent", "ratio")


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("nothing/rows", 404, "nothing"),
        ("erp_invoices/rows?page_size=0", 422, "query.page_size"),
        ("erp_invoices/rows?page_size=5001", 422, "query.page_size"),
        ("erp_invoices/rows?count=-1", 422, "query.count"),
        ("erp_invoices/rows?seed=x", 422, "query.seed"),
        ("erp_invoices/rows?cursor=1&page=2", 422, "query.page"),
        ("erp_invoices/rows?cursor=abc", 422, "query.cursor"),
    ],
)
async def test_a_wrong_question_is_named(farm: Farm, path: str, status: int, named: str) -> None:
    """A problem body says which parameter is at fault."""
    answer = await farm.client.get(f"/api/generators/{path}")
    assert answer.status_code == status
    assert named in answer.text
