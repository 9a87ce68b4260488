"""What becomes of an award: who coaches which star, and what was seen a year and two years later."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.enums import FOLLOW_UP_YEARS, CoachLevel
from nominations.models.dossiers import Nomination
from nominations.models.periods import Period, one_of

COACH_LABELS = {
    CoachLevel.DISTRICT: "Kabupaten/kota",
    CoachLevel.PROVINCE: "Provinsi",
    CoachLevel.MINISTRY: "Pusat",
}
TEXT_MAX = 2000


class Coaching(models.Model):
    """Who coaches the holders of so many stars of a period."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="coachings")
    stars = models.PositiveSmallIntegerField("bintang")
    level = models.CharField("pembina", max_length=8, choices=COACH_LABELS.items())

    class Meta:
        verbose_name = "pembina menurut bintang"
        verbose_name_plural = "pembina menurut bintang"
        ordering = ["stars"]
        constraints = [
            models.UniqueConstraint(fields=["period", "stars"], name="nominations_coaching_once"),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="nominations_coaching_stars"),
            one_of("level", CoachLevel, "nominations_coaching_level"),
        ]

    def __str__(self) -> str:
        return f"{self.stars}: {self.get_level_display()}"


class FollowUp(models.Model):
    """One saving of the record of a star after `year` years; the newest version counts. Append-only.

    Money in rupiah, of the twelve months before; empty as long as nobody knows it.
    """

    star = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="follow_ups")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    workers = models.PositiveIntegerField("tenaga kerja")
    turnover = models.PositiveBigIntegerField("omzet setahun", null=True)
    export_value = models.PositiveBigIntegerField("nilai ekspor setahun", null=True)
    coaching = models.TextField("pembinaan yang diterima", max_length=TEXT_MAX)
    outcome = models.TextField("hasil dan kendala", max_length=TEXT_MAX)
    plan = models.TextField("rencana pembinaan berikutnya", max_length=TEXT_MAX)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "tindak lanjut"
        verbose_name_plural = "tindak lanjut"
        constraints = [
            models.UniqueConstraint(fields=["star", "year", "version"], name="nominations_followup_version_once"),
            models.CheckConstraint(condition=Q(year__in=FOLLOW_UP_YEARS), name="nominations_followup_year"),
            models.CheckConstraint(condition=Q(version__gte=1), name="nominations_followup_version"),
        ]

    def __str__(self) -> str:
        return f"{self.star}, {self.year}"
