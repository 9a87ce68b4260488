"""Who may do what with certificates and with the release of a decree.

`can_view` and `Certificate.objects.visible_to` are twins; a test holds them together.
"""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SECRETARIAT
from certificates.enums import CertificateState
from certificates.models import Certificate, DecreeCorrection
from core.verdict import ALLOWED, Verdict, denied
from scoring.models import Decree
from sentra.policies import can_view_region, can_view_register


def can_view_list(user: Any) -> Verdict:
    """Whether certificates are this person's business at all: regions, Sekretariat and auditor."""
    return ALLOWED if can_view_register(user) else denied(_("Daftar sertifikat untuk daerah dan kementerian."))


def can_view(user: Any, certificate: Certificate) -> Verdict:
    """No query when decision, nomination and region are joined."""
    if can_view_region(user, certificate.decision.nomination.region):
        return ALLOWED
    return denied(_("Sertifikat ini di luar wilayah Anda."))


def can_download(user: Any, certificate: Certificate) -> Verdict:
    """The file of a certificate that one may view. What is no longer in force stays with the ministry."""
    if certificate.file_id is None:
        return denied(_("Sertifikat ini sedang disiapkan. Coba lagi beberapa menit kemudian."))
    if certificate.state != CertificateState.ISSUED and not user.roles & (SECRETARIAT | {Role.AUDITOR}):
        return denied(_("Sertifikat ini tidak berlaku lagi sehingga tidak dapat diunduh. Hubungi Sekretariat."))
    return ALLOWED


def can_manage(user: Any) -> Verdict:
    """Decide on decrees and certificates. A superuser without the role may not."""
    if user.has_role(Role.MINISTRY_ADMIN):
        return ALLOWED
    return denied(_("Hanya admin kementerian yang dapat melakukan tindakan ini."))


def can_release(user: Any, decree: Decree) -> Verdict:
    """Two persons: who recorded or last changed a decree does not release it."""
    if not can_manage(user):
        return can_manage(user)
    if decree.released_at:
        return denied(_("Keputusan ini sudah dirilis."))
    if decree.recorded_by_id == user.pk:
        return denied(
            _("Anda yang terakhir mencatat keputusan ini. Minta admin kementerian lain memeriksa dan merilisnya.")
        )
    return ALLOWED


def can_revoke(user: Any, certificate: Certificate) -> Verdict:
    if not can_manage(user):
        return can_manage(user)
    if certificate.state != CertificateState.ISSUED:
        return denied(_("Hanya sertifikat yang sudah terbit dan masih berlaku yang dapat dicabut."))
    return ALLOWED


def can_retry(user: Any, certificate: Certificate) -> Verdict:
    if not can_manage(user):
        return can_manage(user)
    if certificate.state != CertificateState.FAILED:
        return denied(_("Hanya sertifikat yang gagal dibuat yang dapat diulang."))
    return ALLOWED


def can_change_handover(user: Any, decree: Decree) -> Verdict:
    """Before the release and after it: giver, place and date are known late."""
    return can_manage(user)


def can_correct(user: Any, decree: Decree) -> Verdict:
    """Propose other words for a decree, or withdraw what is proposed. Before the release it is simply changed."""
    if not can_manage(user):
        return can_manage(user)
    if decree.released_at is None:
        return denied(_("Keputusan ini belum dirilis. Ubah langsung di halamannya."))
    return ALLOWED


def can_confirm(user: Any, correction: DecreeCorrection) -> Verdict:
    """Two persons: who proposed it does not confirm it."""
    if not can_manage(user):
        return can_manage(user)
    if correction.proposed_by_id == user.pk:
        return denied(_("Anda yang mengusulkan koreksi ini. Minta admin kementerian lain memeriksa dan menyetujuinya."))
    return ALLOWED


def can_hold(user: Any, decree: Decree) -> Verdict:
    if not can_manage(user):
        return can_manage(user)
    return ALLOWED if decree.released_at else denied(_("Keputusan ini belum dirilis sehingga belum ada sertifikatnya."))


can_resume = can_hold


def can_replace(user: Any, certificate: Certificate) -> Verdict:
    if not can_manage(user):
        return can_manage(user)
    if certificate.state != CertificateState.ISSUED:
        return denied(_("Hanya sertifikat yang sudah terbit dan masih berlaku yang dapat diganti."))
    return ALLOWED
