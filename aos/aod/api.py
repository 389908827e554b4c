"""What AOD answers over HTTP. spec: Phase 4."""

from starlette.responses import Response

from aos.aod.catalogue import Catalogue
from aos.aod.handoff import NEXT_ACTION, Handoff, idempotency_key
from aos.aod.targets import canonical_all, default_targets
from aos.contracts.discovery import AssetList, ProvisionRequest, ProvisionSent, Scan, ScanRequest, SentPackage
from aos.core.errors import NotFound
from aos.core.http import UNSTORED, Access, Call, Endpoint, json_response
from aos.core.module import Core

FILENAME = "Targeting_Package.json"


class DiscoveryApi:
    """`/api/scan`, `/api/assets`, `/api/targeting-package`, `/api/actions/*`."""

    def __init__(self, core: Core, handoff: Handoff, catalogue: Catalogue) -> None:
        self._core, self._handoff, self._catalogue = core, handoff, catalogue

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/api/scan",
                handler=self.scan,
                access=Access.OPERATOR,
                summary="Probe endpoints for middleware; none named: those of the settings, or Farm's.",
                body=ScanRequest,
                body_optional=True,
                answer=Scan,
                errors=(503,),
            ),
            Endpoint(
                method="GET",
                path="/api/scan",
                handler=self.last,
                access=Access.VIEWER,
                summary="The last scan.",
                answer=Scan,
                errors=(404,),
            ),
            Endpoint(
                method="GET",
                path="/api/assets",
                handler=self.assets,
                access=Access.VIEWER,
                summary="Everything that was ever found, each in its newest version.",
                answer=AssetList,
            ),
            Endpoint(
                method="GET",
                path="/api/targeting-package",
                handler=self.package,
                access=Access.VIEWER,
                summary="What would be sent to DCL for the best finding of the last scan.",
                answer=SentPackage,
                errors=(404, 409),
            ),
            Endpoint(
                method="POST",
                path="/api/actions/provision-connector",
                handler=self.provision,
                access=Access.OPERATOR,
                summary="Scan, and hand the best route, or a named asset, to DCL. Takes an `idempotency-key` header.",
                body=ProvisionRequest,
                body_optional=True,
                answer=ProvisionSent,
                errors=(404, 409, 502, 503),
            ),
        ]

    async def scan(self, call: Call) -> Scan:
        wanted: ScanRequest | None = call.body
        if wanted is None:
            return await self._handoff.scan(default_targets(self._core.settings, self._core.peers))
        return await self._handoff.scan(canonical_all(wanted.targets, "$.targets"))

    async def last(self, _: Call) -> Scan:
        return await self._last()

    async def assets(self, _: Call) -> AssetList:
        return AssetList(assets=await self._catalogue.assets())

    async def package(self, _: Call) -> Response:
        finding = self._handoff.best(await self._last())
        response = json_response(self._handoff.package(finding, ProvisionRequest()))
        response.headers["content-disposition"] = f'attachment; filename="{FILENAME}"'
        return response

    async def provision(self, call: Call) -> Response:
        key = idempotency_key(call.request.headers.getlist("idempotency-key"))
        answer, before = await self._handoff.provision(call.body or ProvisionRequest(), key)
        replayed = {"idempotency-replayed": "true"} if before else {}
        return Response(answer, headers={**UNSTORED, **replayed}, media_type="application/json")

    async def _last(self) -> Scan:
        scan = await self._catalogue.last_scan()
        if scan is None:
            raise NotFound("Nothing was scanned yet", code="aod.no_scan", next_action=NEXT_ACTION)
        return scan
