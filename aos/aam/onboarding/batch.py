"""Many intents in one call: each goes its own way, and one that is refused holds up no other."""

from aos.aam.onboarding.fault import fault
from aos.aam.onboarding.funnel import Funnels
from aos.aam.onboarding.onboard import Onboarding
from aos.aam.onboarding.progress import Progress, bounded
from aos.contracts.intent import ConnectionIntent
from aos.contracts.onboarding import NAMESPACE, BatchRefusal, BatchReport, BatchRequest
from aos.core.errors import AosError
from aos.core.log import Log
from aos.core.module import Core

log = Log("aam.onboarding")


class Batches:
    def __init__(self, core: Core, onboarding: Onboarding, funnels: Funnels) -> None:
        self._core, self._onboarding, self._funnels = core, onboarding, funnels

    async def run(self, tenant: str, wanted: BatchRequest) -> BatchReport:
        """The same intent twice in a batch is onboarded once. Refused ones are named by their place."""
        progress = Progress(self._core, "onboarding", len(wanted.intents))
        refused: list[BatchRefusal] = []

        async def onboard(numbered: tuple[int, ConnectionIntent]) -> None:
            index, intent = numbered
            try:
                onboarded = await self._onboarding.onboard(tenant, intent)
            except AosError as error:
                if error.status >= 500:
                    raise  # the registry takes nothing: every further one would fail alike
                refused.append(BatchRefusal(index=index, code=error.code, detail=error.message))
                progress.step("refused")
            except Exception as error:  # noqa: BLE001 a fault of ours with one intent is no other's
                refused.append(BatchRefusal(index=index, code="onboarding.fault", detail=fault(error, "batch")))
                progress.step("refused")
            else:
                progress.step(onboarded.connection.state)

        await bounded(enumerate(wanted.intents), onboard)
        funnel = await self._funnels.funnel(tenant, NAMESPACE)
        progress.end()
        log.info("Batch onboarded", batch_id=progress.id, received=len(wanted.intents), refused=len(refused))
        for line in funnel.lines:
            log.info("Summary", line=line)
        return BatchReport(
            batch_id=progress.id,
            received=len(wanted.intents),
            onboarded=len(wanted.intents) - len(refused),
            refused=sorted(refused, key=lambda each: each.index),
            funnel=funnel,
        )
