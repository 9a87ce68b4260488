"""The second person's act: results become visible, nominations are decided, certificates are wanted."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.messages import tell_decided
from certificates.models import Certificate
from certificates.policies import can_manage, can_release
from certificates.services.sending import send_wanted
from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.enums import Action, Status
from nominations.models import Nomination, Period
from nominations.services.transitions import apply_transition, lock_nomination
from scoring.models import Decision, Decree
from scoring.selectors.decrees import superseded
from scoring.services.conflicts import refuse_conflicted_decree


@transaction.atomic
def release_decree(*, decree_id: int, actor: Any, seen: str | None = None, hold: bool = False) -> Decree:
    """Publish a decree, all of it or nothing. A second call finds it released and changes nothing.

    `seen` is the preview that the actor agreed to: `recorded_at` in ISO form. With `hold` the certificates wait for
    `resume_certificates`: the results are public while giver, place and date are still open.
    Raises NotPermitted unless the actor is another admin of the ministry without a conflict in the round, StaleVersion
    when the decree was changed after the preview, RuleBroken when it is empty, its ranking was corrected since, or a
    nomination is no longer recommended with these stars. About ten queries a decision.
    """
    require(can_manage(actor))
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    if decree.released_at:
        return decree
    require(can_release(actor, decree))
    if seen is not None and seen != decree.recorded_at.isoformat():
        raise StaleVersion(_("Keputusan ini baru saja diubah. Periksa lagi isinya sebelum merilis."))
    decisions = list(Decision.objects.filter(decree=decree).order_by("nomination_id"))
    refuse_conflicted_decree(actor, decree.period_id, [one.nomination_id for one in decisions])
    if not decisions:
        raise RuleBroken(_("Keputusan ini belum berisi usulan. Pilih usulan yang ditetapkan lebih dahulu."))
    list(Nomination.objects.filter(decision__decree=decree).order_by("pk").select_for_update(of=("self",)))
    if superseded(decree).exists():
        raise RuleBroken(
            _("Peringkat yang menjadi dasar keputusan ini sudah dikoreksi. Simpan ulang daftar usulannya, lalu rilis.")
        )
    certificates = [_decide(decision, actor, hold=hold) for decision in decisions]
    if not hold:
        send_wanted([certificate.pk for certificate in certificates])
    Decree.objects.filter(pk=decree.pk).update(released_by=actor, released_at=Now())
    Period.objects.filter(pk=decree.period_id, results_released_at=None).update(results_released_at=Now())
    audit.record(actor, "decree.released", decree, number=decree.number, decisions=len(decisions))
    decree.refresh_from_db()
    return decree


def _decide(decision: Decision, actor: Any, *, hold: bool) -> Certificate:
    nomination = lock_nomination(decision.nomination_id)
    _check_recommended(decision, nomination)
    apply_transition(nomination, Action.DECIDE, actor=actor)
    state = CertificateState.HELD if hold else CertificateState.WANTED
    certificate = Certificate.objects.create(decision=decision, period=nomination.period, state=state)
    tell_decided(nomination, decision)
    return certificate


def _check_recommended(decision: Decision, nomination: Nomination) -> None:
    if nomination.status != Status.RECOMMENDED or nomination.recommendation.stars != decision.stars:
        raise RuleBroken(
            _(
                "Usulan %(usulan)s tidak lagi sesuai dengan rekomendasi pleno. Perbaiki daftar usulan dalam keputusan"
                " ini, atau minta pleno memperbaiki rekomendasinya."
            )
            % {"usulan": nomination}
        )
