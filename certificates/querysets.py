from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Now

from certificates.enums import PUBLIC, CertificateState
from nominations.models import Nomination
from sentra.querysets import region_filter

MAX_ATTEMPTS = 5
CLAIM_MINUTES = 5
# Claimed so long ago that the worker must be gone. Conditions on the row itself, never a subquery: an UPDATE that
# waited for another one checks them again on the row as that one left it.
STALE = Q(state=CertificateState.RENDERING, claimed_at__lt=Now() - timedelta(minutes=CLAIM_MINUTES))


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """By the region of the nomination. The twin of `certificates.policies.can_view`."""
        return self.filter(region_filter(user, "decision__nomination__region"))

    def public(self) -> Self:
        """What a visitor may meet; a certificate that is still being made does not exist for the public."""
        return self.filter(state__in=PUBLIC)

    def claimable(self) -> Self:
        """What a worker may take up now."""
        return self.filter(Q(state=CertificateState.WANTED) | STALE, attempts__lt=MAX_ATTEMPTS)

    def with_face(self) -> Self:
        """Joins for what is printed. One more query: ten tables in one would take the planner 3 ms."""
        nominations = Nomination.objects.select_related("category", "region__parent")
        return self.select_related("period__award", "decision__decree__handover").prefetch_related(
            Prefetch("decision__nomination", nominations)
        )

    def with_list_columns(self) -> Self:
        """Joins for a row of a list. No further query per row."""
        return self.select_related("decision__nomination__region__parent", "decision__nomination__category", "period")
