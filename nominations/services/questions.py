"""Asking, answering and closing. What was said stays as it was said; the database refuses to change a message."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.enums import Side
from nominations.messages.correspondence import tell_question
from nominations.models import Nomination, Question, QuestionMessage
from nominations.policies import can_answer, can_ask, can_close_question, side_of

OTHER_SIDE = {Side.DISTRICT: Side.SECRETARIAT, Side.SECRETARIAT: Side.DISTRICT}


@transaction.atomic
def ask_question(*, nomination: Nomination, about: str, body: str, actor: Any) -> Question:
    """Open a matter; the other side is told. Raises NotPermitted, RuleBroken."""
    require(can_ask(actor, nomination))
    side = side_of(actor, nomination)
    question = Question.objects.create(nomination=nomination, about=about, waits_for=OTHER_SIDE[side])
    message = _write(question, side, body, actor)
    audit.record(actor, "nomination.question_asked", nomination, question=question.pk)
    tell_question(message, first=True)
    return question


@transaction.atomic
def answer_question(*, question_id: int, body: str, actor: Any) -> QuestionMessage:
    """A further message; the other side is told and has the next word. Raises NotPermitted, RuleBroken."""
    question = _lock(question_id)
    require(can_answer(actor, question))
    side = side_of(actor, question.nomination)
    message = _write(question, side, body, actor)
    Question.objects.filter(pk=question.pk).update(waits_for=OTHER_SIDE[side], last_at=Now())
    audit.record(actor, "nomination.question_answered", question.nomination, question=question.pk)
    tell_question(message, first=False)
    return message


@transaction.atomic
def close_question(*, question_id: int, actor: Any) -> None:
    """The Sekretariat's "Selesai". Raises NotPermitted, also when a colleague was quicker."""
    question = _lock(question_id)
    require(can_close_question(actor, question))
    Question.objects.filter(pk=question.pk).update(closed_at=Now(), closed_by=actor)
    audit.record(actor, "nomination.question_closed", question.nomination, question=question.pk)


def _lock(question_id: int) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("nomination__region", "nomination__period")
    return rows.get(pk=question_id)


def _write(question: Question, side: Side, body: str, actor: Any) -> QuestionMessage:
    if not body.strip():
        raise RuleBroken(_("Pesan belum diisi."))
    region = question.nomination.region_id if side is Side.DISTRICT else None
    return QuestionMessage.objects.create(
        question=question,
        side=side,
        author=actor,
        author_label=author_label(actor, side, region),
        region_id=region,
        body=body.strip(),
    )


def author_label(actor: Any, side: Side, region: str | None) -> str:
    """The duty in which the person writes now: `Petugas kabupaten/kota – Kota Pekalongan, Jawa Tengah`. No query."""
    roles = SECRETARIAT if side is Side.SECRETARIAT else {Role.DISTRICT_OFFICER}
    return next(m.duty for m in actor.active_memberships if m.role in roles and m.region_id == region)
