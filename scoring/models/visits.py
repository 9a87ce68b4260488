"""What a visit brings home besides its findings: interviews and photos; what became of it; when it is planned."""

from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import VisitEventKind
from scoring.models.assignments import Assignment
from scoring.models.sheets import FieldVisit
from scoring.rules import MAX_INTERVIEWS, MAX_VISIT_PHOTOS


class FieldInterview(models.Model):
    """Whom the visitor talked to, in which role, and what was said."""

    visit = models.ForeignKey(FieldVisit, on_delete=models.CASCADE, related_name="interviews")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=120, blank=True)
    held_on = models.DateField(null=True)
    summary = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "order"], name="scoring_fieldinterview_place_once"),
            models.CheckConstraint(
                condition=Q(order__range=(1, MAX_INTERVIEWS)), name="scoring_fieldinterview_at_most"
            ),
        ]


class FieldPhoto(models.Model):
    """A cleaned copy of a photo and a small one for pages; neither tells where it was taken, the visit does."""

    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, related_name="photos")
    order = models.PositiveSmallIntegerField()
    caption = models.CharField(max_length=160)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    small = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    small_width = models.PositiveSmallIntegerField()
    small_height = models.PositiveSmallIntegerField()
    # When the phone says that it was chosen; a photo may be sent hours later.
    made_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "order"], name="scoring_fieldphoto_place_once"),
            models.CheckConstraint(condition=Q(order__range=(1, MAX_VISIT_PHOTOS)), name="scoring_fieldphoto_at_most"),
        ]


class VisitEvent(models.Model):
    """What happened to a visit since it was sent, as a hash chain like `SheetEvent`. Append-only.

    `content` of a submission is the whole record as `selectors.visits.record_of` gives it. The hash covers it by its
    sha256, which stands in `data` beside the findings: so a bundle proves the record without the names in it.
    """

    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    data = models.JSONField()
    content = models.JSONField(null=True)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="scoring_visitevent_once"),
            one_of("kind", VisitEventKind, "scoring_visitevent_kind"),
            models.CheckConstraint(
                condition=Q(kind=VisitEventKind.SUBMITTED, content__isnull=False)
                | ~Q(kind=VisitEventKind.SUBMITTED) & Q(content__isnull=True),
                name="scoring_visitevent_content",
            ),
        ]

    def sealed_content(self) -> dict[str, Any]:
        """What `hash` covers besides the hash of the event before."""
        return {
            "visit": self.visit_id,
            "number": self.number,
            "kind": str(self.kind),
            "data": self.data,
            "actor": self.actor_id,
            "at": self.at.astimezone(UTC).isoformat(),
        }


class VisitPlan(models.Model):
    """The day on which an assigned visit is planned, so that journeys can be joined."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="plan")
    planned_on = models.DateField()
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())


class MismatchNote(models.Model):
    """The chair has read what does not agree with the dossier: the list as it stood, and a word on it. Append-only."""

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="mismatch_notes")
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=1000, blank=True)
    noted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["nomination", "digest"], name="scoring_mismatchnote_once")]
