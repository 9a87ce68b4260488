"""Who is told what, in which words."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.services.notices import notify
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
