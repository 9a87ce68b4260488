"""Figures of the years of a sentra."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.http import require
from core.onetime import one_time
from sentra import policies
from sentra.forms.year import YearForm
from sentra.models import Sentra, SentraYear
from sentra.presenters.records import crumbs
from sentra.presenters.years import charts, figure_rows, figures_before, history, year_notices
from sentra.rules import newest_complete_year
from sentra.selectors.living import revision_pairs, years_of
from sentra.services.years import record_year, update_year
from sentra.views.access import (
    form_answer,
    form_page,
    record_form,
    saved_or_refused,
    version_of,
    visible_sentra_or_404,
    visible_year_or_404,
)


@require_safe
def sentra_years(request: HttpRequest, pk: int) -> HttpResponse:
    """Six queries for any number of years."""
    sentra = visible_sentra_or_404(request, pk)
    years = years_of(sentra)
    context = {
        "sentra": sentra,
        "rows": figure_rows(years),
        "charts": charts(years),
        "notices": year_notices(sentra, years[0] if years else None),
        "history": history(revision_pairs(sentra)),
        "edit": policies.can_edit_sentra(request.user, sentra),
        "crumbs": crumbs(sentra),
    }
    return render(request, "sentra/sentra_years.html", context)


@form_page
@one_time
def sentra_year_create(request: HttpRequest, pk: int) -> HttpResponseBase:
    sentra = visible_sentra_or_404(request, pk)
    require(policies.can_edit_sentra(request.user, sentra))
    years = years_of(sentra)
    figures = SentraYear(sentra=sentra, year=_missing_year(years))
    form = record_form(YearForm, request, figures, before=figures_before(years, figures.year))
    saved = saved_or_refused(form, lambda values: record_year(sentra_id=pk, values=values, actor=request.user))
    if saved:
        messages.success(request, _("Angka tahun %(year)d tersimpan.") % {"year": saved.year})
        return redirect("sentra_years", pk)
    context = {"title": _("Tambah angka tahunan"), "caption": sentra.name, "crumbs": _trail(sentra)}
    return form_answer(request, "sentra/form_page.html", form, context)


@form_page
@one_time
def sentra_year_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    figures = visible_year_or_404(request, pk)
    sentra, year = figures.sentra, figures.year
    require(policies.can_edit_sentra(request.user, sentra))
    form = record_form(YearForm, request, figures, before=figures_before(years_of(sentra), year))
    saved = saved_or_refused(
        form,
        lambda values: update_year(year_id=pk, version=version_of(request), values=values, actor=request.user),
    )
    if saved:
        messages.success(request, _("Angka tahun %(year)d tersimpan.") % {"year": saved.year})
        return redirect("sentra_years", sentra.pk)
    context = {"title": _("Ubah angka tahun %(year)d") % {"year": year}, "caption": sentra.name}
    return form_answer(request, "sentra/form_page.html", form, context | {"crumbs": _trail(sentra)})


def _missing_year(years: list[SentraYear]) -> int | None:
    """The last year that is over, or the running one, when it has no figures yet."""
    last, known = newest_complete_year(localdate()), {row.year for row in years}
    return next((year for year in (last, last + 1) if year not in known), None)


def _trail(sentra: Sentra) -> list[dict[str, str]]:
    return [*crumbs(sentra), {"label": _("Angka tahunan"), "url": reverse("sentra_years", args=[sentra.pk])}]
