"""Tokens that are fetched: once for all, in time, anew when they were taken back; and token URLs that say no."""

import asyncio
from typing import Any

import pytest

from aos.aam.onboarding.failure import Failure, Kind
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Reply, Yard


async def test_a_token_is_fetched_once_for_all_and_again_shortly_before_its_end(yard: Yard) -> None:
    """Fifty connections of one credential at once make one exchange; another follows within a minute of the end."""
    fetched, at = 0, 0.0

    def answers(got: Got) -> Any:
        nonlocal fetched, at
        if got.method == "POST":
            fetched, at = fetched + 1, yard.clock.now
            return {"access_token": f"fetched-{fetched}", "expires_in": 3600}
        return {"value": [{"id": "1"}]}

    yard.vendor.answers = answers
    secret = {"client_id": "me", "client_secret": "s", "tenant_id": "acme.example"}
    adapters = [yard.natives.adapter("entra", ["acme.example"], Secret(secret)) for _ in range(50)]
    await asyncio.gather(*(adapter.open() for adapter in adapters))
    assert fetched == 1
    yard.clock.now = at + 3600 - 61
    await adapters[0].open()
    assert fetched == 1
    yard.clock.advance(2)
    await adapters[0].open()
    assert (fetched, yard.vendor.got[-1].headers["authorization"]) == (2, "Bearer fetched-2")


async def test_two_credentials_never_share_a_token(yard: Yard) -> None:
    """Another secret, another token, for the same tenant."""
    yard.vendor.answers = lambda got: (
        {"access_token": "of-" + got.form["client_id"], "expires_in": 3600} if got.method == "POST" else {"value": []}
    )
    for name in ("ann", "bob"):
        secret = Secret({"client_id": name, "client_secret": "s"})
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
        assert yard.vendor.got[-1].headers["authorization"] == f"Bearer of-{name}"


async def test_a_token_that_was_taken_back_is_fetched_once_more(yard: Yard) -> None:
    """A 401 for a kept token: one new token and one new try, then the truth."""
    good = "fetched-2"
    count = 0

    def answers(got: Got) -> Any:
        nonlocal count
        if got.method == "POST":
            count += 1
            return {"access_token": f"fetched-{count}", "expires_in": 3600}
        return {"value": []} if got.headers["authorization"] == f"Bearer {good}" else Reply(401)

    yard.vendor.answers = answers
    secret = Secret({"client_id": "me", "client_secret": "s"})
    await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert count == 2
    good = "never"
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert (caught.value.kind, count) == (Kind.CREDENTIALS, 3)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215"}), Kind.CREDENTIALS),
        (Reply(400, {"error": "invalid_grant"}), Kind.CREDENTIALS),
        (Reply(400, {"reason": "Invalid client_id", "error": "invalid_client"}), Kind.CREDENTIALS),
        (Reply(400, {"error": "invalid_scope"}), Kind.PERMISSION),
        (Reply(403, b"no"), Kind.CREDENTIALS),
        (Reply(200, {"token": "x"}), Kind.SCHEMA),
        (Reply(200, b"<html>"), Kind.SCHEMA),
        (Reply(429, b"", (("retry-after", "3600"),)), Kind.THROTTLED),
        (Reply(500, b""), Kind.OTHER),
        (Reply(302, b"", (("location", "https://evil.example/"),)), Kind.OTHER),
        (Reply(cut=True), Kind.NETWORK),
    ],
)
async def test_a_token_url_that_says_no_is_understood(yard: Yard, reply: Reply, kind: Kind) -> None:
    """What it says is told by its class, and nothing of the credential is in it."""
    yard.vendor.answers = lambda got: reply
    secret = Secret({"client_id": "me", "client_secret": "hunter2"})
    with pytest.raises(Failure) as caught:
        await yard.natives.adapter("entra", ["acme.example"], secret).open()
    assert caught.value.kind is kind
    assert "hunter2" not in caught.value.message + caught.value.next_action
    assert {got.host for got in yard.vendor.got} == {"login.microsoftonline.com"}
