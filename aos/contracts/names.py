"""Names that several contracts share, and what they may look like."""

from typing import Annotated

import msgspec

PipeId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$(?!\\n)")]
RunId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$(?!\\n)")]
Tenant = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\\n)")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
ShortText = Annotated[str, msgspec.Meta(max_length=2048)]
# A reference is resolved when it is used; the secret itself is refused (source 003: "vault URI, never plaintext").
Reference = Annotated[str, msgspec.Meta(pattern="^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|vault:[^\\s]{1,512})$(?!\\n)")]
UtcTimestamp = Annotated[str, msgspec.Meta(pattern="^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$(?!\\n)")]
