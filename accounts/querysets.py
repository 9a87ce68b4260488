from django.db import models
from django.db.models import Q
from django.utils import timezone


class MembershipQuerySet(models.QuerySet):
    def in_force(self) -> "MembershipQuerySet":
        """Valid today, Jakarta time."""
        today = timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)


class ProxyEntryQuerySet(models.QuerySet):
    def open(self) -> "ProxyEntryQuerySet":
        return self.filter(closed_at=None)
