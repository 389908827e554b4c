"""What a connection saw is level 1 of the cascade, whichever came first: the connection or the pipe."""

from typing import Any

import pytest

from aos.aam.onboarding.failure import Kind
from tests.integration.aam.conftest import candidate, handed_over
from tests.integration.aam.played import HEAL, ONBOARD, Played, fails, intent
from tests.integration.served import Place

TOLD = ["told", "by", "evidence"]


def thing(vendor: str = "github", resource: str = "Thing", **given: Any) -> dict[str, Any]:
    """A candidate that evidence told three fields of; the played source calls it `things`."""
    return candidate(vendor=vendor, resource=resource, fields=TOLD, details={}, **given)


async def pipe(place: Place, pipe_id: str) -> dict[str, Any]:
    return dict((await place.client.get(f"/aam/pipes/{pipe_id}")).json())


def level(found: dict[str, Any]) -> int:
    return int(next(each["level"] for each in found["cascade"] if each["taken"]))


async def test_a_pipe_that_comes_later_finds_the_connection(onboarding: Place) -> None:
    """Its fields are those of the catalogue, and the reason names the connection."""
    told = (await onboarding.client.post(ONBOARD, json=intent())).json()["connection"]
    (pipe_id,) = await handed_over(onboarding, thing())
    found = await pipe(onboarding, pipe_id)
    assert (level(found), found["fields"], found["health"]) == (1, ["id", "name"], "healthy")
    why = next(each["why"] for each in found["cascade"] if each["taken"])
    assert told["connection_id"] in why


async def test_a_pipe_that_was_there_gets_a_new_version(onboarding: Place, played: Played) -> None:
    """At the onboarding, and again when the source has other fields; a check that saw the same adds none."""
    (pipe_id,) = await handed_over(onboarding, thing())
    before = await pipe(onboarding, pipe_id)
    assert (level(before), before["fields"], before["version"]) == (2, TOLD, 1)
    await onboarding.client.post(ONBOARD, json=intent())
    seen = await pipe(onboarding, pipe_id)
    assert (level(seen), seen["fields"], seen["version"]) == (1, ["id", "name"], 2)
    await onboarding.client.post(HEAL, json={})
    assert (await pipe(onboarding, pipe_id))["version"] == 2
    played.plan("acme", fields=("id", "name", "topic"))
    await onboarding.client.post(HEAL, json={})
    grown = await pipe(onboarding, pipe_id)
    assert (grown["fields"], grown["version"]) == (["id", "name", "topic"], 3)


@pytest.mark.parametrize(
    ("vendor", "resource", "namespace"),
    [("gitlab", "Thing", "autonomy"), ("github", "repository", "autonomy"), ("github", "Thing", "other")],
)
async def test_other_vendors_things_and_namespaces_are_not_meant(
    onboarding: Place, vendor: str, resource: str, namespace: str
) -> None:
    """What evidence told stays."""
    await onboarding.client.post(ONBOARD, json=intent())
    (pipe_id,) = await handed_over(onboarding, thing(vendor, resource), namespace=namespace)
    assert level(await pipe(onboarding, pipe_id)) == 2


async def test_a_family_is_known_under_its_vendors_name(onboarding: Place) -> None:
    """`aws_org` connects to aws."""
    await onboarding.client.post(ONBOARD, json=intent(source_type="aws_org"))
    (pipe_id,) = await handed_over(onboarding, thing("aws"))
    assert level(await pipe(onboarding, pipe_id)) == 1


async def test_a_connection_that_is_not_active_says_nothing(onboarding: Place, played: Played) -> None:
    """Nor does one that never got so far as a catalogue."""
    played.plan("acme", sample=fails(Kind.PERMISSION))
    await onboarding.client.post(ONBOARD, json=intent())
    (pipe_id,) = await handed_over(onboarding, thing())
    assert level(await pipe(onboarding, pipe_id)) == 2
    played.plans.clear()
    await onboarding.client.post(ONBOARD, json=intent())
    assert level(await pipe(onboarding, pipe_id)) == 1
