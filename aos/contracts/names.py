"""Names that several contracts share, and what they may look like."""

from typing import Annotated

import msgspec

PipeId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$(?!\\n)")]
RunId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$(?!\\n)")]
Tenant = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\\n)")]
# A name is a text of one line. Where a fault must not refuse what stands beside it, and for the fields of rows, which
# are spelled as their source spells them, it is `AsSpelled`, and whoever reads it looks at it.
_ONE_LINE = "^[^\\x00-\\x1f\\x7f-\\x9f]*$(?!\\n)"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=256, pattern=_ONE_LINE)]
AsSpelled = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
SnapshotName = Annotated[str, msgspec.Meta(max_length=2048, pattern=_ONE_LINE)]
ShortText = Annotated[str, msgspec.Meta(max_length=2048)]
# A reference is resolved when it is used; the secret itself is refused (source 003: "vault URI, never plaintext").
Reference = Annotated[str, msgspec.Meta(pattern="^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|vault:[^\\s]{1,512})$(?!\\n)")]
UtcTimestamp = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        "T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]{1,9})?Z$(?!\\n)"
    ),
]
