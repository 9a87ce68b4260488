"""A scorer's statement of interests for a period."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import SCORERS
from core.errors import RuleBroken
from core.fields import plain_line
from core.onetime import one_time
from core.verdict import ALLOWED, denied
from nominations.models import Period
from scoring.enums import TieKind
from scoring.forms.panel import TIE_LABELS, StatementForm, TieFormSet
from scoring.models import Assignment, InterestTie
from scoring.selectors.panel import existing_records, own_ties, records_named, statements_of
from scoring.services.panel import Tie, state_interests, withdraw_tie
from scoring.views.access import hidden_unless, posted_reason


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def interests(request: HttpRequest, pk: int) -> HttpResponseBase:
    """State ties for a period. Searching and picking come back with everything that was typed, and save nothing."""
    hidden_unless(ALLOWED if request.user.roles & SCORERS else denied(""))
    period = get_object_or_404(Period.objects.select_related("award"), pk=pk)
    if request.method != "POST":
        return _page(request, period, TieFormSet(prefix="tie"), StatementForm())
    step = request.POST.get("langkah", "")
    if step == "cari" or ":" in step:
        return _page(request, period, _with_picked(request, step), StatementForm(initial=request.POST))
    rows, word = TieFormSet(request.POST, prefix="tie"), StatementForm(request.POST)
    if not (rows.is_valid() and word.is_valid()):
        return _page(request, period, rows, word, status=422)
    state_interests(period_id=pk, ties=_ties(rows), actor=request.user)
    messages.success(request, _("Pernyataan kepentingan tersimpan."))
    task = Assignment.objects.of_scorer(request.user).filter(pk=_number(request.GET.get("tugas", ""))).first()
    return redirect("declare_interest", task.pk) if task else redirect("assessor_desk")


@require_POST
@one_time
def tie_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back a tie that was stated by mistake."""
    ties = InterestTie.objects.filter(statement__user=request.user).select_related("statement__period__award")
    tie = get_object_or_404(ties, pk=pk)
    period = tie.statement.period
    try:
        withdraw_tie(tie_id=pk, reason=posted_reason(request, 250), actor=request.user)
    except RuleBroken as error:
        return _page(request, period, TieFormSet(prefix="tie"), StatementForm(), 422, error.message)
    messages.success(request, _("Hubungan ditarik. Yang sudah berakhir karena hubungan itu tetap berakhir."))
    return redirect("interests", period.pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(
    request: HttpRequest, period: Period, rows: Any, word: StatementForm, status: int = 200, error: str = ""
) -> HttpResponse:
    text = plain_line(request.POST.get("q", ""))[:80]
    labels = dict(TIE_LABELS)
    context = {
        "period": period,
        "rows": rows,
        "word": word,
        "text": text,
        "found": records_named(text),
        "searched": request.POST.get("langkah") == "cari",
        "before": [{"tie": tie, "kind": labels[tie.kind]} for tie in own_ties(request.user, period.pk)],
        "error": error,
        "stated_at": statements_of(period.pk).get(request.user.pk),
    }
    return render(request, "scoring/interests.html", context, status=status)


def _with_picked(request: HttpRequest, step: str) -> Any:
    """The rows as typed, and the picked record in the first free one."""
    typed = TieFormSet(request.POST, prefix="tie")
    rows = [{name: form[name].value() or "" for name in form.fields} for form in typed.forms]
    rows = [row for row in rows if any(row.values())]
    kind, _colon, number = step.partition(":")
    if kind in ("ikm", "sentra") and (name := existing_records(kind, [_number(number)]).get(_number(number))):
        rows.append({"record": step, "name": name})
    return TieFormSet(prefix="tie", initial=rows)


def _ties(rows: Any) -> list[Tie]:
    """What was stated; a record that is gone from the register meanwhile counts by its name."""
    given = [form.cleaned_data for form in rows if form.cleaned_data.get("name")]
    picked = [data["record"].partition(":") for data in given]
    known = {
        kind: existing_records(kind, [int(number) for what, _colon, number in picked if what == kind])
        for kind in ("ikm", "sentra")
    }
    ties = []
    for data, (what, _colon, number) in zip(given, picked, strict=True):
        name = known.get(what, {}).get(int(number or 0))
        target = {f"{what}_id": int(number)} if name and name == data["name"] else {}
        ties.append(Tie(kind=TieKind(data["kind"]), name=data["name"], note=data["note"], **target))
    return ties
