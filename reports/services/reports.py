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
from core.files import store_made
from core.http import require
from core.jobs import enqueue
from core.models import StoredFile
from core.workbooks import XLSX
from nominations.models import Period
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import can_make_report
from reports.querysets import FREE, MAX_ATTEMPTS
from reports.rendering.participation_workbook import write_participation
from reports.rendering.progress_workbook import write_progress
from reports.rendering.ranking_workbook import write_ranking
from reports.rendering.score_workbook import write_scores
from reports.selectors.scores import scope_digest, scored_nominations

logger = logging.getLogger(__name__)
KEPT = timedelta(days=1)

Writer = Callable[[Path, Report, Callable[[int], None]], int]
WRITERS: dict[ReportKind, Writer] = {
    ReportKind.SCORES: write_scores,
    ReportKind.RANKING: write_ranking,
    ReportKind.PROGRESS: write_progress,
    ReportKind.PARTICIPATION: write_participation,
}


@transaction.atomic
def request_report(*, kind: ReportKind, period: Period, actor: Any) -> Report:
    """Have a worker write the file. Raises NotPermitted."""
    require(can_make_report(actor, kind))
    report = Report.objects.create(kind=kind, period=period, created_by=actor)
    audit.record(actor, "report.requested", report, kind=kind, period=period.pk)
    enqueue("reports.write_report", report_id=report.pk)
    return report


def write_report(report_id: int) -> bool:
    """Write one wanted file with the rights that its person has now. False when another worker has it, or it failed."""
    free = Report.objects.claimable().filter(pk=report_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1, done=0):
        return False
    report = Report.objects.select_related("created_by", "period").get(pk=report_id)
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
            file = store_made(made, name=file_name(report), content_type=XLSX, actor=report.created_by)
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
    if report.kind == ReportKind.PARTICIPATION:
        return report.kind
    return scope_digest(scored_nominations(report.created_by, report.period_id))


@transaction.atomic
def record_download(*, report: Report, actor: Any) -> None:
    """A file left the portal. One query."""
    audit.record(actor, "report.downloaded", report, kind=report.kind, rows=report.rows)


def file_name(report: Report) -> str:
    """Says the kind, the round and the day, and nothing of what is in it."""
    day = timezone.localdate(report.created_at)
    return f"{slugify(report.get_kind_display())}-{slugify(report.period.name)}-{day:%Y-%m-%d}.xlsx"


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
