"""One search box over sentra, IKM and products."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentra import policies
from sentra.filters import SearchForm
from sentra.presenters.records import crumbs
from sentra.presenters.search import result_groups
from sentra.selectors.search import SHOWN, find
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
