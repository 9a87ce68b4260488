"""Nominations by region and role. The twin of `nominations.policies.can_view`."""

from collections.abc import Callable
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from nominations.enums import Side, Status
from sentra.querysets import region_filter

AFTER_VERIFICATION = (
    Status.ELIGIBLE,
    Status.IN_ASSESSMENT,
    Status.ELIMINATED,
    Status.IN_PLENARY,
    Status.RECOMMENDED,
    Status.NOT_RECOMMENDED,
    Status.DECIDED,
    Status.AWARDED,
    Status.RE_EVALUATION,
)


# What a room above keeps from somebody: functions of user and prefix that answer a Q, filled when the portal starts.
KEPT_FROM: list[Callable[[Any, str], Q]] = []


def visible_filter(user: Any, prefix: str = "") -> Q:
    """Q for nominations (at `prefix`) that the user may open as a dossier. No query.

    A panel chair sees what passed verification. Assessors and jurors open the snapshot through their assignment, never
    the dossier itself. What `KEPT_FROM` names is left out for every role.
    """
    seen = region_filter(user, f"{prefix}region")
    if user.has_role(Role.PANEL_CHAIR):
        seen = seen | Q(**{f"{prefix}status__in": AFTER_VERIFICATION}) if seen else seen
    for kept in KEPT_FROM:
        seen &= kept(user, prefix)
    return seen


class NominationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(visible_filter(user))

    def with_list_columns(self) -> Self:
        """Joins for a row of a list: region, category, period, entry. No further query per row."""
        return self.select_related(
            "region__parent",
            "category",
            "period__award",
            "product_entry__product",
            "product_entry__ikm",
            "candidate_entry",
        )


class ExtensionQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Neither taken back nor replaced by a later one. Those that have ended by themselves are among them."""
        return self.filter(withdrawn_at=None)


class CorrespondenceQuerySet(models.QuerySet):
    """Questions and comments: between the region, its province and the Sekretariat; the auditor reads them.

    Scorers and the chair do not: `region_filter` gives them nothing. The twin of `policies.can_read_correspondence`.
    """

    def visible_to(self, user: Any) -> Self:
        return self.filter(region_filter(user, "nomination__region"))


class QuestionQuerySet(CorrespondenceQuerySet):
    def waiting_for(self, user: Any) -> Self:
        """Open questions whose next word is this person's to say. No query."""
        waiting = Q(pk__in=())
        if user.has_role(*SECRETARIAT):
            waiting |= Q(waits_for=Side.SECRETARIAT)
        if regions := user.region_codes(Role.DISTRICT_OFFICER):
            waiting |= Q(waits_for=Side.DISTRICT, nomination__region__in=regions)
        return self.filter(waiting, closed_at=None)


class StarReviewQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """By the region of the star. The twin of `nominations.policies.can_view_review`."""
        return self.filter(region_filter(user, "star__region"))

    def waiting(self) -> Self:
        """Stars whose renewal nobody has begun, in rounds without results."""
        live = Q(nominations__isnull=False) & ~Q(nominations__status=Status.WITHDRAWN)
        begun = self.model.objects.filter(live)
        return self.filter(period__results_released_at=None).exclude(pk__in=begun.values("pk"))

    def with_columns(self) -> Self:
        """Joins for a row of a list. No further query per row."""
        return self.select_related("star__region__parent", "star__category", "star__product_entry__product", "period")
