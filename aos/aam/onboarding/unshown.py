"""What a source or a connector says, held against the credential that it was given: a name or a sentence with a part of
it, also reversed or in base64 or hex, is not kept and not shown."""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from aos.aam.onboarding.secret import Secret
from aos.contracts.onboarding import CatalogStream

LONGEST_NAME = 200
PART = 8  # characters of a secret that no sentence may hold, whatever stands between them
PART_OF_NAME = 12  # in a name: tokens begin like names do (`github_pat_`)
# Fields of a credential that name a place or a person: a stream may be called so.
_OPEN = re.compile(
    r"(?i)(?:type|ur[il]|host(?:name)?|port|database|user(?:name)?|(?:client_)?email|project_id|(?:auth|token)_uri|account"
    r"|region|schema|tenant(?:_id)?|subdomain|domain|instance|warehouse|role|bucket|endpoint|driver)\Z"
)
_BETWEEN = re.compile(r"[\W_]+")


class Unshown:
    """The forms of one credential. It lives as long as the run that has the credential."""

    def __init__(self, secret: Secret) -> None:
        values = [secret.reveal(name) for name in secret.names if not _OPEN.match(name)]
        forms = [_plain(form) for value in values if len(value) >= PART for form in _forms(value)]
        self._of_text, self._of_name = _parts(forms, PART), _parts(forms, PART_OF_NAME)

    def in_text(self, text: str) -> bool:
        """Whether a sentence holds a part of it."""
        return _holds(_plain(text), self._of_text, (PART,))

    def may_be_kept(self, name: str) -> bool:
        """Whether a name can be shown, is short enough, and holds no part of it."""
        if not name.isprintable() or len(name) > LONGEST_NAME:
            return False
        return not _holds(_plain(name), self._of_name, range(PART, PART_OF_NAME + 1))

    def told(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Warnings and scopes, without those that hold a part of it or can't be shown."""
        return tuple(text for text in texts if text.isprintable() and not self.in_text(text))

    def streams(self, streams: Sequence[CatalogStream]) -> tuple[tuple[CatalogStream, ...], int]:
        """The streams with the fields that may be kept, and how many of both were left out."""
        kept, left_out = [], 0
        for stream in streams:
            if not stream.name or not self.may_be_kept(stream.name):
                left_out += 1
                continue
            fields = [
                field for field in stream.fields if all(map(self.may_be_kept, (field.name, field.type, field.path)))
            ]
            identity = [name for name in stream.identity if self.may_be_kept(name)]
            left_out += len(stream.fields) - len(fields)
            kept.append(msgspec.structs.replace(stream, fields=fields, identity=identity))
        return tuple(kept), left_out


def _forms(value: str) -> Iterator[str]:
    for text in (value, value[::-1]):
        yield text
        raw = text.encode("utf-8", "replace")
        yield raw.hex()
        for before in range(3):  # what stands before it decides how base64 cuts it
            encoded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
            yield encoded[4 if before else 0 : len(encoded) - 1]


def _plain(text: str) -> str:
    """Letters and digits alone, in small letters: what is put between the parts of a secret hides nothing."""
    return _BETWEEN.sub("", text).lower()


def _parts(forms: Iterable[str], size: int) -> frozenset[str]:
    """Every piece of that many characters; of a shorter form the whole."""
    return frozenset(
        form[start : start + size]
        for form in forms
        if len(form) >= PART
        for start in range(max(1, len(form) - size + 1))
    )


def _holds(text: str, parts: frozenset[str], sizes: Iterable[int]) -> bool:
    return any(text[start : start + size] in parts for size in sizes for start in range(len(text) - size + 1))
