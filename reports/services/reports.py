"""Asking for a report, and the worker that writes it."""

import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify

from core import audit
from core.files import ENDINGS, store_made
from core.http import require
from core.jobs import enqueue
from core.models import StoredFile
from core.workbooks import XLSX
from nominations.models import Category, Period
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import can_make_report, can_report_on
from reports.querysets import FREE, MAX_ATTEMPTS
from reports.rendering.annex_paper import write_annex
from reports.rendering.dossier_bundle import write_dossiers
from reports.rendering.letter_papers import write_letters
from reports.rendering.participation_workbook import write_participation
from reports.rendering.progress_workbook import write_progress
from reports.rendering.ranking_workbook import write_ranking
from reports.rendering.recap_papers import write_region_recap, write_score_recap
from reports.rendering.score_workbook import write_scores
from reports.selectors.dossiers import bundled_nominations
from reports.selectors.letters import sent_nominations
from reports.selectors.scores import scope_digest, scored_nominations

logger = logging.getLogger(__name__)
KEPT = timedelta(days=1)
PDF = "application/pdf"

Writer = Callable[[Path, Report, Callable[[int], None]], int]
WRITERS: dict[ReportKind, Writer] = {
    ReportKind.SCORES: write_scores,
    ReportKind.RANKING: write_ranking,
    ReportKind.PROGRESS: write_progress,
    ReportKind.PARTICIPATION: write_participation,
    ReportKind.SCORE_RECAP: write_score_recap,
    ReportKind.REGION_RECAP: write_region_recap,
    ReportKind.DECREE_ANNEX: write_annex,
    ReportKind.LETTERS: write_letters,
    ReportKind.DOSSIERS: write_dossiers,
}


@transaction.atomic
def request_report(*, kind: ReportKind, period: Period, actor: Any, category: Category | None = None) -> Report:
    """Have a worker write the file; `category` for the kind that asks for one. Raises NotPermitted."""
    require(can_make_report(actor, kind))
    require(can_report_on(kind, period))
    report = Report.objects.create(kind=kind, period=period, category=category, created_by=actor)
    chosen = {"category": category.pk} if category else {}
    audit.record(actor, "report.requested", report, kind=kind, period=period.pk, **chosen)
    enqueue("reports.write_report", report_id=report.pk)
    return report


def write_report(report_id: int) -> bool:
    """Write one wanted file with the rights that its person has now. False when another worker has it, or it failed."""
    free = Report.objects.claimable().filter(pk=report_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1, done=0):
        return False
    report = Report.objects.select_related("created_by", "period", "category").get(pk=report_id)
    try:
        return _write(report)
    except Exception:  # whatever one report meets, the others go on
        logger.exception("report %s was not written", report_id)
        state = ReportState.FAILED if report.attempts >= MAX_ATTEMPTS else ReportState.WRITING
        _own(report).update(state=state, claimed_at=None)
        return False


def _write(report: Report) -> bool:
    require(can_make_report(report.created_by, ReportKind(report.kind)))
    scope = current_scope(report)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "report"
        rows = WRITERS[ReportKind(report.kind)](made, report, lambda done: _own(report).update(done=done) and None)
        with transaction.atomic():
            file = store_made(made, name=file_name(report), content_type=content_type(report), actor=report.created_by)
            ready = {"state": ReportState.READY, "claimed_at": None, "file": file, "rows": rows, "scope": scope}
            if not _own(report).update(**ready):
                transaction.set_rollback(True)
                return False
            audit.record(report.created_by, "report.written", report, rows=rows, sha256=file.sha256)
    return True


def current_scope(report: Report) -> str:
    """What the person may see now, as in `Report.scope`. At most two queries.

    Counts of regions are the same for everybody who may ask for them.
    """
    user, period = report.created_by, report.period_id
    if report.kind in (ReportKind.PARTICIPATION, ReportKind.REGION_RECAP):
        return report.kind
    if report.kind == ReportKind.LETTERS:
        return scope_digest(sent_nominations(user, period))
    if report.kind == ReportKind.DOSSIERS:
        return scope_digest(bundled_nominations(user, period, report.category_id))
    return scope_digest(scored_nominations(user, period))


@transaction.atomic
def record_download(*, report: Report, actor: Any) -> None:
    """A file left the portal. One query."""
    audit.record(actor, "report.downloaded", report, kind=report.kind, rows=report.rows)


def file_name(report: Report) -> str:
    """Says the kind, the round and the day, and nothing of what is in it."""
    day = timezone.localdate(report.created_at)
    about = [report.get_kind_display(), report.category.label if report.category else "", report.period.name]
    name = "-".join(slugify(word) for word in about if word)
    return f"{name}-{day:%Y-%m-%d}{ENDINGS[content_type(report)][0]}"


def content_type(report: Report) -> str:
    return PDF if ReportKind(report.kind).is_pdf else XLSX


def _own(report: Report) -> QuerySet[Report]:
    return Report.objects.filter(pk=report.pk, state=ReportState.WRITING, claimed_at=report.claimed_at)


def waiting_ids() -> list[int]:
    """Reports that a worker may take up; those that always killed theirs are given up. Two queries."""
    Report.objects.filter(FREE, state=ReportState.WRITING, attempts__gte=MAX_ATTEMPTS).update(state=ReportState.FAILED)
    return list(Report.objects.claimable().order_by("pk").values_list("pk", flat=True)[:200])


@transaction.atomic
def forget_files() -> int:
    """Drop files of yesterday; the rows stay, and the nightly search for orphans takes the bytes. Three queries."""
    old = Report.objects.filter(created_at__lt=timezone.now() - KEPT, file__isnull=False)
    files = list(old.values_list("file", flat=True))
    old.update(file=None)
    StoredFile.objects.filter(pk__in=files).delete()
    return len(files)
