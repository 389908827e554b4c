"""Two bases for every message: what we write is strict, what drifts is read with tolerance."""

import msgspec


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """A message that we define: an unknown field is refused, with its path."""


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """A message of somebody else's: unknown fields are passed over."""
