"""What a visit brings home besides its findings: interviews and photos. And when it is planned."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

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


class VisitReturn(models.Model):
    """A sent visit as it was when the chair sent it back, the whole of it, and why. Append-only.

    `content`: `visit` with its facts, `claims`, `interviews`, and `photos` with caption and sha256.
    """

    visit = models.ForeignKey(FieldVisit, on_delete=models.PROTECT, related_name="returns")
    version = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.CharField(max_length=1000)
    returned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "version"], name="scoring_visitreturn_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="scoring_visitreturn_reason"),
        ]


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
