"""The vendors' paths: `/sandbox/{source_type}/HOST/PATH`, with any query and any body. Nobody needs a key of AOS here;
the vendor's own credential is asked for."""

from collections.abc import Mapping

from starlette.responses import Response

from aos.core.errors import NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.silence import hang_up
from aos.farm.sandbox.asked import asked_of
from aos.farm.sandbox.stage import Stage
from aos.farm.sandbox.vendor import Vendor

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Door:
    """Every request of a vendor's client comes in here."""

    def __init__(self, core: Core, vendors: Mapping[str, Vendor], stage: Stage) -> None:
        self._core, self._vendors, self._stage = core, vendors, stage

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method=method,
                path="/sandbox/{source_type}/{rest:path}",
                handler=self.answer,
                access=Access.OPEN,
                summary="A vendor of the sandbox, as it answers itself; asks for the vendor's own credential.",
                raw=True,
                errors=(404,),
            )
            for method in METHODS
        ]

    async def answer(self, call: Call) -> Response:
        request = call.request
        vendor = self._vendors.get(call.path["source_type"])
        if vendor is None:
            raise NotFound("The sandbox plays no family of this name over HTTP", code="sandbox.family")
        scope = request.scope
        asked = asked_of(
            method=scope["method"],
            sandbox_path=scope["raw_path"].decode("latin-1"),
            raw_query=scope["query_string"].decode("latin-1"),
            headers=dict(request.headers),
            body=await request.body(),
            now=self._core.clock.wall(),
        )
        if not vendor.serves(asked):
            raise NotFound(f"{vendor.source_type} has no such host in the sandbox", code="sandbox.host")
        reply = self._stage.play(vendor, asked)
        if reply is None:
            await hang_up(request)
        return Response(reply.body, reply.status, headers=dict(reply.headers))
