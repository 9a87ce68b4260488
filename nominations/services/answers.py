"""Bringing an earlier text of a topic back."""

from typing import Any

from django.db import transaction

from nominations.enums import Question
from nominations.models import Answer, AnswerVersion
from nominations.services.drafting import keep_earlier, lock_for_edit, save_answer


@transaction.atomic
def restore_answer(*, nomination_id: int, question: Question, earlier: int, version: int, actor: Any) -> Answer:
    """Make the text of the earlier version the present one, as a new version; the present text is kept.

    `version` is the one that the page showed. Raises StaleVersion when the topic was saved since.
    """
    nomination = lock_for_edit(nomination_id, question, actor)
    present = nomination.answers.get(question=question)
    if present.version == version:
        keep_earlier(present)
    text = AnswerVersion.objects.get(nomination=nomination, question=question, version=earlier).text
    return save_answer(nomination_id=nomination_id, question=question, text=text, version=version, actor=actor)
