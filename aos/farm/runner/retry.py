"""The one layer of retries of a job: pushes, pages of a source and pages read back, each `retry_count` times."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from aos.core.log import Log
from aos.core.module import Core
from aos.farm.runner.faults import Transient

T = TypeVar("T")
FIRST_S, MOST_S = 0.2, 10.0
LONGEST_ASKED_S = 60.0  # of a Retry-After that is obeyed

log = Log("farm")


async def tried(core: Core, retries: int, what: str, call: Callable[[], Awaitable[T]]) -> T:
    """What `call` gives; after a `Transient` it is called again, at most `retries` times. `what` is a metric's label:
    push, source or read_back."""
    backoff = wait_random_exponential(multiplier=FIRST_S, max=MOST_S)

    def wait(state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.wait_s if isinstance(fault, Transient) else 0.0
        return max(float(backoff(state)), min(asked, LONGEST_ASKED_S))

    def note(state: RetryCallState) -> None:
        core.metrics.farm_retries.labels(what).inc()
        why = str(state.outcome.exception()) if state.outcome else ""
        log.warning("A call of a job is tried again", what=what, attempt=state.attempt_number, why=why)

    retrying = AsyncRetrying(
        sleep=core.clock.sleep,
        stop=stop_after_attempt(retries + 1),
        wait=wait,
        retry=retry_if_exception_type(Transient),
        before_sleep=note,
        reraise=True,
    )
    return await retrying(call)
