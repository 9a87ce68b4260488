"""Replacing the text of a topic on purpose: after a conflict, or by an earlier one."""

from typing import Any

from django.db import transaction

from nominations.enums import Topic
from nominations.models import Answer, AnswerVersion
from nominations.selectors.dossiers import answer_of
from nominations.services.drafting import keep_earlier, lock_for_edit, save_answer


@transaction.atomic
def replace_answer(*, nomination_id: int, question: Topic, text: str, version: int, actor: Any) -> Answer:
    """As `save_answer`, and what it replaces is kept among the earlier versions however young it is."""
    present = answer_of(lock_for_edit(nomination_id, question, actor), question)
    if present and present.version == version and present.text != text:
        keep_earlier(present)
    return save_answer(nomination_id=nomination_id, question=question, text=text, version=version, actor=actor)


@transaction.atomic
def restore_answer(*, nomination_id: int, question: Topic, earlier: int, version: int, actor: Any) -> Answer:
    """Make the text of the earlier version the present one, as a new version.

    `version` is the one that the page showed. Raises StaleVersion when the topic was saved since.
    """
    kept = AnswerVersion.objects.get(nomination=nomination_id, question=question, version=earlier)
    facts = {"nomination_id": nomination_id, "question": question, "actor": actor}
    return replace_answer(text=kept.text, version=version, **facts)
