"""The verifier's word on one submission: who checks it, verdicts part by part, and what it failed on."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.enums import AdminRule, ItemVerdict
from nominations.models.dossiers import DossierItem
from nominations.models.periods import one_of
from nominations.models.snapshots import Snapshot

NOTE_MAX = 500


class VerificationDesk(models.Model):
    """Who checks a submission, and the reasons as far as they are written. It names a person and locks nobody out."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="desk")
    checker = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=Now())
    reason = models.TextField(blank=True, max_length=1000)
    failed = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["checker"], name="nominations_desk_checker")]


class VerificationItem(models.Model):
    """The verifier's word on one document (`item`) or one section (`page`) of one submission."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="verification_items")
    item = models.ForeignKey(DossierItem, on_delete=models.PROTECT, null=True, related_name="verifications")
    page = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=10)
    note = models.CharField(max_length=NOTE_MAX, blank=True)
    version = models.PositiveIntegerField(default=1)
    verified_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "item"], name="nominations_verificationitem_once"),
            models.UniqueConstraint(
                fields=["snapshot", "page"], condition=~Q(page=""), name="nominations_verificationitem_page_once"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, page="") | (Q(item__isnull=True) & ~Q(page="")),
                name="nominations_verificationitem_one_part",
            ),
            one_of("verdict", ItemVerdict, "nominations_verificationitem_verdict"),
            models.CheckConstraint(
                condition=Q(verdict=ItemVerdict.ACCEPTED) | ~Q(note=""),
                name="nominations_verificationitem_note",
            ),
        ]

    @property
    def key(self) -> int | str:
        """The part it speaks of: the id of a document, or the name of a page."""
        return self.item_id or self.page

    @property
    def part(self) -> int | str:
        """The part as its region changes it: the id of a requirement, or the name of a page."""
        return self.item.requirement_id if self.item else self.page

    @property
    def code(self) -> str:
        """The part as addresses and snapshots name it; one query unless the requirement was joined."""
        return self.item.requirement.code if self.item else self.page


class IneligibilityReason(models.Model):
    """One rule of the administrative stage on which a submission failed, and why."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="ineligibility_reasons")
    rule = models.CharField(max_length=16, choices=AdminRule)
    reason = models.CharField(max_length=NOTE_MAX)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "rule"], name="nominations_ineligibilityreason_once"),
            one_of("rule", AdminRule, "nominations_ineligibilityreason_rule"),
            models.CheckConstraint(condition=~Q(reason=""), name="nominations_ineligibilityreason_given"),
        ]


class BulkPass(models.Model):
    """One press by which many checked dossiers passed; `results` says of each whether it did, or why not."""

    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    results = models.JSONField()
