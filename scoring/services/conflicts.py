"""Who has a conflict changes nothing about that nomination, whatever the role: by the own word, or by the data."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotPermitted, RuleBroken
from nominations.models import Nomination
from scoring.models import RoomConflict
from scoring.rules import Conflict, conflict_text
from scoring.selectors.people import detected_conflicts, recused_from, recused_nominations


def refuse_conflicted(actor: Any, nomination: Nomination) -> None:
    """Raises NotPermitted for an actor against whom the data speak as they would against a scorer. Twelve queries."""
    kind = detected_conflicts(nomination.period_id, [actor.pk], [nomination.pk]).get((nomination.pk, actor.pk))
    if kind:
        raise NotPermitted(
            _("Anda mempunyai benturan kepentingan: %(why)s Minta orang lain dengan peran yang sama melakukannya.")
            % {"why": conflict_text(Conflict(kind, ""))}
        )


def refuse_conflicted_in(actor: Any, period_id: int, nominations: Collection[int]) -> None:
    """The same for what touches several nominations at once, and as RuleBroken: the page stays. Fourteen queries.

    By what was found in the room too: who signs second, or takes a signature back, may have been in none.
    """
    found = RoomConflict.objects.filter(nomination__in=nominations, member=actor)
    declared = any(actor.pk in people for people in recused_from(nominations).values())
    if declared or found.exists() or detected_conflicts(period_id, [actor.pk], list(nominations)):
        raise RuleBroken(
            _("Anda berbenturan kepentingan atas salah satu usulan. Minta orang lain dengan peran yang sama.")
        )


def refuse_conflicted_decree(actor: Any, period_id: int, nominations: Collection[int]) -> None:
    """Raises NotPermitted for an admin who may not meet one of the round's nominations, whether the decree holds it or
    not: a refusal that came with the result would tell it. By the data for those in the decree. Thirteen queries."""
    if recused_nominations(actor, period_id) or detected_conflicts(period_id, [actor.pk], list(nominations)):
        raise NotPermitted(
            _("Anda mempunyai benturan kepentingan pada periode ini. Keputusannya dicatat dan dirilis admin lain.")
        )
