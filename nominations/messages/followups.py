"""Reminding regions of the records that are due on their stars."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.formats import date_long
from nominations.messages.region import tell_officers
from nominations.models import Nomination


def tell_due(*, region: str, period: int, year: int, due: date, step: int, stars: Sequence[Nomination]) -> None:
    """To the officers of the region, once a step. One query, and two a mail."""
    path = f"{reverse('follow_up_list')}?keadaan=terlambat"
    body = _(
        "Sejak %(day)s, %(year)d tahun setelah hasilnya diumumkan, keadaan pemegang bintang berikut perlu dicatat:\n\n"
        "%(rows)s\n\n"
        "Yang diisi: tenaga kerja, omzet, ekspor, pembinaan yang diterima, hasilnya, dan rencana berikutnya."
        " Catatan ini dibaca tim seleksi saat bintangnya dinilai kembali.\n\nIsi di sini: %(page)s"
    ) % {
        "day": date_long(due),
        "year": year,
        "rows": "\n".join(f"- {star.title}" for star in stars),
        "page": settings.BASE_URL.rstrip("/") + path,
    }
    subject = _("Tindak lanjut tahun ke-%(year)d untuk %(number)d bintang") % {"year": year, "number": len(stars)}
    tell_officers(region, f"follow-up:{period}:{region}:{year}:{step}", subject, body, url=path)
