"""What the strategies that fetch a token have in common."""

from collections.abc import Mapping
from typing import Any

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Token


class Fetched:
    """Signs with `Authorization: Bearer`; `fetch` is the strategy's own."""

    warning = ""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._token: Token | None = None

    async def fetch(self) -> Token:
        raise NotImplementedError

    async def ready(self) -> None:
        self._token = await self._means.tokens.get(self._means.owner, self.fetch)

    def sign(self, out: Outgoing) -> None:
        assert self._token is not None, "ready() comes first"
        out.headers["authorization"] = f"Bearer {self._token.value}"

    def forget(self) -> bool:
        if self._token is not None:
            self._means.tokens.forget(self._means.owner, self._token)
        return self._token is not None

    def told(self) -> Mapping[str, Any]:
        if self._token is None:
            return {}
        return {**self._token.reply, "access_token": self._token.value}
