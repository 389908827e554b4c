"""Two statements are told from one whatever stands in texts, quoted names and comments."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.farm.runner.extract.one_statement import only_statement

BOTH = ("sqlite", "postgresql")
CASES = [
    ("select 1", BOTH, "select 1"),
    ("select 1;", BOTH, "select 1"),
    ("select 1 ; ;\n-- the end;\n/* ; */ ;", BOTH, "select 1 "),
    ("select 1; delete from t", BOTH, None),
    ("select 1;delete from t", BOTH, None),
    ("select 1; 'x'", BOTH, None),
    ("select 1; /* ; */ delete from t", BOTH, None),
    ("select 1; -- x\ndelete from t", BOTH, None),
    ("select ';' from t", BOTH, "select ';' from t"),
    ("select 'it''s; ' || \"a;b\"\"c\" from t;", BOTH, "select 'it''s; ' || \"a;b\"\"c\" from t"),
    ("select 1 -- ; delete from t", BOTH, "select 1 -- ; delete from t"),
    ("select 1 /* ; */ + 2", BOTH, "select 1 /* ; */ + 2"),
    ("select ';", BOTH, "select ';"),
    ("select 1 /* ;", BOTH, "select 1 /* ;"),
    ("select [a;b], `c;d` from t", ("sqlite",), "select [a;b], `c;d` from t"),
    ("select a[1]; delete from t", BOTH, None),
    ("select /* /* */ 1; delete from t", ("sqlite",), None),
    ("select /* /* ; */ ; */ 1", ("postgresql",), "select /* /* ; */ ; */ 1"),
    ("select E'it\\'s; ', $$;$$, $tag$ $$ ; $tag$", ("postgresql",), "select E'it\\'s; ', $$;$$, $tag$ $$ ; $tag$"),
    ("select a$b$; delete from t where c$b$ = 1", ("postgresql",), None),
    ("select 'a\\'; delete from t where x = ''", BOTH, None),
]


@pytest.mark.parametrize(("sql", "database", "only"), [(s, each, o) for s, of, o in CASES for each in of])
def test_the_only_statement_ends_where_the_database_ends_it(sql: str, database: str, only: str | None) -> None:
    """None where a second one follows; a semicolon that ends nothing is none."""
    assert only_statement(sql, database) == only


@given(st.lists(st.sampled_from([*"'\"`[];-/* x\n", "''", "--", "/*", "*/", " 1 ", "select"]), max_size=12))
def test_sqlite_sees_no_second_statement_in_what_is_passed_on(pieces: list[str]) -> None:
    """What is taken for one statement, SQLite takes for one, too, or for none that it can read."""
    only = only_statement("select 1 " + "".join(pieces), "sqlite")
    if only is None:
        return
    told = ""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(only)
        except (sqlite3.Error, sqlite3.Warning) as error:
            told = str(error)
    assert "one statement" not in told, only
