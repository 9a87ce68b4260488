"""Starting a nomination."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.enums import EntryKind, WindowKind
from nominations.filters import ProductSearch
from nominations.forms.drafting import CandidateForm
from nominations.models import Category, Period
from nominations.policies import can_nominate
from nominations.presenters.tasks import start_facts
from nominations.selectors.dossiers import documents_asked, nominatable_products
from nominations.selectors.findings import rivals_of
from nominations.selectors.reviews import waiting_reviews
from nominations.selectors.windows import open_periods
from nominations.services import drafting
from reference.models import Region
from sentra.models import Product

GET_POST = ["GET", "HEAD", "POST"]


def _regions(user: Any) -> list[Region]:
    """Where the person is an officer, then where an admin acts for the region. No query beyond those of the person."""
    own = [m.region for m in user.active_memberships if m.role == Role.DISTRICT_OFFICER]
    return own + [entry.region for entry in user.open_proxies if entry.region not in own]


def _officer_region(request: HttpRequest) -> str:
    """The region to nominate from; `?wilayah=` chooses among several. 404 for who has none."""
    regions = [region.pk for region in _regions(request.user)]
    if not regions:
        raise Http404
    wanted = request.GET.get("wilayah", regions[0])
    if wanted not in regions:
        raise Http404
    return wanted


def _round(rounds: list[Period], wanted: str) -> Period | None:
    """The round that is asked for by its key; without a key the only one there is. None leaves the choice open."""
    if not wanted and len(rounds) == 1:
        return rounds[0]
    return next((one for one in rounds if str(one.pk) == wanted), None)


@require_safe
def nomination_start(request: HttpRequest) -> HttpResponse:
    """What may be nominated, what to have ready, and until when; of several rounds of products one is listed.

    Nine queries with a round of each kind, one more for a search.
    """
    region, regions = _officer_region(request), _regions(request.user)
    periods = [p for p in open_periods(WindowKind.NOMINATION, region) if can_nominate(request.user, region, p)]
    rounds = [period for period in periods if period.award.entry_kind == EntryKind.PRODUCT]
    listed, search = _round(rounds, request.GET.get("periode", "")), ProductSearch(request.GET, auto_id="cari_%s")
    documents = documents_asked(periods)
    context = {
        "region": region,
        "regions": regions if len(regions) > 1 else [],
        "proxy": request.user.proxy_for(region),
        "reviews": waiting_reviews([region]),
        "periods": [start_facts(period, documents.get(period.pk, [])) for period in periods],
        "listed": listed,
        "search": search,
        "page": listed and page_of(search.apply(nominatable_products(region, listed)), request.GET),
    }
    return render(request, "nominations/start.html", context)


def _open_rounds(request: HttpRequest, region: str) -> list[Period]:
    """The rounds in which this person may nominate a product of the region now. Raises NotPermitted or RuleBroken."""
    opened = list(open_periods(WindowKind.NOMINATION, region).filter(award__entry_kind=EntryKind.PRODUCT))
    rounds = [one for one in opened if can_nominate(request.user, region, one)]
    if not rounds:
        require(can_nominate(request.user, region, *opened[:1]))
        raise RuleBroken(_("Belum ada periode pengusulan yang dibuka untuk produk. Jadwal ada di halaman awal portal."))
    return rounds


@require_http_methods(GET_POST)
@one_time
def nomination_create_product(request: HttpRequest, product_id: int) -> HttpResponseBase:
    """One product in the round that is named; while several are open and none is, the person chooses."""
    rows = Product.objects.visible_to(request.user).select_related("ikm__sentra__commodity", "ikm__sentra__region")
    product = get_object_or_404(rows, pk=product_id)
    rounds = _open_rounds(request, product.ikm.sentra.region_id)
    period = _round(rounds, request.POST.get("periode") or request.GET.get("periode", ""))
    if request.method == "POST":
        if period is None:
            raise RuleBroken(_("Periode yang dipilih tidak dibuka untuk daerah ini. Pilih periode yang masih dibuka."))
        nomination = drafting.create_product_nomination(period=period, product=product, actor=request.user)
        return redirect("nomination_detail", nomination.pk)
    if period is None:
        return render(request, "nominations/choose_round.html", {"product": product, "rounds": rounds})
    rivals = rivals_of(product, period)
    context = {"product": product, "period": period, "rivals": rivals}
    context["taken"] = any(one.product_entry.product_id == product.pk for one in rivals)
    return render(request, "nominations/create_product.html", context)


@require_http_methods(GET_POST)
@one_time
def nomination_create_candidate(request: HttpRequest, period_id: int, category_code: str) -> HttpResponseBase:
    region = _officer_region(request)
    periods = open_periods(WindowKind.NOMINATION, region)
    period = get_object_or_404(periods, pk=period_id, award__entry_kind=EntryKind.CANDIDATE)
    require(can_nominate(request.user, region, period))
    category = get_object_or_404(Category, award=period.award, code=category_code, active=True)
    form = CandidateForm(request.POST or None, category=category)
    if request.method == "POST" and form.is_valid():
        try:
            nomination = drafting.create_candidate_nomination(
                period=period, category=category, region_code=region, candidate=form.cleaned_data, actor=request.user
            )
        except RuleBroken as error:
            form.add_error(None, error.message)
        else:
            return redirect("nomination_detail", nomination.pk)
    context = {"form": form, "period": period, "category": category}
    return render(request, "nominations/create_candidate.html", context, status=422 if form.errors else 200)
