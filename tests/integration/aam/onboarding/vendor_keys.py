"""Credentials of the tests, and a health check that ends in a refusal."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aos.aam.onboarding.failure import Failure
from aos.aam.onboarding.secret import Secret
from tests.integration.aam.onboarding.played_vendor import Got, Yard

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
TOKEN = {"access_token": "fetched-1", "token_type": "Bearer", "expires_in": 3600}
AWS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


async def health(yard: Yard, source_type: str, resource_ids: list[str], secret: dict[str, str]) -> Got:
    """The last request of a health check, whatever became of it."""
    adapter = yard.natives.adapter(source_type, resource_ids, Secret(secret))
    with pytest.raises(Failure):
        await adapter.open()
    return yard.vendor.got[-1]
