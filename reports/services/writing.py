"""The worker that writes a report. Imported when one is written: what writes files is not for every worker."""

import logging
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core import audit
from core.errors import NotPermitted, RuleBroken
from core.files import store_made
from core.http import require
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import can_make_report
from reports.querysets import MAX_ATTEMPTS
from reports.rendering.annex_paper import write_annex
from reports.rendering.assignment_workbook import write_assignments
from reports.rendering.calibration_workbook import write_calibration
from reports.rendering.dashboard_workbook import write_tables
from reports.rendering.discrepancy_workbook import write_discrepancies
from reports.rendering.distribution_workbook import write_distribution
from reports.rendering.dossier_bundle import write_dossiers
from reports.rendering.letter_papers import write_letter_files, write_letters
from reports.rendering.participation_workbook import write_participation
from reports.rendering.progress_workbook import write_progress
from reports.rendering.ranking_workbook import write_ranking
from reports.rendering.recap_papers import write_region_recap, write_score_recap
from reports.rendering.score_workbook import write_scores
from reports.rendering.tables import Tell
from reports.services.dashboard import open_dashboard
from reports.services.reports import content_type, current_scope, file_name

logger = logging.getLogger(__name__)

Writer = Callable[[Path, Report, Tell], int]


def _write_dashboard(target: Path, report: Report, tell: Tell) -> int:
    return write_tables(target, report, open_dashboard(period=report.period, actor=report.created_by), tell)


WRITERS: dict[ReportKind, Writer] = {
    ReportKind.SCORES: write_scores,
    ReportKind.RANKING: write_ranking,
    ReportKind.PROGRESS: write_progress,
    ReportKind.ASSIGNMENTS: write_assignments,
    ReportKind.CALIBRATION: write_calibration,
    ReportKind.DISCREPANCIES: write_discrepancies,
    ReportKind.DISTRIBUTION: write_distribution,
    ReportKind.PARTICIPATION: write_participation,
    ReportKind.SCORE_RECAP: write_score_recap,
    ReportKind.REGION_RECAP: write_region_recap,
    ReportKind.DECREE_ANNEX: write_annex,
    ReportKind.LETTERS: write_letters,
    ReportKind.LETTER_FILES: write_letter_files,
    ReportKind.DOSSIERS: write_dossiers,
    ReportKind.DASHBOARD: _write_dashboard,
}


def write_report(report_id: int) -> bool:
    """Write one wanted file with the rights that its person has now. False when another worker has it, or it failed.

    What the person may not have is said at once and with its reason: asking again would change nothing.
    """
    free = Report.objects.claimable().filter(pk=report_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1, done=0, total=0):
        return False
    report = Report.objects.select_related("created_by", "period", "category").get(pk=report_id)
    try:
        return _write(report)
    except (NotPermitted, RuleBroken) as refused:
        _own(report).update(state=ReportState.FAILED, claimed_at=None, refusal=refused.message)
        return False
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
        rows = WRITERS[ReportKind(report.kind)](made, report, partial(_tell, report))
        with transaction.atomic():
            file = store_made(made, name=file_name(report), content_type=content_type(report), actor=report.created_by)
            ready = {"state": ReportState.READY, "claimed_at": None, "file": file, "rows": rows, "scope": scope}
            if not _own(report).update(**ready):
                transaction.set_rollback(True)
                return False
            audit.record(report.created_by, "report.written", report, rows=rows, sha256=file.sha256)
    return True


def _tell(report: Report, done: int, total: int = 0) -> None:
    """How far it is, and that its worker lives: a claim is given up after so long without a word, not after so long."""
    now = timezone.now()
    if _own(report).update(done=done, total=total, claimed_at=now):
        report.claimed_at = now


def _own(report: Report) -> QuerySet[Report]:
    return Report.objects.filter(pk=report.pk, state=ReportState.WRITING, claimed_at=report.claimed_at)
