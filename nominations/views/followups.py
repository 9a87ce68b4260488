"""What became of the stars of one's regions, and recording it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import StaleVersion
from core.http import require
from core.onetime import one_time
from core.paging import page_of
from nominations.enums import FOLLOW_UP_YEARS
from nominations.forms.followups import FollowUpForm
from nominations.models import FollowUp
from nominations.policies import can_follow_up
from nominations.presenters.followups import coach_label, list_rows, step_cards, summary
from nominations.selectors.followups import earlier_records, followed, newest_records, overdue, visible_stars
from nominations.services.followups import FIELDS, record_follow_up
from nominations.views.access import whole_number
from sentra.policies import can_view_register

LATE = "terlambat"


@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """Stars with their coach and both records. At most seven queries."""
    if not can_view_register(request.user):
        raise Http404
    stars, late = followed(visible_stars(request.user)), request.GET.get("keadaan") == LATE
    page = page_of(overdue(stars, localdate()) if late else stars, request.GET)
    return render(request, "nominations/follow_ups.html", {"page": page, "rows": list_rows(page.items), "late": late})


@require_safe
def follow_up_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Both records of a star and every earlier saving."""
    star = get_object_or_404(visible_stars(request.user), pk=pk)
    may_write = {year: can_follow_up(request.user, star, year) for year in FOLLOW_UP_YEARS}
    context = {
        "star": star,
        "coach": coach_label(star),
        "cards": step_cards(star, may_write),
        "savings": earlier_records(star),
    }
    return render(request, "nominations/follow_up.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def follow_up_edit(request: HttpRequest, pk: int, year: int) -> HttpResponseBase:
    star = get_object_or_404(visible_stars(request.user), pk=pk)
    if year not in FOLLOW_UP_YEARS:
        raise Http404
    require(can_follow_up(request.user, star, year))
    newest = _newest(pk, year)
    form, stored = FollowUpForm(request.POST or None, initial=_values(newest)), None
    version, status = newest.version if newest else 0, 422 if form.errors else 200
    if form.is_bound:
        version = whole_number(request.POST.get("version", ""))
    if form.is_valid():
        try:
            record_follow_up(star_id=pk, year=year, version=version, values=form.cleaned_data, actor=request.user)
            messages.success(request, _("Tindak lanjut tahun ke-%(year)d tersimpan.") % {"year": year})
            return redirect("follow_up_detail", pk)
        except StaleVersion as stale:
            form.add_error(None, stale.message)
            stored, status = _newest(pk, year), stale.status
            version = stored.version if stored else 0
    context = {
        "star": star,
        "year": year,
        "form": form,
        "version": version,
        "stored": summary(stored),
    }
    return render(request, "nominations/follow_up_form.html", context, status=status)


def _newest(star_id: int, year: int) -> FollowUp | None:
    return newest_records([star_id]).get(star_id, {}).get(year)


def _values(record: FollowUp | None) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS} if record else {}
