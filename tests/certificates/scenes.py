"""Decrees and certificates, reached through the real services."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from certificates.models import Certificate
from certificates.services.issue import issue_certificate
from certificates.services.release import release_decree
from nominations.enums import Status
from nominations.models import Nomination, Period
from scoring.enums import Outcome
from scoring.models import (
    Decree,
    PlenarySession,
    RankingCorrection,
    RankingEntry,
    RankingSnapshot,
    Recommendation,
)
from scoring.selectors.rankings import in_force
from scoring.services.decrees import DecreeFacts, record_decree
from tests import factories
from tests.factories import make_user, someone

_serial = count(1)
OTHERS = ["officer_a", "province", "verifier", "assessor_batik", "juror", "chair", "auditor"]


def facts(**changes: Any) -> DecreeFacts:
    values = {
        "number": f"{next(_serial)} Tahun 2026",
        "title": "Penerima Penghargaan OVOP Tahun 2026",
        "decided_on": date(2026, 1, 15),
        "signatory_title": "Menteri Perindustrian Republik Indonesia",
        "signatory_name": "Nama Pejabat",
        "place": "Jakarta",
    }
    return DecreeFacts(**(values | changes))


def session(period: Period) -> PlenarySession:
    known = PlenarySession.objects.filter(period=period).first()
    chair = someone(Role.PANEL_CHAIR)
    return known or PlenarySession.objects.create(
        period=period, held_on=date(2026, 1, 10), place="Jakarta", chair=chair, recorded_by=chair
    )


def recommend(nomination: Nomination, stars: int | None, opened: Iterable[int] = ()) -> Nomination:
    """The plenary's word on a recommended nomination, in a signed ranking, without the sheets that lead to it.

    `opened` are the categories of `unseal`, which are sealed again with it.
    """
    Recommendation.objects.create(
        nomination=nomination,
        session=session(nomination.period),
        outcome=Outcome.RECOMMENDED,
        stars=stars,
        recorded_by=someone(Role.PANEL_CHAIR),
    )
    for category in {*opened, nomination.category_id}:
        seal(nomination.period, category)
    return nomination


def unseal(award: str) -> list[int]:
    """A confirmed correction of every signed ranking of the award; returns the categories."""
    rankings = list(in_force().filter(period__award=award))
    for ranking in rankings:
        RankingCorrection.objects.create(
            ranking=ranking,
            reason="Usulan menyusul.",
            opened_by=someone(Role.PANEL_CHAIR),
            confirmed_by=someone(Role.MINISTRY_ADMIN),
            confirmed_at=timezone.now(),
        )
    return [ranking.category_id for ranking in rankings]


def seal(period: Period, category: int) -> RankingSnapshot:
    """The next signed ranking of the category, with everything that is recommended in it."""
    ranking = RankingSnapshot.objects.create(
        period=period,
        category_id=category,
        version=RankingSnapshot.objects.filter(period=period, category=category).count() + 1,
        content="{}",
        sha256="0" * 64,
        signed_by_1=someone(Role.PANEL_CHAIR),
    )
    words = Recommendation.objects.filter(nomination__period=period, nomination__category=category)
    RankingEntry.objects.bulk_create(
        RankingEntry(
            ranking=ranking,
            nomination_id=word.nomination_id,
            rank=place,
            score=90,
            outcome=word.outcome,
            stars=word.stars,
        )
        for place, word in enumerate(words.order_by("pk"), start=1)
    )
    RankingSnapshot.objects.filter(pk=ranking.pk).update(
        signed_by_2=someone(Role.MINISTRY_ADMIN), signed_at_2=timezone.now()
    )
    return ranking


def ovop(stars: int = 3, **fields: Any) -> Nomination:
    opened = unseal("ovop")
    return recommend(factories.make_ovop_nomination(Status.RECOMMENDED, **fields), stars, opened)


def upakarti(**fields: Any) -> Nomination:
    opened = unseal("upakarti")
    return recommend(factories.make_upakarti_nomination(Status.RECOMMENDED, **fields), None, opened)


def admin(name: str) -> User:
    return make_user(Role.MINISTRY_ADMIN, name=name, is_staff=True)


def recorded(nominations: Iterable[Nomination], actor: User | None = None, **changes: Any) -> Decree:
    chosen = list(nominations)
    return record_decree(
        period_id=chosen[0].period_id,
        facts=facts(**changes),
        nomination_ids=[nomination.pk for nomination in chosen],
        actor=actor or admin("Pencatat"),
    )


def released(nominations: Iterable[Nomination], **changes: Any) -> list[Certificate]:
    """Certificates that are wanted, in the order of the nominations."""
    decree = release_decree(decree_id=recorded(nominations, **changes).pk, actor=admin("Perilis"))
    return list(Certificate.objects.filter(decision__decree=decree).order_by("decision__nomination_id"))


def issued(nomination: Nomination | None = None, **changes: Any) -> Certificate:
    certificate = released([nomination or ovop()], **changes)[0]
    assert issue_certificate(certificate.pk)
    certificate.refresh_from_db()
    return certificate


def more_stars(star: Nomination, count: int, **fields: Any) -> list[Nomination]:
    """Bare rows beside an awarded nomination, without entries, for pages that are to cost the same for any number."""
    known = Nomination.objects.count()
    return Nomination.objects.bulk_create(
        Nomination(
            period=star.period,
            category=star.category,
            region=star.region,
            subject_key=f"star:{number}",
            reference=f"OVOP-2026-3375-9{number:06}",
            title="Pemegang",
            status=Status.AWARDED,
            created_by=star.created_by,
            **fields,
        )
        for number in range(known, known + count)
    )
