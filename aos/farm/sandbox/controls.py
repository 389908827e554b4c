"""What an operator tells the sandbox: credentials to issue, knobs to turn; and what it saw."""

from collections.abc import Mapping

import msgspec

from aos.contracts.sandbox import SandboxGrant, SandboxGrantRequest, SandboxKnobs, SandboxState
from aos.core.errors import InvalidInput, NotFound
from aos.core.http import Access, Call, Endpoint
from aos.core.log import Log
from aos.core.module import Core
from aos.farm.sandbox.auth.keys import Keys
from aos.farm.sandbox.book import Book, Credential
from aos.farm.sandbox.families import JDBC
from aos.farm.sandbox.files import Files
from aos.farm.sandbox.vendor import Issued, Mint, Vendor

# Kinds of credential that are signed with; their key is made when the first is asked for.
SIGNING = frozenset({"service_account", "jwt", "keypair", "private_key_jwt"})


log = Log("sandbox")


class Controls:
    """`/sandbox-control/{source_type}`."""

    def __init__(self, core: Core, vendors: Mapping[str, Vendor], book: Book, keys: Keys, files: Files) -> None:
        self._core, self._vendors, self._book, self._keys, self._files = core, vendors, book, keys, files

    def endpoints(self) -> list[Endpoint]:
        path, access = "/sandbox-control/{source_type}", Access.SERVICE
        return [
            Endpoint(
                method="POST",
                path=f"{path}/grants",
                handler=self.grant,
                access=access,
                summary="A credential that the played vendor takes, for an account of that name.",
                body=SandboxGrantRequest,
                answer=SandboxGrant,
                status=201,
                errors=(404, 409),
            ),
            Endpoint(
                method="PUT",
                path=path,
                handler=self.turn,
                access=access,
                summary="How the family misbehaves from now on, for all accounts or for one.",
                body=SandboxKnobs,
                answer=SandboxState,
                errors=(404, 409),
            ),
            Endpoint(
                method="GET",
                path=path,
                handler=self.show,
                access=access,
                summary="The family's knobs, and what it saw.",
                answer=SandboxState,
                errors=(404,),
            ),
            Endpoint(
                method="DELETE",
                path=path,
                handler=self.reset,
                access=access,
                summary="Knobs and counters as at the start; credentials hold on.",
                answer=SandboxState,
                errors=(404,),
            ),
        ]

    async def grant(self, call: Call) -> SandboxGrant:
        source_type, wanted = self._family(call), call.body
        kind = wanted.kind or self._kinds(source_type)[0]
        if kind not in self._kinds(source_type):
            known = ", ".join(self._kinds(source_type))
            raise InvalidInput(f"{source_type} has these kinds of credential: {known}", path="$.kind")
        issued = await self._issued(source_type, wanted.account, kind)
        now = self._core.clock.wall()
        credential = Credential(
            source_type=source_type,
            account=wanted.account,
            kind=kind,
            ident=issued.fields[issued.ident],
            fields=issued.fields,
            scopes=issued.scopes,
            expires_at=now + wanted.ttl_s,
        )
        self._book.issue(credential, now)
        return SandboxGrant(
            source_type=source_type,
            secret=dict(issued.fields),
            resource_ids=list(issued.resource_ids),
            expires_at=int(credential.expires_at * 1000),
        )

    async def turn(self, call: Call) -> SandboxState:
        source_type, knobs = self._family(call), call.body
        if source_type == JDBC:
            await self._files.turn(knobs)
        self._book.family(source_type).turn(knobs)
        log.info("Sandbox knobs turned", source_type=source_type, **msgspec.structs.asdict(knobs))
        return self._state(source_type)

    async def show(self, call: Call) -> SandboxState:
        return self._state(self._family(call))

    async def reset(self, call: Call) -> SandboxState:
        source_type = self._family(call)
        if source_type == JDBC:
            await self._files.reset()
        self._book.reset(source_type)
        return self._state(source_type)

    async def _issued(self, source_type: str, account: str, kind: str) -> Issued:
        if source_type == JDBC:
            return await self._files.issue(account)
        if kind in SIGNING:
            await self._keys.ready()
        return self._vendors[source_type].issue(Mint(account, kind, self._keys))

    def _family(self, call: Call) -> str:
        source_type = call.path["source_type"]
        if source_type != JDBC and source_type not in self._vendors:
            raise NotFound("The sandbox plays no family of this name", code="sandbox.family")
        return source_type

    def _kinds(self, source_type: str) -> tuple[str, ...]:
        return ("file",) if source_type == JDBC else self._vendors[source_type].kinds

    def _state(self, source_type: str) -> SandboxState:
        family = self._book.family(source_type)
        return SandboxState(
            source_type=source_type,
            kinds=list(self._kinds(source_type)),
            knobs=[each.knobs for each in family.turned.values()],
            grants=self._book.grants(source_type, self._core.clock.wall()),
            requests=family.requests,
            exchanges=family.exchanges,
            throttled=family.throttled,
            writes_seen=family.writes_seen,
            most_items=family.most_items,
        )
