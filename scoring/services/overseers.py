"""The chair and the Sekretariat as persons: stepping aside from a nomination, and acts that a conflict forbids."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotPermitted, RuleBroken
from core.http import require
from nominations.models import Nomination
from nominations.services.transitions import lock_nomination
from scoring.models import ConflictDeclaration
from scoring.policies import can_declare, can_step_aside
from scoring.rules import Conflict, conflict_text
from scoring.selectors.assignments import live_assignment, with_facts
from scoring.selectors.people import detected_conflicts
from scoring.services.assignments import step_back
from scoring.services.replacements import propose_replacements


@transaction.atomic
def step_aside(*, nomination_id: int, reason: str, actor: Any) -> ConflictDeclaration:
    """From now on the nomination is nowhere for this person, in whatever role; the other chairs are told.

    Raises NotPermitted, RuleBroken without a reason, or when the person's own scores count in a closed stage.
    """
    nomination = lock_nomination(nomination_id)
    require(can_step_aside(actor, nomination))
    if not reason.strip():
        raise RuleBroken(_("Jelaskan benturan kepentingan Anda."))
    live = list(with_facts(live_assignment(actor, nomination_id)))
    if live and not any(can_declare(actor, assignment) for assignment in live):
        raise RuleBroken(
            _(
                "Nilai Anda sendiri sudah masuk ke tahap yang ditutup. Minta ketua panel lain membuka kembali tahap"
                " itu, lalu nyatakan benturan kepentingan Anda."
            )
        )
    declaration = step_back(nomination, live, reason=reason.strip(), actor=actor)
    propose_replacements(live)
    return declaration


def refuse_conflicted(actor: Any, nomination: Nomination) -> None:
    """Raises NotPermitted for a chair against whom the data speak as they would against a scorer. Twelve queries."""
    kind = detected_conflicts(nomination.period_id, [actor.pk], [nomination.pk]).get((nomination.pk, actor.pk))
    if kind:
        raise NotPermitted(
            _("Anda mempunyai benturan kepentingan: %(why)s Minta ketua panel lain melakukannya.")
            % {"why": conflict_text(Conflict(kind, ""))}
        )
