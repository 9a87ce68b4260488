"""What a record of the register needs so that it can be merged into another one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sentra.querysets import LiveManager, RegisterQuerySet


class Mergeable(models.Model):
    """A record that was merged into another one stays as a tombstone, for ever pointing to the record that counts.

    `objects` and related managers leave tombstones out, `everything` has them. `merged_into` is written by
    `services.merging` alone.
    """

    # Hardly any row has one, and nobody looks for them: an index would only tempt the planner.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = LiveManager.from_queryset(RegisterQuerySet)()
    everything = RegisterQuerySet.as_manager()

    # How rows of this table behave when the record above them is merged: unique rule → what happens to a row that
    # would break it. "refuse": the merge is refused; "stay": the row stays with the tombstone; "place": the class
    # method `merge_places(rows, winner)` says with which values rows find room there, the others stay.
    merge_rules: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="%(app_label)s_%(class)s_not_itself"
            )
        ]
