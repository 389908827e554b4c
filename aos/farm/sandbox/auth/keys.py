"""The key pair that assertions are signed with. Making one is slow, so there is one a process, made when it is asked
for; who signed is told by the name in the assertion."""

import asyncio
import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BITS = 2048


class Keys:
    """`await ready()` before the key is used."""

    def __init__(self) -> None:
        self._key: rsa.RSAPrivateKey | None = None
        self._making = asyncio.Lock()

    async def ready(self) -> None:
        async with self._making:
            if self._key is None:
                self._key = await asyncio.to_thread(rsa.generate_private_key, 65537, BITS)

    @property
    def private(self) -> rsa.RSAPrivateKey:
        if self._key is None:
            raise RuntimeError("no key was made yet")
        return self._key

    def pem(self) -> str:
        """The private key as vendors hand it out: PKCS #8."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def fingerprint(self) -> str:
        """`SHA256:` and the digest of the public key, as Snowflake shows it."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode()
