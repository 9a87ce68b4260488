"""The task list of a dossier and where each gap is mended."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.models import ScanState
from nominations import rules
from nominations.enums import EDITABLE, TOPICS, AdminRule, EntryKind, Topic
from nominations.models import Answer, Beneficiary, CandidateEntry, Category, Nomination, Period, Requirement
from nominations.rules import WINDOW_OF, Gap, WindowFacts
from nominations.selectors.dossiers import Filled
from nominations.selectors.reopening import RegionPart, Repair
from nominations.selectors.windows import Scheduled, schedule_of, window_in


def deadline_of(nomination: Nomination, schedule: list[Scheduled] | None = None) -> WindowFacts | None:
    """The window that rules the next submission of this nomination; None when nothing is to be submitted.

    One query, none with the `schedule` at hand.
    """
    if nomination.status not in EDITABLE:
        return None
    return window_in(schedule_of(nomination) if schedule is None else schedule, WINDOW_OF[nomination.status])


def start_facts(period: Period, documents: list[Requirement]) -> dict[str, Any]:
    """One open period on the start page: what it asks for and, for candidates, the categories. One query for these."""
    by_candidate = period.award.entry_kind == EntryKind.CANDIDATE
    categories = Category.objects.filter(award=period.award_id, active=True) if by_candidate else []
    return {"period": period, "documents": documents, "categories": categories, "by_candidate": by_candidate}


PAGES = {
    (rules.SUBJECT, EntryKind.PRODUCT): ("Sentra, IKM, dan produk", "nomination_content"),
    (rules.SUBJECT, EntryKind.CANDIDATE): ("Calon penerima", "candidate_edit"),
    (rules.BENEFICIARIES, EntryKind.CANDIDATE): ("IKM binaan", "beneficiary_list"),
    (rules.DOCUMENTS, EntryKind.PRODUCT): ("Dokumen", "nomination_documents"),
    (rules.DOCUMENTS, EntryKind.CANDIDATE): ("Dokumen", "nomination_documents"),
}


def page_url(nomination: Nomination, page: str) -> str:
    """The page that mends a gap. Facts of the register are mended in the register."""
    if page == rules.SUBJECT and nomination.entry_kind is EntryKind.PRODUCT:
        return reverse("sentra_detail", args=[nomination.product_entry.sentra_id])
    return _own_url(nomination, page)


def _own_url(nomination: Nomination, page: str) -> str:
    own = PAGES.get((page, nomination.entry_kind))
    return reverse(own[1], args=[nomination.pk]) if own else reverse("nomination_answer", args=[nomination.pk, page])


def gap_links(nomination: Nomination, gaps: list[Gap]) -> list[dict[str, str]]:
    """Gaps for the error summary. No query."""
    return [{"text": gap.text, "url": gap_url(nomination, gap)} for gap in gaps]


# Rules about the firm are mended on its page, not on the sentra's.
OF_THE_IKM = frozenset({AdminRule.SCALE, AdminRule.KBLI, AdminRule.PERMITS})


def gap_url(nomination: Nomination, gap: Gap) -> str:
    """The page that mends one gap. No query."""
    if gap.other:
        return reverse("nomination_detail", args=[gap.other])
    if gap.rule in OF_THE_IKM:
        return reverse("ikm_detail", args=[nomination.product_entry.ikm_id])
    return page_url(nomination, gap.page)


def pages_of(kind: EntryKind) -> list[tuple[str, list[str]]]:
    """The pages of a dossier in the order in which they are offered, under their headings."""
    by_candidate = kind is EntryKind.CANDIDATE
    return [
        (_("Calon") if by_candidate else _("Produk"), [rules.SUBJECT] + [rules.BENEFICIARIES] * by_candidate),
        (_("Keterangan"), list(TOPICS[kind])),
        (_("Berkas"), [rules.DOCUMENTS]),
    ]


def page_label(kind: EntryKind, page: str) -> str:
    own = PAGES.get((page, kind))
    return _(own[0]) if own else str(Topic(page).label)


def next_url(nomination: Nomination, page: str) -> str:
    """Where "Simpan dan lanjutkan" leads: the page after this one, after the last one the check. No query."""
    order = [name for __, pages in pages_of(nomination.entry_kind) for name in pages]
    after = order[order.index(page) + 1 :]
    return _own_url(nomination, after[0]) if after else reverse("nomination_check", args=[nomination.pk])


def task_list(nomination: Nomination, filled: Filled, gaps: list[Gap], repair: Repair | None = None) -> dict[str, Any]:
    """`sections`, `done` and `total` of a dossier that may be edited; `repair` when it was returned.

    What a return leaves locked is shown and does not count. No query when a candidate's beneficiaries were prefetched.
    """
    kind, begun = nomination.entry_kind, _begun(nomination, filled)
    sections = [
        {"title": title, "tasks": [_task_row(nomination, page, gaps, page in begun) for page in pages]}
        for title, pages in pages_of(kind)
    ]
    documents = sections[-1]["tasks"]
    documents[-1] = _mark_waiting(documents[-1], filled)
    if repair:
        for (_title, pages), section in zip(pages_of(kind), sections, strict=True):
            section["tasks"] = [
                row | _repair_state(page, filled, gaps, repair)
                for page, row in zip(pages, section["tasks"], strict=True)
            ]
    tasks = [task for section in sections for task in section["tasks"] if not task.get("locked")]
    check = {
        "url": reverse("nomination_check", args=[nomination.pk]),
        "label": _("Periksa kembali dan kirim usulan"),
    } | _check_state(gaps, repair)
    return {
        "sections": [*sections, {"title": _("Kirim"), "tasks": [check]}],
        "done": sum(task["status_kind"] == "success" for task in tasks),
        "total": len(tasks),
    }


def _check_state(gaps: list[Gap], repair: Repair | None) -> dict[str, str]:
    if gaps:
        return {"status_label": _("Belum dapat dikirim"), "status_kind": "neutral"}
    if repair and repair.waiting:
        return {"status_label": _("Belum selesai diperbaiki"), "status_kind": "attention"}
    return {"status_label": _("Siap dikirim"), "status_kind": "success"}


def _begun(nomination: Nomination, filled: Filled) -> set[str]:
    begun = {rules.SUBJECT} | {question for question, text in filled.texts.items() if text.strip()}
    if nomination.entry_kind is EntryKind.CANDIDATE and nomination.candidate_entry.beneficiaries.all():
        begun.add(rules.BENEFICIARIES)
    return begun | {rules.DOCUMENTS} if any(row.item for row in filled.rows) else begun


def _task_row(nomination: Nomination, page: str, gaps: list[Gap], begun: bool) -> dict[str, Any]:
    open_gaps = [gap for gap in gaps if gap.page == page]
    if not open_gaps:
        label, kind = _("Selesai"), "success"
    elif begun:
        label, kind = _("Sedang diisi"), "progress"
    else:
        label, kind = _("Belum mulai"), "neutral"
    hint = "" if page in TOPICS[nomination.entry_kind] or not open_gaps else _("%(count)d hal belum lengkap")
    return {
        "url": _own_url(nomination, page),
        "label": page_label(nomination.entry_kind, page),
        "status_label": label,
        "status_kind": kind,
        "hint": hint and hint % {"count": len(open_gaps)},
    }


def _repair_state(page: str, filled: Filled, gaps: list[Gap], repair: Repair) -> dict[str, Any]:
    """What a row of the task list says of a page of a returned dossier. A gap keeps its own words."""
    codes = {row.requirement.pk: row.requirement.code for row in filled.rows}
    parts: list[RegionPart] = [*codes] if page == rules.DOCUMENTS else [page]
    marked = [part for part in parts if part in repair.notes]
    note = {"note": "\n".join(_note(codes.get(part), repair.notes[part]) for part in marked)}
    if any(gap.page == page for gap in gaps):
        return note
    if marked and repair.changed.issuperset(marked):
        waits = page == rules.DOCUMENTS and _waiting(filled)
        return note if waits else note | {"status_label": _("Sudah diperbaiki"), "status_kind": "success"}
    if marked:
        return note | {"status_label": _("Perlu perbaikan"), "status_kind": "attention"}
    if repair.opened.isdisjoint(parts):
        return {
            "status_label": _("Terkunci"),
            "status_kind": "neutral",
            "hint": _("Tidak perlu diperbaiki"),
            "locked": True,
        }
    return {}


def _note(code: str | None, text: str) -> str:
    return f"{code}: {text}" if code else text


def _waiting(filled: Filled) -> int:
    return sum(row.scan_state == ScanState.WAITING for row in filled.rows)


def _mark_waiting(shown: dict[str, Any], filled: Filled) -> dict[str, Any]:
    """Documents that a scanner has not seen yet are not shown as done, though they may be submitted."""
    count = _waiting(filled)
    if not count or shown["hint"]:
        return shown
    hint = _("%(count)d berkas menunggu pemindaian") % {"count": count}
    return shown | {"status_label": _("Menunggu pemindaian"), "status_kind": "progress", "hint": hint}


def saved_text(stored: Answer | Beneficiary | CandidateEntry, zone: str) -> str:
    """The receipt of a save; said only when the server has stored it."""
    return _("Tersimpan %(at)s, versi %(version)d.") % {
        "at": formats.time_label(stored.saved_at, zone),
        "version": stored.version,
    }
