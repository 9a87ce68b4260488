"""Who is told what, in which words. Only plain text and our own addresses; no scores, no reasons of a conflict."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import people_with
from accounts.services.notices import notify
from core.formats import deadline_text
from nominations.models import Nomination
from scoring.models import Assignment, ScorerReminder, Sheet


def chairs() -> list[User]:
    """The panel's chairs now. One query."""
    return people_with(Role.PANEL_CHAIR)


def tell_conflict(nomination: Nomination, ended: Iterable[Assignment], actor: Any) -> None:
    """A scorer steps back: to the chair, and to whoever assigned and now has to find another person."""
    page = reverse("assign", args=[nomination.pk])
    stages = sorted({assignment.stage.label for assignment in ended})
    body = _(
        "%(name)s menyatakan benturan kepentingan atas usulan %(reference)s dan tidak lagi menilainya"
        " (tahap: %(stages)s).\n\nPeriksa apakah jumlah penilai masih cukup: %(page)s\n"
    ) % {
        "name": actor.name,
        "reference": nomination.reference,
        "stages": ", ".join(stages),
        "page": settings.BASE_URL + page,
    }
    notify(
        users=[*chairs(), *(assignment.assigned_by for assignment in ended)],
        subject=_("Benturan kepentingan pada usulan %(ref)s") % {"ref": nomination.reference},
        body=body,
        url=page,
        key=f"conflict:{nomination.pk}:{actor.pk}",
    )


def tell_sheet_reopened(sheet: Sheet, reason: str) -> None:
    """To the scorer whose sheet the chair opened again."""
    page = reverse("score_sheet", args=[sheet.assignment_id])
    body = _(
        "Ketua panel membuka kembali lembar nilai Anda untuk usulan %(reference)s.\n\nAlasan: %(reason)s\n\n"
        "Perbaiki nilai, lalu kirim lagi: %(page)s\n"
    ) % {
        "reference": sheet.stage.name_of(sheet.nomination),
        "reason": reason,
        "page": settings.BASE_URL + page,
    }
    notify(
        users=[sheet.assessor],
        subject=_("Lembar nilai usulan %(ref)s dibuka kembali") % {"ref": sheet.stage.name_of(sheet.nomination)},
        body=body,
        url=page,
        key=f"sheet-reopened:{sheet.pk}:{sheet.version}",
        important=True,
    )


def late_mail(progress: Any, period: Any, introduction: str) -> tuple[str, str]:
    """Subject and body of the reminder to a scorer of `selectors.progress` who is late. Names no nomination."""
    due = deadline_text(progress.due, progress.user.timezone) if progress.due else ""
    body = _(
        "%(introduction)s\n\nPekerjaan Anda yang belum dikirim pada %(period)s: %(late)d.\n"
        "Batas akhir: %(due)s\n\nBuka meja penilaian Anda: %(page)s\n"
    ) % {
        "introduction": introduction,
        "period": period.name,
        "late": progress.late,
        "due": due,
        "page": settings.BASE_URL + reverse("assessor_desk"),
    }
    return _("Penilaian Anda ditunggu: %(period)s") % {"period": period.name}, body


def tell_late(progress: Any, reminder: ScorerReminder) -> None:
    """To one scorer who is late."""
    subject, body = late_mail(progress, reminder.period, reminder.introduction)
    notify(
        users=[progress.user],
        subject=subject,
        body=body,
        url=reverse("assessor_desk"),
        key=f"scorer-reminder:{reminder.pk}",
        important=True,
    )
