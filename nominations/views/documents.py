from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError, RuleBroken
from core.http import private_file, require
from core.onetime import one_time
from core.uploads import start_upload, whole_file
from nominations.enums import DocumentStage
from nominations.forms.drafting import DocumentForm, UploadStartForm
from nominations.messages.overtaken import overtaken_text
from nominations.models import DossierItem, Nomination, Requirement
from nominations.policies import can_add_assessment_document, can_edit, can_edit_document
from nominations.presenters.documents import document_rows, version_rows
from nominations.selectors.dossiers import Filled, checklist, filled_of, requirements_of
from nominations.selectors.histories import versions_of
from nominations.selectors.reopening import repair_of, returned_of
from nominations.services.documents import add_document
from nominations.services.viewing import record_personal_view
from nominations.views.access import visible_nomination, visible_row


@require_safe
def nomination_documents(request: HttpRequest, pk: int) -> HttpResponse:
    nomination = visible_nomination(request, pk)
    return _documents_page(request, nomination, _stage_for(request, nomination))


def _stage_for(request: HttpRequest, nomination: Nomination) -> DocumentStage:
    """The region's documents while it may edit, else the Sekretariat's; 403 with the reason when neither."""
    if can_add_assessment_document(request.user, nomination):
        return DocumentStage.ASSESSMENT
    require(can_edit(request.user, nomination))
    return DocumentStage.NOMINATION


def _documents_page(
    request: HttpRequest, nomination: Nomination, stage: DocumentStage, failed: dict[int, list[str]] | None = None
) -> HttpResponse:
    returned = returned_of(nomination)
    filled = filled_of(nomination) if returned else Filled(checklist(nomination, stage), {})
    rows = document_rows(
        nomination, filled.rows, failed or {}, repair_of(nomination, returned, filled) if returned else None
    )
    errors = [{"text": e, "url": f"#{row['row_id']}-file"} for row in rows for e in row["field_errors"]]
    context = {"nomination": nomination, "rows": rows, "errors": errors, "has_errors": bool(errors)}
    context["locked"] = not all(row["can_upload"] for row in rows)
    return render(request, "nominations/documents.html", context, status=422 if failed else 200)


def _open_requirement(
    request: HttpRequest, nomination: Nomination, requirement_id: int
) -> tuple[Requirement, DocumentStage]:
    """What may be answered now: 404 for what is not asked for, 403 with the reason for what a return leaves locked."""
    stage = _stage_for(request, nomination)
    requirement = get_object_or_404(requirements_of(nomination, stage), pk=requirement_id)
    if stage is DocumentStage.NOMINATION:
        require(can_edit_document(request.user, nomination, requirement))
    return requirement, stage


@require_POST
@one_time
def document_add(request: HttpRequest, pk: int, requirement_id: int) -> HttpResponseBase:
    nomination = visible_row(request, pk)
    requirement, stage = _open_requirement(request, nomination, requirement_id)
    form = DocumentForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise RuleBroken(" ".join(text for texts in form.errors.values() for text in texts))
        with _sent_file(request, form, _purpose(pk, requirement_id)) as upload:
            item = add_document(
                nomination_id=pk,
                requirement=requirement,
                upload=upload,
                link=form.cleaned_data["link"],
                seen=form.cleaned_data["seen"],
                actor=request.user,
            )
    except RuleBroken as error:
        return _documents_page(request, visible_nomination(request, pk), stage, {requirement_id: [error.message]})
    if item.overtaken:
        messages.warning(request, overtaken_text(item, item.overtaken, nomination.region.timezone))
    else:
        messages.success(request, _("Dokumen %(code)s tersimpan.") % {"code": requirement.code})
    return redirect(f"{request.path.split('/dokumen/')[0]}/dokumen/#{requirement.code}")


def _purpose(pk: int, requirement_id: int) -> str:
    return f"document:{pk}:{requirement_id}"


@contextmanager
def _sent_file(request: HttpRequest, form: DocumentForm, purpose: str) -> Iterator[File | None]:
    """The file of the form, or the one that has come in pieces before."""
    key, sha256 = form.cleaned_data["upload"], form.cleaned_data["sha256"]
    if not key:
        yield form.cleaned_data["file"]
        return
    with whole_file(key=key, purpose=purpose, sha256=sha256, actor=request.user) as upload:
        yield upload


@require_POST
@one_time
def document_upload(request: HttpRequest, pk: int, requirement_id: int) -> HttpResponseBase:
    """Begin to send a document in pieces; the answer leads to the upload. For scripts: refusals are JSON."""
    nomination = visible_row(request, pk)
    _open_requirement(request, nomination, requirement_id)
    form = UploadStartForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("Permintaan tidak lengkap. Muat ulang halaman ini.")}, status=422)
    try:
        upload = start_upload(purpose=_purpose(pk, requirement_id), actor=request.user, **form.cleaned_data)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    return redirect("upload_pieces", upload.key.hex)


@require_safe
def document_history(request: HttpRequest, pk: int, requirement_id: int) -> HttpResponse:
    """Every version of one document, for all who may read the dossier. Three queries beside the session."""
    nomination = visible_nomination(request, pk)
    requirement = get_object_or_404(Requirement, pk=requirement_id, period=nomination.period_id)
    rows = version_rows(nomination, versions_of(nomination, requirement))
    context = {"nomination": nomination, "requirement": requirement, "rows": rows}
    return render(request, "nominations/document_history.html", context)


@require_safe
def document_download(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    nomination = visible_row(request, pk)
    items = DossierItem.objects.select_related("file", "requirement")
    item = get_object_or_404(items, nomination=nomination, pk=item_id)
    if item.file is None:
        raise Http404
    answer = private_file(item.file)
    record_personal_view(nomination=nomination, item=item, actor=request.user)
    return answer
