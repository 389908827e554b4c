"""Grants over HTTP: an operator puts one in, sees its name, takes it out. Its secret never comes back."""

import asyncio

from starlette.responses import Response

from aos.aam.onboarding.consents import Consents
from aos.aam.onboarding.locator import is_name
from aos.contracts.onboarding import ConsentGrant, ConsentKept, ConsentList
from aos.core.clock import wall_ms
from aos.core.errors import InvalidInput, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.core.tenant import tenant_of

log = Log("aam.onboarding")


class ConsentsApi:
    """`/consents...`"""

    def __init__(self, core: Core, consents: Consents) -> None:
        self._core, self._consents = core, consents

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/consents/{name}/grant",
                handler=self.grant,
                access=Access.OPERATOR,
                summary="File a grant for `consent:{name}`; another one under the name takes its place.",
                body=ConsentGrant,
                answer=ConsentKept,
                errors=(404,),
            ),
            Endpoint(
                method="GET",
                path="/consents",
                handler=self.kept,
                access=Access.OPERATOR,
                summary="The names of grants and of their fields.",
                answer=ConsentList,
            ),
            Endpoint(
                method="DELETE",
                path="/consents/{name}",
                handler=self.delete,
                access=Access.OPERATOR,
                summary="Take a grant out; connections that need it wait for another.",
                status=204,
                errors=(404,),
            ),
        ]

    async def grant(self, call: Call) -> ConsentKept:
        given: ConsentGrant = call.body
        name = _name(call)
        if given.expires_at is not None and given.expires_at <= wall_ms(self._core.clock):
            raise InvalidInput("expires_at has passed (milliseconds since the epoch)", path="$.expires_at")
        kept = await asyncio.to_thread(self._consents.grant, tenant_of(call), name, given)
        log.info("Consent granted", consent=name, fields=", ".join(kept.fields), key_id=call.key_id)
        return kept

    async def kept(self, call: Call) -> ConsentList:
        return ConsentList(consents=await asyncio.to_thread(self._consents.kept, tenant_of(call)))

    async def delete(self, call: Call) -> Response:
        name = _name(call)
        if not await asyncio.to_thread(self._consents.delete, tenant_of(call), name):
            raise NotFound("There is no grant of that name")
        log.info("Consent taken out", consent=name, key_id=call.key_id)
        return Response(status_code=204)


def _name(call: Call) -> str:
    name: str = call.path["name"]
    if not is_name(name):
        raise InvalidInput("A grant's name has letters, digits, dots, hyphens and underscores", path="path.name")
    return name
