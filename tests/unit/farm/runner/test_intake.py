"""What a manifest may not be: refused before it is queued, with the path at fault, and nothing is kept."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from aos.core.auth import Auth, KeyEntry, digest
from aos.core.http import Access
from aos.core.limits import Limits
from aos.core.module import Core
from aos.core.routes import build_app
from aos.farm.module import build
from tests.manifests import order

KEY = "key-of-the-operator"
GOOD = {"dcl_url": "http://93.184.216.34/ingest"}
URL = "http://93.184.216.34/rows"


@pytest.fixture
async def api(core: Core) -> AsyncIterator[httpx.AsyncClient]:
    module = await build(core)
    guard = Auth([KeyEntry("operator", Access.OPERATOR, "default", digest(KEY))])
    app = build_app([("", module.endpoints)], guard=guard, metrics=core.metrics, limits=Limits(), title="farm")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"x-api-key": KEY}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def of(adapter: str, **changes: Any) -> dict[str, Any]:
    return {"source": {"adapter": adapter, **changes}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"run_id": "no spaces"}, "$.run_id"),
    ({"manifest_version": "2.0"}, "$.manifest_version"),
    ({"surprise": 1}, "$.surprise"),
    *(
        ({"provenance": {"run_timestamp": text}}, "$.provenance.run_timestamp")
        for text in (
            "zzPLAINzz!",
            "2026-02-01",
            "2026-13-01T00:00:00Z",
            "2026-02-01T24:00:00Z",
            "2026-02-01T00:00:00Z\n",
        )
    ),
    *(({"source": {"system": text}}, "$.source.system") for text in ("a\0b", "a\tb", "ab\n", "a\x9bb")),
    ({"target": {"snapshot_name": "Q1\x1b[2J"}}, "$.target.snapshot_name"),
    ({"transform": {"schema_map": {"a": {"target": "b\n"}}}}, "$.transform.schema_map.a.target"),
    ({"source": {"pipe_id": "a/b"}}, "$.source.pipe_id"),
    (of("carrier_pigeon"), "$.source.adapter"),
    ({"source": {"credentials_ref": "hunter2"}}, "$.source.credentials_ref"),
    ({"source": {"credentials_ref": "env:HOME"}}, "$.source.credentials_ref"),
    ({"source": {"credentials_ref": "env:AOS_CRED_NOT_SET"}}, "$.source.credentials_ref"),
    ({"target": {"auth_token_ref": "env:AOS_OPERATOR_KEY"}}, "$.target.auth_token_ref"),
    ({"limits": {"max_rows": 0}}, "$.limits.max_rows"),
    ({"limits": {"max_rows": 10**9}}, "$.limits.max_rows"),
    ({"limits": {"timeout_seconds": 0}}, "$.limits.timeout_seconds"),
    ({"limits": {"retry_count": -1}}, "$.limits.retry_count"),
    ({"target": {"dcl_url": "http://169.254.169.254/ingest"}}, "$.target.dcl_url"),
    ({"target": {"dcl_url": "http://10.0.0.1/ingest"}}, "$.target.dcl_url"),
    ({"target": {"dcl_url": "ftp://h/ingest"}}, "$.target.dcl_url"),
    ({"target": {"dcl_url": "http://93.184.216.34/ingest?token=hunter2"}}, "$.target.dcl_url"),
    ({"transform": {"grain": "month"}}, "$.transform.schema_map"),
    (of("rest_api", endpoint_ref={}), "$.source.endpoint_ref.url"),
    (of("rest_api", endpoint_ref={"url": "http://127.1/x"}), "$.source.endpoint_ref.url"),
    (of("rest_api", endpoint_ref={"url": "http://10.0.0.1/x"}), "$.source.endpoint_ref.url"),
    (of("rest_api", endpoint_ref={"url": "http://ann:hunter2@93.184.216.34/"}), "$.source.endpoint_ref.url"),
    (of("rest_api", endpoint_ref={"url": "http://93.184.216.34/?api_key=hunter2"}), "$.source.endpoint_ref.url"),
    (of("rest_api", endpoint_ref={"url": URL, "pagination": "x"}), "$.source.endpoint_ref.pagination"),
    (of("rest_api", endpoint_ref={"url": URL, "Ab9xQ7": "hunter2"}), "$.source.endpoint_ref"),  # perhaps a token
    (of("rest_api", endpoint_ref={"url": URL, "paging": "guess"}), "$.source.endpoint_ref.paging"),
    (of("rest_api", endpoint_ref={"url": URL, "rows_at": "items"}), "$.source.endpoint_ref.rows_at"),
    (of("rest_api", endpoint_ref={"url": URL, "page_size": 5, "paging": "none"}), "$.source.endpoint_ref.page_size"),
    (of("rest_api", endpoint_ref={"url": URL}, query="paid"), "$.source.query"),
    (of("rest_api", endpoint_ref={"url": URL}, query="a=\0"), "$.source.query"),
    (of("ipaas", endpoint_ref={"url": URL}, query="a=b\n"), "$.source.query"),
    (of("rest_api", endpoint_ref={"url": URL}, query="token=hunter2"), "$.source.query"),
    (of("ipaas", endpoint_ref={"url": URL, "rows_at": ""}), "$.source.endpoint_ref.rows_at"),
    (of("jdbc", endpoint_ref={"url": "mysql://h/db"}), "$.source.endpoint_ref.url"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/etc/passwd", "table": "t"}), "$.source.endpoint_ref.url"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/x"}), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/x", "table": "t"}, query="SELECT 1"), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/x"}, query="DROP TABLE t"), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/x"}, query="SELECT 1; DELETE FROM t"), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "postgresql://h:1/x"}, query="SELECT 1; DELETE FROM t"), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "sqlite:/x"}, query="SELECT '\0'"), "$.source.query"),
    (of("jdbc", endpoint_ref={"url": "postgresql://db:5432/x", "table": "t"}), "$.source.endpoint_ref.user"),
    (
        of("jdbc", endpoint_ref={"url": "postgresql://ann:hunter2@db:5432/x", "table": "t", "user": "u"}),
        "$.source.endpoint_ref.url",
    ),
    (
        of("jdbc", endpoint_ref={"url": "postgresql://db:5432/x", "table": "t", "user": "u"}),
        "$.source.endpoint_ref.url",
    ),
    (of("webhook", endpoint_ref={"collect_seconds": 0}), "$.source.endpoint_ref.collect_seconds"),
    (of("webhook", endpoint_ref={}, query="x=1"), "$.source.query"),
]


@pytest.mark.parametrize(("changes", "path"), REFUSED, ids=[f"{n}-{path}" for n, (_, path) in enumerate(REFUSED)])
async def test_a_manifest_that_can_not_work_is_refused_with_its_path(
    api: httpx.AsyncClient, changes: dict[str, Any], path: str
) -> None:
    """422 with the JSON path, no secret in the answer, and no job."""
    source = changes.pop("source", {})
    target = {**GOOD, **changes.pop("target", {})}
    made = order(URL, target=target, source=source, **changes)
    answer = await api.post("/api/farm/manifest-intake", json=made)
    assert (answer.status_code, answer.json()["path"]) == (422, path), answer.text
    assert "hunter2" not in answer.text
    assert (await api.get("/api/farm/jobs")).json() == {"jobs": []}


@pytest.mark.parametrize("path", ["/dcl/ingest", "/dcl/query", "/"])
async def test_an_address_of_this_very_aos_that_takes_no_rows_is_refused(
    api: httpx.AsyncClient, core: Core, path: str
) -> None:
    """Here is no DCL at all: told at once, not when the job runs."""
    target = {"dcl_url": core.settings.own_origin() + path}
    answer = await api.post("/api/farm/manifest-intake", json=order(URL, target=target))
    assert (answer.status_code, answer.json()["path"]) == (422, "$.target.dcl_url"), answer.text
    assert "AOS_DCL_URL" in answer.json()["detail"]


WHOLE = order(
    URL,
    manifest_version="1.0",
    farm_verification=True,
    source={"credentials_ref": "env:AOS_CRED_X", "query": "a=1"},
    target={**GOOD, "auth_token_ref": "env:AOS_CRED_Y", "tenant_id": "default", "snapshot_name": "Q1"},
    transform={
        "schema_map": {"a": {"target": "b", "unit": "USD", "scale": 2.0, "dim": True}},
        "grain": "month",
        "period_field": "day",
        "period_format": "YYYY-MM",
    },
    limits={"max_rows": 10, "timeout_seconds": 10, "retry_count": 1},
)
NEEDED = [
    "run_id", "source", "source.pipe_id", "source.system", "source.adapter", "source.endpoint_ref", "target",
    "target.dcl_url", "provenance", "provenance.run_timestamp", "provenance.triggered_by",
    "transform.schema_map.a.target",
]  # fmt: skip


def every_place(node: Any, above: str = "") -> list[str]:
    """The dotted path of everything in a manifest but what only an adapter reads."""
    found = []
    for name, value in node.items():
        path = f"{above}{name}"
        found.append(path)
        if isinstance(value, dict) and name != "endpoint_ref":
            found += every_place(value, f"{path}.")
    return found


def changed(place: str, value: Any) -> dict[str, Any]:
    """The whole manifest with one place changed; `...` takes it away."""
    made = copy.deepcopy(WHOLE)
    *above, last = place.split(".")
    node = made
    for name in above:
        node = node[name]
    node[last] = value
    if value is ...:
        del node[last]
    return made


@pytest.mark.parametrize(("place", "value"), [*((n, ...) for n in NEEDED), *((n, [1]) for n in every_place(WHOLE))])
async def test_each_field_missing_or_of_a_wrong_type_is_named(api: httpx.AsyncClient, place: str, value: Any) -> None:
    """422 with the path of the field; no job."""
    answer = await api.post("/api/farm/manifest-intake", json=changed(place, value))
    assert (answer.status_code, answer.json()["path"]) == (422, f"$.{place}"), answer.text
    if value is ...:
        assert f"`{place.rpartition('.')[2]}`" in answer.json()["detail"]
    assert (await api.get("/api/farm/jobs")).json() == {"jobs": []}


async def test_kafka_without_its_library_says_what_to_install(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 422 that names the extra."""
    monkeypatch.setitem(__import__("sys").modules, "aiokafka", None)
    source = {"adapter": "kafka", "endpoint_ref": {"bootstrap": ["k:9092"], "topic": "t"}}
    answer = await api.post("/api/farm/manifest-intake", json=order(source=source, target=GOOD))
    assert (answer.status_code, answer.json()["path"]) == (422, "$.source.adapter")
    assert "aos[kafka]" in answer.json()["detail"]


async def test_intake_asks_for_a_key(api: httpx.AsyncClient) -> None:
    """401 without one."""
    answer = await api.post("/api/farm/manifest-intake", json=order(), headers={"x-api-key": "nobody-knows-this"})
    assert answer.status_code == 401


async def test_jobs_that_wait_are_bounded(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 past the bound; the same manifest of a job that waits is still known."""
    monkeypatch.setattr("aos.farm.runner.store.MOST_OPEN", 2)
    answers = [
        await api.post("/api/farm/manifest-intake", json=order(URL, run_id=f"run-{n}", target=GOOD)) for n in (1, 2, 3)
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 503]
    again = await api.post("/api/farm/manifest-intake", json=order(URL, run_id="run-2", target=GOOD))
    assert again.status_code == 202
