"""What a policy answers: yes, or no with the reason in the reader's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(allowed=True)


def denied(reason: str) -> Verdict:
    """A refusal; the reason is shown to the person as it stands."""
    return Verdict(allowed=False, reason=reason)
