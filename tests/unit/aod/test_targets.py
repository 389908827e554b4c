"""Targets: which URLs are probed, how they are spelled, what is added to one that is handed over."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aos.aod.targets import FARM_PATHS, canonical_all, default_targets, with_query
from aos.core.egress import Egress
from aos.core.errors import InvalidInput
from aos.core.peers import Peers
from aos.core.settings import Settings

URL = "http://127.0.0.1:5000/x"


@pytest.mark.parametrize(
    ("url", "query", "given"),
    [
        (URL, "chaos=true", f"{URL}?chaos=true"),
        (f"{URL}?seed=2", "chaos=true", f"{URL}?seed=2&chaos=true"),
        (f"{URL}?chaos=false", "chaos=true", f"{URL}?chaos=false"),
        (f"{URL}?chaos=", "chaos=true&rate=5", f"{URL}?chaos=&rate=5"),
        (f"{URL}?ch%61os=1", "chaos=true", f"{URL}?ch%61os=1"),
    ],
)
def test_the_handoff_query_is_added_once(url: str, query: str, given: str) -> None:
    """What the URL has already stays as it is written; no name stands twice."""
    assert with_query(url, query) == given
    assert with_query(given, query) == given


def test_one_spelling_for_each_url() -> None:
    """Host and scheme in small letters, no default port, no fragment; the same target once."""
    urls = ["HTTP://Example:80", "http://example/", "http://example/#x", "https://[::1]:443/a?b=C"]
    assert canonical_all(urls, "$") == ["http://example/", "https://[::1]/a?b=C"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://host/",
            "host",
            "http://",
            "http://h:0/",
            "http://h:99999/",
            "http://a b/",
            "http://h/\n",
            "http://[::1/",
        ),
        *(
            "http://user:hunter2@host/",
            "http://user@host/",
            "http://host/?token=hunter2",
            "http://höst/",
            "http://h/\\x",
        ),
    ],
)
def test_a_url_that_can_not_be_a_target_is_named_by_its_place(url: str) -> None:
    """Neither is it dialled nor shown; a secret in it would be stored."""
    with pytest.raises(InvalidInput) as refused:
        canonical_all([URL, url], "$.targets")
    assert refused.value.extra["path"] == "$.targets[1]"
    assert "hunter2" not in refused.value.message


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    """And what is taken is spelled the same the second time."""
    try:
        spelled = canonical_all([text], "$")
    except InvalidInput:
        return
    assert canonical_all(spelled, "$") == spelled


def test_default_targets_are_farms_three_streams() -> None:
    """Here, elsewhere, or given; none where there is no Farm. One of the three answers like Mule."""

    def of(here: dict[str, str], **settings: str) -> list[str]:
        read = Settings(**settings)  # type: ignore[arg-type]
        peers = Peers(read, Egress())
        peers.bind(_nobody, here, "")
        return default_targets(read, peers)

    assert of({"aod": ""}) == []
    assert of({"aod": "/aod", "farm": "/farm"}) == [f"http://127.0.0.1:5000/farm{path}" for path in FARM_PATHS]
    assert of({"aod": ""}, farm_url="http://there:8000/") == [f"http://there:8000{path}" for path in FARM_PATHS]
    assert of({"farm": "/farm"}, aod_targets=" http://A/x , http://b/y?c=1 ") == ["http://a/x", "http://b/y?c=1"]
    with pytest.raises(InvalidInput, match=r"AOS_AOD_TARGETS\[1\]"):
        of({}, aod_targets="http://a/x,http://u:p@b/")


async def _nobody(*_: object) -> None:
    raise AssertionError("nobody is asked")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xy%=", max_size=3)), max_size=4))
def test_with_query_keeps_every_parameter(pairs: list[tuple[str, str]]) -> None:
    """The URL's own ones first, in their order."""
    query = "&".join(f"{name}={value.replace('%', '')}" for name, value in pairs)
    before = parse_qsl(query, keep_blank_values=True)
    after = parse_qsl(urlsplit(with_query(f"{URL}?{query}", "a=1&d=2")).query, keep_blank_values=True)
    assert after[: len(before)] == before
    assert {"a", "d"} <= {name for name, _ in after}
