"""How questions and comments read. A region reads the duty of the Sekretariat's people, not their names."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from nominations.enums import Side
from nominations.models import Nomination, Question, QuestionMessage
from nominations.presenters.status import reads_internal
from nominations.presenters.tasks import page_label, pages_of
from nominations.selectors.dossiers import requirements_of


def parts_of(nomination: Nomination, stage: Any) -> list[tuple[str, str]]:
    """Sections and documents that a question may be about, as choices. One query."""
    documents = [(row.code, f"{row.code} {row.label}") for row in requirements_of(nomination, stage)]
    kind = nomination.entry_kind
    sections = [(page, page_label(kind, page)) for __, pages in pages_of(kind) for page in pages]
    return sections + documents


def about_label(nomination: Nomination, code: str) -> str:
    """`Dokumen D03`, the name of a section, or nothing. No query when period and award are joined."""
    if not code:
        return ""
    kind = nomination.entry_kind
    is_section = any(code in pages for __, pages in pages_of(kind))
    return page_label(kind, code) if is_section else _("Dokumen %(code)s") % {"code": code}


def question_state(question: Question) -> dict[str, str]:
    if question.closed_at:
        return {"label": _("Selesai"), "kind": "success"}
    if question.waits_for == Side.SECRETARIAT:
        return {"label": _("Menunggu Sekretariat"), "kind": "attention"}
    return {"label": _("Menunggu daerah"), "kind": "progress"}


def question_row(question: Question, user: Any) -> dict[str, Any]:
    """One question with its messages, oldest first. No query when the messages are fetched."""
    messages = [_message_row(message, user) for message in question.messages.all()]
    return {
        "question": question,
        "about": about_label(question.nomination, question.about),
        "state": question_state(question),
        "messages": messages,
        "url": reverse("question_detail", args=[question.nomination_id, question.pk]),
    }


def _message_row(message: QuestionMessage, user: Any) -> dict[str, Any]:
    named = message.side == Side.DISTRICT or reads_internal(user)
    return {
        "who": f"{message.author.name}, {message.author_label}" if named else message.author_label,
        "at": message.at,
        "body": message.body,
        "side": message.side,
    }
