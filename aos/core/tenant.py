"""For which tenant a call acts (PLAN.md, "Tenants")."""

import msgspec

from aos.contracts.names import Tenant
from aos.core.errors import Forbidden, InvalidInput
from aos.core.http import Access, Call

HEADER = "x-tenant-id"


def tenant_of(call: Call, in_body: str | None = None, where: str = "$.tenant_id") -> str:
    """The key's own tenant; the service key acts for the one that the call names, in the header or in the body at
    `where`. In the header another one than the key's own is `Forbidden`; in the body it is `InvalidInput`, as are a
    name that is none and two names."""
    in_header = call.request.headers.get(HEADER)
    for name, place in ((in_header, f"header.{HEADER}"), (in_body, where)):
        try:
            msgspec.convert(name, Tenant | None)
        except msgspec.ValidationError as error:
            raise InvalidInput("This is not the name of a tenant", path=place) from error
    if in_header is not None and in_body is not None and in_header != in_body:
        raise InvalidInput(f"tenant_id and the header {HEADER} name two tenants", path=where)
    named = in_header if in_header is not None else in_body
    if named is None or named == call.tenant:
        return call.tenant
    if call.role is Access.SERVICE:
        return named
    if in_header is None:
        raise InvalidInput("This key acts for its own tenant alone", path=where, code="auth.tenant")
    raise Forbidden("This key acts for its own tenant alone", path=f"header.{HEADER}", code="auth.tenant")
