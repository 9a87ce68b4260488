"""Stars that the Sekretariat has opened for a re-evaluation."""

from django.db import models
from django.db.models.functions import Now

from nominations.models.dossiers import Nomination
from nominations.models.periods import Period
from nominations.querysets import StarReviewQuerySet


class StarReview(models.Model):
    """A star that is judged anew in a later period, once. `star` is the nomination that won it. Append-only.

    What becomes of it is read from the nomination that renews it (`Nomination.review`), never written here.
    """

    star = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="star_review")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="star_reviews")
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())

    objects = StarReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "evaluasi ulang"
        verbose_name_plural = "evaluasi ulang"

    def __str__(self) -> str:
        return str(self.star)
