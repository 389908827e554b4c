"""For whom a call acts: a key's own tenant; the service key acts for the one that the call names."""

import msgspec

from aos.contracts.names import Tenant
from aos.core.errors import InvalidInput
from aos.core.http import Access, Call

HEADER = "x-tenant-id"


def tenant_of(call: Call, in_body: str | None = None) -> str:
    """The header of a service call, else its body's tenant, else the key's."""
    if call.role is not Access.SERVICE:
        return call.tenant
    named = call.request.headers.get(HEADER, in_body or call.tenant)
    try:
        return msgspec.convert(named, Tenant)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"The header {HEADER} is no tenant", path=f"header.{HEADER}") from error
