"""The regions on a map, one region with its register, and the lineage of a sentra."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from core.paging import page_of
from reference.enums import RegionLevel
from reports import selectors
from reports.policies import can_open_country, can_open_region
from reports.presenters.lineage import ikm_branch
from reports.presenters.maps import country_map, point_map, province_map, region_figures
from sentra.presenters.records import crumbs
from sentra.views.access import follows_merge, visible_sentra_or_404

LINEAGE_PAGE = 25


@require_safe
def region_map(request: HttpRequest) -> HttpResponse:
    """The country for the ministry; everybody else is led to the own region. Five queries."""
    if not can_open_country(request.user):
        own = request.user.region_codes(Role.PROVINCE_OFFICER) + request.user.region_codes(Role.DISTRICT_OFFICER)
        if not own:
            raise Http404
        return redirect("region_page", own[0])
    rows = selectors.province_rows()
    context = {"map": country_map(rows), "rows": rows, "counted_at": rows[0].region.counted_at}
    return render(request, "reports/country.html", context)


@require_safe
def region_page(request: HttpRequest, code: str) -> HttpResponse:
    """A province with its kabupaten and kota, or one of these with its sentra. Nine queries at most."""
    rows = selectors.region_rows(code)
    region = next((one for row in rows for one in (row.region, row.region.parent) if one.pk == code), None)
    if region is None or not can_open_region(request.user, region):
        raise Http404
    context = {"region": region, "rows": rows, "counted_at": rows[0].counted_at}
    if region.level == RegionLevel.PROVINCE:
        context["country"] = can_open_country(request.user)
        return render(request, "reports/province.html", context | {"map": province_map(rows)})
    page = page_of(selectors.sentra_of(region.pk), request.GET)
    numbers = {sentra.pk: number for number, sentra in enumerate(page.items, start=1)}
    context |= {
        "province": can_open_region(request.user, region.parent),
        "figures": region_figures(rows[0]),
        "commodities": selectors.commodities_of(region.pk),
        "page": page,
        "map": point_map(selectors.points_of(region.pk), numbers),
    }
    return render(request, "reports/region.html", context)


@require_safe
@follows_merge
def sentra_lineage(request: HttpRequest, pk: int) -> HttpResponse:
    """A sentra with its IKM, their products, nominations and stars. Eight queries for any number of them."""
    sentra = visible_sentra_or_404(request, pk)
    page = page_of(selectors.lineage(sentra, request.user), request.GET, size=LINEAGE_PAGE)
    branches = [ikm_branch(ikm, request.user) for ikm in page.items]
    context = {"sentra": sentra, "page": page, "branches": branches, "crumbs": crumbs(sentra)}
    return render(request, "reports/lineage.html", context)
