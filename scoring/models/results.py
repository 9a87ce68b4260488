"""Closed stages, the plenary and the decree."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from nominations.models import one_of
from scoring.enums import Outcome
from scoring.models.instruments import Instrument, Stage


class StageResult(models.Model):
    """The closed stage of one nomination: what was computed from which inputs.

    `detail` holds what the pages and the ranking need besides the score; a reopening moves the row to `StageReopening`.
    A stage of findings without weight has no score; `skip_reason` says why an optional stage was left out.
    """

    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="stage_results")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="results")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField()
    skip_reason = models.CharField(max_length=1000, blank=True)
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
            models.CheckConstraint(
                condition=Q(skip_reason="") | Q(score=None, passed=True), name="scoring_stageresult_skipped"
            ),
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
    """A meeting of the panel, planned or held. `attendance` names guests; members have rows of their own."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="plenary_sessions")
    held_on = models.DateField("tanggal pleno")
    place = models.CharField("tempat", max_length=160)
    attendance = models.TextField("undangan lain", max_length=4000, blank=True)
    chair = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="pimpinan")
    quorum_percent = models.PositiveSmallIntegerField("kuorum (persen)", default=51)
    current = models.ForeignKey(
        "nominations.Nomination", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "sidang pleno"
        verbose_name_plural = "sidang pleno"
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum_percent__gte=1, quorum_percent__lte=100), name="scoring_plenarysession_quorum"
            )
        ]

    @property
    def is_ahead(self) -> bool:
        """Before its day nothing of what happens in the room can be recorded."""
        return self.held_on > timezone.localdate()


class Recommendation(models.Model):
    """What the plenary recommends for one nomination; other stars than the bands give need a written reason.

    `present` and `recused` count the members in and outside the room for this item. No votes means consensus.
    """

    nomination = models.OneToOneField("nominations.Nomination", on_delete=models.PROTECT, related_name="recommendation")
    session = models.ForeignKey(PlenarySession, on_delete=models.PROTECT, related_name="recommendations")
    outcome = models.CharField(max_length=16)
    stars = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(max_length=2000, blank=True)
    present = models.PositiveSmallIntegerField(default=0)
    recused = models.PositiveSmallIntegerField(default=0)
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
    """One nomination in a decree, with the stars of its signed ranking (None where the award has none)."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="decisions")
    nomination = models.OneToOneField(
        "nominations.Nomination", on_delete=models.PROTECT, related_name="decision", verbose_name="usulan"
    )
    ranking = models.ForeignKey("scoring.RankingSnapshot", on_delete=models.PROTECT, related_name="+", editable=False)
    stars = models.PositiveSmallIntegerField("bintang", null=True, blank=True)

    class Meta:
        verbose_name = "penetapan"
        verbose_name_plural = "penetapan"

    def __str__(self) -> str:
        return str(self.nomination)
