"""In which rounds the Sekretariat acts for a region, and what it has done there."""

from django.db import models
from django.db.models.functions import Now

from nominations.models.dossiers import Nomination
from nominations.models.periods import Period


class ProxyRound(models.Model):
    """A round for which a proxy entry was opened; in every other round it gives no right."""

    entry = models.ForeignKey("accounts.ProxyEntry", on_delete=models.PROTECT, related_name="rounds")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "period"], name="nominations_proxyround_once")]


class ProxyAct(models.Model):
    """One thing that an admin did with a nomination in the name of its region. Append-only; part of the history."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="proxy_acts")
    entry = models.ForeignKey("accounts.ProxyEntry", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    detail = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["nomination", "actor"], name="nominations_proxyact_actor")]
