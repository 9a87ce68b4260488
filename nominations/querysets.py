"""Nominations by region and role. The twin of `nominations.policies.can_view`."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from nominations.enums import Status
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


def visible_filter(user: Any, prefix: str = "") -> Q:
    """Q for nominations (at `prefix`) that the user may open as a dossier. No query.

    A panel chair sees what passed verification. Assessors and jurors open the snapshot through their assignment, never
    the dossier itself.
    """
    seen = region_filter(user, f"{prefix}region")
    if user.has_role(Role.PANEL_CHAIR):
        seen = seen | Q(**{f"{prefix}status__in": AFTER_VERIFICATION}) if seen else seen
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
