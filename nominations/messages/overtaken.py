"""What two people are told who answer one requirement at the same time. Nothing is lost: the history has both."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.services.notices import notify
from core.formats import time_label
from nominations.messages.region import with_help
from nominations.models import DossierItem


def overtaken_text(item: DossierItem, former: DossierItem, zone: str) -> str:
    """To who uploaded later, without having seen what was there. No query when file and person are joined."""
    return _(
        "Dokumen %(code)s tersimpan. Sejak halaman ini Anda buka, %(name)s mengunggah %(what)s pukul %(at)s; sekarang"
        " yang dipakai adalah berkas Anda. Keduanya ada dalam riwayat dokumen: periksa mana yang benar."
    ) % {
        "code": item.requirement.code,
        "name": former.added_by.name,
        "what": named(former),
        "at": time_label(former.added_at, zone),
    }


def tell_overtaken(item: DossierItem, former: DossierItem) -> None:
    """To who uploaded first. Two queries, and two more a mail."""
    nomination, code = item.nomination, item.requirement.code
    facts = {"code": code, "title": nomination.title, "name": item.added_by.name, "old": named(former)}
    url = reverse("document_history", args=[nomination.pk, item.requirement_id])
    body = _(
        "%(title)s\n\n%(name)s mengunggah dokumen %(code)s tanpa melihat %(old)s yang Anda unggah sebelumnya."
        " Sekarang yang dipakai adalah berkas itu. Berkas Anda tetap ada dalam riwayat dokumen: periksa mana yang"
        " benar, dan unggah lagi bila perlu.\n\n%(page)s"
    ) % (facts | {"page": settings.BASE_URL + url})
    notify(
        users=[former.added_by],
        subject=_("Dokumen %(code)s Anda pada %(title)s digantikan rekan Anda") % facts,
        body=with_help(body),
        url=url,
        key=f"overtaken:{former.pk}",
    )


def named(item: DossierItem) -> str:
    return (
        _("berkas %(name)s") % {"name": item.file.original_name}
        if item.file
        else _("tautan %(link)s") % {"link": item.link}
    )
