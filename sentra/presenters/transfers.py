"""Imports and exports as pages show them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from sentra.enums import FindingKind, ImportState
from sentra.models import ImportFinding, RegisterImport
from sentra.rules import SHOWN_FINDINGS
from sentra.selectors.imports import OBSTACLES_SHOWN, Obstacle

TAGS = {
    ImportState.READING: "progress",
    ImportState.READY: "attention",
    ImportState.FAILED: "stopped",
    ImportState.APPLYING: "progress",
    ImportState.APPLIED: "success",
    ImportState.UNDONE: "neutral",
    ImportState.CANCELLED: "neutral",
}
HEADINGS = {
    FindingKind.ERROR: "Kesalahan",
    FindingKind.WARNING: "Peringatan",
    FindingKind.CHANGE: "Perubahan",
}
# What other rooms call the rows that use a record; a model without a line here gives its own name.
USES = {"nominations.productentry": "usulan", "nominations.beneficiary": "IKM binaan pada usulan Upakarti"}


def import_tag(job: RegisterImport) -> dict[str, str]:
    return {"label": job.get_state_display(), "kind": TAGS[ImportState(job.state)]}


def import_counts(job: RegisterImport) -> list[dict[str, str]]:
    """The preview, or what became of it."""
    saved = job.state in (ImportState.APPLIED, ImportState.UNDONE)
    items = [
        (_("Ditambah") if saved else _("Akan ditambah"), job.added),
        (_("Diubah") if saved else _("Akan diubah"), job.changed),
        (_("Tidak berubah"), job.same),
    ]
    if job.errors:
        items.append((_("Kesalahan"), job.errors))
    if job.warnings:
        items.append((_("Peringatan"), job.warnings))
    return [{"label": label, "value": formats.number_id(number)} for label, number in items]


def finding_place(finding: ImportFinding) -> str:
    """`Baris 7, kolom NIB (C7)`."""
    text = _("Baris %(row)d") % {"row": finding.row}
    if finding.column:
        text += _(", kolom %(column)s") % {"column": finding.column}
    return f"{text} ({finding.cell})" if finding.cell else text


def finding_tabs(job: RegisterImport, chosen: str) -> list[dict[str, Any]]:
    """The lists of findings that have something; changes are counted by record."""
    counts = {FindingKind.ERROR: job.errors, FindingKind.WARNING: job.warnings, FindingKind.CHANGE: job.changed}
    return [
        {
            "label": f"{_(HEADINGS[kind])} ({formats.number_id(count)})",
            "url": f"{import_url(job)}?list={kind}",
            "current": kind == chosen,
        }
        for kind, count in counts.items()
        if count
    ]


def unseen_text(job: RegisterImport, kind: str, *, own: bool) -> str:
    """That a list is not whole, how much of it is missing, and where it is. Changes are counted by record here."""
    shown = formats.number_id(SHOWN_FINDINGS)
    if kind == FindingKind.CHANGE:
        text = _("Hanya %(shown)s perubahan pertama yang tampil, dari perubahan pada %(count)s data.")
        text %= {"shown": shown, "count": formats.number_id(job.changed)}
    else:
        number = job.errors if kind == FindingKind.ERROR else job.warnings
        text = _("Hanya %(shown)s %(what)s pertama yang tampil; %(more)s lagi tidak tampil.")
        what = _(HEADINGS[FindingKind(kind)]).lower()
        text %= {"shown": shown, "what": what, "more": formats.number_id(number - SHOWN_FINDINGS)}
    in_workbook = own and job.report_id and (kind == FindingKind.ERROR) == bool(job.errors)
    return text + (_(" Semuanya ada dalam Excel hasil pemeriksaan.") if in_workbook else "")


def chosen_list(job: RegisterImport, asked: str) -> str:
    """The list that was asked for, else the one that matters most."""
    if asked in FindingKind.values:
        return asked
    if job.errors:
        return FindingKind.ERROR
    return FindingKind.WARNING if job.warnings else FindingKind.CHANGE


def obstacle_texts(obstacles: list[Obstacle]) -> list[str]:
    """Each reason in words, the first ones only when there are very many."""
    texts = [_obstacle_text(obstacle) for obstacle in obstacles[:OBSTACLES_SHOWN]]
    if more := len(obstacles) - len(texts):
        texts.append(_("dan %(count)s lagi") % {"count": formats.number_id(more)})
    return texts


def _obstacle_text(obstacle: Obstacle) -> str:
    if obstacle.why == "gone":
        return _("Satu data sudah dihapus atau digabung sesudah impor.")
    if obstacle.why == "changed":
        return _("%(name)s sudah diubah sesudah impor.") % {"name": obstacle.record}
    what = _(USES[obstacle.why]) if obstacle.why in USES else obstacle.label
    return _("%(name)s sudah dipakai: %(what)s.") % {"name": obstacle.record, "what": what}


def import_crumbs() -> list[dict[str, str]]:
    return [
        {"label": _("Sentra IKM"), "url": reverse("sentra_list")},
        {"label": _("Impor"), "url": reverse("import_list")},
    ]


def filter_texts(params: dict[str, str], commodity: Any, sentra: Any) -> list[str]:
    """What narrows an export, in words."""
    texts = []
    if sentra:
        texts.append(_("Sentra: %(name)s") % {"name": sentra.name})
    if params.get("q"):
        texts.append(_("Nama sentra: “%(text)s”") % {"text": params["q"]})
    if commodity:
        texts.append(_("Komoditas: %(name)s") % {"name": commodity.name})
    return texts


def import_url(job: RegisterImport) -> str:
    return reverse("import_detail", args=[job.pk])
