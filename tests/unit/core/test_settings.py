"""Settings: one table, one struct, and a plain line for everything that can't be used."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from aos.core import settings
from aos.core.errors import BadSettings
from aos.core.settings import SETTINGS, Settings, load, url_host


def refused(environ: dict[str, str], **overrides: Any) -> str:
    with pytest.raises(BadSettings) as caught:
        load(environ, **overrides)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_table_and_struct_hold_the_same_settings() -> None:
    """Every field is in the table with a help text, and the reverse."""
    assert [setting.name for setting in SETTINGS] == [field.name for field in msgspec.structs.fields(Settings)]
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_load_of_an_empty_environment_gives_the_defaults() -> None:
    """Nothing set, and what is set to nothing: the defaults. Other programs' variables are not ours."""
    assert load({}) == Settings() == load({"AOS_PORT": "", "PORT": "", "HOME": "/x", "MY_AOS_PORT": "x"})


@pytest.mark.parametrize(
    ("name", "hint"),
    [("AOS_PROT", "; did you mean AOS_PORT?"), ("AOS_DATADIR", "; did you mean AOS_DATA_DIR?"), ("AOS_ZZZZ", "")],
)
def test_unknown_name_is_refused_with_the_nearest(name: str, hint: str) -> None:
    """A misspelt setting stops the start and is told by name; what it holds is not shown."""
    assert refused({name: "hunter2", "AOS_LOG": "json"}) == f"Unknown setting {name}{hint}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AOS_PORT", "abc"),
        ("AOS_PORT", "0"),
        ("AOS_PORT", "65536"),
        ("AOS_PORT", "-1"),
        ("AOS_PORT", "9" * 400),
        ("AOS_PORT", " 5000"),
        ("AOS_LOG", "xml"),
        ("AOS_LOG_LEVEL", "loud"),
        ("AOS_MAX_BODY", "12"),
        ("AOS_STREAM_MAX_LAG", "0"),
        ("AOS_STREAM_KEEP", "-1"),
        ("AOS_QUARANTINE_MAX", "0"),
        ("AOS_REDIS_MAXMEMORY_MB", "1"),
        ("AOS_SOURCE_URL", "ftp://h/x"),
        ("AOS_SOURCE_URL", "http://"),
        ("AOS_SOURCE_URL", "http://h:0/"),
        ("AOS_SOURCE_URL", "http://h:x/"),
        ("AOS_URL", "127.0.0.1:5000"),
        ("AOS_AOD_TARGETS", "http://h/, ftp://h/"),
        ("AOS_AOD_HANDOFF_QUERY", "chaos"),
        ("AOS_AOD_HANDOFF_QUERY", "chaos=true&&rate=5"),
        ("AOS_AOD_HANDOFF_QUERY", "?chaos=true"),
        ("AOS_AOD_HANDOFF_QUERY", "=true"),
        ("AOS_DCL_URL", "http://h/dcl?x=1"),
        ("AOS_FARM_URL", "h:8000"),
        ("AOS_DATA_DIR", "~nobody-of-this-name/aos"),
    ],
)
def test_bad_value_is_refused_in_one_line(name: str, value: str) -> None:
    """The line names the variable and shows what stood there."""
    said = refused({name: value})
    assert said.startswith(f"{name}=")
    assert value in said


@pytest.mark.parametrize(
    "url",
    ["http://:hunter2@h", "redis://:hunter2@h:port", "redis://:hunter2@h:0", "unix://", "rediss://:hunter2@h:99999"],
)
def test_bad_secret_is_refused_but_not_shown(url: str) -> None:
    """A Redis URL can hold a password: the line says (hidden)."""
    said = refused({"AOS_REDIS_URL": url})
    assert "AOS_REDIS_URL=(hidden)" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("url", ["redis://h", "rediss://u:p@h:6380/0", "unix:///run/redis.sock?db=1"])
def test_usable_redis_url_is_taken(url: str) -> None:
    """TCP, TLS and Unix sockets."""
    assert load({"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    ("alias", "value", "field"),
    [("PORT", "8000", "port"), ("REDIS_URL", "redis://h", "redis_url"), ("SOURCE_URL", "http://h/", "source_url")],
)
def test_alias_counts_where_the_own_name_is_not_set(alias: str, value: str, field: str) -> None:
    """The documents' names are accepted; the AOS name wins, the command line wins over both."""
    other = {"port": "9000", "redis_url": "redis://other", "source_url": "http://other/"}[field]
    assert str(getattr(load({alias: value}), field)) == value
    assert str(getattr(load({alias: value, f"AOS_{field.upper()}": other}), field)) == other
    assert str(getattr(load({alias: "junk", f"AOS_{field.upper()}": "junk"}, **{field: value}), field)) == value


def test_a_secret_in_what_is_handed_over_or_asked_is_refused() -> None:
    """It would be stored with the target, or stand in a URL."""
    for name, value in (("AOS_AOD_HANDOFF_QUERY", "token=x&a=b"), ("AOS_DCL_URL", "http://u:x@h/dcl")):
        assert refused({name: value}).startswith(f"{name}=")


def test_targets_are_a_list() -> None:
    """Apart by commas, blanks do not count."""
    assert load({"AOS_AOD_TARGETS": " http://a/x ,http://b/?c=1,"}).targets() == ["http://a/x", "http://b/?c=1"]
    assert load({}).targets() == []


def test_override_of_none_leaves_the_environment() -> None:
    """A command line option that was not given changes nothing."""
    assert load({"AOS_PORT": "6000"}, port=None, host=None).port == 6000


def test_home_is_expanded_in_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` stands for the home directory, as in a shell."""
    monkeypatch.setenv("HOME", "/home/ann")
    assert load({"AOS_DATA_DIR": "~/aos"}).data_dir == Path("/home/ann/aos")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "http://127.0.0.1:5000"),
        ({"AOS_HOST": "0.0.0.0", "AOS_PORT": "80"}, "http://127.0.0.1:80"),
        ({"AOS_HOST": "::"}, "http://[::1]:5000"),
        ({"AOS_HOST": "fe80::1"}, "http://[fe80::1]:5000"),
        ({"AOS_URL": "https://aos.example/"}, "https://aos.example"),
    ],
)
def test_base_url_is_where_a_client_reaches_it(environ: dict[str, str], url: str) -> None:
    """An unspecified address is reached on loopback; IPv6 stands in brackets."""
    assert load(environ).base_url() == url


def test_url_host_keeps_a_name() -> None:
    """Only addresses that can't be dialled are changed."""
    assert url_host("aos.example") == "aos.example"


def test_nothing_but_settings_reads_the_environment() -> None:
    """One struct is the only door for settings (house rule). Places that look at PATH and the like are named here."""
    allowed = {"core/settings.py", "cli/__init__.py", "core/redis_server.py", "lab/child.py"}
    package = Path(settings.__file__).parents[1]
    readers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "os.environ" in (text := path.read_text()) or "getenv" in text
    }
    assert readers <= allowed
