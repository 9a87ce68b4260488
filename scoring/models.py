"""Instruments as versioned data, stages, assignments, conflicts, sheets with their event chain, results, decree."""

from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import (
    AssignmentStatus,
    ClaimKind,
    Finding,
    Method,
    Outcome,
    SheetEventKind,
    SheetStatus,
    StageKind,
    Visibility,
    VisitStatus,
)
from scoring.querysets import AssignmentQuerySet, SheetQuerySet

NOTE_LENGTH = 1000


class Instrument(models.Model):
    """One version of an instrument, whole as JSON (`definition`) for the maths, and as rows for forms and joins.

    Frozen by a database trigger from the first submitted sheet or visit on. A visit's instrument has no indicators.
    """

    code = models.CharField("kode", max_length=40)
    version = models.PositiveSmallIntegerField("versi", default=1)
    award = models.ForeignKey("nominations.Award", on_delete=models.PROTECT, related_name="instruments")
    title = models.CharField("judul", max_length=160)
    method = models.CharField(max_length=8)
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "instrumen"
        verbose_name_plural = "instrumen"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scoring_instrument_once"),
            one_of("method", Method, "scoring_instrument_method"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Indicator(models.Model):
    """One thing to judge: with options (OVOP) or on a weighted scale (Upakarti)."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=8)
    aspect_code = models.CharField(max_length=8)
    aspect_label = models.CharField(max_length=160)
    label = models.CharField(max_length=200)
    guidance = models.JSONField(default=dict)
    weight = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["instrument", "code"], name="scoring_indicator_once")]


class Option(models.Model):
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="options")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["points"]
        constraints = [models.UniqueConstraint(fields=["indicator", "points"], name="scoring_option_once")]


class Stage(models.Model):
    """A step of the assessment of one category in one period."""

    period = models.ForeignKey("nominations.Period", on_delete=models.CASCADE, related_name="stages")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="stages")
    code = models.SlugField()
    label = models.CharField("tahap", max_length=120)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, blank=True)
    scorer_role = models.CharField(max_length=20)
    weight = models.DecimalField(max_digits=4, decimal_places=3)
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    visibility = models.CharField(max_length=20, default=Visibility.UNTIL_STAGE_CLOSED)
    min_assessors = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "tahap"
        verbose_name_plural = "tahap"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["period", "category", "code"], name="scoring_stage_once"),
            models.UniqueConstraint(fields=["period", "category", "order"], name="scoring_stage_order_once"),
            one_of("kind", StageKind, "scoring_stage_kind"),
            one_of("visibility", Visibility, "scoring_stage_visibility"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="scoring_stage_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.label} – {self.category}"


class Assignment(models.Model):
    """Who judges which nomination in which stage. A trigger refuses a live one on a conflicted pair."""

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="assignments")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="assignments")
    status = models.CharField(max_length=8, default=AssignmentStatus.ACTIVE)
    assigned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(db_default=Now())
    removal_reason = models.CharField(max_length=250, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["assessor", "status", "-id"], name="scoring_assignment_desk")]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "stage", "assessor"], name="scoring_assignment_once"),
            one_of("status", AssignmentStatus, "scoring_assignment_status"),
            models.CheckConstraint(
                condition=~Q(status=AssignmentStatus.REMOVED) | ~Q(removal_reason=""),
                name="scoring_assignment_removal_reason",
            ),
        ]


class ConflictDeclaration(models.Model):
    """A scorer's word on a nomination, given before the file opens. Append-only.

    A conflict that shows only later is a second row: it outweighs the earlier word.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="declarations")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "user", "has_conflict"], name="scoring_conflictdeclaration_once"
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(reason=""), name="scoring_conflictdeclaration_reason"
            ),
        ]


class Sheet(models.Model):
    """One scorer's judgement of one nomination in one stage. `total` is set at submission, by the maths alone.

    Status, version and answers are written by `services.sheets` alone; every change adds a `SheetEvent`.
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
    """The value chosen for one indicator: the option's points, or the mark on the scale.

    In a draft a note may come before its value.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="scores")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "indicator"], name="scoring_score_once")]


class SheetEvent(models.Model):
    """What happened to a sheet, as a hash chain: each row carries the hash of the one before. Append-only."""

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
    place = models.CharField(max_length=160, blank=True)
    summary = models.TextField(max_length=4000, blank=True)
    status = models.CharField(max_length=10, default=VisitStatus.OPEN)
    submitted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
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
        ]


class FieldClaim(models.Model):
    """A claim of the dossier and what the visit found."""

    visit = models.ForeignKey(FieldVisit, on_delete=models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=330)
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


class StageResult(models.Model):
    """The closed stage of one nomination: what was computed from which inputs.

    `detail` holds what the pages and the ranking need besides the score; a reopening moves the row to `StageReopening`.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="stage_results")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="results")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    passed = models.BooleanField()
    spread = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    sheet_count = models.PositiveSmallIntegerField()
    detail = models.JSONField(default=dict)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="+")
    input_hash = models.CharField(max_length=64)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "stage"], name="scoring_stageresult_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="scoring_stageresult_range"),
        ]


class StageReopening(models.Model):
    """A closed stage that the chair opened again: why, and the results that stood until then. Append-only."""

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="reopenings")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.CharField(max_length=1000)
    result = models.JSONField()
    reopened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="scoring_stagereopening_reason")]


class FinalResult(models.Model):
    """The weighted sum of the stages, and the stars that the bands give for it."""

    nomination = models.OneToOneField("nominations.Nomination", on_delete=models.PROTECT, related_name="final_result")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    stars = models.PositiveSmallIntegerField(null=True)
    input_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField(db_default=Now())


class PlenarySession(models.Model):
    """A meeting of the panel."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="plenary_sessions")
    held_on = models.DateField("tanggal pleno")
    place = models.CharField("tempat", max_length=160)
    attendance = models.TextField("daftar hadir", max_length=4000)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "sidang pleno"
        verbose_name_plural = "sidang pleno"


class Recommendation(models.Model):
    """What the plenary recommends for one nomination; other stars than the bands give need a written reason."""

    nomination = models.OneToOneField("nominations.Nomination", on_delete=models.PROTECT, related_name="recommendation")
    session = models.ForeignKey(PlenarySession, on_delete=models.PROTECT, related_name="recommendations")
    outcome = models.CharField(max_length=16)
    stars = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(max_length=2000, blank=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            one_of("outcome", Outcome, "scoring_recommendation_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RECOMMENDED) | Q(stars=None) & ~Q(reason=""),
                name="scoring_recommendation_refusal_has_reason",
            ),
        ]


class Decree(models.Model):
    """The Minister's decree. One person records it with its decisions, another one releases it."""

    period = models.ForeignKey(
        "nominations.Period", on_delete=models.PROTECT, related_name="decrees", verbose_name="periode"
    )
    number = models.CharField("nomor keputusan", max_length=80, unique=True)
    title = models.CharField("tentang", max_length=250)
    decided_on = models.DateField("tanggal keputusan")
    signatory_title = models.CharField("jabatan penanda tangan", max_length=120)
    signatory_name = models.CharField("nama penanda tangan", max_length=120)
    place = models.CharField("tempat penetapan", max_length=120)
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="dicatat oleh"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    released_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="dirilis oleh",
    )
    released_at = models.DateTimeField("dirilis", null=True, editable=False)

    class Meta:
        verbose_name = "keputusan menteri"
        verbose_name_plural = "keputusan menteri"
        constraints = [
            models.CheckConstraint(
                condition=Q(released_by=None, released_at=None)
                | Q(released_by__isnull=False, released_at__isnull=False) & ~Q(released_by=F("recorded_by")),
                name="scoring_decree_two_persons",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Decision(models.Model):
    """One nomination in a decree, with the stars given (None where the award has none)."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="decisions")
    nomination = models.OneToOneField(
        "nominations.Nomination", on_delete=models.PROTECT, related_name="decision", verbose_name="usulan"
    )
    stars = models.PositiveSmallIntegerField("bintang", null=True, blank=True)

    class Meta:
        verbose_name = "penetapan"
        verbose_name_plural = "penetapan"

    def __str__(self) -> str:
        return str(self.nomination)
