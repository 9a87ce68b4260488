"""Score sheets with their event chain, and field visits."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from nominations.models import one_of
from scoring.enums import ClaimKind, Finding, SheetEventKind, SheetStatus, VisitStatus
from scoring.models.assignments import Assignment
from scoring.models.instruments import Indicator, Instrument, Stage
from scoring.querysets import SheetQuerySet

NOTE_LENGTH = 1000


class Sheet(models.Model):
    """One scorer's judgement of one nomination in one stage. `total` is set at submission, by the maths alone.

    Status, version and answers are written by `services.sheets` alone; every change adds one to the version and a
    `SheetEvent` of that number, whose hash becomes the `head`.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="sheet")
    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="sheets")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="sheets")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="sheets")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="sheets")
    snapshot = models.ForeignKey("nominations.Snapshot", on_delete=models.PROTECT, related_name="sheets")
    status = models.CharField(max_length=10, default=SheetStatus.DRAFT)
    version = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "stage", "assessor"], name="scoring_sheet_once"),
            one_of("status", SheetStatus, "scoring_sheet_status"),
            models.CheckConstraint(
                condition=Q(status=SheetStatus.DRAFT, submitted_at=None)
                | Q(status=SheetStatus.SUBMITTED, submitted_at__isnull=False, total__isnull=False),
                name="scoring_sheet_submitted_has_total",
            ),
        ]


class Score(models.Model):
    """The value chosen for one indicator: the option's points, the mark on the scale, or that it does not apply.

    In a draft a note may come before its value.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    not_applicable = models.BooleanField(default=False)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="scoring_score_once"),
            models.CheckConstraint(condition=Q(not_applicable=False) | Q(value=None), name="scoring_score_na_or_value"),
        ]


class SheetEvent(models.Model):
    """What happened to a sheet, as a hash chain: each row carries the hash of the one before. Append-only.

    `number` is the version that the event made. `data` of a save names the answers that changed; a submission names
    all; see `scoring.rules.replay`.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    data = models.JSONField()
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="scoring_sheetevent_once"),
            one_of("kind", SheetEventKind, "scoring_sheetevent_kind"),
        ]

    def sealed_content(self) -> dict[str, Any]:
        """What `hash` covers besides the hash of the event before."""
        return {
            "sheet": self.sheet_id,
            "number": self.number,
            "kind": str(self.kind),
            "data": self.data,
            "actor": self.actor_id,
            "at": self.at.astimezone(UTC).isoformat(),
        }


class FieldVisit(models.Model):
    """One visit to a candidate: findings on every claim, by one assigned assessor, confirmed by the chair."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="visit")
    visited_on = models.DateField(null=True)
    visited_at = models.TimeField(null=True)  # by the clock of the place
    place = models.CharField(max_length=160, blank=True)
    participants = models.TextField(max_length=1000, blank=True)
    host_name = models.CharField(max_length=120, blank=True)
    host_role = models.CharField(max_length=120, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    # Set when the phone gave the point: how exact it says it is, and when.
    accuracy_m = models.PositiveIntegerField(null=True)
    located_at = models.DateTimeField(null=True)
    summary = models.TextField(max_length=4000, blank=True)
    status = models.CharField(max_length=10, default=VisitStatus.OPEN)
    submitted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    # Of the last save: the key by which a browser's repeat is known, and when it says that it was made.
    saved_key = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=1000, blank=True)
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("status", VisitStatus, "scoring_fieldvisit_status"),
            models.CheckConstraint(
                condition=Q(status=VisitStatus.OPEN, submitted_at=None, confirmed_at=None)
                | Q(status=VisitStatus.SUBMITTED, submitted_at__isnull=False, confirmed_at=None)
                | Q(status=VisitStatus.CONFIRMED, submitted_at__isnull=False, confirmed_by__isnull=False),
                name="scoring_fieldvisit_steps",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-12, 7),
                    longitude__range=(94, 142),
                ),
                name="scoring_fieldvisit_point",
            ),
        ]

    @property
    def map_point(self) -> tuple[Decimal, Decimal] | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class FieldClaim(models.Model):
    """A claim of the dossier and what the visit found."""

    visit = models.ForeignKey(FieldVisit, on_delete=models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=8, blank=True)
    criterion = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=330)
    written = models.TextField(blank=True)  # as the submission says it
    actual = models.CharField(max_length=300, blank=True)  # as it was found, where that differs
    finding = models.CharField(max_length=20, blank=True)
    interviewee = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "order"], name="scoring_fieldclaim_order"),
            one_of("kind", ClaimKind, "scoring_fieldclaim_kind"),
            models.CheckConstraint(
                condition=Q(finding="") | Q(finding__in=[f.value for f in Finding]), name="scoring_fieldclaim_finding"
            ),
        ]
