"""What can keep a job from ending well."""

from aos.core.errors import Final, SourceFault


class JobFault(Final):
    """The job can't go on. `extra["next_action"]` says what a person does about it."""

    status, title, code = 409, "The job can't go on", "farm.job"

    def __init__(self, message: str, next_action: str) -> None:
        super().__init__(message, next_action=next_action)
        self.next_action = next_action


class NoBlueprint(JobFault):
    """DCL's 422 NO_MATCHING_PIPE: structure and content are misaligned. Never retried (source 003)."""


class Transient(SourceFault):
    """A call that may go better at the next try; `wait_s` is what the other side asked for."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message, code="farm.transient")
        self.wait_s = wait_s
