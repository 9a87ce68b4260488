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
    "sentrayear": "Angka tahunan",
    "permit": "Izin",
    "import": "Impor",
    "export": "Unduhan",
    "report": "Laporan",
    "nomination": "Usulan",
    "extension": "Perpanjangan",
    "proxy": "Entri atas nama daerah",
    "scoring": "Penilaian",
    "decree": "Keputusan",
    "certificate": "Sertifikat",
    "file": "Berkas",
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
    "account.mail_preference_chosen": "Pilihan surel diubah",
    "sentra.created": "Sentra dicatat",
    "sentra.updated": "Sentra diubah",
    "sentra.merged": "Sentra digabung",
    "sentra.unmerged": "Penggabungan sentra dibatalkan",
    "sentra.pair_dismissed": "Ditandai bukan data ganda",
    "ikm.merged": "IKM digabung",
    "ikm.unmerged": "Penggabungan IKM dibatalkan",
    "product.merged": "Produk digabung",
    "product.unmerged": "Penggabungan produk dibatalkan",
    "ikm.created": "IKM dicatat",
    "ikm.updated": "IKM diubah",
    "product.created": "Produk dicatat",
    "ikm.npwp_shown": "NPWP lengkap ditampilkan",
    "ikm.number_checked": "Nomor IKM dicocokkan",
    "ikm.check_withdrawn": "Tanda pencocokan dicabut",
    "product.updated": "Produk diubah",
    "product.photo_added": "Foto produk ditambahkan",
    "product.photo_described": "Keterangan foto diubah",
    "product.photo_moved": "Urutan foto diubah",
    "product.photo_removed": "Foto produk dihapus",
    "sentrayear.created": "Angka tahunan dicatat",
    "sentrayear.updated": "Angka tahunan diubah",
    "permit.created": "Izin dicatat",
    "permit.updated": "Izin diubah",
    "permit.checked": "Izin dicocokkan",
    "permit.removed": "Izin dihapus",
    "import.started": "Impor diperiksa",
    "import.applied": "Impor disimpan",
    "import.cancelled": "Impor dibatalkan",
    "import.undone": "Impor dibatalkan kembali",
    "export.downloaded": "Data diunduh",
    "export.requested": "Unduhan disiapkan",
    "report.requested": "Laporan diminta",
    "report.written": "Laporan disiapkan",
    "report.downloaded": "Laporan diunduh",
    "nomination.created": "Usulan dibuat",
    "nomination.answer_saved": "Keterangan usulan disimpan",
    "nomination.candidate_saved": "Data calon disimpan",
    "nomination.identity_shown": "Nomor identitas calon ditampilkan",
    "nomination.beneficiary_saved": "IKM binaan disimpan",
    "nomination.beneficiary_removed": "IKM binaan dihapus",
    "nomination.document_added": "Dokumen ditambahkan",
    "nomination.verdicts_saved": "Putusan pemeriksaan disimpan",
    "extension.given": "Perpanjangan diberikan",
    "extension.withdrawn": "Perpanjangan ditarik",
    "proxy.opened": "Entri atas nama daerah dibuka",
    "proxy.closed": "Entri atas nama daerah ditutup",
    "nomination.question_asked": "Pertanyaan diajukan",
    "nomination.question_answered": "Pertanyaan ditanggapi",
    "nomination.question_closed": "Pertanyaan dinyatakan selesai",
    "nomination.province_commented": "Catatan provinsi ditulis",
    "nomination.province_objected": "Keberatan provinsi dicatat",
    "nomination.province_objection_lifted": "Keberatan provinsi dicabut",
    "nomination.region_reminded": "Pengingat dikirim ke daerah",
    "nomination.verification_taken_over": "Pemeriksaan diambil alih",
    "nomination.verification_drafted": "Konsep alasan verifikasi disimpan",
    "nomination.passed_in_bulk": "Usulan diloloskan bersama",
    "scoring.assigned": "Penilai ditugaskan",
    "scoring.assignment_removed": "Penugasan dicabut",
    "scoring.scores_viewed": "Nilai dilihat",
    "scoring.calibration_set_up": "Kalibrasi disiapkan",
    "scoring.calibration_anchor_added": "Usulan kalibrasi ditambahkan",
    "scoring.calibration_anchor_removed": "Usulan kalibrasi dihapus",
    "scoring.calibration_opened": "Kalibrasi dibuka",
    "scoring.calibration_ended": "Kalibrasi diakhiri",
    "scoring.calibration_saved": "Lembar kalibrasi disimpan",
    "scoring.calibration_recused": "Benturan kepentingan dalam kalibrasi",
    "scoring.calibration_viewed": "Kalibrasi dilihat",
    "scoring.sensitivity_requested": "Kepekaan hasil dihitung",
    "scoring.sensitivity_viewed": "Kepekaan hasil dilihat",
    "scoring.spread_viewed": "Sebaran nilai dilihat",
    "scoring.scorer_reminded": "Penilai diingatkan",
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
    "scoring.agenda_ordered": "Agenda pleno disusun",
    "scoring.assignment_declined": "Tugas ditolak penilai",
    "scoring.assignment_ended": "Penugasan berakhir",
    "scoring.attendance_recorded": "Daftar hadir pleno dicatat",
    "scoring.blind_texts_saved": "Teks samaran disimpan",
    "scoring.correction_confirmed": "Koreksi peringkat disetujui",
    "scoring.correction_dropped": "Koreksi peringkat dibatalkan",
    "scoring.correction_opened": "Koreksi peringkat dibuka",
    "scoring.instrument_changed": "Instrumen diubah",
    "scoring.instrument_created": "Instrumen dibuat",
    "scoring.interests_stated": "Pernyataan kepentingan",
    "scoring.keeping_apart_ended": "Pemisahan penilai diakhiri",
    "scoring.kept_apart": "Penilai dipisahkan",
    "scoring.minutes_requested": "Konsep berita acara diminta",
    "scoring.mismatches_noted": "Ketidaksesuaian ditanggapi",
    "scoring.moderated": "Catatan moderasi disimpan",
    "scoring.plenary_discusses": "Pleno membahas usulan",
    "scoring.ranking_sealed": "Peringkat disegel",
    "scoring.ranking_signature_withdrawn": "Tanda tangan peringkat ditarik",
    "scoring.ranking_signed": "Peringkat ditandatangani",
    "scoring.recomputed": "Nilai dihitung ulang dengan versi baru",
    "scoring.run_applied": "Usulan penugasan diterapkan",
    "scoring.run_discarded": "Usulan penugasan dibuang",
    "scoring.run_prepared": "Tabel penugasan dibaca",
    "scoring.run_undone": "Penugasan massal dibatalkan",
    "scoring.run_wanted": "Usulan penugasan diminta",
    "scoring.sample_moved": "Contoh produk berpindah",
    "scoring.sample_received": "Contoh produk diterima",
    "scoring.seat_saved": "Kursi panel disimpan",
    "scoring.seats_given": "Kursi panel diberikan",
    "scoring.stage_scores_viewed": "Nilai satu tahap dilihat",
    "scoring.stage_skipped": "Tahap dilewati",
    "scoring.stages_copied": "Tahap disalin",
    "scoring.tie_decided": "Urutan nilai sama diputuskan",
    "scoring.visit_claim_added": "Klaim kunjungan ditambahkan",
    "scoring.visit_photo_added": "Foto kunjungan ditambahkan",
    "scoring.visit_photo_removed": "Foto kunjungan dihapus",
    "scoring.visit_planned": "Kunjungan direncanakan",
    "decree.recorded": "Keputusan Menteri dicatat",
    "decree.changed": "Keputusan Menteri diubah",
    "decree.released": "Keputusan Menteri dirilis",
    "certificate.issued": "Sertifikat diterbitkan",
    "certificate.retried": "Sertifikat dibuat ulang",
    "certificate.revoked": "Sertifikat dicabut",
    "file.infected": "Berkas terdeteksi berbahaya",
    "mail.sent_again": "Surel dikirim lagi",
    "reference.loaded": "Data acuan dimuat",
}
WORKFLOW = {f"nomination.{action}": label for action, label in ACTIONS.items()}
ADMIN_LABELS = {"added": "Ditambahkan di halaman pengelolaan", "changed": "Diubah di halaman pengelolaan"}


OBJECTS = {
    "nominations.bulkpass": "Meloloskan bersama",
    "scoring.assignment": "Penugasan",
    "scoring.sheet": "Lembar nilai",
    "scoring.scorerreminder": "Pengingat penilai",
    "scoring.fieldvisit": "Kunjungan",
    "core.storedfile": "Berkas",
    "reports.report": "Laporan",
}
FACTS = {
    "added": "ditambah",
    "address": "alamat jaringan",
    "after": "batas baru",
    "by": "oleh",
    "assessor": "penilai",
    "before": "batas lama",
    "beneficiary": "IKM binaan",
    "changed": "yang diubah",
    "changes": "yang diubah",
    "code": "kode",
    "confirmed": "peringatan yang dikonfirmasi",
    "conflict": "ada benturan",
    "count": "jumlah",
    "decisions": "jumlah penetapan",
    "finding": "temuan",
    "findings": "temuan",
    "format": "bentuk",
    "from": "dari",
    "how": "dengan",
    "ikm": "IKM",
    "item": "dokumen",
    "minutes_late": "menit sesudah batas, dalam tenggang",
    "nomination": "usulan",
    "kind": "jenis",
    "merged": "data yang digabung",
    "moved": "yang berpindah",
    "nominations": "usulan",
    "number": "nomor",
    "outcome": "hasil",
    "passed": "lolos",
    "period": "periode",
    "periods": "periode",
    "proxy": "oleh Sekretariat atas nama daerah, entri",
    "photo": "foto",
    "reason": "alasan",
    "region": "wilayah",
    "records": "data",
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
    "window": "jadwal",
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
