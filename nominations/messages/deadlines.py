"""A region is told when a deadline of its own moves."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from nominations.enums import WindowKind
from nominations.messages.region import page_of, tell_officers
from nominations.models import Extension
from reference.models import Region

# The assessment is not the region's work, so its dates are not its business.
TOLD = frozenset({WindowKind.NOMINATION, WindowKind.CORRECTION})


def tell_extended(extension: Extension, before: datetime) -> None:
    """The former and the new deadline on both clocks, with the reason, to every officer of the region."""
    body = _(
        "Batas %(what)s untuk %(whom)s diperpanjang.\n\nBatas lama: %(before)s\nBatas baru: %(after)s\n"
        "Alasan: %(reason)s\n\nBuka: %(page)s"
    )
    _tell(extension, "extended", _("Batas waktu diperpanjang: %(what)s"), body, before)


def tell_extension_withdrawn(extension: Extension, without: datetime) -> None:
    body = _(
        "Perpanjangan batas %(what)s untuk %(whom)s ditarik sebelum berlaku.\n\nBatas yang berlaku: %(before)s\n"
        "Alasan: %(withdrawal)s\n\nBuka: %(page)s"
    )
    _tell(extension, "extension-withdrawn", _("Perpanjangan ditarik: %(what)s"), body, without)


def _tell(extension: Extension, key: str, subject: str, body: str, before: datetime) -> None:
    if extension.window.kind not in TOLD:
        return
    nomination = extension.nomination
    region = nomination.region if nomination else Region.objects.select_related("parent").get(pk=extension.region_id)
    facts = {
        "what": f"{extension.window.get_kind_display().lower()} {extension.window.period}",
        "whom": _("usulan “%(title)s”") % {"title": nomination.title} if nomination else region.full_label,
        "before": formats.deadline_text(before, region.timezone),
        "after": formats.deadline_text(extension.closes_at, region.timezone),
        "reason": extension.reason,
        "withdrawal": extension.withdrawal_reason,
        "page": page_of(nomination) if nomination else settings.BASE_URL + reverse("nomination_list"),
    }
    tell_officers(region.pk, f"{key}:{extension.pk}", subject % facts, body % facts)
