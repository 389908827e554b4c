"""The join key."""

import hashlib
import re

import msgspec

LONGEST_VENDOR, LONGEST_RESOURCE = 16, 28
DIGITS = 16  # 64 bits, behind the vendor and the resource: two pipes with one id are not to be expected
_OTHER = re.compile(r"[^a-z0-9]+")


def pipe_id(namespace: str, vendor: str, source: str, resource: str) -> str:
    """The same for the same four names in every process and for all time; nothing else counts. Readable, at most 63
    characters: `salesforce.crm-accounts.0123456789abcdef`."""
    named = msgspec.json.encode([namespace, vendor, source, resource])
    digest = hashlib.sha256(named).hexdigest()[:DIGITS]
    return f"{_slug(vendor, LONGEST_VENDOR)}.{_slug(resource, LONGEST_RESOURCE)}.{digest}"


def _slug(text: str, most: int) -> str:
    return _OTHER.sub("-", text.lower())[: most + 1].strip("-")[:most].strip("-") or "x"
