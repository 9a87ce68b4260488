"""What a region is told when a scanner has found something in its document."""

from django.conf import settings
from django.utils.translation import gettext as _

from core import outbox
from nominations.enums import EDITABLE, DocumentStage
from nominations.messages.region import page_of, tell_region
from nominations.models import DossierItem


def tell_danger(item: DossierItem) -> None:
    """To the region's officers; of a document of the Sekretariat to who uploaded it."""
    nomination, requirement = item.nomination, item.requirement
    name = nomination.reference or nomination.title
    subject = _("Berkas dokumen %(code)s pada usulan %(name)s ditahan") % {"code": requirement.code, "name": name}
    body = "\n\n".join(
        (
            f"{name} – {nomination.title}",
            _("Berkas %(file)s untuk dokumen %(code)s (%(label)s) terdeteksi berbahaya dan ditahan.")
            % {"file": item.file.original_name, "code": requirement.code, "label": requirement.label},
            _next_step(item),
            page_of(nomination),
        )
    )
    key = f"danger:{item.pk}"
    if requirement.stage == DocumentStage.ASSESSMENT:
        outbox.put(to=item.added_by.email, subject=subject, body=f"{body}\n", key=key)
    else:
        tell_region(nomination, key, subject.replace("%", "%%"), body)


def _next_step(item: DossierItem) -> str:
    if item.nomination.status in EDITABLE or item.requirement.stage == DocumentStage.ASSESSMENT:
        return _("Periksa komputer Anda dengan antivirus, lalu unggah berkas pengganti.")
    return _("Periksa komputer Anda dengan antivirus. Usulan sudah diajukan; hubungi Sekretariat (%(mail)s).") % {
        "mail": settings.HELP_EMAIL
    }
