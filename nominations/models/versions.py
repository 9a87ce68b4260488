"""Earlier texts of the topics of a dossier."""

from django.db import models

from nominations.enums import Topic
from nominations.models.dossiers import Nomination
from nominations.models.periods import one_of


class AnswerVersion(models.Model):
    """A text that was overwritten, with who had saved it when. Append-only; `nominations.rules.ends_spell` thins it."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="answer_versions")
    question = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "question", "version"], name="nominations_answerversion_once"
            ),
            one_of("question", Topic, "nominations_answerversion_question"),
        ]
