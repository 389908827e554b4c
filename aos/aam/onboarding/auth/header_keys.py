"""Keys in headers of the vendor's own naming: `PRIVATE-TOKEN`, `DD-API-KEY`, `Token token=...`."""

import re

from aos.aam.onboarding.auth.outgoing import Means, Outgoing, Ready
from aos.aam.onboarding.auth.spec import Spec

_FIELD = re.compile(r"\{([a-z_]+)\}")


class HeaderKeysSpec(Spec, frozen=True, kw_only=True, tag_field="strategy", tag="header_keys"):
    """`headers` by name; `{field}` in a value is that field of the credential."""

    headers: dict[str, str]

    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for text in self.headers.values() for name in _FIELD.findall(text)))

    def signer(self, means: Means) -> "HeaderKeys":
        fields = {name: means.header(name) for name in self.needs()}
        return HeaderKeys(self, {name: text.format_map(fields) for name, text in self.headers.items()})


class HeaderKeys(Ready):
    def __init__(self, spec: HeaderKeysSpec, headers: dict[str, str]) -> None:
        self.warning, self._headers = spec.warning, headers

    def sign(self, out: Outgoing) -> None:
        out.headers.update(self._headers)
