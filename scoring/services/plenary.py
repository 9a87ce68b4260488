"""What the plenary recommends. The ministry decides afterwards by decree."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Action
from nominations.models import Period
from nominations.policies import can_act
from nominations.services.transitions import apply_transition, lock_nomination
from scoring.enums import Outcome
from scoring.models import Decision, FinalResult, PlenarySession, Recommendation
from scoring.policies import is_chair
from scoring.selectors.stages import bands_of, stages_of

ACTIONS = {Outcome.RECOMMENDED: Action.RECOMMEND, Outcome.NOT_RECOMMENDED: Action.NOT_RECOMMEND}


@transaction.atomic
def record_plenary_session(*, period_id: int, held_on: date, place: str, attendance: str, actor: Any) -> PlenarySession:
    """A meeting of the panel; recommendations refer to it. Raises RuleBroken for a date to come or long past."""
    require(is_chair(actor))
    period = Period.objects.get(pk=period_id)
    if held_on > timezone.localdate():
        raise RuleBroken(_("Tanggal pleno belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    if held_on.year < period.year - 1:
        raise RuleBroken(_("Tanggal pleno jauh sebelum periode ini. Periksa tahunnya."))
    session = PlenarySession.objects.create(
        period=period, held_on=held_on, place=place.strip(), attendance=attendance.strip(), recorded_by=actor
    )
    audit.record(actor, "scoring.plenary_recorded", session, period=period_id)
    return session


@transaction.atomic
def record_recommendation(
    *,
    nomination_id: int,
    session_id: int,
    outcome: Outcome,
    stars: int | None = None,
    reason: str = "",
    actor: Any,
) -> Recommendation:
    """The plenary's word on one nomination, and the transition that follows from it.

    Raises NotPermitted outside the plenary, RuleBroken for stars that the award does not know, for other stars than
    the bands give without a reason, or for a refusal without a reason.
    """
    nomination = lock_nomination(nomination_id)
    session = PlenarySession.objects.get(pk=session_id)
    if session.period_id != nomination.period_id:
        raise RuleBroken(_("Sidang pleno ini untuk periode lain. Pilih sidang dari periode usulan."))
    action = ACTIONS[outcome]
    require(can_act(actor, nomination, action))
    final = FinalResult.objects.get(nomination=nomination)
    reason = reason.strip()
    if outcome is Outcome.RECOMMENDED:
        _check_stars(stars, final, {band.stars for band in bands_of(stages_of(nomination))}, reason)
    elif stars is not None:
        raise RuleBroken(_("Bintang hanya untuk usulan yang direkomendasikan."))
    elif not reason:
        raise RuleBroken(_("Tulis alasan pleno tidak merekomendasikan usulan ini."))
    recommendation = Recommendation.objects.create(
        nomination=nomination, session=session, outcome=outcome, stars=stars, reason=reason, recorded_by=actor
    )
    audit.record(actor, "scoring.recommendation_recorded", nomination, outcome=outcome, stars=stars)
    apply_transition(nomination, action, actor=actor, reason=reason)
    return recommendation


@transaction.atomic
def withdraw_recommendation(*, nomination_id: int, reason: str, actor: Any) -> None:
    """Bring a nomination back before the plenary, for example when the Minister asks for other stars.

    What was recommended stays in the audit trail. Raises NotPermitted for all but the chair, RuleBroken without a
    reason or once a decree holds the nomination.
    """
    nomination = lock_nomination(nomination_id)
    require(can_act(actor, nomination, Action.RETURN_TO_PLENARY))
    if Decision.objects.filter(nomination=nomination).exists():
        raise RuleBroken(_("Usulan ini sudah ada dalam keputusan. Minta admin mengeluarkannya lebih dahulu."))
    recommendation = Recommendation.objects.get(nomination=nomination)
    apply_transition(nomination, Action.RETURN_TO_PLENARY, actor=actor, reason=reason)
    audit.record(
        actor,
        "scoring.recommendation_withdrawn",
        nomination,
        outcome=recommendation.outcome,
        stars=recommendation.stars,
        reason=recommendation.reason,
    )
    recommendation.delete()


def _check_stars(stars: int | None, final: FinalResult, known: set[int], reason: str) -> None:
    if (stars is None) == bool(known) or (stars is not None and stars not in known):
        raise RuleBroken(
            _("Pilih jumlah bintang yang direkomendasikan.") if known else _("Penghargaan ini tidak memakai bintang.")
        )
    if stars != final.stars and not reason:
        raise RuleBroken(_("Bintang berbeda dari hasil nilai. Tulis alasan pleno."))
