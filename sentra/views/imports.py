"""Pages of imports: template, upload, preview, save, take back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import RuleBroken
from core.http import attachment, private_file, require
from core.onetime import one_time
from core.paging import page_of
from core.workbooks import XLSX
from reference.models import Region
from sentra import policies
from sentra.enums import ImportState, TableKind
from sentra.forms.transfers import ConfirmForm, ImportForm
from sentra.models import RegisterImport
from sentra.presenters import transfers
from sentra.rendering.columns import TABLES
from sentra.rendering.workbooks import template_workbook
from sentra.rules import SHOWN_FINDINGS
from sentra.selectors.imports import open_import_of, undo_obstacles, visible_imports
from sentra.selectors.lists import RegionLists
from sentra.selectors.register import regions_to_register
from sentra.services.import_undo import undo_import
from sentra.services.imports import cancel_import, confirm_import, start_import
from sentra.views.access import form_page, require_existence

FINDINGS_ON_A_PAGE = 100


def region_of_request(request: HttpRequest) -> Region | None:
    """The officer's only region, or the one of `?wilayah=`; None when there is a choice to make."""
    regions = regions_to_register(request.user)
    asked = request.GET.get("wilayah", "")
    return regions[0] if len(regions) == 1 else next((region for region in regions if region.pk == asked), None)


def visible_import_or_404(request: HttpRequest, pk: int) -> RegisterImport:
    return get_object_or_404(visible_imports(request.user), pk=pk)


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Five queries for any number of rows, the session and the memberships included."""
    require_existence(policies.can_view_register(request.user))
    page = page_of(visible_imports(request.user), request.GET)
    context = {
        "page": page,
        "rows": [(job, transfers.import_tag(job)) for job in page.items],
        "may_import": bool(policies.can_register_somewhere(request.user)),
        "crumbs": transfers.import_crumbs()[:1],
    }
    return render(request, "sentra/import_list.html", context)


@form_page
@one_time
def import_create(request: HttpRequest) -> HttpResponseBase:
    require_existence(policies.can_view_register(request.user))
    require(policies.can_register_somewhere(request.user))
    region = region_of_request(request)
    posted = request.method == "POST" and region is not None
    form = ImportForm(*((request.POST, request.FILES) if posted else ()), initial={"kind": request.GET.get("kind")})
    if region and posted and form.is_valid():
        try:
            job = start_import(
                region=region, kind=form.cleaned_data["kind"], upload=form.cleaned_data["file"], actor=request.user
            )
            return redirect("import_detail", job.pk)
        except RuleBroken as error:
            form.add_error("file", error.message)
    context = {
        "form": form,
        "region": region,
        "regions": regions_to_register(request.user),
        "open": open_import_of(region.pk) if region else None,
        "tables": TableKind,
        "crumbs": transfers.import_crumbs(),
    }
    return render(request, "sentra/import_create.html", context, status=422 if form.errors else 200)


@require_safe
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty table for the officer's region. Up to seven queries."""
    require_existence(policies.can_view_register(request.user))
    require(policies.can_register_somewhere(request.user))
    region = region_of_request(request)
    if region is None or kind not in TableKind.values:
        raise Http404
    table = TABLES[kind]
    name = f"Templat {table.sheet} - {region.label}.xlsx"
    return attachment(template_workbook(table, RegionLists(region)), name=name, content_type=XLSX)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Six queries for any number of findings, seven when it is saved, the session and the memberships included."""
    return _detail(request, visible_import_or_404(request, pk), ConfirmForm())


@require_POST
@one_time
def import_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    job = visible_import_or_404(request, pk)
    require(policies.can_confirm_import(request.user, job))
    form = ConfirmForm(request.POST)
    checked = form.is_valid() and form.cleaned_data["confirmed"]
    try:
        confirm_import(import_id=pk, warnings_checked=checked, actor=request.user)
    except RuleBroken as error:
        form.add_error("confirmed", error.message)
        return _detail(request, job, form)
    return redirect("import_detail", pk)


@require_POST
@one_time
def import_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    job = visible_import_or_404(request, pk)
    cancel_import(import_id=job.pk, actor=request.user)
    messages.success(request, _("Impor dibatalkan. Tidak ada data yang berubah."))
    return redirect("import_list")


@form_page
@one_time
def import_undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    job = visible_import_or_404(request, pk)
    require(policies.can_undo_import(request.user, job))
    obstacles = undo_obstacles(job)
    if request.method == "POST" and not obstacles:
        undo_import(import_id=pk, actor=request.user)
        messages.success(request, _("Impor sudah dibatalkan. Data kembali seperti sebelum impor."))
        return redirect("import_detail", pk)
    crumbs = [*transfers.import_crumbs(), {"label": str(job), "url": transfers.import_url(job)}]
    context = {"job": job, "obstacles": transfers.obstacle_texts(obstacles), "crumbs": crumbs}
    return render(request, "sentra/import_undo.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def import_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows hold whole tax numbers, so they go back to the officers of the region only."""
    job = visible_import_or_404(request, pk)
    require(policies.can_register(request.user, job.region))
    if job.report is None:
        raise Http404
    return private_file(job.report)


def _detail(request: HttpRequest, job: RegisterImport, form: ConfirmForm) -> HttpResponse:
    chosen = transfers.chosen_list(job, request.GET.get("list", ""))
    page = page_of(job.findings.filter(kind=chosen), request.GET, size=FINDINGS_ON_A_PAGE)
    own = bool(policies.can_register(request.user, job.region))
    context: dict[str, Any] = {
        "job": job,
        "form": form,
        "tag": transfers.import_tag(job),
        "busy": job.state in (ImportState.READING, ImportState.APPLYING),
        "counts": transfers.import_counts(job),
        "tabs": transfers.finding_tabs(job, chosen),
        "chosen": chosen,
        "page": page,
        "unseen": transfers.unseen_text(job, chosen, own=own) if page.count == SHOWN_FINDINGS else "",
        "unseen_warnings": job.warnings - SHOWN_FINDINGS,
        "findings": [(transfers.finding_place(finding), finding.text) for finding in page.items],
        "own": own,
        "confirm": policies.can_confirm_import(request.user, job),
        "cancel": policies.can_cancel_import(request.user, job),
        "undo": policies.can_undo_import(request.user, job),
        "crumbs": transfers.import_crumbs(),
    }
    return render(request, "sentra/import_detail.html", context, status=422 if form.errors else 200)
