"""Recording the Minister's decree. It is released by another person, in `certificates.services.release`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from core import audit
from core.errors import NotPermitted, RuleBroken
from nominations.enums import Status
from nominations.models import Nomination
from scoring.enums import Outcome
from scoring.models import Decision, Decree, RankingEntry
from scoring.selectors.rankings import entries_in_force, in_force
from scoring.services.conflicts import refuse_conflicted_decree


@dataclass(frozen=True, slots=True)
class DecreeFacts:
    """What is written on the decree."""

    number: str
    title: str
    decided_on: date
    signatory_title: str
    signatory_name: str
    place: str


@transaction.atomic
def record_decree(*, period_id: int, facts: DecreeFacts, nomination_ids: Iterable[int], actor: Any) -> Decree:
    """A decree with its decisions, not yet released. Stars are those of the ranking that two persons signed.

    Raises NotPermitted unless the actor is an admin of the ministry without a conflict in the round; RuleBroken for a
    date to come, or a nomination of another period, in another decree or not recommended in a signed ranking. Queries
    do not grow with the number of nominations.
    """
    wanted = set(nomination_ids)
    _check(facts, actor)
    refuse_conflicted_decree(actor, period_id, wanted)
    decree = Decree.objects.create(period_id=period_id, recorded_by=actor, **asdict(facts))
    decree.refresh_from_db(fields=["recorded_at"])
    _set_decisions(decree, wanted)
    audit.record(actor, "decree.recorded", decree, number=facts.number, nominations=sorted(wanted))
    return decree


@transaction.atomic
def change_decree(*, decree_id: int, facts: DecreeFacts, nomination_ids: Iterable[int], actor: Any) -> Decree:
    """Change a decree that is not released; `nomination_ids` is the whole new list.

    Who changes it becomes the person who recorded it, and so cannot release it. Raises as `record_decree` does, and
    NotPermitted after the release.
    """
    wanted = set(nomination_ids)
    _check(facts, actor)
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    held = decree.decisions.values_list("nomination", flat=True)
    refuse_conflicted_decree(actor, decree.period_id, wanted.union(held))
    if decree.released_at:
        raise NotPermitted(_("Keputusan ini sudah dirilis sehingga tidak dapat diubah."))
    Decree.objects.filter(pk=decree.pk).update(recorded_by=actor, recorded_at=Now(), **asdict(facts))
    _set_decisions(decree, wanted)
    audit.record(actor, "decree.changed", decree, number=facts.number, nominations=sorted(wanted))
    decree.refresh_from_db()
    return decree


def _check(facts: DecreeFacts, actor: Any) -> None:
    if not actor.has_role(Role.MINISTRY_ADMIN):
        raise NotPermitted(_("Hanya admin kementerian yang dapat mencatat keputusan Menteri."))
    if facts.decided_on > timezone.localdate():
        raise RuleBroken(_("Tanggal keputusan belum terjadi. Isi tanggal hari ini atau sebelumnya."))


def _set_decisions(decree: Decree, wanted: set[int]) -> None:
    Decision.objects.filter(decree=decree).exclude(nomination__in=wanted, ranking__in=in_force()).delete()
    added = wanted - set(Decision.objects.filter(decree=decree).values_list("nomination_id", flat=True))
    nominations = _locked(added)
    if len(nominations) < len(added):
        raise RuleBroken(_("Usulan yang dipilih tidak ditemukan. Muat ulang halaman, lalu pilih lagi."))
    signed = {entry.nomination_id: entry for entry in entries_in_force().filter(nomination__in=added)}
    for nomination in nominations:
        _check_decidable(decree, nomination, signed.get(nomination.pk))
    Decision.objects.bulk_create(
        Decision(
            decree=decree,
            nomination=nomination,
            stars=signed[nomination.pk].stars,
            ranking_id=signed[nomination.pk].ranking_id,
        )
        for nomination in nominations
    )


def _locked(nomination_ids: set[int]) -> list[Nomination]:
    """Locked first and read afterwards: a read that waits for the lock would still show what was before it."""
    rows = Nomination.objects.filter(pk__in=nomination_ids).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    return list(rows.select_related("decision"))


def _check_decidable(decree: Decree, nomination: Nomination, entry: RankingEntry | None) -> None:
    if nomination.period_id != decree.period_id:
        raise RuleBroken(_("Usulan %(usulan)s bukan dari periode keputusan ini.") % {"usulan": nomination})
    if hasattr(nomination, "decision"):
        raise RuleBroken(_("Usulan %(usulan)s sudah ada dalam keputusan lain.") % {"usulan": nomination})
    if nomination.status != Status.RECOMMENDED or entry is None or entry.outcome != Outcome.RECOMMENDED:
        raise RuleBroken(
            _("Usulan %(usulan)s belum direkomendasikan dalam peringkat yang ditandatangani dua orang.")
            % {"usulan": nomination}
        )
