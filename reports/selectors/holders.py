"""Reads of the public pages: certificates that were issued, and nothing of them that is not printed."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.cache import caches
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate
from reports.models import ArchiveRound, Publication

TOTALS_SECONDS = 300
NEAREST = 200


def issued() -> QuerySet[Certificate]:
    """Certificates that nobody revoked or replaced, of all rounds."""
    return Certificate.objects.filter(state=CertificateState.ISSUED)


def in_force(day: date) -> Q:
    return Q(valid_until=None) | Q(valid_until__gte=day)


def named(rows: QuerySet[Certificate], name: str) -> QuerySet[Certificate]:
    """Those whose names contain what was typed; when there is none, some that resemble it. Two queries at most."""
    text = name.upper()
    containing = rows.filter(holder_search__contains=text)
    if containing.exists():
        return containing
    alike = rows.filter(holder_search__trigram_word_similar=text).order_by().values_list("pk", flat=True)
    return rows.filter(pk__in=list(alike[:NEAREST]))


def holder_of(award: str, year: int, number: int) -> Certificate | None:
    """The certificate of that number, also when it was replaced; None when it is not public. One query."""
    rows = Certificate.objects.filter(state__in=[CertificateState.ISSUED, CertificateState.REPLACED])
    serial = f"{award.upper()}/{year}/{number:04d}"
    return rows.filter(serial=serial).select_related("decision__nomination__product_entry").first()


def successor_of(certificate: Certificate) -> Certificate | None:
    """What is in force for the decision of a replaced certificate, or the star that renewed it, however often.

    One query, two more for each further renewal; every renewal is of a later period, so the walk ends.
    """
    star: int | None = certificate.decision.nomination_id
    while star is not None:
        renewals = Q(decision__nomination__review__star=star)
        found = issued().filter(renewals | Q(decision__nomination=star)).first()
        if found is not None:
            return found
        replaced = Certificate.objects.filter(renewals, state=CertificateState.REPLACED)
        star = replaced.values_list("decision__nomination", flat=True).first()
    return None


def publication_of(certificate: Certificate) -> Publication | None:
    """What the holder agreed to show. One query."""
    rows = Publication.objects.in_force().select_related("photo")
    return rows.filter(nomination=certificate.decision.nomination_id).first()


def others_of(certificate: Certificate) -> list[Certificate]:
    """Other stars of the same product, newest first, renewed ones too; none for a candidate. One query at most."""
    entry = getattr(certificate.decision.nomination, "product_entry", None)
    if entry is None:
        return []
    rows = Certificate.objects.filter(decision__nomination__product_entry__product=entry.product_id)
    renewed = Q(state=CertificateState.REPLACED, replaced_by=None)
    rows = rows.filter(Q(state=CertificateState.ISSUED) | renewed)
    return list(rows.exclude(pk=certificate.pk).order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Total:
    """How many certificates share award, year, category, stars, province and being in force."""

    award: str
    year: int
    category: str
    stars: int | None
    province: str
    current: bool
    number: int


def totals(version: str = "") -> list[Total]:
    """All issued certificates, counted by what the statistics ask for; not older than five minutes or that version.

    One query that reads all of them, at most once in that time per process.
    """
    today = timezone.localdate()
    key = f"holder-totals:{today}:{version}"
    found = caches["process"].get(key)
    if found is None:
        rows = issued().annotate(
            province=Left("region_code", 2), current=Q(valid_until=None) | Q(valid_until__gte=today)
        )
        groups = rows.order_by().values_list(
            "period__award", "period__year", "face__category", "face__stars", "province", "current"
        )
        found = [Total(*row) for row in groups.annotate(number=Count("pk"))]
        caches["process"].set(key, found, TOTALS_SECONDS)
    return found


def version_of_holders() -> str:
    """Changes when any certificate is issued, revoked, replaced or runs out. One query."""
    facts = Certificate.objects.public().aggregate(
        last=Max("pk"),
        number=Count("pk"),
        issued=Max("issued_at"),
        revoked=Max("revoked_at"),
        open=Count("pk", filter=Q(state=CertificateState.ISSUED)),
    )
    return hashlib.sha256(f"{timezone.localdate()} {sorted(facts.items())}".encode()).hexdigest()


def archive() -> list[ArchiveRound]:
    """Rounds before this portal with their known holders, newest first. Two queries."""
    rows = ArchiveRound.objects.select_related("award").prefetch_related("holders")
    return list(rows.order_by("award__name", "-year"))
