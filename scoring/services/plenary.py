"""The plenary: its sessions, who is in the room, and what it recommends. The ministry decides afterwards by decree."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Action
from nominations.models import Nomination, Period
from nominations.policies import can_act
from nominations.services.transitions import apply_transition, lock_nomination
from scoring.enums import Outcome, VoteChoice
from scoring.models import AwardCap, Decision, FinalResult, PlenarySession, Recommendation, Vote
from scoring.policies import is_chair
from scoring.rules import cap_key, votes_carry
from scoring.selectors.people import Room, room_of
from scoring.selectors.plenary import cap_states
from scoring.selectors.stages import bands_of, stages_of
from scoring.services.agenda import fill_agenda, fill_attendance, find_conflicts, put_on_agenda, refuse_outside
from scoring.services.conflicts import refuse_conflicted
from scoring.services.locks import refuse_if_sealed

ACTIONS = {Outcome.RECOMMENDED: Action.RECOMMEND, Outcome.NOT_RECOMMENDED: Action.NOT_RECOMMEND}
FARTHEST = timedelta(days=366)


@transaction.atomic
def record_plenary_session(
    *, period_id: int, held_on: date, place: str, attendance: str = "", quorum_percent: int = 51, actor: Any
) -> PlenarySession:
    """Plan a meeting of the panel, or record one: its members, its agenda, its quorum.

    Raises RuleBroken for a day long past or far ahead.
    """
    require(is_chair(actor))
    period = Period.objects.get(pk=period_id)
    if held_on.year < period.year - 1:
        raise RuleBroken(_("Tanggal pleno jauh sebelum periode ini. Periksa tahunnya."))
    if held_on > timezone.localdate() + FARTHEST:
        raise RuleBroken(_("Tanggal pleno lebih dari setahun lagi. Periksa tahunnya."))
    if not 1 <= quorum_percent <= 100:
        raise RuleBroken(_("Kuorum diisi dengan persen antara 1 dan 100."))
    session = PlenarySession.objects.create(
        period=period,
        held_on=held_on,
        place=place.strip(),
        attendance=attendance.strip(),
        quorum_percent=quorum_percent,
        chair=actor,
        recorded_by=actor,
    )
    fill_attendance(session)
    fill_agenda(session)
    find_conflicts(session)
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
    votes: Mapping[int, VoteChoice] | None = None,
    actor: Any,
) -> Recommendation:
    """The plenary's word on one nomination, and the transition that follows from it. No `votes` means consensus.

    Raises NotPermitted outside the plenary, or for who has to be outside the room; RuleBroken before the meeting,
    without quorum, above the cap, for stars that the award does not know, for other stars than the bands give or a
    refusal without a reason, and for votes that are not those of the room or do not carry the outcome.
    """
    nomination = lock_nomination(nomination_id)
    session = PlenarySession.objects.get(pk=session_id)
    if session.period_id != nomination.period_id:
        raise RuleBroken(_("Sidang pleno ini untuk periode lain. Pilih sidang dari periode usulan."))
    action = ACTIONS[outcome]
    require(can_act(actor, nomination, action))
    refuse_if_sealed(nomination.period_id, nomination.category_id)
    put_on_agenda(session, nomination.pk)
    room = room_for(session, [nomination.pk])
    refuse_outside(room, actor, session.period_id, [nomination.pk])
    final = FinalResult.objects.get(nomination=nomination)
    reason = reason.strip()
    if outcome is Outcome.RECOMMENDED:
        _check_stars(stars, final, {band.stars for band in bands_of(stages_of(nomination))}, reason)
        _refuse_above_cap(nomination)
    elif stars is not None:
        raise RuleBroken(_("Bintang hanya untuk usulan yang direkomendasikan."))
    elif not reason:
        raise RuleBroken(_("Tulis alasan pleno tidak merekomendasikan usulan ini."))
    given = dict(votes or {})
    _check_votes(given, room, outcome)
    recommendation = Recommendation.objects.create(
        nomination=nomination,
        session=session,
        outcome=outcome,
        stars=stars,
        reason=reason,
        present=len(room.present),
        recused=len(room.outside),
        recorded_by=actor,
    )
    Vote.objects.bulk_create(
        Vote(recommendation=recommendation, member_id=member, choice=choice) for member, choice in given.items()
    )
    audit.record(actor, "scoring.recommendation_recorded", nomination, outcome=outcome, stars=stars, votes=given)
    apply_transition(nomination, action, actor=actor, reason=reason)
    return recommendation


@transaction.atomic
def withdraw_recommendation(*, nomination_id: int, reason: str, actor: Any) -> None:
    """Bring a nomination back before the plenary, for example when the Minister asks for other stars.

    What was recommended stays in the audit trail. Raises NotPermitted for all but the chair, and for a chair who had to
    be outside or has a conflict now; RuleBroken without a reason, once a decree holds the nomination, or once the
    ranking is signed.
    """
    nomination = lock_nomination(nomination_id)
    require(can_act(actor, nomination, Action.RETURN_TO_PLENARY))
    recommendation = Recommendation.objects.select_related("session").get(nomination=nomination)
    room = room_of(recommendation.session, [nomination.pk])
    refuse_outside(room, actor, nomination.period_id, [nomination.pk])
    refuse_conflicted(actor, nomination)
    if Decision.objects.filter(nomination=nomination).exists():
        raise RuleBroken(_("Usulan ini sudah ada dalam keputusan. Minta admin mengeluarkannya lebih dahulu."))
    refuse_if_sealed(nomination.period_id, nomination.category_id)
    apply_transition(nomination, Action.RETURN_TO_PLENARY, actor=actor, reason=reason)
    audit.record(
        actor,
        "scoring.recommendation_withdrawn",
        nomination,
        outcome=recommendation.outcome,
        stars=recommendation.stars,
        reason=recommendation.reason,
        votes=dict(recommendation.votes.values_list("member", "choice")),
    )
    recommendation.delete()


def room_for(session: PlenarySession, nomination_ids: list[int]) -> Room:
    """The room that may decide on these now. Raises RuleBroken before the meeting or below the quorum. Two queries."""
    if session.is_ahead:
        raise RuleBroken(_("Tanggal pleno belum terjadi. Putusan dicatat sejak hari sidang."))
    room = room_of(session, nomination_ids)
    if not room.has_quorum:
        raise RuleBroken(
            _(
                "Kuorum belum tercapai: hadir %(present)d, diperlukan %(needed)d dari %(members)d anggota yang tidak"
                " berbenturan kepentingan. Catat kehadiran lebih dahulu."
            )
            % {
                "present": len(room.present),
                "needed": room.needed,
                "members": len(room.present) + len(room.away),
            }
        )
    return room


def _check_votes(votes: dict[int, VoteChoice], room: Room, outcome: Outcome) -> None:
    if not votes:
        return
    if set(votes) != {member.pk for member in room.present}:
        raise RuleBroken(_("Catat suara setiap anggota yang ada di ruangan, atau kosongkan semua bila mufakat."))
    if not votes_carry(votes.values(), recommend=outcome is Outcome.RECOMMENDED):
        raise RuleBroken(_("Putusan tidak sesuai dengan suara: yang setuju harus lebih banyak daripada yang menolak."))


def _refuse_above_cap(nomination: Nomination) -> None:
    """Binding caps are locked first: two recorders cannot both give the last place."""
    caps = AwardCap.objects.filter(period=nomination.period_id, binding=True)
    list(caps.order_by("pk").select_for_update().values_list("pk"))
    commodity = nomination.category.commodity_id
    for state in cap_states(nomination.period_id):
        key = cap_key(state.cap.per, region=nomination.region_id, commodity=commodity)
        concerns = state.cap.category_id in (None, nomination.category_id)
        if state.cap.binding and concerns and state.is_full(key):
            where = state.cap.category.label if state.cap.category else _("periode ini")
            if state.cap.per:
                where = _("%(where)s untuk %(place)s") % {"where": where, "place": state.names[key]}
            raise RuleBroken(
                _(
                    "Batas penerima %(where)s sudah penuh: %(used)d dari %(cap)d. Kembalikan satu usulan ke pleno bila"
                    " usulan ini yang diutamakan."
                )
                % {"where": where, "used": state.used[key], "cap": state.cap.max_awards}
            )


def _check_stars(stars: int | None, final: FinalResult, known: set[int], reason: str) -> None:
    if (stars is None) == bool(known) or (stars is not None and stars not in known):
        raise RuleBroken(
            _("Pilih jumlah bintang yang direkomendasikan.") if known else _("Penghargaan ini tidak memakai bintang.")
        )
    if stars != final.stars and not reason:
        raise RuleBroken(_("Bintang berbeda dari hasil nilai. Tulis alasan pleno."))
