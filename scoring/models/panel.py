"""The panel of a period: seats, who is kept apart, and what scorers say about their interests."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from nominations.models import one_of
from scoring.enums import TieKind


class PanelSeat(models.Model):
    """A scorer's seat in a period. Institution, expertise and home region stay where they are: in the membership."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="seats")
    capacity = models.PositiveSmallIntegerField("kapasitas")
    note = models.CharField("catatan", max_length=250, blank=True)
    active = models.BooleanField("aktif", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "user"], name="scoring_panelseat_once"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="scoring_panelseat_capacity"),
        ]


class KeepApart(models.Model):
    """Two scorers who are not put on the same nomination in a period, with the reason."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("alasan", max_length=250)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "first", "second"], name="scoring_keepapart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="scoring_keepapart_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="scoring_keepapart_reason"),
        ]


class CategoryLead(models.Model):
    """The chair who looks after a category in a period: its nominations and far-apart scores are found as the own ones.

    Gives no right: what a chair may do, every chair may do, also while this one is away.
    """

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey("nominations.Category", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "category"], name="scoring_categorylead_once")]


class InterestStatement(models.Model):
    """A scorer's word on interests for a period, before any file of it opens. A later one adds, none is changed."""

    period = models.ForeignKey("nominations.Period", on_delete=models.PROTECT, related_name="statements")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="statements")
    stated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["period", "user"], name="scoring_statement_person")]


class InterestTie(models.Model):
    """One tie: to a record of the register, or to a name. All ties of a period count, whichever statement they are in,
    unless they were withdrawn.

    Only a merge of the register changes a row: it leads the tie to the record that remains.
    """

    statement = models.ForeignKey(InterestStatement, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=10)
    sentra = models.ForeignKey("sentra.Sentra", on_delete=models.PROTECT, null=True, related_name="+")
    ikm = models.ForeignKey("sentra.Ikm", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160)
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            one_of("kind", TieKind, "scoring_interesttie_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="scoring_interesttie_name"),
            models.CheckConstraint(condition=Q(sentra=None) | Q(ikm=None), name="scoring_interesttie_one_record"),
        ]


class TieWithdrawal(models.Model):
    """A tie was stated by mistake: it does not count from now on, and stands with its reason. Append-only.

    What the tie has ended stays ended: the declaration of a conflict that it led to is not taken back.
    """

    tie = models.OneToOneField(InterestTie, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField("alasan", max_length=250)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="scoring_tiewithdrawal_reason")]
