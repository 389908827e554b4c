"""How long to wait before the next try: tenacity's exponential wait with jitter, counted by whoever retries."""

from tenacity import AsyncRetrying, RetryCallState
from tenacity.wait import wait_exponential_jitter


class Backoff:
    """`first_s` doubling to `most_s`, with up to `first_s` of jitter."""

    def __init__(self, first_s: float, most_s: float) -> None:
        self._wait = wait_exponential_jitter(multiplier=first_s, max=most_s, jitter=first_s)

    def seconds(self, failures: int) -> float:
        """Before the next try, after so many failures in a row (1 or more)."""
        call = RetryCallState(AsyncRetrying(), None, (), {})  # only its attempt number is read
        call.attempt_number = max(1, failures)
        return float(self._wait(call))
