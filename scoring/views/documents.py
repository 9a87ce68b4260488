"""The documents of the frozen submission, for the scorer who is assigned to it or practises on it."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.http import anonymous_file, private_file, private_page_image, require
from core.models import PreviewPage
from nominations.models import DossierItem
from nominations.presenters.previews import preview_context
from scoring.policies import can_open_sheet
from scoring.presenters.blind import covered_name, file_context
from scoring.presenters.calibration import anchor_file
from scoring.selectors.blind import cover_of
from scoring.selectors.calibration import anchor_document, own_sheets
from scoring.selectors.sheets import assessment_items, judged_snapshot
from scoring.views.access import own_assignment


@require_safe
def sheet_document(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    """In a blind stage without what the file itself says of whose it is."""
    item = _open_item(request, pk, item_id)
    if item.is_covered:
        return anonymous_file(item.file, item.file.original_name)
    return private_file(item.file)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def sheet_document_preview(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """As `nominations.views.previews.document_preview`, for the frozen submission."""
    context = preview_context(
        _open_item(request, pk, item_id),
        request.GET,
        page_url=reverse("sheet_document_preview", args=[pk, item_id]),
        download_url=reverse("sheet_document", args=[pk, item_id]),
        image_url_of=lambda number: reverse("sheet_document_page", args=[pk, item_id, number]),
    )
    return render(request, "nominations/preview.html", context)


@require_safe
def sheet_document_page(request: HttpRequest, pk: int, item_id: int, number: int) -> HttpResponseBase:
    return _page_image(_open_item(request, pk, item_id), number)


def _page_image(item: DossierItem, number: int) -> HttpResponseBase:
    pages = PreviewPage.objects.select_related("image").filter(preview=item.file_id)
    return private_page_image(item.file, get_object_or_404(pages, number=number).image)


@require_safe
def calibration_document(request: HttpRequest, pk: int, item_id: int) -> HttpResponseBase:
    return private_file(_practised_item(request, pk, item_id).file)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def calibration_document_preview(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """The same beside a practice sheet."""
    context = preview_context(
        _practised_item(request, pk, item_id),
        request.GET,
        page_url=reverse("calibration_document_preview", args=[pk, item_id]),
        download_url=reverse("calibration_document", args=[pk, item_id]),
        image_url_of=lambda number: reverse("calibration_document_page", args=[pk, item_id, number]),
    )
    return render(request, "nominations/preview.html", context)


@require_safe
def calibration_document_page(request: HttpRequest, pk: int, item_id: int, number: int) -> HttpResponseBase:
    return _page_image(_practised_item(request, pk, item_id), number)


def _practised_item(request: HttpRequest, pk: int, item_id: int) -> DossierItem:
    """A file of an anchor's submission, unless it holds personal papers."""
    sheet = get_object_or_404(own_sheets(request.user), pk=pk)
    documents = anchor_file(sheet)["documents"]
    if item_id not in {one["item_id"] for one in documents if one["file_name"] and not one["personal"]}:
        raise Http404
    return anchor_document(sheet, item_id)


def _open_item(request: HttpRequest, pk: int, item_id: int) -> Any:
    """A file of the frozen submission, or of the assessment's own documents; `is_covered` in a blind stage.

    Personal papers are not the scorer's.
    """
    assignment = own_assignment(request, pk)
    require(can_open_sheet(request.user, assignment))
    later = assessment_items(assignment.nomination)
    facts = file_context(assignment, judged_snapshot(assignment), later, cover_of(assignment))
    names = {document["item_id"]: document["file_name"] for document in facts["documents"] if not document["personal"]}
    names |= {item.pk: "" for item in facts["later_documents"]}
    if item_id not in names:
        raise Http404
    items = DossierItem.objects.select_related("file__preview", "requirement")
    item: Any = get_object_or_404(items, nomination=assignment.nomination_id, file__isnull=False, pk=item_id)
    item.is_covered = assignment.stage.blind
    if item.is_covered:
        item.file.original_name = names[item_id] or covered_name(item)
    return item
