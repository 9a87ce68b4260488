"""The task list of a dossier and where each gap is mended."""

from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import formats
from core.models import ScanState
from nominations.enums import EntryKind, Status, WindowKind
from nominations.models import Beneficiary, Category, Nomination, Period
from nominations.rules import Gap, Task, WindowFacts, candidate_gaps
from nominations.selectors.dossiers import CANDIDATE_ANSWERS, PRODUCT_ANSWERS, ChecklistRow
from nominations.selectors.windows import window_for


def deadline_of(nomination: Nomination) -> WindowFacts | None:
    """The window that rules the next submission of this region; None when nothing is to be submitted."""
    kinds = {Status.DRAFT: WindowKind.NOMINATION, Status.RETURNED: WindowKind.CORRECTION}
    kind = kinds.get(Status(nomination.status))
    return window_for(nomination.period_id, kind, nomination.region_id) if kind else None


def start_facts(period: Period, region_code: str) -> dict[str, Any]:
    """One open period on the start page: deadline of the region and, for candidates, the categories. Three queries."""
    by_candidate = period.award.entry_kind == EntryKind.CANDIDATE
    categories = Category.objects.filter(award=period.award_id, active=True) if by_candidate else []
    window = window_for(period.pk, WindowKind.NOMINATION, region_code)
    return {"period": period, "window": window, "categories": categories, "by_candidate": by_candidate}


PAGES: dict[Task, tuple[str, str]] = {
    Task.SUBJECT: ("Sentra, IKM, dan produk", "nomination_content"),
    Task.NARRATIVE: ("Keterangan usulan", "nomination_answers"),
    Task.BENEFICIARIES: ("IKM binaan", "beneficiary_list"),
    Task.DOCUMENTS: ("Dokumen", "nomination_documents"),
}


def page_url(nomination: Nomination, task: Task) -> str:
    """The page that mends a gap. Facts of the register are mended in the register."""
    if task is Task.SUBJECT and nomination.period.award.entry_kind == EntryKind.PRODUCT:
        return reverse("sentra_detail", args=[nomination.product_entry.sentra_id])
    return reverse(PAGES[task][1], args=[nomination.pk])


def gap_links(nomination: Nomination, gaps: list[Gap]) -> list[dict[str, str]]:
    """Gaps for the error summary. No query."""
    return [{"text": gap.text, "url": page_url(nomination, gap.task)} for gap in gaps]


def task_sections(nomination: Nomination, rows: list[ChecklistRow], gaps: list[Gap]) -> list[dict[str, Any]]:
    """The task list of a dossier that may be edited. No query."""
    by_product = nomination.period.award.entry_kind == EntryKind.PRODUCT
    tasks = [Task.SUBJECT, Task.NARRATIVE] + ([] if by_product else [Task.BENEFICIARIES]) + [Task.DOCUMENTS]
    filled = _begun(nomination, rows)
    return [
        {
            "title": _("Isi usulan"),
            "tasks": [
                _mark_waiting(_task_row(nomination, task, gaps, task in filled, by_product), task, rows)
                for task in tasks
            ],
        },
        {
            "title": _("Kirim"),
            "tasks": [
                {
                    "url": reverse("nomination_check", args=[nomination.pk]),
                    "label": _("Periksa kembali dan kirim usulan"),
                    "status_label": _("Belum dapat dikirim") if gaps else _("Siap dikirim"),
                    "status_kind": "neutral" if gaps else "success",
                }
            ],
        },
    ]


def _begun(nomination: Nomination, rows: list[ChecklistRow]) -> set[Task]:
    begun = {Task.SUBJECT}
    if any(answer for __, answer in answers_of(nomination.entry)):
        begun.add(Task.NARRATIVE)
    if any(row.item for row in rows):
        begun.add(Task.DOCUMENTS)
    return begun


def _task_row(nomination: Nomination, task: Task, gaps: list[Gap], begun: bool, by_product: bool) -> dict[str, Any]:
    open_gaps = [gap for gap in gaps if gap.task is task]
    if not open_gaps:
        label, kind = _("Selesai"), "success"
    elif begun:
        label, kind = _("Sedang diisi"), "progress"
    else:
        label, kind = _("Belum mulai"), "neutral"
    name = _("Calon penerima") if task is Task.SUBJECT and not by_product else _(PAGES[task][0])
    url = reverse("nomination_content", args=[nomination.pk]) if task is Task.SUBJECT else page_url(nomination, task)
    hint = _("%(count)d hal belum lengkap") % {"count": len(open_gaps)} if open_gaps else ""
    return {"url": url, "label": name, "status_label": label, "status_kind": kind, "hint": hint}


def _mark_waiting(shown: dict[str, Any], task: Task, rows: list[ChecklistRow]) -> dict[str, Any]:
    """Documents that a scanner has not seen yet are not shown as done, though they may be submitted."""
    count = sum(row.scan_state == ScanState.WAITING for row in rows)
    if task is not Task.DOCUMENTS or not count or shown["hint"]:
        return shown
    hint = _("%(count)d berkas menunggu pemindaian") % {"count": count}
    return shown | {"status_label": _("Menunggu pemindaian"), "status_kind": "progress", "hint": hint}


def answers_of(entry: Any) -> list[tuple[str, str]]:
    """Label and text of each narrative answer as stored. No query."""
    names = PRODUCT_ANSWERS if hasattr(entry, PRODUCT_ANSWERS[0]) else CANDIDATE_ANSWERS
    return [(capfirst(str(entry._meta.get_field(name).verbose_name)), getattr(entry, name)) for name in names]


def saved_text(nomination: Nomination) -> str:
    """The receipt of a save; said only when the server has stored it."""
    moment = formats.time_label(nomination.updated_at, nomination.region.timezone)
    return _("Tersimpan %(at)s, versi %(version)d.") % {"at": moment, "version": nomination.version}


def beneficiary_gaps(nomination: Nomination, rows: list[Beneficiary]) -> list[str]:
    """What the list of beneficiaries lacks. No query."""
    gaps = candidate_gaps(
        names=[row.name for row in rows],
        years_with_activity={year for row in rows for year in row.years},
        period_year=nomination.period.year,
        min_beneficiaries=nomination.period.min_beneficiaries,
        years=nomination.period.beneficiary_years,
        empty_answers=[],
    )
    return [gap.text for gap in gaps]
