"""Which results would change: asked for by a person, computed and printed by a worker, kept as a row."""

import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from core import audit
from core.files import store_bytes
from core.http import require
from core.jobs import enqueue
from scoring.enums import ReportState
from scoring.models import SensitivityReport
from scoring.policies import can_request_sensitivity, can_view_sensitivity
from scoring.presenters.sensitivity import Names, pdf_context
from scoring.querysets import MAX_ATTEMPTS
from scoring.selectors.sensitivity import (
    aspect_labels,
    is_current,
    own_part,
    report_nominations,
    report_people,
    reported_categories,
    results_hash,
)
from scoring.selectors.stages import category_stages
from scoring.services.sensitivity_data import report_data

logger = logging.getLogger(__name__)
REPORT_TASK = "scoring.make_sensitivity_report"


@transaction.atomic
def request_report(*, period_id: int, category_id: int, actor: Any) -> SensitivityReport:
    """Have a worker compute the category as its results stand now; one that is wanted already is not wanted twice."""
    owes, conflicted = own_part(actor, period_id, category_id)
    require(can_view_sensitivity(actor, owes=owes, conflicted=conflicted))
    require(can_request_sensitivity(actor))
    try:
        with transaction.atomic():
            report = SensitivityReport.objects.create(period_id=period_id, category_id=category_id, requested_by=actor)
    except IntegrityError:
        return SensitivityReport.objects.get(period=period_id, category=category_id, state=ReportState.WANTED)
    audit.record(actor, "scoring.sensitivity_requested", report, period=period_id, category=category_id)
    enqueue(REPORT_TASK, report_id=report.pk)
    return report


@transaction.atomic
def request_all_reports(*, actor: Any) -> int:
    """The same for every category with closed results whose newest report does not say how they stand now; how many.

    Left out are those in which the person has a part. Queries grow with the categories.
    """
    require(can_request_sensitivity(actor))
    asked = 0
    for category in reported_categories():
        place = category["period_id"], category["pk"]
        owes, conflicted = own_part(actor, *place)
        if can_view_sensitivity(actor, owes=owes, conflicted=conflicted) and not is_current(*place):
            request_report(period_id=place[0], category_id=place[1], actor=actor)
            asked += 1
    return asked


@transaction.atomic
def record_report_view(*, report: SensitivityReport, actor: Any) -> None:
    """That somebody read figures over all scores is kept. One query."""
    audit.record(actor, "scoring.sensitivity_viewed", report, period=report.period_id, category=report.category_id)


def make_report(report_id: int) -> bool:
    """Compute and print one wanted report. False when another worker has it, or it failed. Runs in a worker only."""
    free = SensitivityReport.objects.claimable().filter(pk=report_id)
    if not free.update(claimed_at=Now(), attempts=F("attempts") + 1):
        return False
    report = SensitivityReport.objects.select_related("period__award", "category").get(pk=report_id)
    try:
        if report.state == ReportState.WANTED:
            _compute(report)
        _print(report)
    except Exception:  # whatever one report meets, the others go on
        logger.exception("sensitivity report %s was not made", report_id)
        failed = report.state == ReportState.WANTED and report.attempts >= MAX_ATTEMPTS
        state = ReportState.FAILED if failed else report.state
        SensitivityReport.objects.filter(pk=report_id).update(state=state, claimed_at=None)
        return False
    return True


def waiting_ids(limit: int = 20) -> list[int]:
    """Reports that nobody has made yet, oldest first. One query."""
    return list(SensitivityReport.objects.claimable().order_by("pk").values_list("pk", flat=True)[:limit])


def names_of(report: SensitivityReport, ids: list[int] | None = None) -> Names:
    """What the ids of a report stand for; `ids` limits the nominations. Three queries."""
    stages = category_stages(report.period_id, report.category_id)
    wanted = [row["id"] for row in report.data["rows"]] if ids is None else ids
    return Names(
        people=report_people(report),
        nominations=report_nominations(wanted),
        stages={stage.code: stage.label for stage in stages},
        aspects=aspect_labels(stages),
    )


def _compute(report: SensitivityReport) -> None:
    seal = results_hash(report.period_id, report.category_id)
    data = report_data(report.period_id, report.category_id, seed=int(seal[:16], 16))
    SensitivityReport.objects.filter(pk=report.pk, state=ReportState.WANTED).update(
        state=ReportState.READY, input_hash=seal, data=data, finished_at=Now()
    )
    report.refresh_from_db()


def _print(report: SensitivityReport) -> None:
    from core.pdf import render_pdf  # noqa: PLC0415 - takes a second to load and is not wanted in web processes

    title = f"Kepekaan hasil {report.category.label} {report.period.name}"
    context = pdf_context(report, names_of(report)) | {"is_demo": settings.IS_DEMO}
    pdf = render_pdf("pdf/sensitivity.html", context, css="sensitivity.css", title=title, created=report.finished_at)
    with transaction.atomic():
        locked = SensitivityReport.objects.select_for_update().get(pk=report.pk)
        if locked.pdf_id is None:
            name = f"kepekaan-{report.period.award_id}-{report.period.year}-{report.category.code}-{report.pk}.pdf"
            locked.pdf = store_bytes(pdf, name=name, content_type="application/pdf")
        locked.claimed_at = None
        locked.save(update_fields=["pdf", "claimed_at"])
