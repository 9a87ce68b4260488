"""Questions and answers between a district and the Sekretariat about one nomination."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from nominations.enums import Side
from nominations.models.dossiers import Nomination
from nominations.models.periods import one_of
from nominations.querysets import QuestionQuerySet


class Question(models.Model):
    """One matter that was asked about. Its words are the messages; here stands only whose turn it is."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="questions")
    about = models.CharField(max_length=12, blank=True)
    waits_for = models.CharField(max_length=11)
    asked_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "pertanyaan"
        verbose_name_plural = "pertanyaan"
        indexes = [
            models.Index(fields=["nomination", "-id"], name="nominations_question_of"),
            models.Index(
                fields=["waits_for", "asked_at", "id"], condition=Q(closed_at=None), name="nominations_question_waiting"
            ),
        ]
        constraints = [
            one_of("waits_for", Side, "nominations_question_side"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="nominations_question_closed_by",
            ),
        ]


class QuestionMessage(models.Model):
    """One message with what its author was at that time. Append-only: a correction is a further message."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=11)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    region = models.ForeignKey("reference.Region", on_delete=models.PROTECT, null=True, related_name="+")
    body = models.TextField(max_length=2000)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("side", Side, "nominations_questionmessage_side"),
            models.CheckConstraint(condition=~Q(body=""), name="nominations_questionmessage_body"),
        ]
