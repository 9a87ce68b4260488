"""The readiness simulator: each rule of the administrative stage, whether the dossier passes, and what mends it."""

from typing import Any

from django.utils.translation import gettext as _

from nominations.enums import ADMIN_RULES, BASIS, AdminRule
from nominations.models import Nomination
from nominations.presenters.tasks import gap_url
from nominations.rules import Gap
from nominations.selectors.reopening import Repair

TITLES = {
    AdminRule.SENTRA_UNITS: "Jumlah unit usaha sentra",
    AdminRule.SENTRA_DECREE: "SK penetapan sentra",
    AdminRule.SCALE: "Skala industri kecil atau menengah",
    AdminRule.KBLI: "NIB dan KBLI sesuai komoditas",
    AdminRule.STAR_HOLDER: "Belum memegang bintang yang berlaku",
    AdminRule.ONE_LIVE: "Satu usulan untuk satu produk",
    AdminRule.PERMITS: "Izin dan hasil uji berlaku sampai penilaian berakhir",
    AdminRule.BENEFICIARIES: "Jumlah IKM binaan",
    AdminRule.COACHING_YEARS: "Pembinaan setiap tahun",
    AdminRule.ANSWERS: "Keterangan usulan",
    AdminRule.DOCUMENTS: "Dokumen wajib",
}


def readiness(nomination: Nomination, findings: list[Gap]) -> list[dict[str, Any]]:
    """One row per rule, what fails first. No query."""
    rows = [_row(nomination, rule, findings) for rule in ADMIN_RULES[nomination.entry_kind]]
    order = {"stopped": 0, "attention": 1, "success": 2}
    return sorted(rows, key=lambda row: order[row["kind"]])


def _row(nomination: Nomination, rule: AdminRule, findings: list[Gap]) -> dict[str, Any]:
    gaps = [gap for gap in findings if gap.rule is rule]
    if any(gap.blocks for gap in gaps):
        label, kind = _("Akan gugur"), "stopped"
    elif gaps:
        label, kind = _("Berisiko gugur"), "attention"
    else:
        label, kind = _("Terpenuhi"), "success"
    return {
        "title": _(TITLES[rule]),
        "label": label,
        "kind": kind,
        "basis": BASIS[rule],
        "gaps": [{"text": gap.text, "url": gap_url(nomination, gap)} for gap in gaps],
    }


def verdict_text(findings: list[Gap], repair: Repair | None = None) -> str:
    """What would happen if the dossier were sent now; of a returned one first what is still to be mended."""
    if repair and repair.waiting:
        text = _("%(count)d bagian yang diminta Sekretariat belum diperbaiki.") % {"count": len(repair.waiting)}
        return f"{text} {verdict_text(findings)}"
    failing = len({gap.rule for gap in findings if gap.blocks})
    risky = len({gap.rule for gap in findings if not gap.blocks} - {gap.rule for gap in findings if gap.blocks})
    if failing:
        return _("Bila diperiksa sekarang, usulan ini gugur pada %(count)d aturan administrasi.") % {"count": failing}
    if risky:
        return _("Usulan dapat dikirim, tetapi %(count)d aturan administrasi berisiko tidak terpenuhi.") % {
            "count": risky
        }
    return _("Semua aturan administrasi terpenuhi menurut data yang tercatat.")
