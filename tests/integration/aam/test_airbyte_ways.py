"""Which way a connection is read: Airbyte's where it is at hand, and what it says is told without the secret."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.played import ONBOARD, Played, intent
from tests.integration.aam.test_airbyte import CANARY, ELSE, FAILED, GOOD, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("mode", ["vendor", "sandbox"])
async def test_airbyte_is_preferred_where_it_is_present_and_never_in_the_sandbox(
    serve: Callable[..., Any], bench: Bench, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The connection says which way it is read; other families stay with AOS's own."""
    monkeypatch.setenv("PLAYED_TOKEN", CANARY)
    bench.install(GOOD.replace("ROWS", "3"), "source-github")
    async with serve(Played().mount, airbyte_bin=str(bench.bin), aam_endpoints=mode) as place:
        told = (await place.client.post(ONBOARD, json=intent())).json()["connection"]
        way, rows = ("airbyte", 3) if mode == "vendor" else ("native", 7)
        assert (told["state"], told["via"], told["first_sync"]["rows"]) == ("ACTIVE", way, rows)
        other = (await place.client.post(ONBOARD, json=intent(source_type="okta"))).json()["connection"]
        assert other["via"] == "native"


async def test_the_words_of_a_connector_are_told_without_the_secret(bench: Bench) -> None:
    """What it said stands in the reason, unless a part of the secret is in it, however it is put."""
    spelled = [CANARY, CANARY[::-1], base64.b64encode(b"x" + CANARY.encode()).decode(), " ".join(CANARY), CANARY[2:]]
    for words in spelled:
        said = f'say(type="CONNECTION_STATUS", connectionStatus=dict(status="FAILED", message="bad {words}"))'
        bench.install(ELSE + said)
        with pytest.raises(Failure, match="source-played does not get in: its words are not repeated") as raised:
            await (await bench.adapter()).open()
        assert words not in raised.value.message
    bench.install(ELSE + FAILED.replace(CANARY, "luck"))
    with pytest.raises(Failure, match="source-played does not get in: bad"):
        await (await bench.adapter()).open()


async def test_a_value_that_looks_like_a_place_is_put_in_as_it_is(bench: Bench) -> None:
    """A resource id that spells a place of the template does not become the secret."""
    bench.install(GOOD.replace("ROWS", "1"))
    (bench.bin / "source-played.json").write_text('{"config": {"all": ["{resource_ids[0]}/*"]}}')
    made = await bench.airbyte.adapter("github", ["{secret.token}"], Secret({"token": CANARY}))
    assert made is not None
    await made.open()
    given: Any = bench.told()[-1]["given"]
    assert given["--config"] == '{"all":["{secret.token}/*"]}'


@pytest.mark.parametrize(
    "said",
    [
        'spec="nope"',
        "spec=dict(connectionSpecification=dict(required=5))",
        "spec=dict(connectionSpecification=dict(required=[dict(a=1)]))",
        "spec=dict(connectionSpecification=7)",
    ],
)
async def test_a_specification_out_of_shape_leaves_the_native_adapter(
    serve: Callable[..., Any], bench: Bench, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """A program that does not say what it needs is not used."""
    monkeypatch.setenv("PLAYED_TOKEN", CANARY)
    bench.install(f'say(type="SPEC", {said})', "source-github")
    async with serve(Played().mount, airbyte_bin=str(bench.bin)) as place:
        told = (await place.client.post(ONBOARD, json=intent())).json()["connection"]
        assert (told["state"], told["via"]) == ("ACTIVE", "native")


async def test_a_specification_that_failed_once_is_asked_for_again(bench: Bench) -> None:
    """The same build of the program may answer the next time."""
    bench.install('if not os.path.exists(HERE + "/up"): sys.exit(1)\n' + GOOD)
    assert await bench.airbyte.adapter("github", ["acme"], Secret({"token": CANARY})) is None
    (bench.bin / "up").touch()
    assert await bench.airbyte.adapter("github", ["acme"], Secret({"token": CANARY})) is not None


@pytest.mark.parametrize("enabled", [True, False])
async def test_what_a_crash_left_is_removed_at_every_start(
    serve: Callable[..., Any], bench: Bench, tmp_path: Path, enabled: bool
) -> None:
    """A configuration with the token in it does not stay because Airbyte was turned off."""
    left = tmp_path / "data" / "aam" / "airbyte" / "run-left"
    left.mkdir(parents=True)
    (left / "config.json").write_text(CANARY)
    async with serve(Played().mount, airbyte_bin=str(bench.bin) if enabled else ""):
        assert not left.exists()
