"""Asking for a report, and what becomes of its file."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from core import audit
from core.files import ARCHIVE, ENDINGS
from core.http import require
from core.jobs import enqueue
from core.models import StoredFile
from core.workbooks import XLSX
from nominations.models import Category, Period
from reports.enums import ReportKind, ReportState
from reports.models import Report
from reports.policies import LETTERS, can_make_report, can_report_on
from reports.querysets import FREE, MAX_ATTEMPTS
from reports.selectors.dashboard import reader_digest
from reports.selectors.dossiers import bundled_nominations
from reports.selectors.letters import sent_nominations
from reports.selectors.participation import compared_period
from reports.selectors.scores import scope_digest, scored_nominations
from scoring.policies import can_view_scores
from scoring.selectors.calibration import readable_rounds
from scoring.selectors.stages import assessed_nominations

KEPT = timedelta(days=1)
PDF = "application/pdf"


@transaction.atomic
def request_report(
    *, kind: ReportKind, period: Period, actor: Any, category: Category | None = None, compared: Period | None = None
) -> Report:
    """Have a worker write the file; `category` for the kind that asks for one, `compared` for those that set a round
    beside it that need not be the one before. Raises NotPermitted.
    """
    require(can_make_report(actor, kind))
    require(can_report_on(kind, period))
    report = Report.objects.create(kind=kind, period=period, category=category, compared=compared, created_by=actor)
    audit.record(actor, "report.requested", report, kind=kind, period=period.pk, **_chosen(report))
    enqueue("reports.write_report", report_id=report.pk)
    return report


def current_scope(report: Report) -> str:
    """What the person may see now, as in `Report.scope`. At most four queries.

    A dashboard and the counts of regions are of nominations that come and go each minute, so there it is the rights
    that count.
    """
    user, period = report.created_by, report.period_id
    if report.kind in (ReportKind.PARTICIPATION, ReportKind.REGION_RECAP):
        other = compared_period(report)
        return reader_digest(user, period, *([other.pk] if other else []), scores=False)
    if report.kind == ReportKind.DASHBOARD:
        return reader_digest(user, period, scores=bool(can_view_scores(user)))
    if report.kind in (ReportKind.PROGRESS, ReportKind.ASSIGNMENTS):  # without scores, so own sheets may be missing
        return scope_digest(assessed_nominations(user).filter(period=period))
    if report.kind == ReportKind.CALIBRATION:
        return scope_digest(readable_rounds(user, period))
    if report.kind in LETTERS:
        return scope_digest(sent_nominations(user, period))
    if report.kind == ReportKind.DOSSIERS:
        return scope_digest(bundled_nominations(user, period, report.category_id))
    return scope_digest(scored_nominations(user, period))


@transaction.atomic
def record_download(*, report: Report, actor: Any) -> None:
    """A file left the portal. One query."""
    facts = {"kind": report.kind, "period": report.period_id, "rows": report.rows}
    audit.record(actor, "report.downloaded", report, **facts, **_chosen(report))


def _chosen(report: Report) -> dict[str, int]:
    facts = {"category": report.category_id, "compared": report.compared_id}
    return {name: value for name, value in facts.items() if value}


def file_name(report: Report) -> str:
    """Says the kind, the round and the day, and nothing of what is in it."""
    day = timezone.localdate(report.created_at)
    about = [report.get_kind_display(), report.category.label if report.category else "", report.period.name]
    name = "-".join(slugify(word) for word in about if word)
    return f"{name}-{day:%Y-%m-%d}{ENDINGS[content_type(report)][0]}"


def content_type(report: Report) -> str:
    kind = ReportKind(report.kind)
    if kind.is_archive:
        return ARCHIVE
    return PDF if kind.is_pdf else XLSX


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
