"""Who is told what of the reports."""

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from nominations.messages.region import with_help
from reports.enums import ReportKind
from reports.selectors.letters import ReadyLetter


def letter_path(letter: ReadyLetter) -> str:
    """The page on which the letter is asked for, with everything chosen."""
    return f"{reverse('report_list')}?{urlencode({'laporan': ReportKind.LETTERS.value, 'periode': letter.period})}"


def letter_ready(letter: ReadyLetter) -> tuple[str, str]:
    """Subject and body."""
    facts = {
        "period": letter.period_name,
        "number": letter.outcomes,
        "page": settings.BASE_URL.rstrip("/") + letter_path(letter),
    }
    subject = _("Surat umpan balik %(period)s tersedia") % facts
    body = _(
        "Surat umpan balik %(period)s untuk daerah Anda memuat hasil %(number)d usulan: sejauh mana tiap usulan"
        " melangkah, aspek yang kuat, dan yang dapat diperbaiki sebelum periode berikutnya.\n\n"
        "Minta suratnya di halaman Laporan, lalu unduh sebagai PDF: %(page)s"
    )
    return subject, with_help(body % facts)
