"""Reports on what would change, and who may not read them."""

from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from nominations.models import Category, Nomination
from scoring.enums import ReportState
from scoring.models import ConflictDeclaration, SensitivityReport, Stage, StageResult
from scoring.selectors.assignments import owed_by

RESULTS_HASH = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
    result.nomination_id || ':' || result.stage_id || ':' || result.input_hash || ':' || coalesce(result.score, -1), ','
    ORDER BY result.nomination_id, result.stage_id), '') || coalesce((
        SELECT ';cap:' || min(max_awards) FROM scoring_awardcap
        WHERE period_id = %(period)s AND (category_id = %(category)s OR category_id IS NULL)
          AND per IN ('', 'commodity')), '') || coalesce((
        SELECT ';ties:' || string_agg(tie.entries::text, ',' ORDER BY tie.id) FROM scoring_tiedecision tie
        JOIN scoring_plenarysession session ON session.id = tie.session_id
        WHERE session.period_id = %(period)s AND tie.category_id = %(category)s), ''), 'UTF8')), 'hex')
FROM scoring_stageresult result JOIN scoring_stage stage ON stage.id = result.stage_id
WHERE stage.period_id = %(period)s AND stage.category_id = %(category)s
"""


def results_hash(period_id: int, category_id: int) -> str:
    """sha256 over all closed results of a category, its cap and the plenary's orders of ties: another one when anything
    changed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(RESULTS_HASH, {"period": period_id, "category": category_id})
        return str(cursor.fetchone()[0])


def own_part(user: Any, period_id: int, category_id: int) -> tuple[bool, bool]:
    """Whether the person still owes a sheet in the category, and whether she or he declared a conflict in it.

    One query, two for who scores.
    """
    nominations = Nomination.objects.filter(period=period_id, category=category_id)
    conflicts = ConflictDeclaration.objects.filter(user=user, has_conflict=True, nomination__in=nominations)
    return bool(owed_by(user, nominations)), conflicts.exists()


def newest_report(period_id: int, category_id: int) -> SensitivityReport | None:
    """The report to show, annotated `wanted`: a worker has a newer one to make. One query."""
    reports = SensitivityReport.objects.filter(period=period_id, category=category_id)
    wanted = Exists(reports.filter(state=ReportState.WANTED))
    ready = reports.filter(state=ReportState.READY).annotate(wanted=wanted)
    return ready.select_related("requested_by", "pdf", "period", "category").order_by("-pk").first()


def is_wanted(period_id: int, category_id: int) -> bool:
    """Whether a worker has one to make. One query."""
    wanted = SensitivityReport.objects.filter(period=period_id, category=category_id, state=ReportState.WANTED)
    return wanted.exists()


def is_current(period_id: int, category_id: int) -> bool:
    """Whether the newest report says how the closed results stand now, in figures that pages read. Two queries."""
    report = newest_report(period_id, category_id)
    return report is not None and report.is_readable and report.input_hash == results_hash(period_id, category_id)


def reported_categories(user: Any = None) -> QuerySet[Category]:
    """Categories of periods with closed results, once per period, with the number of nominations. One query.

    Annotated: period_id, period_name, results, reported_at. Of what a conflict of `user` touches nothing is counted.
    """
    conflicts = ConflictDeclaration.objects.filter(user=user, has_conflict=True).values("nomination")
    met = ~Q(stages__results__nomination__in=conflicts)
    newest = SensitivityReport.objects.filter(
        period=OuterRef("stages__period"), category=OuterRef("pk"), state=ReportState.READY
    ).order_by("-pk")
    closed = StageResult.objects.filter(stage=OuterRef("stages"))
    return (
        Category.objects.filter(Exists(closed))
        .values("pk", "label", period_id=F("stages__period"), period_name=F("stages__period__name"))
        .annotate(
            results=Count("stages__results__nomination", distinct=True, filter=met),
            reported_at=Subquery(newest.values("finished_at")[:1]),
        )
        .filter(results__gt=0)
        .order_by("-stages__period__year", "stages__period__award", "order", "pk")
    )


def report_people(report: SensitivityReport) -> dict[int, str]:
    """Names of the assessors in a report. One query."""
    ids = {one["id"] for stage in report.data["stages"] for one in stage.get("assessors", ())}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def report_nominations(ids: list[int]) -> dict[int, Nomination]:
    """Nominations of some rows with their region. One query."""
    return Nomination.objects.select_related("region").in_bulk(ids)


def aspect_labels(stages: list[Stage]) -> dict[tuple[str, str], str]:
    """Titles of aspects, by stage and code. No query when the instruments are joined."""
    return {
        (stage.code, aspect["code"]): aspect["label"]
        for stage in stages
        if stage.instrument
        for aspect in stage.instrument.definition.get("aspects", ())
    }
