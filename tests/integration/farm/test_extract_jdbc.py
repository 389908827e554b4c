"""jdbc against a SQLite file and a PostgreSQL server of its own: a thousand rows, and nothing that writes."""

import base64
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.farm.conftest import Yard, opened
from tests.integration.postgres_cluster import PASSWORD, Cluster, cluster, connect


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with 1,000 orders."""
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, amount REAL, note TEXT, raw BLOB)")
    rows = [(n, n / 4, None if n % 3 else f"note {n}", b"\xff") for n in range(1000)]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def sqlite_rows() -> list[dict[str, Any]]:
    raw = base64.b64encode(b"\xff").decode()
    return [{"id": n, "amount": n / 4, "note": None if n % 3 else f"note {n}", "raw": raw} for n in range(1000)]


@pytest.fixture
async def file_yard(
    shop: Path, serve: Callable[..., Any], eventually: Callable[..., Awaitable[None]]
) -> AsyncIterator[Yard]:
    async with opened(serve, eventually, egress_allow=f"127.0.0.0/8,file://{shop.parent}") as yard:
        yield yard


def jdbc(path: Path, query: str | None = None, **endpoint: Any) -> dict[str, Any]:
    return {
        "source": {"adapter": "jdbc", "query": query, "endpoint_ref": {"url": f"sqlite:{path}", **endpoint}},
    }


async def test_a_thousand_rows_of_a_sqlite_file_arrive(file_yard: Yard, shop: Path) -> None:
    """A table in an order, and a SELECT; recon passes by hashes, and the file is as it was."""
    yard, before = file_yard, shop.read_bytes()
    report = await yard.run(**jdbc(shop, table="orders", order_by=["id"]), farm_verification=True)
    assert (report["why"], report["state"]) == ("", "done")
    assert yard.dcl.values() == sqlite_rows()
    assert (report["verdict"]["verdict"], report["verdict"]["truth"]) == ("pass", "hashes")
    asked = jdbc(shop, "WITH big AS (SELECT id, amount FROM orders WHERE id >= 900) SELECT * FROM big ORDER BY id;")
    assert (await yard.run(**asked, run_id="run-2"))["rows_pushed"] == 100
    assert shop.read_bytes() == before


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * FROM orders; DELETE FROM orders", "one statement"),
        ("WITH x AS (SELECT 1) DELETE FROM orders", "readonly"),
        ("SELECT id, amount AS id FROM orders", "Two columns"),
        ("SELECT * FROM absent", "no such table"),
        ("SELECT load_extension('/tmp/x')", "not authorized"),
        ("SELECT 9e999 AS a", "JSON can't say"),
    ],
)
async def test_a_query_that_is_no_plain_select_fails_the_job(
    file_yard: Yard, shop: Path, monkeypatch: pytest.MonkeyPatch, query: str, why: str
) -> None:
    """Nothing is written, and the reason is told; also where two statements get past the look at intake."""
    monkeypatch.setattr("aos.farm.runner.extract.jdbc.only_statement", lambda sql, _: sql)
    before = shop.read_bytes()
    report = await file_yard.run(**jdbc(shop, query))
    assert report["state"] == "failed"
    assert any(part in report["why"] for part in why.split("|")), report["why"]
    assert shop.read_bytes() == before


@pytest.mark.parametrize("what", ["count(*)", "n"])
async def test_a_query_without_end_is_ended_with_its_job(file_yard: Yard, shop: Path, what: str) -> None:
    """The job fails at its time, its thread is free again, and the next job runs."""
    endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
    report = await file_yard.run(
        **jdbc(shop, f"{endless} SELECT {what} FROM t WHERE n < 0"), limits={"timeout_seconds": 1}
    )
    assert (report["state"], "within 1 s" in report["why"]) == ("failed", True)
    assert (await file_yard.run(**jdbc(shop, table="orders"), run_id="run-2"))["state"] == "done"


async def test_no_second_file_comes_in_by_attach(shop: Path, tmp_path: Path) -> None:
    """ATTACH is refused even where a statement gets as far as that."""
    from aos.core.errors import Final
    from aos.core.foreign_sqlite import sqlite_rows

    with pytest.raises(Final, match="too many attached"):
        async for _ in sqlite_rows(shop, f"ATTACH '{tmp_path / 'x.db'}' AS other"):
            pass


async def test_a_file_that_is_not_listed_is_refused(yard: Yard, shop: Path) -> None:
    """A 422 that says what would allow it."""
    answer = await yard.intake(yard.order(**jdbc(shop, table="orders")))
    assert (answer.status_code, answer.json()["path"]) == (422, "$.source.endpoint_ref.url")
    assert f"AOS_EGRESS_ALLOW=file://{shop}" in answer.json()["detail"]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    """With 1,000 orders."""
    with cluster() as started:
        fill(started.port)
        yield started


def fill(port: int) -> None:
    with connect(port) as connection:
        connection.execute(
            "CREATE TABLE orders (id int PRIMARY KEY, amount numeric(30,4), ratio float8, at timestamptz, day date,"
            " tags text[], doc jsonb, ok bool, raw bytea, took interval)"
        )
        connection.execute(
            "INSERT INTO orders SELECT n, n + 0.1000, n / 8.0, '2024-01-01 00:00:00+02'::timestamptz, '2024-05-17',"
            " ARRAY['a', NULL], '{\"x\": 1.10}', n % 2 = 0, '\\xff', '90 seconds' FROM generate_series(0, 999) n"
        )


Ordered = Callable[..., dict[str, Any]]


@pytest.fixture
def of_postgres(postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> Ordered:
    monkeypatch.setenv("AOS_CRED_PG", PASSWORD)

    def made(query: str | None = None, **endpoint: Any) -> dict[str, Any]:
        url = f"postgresql://127.0.0.1:{postgres.port}/postgres"
        reference = {"url": url, "user": "owner", "tls": "off", **endpoint}
        source = {"adapter": "jdbc", "query": query, "credentials_ref": "env:AOS_CRED_PG", "endpoint_ref": reference}
        return {"source": source}

    return made


@pytest.fixture
async def postgres_yard(
    postgres: Cluster, serve: Callable[..., Any], eventually: Callable[..., Awaitable[None]]
) -> AsyncIterator[Yard]:
    async with opened(serve, eventually, egress_allow=f"127.0.0.0/8,tcp://127.0.0.1:{postgres.port}") as yard:
        yield yard


async def test_a_thousand_rows_of_postgresql_arrive(of_postgres: Ordered, postgres_yard: Yard) -> None:
    """Exact numbers, ISO times in UTC, lists and documents; recon passes by hashes."""
    yard = postgres_yard
    report = await yard.run(**of_postgres(table="public.orders", order_by=["id"]), farm_verification=True)
    assert (report["why"], report["state"]) == ("", "done")
    rows = yard.dcl.values()
    assert [row["id"] for row in rows] == list(range(1000))
    assert rows[7] == {
        "id": 7,
        "amount": 7.1,
        "ratio": 0.875,
        "at": "2023-12-31T22:00:00+00:00",
        "day": "2024-05-17",
        "tags": ["a", None],
        "doc": {"x": 1.1},
        "ok": False,
        "raw": "/w==",
        "took": 90.0,
    }
    assert b'"amount":999.1000' in yard.dcl.last_body
    assert report["verdict"]["verdict"] == "pass"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x", "read-only|data-modifying"),
        ("SELECT 1 AS a; DELETE FROM orders", "multiple commands"),
        ("SELECT 1 AS a; COMMIT; DELETE FROM orders; SELECT 1", "multiple commands"),
        ("SELECT set_config('transaction_read_only', 'off', false), nextval('nothing')", "PostgreSQL"),
        ("SELECT 'NaN'::numeric AS a", "JSON can't say"),
        ("SELECT 'infinity'::float8 AS a", "JSON can't say"),
        ("SELECT 1 AS a, 2 AS a", "Two columns"),
        ("SELECT int4range(1, 2) AS a", "cast"),
        ("SELECT * FROM nothing", "does not exist"),
    ],
)
async def test_postgresql_is_only_read(
    of_postgres: Ordered,
    postgres_yard: Yard,
    postgres: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    why: str,
) -> None:
    """Whatever the query tries, the table is whole afterwards, and the reason is told; also where two statements get
    past the look at intake."""
    monkeypatch.setattr("aos.farm.runner.extract.jdbc.only_statement", lambda sql, _: sql)
    report = await postgres_yard.run(**of_postgres(query))
    assert report["state"] == "failed"
    told = report["why"] + report["next_action"]
    assert any(part in told for part in why.split("|")), told
    with connect(postgres.port) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1000,)


async def test_a_query_of_postgresql_without_end_is_ended_with_its_job(
    of_postgres: Ordered, postgres_yard: Yard, postgres: Cluster
) -> None:
    """The job fails at its time, and the server does not go on with it."""
    report = await postgres_yard.run(**of_postgres("SELECT pg_sleep(600)"), limits={"timeout_seconds": 1})
    assert (report["state"], "within 1 s" in report["why"]) == ("failed", True)
    with connect(postgres.port) as connection:
        running = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'aos'"

        async def gone() -> bool:
            return connection.execute(running).fetchone() == (0,)

        await postgres_yard.until(gone)


async def test_a_wrong_password_is_final_and_not_told(
    of_postgres: Ordered, postgres_yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One try, and the secret is in no report."""
    monkeypatch.setenv("AOS_CRED_PG", "wrong-hunter3")
    report = await postgres_yard.run(**of_postgres(table="orders"), limits={"timeout_seconds": 20})
    assert report["state"] == "failed"
    assert "refuses" in report["why"]
    assert "hunter" not in str(report)


async def test_a_server_that_is_not_listed_is_refused(of_postgres: Ordered, yard: Yard, postgres: Cluster) -> None:
    """A listed network is not enough for what speaks no HTTP."""
    answer = await yard.intake(yard.order(**of_postgres(table="orders")))
    assert (answer.status_code, answer.json()["path"]) == (422, "$.source.endpoint_ref.url")
    assert f"AOS_EGRESS_ALLOW=tcp://127.0.0.1:{postgres.port}" in answer.json()["detail"]
