"""The faces of Farm's streams: one platform each, the same records behind all."""

import httpx
import pytest

from aos.farm.oracle.stream import FEEDS, PATH

QUERY = {"until": 40, "speed": "max", "seed": 7, "chaos": "true"}


@pytest.mark.parametrize("path", FEEDS)
async def test_every_feed_gives_the_lines_of_the_stream(client: httpx.AsyncClient, path: str) -> None:
    """Same parameters, same bytes, whoever seems to serve them."""
    stream, feed = await client.get(PATH, params=QUERY), await client.get(path, params=QUERY)
    assert feed.content == stream.content
    assert feed.headers["content-type"] == "application/x-ndjson"
    assert (await client.get(path, params={"speed": "warp"})).status_code == 422


async def test_faces_differ_by_their_head(client: httpx.AsyncClient) -> None:
    """The Mule listener's fields stand at the documented path and at its alias alone; ids differ by connection."""
    heads = {path: (await client.get(path, params={"until": 0})).headers for path in FEEDS}
    mule = {path for path, head in heads.items() if head.get("server", "").startswith("Mule ")}
    assert mule == {PATH, "/api/feeds/c90d"}
    assert {path for path, head in heads.items() if "x-workato-job-id" in head} == {"/api/feeds/7f3a"}
    known = {"cache-control", "content-type", "x-accel-buffering", "x-content-type-options"}
    assert set(heads["/api/feeds/b21c"]) <= known
    again = (await client.get(PATH, params={"until": 0})).headers
    assert again["x-correlation-id"] != heads[PATH]["x-correlation-id"]


def test_neutral_paths_give_nothing_away() -> None:
    """No word of a platform stands in them."""
    for path in set(FEEDS) - {PATH}:
        assert not any(word in path for word in ("mule", "workato", "soft", "decoy", "invoice", "synthetic"))
