"""What anybody may read: the awards, who holds them, who held them, the numbers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from certificates.models import Certificate
from core.http import inline_picture
from core.models import StoredFile
from core.paging import page_of
from nominations.models import Award
from reports import selectors
from reports.filters import HolderFilter
from reports.policies import can_publish
from reports.presenters import holders as words
from reports.presenters.award import award_page
from reports.presenters.calendar import calendar
from reports.selectors import holders
from reports.selectors.awards import criteria_of

CACHED_SECONDS = 300


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Anybody may read it, and whoever stands between may keep the visitors' copy for some minutes.

    Not a copy that says something to one person, and not beyond what the view itself allows.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if get_messages(request).used:
            patch_cache_control(response, private=True, no_store=True)
        elif not request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, public=True, max_age=CACHED_SECONDS)
        return response

    return wrapper


@public_page
def award_about(request: HttpRequest, code: str) -> HttpResponse:
    """What an award is, its criteria, documents and calendar. Six queries."""
    award = get_object_or_404(Award, pk=code)
    schedule = selectors.schedule()
    periods = [one for one in calendar(schedule) if one["award"] == award.pk]
    context = {"award": award, "periods": periods, **award_page(criteria_of(award))}
    return render(request, "public/award.html", context)


@public_page
def holder_list(request: HttpRequest) -> HttpResponse:
    """The register of holders: search, filters, keyset pages. Eight queries at most."""
    form = HolderFilter(request.GET)
    page = page_of(form.apply(holders.issued()), request.GET)
    rows = [words.holder_row(one) for one in page.items]
    return render(request, "public/holder_list.html", {"form": form, "chosen": form.chosen, "page": page, "rows": rows})


@public_page
def holder_page(request: HttpRequest, award: str, year: int, number: int) -> HttpResponseBase:
    """One holder; the address of a replaced certificate leads on to the one in force. Three queries."""
    certificate = _public_or_404(award, year, number)
    if certificate.state != "issued":
        successor = holders.successor_of(certificate)
        if successor is None:
            raise Http404
        return redirect(words.holder_url(successor))
    publication = holders.publication_of(certificate)
    context = {
        "certificate": certificate,
        "face": certificate.face,
        "rows": words.holder_facts(certificate),
        "publication": publication,
        "description": words.description(certificate, publication),
        "may_publish": bool(can_publish(request.user, certificate.decision.nomination)),
        "others": [words.holder_row(one) for one in holders.others_of(certificate)],
    }
    response = render(request, "public/holder.html", context)
    if publication is not None:
        patch_cache_control(response, no_cache=True)  # what was agreed to may be withdrawn
    return response


@public_page
def holder_photo(request: HttpRequest, award: str, year: int, number: int) -> HttpResponseBase:
    """The photo that the holder agreed to show. Two queries."""
    publication = holders.publication_of(_public_or_404(award, year, number))
    if publication is None or publication.photo is None:
        raise Http404
    return _asked_again(request, publication.photo)


def _asked_again(request: HttpRequest, photo: StoredFile) -> HttpResponseBase:
    """A cache may keep it and has to ask before each use: the consent may have been withdrawn."""
    sent = condition(etag_func=lambda *_args: f'"photo-{photo.pk}"')(lambda *_args: inline_picture(photo))
    response: HttpResponseBase = sent(request)
    response["Cache-Control"] = "no-cache"
    return response


def _public_or_404(award: str, year: int, number: int) -> Certificate:
    certificate = holders.holder_of(award, year, number)
    if certificate is None:
        raise Http404
    return certificate


@public_page
def statistics(request: HttpRequest) -> HttpResponse:
    """Awards in force by category and province, and all of them by year. Two queries at most."""
    totals, provinces = holders.totals(), selectors.provinces()
    current = [row for row in totals if row.current]
    context = {
        "number": sum(row.number for row in current),
        "charts": [
            words.bars(_("Pemegang menurut kategori"), _("Kategori"), current, lambda row: row.category),
            words.bars(
                _("Pemegang menurut bintang"),
                _("Bintang"),
                [row for row in current if row.stars],
                lambda row: words.stars_text(row.stars),
            ),
        ],
        "map": words.province_map(current, provinces),
        "provinces": words.province_rows(current, provinces),
        "years": words.yearly(totals),
        "today": timezone.localdate(),
    }
    return render(request, "public/statistics.html", context)


@public_page
def archive(request: HttpRequest) -> HttpResponse:
    """Rounds before this portal, with the scales and categories of their time. Two queries."""
    return render(request, "public/archive.html", {"rounds": holders.archive()})
