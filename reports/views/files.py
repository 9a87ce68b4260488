"""Reports that a worker writes: ask, watch, download."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from core.http import private_file, require
from core.onetime import one_time
from core.paging import page_of
from nominations.models import Period
from reports.enums import ReportKind, ReportState
from reports.forms import ReportForm
from reports.models import Report
from reports.policies import can_download_report, can_make_report, can_make_some_report
from reports.presenters.reports import explained
from reports.services.raw_scores import export_raw_scores
from reports.services.reports import current_scope, record_download, request_report
from scoring.policies import can_view_scores
from scoring.selectors.stages import staged_periods
from scoring.views.access import hidden_unless

JOINED = ("period", "category", "compared", "file")


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def report_list(request: HttpRequest) -> HttpResponseBase:
    """The own reports, and the form that asks for one. At most nine queries."""
    hidden_unless(can_make_some_report(request.user))
    kinds = [kind for kind in ReportKind if can_make_report(request.user, kind)]
    initial = {"period": request.GET.get("periode"), "kind": request.GET.get("laporan")}
    form = ReportForm(request.POST or None, kinds=kinds, initial=initial)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        report = request_report(
            kind=ReportKind(chosen["kind"]),
            period=chosen["period"],
            category=chosen["category"],
            compared=chosen["compared"],
            actor=request.user,
        )
        messages.success(request, _("Laporan diminta. Berkasnya disiapkan di belakang layar."))
        return redirect("report_detail", report.pk)
    rows = Report.objects.visible_to(request.user).select_related(*JOINED)
    page = page_of(rows, request.GET)
    context = {"form": form, "page": page, "kinds": explained(kinds), "ready": ReportState.READY}
    context["raw_periods"] = staged_periods() if can_view_scores(request.user) else ()
    return render(request, "reports/report_list.html", context, status=422 if form.errors else 200)


def _own_report(request: HttpRequest, pk: int) -> Report:
    hidden_unless(can_make_some_report(request.user))
    rows = Report.objects.visible_to(request.user).select_related(*JOINED, "created_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    report = _own_report(request, pk)
    context = {
        "report": report,
        "busy": report.state == ReportState.WRITING,
        "failed": report.state == ReportState.FAILED,
        "download": can_download_report(request.user, report, current_scope(report)),
    }
    return render(request, "reports/report_detail.html", context)


@require_safe
def report_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, while the person may still see all that is in it; that it left is recorded."""
    report = _own_report(request, pk)
    require(can_download_report(request.user, report, current_scope(report)))
    record_download(report=report, actor=request.user)
    return private_file(report.file)


@require_GET
def raw_scores(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every score of a period as CSV, sent while the database writes it. Five queries and the stream."""
    hidden_unless(can_view_scores(request.user))
    period = get_object_or_404(Period, pk=pk)
    lines = export_raw_scores(period=period, actor=request.user)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"nilai-{slugify(period.name)}.csv")
    response["Cache-Control"] = "private, no-store"
    return response
