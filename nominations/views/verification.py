"""The desk: one part of a submitted dossier at a time, its document beside it, and the outcome at the end."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError, RuleBroken, StaleVersion
from core.http import require
from core.onetime import one_time
from nominations.enums import Action
from nominations.forms.verification import MarkForm, OutcomeForm
from nominations.models import Nomination, Snapshot
from nominations.policies import can_act, can_verify
from nominations.presenters.status import ACTIONS
from nominations.presenters.verification import Desk, desk_url, hint_rows, page_sections
from nominations.selectors.comparison import changed_rows
from nominations.selectors.contents import snapshot_data
from nominations.selectors.correspondence import standing_objection
from nominations.selectors.dossiers import filled_of
from nominations.selectors.hints import hints_of
from nominations.selectors.verification import Part, earlier_check, marks_of, parts_of, proposals_of
from nominations.services import verification
from nominations.views.access import visible_nomination

GET_POST = ["GET", "HEAD", "POST"]


@require_POST
@one_time
def verification_start(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_act(request.user, nomination, Action.START_VERIFICATION))
    verification.start_verification(nomination_id=pk, actor=request.user)
    return redirect("verification_detail", pk)


@require_POST
@one_time
def verification_take_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    verification.take_over(nomination_id=pk, actor=request.user)
    messages.success(request, _("Anda sekarang tercatat sebagai pemeriksa usulan ini."))
    return redirect("verification_detail", pk)


@require_POST
@one_time
def verification_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept in one press what was accepted before and has not changed."""
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    count = verification.confirm_unchanged(nomination_id=pk, actor=request.user)
    messages.success(request, _("%(count)d bagian tanpa perubahan diterima lagi.") % {"count": count})
    return redirect("verification_detail", pk)


def _desk(request: HttpRequest, nomination: Nomination) -> tuple[Snapshot, Desk]:
    """The newest submission and its desk, open at the part of the address, else at the first unchecked one."""
    snapshot = nomination.snapshots.select_related("desk__checker", "nomination").latest("number")
    parts, marks = parts_of(nomination), marks_of(snapshot)
    wanted = request.GET.get("bagian") or request.GET.get("dokumen")
    found = [part for part in parts if part.code == wanted] if wanted else []
    if wanted and not found:
        raise Http404
    first = next((part for part in parts if part.key not in marks), parts[0])
    current = found[0] if found else first
    earlier = earlier_check(snapshot)
    return snapshot, Desk(nomination, parts, marks, proposals_of(parts, snapshot, marks, earlier), current, earlier)


@csp_update({"frame-src": [SELF]})
@require_http_methods(GET_POST)
@one_time
def verification_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The desk at one part. What was typed stays in the form whatever the server says."""
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    snapshot, desk = _desk(request, nomination)
    key, stored = desk.current.key, desk.marks.get(desk.current.key)
    form = MarkForm(request.POST or None, mark=stored, of_document=desk.current.item is not None)
    if request.method == "POST" and form.is_valid():
        mark = verification.Mark(**form.mark())
        try:
            verification.save_verdicts(nomination_id=pk, verdicts={key: mark}, actor=request.user)
        except StaleVersion as error:
            return _conflict_page(request, snapshot, desk, error)
        messages.success(request, _("Putusan tersimpan."))
        return redirect(_after_saving(request, desk))
    return _desk_page(request, snapshot, desk, form, 422 if form.errors else 200)


def _after_saving(request: HttpRequest, desk: Desk) -> str:
    if "next" not in request.POST:
        return desk_url(desk.nomination, desk.current)
    following = desk.next_unchecked()
    if following is None:
        return reverse("verification_conclude", args=[desk.nomination.pk])
    return desk_url(desk.nomination, following)


def _conflict_page(request: HttpRequest, snapshot: Snapshot, desk: Desk, error: DomainError) -> HttpResponse:
    """The next save is made on purpose, with the colleague's verdict above one's own."""
    mark = marks_of(snapshot).get(desk.current.key)
    data = request.POST.copy()
    data["version"] = str(mark.version if mark else 0)
    form = MarkForm(data, mark=mark, of_document=desk.current.item is not None)
    form.add_error(None, error.message)
    return _desk_page(request, snapshot, desk, form, error.status)


def _desk_page(request: HttpRequest, snapshot: Snapshot, desk: Desk, form: MarkForm, status: int) -> HttpResponse:
    nomination, part = desk.nomination, desk.current
    filled = filled_of(nomination)
    since = changed_rows(snapshot.data, snapshot_data(nomination, filled))
    context: dict[str, Any] = {
        "nomination": nomination,
        "snapshot": snapshot,
        "desk": desk,
        "part": part,
        "form": form,
        "objection": standing_objection(nomination),
        "sections": [] if part.item else page_sections(snapshot.data, part.code),
        "hints": hint_rows(part, hints_of(nomination, filled), since),
        "changed": reverse("nomination_changes", args=[nomination.pk, snapshot.number]) if desk.before else "",
        "beside": _beside(request, desk),
        "beside_links": _beside_links(desk),
        "previous_url": _url_of(desk, -1),
        "next_url": _url_of(desk, 1),
    }
    return render(request, "nominations/verification.html", context, status=status)


def _url_of(desk: Desk, step: int) -> str:
    part = desk.neighbour(step)
    return desk_url(desk.nomination, part) if part else ""


def _beside(request: HttpRequest, desk: Desk) -> Part | None:
    """The document that stands beside the form: the one that is judged, or the one that `?dokumen=` names."""
    if desk.current.item:
        return desk.current
    code = request.GET.get("dokumen")
    return next((part for part in desk.parts if part.item and part.code == code), None)


def _beside_links(desk: Desk) -> list[dict[str, str]]:
    """For a section: every document that may be put beside it."""
    if desk.current.item:
        return []
    documents = [part for part in desk.parts if part.item and part.item.file]
    return [
        {"code": p.code, "label": p.item.requirement.label, "url": desk_url(desk.nomination, desk.current, p.code)}
        for p in documents
        if p.item
    ]


@require_http_methods(GET_POST)
@one_time
def verification_conclude(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All verdicts at a glance, the reasons, and the outcome; without an outcome the reasons are kept as a draft."""
    nomination = visible_nomination(request, pk)
    require(can_verify(request.user, nomination))
    snapshot, desk = _desk(request, nomination)
    seen = verification.marks_version(desk.marks.values())
    form = OutcomeForm(request.POST or None, kind=nomination.entry_kind, desk=snapshot.desk, seen=seen)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _conclude(request, nomination, form)
        except (RuleBroken, StaleVersion) as error:
            form, status = _outcome_again(request, nomination, error), error.status
    context = {"nomination": nomination, "snapshot": snapshot, "desk": desk, "form": form}
    context["objection"] = standing_objection(nomination)
    return render(request, "nominations/outcome.html", context, status=422 if form.errors and status == 200 else status)


def _conclude(request: HttpRequest, nomination: Nomination, form: OutcomeForm) -> HttpResponseBase:
    data = form.cleaned_data
    if data["outcome"] is None:
        failed = {str(rule): text for rule, text in form.failed().items()}
        verification.save_draft(
            nomination_id=nomination.pk,
            reason=data["reason"],
            failed=failed,
            version=data["version"],
            actor=request.user,
        )
        messages.success(request, _("Konsep alasan tersimpan. Pengusul belum membacanya."))
        return redirect("verification_conclude", nomination.pk)
    verification.conclude_verification(
        nomination_id=nomination.pk,
        action=data["outcome"],
        reason=data["reason"],
        failed=form.failed(),
        seen=data["seen"],
        actor=request.user,
    )
    messages.success(request, ACTIONS[data["outcome"]])
    return redirect("verification_queue")


def _outcome_again(request: HttpRequest, nomination: Nomination, error: DomainError) -> OutcomeForm:
    """What was typed, above the state of now, so that the next press is made on purpose."""
    snapshot, desk = _desk(request, nomination)
    data = request.POST.copy()
    seen = verification.marks_version(desk.marks.values())
    data["seen"], data["version"] = str(seen), str(snapshot.desk.version)
    form = OutcomeForm(data, kind=nomination.entry_kind, desk=snapshot.desk, seen=seen)
    form.add_error(None, error.message)
    return form
