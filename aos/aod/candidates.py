"""What discovery found goes to AAM. The same again changes nothing there, so a lost answer does no harm."""

from aos.contracts.candidates import Discovery, Handoff, HandoffAccepted
from aos.contracts.onboarding import MOST_IN_BATCH, BatchReport, BatchRequest
from aos.core.errors import Conflict, PeerDown, PeerRefused
from aos.core.peers import Peers

MOST_IN_PART = 1_000  # candidates of one call, so that its body stays below what AAM takes
ONBOARDING_S = 900.0  # vendors may make each of them wait


async def to_aam(peers: Peers, found: Discovery, tenant: str) -> HandoffAccepted:
    """AAM's answers as one. `Conflict`: AAM refuses, `PeerDown`: no AAM; parts before that are taken already, and the
    next try finds them unchanged."""
    parts = []
    for first in range(0, max(1, len(found.candidates)), MOST_IN_PART):
        part = Handoff(
            aod_run_id=found.aod_run_id,
            namespace=found.namespace,
            snapshot_name=found.snapshot_name,
            candidates=found.candidates[first : first + MOST_IN_PART],
        )
        try:
            answer = await peers.call("aam", "POST", "/handoff", part, answer=HandoffAccepted, tenant=tenant)
        except PeerRefused as refusal:
            raise Conflict(refusal.message, code="aod.aam_refused", aam=refusal.extra["problem"]) from refusal
        except PeerDown as down:
            raise PeerDown(down.message, code="aod.aam_down", aam=down.extra.get("problem")) from down
        parts.append(answer)
    return HandoffAccepted(
        aod_run_id=found.aod_run_id,
        received=sum(part.received for part in parts),
        created=sum(part.created for part in parts),
        updated=sum(part.updated for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        refused=[why for part in parts for why in part.refused],
        pipe_ids=[pipe_id for part in parts for pipe_id in part.pipe_ids],
    )


async def onboard(peers: Peers, found: Discovery, tenant: str) -> BatchReport:
    """AAM's report on the intents, onboarded in one batch. `Conflict`: there are none, or more than a batch takes, or
    AAM refuses; `PeerDown`: no AAM, or none that answers in time. Sent again, it goes on where it stood."""
    if not 1 <= len(found.intents) <= MOST_IN_BATCH:
        told = f"The discovery has {len(found.intents)} intents; a batch has 1 to {MOST_IN_BATCH}"
        raise Conflict(told, code="aod.intents", next_action="discover sources that are Sanctioned and have an owner")
    batch = BatchRequest(intents=found.intents)
    path = "/connections/onboard/batch"
    try:
        return await peers.call("aam", "POST", path, batch, answer=BatchReport, tenant=tenant, deadline_s=ONBOARDING_S)
    except PeerRefused as refusal:
        raise Conflict(refusal.message, code="aod.aam_refused", aam=refusal.extra["problem"]) from refusal
    except PeerDown as down:
        raise PeerDown(down.message, code="aod.aam_down", aam=down.extra.get("problem")) from down
