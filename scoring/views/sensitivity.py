"""Which results would change under another way of counting: list of categories, the report, its PDF."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.http import private_file, require
from core.onetime import one_time
from nominations.models import Category, Period
from scoring.models import SensitivityReport
from scoring.policies import can_request_sensitivity, can_view_scores, can_view_sensitivity
from scoring.presenters import sensitivity as presenters
from scoring.selectors.sensitivity import is_wanted, newest_report, own_part, reported_categories, results_hash
from scoring.services.sensitivity import names_of, record_report_view, request_all_reports, request_report
from scoring.views.access import hidden_unless

PAGE = 50


@require_safe
def sensitivity_list(request: HttpRequest) -> HttpResponse:
    """Categories with closed results, without any figure. Six queries."""
    hidden_unless(can_view_scores(request.user))
    may_request = bool(can_request_sensitivity(request.user))
    context = {"rows": list(reported_categories(request.user)), "may_request": may_request, "with_scores": True}
    return render(request, "scoring/sensitivity_list.html", context)


def _readable(request: HttpRequest, period_id: int, category_id: int) -> None:
    """404 for who reads no scores; 403 with the reason for who has a part in the category."""
    hidden_unless(can_view_scores(request.user))
    owes, conflicted = own_part(request.user, period_id, category_id)
    require(can_view_sensitivity(request.user, owes=owes, conflicted=conflicted))


@require_safe
def sensitivity_detail(request: HttpRequest, period: int, category: int) -> HttpResponse:
    """The newest report of a category. That somebody looked is recorded. At most twelve queries."""
    _readable(request, period, category)
    report = newest_report(period, category)
    context: dict[str, Any] = {
        "period": report.period if report else get_object_or_404(Period, pk=period),
        "category": report.category if report else _category(period, category),
        "report": report if report and report.is_readable else None,
        "outdated": report if report and not report.is_readable else None,
        "wanted": report.wanted if report else is_wanted(period, category),
        "may_request": bool(can_request_sensitivity(request.user)),
        "with_scores": True,
    }
    if context["report"]:
        record_report_view(report=report, actor=request.user)
        context |= _report_context(request, report)
    return render(request, "scoring/sensitivity.html", context)


def _category(period_id: int, category_id: int) -> Category:
    """A category that is assessed in the period, or 404."""
    return get_object_or_404(Category.objects.filter(stages__period=period_id).distinct(), pk=category_id)


def _report_context(request: HttpRequest, report: SensitivityReport) -> dict[str, Any]:
    """One page of the rows, those that could change alone when asked for."""
    data, only = report.data, request.GET.get("tampil") == "berubah"
    rows = [row for row in data["rows"] if row["why"] or row["redrawn"]] if only else data["rows"]
    start = _start(request.GET.get("mulai", ""), len(rows))
    shown = rows[start : start + PAGE]
    names = names_of(report, [row["id"] for row in shown])
    lines = presenters.result_rows(data, presenters.with_official(shown), names)
    return {
        "data": data,
        "sentences": presenters.sentences(data),
        "scenarios": presenters.scenario_rows(data, names),
        "rows": lines,
        "chart": presenters.chart(data, lines),
        "stages": presenters.stage_blocks(data, names),
        "stale": report.input_hash != results_hash(report.period_id, report.category_id),
        "only": only,
        "count": len(rows),
        "first": start + 1,
        "last": start + len(shown),
        "next_start": start + PAGE if start + PAGE < len(rows) else None,
    }


def _start(text: str, length: int) -> int:
    """Where the page begins; an address that makes no sense begins at the top."""
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return start if start < length else 0


@require_POST
@one_time
def sensitivity_request(request: HttpRequest, period: int, category: int) -> HttpResponseBase:
    _readable(request, period, category)
    _category(period, category)
    request_report(period_id=period, category_id=category, actor=request.user)
    messages.success(request, _("Perhitungan dimulai. Muat ulang halaman ini beberapa saat lagi."))
    return redirect("sensitivity_detail", period, category)


@require_POST
@one_time
def sensitivity_request_all(request: HttpRequest) -> HttpResponseBase:
    """Every category whose results have changed since its report."""
    hidden_unless(can_view_scores(request.user))
    require(can_request_sensitivity(request.user))
    asked = request_all_reports(actor=request.user)
    text = ngettext("%d laporan sedang dihitung.", "%d laporan sedang dihitung.", asked) % asked
    messages.success(request, text if asked else _("Semua laporan sudah sesuai dengan hasil sekarang."))
    return redirect("sensitivity_list")


@require_safe
def sensitivity_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The printed report; the same rule and the same trace as for the page."""
    hidden_unless(can_view_scores(request.user))
    report = get_object_or_404(SensitivityReport.objects.select_related("pdf"), pk=pk, pdf__isnull=False)
    _readable(request, report.period_id, report.category_id)
    record_report_view(report=report, actor=request.user)
    return private_file(report.pdf)
