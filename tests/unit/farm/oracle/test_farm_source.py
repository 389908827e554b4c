"""The source of truth answers for every id, known or not."""

from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aos.farm.oracle.invoices import LAST, invoice, invoice_line, number_of
from aos.farm.oracle.record import Invoice

ONE = "/api/source/salesforce/invoice"
MANY = "/api/source/salesforce/invoices"


@pytest.mark.parametrize("n", [1, 102, 10**9, LAST])
async def test_gives_the_perfect_record(client: httpx.AsyncClient, n: int) -> None:
    """The very bytes of the stream's truth, whatever chaos does to that record."""
    response = await client.get(f"{ONE}/INV-{n}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.content == invoice_line(1, n)
    msgspec.json.decode(response.content, type=Invoice)


async def test_seed_is_that_of_the_stream(client: httpx.AsyncClient) -> None:
    """The same seed parameter, the same default."""
    assert (await client.get(f"{ONE}/INV-7?seed=5")).json() == invoice(5, 7)
    assert (await client.get(f"{ONE}/INV-7")).json() == invoice(1, 7)
    assert (await client.get(f"{ONE}/INV-7?seed=x")).status_code == 422


@given(st.text(min_size=1, max_size=60) | st.from_regex(r"INV-[0-9]{0,14}", fullmatch=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_any_text_is_a_record_or_a_404(client: httpx.AsyncClient, text: str) -> None:
    """No text in the path is ever a 500, and none but an id is a record."""
    path = quote(text, safe="", errors="replace")
    response = await client.get(f"{ONE}/{path}")
    if number_of(text) is None:
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["retryable"] is False
    else:
        assert response.status_code == 200


@pytest.mark.parametrize(
    "path", ["INV-0", "INV-01", "..%2F..%2Fetc", "INV-1%0A", "INV-1%00", "%FF", "INV-1/", "%2e%2e"]
)
async def test_unknown_is_404(client: httpx.AsyncClient, path: str) -> None:
    """What is no id is not found, and said so as a problem."""
    response = await client.get(f"{ONE}/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


async def test_many_at_once(client: httpx.AsyncClient) -> None:
    """Known ones in the order asked, each once; unknown ones apart."""
    ids = ["INV-9", "nope", "INV-2", "INV-9", "INV-0", ""]
    response = await client.post(MANY, params={"seed": 3}, json={"ids": ids})
    assert response.status_code == 200
    assert response.json() == {"invoices": [invoice(3, 9), invoice(3, 2)], "unknown": ["nope", "INV-0", ""]}


async def test_many_is_bounded(client: httpx.AsyncClient) -> None:
    """A thousand ids are answered, one more is refused, none is an empty answer."""
    ids = [f"INV-{n}" for n in range(1, 1002)]
    assert len((await client.post(MANY, json={"ids": ids[:1000]})).json()["invoices"]) == 1000
    assert (await client.post(MANY, json={"ids": ids})).status_code == 422
    assert (await client.post(MANY, json={"ids": []})).json() == {"invoices": [], "unknown": []}


@pytest.mark.parametrize("body", [{}, {"ids": "INV-1"}, {"ids": [1]}, {"ids": None}, {"ids": [], "more": 1}, []])
async def test_many_refuses_another_shape(client: httpx.AsyncClient, body: object) -> None:
    """A body that is not a list of ids is a 422."""
    assert (await client.post(MANY, json=body)).status_code == 422
