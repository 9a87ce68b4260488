"""Decrees and certificates, reached through the real services."""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from accounts.enums import Role
from accounts.models import User
from certificates.models import Certificate
from certificates.services.issue import issue_certificate
from certificates.services.release import release_decree
from nominations.enums import Status
from nominations.models import Nomination, Period
from scoring.enums import Outcome
from scoring.models import Decree, PlenarySession, Recommendation
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
    return known or PlenarySession.objects.create(
        period=period,
        held_on=date(2026, 1, 10),
        place="Jakarta",
        attendance="Panel",
        recorded_by=someone(Role.PANEL_CHAIR),
    )


def recommend(nomination: Nomination, stars: int | None) -> Nomination:
    """The plenary's word on a recommended nomination, without the sheets that lead to it."""
    Recommendation.objects.create(
        nomination=nomination,
        session=session(nomination.period),
        outcome=Outcome.RECOMMENDED,
        stars=stars,
        recorded_by=someone(Role.PANEL_CHAIR),
    )
    return nomination


def ovop(stars: int = 3, **fields: Any) -> Nomination:
    return recommend(factories.make_ovop_nomination(Status.RECOMMENDED, **fields), stars)


def upakarti(**fields: Any) -> Nomination:
    return recommend(factories.make_upakarti_nomination(Status.RECOMMENDED, **fields), None)


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
