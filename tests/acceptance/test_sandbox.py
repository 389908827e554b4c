"""The sandbox of the vendors in a real process."""

from collections.abc import Callable

import httpx
import pytest

from tests.acceptance.conftest import Running

Start = Callable[..., Running]
LIST = "/farm/sandbox/gitlab/gitlab.com/api/v4/projects?per_page=20"


def test_a_vendor_is_met_without_an_account(start: Start) -> None:
    """A grant opens the played vendor; without a key of AOS nobody grants; dark is no answer, and hinders no stop."""
    aos = start().ready()
    control, keyed = aos.url + "/farm/sandbox-control/gitlab", {"x-api-key": aos.key("service")}
    with httpx.Client(trust_env=False, timeout=10) as client:
        assert client.post(f"{control}/grants", json={}).status_code == 401
        grant = client.post(f"{control}/grants", json={"account": "acme"}, headers=keyed).json()
        credential = {"private-token": grant["secret"]["token"]}
        assert len(client.get(aos.url + LIST, headers=credential).json()) == 20
        assert client.get(aos.url + LIST, headers={"private-token": "x"}).json() == {"message": "401 Unauthorized"}
        assert client.put(control, json={"dark": True}, headers=keyed).status_code == 200
        with pytest.raises(httpx.TransportError):
            client.get(aos.url + LIST, headers=credential)
        assert grant["secret"]["token"] not in aos.output()
    assert aos.stop() == 0
    assert "Request failed" not in aos.output()
