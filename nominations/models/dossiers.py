"""A nomination, its one entry, its documents and its history."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext as _

from nominations.enums import (
    NOT_LIVE,
    OVER,
    OVER_WHEN_RELEASED,
    CandidateKind,
    EntryKind,
    IdentityKind,
    Status,
    Topic,
)
from nominations.models.periods import Category, Period, Requirement, one_of
from nominations.querysets import NominationQuerySet

ANSWER_MAX = 3000


class Nomination(models.Model):
    """One dossier of one region in one period. `status` is written by `services.transitions` alone."""

    reference = models.CharField(max_length=30, unique=True, null=True)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="nominations")
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, related_name="nominations")
    subject_key = models.CharField(max_length=80)  # empty while a candidate's identity number is not known
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    # Written by the room that issues and revokes certificates; `date.max` for a star without end, None when there is no
    # star in force.
    star_until = models.DateField(null=True)
    # The star that this nomination renews; None for one that is nominated for the first time.
    review = models.ForeignKey(
        "nominations.StarReview", on_delete=models.PROTECT, null=True, related_name="nominations"
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = "usulan"
        verbose_name_plural = "usulan"
        indexes = [
            models.Index(fields=["region", "-id"], name="nominations_by_region"),
            models.Index(fields=["period", "status", "-id"], name="nominations_by_status"),
            models.Index(fields=["status", "-id"], name="nominations_queue"),
            models.Index(fields=["status", "submitted_at", "id"], name="nominations_waiting"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="nominations_title_search"),
        ]
        constraints = [
            one_of("status", Status, "nominations_nomination_status"),
            models.UniqueConstraint(
                fields=["period", "subject_key"],
                condition=~Q(status__in=[s.value for s in NOT_LIVE]) & ~Q(subject_key=""),
                name="nominations_nomination_one_live",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | ~Q(subject_key=""),
                name="nominations_nomination_has_subject",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=~Q(status__in=[s.value for s in NOT_LIVE]),
                name="nominations_nomination_one_renewal",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | Q(reference__isnull=False),
                name="nominations_nomination_has_reference",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.title

    @property
    def entry_kind(self) -> EntryKind:
        """No query when period and award are joined."""
        return EntryKind(self.period.award.entry_kind)

    @property
    def entry(self) -> "ProductEntry | CandidateEntry":
        """The one entry of this nomination; one query unless it was joined."""
        return self.product_entry if self.entry_kind is EntryKind.PRODUCT else self.candidate_entry


class ProductEntry(models.Model):
    """A product of an IKM in a sentra (OVOP)."""

    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="product_entry")
    sentra = models.ForeignKey("sentra.Sentra", on_delete=models.PROTECT, related_name="entries")
    ikm = models.ForeignKey("sentra.Ikm", on_delete=models.PROTECT, related_name="entries")
    product = models.ForeignKey("sentra.Product", on_delete=models.PROTECT, related_name="entries")

    class Meta:
        verbose_name = "usulan"
        verbose_name_plural = "usulan"

    def __str__(self) -> str:
        return str(self.nomination)

    @classmethod
    def merge_refusal(cls, field: str, rows: QuerySet[Any], winner: Any) -> str:
        """Why the entries cannot follow their IKM or product into `winner`; empty when they can. Two queries at most.

        History follows. What is still going on stays with its record: the category, the sentra and the answers of a
        dossier were chosen for it. A result that is not released counts as going on, or a refusal would tell it.
        """
        if field == "sentra":
            return ""
        over = Q(nomination__status__in=[s.value for s in OVER]) | Q(
            nomination__status__in=[s.value for s in OVER_WHEN_RELEASED],
            nomination__period__results_released_at__isnull=False,
        )
        if going_on := rows.exclude(over).select_related("nomination").first():
            text = _("%(title)s masih berjalan sebagai usulan. Pilih data itu sebagai data yang dipakai.")
            return text % {"title": going_on.nomination}
        if field == "product":
            live = Nomination.objects.exclude(status__in=[s.value for s in NOT_LIVE])
            periods = live.filter(product_entry__product=winner).values("period")
            twice = rows.filter(nomination__in=live, nomination__period__in=periods)
            if twice := twice.select_related("nomination__period").first():
                text = _("Kedua produk diusulkan pada %(period)s. Usulan satu periode tidak dapat digabung.")
                return text % {"period": twice.nomination.period}
        return ""


class CandidateEntry(models.Model):
    """A person, organisation or company that builds up IKM (Upakarti). It has its own version.

    A draft needs its name alone; `selectors.findings` says what else it lacks before it can be submitted.
    """

    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="candidate_entry")
    candidate_kind = models.CharField(max_length=14)
    name = models.CharField("nama calon", max_length=120)
    identity_kind = models.CharField(max_length=5)
    identity_number = models.CharField("nomor identitas", max_length=16)
    address = models.CharField("alamat", max_length=250)
    phone = models.CharField("telepon", max_length=20)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())
    spell_began_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(candidate_kind__in=[kind.value for kind in CandidateKind])
                | Q(candidate_kind="", identity_kind=""),
                name="nominations_candidateentry_kind",
            ),
            models.CheckConstraint(
                condition=Q(identity_kind__in=[kind.value for kind in IdentityKind])
                | Q(identity_kind="", identity_number=""),
                name="nominations_candidateentry_identity",
            ),
        ]


class Answer(models.Model):
    """What a dossier says on one topic. Each topic has its own version, so that two people can write side by side."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20)
    text = models.TextField(blank=True, max_length=ANSWER_MAX)
    version = models.PositiveIntegerField()
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    spell_began_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "question"], name="nominations_answer_once"),
            one_of("question", Topic, "nominations_answer_question"),
            models.CheckConstraint(condition=Q(version__gte=1), name="nominations_answer_version"),
        ]


class Beneficiary(models.Model):
    """An IKM that the candidate coaches, with the calendar years in which that happened. It has its own version.

    A draft needs its name alone, as its candidate does.
    """

    entry = models.ForeignKey(CandidateEntry, on_delete=models.CASCADE, related_name="beneficiaries")
    ikm = models.ForeignKey("sentra.Ikm", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("nama IKM binaan", max_length=160)
    place = models.CharField("kabupaten/kota atau alamat", max_length=160)
    contact = models.CharField("telepon atau narahubung", max_length=120)
    activity = models.TextField("bentuk pembinaan", max_length=1000)
    years = ArrayField(models.PositiveSmallIntegerField(), verbose_name="tahun pembinaan")
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())
    spell_began_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("entry", models.functions.Lower("name"), name="nominations_beneficiary_distinct"),
        ]


class DossierItem(models.Model):
    """A document or link for a requirement. Replaced, never overwritten: the newest that is not superseded counts."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="items")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="items")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True)
    link = models.URLField(blank=True)
    added_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)
    danger_told_at = models.DateTimeField(null=True)

    overtaken: "DossierItem | None" = None
    """a colleague's answer that this one replaced unseen; known to the service that adds it alone"""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "requirement"],
                condition=Q(superseded_at=None),
                name="nominations_dossieritem_one_current",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False, link="") | (Q(file__isnull=True) & ~Q(link="")),
                name="nominations_dossieritem_file_or_link",
            ),
        ]


class StatusChange(models.Model):
    """Who moved a nomination, when and why. Append-only; shown to people as the history."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    action = models.CharField(max_length=24)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    # Set when it was taken within the grace after the deadline; a begun minute counts.
    minutes_late = models.PositiveSmallIntegerField(null=True)
    proxy = models.ForeignKey("accounts.ProxyEntry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["nomination", "id"], name="nominations_statuschange_path"),
            models.Index(fields=["-id"], condition=Q(minutes_late__isnull=False), name="nominations_statuschange_late"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_late=None) | Q(minutes_late__gte=1), name="nominations_statuschange_minutes"
            )
        ]
