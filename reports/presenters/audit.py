"""The wording of the audit trail. A test holds that every action in the code has its label."""

from typing import Any

from django.apps import apps
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.models import AuditEntry
from nominations.presenters.status import ACTIONS, INTERNAL

GROUPS: dict[str, str] = {
    "account": "Akun",
    "sentra": "Sentra",
    "ikm": "IKM",
    "product": "Produk",
    "import": "Impor",
    "export": "Unduhan",
    "nomination": "Usulan",
    "scoring": "Penilaian",
    "decree": "Keputusan",
    "certificate": "Sertifikat",
}
LABELS: dict[str, str] = {
    "account.invited": "Surat aktivasi dikirim",
    "account.activated": "Akun diaktifkan",
    "account.signed_in": "Masuk",
    "account.sign_in_failed": "Gagal masuk",
    "account.signed_out": "Keluar",
    "account.password_changed": "Kata sandi diganti",
    "account.reset_requested": "Tautan kata sandi baru dikirim",
    "account.access_changed": "Akses akun diubah",
    "sentra.created": "Sentra dicatat",
    "sentra.updated": "Sentra diubah",
    "ikm.created": "IKM dicatat",
    "ikm.updated": "IKM diubah",
    "product.created": "Produk dicatat",
    "product.updated": "Produk diubah",
    "import.started": "Impor diperiksa",
    "import.applied": "Impor disimpan",
    "import.cancelled": "Impor dibatalkan",
    "import.undone": "Impor dibatalkan kembali",
    "export.downloaded": "Data diunduh",
    "export.requested": "Unduhan disiapkan",
    "nomination.created": "Usulan dibuat",
    "nomination.answers_saved": "Keterangan usulan disimpan",
    "nomination.beneficiary_saved": "IKM binaan disimpan",
    "nomination.beneficiary_removed": "IKM binaan dihapus",
    "nomination.document_added": "Dokumen ditambahkan",
    "nomination.verdicts_saved": "Hasil pemeriksaan dokumen disimpan",
    "scoring.assigned": "Penilai ditugaskan",
    "scoring.assignment_removed": "Penugasan dicabut",
    "scoring.scores_viewed": "Nilai dilihat",
    "scoring.interest_declared": "Pernyataan benturan kepentingan",
    "scoring.sheet_saved": "Nilai disimpan",
    "scoring.sheet_submitted": "Nilai dikirim",
    "scoring.sheet_reopened": "Nilai dibuka kembali",
    "scoring.visit_opened": "Kunjungan dimulai",
    "scoring.visit_saved": "Hasil kunjungan disimpan",
    "scoring.visit_submitted": "Hasil kunjungan dikirim",
    "scoring.visit_confirmed": "Hasil kunjungan disahkan",
    "scoring.visit_returned": "Hasil kunjungan dikembalikan",
    "scoring.stage_closed": "Tahap ditutup",
    "scoring.stage_reopened": "Tahap dibuka kembali",
    "scoring.plenary_recorded": "Sidang pleno dicatat",
    "scoring.recommendation_recorded": "Rekomendasi pleno dicatat",
    "scoring.recommendation_withdrawn": "Rekomendasi pleno dibatalkan",
    "scoring.stages_installed": "Tahap penilaian dipasang",
    "scoring.instrument_loaded": "Instrumen dimuat",
    "decree.recorded": "Keputusan Menteri dicatat",
    "decree.changed": "Keputusan Menteri diubah",
    "decree.released": "Keputusan Menteri dirilis",
    "certificate.issued": "Sertifikat diterbitkan",
    "certificate.retried": "Sertifikat dibuat ulang",
    "certificate.revoked": "Sertifikat dicabut",
    "mail.sent_again": "Surel dikirim lagi",
    "reference.loaded": "Data acuan dimuat",
}
WORKFLOW = {f"nomination.{action}": label for action, label in ACTIONS.items()}
ADMIN_LABELS = {"added": "Ditambahkan di halaman pengelolaan", "changed": "Diubah di halaman pengelolaan"}


OBJECTS = {
    "scoring.assignment": "Penugasan",
    "scoring.sheet": "Lembar nilai",
    "scoring.fieldvisit": "Kunjungan",
    "core.storedfile": "Berkas",
}
FACTS = {
    "added": "ditambah",
    "address": "alamat jaringan",
    "assessor": "penilai",
    "beneficiary": "IKM binaan",
    "changed": "yang diubah",
    "changes": "yang diubah",
    "code": "kode",
    "confirmed": "peringatan yang dikonfirmasi",
    "conflict": "ada benturan",
    "count": "jumlah",
    "decisions": "jumlah penetapan",
    "findings": "temuan",
    "format": "bentuk",
    "from": "dari",
    "item": "dokumen",
    "nominations": "usulan",
    "number": "nomor",
    "outcome": "hasil",
    "passed": "lolos",
    "period": "periode",
    "reason": "alasan",
    "region": "wilayah",
    "removed": "dihapus",
    "restored": "dipulihkan",
    "result": "hasil sebelumnya",
    "sentra": "sentra",
    "serial": "nomor",
    "stage": "tahap",
    "stars": "bintang",
    "table": "tabel",
    "to": "menjadi",
    "version": "versi",
}
STATUS_FACTS = frozenset({"from", "to"})


def action_label(action: str) -> str:
    """The label of a code; admin pages give theirs for any model, a transition takes the one of the workflow."""
    label = LABELS.get(action) or WORKFLOW.get(action) or ADMIN_LABELS.get(action.rpartition(".")[2]) or action
    return _(label)


def object_label(object_type: str, object_id: str) -> str:
    if not object_type:
        return ""
    name = OBJECTS.get(object_type) or str(apps.get_model(object_type)._meta.verbose_name).capitalize()
    return f"{_(name)} {object_id}"


def fact_text(name: str, value: Any) -> str:
    """One recorded fact in words; what has none stays as it was written."""
    if name in STATUS_FACTS and value in INTERNAL:
        value = INTERNAL[value][0]
    elif isinstance(value, bool):
        value = _("ya") if value else _("tidak")
    return f"{_(FACTS.get(name, name))}: {value}"


def detail_text(data: dict[str, Any]) -> str:
    return "; ".join(fact_text(name, value) for name, value in sorted(data.items()) if value not in (None, "", [], {}))


def audit_row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "who": entry.actor_name,
        "who_query": urlencode({"actor": entry.actor_id}) if entry.actor_id else "",
        "action": action_label(entry.action),
        "object": object_label(entry.object_type, entry.object_id),
        "object_query": urlencode({"type": entry.object_type, "id": entry.object_id}) if entry.object_id else "",
        "detail": detail_text(entry.data),
    }
