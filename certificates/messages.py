"""Who is told what, in which words."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.selectors import people_with
from accounts.services.notices import notify
from certificates.models import Certificate
from core import formats
from nominations.messages.region import officers_of, page_of, path_of
from nominations.models import Nomination
from scoring.models import Decision


def tell_decided(nomination: Nomination, decision: Decision) -> None:
    """The Minister's decision, to every officer of the region. One query and two a mail."""
    stars = _("\nBintang: %(stars)d") % {"stars": decision.stars} if decision.stars else ""
    body = _(
        "Selamat. %(title)s (%(reference)s) ditetapkan sebagai penerima penghargaan %(period)s.\n"
        "Kategori: %(category)s%(stars)s\n\n"
        "Sertifikatnya sedang disiapkan. Setelah terbit, sertifikat dapat diunduh di halaman Sertifikat.\n\n"
        "Lihat usulan: %(page)s\n\nBantuan: %(mail)s, %(phone)s\n"
    ) % {
        "title": nomination.title,
        "reference": nomination.reference,
        "period": nomination.period.name,
        "category": nomination.category.label,
        "stars": stars,
        "page": page_of(nomination),
        "mail": settings.HELP_EMAIL,
        "phone": settings.HELP_PHONE,
    }
    notify(
        users=officers_of(nomination),
        subject=_("Usulan %(ref)s ditetapkan sebagai penerima penghargaan") % {"ref": nomination.reference},
        body=body,
        url=path_of(nomination),
        key=f"decided:{nomination.pk}",
        important=True,
    )


def tell_expiring(*, region: str, last_day: date, step: int | None, certificates: Sequence[Certificate]) -> None:
    """That certificates of a region end on a day: to its officers, once a step. Three queries and two a mail."""
    path = reverse("certificate_list")
    day = formats.date_long(last_day)
    notify(
        users=people_with(Role.DISTRICT_OFFICER, regions=[region]),
        subject=_("%(number)d sertifikat berakhir pada %(day)s") % {"number": len(certificates), "day": day},
        body=_(
            "Sertifikat berikut berlaku sampai dengan %(day)s:\n\n%(rows)s\n\n"
            "Bintang dinilai kembali lewat evaluasi ulang. Portal memberi tahu saat Sekretariat membukanya. Pastikan"
            " izin, sertifikat halal, dan data produknya di portal masih benar: %(page)s\n"
        )
        % {
            "day": day,
            "rows": "\n".join(f"- {row.serial}  {row.face['holder_name']}" for row in certificates),
            "page": settings.BASE_URL.rstrip("/") + path,
        },
        url=path,
        key=f"expires:{region}:{last_day.isoformat()}:{step}",
        important=True,
    )


def tell_stopped(*, day: date) -> None:
    """The signer failed and every certificate waits: to the admins of the ministry, once a day. Three queries."""
    path = reverse("admin:certificates_certificate_changelist")
    notify(
        users=people_with(Role.MINISTRY_ADMIN),
        subject=_("Penerbitan sertifikat berhenti: tanda tangan tidak dapat dibuat"),
        body=_(
            "Penanda tangan elektronik menolak atau tidak menjawab, sehingga sertifikat yang belum terbit ditahan. "
            "Tidak ada sertifikat yang terbit tanpa tanda tangan dan tidak ada nomor yang hilang.\n\n"
            "Periksa penanda tangan bersama pengelola sistem, lalu lanjutkan penerbitan: %(page)s\n"
        )
        % {"page": settings.BASE_URL.rstrip("/") + path},
        url=path,
        key=f"signer-stopped:{day.isoformat()}",
        important=True,
    )
