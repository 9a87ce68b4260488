"""Rankings with their two signatures: what stands, who signed, the file to check it with, and corrections."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from core.errors import RuleBroken
from core.fields import plain_line
from core.http import attachment, require
from core.onetime import one_time
from core.paging import counted_page, rows_before
from nominations.models import Category, Period
from scoring.forms.decision import WhatIfForm
from scoring.models import RankingSnapshot
from scoring.policies import can_confirm_correction, can_countersign, can_view_scores, is_chair
from scoring.presenters.rankings import (
    change_rows,
    changes,
    met_rows,
    outcome_choices,
    result_table,
    state_of,
)
from scoring.selectors.people import categories_with_recused, recused_by_category, recused_nominations
from scoring.selectors.places import PAGE_SIZE, Narrowing, outside_caps, provinces_in, ranking_page
from scoring.selectors.plenary import caps_of, finalists, tie_orders, what_if
from scoring.selectors.rankings import newest_versions, ranked_pairs, result_in, version_before, versions_of
from scoring.selectors.stages import bands_of, stages_of
from scoring.services import rankings
from scoring.views.access import hidden_unless, posted_reason


@require_safe
def ranking_list(request: HttpRequest) -> HttpResponse:
    """Every category that has finalists whom the reader may meet, with the state of its signatures. Five queries."""
    hidden_unless(can_view_scores(request.user))
    newest = newest_versions()
    rows = [
        {
            "period_id": pair["nomination__period"],
            "period": pair["nomination__period__name"],
            "category_id": pair["nomination__category"],
            "category": pair["nomination__category__label"],
            "state": state_of(newest.get((pair["nomination__period"], pair["nomination__category"]))),
        }
        for pair in ranked_pairs(request.user)
    ]
    return render(request, "scoring/ranking_list.html", {"rows": rows})


@require_safe
def ranking_detail(request: HttpRequest, period_id: int, category_id: int) -> HttpResponse:
    """The ranking as it stands now, its versions and what may be done with it. At most fourteen queries."""
    hidden_unless(can_view_scores(request.user))
    return _page(request, period_id, category_id)


def _page(request: HttpRequest, period_id: int, category_id: int, error: str = "") -> HttpResponse:
    period = get_object_or_404(Period.objects.select_related("award"), pk=period_id)
    category, hidden = _category(request, period, category_id)
    chosen = request.GET
    narrowing = Narrowing(
        hidden,
        plain_line(chosen.get("provinsi", ""))[:20],
        plain_line(chosen.get("putusan", "")),
    )
    found = ranking_page(period_id, category_id, narrowing, first=rows_before(chosen))
    versions = versions_of(period_id, category_id) if found.seen or not hidden else []
    newest = versions[0] if versions else None
    correction = getattr(newest, "correction", None)
    context: dict[str, Any] = {
        "period": period,
        "category": category,
        "rows": found.rows,
        "page": counted_page(found.rows, chosen, count=found.chosen, size=PAGE_SIZE),
        "total": found.seen,
        "provinces": provinces_in(period_id, category_id, narrowing),
        "outside": outside_caps(period_id, category_id, hidden=hidden),
        "outcomes": outcome_choices(),
        "chosen": chosen,
        "versions": versions,
        "newest": newest,
        "correction": correction,
        "state": state_of(newest),
        "open": newest is None or bool(correction and correction.confirmed_at),
        "aside": bool(hidden),
        "is_chair": bool(not hidden and is_chair(request.user)),
        "may_countersign": bool(not hidden and newest and can_countersign(request.user, newest)),
        "may_confirm": bool(not hidden and correction and can_confirm_correction(request.user, correction)),
        "is_admin": request.user.has_role(Role.MINISTRY_ADMIN),
        "error": error,
    }
    return render(request, "scoring/ranking_detail.html", context, status=422 if error else 200)


def _category(request: HttpRequest, period: Period, category_id: int) -> tuple[Category, set[int]]:
    """The category, and what of it the reader may not meet. One query."""
    rows = categories_with_recused(request.user, period.pk)
    category = get_object_or_404(rows, pk=category_id, award=period.award_id)
    return category, set(category.recused)


@require_safe
def ranking_preview(request: HttpRequest, period_id: int, category_id: int) -> HttpResponse:
    """What other bands or caps would change; nothing is stored. Five queries."""
    hidden_unless(can_view_scores(request.user))
    period = get_object_or_404(Period.objects.select_related("award"), pk=period_id)
    category, hidden = _category(request, period, category_id)
    rows = [one for one in finalists(period_id) if one.category_id == category_id and one.pk not in hidden]
    bands = bands_of(stages_of(rows[0])) if rows else ()
    caps = caps_of(period_id, category_id)
    form = WhatIfForm(request.GET if "cap" in request.GET else None, bands=bands, caps=caps)
    changed = None
    if form.is_bound and form.is_valid():
        orders = tie_orders(period_id, hidden).get(category_id, [])
        changed = what_if(rows, orders, form.changed(), (caps, form.caps()))
    context = {
        "period": period,
        "category": category,
        "form": form,
        "changed": changed,
        "total": len(rows),
        "aside": bool(hidden),
    }
    return render(request, "scoring/ranking_preview.html", context, status=422 if form.errors else 200)


@require_safe
def ranking_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it was signed, what differs from the one before, and how to check it. Six queries.

    For who has a conflict it stands in places among what she or he may meet, without the seal of the whole.
    """
    ranking = _version(request, pk)
    kept = recused_by_category(request.user, ranking.period_id)
    hidden = kept.get(ranking.category_id, set())
    rows, former = met_rows(result_in(ranking), hidden), version_before(ranking)
    if hidden and not rows:
        raise Http404
    found = changes(met_rows(result_in(former), hidden), rows) if former else []
    context = {
        "ranking": ranking,
        "rows": result_table(ranking, rows),
        "former": former,
        "changes": change_rows(ranking, former, found) if former else [],
        "correction": getattr(former, "correction", None),
        "aside": bool(hidden),
        "may_download": not kept,
    }
    return render(request, "scoring/ranking_version.html", context)


@require_safe
def ranking_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that an outsider can check. It names no scorer."""
    ranking = _version(request, pk)
    if recused_nominations(request.user, ranking.period_id):
        raise Http404
    name = f"peringkat-{ranking.period.award_id}-{ranking.period.year}-{ranking.category.code}-v{ranking.version}.json"
    return attachment(rankings.bundle_bytes(ranking), name=name, content_type="application/json")


def _version(request: HttpRequest, pk: int) -> RankingSnapshot:
    hidden_unless(can_view_scores(request.user))
    rows = RankingSnapshot.objects.select_related("period__award", "category", "signed_by_1", "signed_by_2")
    return get_object_or_404(rows, pk=pk)


@require_POST
@one_time
def ranking_sign(request: HttpRequest, period_id: int, category_id: int) -> HttpResponseBase:
    hidden_unless(can_view_scores(request.user))
    require(is_chair(request.user))
    return _try(
        request,
        period_id,
        category_id,
        lambda: rankings.sign_ranking(period_id=period_id, category_id=category_id, actor=request.user),
        _("Peringkat ditandatangani. Admin kementerian menandatangani sebagai orang kedua."),
    )


@require_POST
@one_time
def ranking_countersign(request: HttpRequest, pk: int) -> HttpResponseBase:
    ranking = _version(request, pk)
    require(can_countersign(request.user, ranking))
    seen = request.POST.get("sha256", "")
    return _try(
        request,
        ranking.period_id,
        ranking.category_id,
        lambda: rankings.countersign_ranking(ranking_id=pk, seen=seen, actor=request.user),
        _("Peringkat disegel."),
    )


@require_POST
@one_time
def ranking_unsign(request: HttpRequest, pk: int) -> HttpResponseBase:
    ranking = _version(request, pk)
    require(is_chair(request.user))
    return _try(
        request,
        ranking.period_id,
        ranking.category_id,
        lambda: rankings.withdraw_signature(ranking_id=pk, actor=request.user),
        _("Tanda tangan ditarik."),
    )


@require_POST
@one_time
def correction_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    ranking = _version(request, pk)
    require(is_chair(request.user))
    return _try(
        request,
        ranking.period_id,
        ranking.category_id,
        lambda: rankings.open_correction(ranking_id=pk, reason=posted_reason(request), actor=request.user),
        _("Koreksi diajukan. Admin kementerian menyetujuinya sebelum ada yang dapat diubah."),
    )


@require_POST
@one_time
def correction_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Agree to the correction, or send it away with `tolak`."""
    ranking = _version(request, pk)
    correction = getattr(ranking, "correction", None)
    if correction is None:
        raise Http404
    require(can_confirm_correction(request.user, correction))
    act = rankings.drop_correction if request.POST.get("tolak") else rankings.confirm_correction
    done = _("Koreksi ditolak.") if request.POST.get("tolak") else _("Koreksi disetujui. Kategori ini terbuka kembali.")
    return _try(request, ranking.period_id, ranking.category_id, lambda: act(ranking_id=pk, actor=request.user), done)


def _try(request: HttpRequest, period_id: int, category_id: int, act: Callable[[], Any], done: str) -> HttpResponseBase:
    """Do it, or show the page again with the reason."""
    try:
        act()
    except RuleBroken as error:
        return _page(request, period_id, category_id, error=error.message)
    messages.success(request, done)
    return redirect("ranking_detail", period_id, category_id)
