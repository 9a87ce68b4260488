"""Reports by person and by what a worker may take up."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from reports.enums import ReportState

MAX_ATTEMPTS = 3
CLAIM_MINUTES = 15  # who has said nothing for so long is gone: `reports.services.writing` says how far it is
FREE = Q(claimed_at=None) | Q(claimed_at__lt=Now() - timedelta(minutes=CLAIM_MINUTES))


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Nobody but the person who asked for it. The twin of `reports.policies.can_view_report`."""
        return self.filter(created_by=user.pk)

    def claimable(self) -> Self:
        """What a worker may take up now. Conditions on the row itself, so that of two updates one finds none."""
        return self.filter(FREE, state=ReportState.WRITING, attempts__lt=MAX_ATTEMPTS)


class PublicationQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)
