"""What a document looks like, page by page, without opening the file itself."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.http import private_page_image
from core.models import PreviewPage
from nominations.models import DossierItem, Nomination
from nominations.presenters.previews import preview_context
from nominations.services.viewing import record_personal_view
from nominations.views.access import visible_nomination, visible_row


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def document_preview(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """One page image with the way to the others; `?halaman=2` chooses, `?panel=1` leaves out the portal's frame.

    A page that shows it beside something needs `frame-src 'self'`. Five queries at most beside the session.
    """
    nomination = visible_nomination(request, pk)
    item = _item_with_file(nomination, item_id)
    record_personal_view(nomination=nomination, item=item, actor=request.user)
    context = preview_context(
        item,
        request.GET,
        page_url=reverse("document_preview", args=[pk, item_id]),
        download_url=reverse("document_download", args=[pk, item_id]),
        image_url_of=lambda number: reverse("document_page_image", args=[pk, item_id, number]),
    )
    return render(request, "nominations/preview.html", context | {"nomination": nomination})


@require_safe
def document_page_image(request: HttpRequest, pk: int, item_id: int, number: int) -> HttpResponseBase:
    item = _item_with_file(visible_row(request, pk), item_id)
    pages = PreviewPage.objects.select_related("image").filter(preview=item.file_id)
    return private_page_image(item.file, get_object_or_404(pages, number=number).image)


def _item_with_file(nomination: Nomination, item_id: int) -> DossierItem:
    items = DossierItem.objects.select_related("file__preview", "requirement")
    return get_object_or_404(items, nomination=nomination, pk=item_id, file__isnull=False)
