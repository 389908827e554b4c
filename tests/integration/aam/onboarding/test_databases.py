"""`jdbc`: what a SQLite file and a PostgreSQL server tell of themselves, and that nothing in them is touched."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aos.aam.onboarding import sql
from aos.aam.onboarding.adapter import Adapter
from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from aos.contracts.onboarding import MOST_FIRST_ITEMS
from aos.core.errors import InvalidInput
from tests.integration.aam.onboarding.played_vendor import Yard, played
from tests.integration.postgres_cluster import PASSWORD, Cluster, cluster, connect


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A SQLite file with 25 tables and a row in the first."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        for number in range(25):
            connection.execute(f"CREATE TABLE t{number:02} (id INTEGER PRIMARY KEY, note TEXT)")
        connection.execute("CREATE VIEW v AS SELECT note FROM t00")
        connection.execute("INSERT INTO t00 VALUES (1, 'hunter2')")
        connection.commit()
    return path


def sqlite_adapter(yard: Yard, path: Path) -> Adapter:
    return yard.natives.adapter("jdbc", [f"sqlite:{path}"], Secret({}))


async def test_a_sqlite_file_tells_its_tables_and_stays_as_it_is(tmp_path: Path, shop: Path) -> None:
    """Tables, views, columns, keys; twenty at most in the sample; not a byte of the file changes."""
    async with played(tmp_path / "data", egress_allow=f"file://{shop.parent}") as yard:
        before, adapter = shop.read_bytes(), sqlite_adapter(yard, shop)
        assert (await adapter.open()).warnings == ()
        found = await adapter.discover()
        assert len(found.streams) == 26
        first = found.streams[0]
        assert (first.name, first.origin, first.identity) == ("t00", "discovered", ["id"])
        assert [(field.name, field.type) for field in first.fields] == [("id", "integer"), ("note", "text")]
        assert (await adapter.sample()).rows == 20
        assert "hunter2" not in str(found)
        assert shop.read_bytes() == before
        assert [path.name for path in shop.parent.iterdir() if path.name.startswith("shop")] == ["shop.db"]


async def test_a_view_over_what_is_gone_is_left_out(tmp_path: Path, shop: Path) -> None:
    """The other tables are told as before, the view is named in a warning; its name can't break out of the question."""
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("CREATE VIEW broken AS SELECT * FROM gone")
        connection.execute('CREATE TABLE "it\'s" (id INTEGER PRIMARY KEY)')
        connection.commit()
    async with played(tmp_path / "data", egress_allow=f"file://{shop.parent}") as yard:
        adapter = sqlite_adapter(yard, shop)
        await adapter.open()
        found = await adapter.discover()
        assert len(found.streams) == 27
        assert {"it's", "t00", "v"} <= {stream.name for stream in found.streams}
        assert found.warnings == ("1 tables or views can't be read and are left out: broken",)
        assert (await adapter.sample()).rows == 20


async def test_a_file_that_is_not_listed_is_not_opened(tmp_path: Path, shop: Path) -> None:
    """It is named with what would allow it; for AOS's own data nothing would."""
    async with played(tmp_path / "data") as yard:
        for path, action in ((shop, f"AOS_EGRESS_ALLOW=file://{shop}"), (tmp_path / "data" / "x.db", "another file")):
            with pytest.raises(Failure) as caught:
                await sqlite_adapter(yard, path).open()
            assert (caught.value.kind, caught.value.state) == (Kind.NETWORK, "NETWORK_BLOCKED")
            assert action in caught.value.next_action


async def test_the_sandboxs_own_files_need_no_listing_and_lead_nowhere_else(tmp_path: Path, shop: Path) -> None:
    """Below Farm's sandbox alone, links followed first."""
    async with played(tmp_path / "data") as yard:
        own = yard.core.settings.data_dir / "farm" / "sandbox"
        own.mkdir(parents=True)
        (own / "shop.db").write_bytes(shop.read_bytes())
        (own / "link.db").symlink_to(shop)
        await sqlite_adapter(yard, own / "shop.db").open()
        for path in (own / "link.db", own / ".." / ".." / ".." / "shop.db"):
            with pytest.raises(Failure):
                await sqlite_adapter(yard, path).open()


async def test_a_file_that_is_gone_or_is_no_database_is_told(tmp_path: Path) -> None:
    """Not there: unreachable. Something else, or encrypted: a matter of the key. Without tables: a right is missing."""
    async with played(tmp_path / "data", egress_allow=f"file://{tmp_path}") as yard:
        (tmp_path / "text.db").write_bytes(b"hello, this is not a database" * 100)
        (tmp_path / "empty.db").write_bytes(b"")
        for name, kind in (("absent.db", Kind.NETWORK), ("text.db", Kind.CREDENTIALS), ("empty.db", Kind.PERMISSION)):
            with pytest.raises(Failure) as caught:
                await sqlite_adapter(yard, tmp_path / name).discover()
            assert caught.value.kind is kind
        assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize(
    "uri",
    [
        "mysql://db/x",
        "postgresql://ann:hunter2@db/x",
        "postgresql://db:5432/x?password=hunter2",
        "postgresql://db:5432/x?sslmode=maybe",
        "postgresql://db:5432/",
        "postgresql://db:99999/x",
        "/etc/passwd",
    ],
)
async def test_an_address_that_is_none_is_refused_unquoted(yard: Yard, uri: str) -> None:
    """Another database, a password in the address, options: 422 with the place, without the password."""
    with pytest.raises(InvalidInput) as caught:
        yard.natives.adapter("jdbc", [uri], Secret({"user": "a", "password": "b"}))
    assert caught.value.extra["path"] == "$.resource_ids[0]"
    assert "hunter2" not in caught.value.message


def test_the_samples_ask_for_as_many_as_the_contract_allows() -> None:
    """The number stands in the statements as it is in the contract."""
    assert sql.SQLITE_TABLES.endswith(f"LIMIT {MOST_FIRST_ITEMS}")
    assert sql.POSTGRES_TABLES.endswith(f"LIMIT {MOST_FIRST_ITEMS}")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    """Two roles: one that may look at the tables, one that may write to them."""
    with cluster() as started:
        with connect(started.port) as connection:
            connection.execute("CREATE TABLE orders (id int PRIMARY KEY, amount numeric(10,2))")
            connection.execute("CREATE TABLE notes (note text)")
            connection.execute("INSERT INTO orders VALUES (1, 2.50)")
            connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            connection.execute("REVOKE ALL ON DATABASE postgres FROM PUBLIC")
            for role in ("looks", "writes"):
                connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
                connection.execute(f"GRANT CONNECT ON DATABASE postgres TO {role}")
                connection.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            connection.execute("GRANT SELECT ON orders, notes TO looks")
            connection.execute("GRANT SELECT, INSERT, UPDATE ON orders TO writes")
            connection.execute(f"CREATE ROLE lonely LOGIN PASSWORD '{PASSWORD}'")
        yield started


def postgres_adapter(
    yard: Yard, postgres: Cluster, user: str, password: str = PASSWORD, name: str = "postgres"
) -> Adapter:
    uri = f"postgresql://127.0.0.1:{postgres.port}/{name}?sslmode=disable"
    return yard.natives.adapter("jdbc", [uri], Secret({"user": user, "password": password}))


def allowed(postgres: Cluster) -> str:
    return f"tcp://127.0.0.1:{postgres.port}"


async def test_a_postgresql_server_tells_its_tables(tmp_path: Path, postgres: Cluster) -> None:
    """Schema, columns and types, in a session that can only read."""
    async with played(tmp_path, egress_allow=allowed(postgres)) as yard:
        adapter = postgres_adapter(yard, postgres, "looks")
        assert (await adapter.open()).warnings == ("The server's certificate is not verified (sslmode)",)
        found = await adapter.discover()
        assert [stream.name for stream in found.streams] == ["public.notes", "public.orders"]
        assert ("amount", "numeric") in [(field.name, field.type) for field in found.streams[1].fields]
        assert (await adapter.sample()).rows == 2


@pytest.mark.parametrize("user", ["writes", "owner"])
async def test_a_role_that_may_write_is_taken_with_a_warning_and_writes_nothing(
    tmp_path: Path, postgres: Cluster, user: str
) -> None:
    """Its rights are asked for, never tried; the session refuses a write whatever they are."""
    async with played(tmp_path, egress_allow=allowed(postgres)) as yard:
        adapter = postgres_adapter(yard, postgres, user)
        assert "may write" in (await adapter.open()).warnings[0]
        assert isinstance(adapter, sql.SqlAdapter)
        with pytest.raises(Failure) as caught:
            await adapter._postgres("INSERT INTO public.orders VALUES (2, 3.00)")
        assert "25006" in caught.value.message  # read_only_sql_transaction
    with connect(postgres.port) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@pytest.mark.parametrize(
    ("user", "password", "name", "kind"),
    [
        ("looks", "wrong-hunter3", "postgres", Kind.CREDENTIALS),
        ("nobody", PASSWORD, "postgres", Kind.CREDENTIALS),
        ("looks", PASSWORD, "absent", Kind.OTHER),
        ("lonely", PASSWORD, "postgres", Kind.PERMISSION),
    ],
)
async def test_each_refusal_of_the_server_has_its_state(
    tmp_path: Path, postgres: Cluster, user: str, password: str, name: str, kind: Kind
) -> None:
    """Login, database, right: told apart, and no password in the words."""
    async with played(tmp_path, egress_allow=allowed(postgres)) as yard:
        with pytest.raises(Failure) as caught:
            await postgres_adapter(yard, postgres, user, password, name).open()
        assert caught.value.kind is kind
        assert "hunter" not in str(caught.value) + caught.value.next_action


async def test_a_server_that_is_not_listed_or_not_there_is_network_blocked(tmp_path: Path, postgres: Cluster) -> None:
    """The first is told with what would allow it."""
    async with played(tmp_path, egress_allow="127.0.0.0/8,tcp://127.0.0.1:1") as yard:
        with pytest.raises(Failure) as caught:
            await postgres_adapter(yard, postgres, "looks").open()
        assert caught.value.kind is Kind.NETWORK
        assert f"AOS_EGRESS_ALLOW=tcp://127.0.0.1:{postgres.port}" in caught.value.next_action
        with pytest.raises(Failure) as caught:
            await postgres_adapter(yard, Cluster(1), "looks").open()
        assert caught.value.kind is Kind.NETWORK
