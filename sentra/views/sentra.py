"""Pages of sentra. What a person may not see is not there; what a person may not change says why."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import private_file, require
from core.onetime import one_time
from core.paging import page_of
from reference.selectors import kecamatan_of, villages_named
from sentra import policies
from sentra.filters import SearchForm, SentraFilter, VillageSearchForm
from sentra.forms.sentra import SentraForm
from sentra.models import Sentra
from sentra.presenters.notices import sentra_notices
from sentra.presenters.records import crumbs, decree_summary, scale_label, sentra_summary
from sentra.presenters.years import figure_rows
from sentra.selectors.living import years_of
from sentra.selectors.register import regions_to_register, sentra_rows
from sentra.services.sentra import register_sentra, update_sentra
from sentra.views.access import (
    follows_merge,
    form_answer,
    form_page,
    kecamatan_of_request,
    record_form,
    require_existence,
    saved_or_refused,
    version_of,
    visible_sentra_or_404,
)

NEWEST_YEARS = 3


@require_safe
def sentra_list(request: HttpRequest) -> HttpResponse:
    """Seven queries for any number of rows, the session and the memberships included; eight with a name."""
    require_existence(policies.can_view_register(request.user))
    filter_form = SentraFilter(request.GET)
    rows = filter_form.apply(sentra_rows(request.user))
    context = {
        "filter_form": filter_form,
        "search_form": SearchForm(auto_id="cari_%s"),
        "filtered": any(request.GET.get(name) for name in filter_form.fields),
        "page": page_of(rows, request.GET),
        "may_register": bool(policies.can_register_somewhere(request.user)),
    }
    return render(request, "sentra/sentra_list.html", context)


@require_safe
def sentra_start(request: HttpRequest) -> HttpResponse:
    """Choose the region when there are several, then the kecamatan, or find the village by its name."""
    require_existence(policies.can_view_register(request.user))
    require(policies.can_register_somewhere(request.user))
    regions = regions_to_register(request.user)
    asked = request.GET.get("region", "")
    region = regions[0] if len(regions) == 1 else next((r for r in regions if r.pk == asked), None)
    search_form = VillageSearchForm(request.GET, auto_id="cari_%s")
    context = {
        "regions": regions,
        "region": region,
        "kecamatan": kecamatan_of(region.pk) if region else [],
        "search_form": search_form,
        "villages": villages_named(region.pk, search_form.text) if region and search_form.text else [],
        "crumbs": crumbs(),
    }
    return render(request, "sentra/sentra_start.html", context)


@form_page
@one_time
def sentra_create(request: HttpRequest) -> HttpResponseBase:
    require_existence(policies.can_view_register(request.user))
    if not request.GET.get("kecamatan"):
        return redirect("sentra_start")
    kecamatan = kecamatan_of_request(request)
    require_existence(policies.can_view_region(request.user, kecamatan.parent))
    require(policies.can_register(request.user, kecamatan.parent))
    new, village = Sentra(region=kecamatan.parent), request.GET.get("desa", "")
    form = record_form(SentraForm, request, new, district=kecamatan, village=village)
    sentra = saved_or_refused(
        form, lambda values: register_sentra(values=values, sk_upload=values["sk_file"], actor=request.user)
    )
    if sentra:
        messages.success(request, _("%(name)s sudah terdaftar. Berikutnya, daftarkan IKM-nya.") % {"name": sentra.name})
        return redirect("sentra_detail", sentra.pk)
    context = {"title": _("Daftarkan sentra"), "kecamatan": kecamatan, "crumbs": crumbs()}
    return form_answer(request, "sentra/sentra_form.html", form, context)


@require_safe
@follows_merge
def sentra_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Eight queries for any number of IKM and products, the session and the memberships included."""
    sentra = visible_sentra_or_404(request, pk)
    years = years_of(sentra)
    page = page_of(sentra.ikm.prefetch_related("products"), request.GET)
    context = {
        "sentra": sentra,
        "summary": sentra_summary(sentra),
        "decree": decree_summary(sentra),
        "notices": sentra_notices(sentra, years[0] if years else None),
        "years": figure_rows(years)[:NEWEST_YEARS],
        "page": page,
        "rows": [(ikm, scale_label(ikm)) for ikm in page.items],
        "edit": policies.can_edit_sentra(request.user, sentra),
        "crumbs": crumbs(),
    }
    return render(request, "sentra/sentra_detail.html", context)


@form_page
@one_time
def sentra_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = visible_sentra_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, sentra))
    kecamatan = kecamatan_of_request(request, within=sentra.region) if request.GET.get("kecamatan") else sentra.district
    context = {"title": _("Ubah data sentra"), "caption": sentra.name, "crumbs": crumbs(sentra)}
    others = partial(kecamatan_of, sentra.region_id)  # asked for by a page that is shown, not by a save
    context |= {"kecamatan": kecamatan, "other_kecamatan": others, "sentra": sentra}
    form = record_form(SentraForm, request, sentra, district=kecamatan)
    saved = saved_or_refused(
        form,
        lambda values: update_sentra(
            sentra_id=pk,
            version=version_of(request),
            values=values,
            sk_upload=values["sk_file"],
            actor=request.user,
        ),
    )
    if saved:
        messages.success(request, _("Perubahan data sentra tersimpan."))
        return redirect("sentra_detail", pk)
    return form_answer(request, "sentra/sentra_form.html", form, context)


@require_safe
def sentra_sk(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = visible_sentra_or_404(request, pk)
    if sentra.sk_file is None:
        raise Http404
    return private_file(sentra.sk_file, f"SK {sentra.name}.pdf")
