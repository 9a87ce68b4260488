"""Pages of exports: choose, then the file itself, or a page on which it is offered when it is ready."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.enums import Role
from core.http import attachment, private_file, require
from core.onetime import one_time
from reference.models import Commodity
from sentra import policies
from sentra.enums import ExportFormat, ExportKind, ExportState
from sentra.filters import chosen_sentra
from sentra.forms.transfers import ExportForm
from sentra.models import RegisterExport
from sentra.presenters.records import crumbs
from sentra.presenters.transfers import filter_texts
from sentra.rendering.outgoing import EXPORTS
from sentra.selectors.exports import export_rows, is_direct, visible_exports
from sentra.selectors.register import visible_sentra
from sentra.services.exports import (
    TYPES,
    file_name,
    reader_for,
    record_download,
    record_whole_numbers,
    request_export,
    table_bytes,
)
from sentra.views.access import form_page, require_existence


def visible_export_or_404(request: HttpRequest, pk: int) -> RegisterExport:
    return get_object_or_404(visible_exports(request.user), pk=pk)


@form_page
@one_time
def export_create(request: HttpRequest) -> HttpResponseBase:
    """Short tables come at once, long ones are written by a worker."""
    require_existence(policies.can_view_register(request.user))
    start = {"kind": ExportKind.SENTRA, "format": ExportFormat.XLSX} | request.GET.dict() | {"npwp": False}
    form = ExportForm(request.POST) if request.method == "POST" else ExportForm(initial=start)
    if form.is_bound and form.is_valid():
        kind, file_format = form.cleaned_data["kind"], form.cleaned_data["format"]
        rows = export_rows(kind, chosen_sentra(form.params, request.user), ())
        if is_direct(rows):
            query = QueryDict(mutable=True)
            query.update({"kind": kind, "format": file_format, **form.params})
            return redirect(f"{reverse('export_file')}?{query.urlencode()}")
        export = request_export(kind=kind, file_format=file_format, params=form.params, actor=request.user)
        return redirect("export_detail", export.pk)
    context = {"form": form, "narrowed": _narrowed(request), "crumbs": crumbs()}
    context["own"] = request.user.region_codes(Role.DISTRICT_OFFICER)
    return render(request, "sentra/export_create.html", context, status=422 if form.errors else 200)


@require_safe
def export_file(request: HttpRequest) -> HttpResponseBase:
    """A short table. Eight queries, the session, the memberships and the audit entry included; ten with whole NPWP."""
    require_existence(policies.can_view_register(request.user))
    form = ExportForm(request.GET)
    if not form.is_valid():
        raise Http404
    kind, file_format = form.cleaned_data["kind"], form.cleaned_data["format"]
    table = EXPORTS[kind]
    rows = export_rows(kind, chosen_sentra(form.params, request.user), table.joins)
    if not is_direct(rows):
        return redirect(f"{reverse('export_create')}?{request.GET.urlencode()}")
    reader = reader_for(kind, request.user, whole=form.cleaned_data["npwp"])
    data = table_bytes(table, file_format, rows, reader)
    record_whole_numbers(table, rows, reader, request.user)
    record_download(kind=kind, file_format=file_format, rows=len(rows), params=form.params, actor=request.user)
    return attachment(data, name=file_name(table, file_format), content_type=TYPES[ExportFormat(file_format)])


@require_safe
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    export = visible_export_or_404(request, pk)
    context = {
        "export": export,
        "busy": export.state == ExportState.WRITING,
        "download": policies.can_download_export(request.user, export),
        "crumbs": crumbs(),
    }
    return render(request, "sentra/export_detail.html", context)


@require_safe
def export_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    export = visible_export_or_404(request, pk)
    require(policies.can_download_export(request.user, export))
    if export.file is None:
        raise Http404
    return private_file(export.file)


def _narrowed(request: HttpRequest) -> list[str]:
    """In words, what the export is narrowed to; values that narrow nothing are not named."""
    params = (request.POST if request.method == "POST" else request.GET).dict()
    code, one = params.get("commodity", ""), params.get("sentra", "")
    commodity = Commodity.objects.filter(pk=code).first() if code and code.isprintable() else None
    known = one.isascii() and one.isdigit() and len(one) < 19
    sentra = visible_sentra(request.user).filter(pk=int(one)).first() if known else None
    return filter_texts(params, commodity, sentra)
