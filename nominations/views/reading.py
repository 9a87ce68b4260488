"""Lists and pages that change nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.enums import Role
from core.http import private_file
from core.paging import page_of
from nominations.enums import Action, DocumentStage
from nominations.filters import filtered
from nominations.models import Award, Nomination
from nominations.policies import can_act, can_add_assessment_document, can_edit, can_withdraw
from nominations.presenters.documents import marked_documents, repair_notes, summary_sections
from nominations.presenters.status import GROUPS, history, reads_nominations, status_tag
from nominations.presenters.tasks import deadline_of, task_sections
from nominations.selectors.dossiers import checklist, gaps_of, latest_snapshot
from nominations.services.snapshots import snapshot_data
from nominations.views.access import visible_nomination


@require_safe
def nomination_list(request: HttpRequest) -> HttpResponse:
    if not reads_nominations(request.user):
        raise Http404
    rows = filtered(Nomination.objects.visible_to(request.user), request.GET).with_list_columns()
    page = page_of(rows, request.GET)
    context = {
        "page": page,
        "rows": [{"nomination": n, "status": status_tag(n, request.user)} for n in page.items],
        "groups": [(code, label) for code, (label, _) in GROUPS.items()],
        "awards": Award.objects.values_list("code", "name"),
        "chosen": request.GET,
        "can_start": request.user.has_role(Role.DISTRICT_OFFICER),
    }
    return render(request, "nominations/list.html", context)


@require_safe
def nomination_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Twelve queries at most."""
    nomination = visible_nomination(request, pk)
    editable = bool(can_edit(request.user, nomination))
    rows = checklist(nomination) if editable else []
    gaps = gaps_of(nomination, rows) if editable else []
    context: dict[str, Any] = {
        "nomination": nomination,
        "status": status_tag(nomination, request.user),
        "editable": editable,
        "gaps": gaps,
        "tasks": task_sections(nomination, rows, gaps) if editable else [],
        "deadline": deadline_of(nomination),
        "snapshot": latest_snapshot(nomination),
        "history": history(nomination, request.user),
        "may_withdraw": can_withdraw(request.user, nomination),
        "may_start_verification": can_act(request.user, nomination, Action.START_VERIFICATION),
        "may_verify": can_act(request.user, nomination, Action.DECLARE_ELIGIBLE),
        "may_add_assessment_documents": can_add_assessment_document(request.user, nomination),
        "repair_notes": repair_notes(nomination),
    }
    if context["may_add_assessment_documents"]:
        context["assessment_rows"] = checklist(nomination, DocumentStage.ASSESSMENT)
    return render(request, "nominations/detail.html", context)


@require_safe
def nomination_content(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dossier says now, or said at the newest submission when it can no longer be edited."""
    nomination = visible_nomination(request, pk)
    snapshot = None if can_edit(request.user, nomination) else latest_snapshot(nomination)
    data = snapshot.data if snapshot else snapshot_data(nomination)
    context = {
        "nomination": nomination,
        "snapshot": snapshot,
        "sections": summary_sections(data),
        "documents": marked_documents(data["documents"]),
    }
    return render(request, "nominations/content.html", context)


@require_safe
def snapshot_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    nomination = visible_nomination(request, pk)
    snapshot = get_object_or_404(nomination.snapshots.select_related("pdf"), number=number, pdf__isnull=False)
    return private_file(snapshot.pdf)
