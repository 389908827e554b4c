"""What a source calls its streams and fields is held against the credential."""

import base64

import pytest

from aos.aam.onboarding.secret import Secret
from aos.aam.onboarding.unshown import Unshown
from aos.contracts.onboarding import CatalogField, CatalogStream

TOKEN = "ghp_Canary7f3a91c2d4e5"
UNSHOWN = Unshown(Secret({"token": TOKEN, "user": "service_account"}))


def stream(name: str, *fields: str) -> CatalogStream:
    return CatalogStream(name=name, fields=[CatalogField(name=each) for each in fields], origin="discovered")


@pytest.mark.parametrize(
    "bad",
    [
        TOKEN,
        f"t_{TOKEN.upper()}_x",
        TOKEN[::-1],
        "-".join(TOKEN),
        base64.b64encode(TOKEN.encode()).decode(),
        base64.b64encode(f"xy{TOKEN}z".encode()).decode(),
        base64.urlsafe_b64encode(TOKEN[::-1].encode()).decode(),
        TOKEN.encode().hex(),
        TOKEN[:16],
        "nul\0",
        "bidi\u202ename",
        "n" * 201,
    ],
)
def test_a_name_that_can_not_be_kept_is_left_out(bad: str) -> None:
    """As a stream, a field, a type; the rest stays."""
    kept, left_out = UNSHOWN.streams([stream(bad, "id"), stream("good", "id", bad)])
    assert (kept, left_out) == ((stream("good", "id"),), 2)


def test_plain_names_stay() -> None:
    """Also those that begin as a token does, and those that a credential's open fields have."""
    streams = (stream("service_account", "id", "ghp_name", "größe", "a b"), stream("n" * 200))
    assert UNSHOWN.streams(streams) == (streams, 0)
    assert UNSHOWN.told(["fine", f"not {TOKEN}", "nor\n"]) == ("fine",)
