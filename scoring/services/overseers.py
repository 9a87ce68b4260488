"""The chair and the Sekretariat as persons: stepping aside from a nomination. What a conflict forbids: `conflicts`."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.models import ConflictDeclaration
from scoring.policies import can_declare, can_step_aside
from scoring.selectors.assignments import live_assignment, with_facts
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
