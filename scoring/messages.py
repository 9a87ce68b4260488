"""Who is told what, in which words. Only plain text and our own addresses; no scores, no reasons of a conflict."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core import outbox
from nominations.models import Nomination
from scoring.models import Assignment, Sheet


def chairs() -> list[str]:
    """Addresses of the panel's chairs now. One query."""
    members = Membership.objects.in_force().filter(role=Role.PANEL_CHAIR, user__is_active=True)
    return list(members.values_list("user__email", flat=True).distinct())


def tell_conflict(nomination: Nomination, ended: Iterable[Assignment], actor: Any) -> None:
    """A scorer steps back: to the chair, and to whoever assigned and now has to find another person."""
    stages = sorted({assignment.stage.label for assignment in ended})
    body = _(
        "%(name)s menyatakan benturan kepentingan atas usulan %(reference)s dan tidak lagi menilainya"
        " (tahap: %(stages)s).\n\nPeriksa apakah jumlah penilai masih cukup: %(page)s\n"
    ) % {
        "name": actor.name,
        "reference": nomination.reference,
        "stages": ", ".join(stages),
        "page": settings.BASE_URL + reverse("assign", args=[nomination.pk]),
    }
    for address in sorted({*chairs(), *(assignment.assigned_by.email for assignment in ended)}):
        outbox.put(
            to=address,
            subject=_("Benturan kepentingan pada usulan %(ref)s") % {"ref": nomination.reference},
            body=body,
            key=f"conflict:{nomination.pk}:{actor.pk}:{address}",
        )


def tell_sheet_reopened(sheet: Sheet, reason: str) -> None:
    """To the scorer whose sheet the chair opened again."""
    body = _(
        "Ketua panel membuka kembali lembar nilai Anda untuk usulan %(reference)s.\n\nAlasan: %(reason)s\n\n"
        "Perbaiki nilai, lalu kirim lagi: %(page)s\n"
    ) % {
        "reference": sheet.nomination.reference,
        "reason": reason,
        "page": settings.BASE_URL + reverse("score_sheet", args=[sheet.assignment_id]),
    }
    outbox.put(
        to=sheet.assessor.email,
        subject=_("Lembar nilai usulan %(ref)s dibuka kembali") % {"ref": sheet.nomination.reference},
        body=body,
        key=f"sheet-reopened:{sheet.pk}:{sheet.version}",
    )
