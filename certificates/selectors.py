"""Reads for the public page and for the release of a decree."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery

from certificates.enums import CertificateState
from certificates.models import Certificate, DecreeCorrection
from nominations.models import Snapshot, StarReview
from nominations.selectors.reviews import reviews_with_renewal
from scoring.models import Decision, Decree
from scoring.selectors.decrees import choices_for, superseded

OVER = frozenset({CertificateState.REVOKED, CertificateState.REPLACED})
PROBLEMS_SHOWN = 5
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


def certificate_by_token(token: str) -> Certificate | None:
    """What the QR code of a certificate leads to; None for anything that is not public. At most one query."""
    if not TOKEN.fullmatch(token):
        return None
    return Certificate.objects.public().filter(token=token).first()


def certificate_by_file(sha256: str) -> Certificate | None:
    """The certificate whose issued file this is, byte for byte. One query."""
    return Certificate.objects.public().filter(sha256=sha256).first()


def expiring(first: date, last: date) -> QuerySet[Certificate]:
    """Certificates in force whose last day is in these days, by serial. One query."""
    rows = Certificate.objects.filter(state=CertificateState.ISSUED, valid_until__range=(first, last))
    return rows.select_related("decision__nomination").order_by("serial")


@dataclass(frozen=True, slots=True)
class Batch:
    """How far the certificates of a decree have come; `problems` are those that somebody has to look at."""

    states: dict[str, int]
    problems: list[Certificate]

    @property
    def total(self) -> int:
        """What is in force or will be; a replaced or revoked one is no part of the work."""
        return sum(number for state, number in self.states.items() if state not in OVER)

    @property
    def issued(self) -> int:
        return self.states.get(CertificateState.ISSUED, 0)

    @property
    def busy(self) -> int:
        return self.states.get(CertificateState.WANTED, 0) + self.states.get(CertificateState.RENDERING, 0)

    @property
    def waiting(self) -> int:
        """What stands still until a person goes on."""
        return self.states.get(CertificateState.HELD, 0) + self.states.get(CertificateState.FAILED, 0)


def batch_of(decree: Decree) -> Batch:
    """Two queries."""
    rows = Certificate.objects.filter(decision__decree=decree)
    return Batch(
        states=dict(rows.order_by("state").values_list("state").annotate(Count("pk"))),
        problems=list(
            rows.filter(state__in=[CertificateState.HELD, CertificateState.FAILED])
            .exclude(last_error="")
            .select_related("decision__nomination")
            .order_by("pk")[:PROBLEMS_SHOWN]
        ),
    )


def corrections_of(decree: Decree) -> tuple[list[DecreeCorrection], DecreeCorrection | None]:
    """Those that are closed, oldest first, and the one that waits for a second person. One query."""
    rows = list(decree.corrections.select_related("proposed_by", "closed_by").order_by("pk"))
    return [row for row in rows if row.closed_at], next((row for row in rows if not row.closed_at), None)


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """What a release publishes, for the person who agrees to it."""

    decisions: list[Decision]
    by_stars: list[tuple[int | None, int]]
    left_out: int
    mismatched: list[Decision]


def release_preview(decree: Decree) -> ReleasePreview:
    """The decisions with the holders' names as they will be printed, and what deserves a second look. Four queries."""
    rows = decisions_of(decree)
    gone = set(superseded(decree).values_list("pk", flat=True))
    return ReleasePreview(
        decisions=list(rows),
        by_stars=list(
            Decision.objects.filter(decree=decree).values_list("stars").annotate(Count("pk")).order_by("-stars")
        ),
        left_out=choices_for(decree).filter(decision=None).count(),
        mismatched=[row for row in rows if row.pk in gone or row.stars != row.nomination.recommendation.stars],
    )


def decisions_of(decree: Decree) -> QuerySet[Decision]:
    """Decisions with nomination, region, category, recommendation and `holder`, the newest snapshot's. One query."""
    newest = Snapshot.objects.filter(nomination=OuterRef("nomination")).order_by("-number")
    rows = Decision.objects.filter(decree=decree).annotate(holder=Subquery(newest.values("data__holder")[:1]))
    joined = rows.select_related("nomination__region__parent", "nomination__category", "nomination__recommendation")
    return joined.order_by("nomination__category__order", "-stars", "nomination__reference")


def review_rows(reviews: QuerySet[StarReview]) -> QuerySet[StarReview]:
    """Re-evaluations with `stars_before` and, once released, `stars_after`, newest first. One query when read."""
    renewed = Decision.objects.filter(nomination__review=OuterRef("pk"), decree__released_at__isnull=False)
    won = Decision.objects.filter(nomination=OuterRef("star"))
    rows = reviews_with_renewal(reviews).annotate(
        stars_before=Subquery(won.values("stars")[:1]), stars_after=Subquery(renewed.values("stars")[:1])
    )
    return rows.order_by("-pk")
