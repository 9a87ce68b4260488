"""A region is told when the Sekretariat acts in its name, and when that ends."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import ProxyEntry
from nominations.messages.region import tell_officers


def tell_opened(entry: ProxyEntry, periods: list[str], actor: Any) -> None:
    body = _(
        "Mulai sekarang Sekretariat dapat mendaftarkan sentra, IKM, dan produk serta mengisi dan mengirim usulan atas"
        " nama %(region)s pada %(periods)s.\n\nAlasan: %(reason)s\nDibuka oleh: %(who)s\n\n"
        "Anda tetap dapat mengisi sendiri. Semua yang diisi Sekretariat tampak dalam riwayat usulan: %(page)s\n"
        "Bila ini tidak sesuai dengan keadaan di daerah Anda, segera hubungi Sekretariat."
    ) % {
        "region": entry.region.full_label,
        "periods": ", ".join(periods),
        "reason": entry.reason,
        "who": actor.name,
        "page": settings.BASE_URL + reverse("nomination_list"),
    }
    subject = _("Sekretariat mengisi atas nama %(region)s") % {"region": entry.region.label}
    tell_officers(entry.region_id, f"proxy-opened:{entry.pk}", subject, body)


def tell_closed(entry: ProxyEntry) -> None:
    body = _(
        "Sekretariat tidak lagi mengisi atas nama %(region)s. Lanjutkan usulan yang masih berupa konsep: %(page)s"
    ) % {"region": entry.region.full_label, "page": settings.BASE_URL + reverse("nomination_list")}
    subject = _("Pengisian atas nama %(region)s berakhir") % {"region": entry.region.label}
    tell_officers(entry.region_id, f"proxy-closed:{entry.pk}", subject, body)
