"""The triage page: what was found and why, the handshake by a button, and what came of it. spec: Phase 4.

Whatever it does works as a plain form: POST, then on to the page, which shows the outcome. The script only saves the
reload and follows the connectors.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from aos.aod.catalogue import Catalogue
from aos.aod.handoff import Handoff
from aos.aod.targets import default_targets
from aos.contracts.base import Strict
from aos.contracts.discovery import ProvisionRequest, ProvisionSent, Scan
from aos.contracts.targeting import ConnectorId
from aos.core.auth import RIGHTS
from aos.core.clock import wall_ms
from aos.core.errors import AosError
from aos.core.http import Access, Call, Endpoint
from aos.core.module import Core
from aos.core.pages import see_other

TRIAGE = "/triage"
MOST_OUTCOMES = 32


class TriageQuery(Strict, frozen=True):
    """`outcome` names the one that is shown; else the newest."""

    outcome: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ScanForm(Strict, frozen=True):
    """The button alone."""


class ConnectForm(Strict, frozen=True):
    """As `ProvisionRequest`."""

    connector_id: ConnectorId = "mule_auto_01"
    asset_key: Annotated[str, msgspec.Meta(max_length=128)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a button did, at `at` (milliseconds since the epoch): one of the three is there."""

    at: int
    scan: Scan | None = None
    sent: ProvisionSent | None = None
    failed: AosError | None = None


class TriagePage:
    """`/triage` and what its buttons post to. Keeps the last outcomes in memory."""

    def __init__(self, core: Core, handoff: Handoff, catalogue: Catalogue) -> None:
        self._core, self._handoff, self._catalogue = core, handoff, catalogue
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()

    def endpoints(self) -> list[Endpoint]:
        page, look, act = self._core.pages.endpoint, Access.VIEWER, Access.OPERATOR
        return [
            page("GET", TRIAGE, self.show, look, "What was found.", query=TriageQuery),
            page("POST", f"{TRIAGE}/scan", self.scan, act, "Scan now.", form=ScanForm),
            page("POST", f"{TRIAGE}/connect", self.connect, act, "Auto-Connect via DCL.", form=ConnectForm),
        ]

    async def show(self, call: Call) -> Response:
        newest = next(reversed(self._outcomes.values()), None)
        outcome = self._outcomes.get(call.query.outcome, newest)
        scan = await self._catalogue.last_scan()
        found = scan.found if scan is not None else []
        peers = self._core.peers
        return self._core.pages.render(
            "aod/triage.html",
            here=call.request.scope["path"],
            role=call.role.value,
            may_act=Access.OPERATOR in RIGHTS[call.role],
            scan=scan,
            found=found,
            can_send=self._handoff.can_send,
            sendable=any(map(self._handoff.can_send, found)),
            assets=await self._catalogue.assets(),
            outcome=outcome,
            told=None if outcome is None else _told(outcome),
            dcl_path=peers.path("dcl"),
            aam_path=peers.path("aam"),
            dcl_url=peers.base("dcl"),
        )

    async def scan(self, call: Call) -> Response:
        now = wall_ms(self._core.clock)
        try:
            scan = await self._handoff.scan(default_targets(self._core.settings, self._core.peers))
        except AosError as error:
            return self._shown(call, Outcome(at=now, failed=error))
        return self._shown(call, Outcome(at=now, scan=scan))

    async def connect(self, call: Call) -> Response:
        form: ConnectForm = call.body
        now = wall_ms(self._core.clock)
        wanted = ProvisionRequest(connector_id=form.connector_id, asset_key=form.asset_key)
        try:
            answer, _ = await self._handoff.provision(wanted, "")
        except AosError as error:
            return self._shown(call, Outcome(at=now, failed=error))
        return self._shown(call, Outcome(at=now, sent=msgspec.json.decode(answer, type=ProvisionSent)))

    def _shown(self, call: Call, outcome: Outcome) -> Response:
        """On to the page, with this outcome on it: a reload then sends nothing twice."""
        name = secrets.token_urlsafe(9)
        self._outcomes[name] = outcome
        while len(self._outcomes) > MOST_OUTCOMES:
            self._outcomes.popitem(last=False)
        page = call.request.scope["path"].rpartition("/")[0]
        return see_other(f"{page}?outcome={name}")


def _told(outcome: Outcome) -> dict[str, Any]:
    """The calls of a handshake as far as it got: the package that was made, and what DCL said to it."""
    package: Any = None
    dcl: Any = None
    if outcome.sent is not None:
        package, dcl = outcome.sent.package, outcome.sent.dcl
    elif outcome.failed is not None:
        package, dcl = outcome.failed.extra.get("package"), outcome.failed.extra.get("dcl")
    text = msgspec.json.format(msgspec.json.encode(package), indent=2).decode() if package is not None else ""
    advice = "" if outcome.failed is None else str(_advice(outcome.failed, dcl))
    return {"package": text, "dcl": dcl if isinstance(dcl, dict) else None, "advice": advice}


def _advice(error: AosError, dcl: Any) -> Any:
    """What helps: AOD's own word, else DCL's, else whether it is worth another try."""
    told = error.extra.get("next_action") or (isinstance(dcl, dict) and dcl.get("next_action"))
    if told:
        return told
    if isinstance(dcl, dict) and dcl.get("allow"):
        return f"Start AOS with {dcl['allow']}"
    return "Try again in a moment." if error.retryable else ""
