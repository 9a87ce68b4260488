"""Rows by region. The twin of `sentra.policies`; a test proves that they agree."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Now
from django.db.models.lookups import Exact

from accounts.enums import Role
from accounts.roles import ROLES
from core.models import ScanState, StoredFile
from reference.models import PROVINCE_LENGTH
from sentra.enums import WORKING, ExportState

MAX_ATTEMPTS = 3
CLAIM_MINUTES = 10  # longer than the time limits of the tasks: who has not finished by then is gone
FREE = Q(claimed_at=None) | Q(claimed_at__lt=Now() - timedelta(minutes=CLAIM_MINUTES))


def region_filter(user: Any, path: str) -> Q:
    """Q for rows whose region (at `path`, a kabupaten/kota) the user may see. No query.

    Roles without a region scope see all or nothing; see `accounts.roles`.
    """
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return Q()
    return Q(**{f"{path}__in": user.region_codes(Role.DISTRICT_OFFICER)}) | Q(
        **{f"{path}__parent__in": user.region_codes(Role.PROVINCE_OFFICER)}
    )


def region_scope(user: Any) -> Q:
    """The same rows by the beginning of the region's code, for tables with a region of their own. No query.

    The search indexes begin with it; they cannot follow a region's parent, and would read a range of codes row by row.
    """
    if any(ROLES[role].sees_all_regions for role in user.roles):
        return Q()
    scope = Q(pk__in=[])
    for code in user.region_codes(Role.DISTRICT_OFFICER):
        scope |= Q(region=code)
    for code in user.region_codes(Role.PROVINCE_OFFICER):
        scope |= Q(Exact(Left("region_id", PROVINCE_LENGTH), code))
    return scope


class RegisterQuerySet(models.QuerySet):
    """Rows with a region of their own; in others `region_path` leads to the kabupaten/kota."""

    region_path = "region"

    def visible_to(self, user: Any) -> Self:
        return self.filter(region_filter(user, self.region_path))


class LiveManager(models.Manager):
    """Records that were merged into another one are not there."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(merged_into=None)


class ThroughSentraQuerySet(RegisterQuerySet):
    region_path = "sentra__region"


class ThroughIkmQuerySet(RegisterQuerySet):
    region_path = "ikm__sentra__region"


class ImportQuerySet(RegisterQuerySet):
    def working(self) -> Self:
        """What a worker is to do, whether one has begun or not."""
        return self.filter(state__in=WORKING)

    def claimable(self) -> Self:
        """What a worker may take up now. Conditions on the row itself, so that of two updates one finds none.

        A file that waits for the virus scan is not opened.
        """
        waiting = StoredFile.objects.filter(pk=OuterRef("file"), scan_state=ScanState.WAITING)
        return self.working().filter(FREE, ~Exists(waiting), attempts__lt=MAX_ATTEMPTS)


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Nobody but the person who asked for it. The twin of `sentra.policies.can_view_export`."""
        return self.filter(created_by=user.pk)

    def working(self) -> Self:
        return self.filter(state=ExportState.WRITING)

    def claimable(self) -> Self:
        return self.working().filter(FREE, attempts__lt=MAX_ATTEMPTS)
