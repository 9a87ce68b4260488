"""The reminder to a kabupaten or kota: the sender's introduction, then what holds for this region."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from accounts.services.notices import notify
from core.formats import date_short, deadline_text, moment_text
from nominations.messages.region import help_line
from nominations.models import RegionReminder
from nominations.selectors.matrix import ReminderTarget


def reminder_mail(target: ReminderTarget, introduction: str, actor: Any) -> tuple[str, str]:
    """Subject and body, exactly as the officers of this region read them. No query."""
    row, period = target.row, target.period
    deadline = deadline_text(row.closes_at, row.region.timezone)
    subject = _("Pengingat: pengusulan %(period)s ditutup %(day)s") % {
        "period": period.name,
        "day": date_short(row.closes_at),
    }
    facts = _(
        "%(region)s: %(sent)d usulan diajukan, %(drafts)d konsep. Dianjurkan paling sedikit %(wanted)d %(what)s.\n"
        "Batas akhir pengusulan: %(deadline)s.\n\nMulai atau lanjutkan usulan: %(page)s"
    ) % {
        "region": row.region.label,
        "sent": row.sent,
        "drafts": row.drafts,
        "wanted": period.min_sentra_hint,
        "what": period.get_hint_counts_display(),
        "deadline": deadline,
        "page": settings.BASE_URL + reverse("nomination_list"),
    }
    return subject, f"{introduction}\n\n{facts}\n\n{sender(actor, row.region.parent_id)}\n{help_line()}\n"


def sender(actor: Any, province: str) -> str:
    """A province's officer is named; the Sekretariat speaks as one. No query."""
    if actor.has_role(*SECRETARIAT):
        return _("Dikirim oleh Sekretariat.")
    duty = next(m.duty for m in actor.active_memberships if m.role == Role.PROVINCE_OFFICER and m.region_id == province)
    return _("Dikirim oleh %(name)s, %(duty)s.") % {"name": actor.name, "duty": duty}


def not_reminded_because(target: ReminderTarget) -> str:
    """Why this region would be passed over; empty when the reminder goes out. No query."""
    row, now = target.row, timezone.now()
    if row.may_be_reminded_from:
        return _("Sudah diingatkan %(moment)s. Pengingat berikutnya dapat dikirim 24 jam kemudian.") % {
            "moment": moment_text(row.reminded_at)
        }
    if not row.closes_at or row.closes_at < now or target.period.opens_at > now:
        return _("Masa pengusulan daerah ini tidak sedang dibuka.")
    return "" if target.officers else _("Belum ada petugas daerah yang terdaftar. Hubungi Sekretariat.")


def tell_reminded(target: ReminderTarget, reminder: RegionReminder, actor: Any) -> None:
    subject, body = reminder_mail(target, reminder.introduction, actor)
    notify(
        users=target.officers,
        subject=subject,
        body=body,
        url=reverse("nomination_list"),
        key=f"region-reminder:{reminder.pk}",
        important=True,
    )
