"""The workflow as a table that one can print: (status, action) → target, roles, reason, window.

Pure. `nominations.services.transitions` is the only writer of a status and obeys this table for everybody, superusers
included.
"""

from dataclasses import dataclass

from accounts.enums import Role
from nominations.enums import Action, Status, WindowKind


@dataclass(frozen=True, slots=True)
class Transition:
    target: Status
    roles: frozenset[Role]
    needs_reason: bool = False
    window: WindowKind | None = None


_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_SECRETARIAT = frozenset({Role.VERIFIER, Role.MINISTRY_ADMIN})
_CHAIR = frozenset({Role.PANEL_CHAIR})
_ADMIN = frozenset({Role.MINISTRY_ADMIN})
# No person: carried out by the system when the certificate is rendered.
_SYSTEM: frozenset[Role] = frozenset()

S, A, W = Status, Action, WindowKind
_WITHDRAW = Transition(S.WITHDRAWN, _DISTRICT, needs_reason=True)

TABLE: dict[tuple[Status, Action], Transition] = {
    (S.DRAFT, A.SUBMIT): Transition(S.SUBMITTED, _DISTRICT, window=W.NOMINATION),
    (S.DRAFT, A.WITHDRAW): _WITHDRAW,
    (S.SUBMITTED, A.START_VERIFICATION): Transition(S.UNDER_VERIFICATION, _SECRETARIAT),
    (S.SUBMITTED, A.WITHDRAW): _WITHDRAW,
    (S.UNDER_VERIFICATION, A.RETURN_FOR_REPAIR): Transition(S.RETURNED, _SECRETARIAT, needs_reason=True),
    (S.UNDER_VERIFICATION, A.DECLARE_INELIGIBLE): Transition(S.INELIGIBLE, _SECRETARIAT, needs_reason=True),
    (S.UNDER_VERIFICATION, A.DECLARE_ELIGIBLE): Transition(S.ELIGIBLE, _SECRETARIAT),
    (S.UNDER_VERIFICATION, A.WITHDRAW): _WITHDRAW,
    (S.RETURNED, A.RESUBMIT): Transition(S.SUBMITTED, _DISTRICT, window=W.CORRECTION),
    (S.RETURNED, A.WITHDRAW): _WITHDRAW,
    (S.ELIGIBLE, A.OPEN_ASSESSMENT): Transition(S.IN_ASSESSMENT, _SECRETARIAT),
    (S.RE_EVALUATION, A.OPEN_ASSESSMENT): Transition(S.IN_ASSESSMENT, _SECRETARIAT),
    (S.IN_ASSESSMENT, A.ELIMINATE): Transition(S.ELIMINATED, _CHAIR, needs_reason=True),
    (S.ELIMINATED, A.REINSTATE): Transition(S.IN_ASSESSMENT, _CHAIR, needs_reason=True),
    (S.IN_ASSESSMENT, A.SEND_TO_PLENARY): Transition(S.IN_PLENARY, _CHAIR),
    (S.IN_PLENARY, A.RECALL_FROM_PLENARY): Transition(S.IN_ASSESSMENT, _CHAIR, needs_reason=True),
    (S.IN_PLENARY, A.RECOMMEND): Transition(S.RECOMMENDED, _CHAIR),
    (S.IN_PLENARY, A.NOT_RECOMMEND): Transition(S.NOT_RECOMMENDED, _CHAIR, needs_reason=True),
    (S.RECOMMENDED, A.RETURN_TO_PLENARY): Transition(S.IN_PLENARY, _CHAIR, needs_reason=True),
    (S.NOT_RECOMMENDED, A.RETURN_TO_PLENARY): Transition(S.IN_PLENARY, _CHAIR, needs_reason=True),
    (S.RECOMMENDED, A.DECIDE): Transition(S.DECIDED, _ADMIN),
    (S.DECIDED, A.AWARD): Transition(S.AWARDED, _SYSTEM),
}


def transition(status: str, action: Action) -> Transition | None:
    """The row of the table, or None when the action is not possible in that status."""
    return TABLE.get((Status(status), action))


def actions_for(status: str, roles: frozenset[Role]) -> list[Action]:
    """What these roles may do in that status, in the table's order."""
    return [action for (at, action), row in TABLE.items() if at == status and row.roles & roles]
