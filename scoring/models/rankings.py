"""The ranking as two persons signed it, and what a later version has to go through."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import CapPer, Outcome


class AwardCap(models.Model):
    """How many may be recommended in a period, in all (no category) or in one category, and `per` what.

    With `per` it is a quota: so many from each province, for example. A binding cap refuses one more; the other kind is
    a hint that pages show.
    """

    period = models.ForeignKey(
        "nominations.Period", on_delete=models.CASCADE, related_name="award_caps", verbose_name="periode"
    )
    category = models.ForeignKey(
        "nominations.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="kategori",
        help_text="Kosongkan untuk seluruh periode.",
    )
    per = models.CharField(
        "dihitung",
        max_length=9,
        default=CapPer.ALL,
        blank=True,
        choices=[
            (CapPer.ALL, "bersama-sama"),
            (CapPer.COMMODITY, "untuk setiap komoditas"),
            (CapPer.PROVINCE, "untuk setiap provinsi"),
            (CapPer.DISTRICT, "untuk setiap kabupaten/kota"),
        ],
    )
    max_awards = models.PositiveSmallIntegerField("paling banyak penerima")
    binding = models.BooleanField("mengikat", default=True)

    class Meta:
        verbose_name = "batas penerima"
        verbose_name_plural = "batas penerima"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "category", "per"], nulls_distinct=False, name="scoring_awardcap_once"
            ),
            one_of("per", CapPer, "scoring_awardcap_per"),
            models.CheckConstraint(condition=Q(max_awards__gt=0), name="scoring_awardcap_positive"),
        ]


class RankingSnapshot(models.Model):
    """One numbered version of the ranking of a category in a period, as canonical JSON with its sha256.

    The chair's signature creates it, an admin's seals it. `content` names no scorer; `names` does, beside it. A trigger
    keeps the row: only the second signature is added, and only an unsealed one goes away again.
    """

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="rankings")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="rankings")
    version = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    names = models.JSONField(default=dict)
    signed_by_1 = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    signed_at_1 = models.DateTimeField(db_default=Now())
    signed_by_2 = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at_2 = models.DateTimeField(null=True)

    class Meta:
        ordering = ["period", "category", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["period", "category", "version"], name="scoring_rankingsnapshot_once"),
            models.UniqueConstraint(
                fields=["period", "category"],
                condition=Q(signed_by_2=None),
                name="scoring_rankingsnapshot_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(signed_by_2=None, signed_at_2=None)
                | Q(signed_at_2__isnull=False) & ~Q(signed_by_2=F("signed_by_1")),
                name="scoring_rankingsnapshot_two_persons",
            ),
        ]


class RankingEntry(models.Model):
    """One nomination in a signed ranking: what a decree may take from it."""

    ranking = models.ForeignKey(RankingSnapshot, on_delete=models.CASCADE, related_name="entries")
    nomination = models.ForeignKey("nominations.Nomination", on_delete=models.PROTECT, related_name="ranking_entries")
    rank = models.PositiveIntegerField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    outcome = models.CharField(max_length=16)
    stars = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "nomination"], name="scoring_rankingentry_once"),
            one_of("outcome", Outcome, "scoring_rankingentry_outcome"),
        ]


class RankingCorrection(models.Model):
    """The way to a next version: the chair asks with a reason, another person agrees, and the category is open."""

    ranking = models.OneToOneField(RankingSnapshot, on_delete=models.PROTECT, related_name="correction")
    reason = models.CharField(max_length=1000)
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="scoring_rankingcorrection_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("opened_by")),
                name="scoring_rankingcorrection_two_persons",
            ),
        ]
