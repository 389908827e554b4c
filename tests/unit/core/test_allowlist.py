"""What stands in AOS_EGRESS_ALLOW."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from aos.core.allowlist import AllowList
from aos.core.errors import BadSettings
from aos.core.places import Place
from aos.core.settings import load


def test_origins_and_networks_are_read() -> None:
    """Separated by commas, blanks and empty entries passed over, a bare address is a network of one."""
    read = AllowList.read(" http://localhost:8000, https://API.example.com/ ,127.0.0.0/8,, ::1/128,10.0.0.5 ")
    assert read.origins == {Place("http", "localhost", 8000), Place("https", "api.example.com", 443)}
    assert read.networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("10.0.0.5/32"))


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("nonsense", "'nonsense': neither an origin"),
        ("10.0.0.1/8", "10.0.0.0/8 would be a network"),
        ("10.0.0.0/33", "neither"),
        ("127.1", "neither"),
        ("localhost:8000", "neither"),
        ("ftp://example.com", "'ftp', not http"),
        ("http://127.1:8000", "unusual spelling"),
        ("http://[::ffff:7f00:1]:8000", "another spelling"),
        ("http://example.com/path", "scheme, host and port only"),
        ("http://example.com//", "scheme, host and port only"),
        ("http://example.com:0", "port 0"),
        ("http://ann:hunter2@example.com", "user or password"),
        ("http://ann:hun/ter2@example.com", "host"),
        ("ann:hunter2@example.com", "neither"),
        ("ann:hunter2@http://example.com", ""),
        ("http://example.com?token=hunter2", "only"),
        ("http://example.com/#hunter2", "fragment"),
        ("tcp://db.internal", "host and port"),
        ("tcp://127.1:5432", "unusual spelling"),
        ("tcp://ann:hunter2@db:5432", "user or password"),
        ("file://exports", "absolute path"),
        ("file:///srv/../etc", "absolute path"),
    ],
)
def test_bad_entry_is_refused_at_start_by_name(entry: str, says: str) -> None:
    """One line that names the setting and the entry, without a password or a token in it."""
    with pytest.raises(BadSettings, match=r"^AOS_EGRESS_ALLOW: '") as caught:
        load({"AOS_EGRESS_ALLOW": f"10.0.0.0/8,{entry}"})
    assert says in caught.value.message
    assert "ter2" not in caught.value.message
    assert "\n" not in caught.value.message


def test_origin_of_a_url_that_can_not_be_dialled_is_not_listed() -> None:
    """It is refused where it is used."""
    assert AllowList().with_origin_of("http://127.1:8000/x") == AllowList()
    assert AllowList().with_origin_of("http://a:8000/x").origins == {Place("http", "a", 8000)}


def test_servers_and_files_of_jobs_are_read() -> None:
    """`tcp://host:port` is a place of its own scheme, `file:///path` a path; neither opens anything to HTTP."""
    read = AllowList.read("tcp://DB.internal:5432, tcp://[::1]:9092,file:///srv/exports")
    assert read.origins == {Place("tcp", "db.internal", 5432), Place("tcp", "::1", 9092)}
    assert (read.networks, read.files) == ((), (Path("/srv/exports"),))
