"""Who is told of questions, comments, objections and reminders. What was written is read in the portal."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SECRETARIAT
from accounts.selectors import people_with
from accounts.services.notices import notify
from nominations.enums import Side
from nominations.messages.region import help_line, officers_of
from nominations.models import Nomination, ProvinceComment, ProvinceObjection, QuestionMessage


def name_of(nomination: Nomination) -> str:
    """Number, or title while there is none."""
    return nomination.reference or nomination.title


def tell_question(message: QuestionMessage, *, first: bool) -> None:
    """To the side that has the next word."""
    question = message.question
    nomination = question.nomination
    by_district = message.side == Side.DISTRICT
    users = people_with(*SECRETARIAT) if by_district else officers_of(nomination)
    who = message.author_label if by_district else _("Sekretariat")
    subject = _("Pertanyaan tentang usulan %(name)s") if first else _("Tanggapan tentang usulan %(name)s")
    body = _("%(who)s menulis tentang usulan %(name)s.") % {"who": who, "name": name_of(nomination)}
    url = reverse("question_detail", args=[nomination.pk, question.pk])
    _tell(users, message.author, subject % {"name": name_of(nomination)}, body, url, f"question:{message.pk}")


def tell_comment(comment: ProvinceComment) -> None:
    """To the district that is advised."""
    nomination = comment.nomination
    subject = _("Catatan provinsi untuk usulan %(name)s") % {"name": name_of(nomination)}
    body = _("%(who)s menulis catatan untuk usulan %(name)s.") % {
        "who": comment.author_label,
        "name": name_of(nomination),
    }
    url = reverse("province_comments", args=[nomination.pk])
    _tell(officers_of(nomination), comment.author, subject, body, url, f"comment:{comment.pk}")


def tell_objection(objection: ProvinceObjection, *, lifted: bool) -> None:
    """To the Sekretariat, which cannot conclude while it stands, and to the district."""
    nomination = objection.nomination
    if lifted:
        subject, body = _("Keberatan atas usulan %(name)s dicabut"), _("Provinsi mencabut keberatannya.")
    else:
        subject, body = (
            _("Keberatan provinsi atas usulan %(name)s"),
            _("Selama keberatan ini berlaku, usulan tidak dapat dinyatakan lolos verifikasi."),
        )
    users = [*people_with(*SECRETARIAT), *officers_of(nomination)]
    key = f"objection{'-lifted' if lifted else ''}:{objection.pk}"
    url = reverse("province_comments", args=[nomination.pk])
    author = objection.lifted_by if lifted else objection.author
    _tell(users, author, subject % {"name": name_of(nomination)}, body, url, key)


def _tell(users: list[User], author: Any, subject: str, body: str, url: str, key: str) -> None:
    text = f"{body}\n\n" + _("Baca di portal: %(page)s") % {"page": settings.BASE_URL + url} + f"\n\n{help_line()}\n"
    notify(users=[user for user in users if user != author], subject=subject, body=text, url=url, key=key)
