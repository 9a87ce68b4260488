"""Who may read and write the register. `can_view_sentra` and `Sentra.objects.visible_to` are twins; a test proves it.

IKM and products belong to their sentra: ask for the sentra.
"""

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.roles import ROLES, SECRETARIAT
from core.verdict import ALLOWED, Verdict, denied
from reference.models import Region
from sentra.enums import ImportState
from sentra.models import RegisterExport, RegisterImport, Sentra


def can_view_register(user: User) -> Verdict:
    """Whether the register exists for this person at all. No query beyond the memberships."""
    if user.has_role(Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER) or _sees_all(user):
        return ALLOWED
    return denied(_("Data sentra hanya dapat dibuka oleh petugas daerah dan Sekretariat."))


def can_view_region(user: User, region: Region) -> Verdict:
    """Whether the person may see the register of that kabupaten or kota. No query beyond the memberships."""
    if (
        _sees_all(user)
        or region.code in user.region_codes(Role.DISTRICT_OFFICER)
        or region.parent_id in user.region_codes(Role.PROVINCE_OFFICER)
    ):
        return ALLOWED
    return denied(_("Data sentra ini berada di luar wilayah Anda."))


def can_view_sentra(user: User, sentra: Sentra) -> Verdict:
    """One query when the sentra's region is not joined."""
    return can_view_region(user, sentra.region)


def can_register_somewhere(user: User) -> Verdict:
    if user.region_codes(Role.DISTRICT_OFFICER) or user.open_proxies:
        return ALLOWED
    return denied(_("Sentra didaftarkan oleh petugas dinas kabupaten/kota. Anda dapat membaca datanya."))


def can_register(user: User, region: Region) -> Verdict:
    """The own officers write, and admins while they act for the region; everybody else who may see it reads."""
    if region.code in user.region_codes(Role.DISTRICT_OFFICER) or user.proxy_for(region.code):
        return ALLOWED
    return denied(
        _("Data sentra di %(region)s hanya dapat diubah oleh petugas dinas daerah itu.") % {"region": region.label}
    )


def can_edit_sentra(user: User, sentra: Sentra) -> Verdict:
    """For the sentra, its IKM and their products. One query when the sentra's region is not joined."""
    return can_register(user, sentra.region)


def can_check_numbers(user: User, sentra: Sentra) -> Verdict:
    """Who compares numbers with documents, and so may read them in full: the region's officers, those of its province,
    and the Sekretariat. One query when the sentra's region is not joined.
    """
    region = sentra.region
    if (
        user.has_role(*SECRETARIAT)
        or region.code in user.region_codes(Role.DISTRICT_OFFICER)
        or region.parent_id in user.region_codes(Role.PROVINCE_OFFICER)
    ):
        return ALLOWED
    return denied(_("Nomor dicocokkan oleh petugas daerah dan Sekretariat. Anda dapat membaca hasilnya."))


def can_merge(user: User, region: Region) -> Verdict:
    """Tell duplicates apart or merge them, and undo it. No query beyond the memberships."""
    if user.has_role(Role.MINISTRY_ADMIN) or region.code in user.region_codes(Role.DISTRICT_OFFICER):
        return ALLOWED
    return denied(
        _("Data ganda di %(region)s diperiksa oleh petugas dinas daerah itu atau admin kementerian.")
        % {"region": region.label}
    )


def can_view_import(user: User, job: RegisterImport) -> Verdict:
    """Whoever reads the region's register reads what was imported into it. The twin of `visible_to`."""
    return can_view_region(user, job.region)


def can_confirm_import(user: User, job: RegisterImport) -> Verdict:
    """A colleague of the same region may finish what an officer has begun."""
    allowed = can_register(user, job.region)
    if allowed and job.state != ImportState.READY:
        return denied(_("Impor ini tidak sedang menunggu untuk disimpan."))
    return allowed


def can_cancel_import(user: User, job: RegisterImport) -> Verdict:
    allowed = can_register(user, job.region)
    if allowed and job.state not in (ImportState.READING, ImportState.READY, ImportState.FAILED):
        return denied(_("Impor ini sudah disimpan atau sudah dibatalkan."))
    return allowed


def can_undo_import(user: User, job: RegisterImport) -> Verdict:
    """Only the last one that was saved in its region. One query."""
    allowed = can_register(user, job.region)
    if allowed and job.state != ImportState.APPLIED:
        return denied(_("Hanya impor yang sudah tersimpan yang dapat dibatalkan."))
    if allowed and _applied_later(job):
        return denied(_("Hanya impor terakhir daerah ini yang dapat dibatalkan."))
    return allowed


def _applied_later(job: RegisterImport) -> bool:
    later = RegisterImport.objects.filter(region=job.region_id, state=ImportState.APPLIED)
    return later.filter(applied_at__gt=job.applied_at).exists()


def can_view_export(user: User, export: RegisterExport) -> Verdict:
    """The person who asked for it. The twin of `visible_to`."""
    if export.created_by_id != user.pk:
        return denied(_("Unduhan ini bukan milik Anda."))
    return ALLOWED


def can_download_export(user: User, export: RegisterExport) -> Verdict:
    """As long as the rights are those that it was made with."""
    allowed = can_view_export(user, export)
    if allowed and (not can_view_register(user) or export.scope != scope_of(user)):
        return denied(_("Hak akses Anda berubah sejak berkas ini disiapkan. Minta berkas yang baru."))
    return allowed


def scope_of(user: User) -> list[str]:
    """What decides which rows of the register a person sees, and which of their numbers. No further query."""
    return sorted(f"{role}:{code}" for role in user.roles for code in ["", *user.region_codes(role)])


def _sees_all(user: User) -> bool:
    return any(ROLES[role].sees_all_regions for role in user.roles)
