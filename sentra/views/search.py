"""One search box over sentra, IKM and products."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import attachment
from sentra import policies
from sentra.enums import ExportFormat
from sentra.filters import SearchForm
from sentra.presenters.records import crumbs
from sentra.presenters.search import result_groups
from sentra.rendering.outgoing import FOUND
from sentra.selectors.search import SHOWN, find
from sentra.services.exports import TYPES, file_name, reader_for, record_download, table_bytes
from sentra.views.access import require_existence


@require_safe
def register_search(request: HttpRequest) -> HttpResponse:
    """Five queries, six when nothing has all the words; as many for ten records as for a million."""
    require_existence(policies.can_view_register(request.user))
    form = SearchForm(request.GET, auto_id="cari_%s")
    text = form.text
    found = find(request.user, text) if text else None
    context = {
        "search_form": form,
        "text": text,
        "found": found,
        "groups": result_groups(found) if found else [],
        "shown": SHOWN,
        "crumbs": crumbs(),
    }
    return render(request, "sentra/search.html", context)


@require_safe
def register_search_file(request: HttpRequest) -> HttpResponse:
    """The same hits as a workbook. Four queries, seven when nothing fits, and the audit entry."""
    require_existence(policies.can_view_register(request.user))
    text = SearchForm(request.GET).text
    if not text:
        raise Http404
    hits, xlsx = find(request.user, text).hits, ExportFormat.XLSX
    data = table_bytes(FOUND, xlsx, hits, reader_for(FOUND.kind, request.user))
    record_download(kind=FOUND.kind, file_format=xlsx, rows=len(hits), params={"q": text}, actor=request.user)
    return attachment(data, name=file_name(FOUND, xlsx), content_type=TYPES[xlsx])
