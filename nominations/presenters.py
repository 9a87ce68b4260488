"""Wording for people. The internal status and what a region reads are two things."""

from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.roles import SCORE_ROLES
from core import formats
from nominations.enums import Action, AnswerKind, EntryKind, ItemVerdict, Status, WindowKind
from nominations.models import Beneficiary, Category, Nomination, Period, StatusChange, VerificationItem
from nominations.rules import Gap, Task, WindowFacts, candidate_gaps
from nominations.selectors import CANDIDATE_ANSWERS, PRODUCT_ANSWERS, ChecklistRow, window_for

INTERNAL: dict[Status, tuple[str, str]] = {
    Status.DRAFT: ("Konsep (belum diajukan)", "neutral"),
    Status.SUBMITTED: ("Diajukan", "progress"),
    Status.UNDER_VERIFICATION: ("Sedang diverifikasi", "progress"),
    Status.RETURNED: ("Perlu perbaikan", "attention"),
    Status.INELIGIBLE: ("Tidak memenuhi syarat", "stopped"),
    Status.ELIGIBLE: ("Lolos verifikasi", "success"),
    Status.IN_ASSESSMENT: ("Sedang dinilai", "progress"),
    Status.ELIMINATED: ("Gugur penilaian", "stopped"),
    Status.IN_PLENARY: ("Menunggu pleno", "progress"),
    Status.RECOMMENDED: ("Direkomendasikan", "success"),
    Status.NOT_RECOMMENDED: ("Tidak direkomendasikan", "stopped"),
    Status.DECIDED: ("Ditetapkan", "success"),
    Status.AWARDED: ("Dianugerahi", "success"),
    Status.WITHDRAWN: ("Ditarik", "neutral"),
    Status.RE_EVALUATION: ("Evaluasi ulang", "progress"),
}
SEALED = frozenset(
    {Status.IN_ASSESSMENT, Status.ELIMINATED, Status.IN_PLENARY, Status.RECOMMENDED, Status.NOT_RECOMMENDED}
)
NOT_CHOSEN = frozenset({Status.ELIMINATED, Status.NOT_RECOMMENDED})

# Groups that a list offers as a filter; none of them tells apart what is still sealed.
GROUPS: dict[str, tuple[str, frozenset[Status]]] = {
    "konsep": ("Konsep", frozenset({Status.DRAFT})),
    "perbaikan": ("Perlu perbaikan", frozenset({Status.RETURNED})),
    "verifikasi": ("Diajukan dan diverifikasi", frozenset({Status.SUBMITTED, Status.UNDER_VERIFICATION})),
    "tidak-memenuhi": ("Tidak memenuhi syarat", frozenset({Status.INELIGIBLE})),
    "penilaian": ("Lolos verifikasi dan penilaian", SEALED | {Status.ELIGIBLE, Status.RE_EVALUATION}),
    "ditetapkan": ("Ditetapkan", frozenset({Status.DECIDED, Status.AWARDED})),
    "ditarik": ("Ditarik", frozenset({Status.WITHDRAWN})),
}

ACTIONS: dict[Action, str] = {
    Action.SUBMIT: "Usulan diajukan",
    Action.RESUBMIT: "Perbaikan diajukan",
    Action.WITHDRAW: "Usulan ditarik",
    Action.START_VERIFICATION: "Verifikasi dimulai",
    Action.RETURN_FOR_REPAIR: "Dikembalikan untuk diperbaiki",
    Action.DECLARE_INELIGIBLE: "Dinyatakan tidak memenuhi syarat",
    Action.DECLARE_ELIGIBLE: "Lolos verifikasi",
    Action.OPEN_ASSESSMENT: "Penilaian dimulai",
    Action.ELIMINATE: "Gugur pada tahap penilaian",
    Action.REINSTATE: "Tahap penilaian dibuka kembali",
    Action.SEND_TO_PLENARY: "Penilaian selesai, menunggu pleno",
    Action.RECALL_FROM_PLENARY: "Ditarik kembali dari pleno",
    Action.RECOMMEND: "Direkomendasikan oleh pleno",
    Action.NOT_RECOMMEND: "Tidak direkomendasikan oleh pleno",
    Action.RETURN_TO_PLENARY: "Dikembalikan ke pleno",
    Action.DECIDE: "Ditetapkan dengan keputusan Menteri",
    Action.AWARD: "Sertifikat diterbitkan",
}
SEALED_ACTIONS = frozenset(
    {
        Action.ELIMINATE,
        Action.REINSTATE,
        Action.SEND_TO_PLENARY,
        Action.RECALL_FROM_PLENARY,
        Action.RETURN_TO_PLENARY,
        Action.RECOMMEND,
        Action.NOT_RECOMMEND,
    }
)
# What led to an outcome that a region may know once the results of the period are released. A recommendation that no
# decree has taken up is still open, and stays sealed.
OUTCOME_OF = {
    Status.ELIMINATED: Action.ELIMINATE,
    Status.NOT_RECOMMENDED: Action.NOT_RECOMMEND,
    Status.DECIDED: Action.RECOMMEND,
    Status.AWARDED: Action.RECOMMEND,
}


def reads_internal(user: Any) -> bool:
    """Regions read the public wording; the Sekretariat, the panel and the auditor read the internal one."""
    return user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.PANEL_CHAIR, Role.AUDITOR)


def reads_nominations(user: Any) -> bool:
    """Whether the list of nominations is this person's at all; scorers have their own desk."""
    return reads_internal(user) or user.has_role(Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER)


def status_tag(nomination: Nomination, user: Any) -> dict[str, str]:
    """Label and kind of the status for this reader. No query when the period is joined."""
    status = Status(nomination.status)
    if not reads_internal(user) and status in SEALED:
        if nomination.period.results_released_at and status in NOT_CHOSEN:
            return {"label": _("Belum terpilih"), "kind": "stopped"}
        status = Status.IN_ASSESSMENT
    label, kind = INTERNAL[status]
    return {"label": _(label), "kind": kind}


def history(nomination: Nomination, user: Any) -> list[dict[str, Any]]:
    """Timeline entries, newest first; a region does not read what is still sealed. One query.

    The reason of a sealed step may name a score: until the release only those read it who may read scores.
    """
    changes = StatusChange.objects.filter(nomination=nomination).select_related("actor").order_by("-id")
    internal, released = reads_internal(user), nomination.period.results_released_at
    sealed = frozenset() if released or user.has_role(*SCORE_ROLES) else SEALED_ACTIONS
    if not internal:
        public = {OUTCOME_OF.get(Status(nomination.status))} if released else set()
        changes = changes.exclude(action__in=SEALED_ACTIONS - public)
    return [
        {
            "title": ACTIONS[Action(change.action)],
            "when": change.at,
            "who": change.actor.name if change.actor and (internal or change.action in _REGION_ACTIONS) else "",
            "text": change.reason if change.action not in sealed else "",
            "kind": INTERNAL[Status(change.to_status)][1],
        }
        for change in changes
    ]


_REGION_ACTIONS = (Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW)


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
            "tasks": [_task_row(nomination, task, gaps, task in filled, by_product) for task in tasks],
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


def document_rows(
    nomination: Nomination, rows: list[ChecklistRow], failed: dict[int, list[str]]
) -> list[dict[str, Any]]:
    """Parameters of the document component, one per requirement, with the verifier's note when returned. One query."""
    notes = {note.item_id: note.note for note in repair_notes(nomination)}
    return [_document_row(nomination, row, failed.get(row.requirement.pk, []), notes) for row in rows]


def _document_row(
    nomination: Nomination, row: ChecklistRow, field_errors: list[str], notes: dict[int, str]
) -> dict[str, Any]:
    requirement, item = row.requirement, row.item
    stored = (
        item
        and item.file
        and {
            "name": item.file.original_name,
            "size": item.file.size,
            "uploaded_at": item.added_at,
            "by": item.added_by.name,
        }
    )
    if item and item.pk in notes:
        label, kind = _("Perlu perbaikan"), "attention"
    elif item:
        label, kind = _("Sudah ada"), "success"
    else:
        label, kind = (_("Belum ada"), "attention") if row.required else (_("Belum ada"), "neutral")
    return {
        "row_id": requirement.code,
        "code": requirement.code,
        "title": requirement.label,
        "required": row.required,
        "status_label": label,
        "status_kind": kind,
        "note": notes.get(item.pk, "") if item else "",
        "stored": stored,
        "link": item.link if item else "",
        "is_link": requirement.answer_kind == AnswerKind.LINK,
        "download_url": reverse("document_download", args=[nomination.pk, item.pk]) if stored else "",
        "upload_url": reverse("document_add", args=[nomination.pk, requirement.pk]),
        "field_errors": field_errors,
    }


def repair_notes(nomination: Nomination) -> list[VerificationItem]:
    """Documents that the verifier marked, while the dossier is with the region for repair. One query, else none."""
    if nomination.status not in (Status.RETURNED, Status.INELIGIBLE):
        return []
    newest = nomination.snapshots.order_by("-number").values("pk")[:1]
    rows = VerificationItem.objects.filter(snapshot=newest).exclude(verdict=ItemVerdict.ACCEPTED)
    return list(rows.select_related("item__requirement").order_by("item__requirement__order"))


def summary_sections(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Sections of a snapshot for the summary list. No query."""
    return [
        {
            "title": section["title"],
            "rows": [{"key": key, "value": value, "missing": not value} for key, value in section["rows"]],
        }
        for section in data["sections"]
    ]
