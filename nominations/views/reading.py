"""Lists and pages that change nothing."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.http import private_file
from core.paging import page_of
from core.reveal import shown_now
from nominations.enums import EDITABLE, Action, DocumentStage, ItemVerdict
from nominations.filters import chosen_region, filtered
from nominations.models import Award, Nomination
from nominations.policies import (
    can_act,
    can_add_assessment_document,
    can_edit,
    can_edit_page,
    can_extend_nomination,
    can_read_correspondence,
    can_read_identity,
    can_withdraw,
)
from nominations.presenters.changes import asked_parts, change_sections, document_changes
from nominations.presenters.deadlines import closed_text
from nominations.presenters.documents import (
    failed_rules,
    mark_links,
    marked_documents,
    page_note,
    repair_notes,
    summary_sections,
)
from nominations.presenters.identity import identity_row
from nominations.presenters.readiness import readiness, verdict_text
from nominations.presenters.status import GROUPS, reads_nominations, status_tag
from nominations.presenters.tasks import deadline_of, task_list
from nominations.presenters.timeline import timeline
from nominations.rules import SUBJECT
from nominations.selectors.contents import snapshot_data
from nominations.selectors.correspondence import with_correspondence
from nominations.selectors.dossiers import checklist, filled_of, latest_snapshot, with_filled
from nominations.selectors.findings import findings_of
from nominations.selectors.proxies import proxy_of, with_proxy_acts
from nominations.selectors.reopening import Returned, repair_with_register, returned_of
from nominations.selectors.windows import Scheduled, is_repair_missed, repair_missed, schedule_of
from nominations.views.access import visible_nomination, visible_row
from sentra.selectors.register import regions_to_register


@require_safe
def nomination_list(request: HttpRequest) -> HttpResponse:
    if not reads_nominations(request.user):
        raise Http404
    rows = filtered(Nomination.objects.visible_to(request.user), request.GET).with_list_columns()
    page = page_of(rows.annotate(missed=repair_missed()), request.GET)
    context = {
        "page": page,
        "rows": [{"nomination": n, "status": status_tag(n, request.user, missed=n.missed)} for n in page.items],
        "groups": [(code, label) for code, (label, _) in GROUPS.items()],
        "awards": Award.objects.values_list("code", "name"),
        "chosen": request.GET,
        "can_start": bool(regions_to_register(request.user)),
        "region": chosen_region(request.GET),
    }
    return render(request, "nominations/list.html", context)


@require_safe
def nomination_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Twelve queries at most, also for an admin who acts for the region."""
    rows = with_filled(with_proxy_acts(with_correspondence(Nomination.objects.all())))
    nomination = visible_nomination(request, pk, rows)
    schedule, returned = schedule_of(nomination, "given_by", "withdrawn_by"), returned_of(nomination)
    context = {
        "nomination": nomination,
        "status": status_tag(nomination, request.user, missed=is_repair_missed(nomination, schedule)),
        "history": timeline(nomination, request.user, schedule),
        "repair_notes": repair_notes(nomination, returned),
        "failed_rules": failed_rules(nomination),
        "proxy": proxy_of(request.user, nomination),
        **_allowed(request.user, nomination),
        "reads_correspondence": can_read_correspondence(request.user, nomination),
    }
    context |= (
        _draft(nomination, schedule, returned) if context["editable"] else {"snapshot": latest_snapshot(nomination)}
    )
    if context["may_add_assessment_documents"]:
        context["assessment_rows"] = checklist(nomination, DocumentStage.ASSESSMENT)
    return render(request, "nominations/detail.html", context)


def _allowed(user: Any, nomination: Nomination) -> dict[str, Any]:
    """What this person may do with it now."""
    return {
        "editable": bool(can_edit(user, nomination)),
        "may_withdraw": can_withdraw(user, nomination),
        "may_start_verification": can_act(user, nomination, Action.START_VERIFICATION),
        "may_verify": can_act(user, nomination, Action.DECLARE_ELIGIBLE),
        "may_add_assessment_documents": can_add_assessment_document(user, nomination),
        "may_extend": can_extend_nomination(user, nomination),
    }


def _draft(nomination: Nomination, schedule: list[Scheduled], returned: Returned | None) -> dict[str, Any]:
    """The task list of a dossier that may be edited, and until when it may be sent."""
    prefetch_related_objects([nomination], "candidate_entry__beneficiaries")
    filled, deadline = filled_of(nomination), deadline_of(nomination, schedule)
    findings = findings_of(nomination, filled)
    gaps = [gap for gap in findings if gap.blocks]
    repair = repair_with_register(nomination, returned, filled, gaps) if returned else None
    return {
        "verdict": verdict_text(findings, repair),
        "tasks": task_list(nomination, filled, gaps, repair),
        "deadline": deadline,
        "closed": closed_text(deadline, nomination.region.timezone),
    }


@require_safe
def nomination_readiness(request: HttpRequest, pk: int) -> HttpResponse:
    """For the region that repairs and the province that coaches. Eleven queries at most."""
    nomination = visible_nomination(request, pk, with_filled(Nomination.objects.all()))
    if nomination.status not in EDITABLE:
        return redirect("nomination_detail", pk)
    filled, returned = filled_of(nomination), returned_of(nomination)
    findings = findings_of(nomination, filled)
    repair = repair_with_register(nomination, returned, filled, findings) if returned else None
    context = {
        "nomination": nomination,
        "rows": readiness(nomination, findings),
        "repairs": mark_links(nomination, repair.waiting) if repair else [],
        "verdict": verdict_text(findings, repair),
        "deadline": deadline_of(nomination),
        "may_edit": can_edit(request.user, nomination),
    }
    return render(request, "nominations/readiness.html", context)


@require_safe
def nomination_changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a submission changed against the one before it, and whether that was asked for."""
    nomination = visible_nomination(request, pk)
    new = get_object_or_404(nomination.snapshots, number=number)
    old = get_object_or_404(nomination.snapshots, number=number - 1)
    asked = asked_parts(
        old.verification_items.exclude(verdict=ItemVerdict.ACCEPTED).select_related("item__requirement")
    )
    context = {
        "nomination": nomination,
        "old": old,
        "new": new,
        "sections": change_sections(nomination, old, new, asked),
        "documents": document_changes(old, new, asked),
    }
    return render(request, "nominations/changes.html", context)


@require_safe
def nomination_content(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dossier says now, or said at the newest submission when it can no longer be edited."""
    nomination = visible_nomination(request, pk)
    snapshot = None if can_edit(request.user, nomination) else latest_snapshot(nomination)
    data = snapshot.data if snapshot else snapshot_data(nomination)
    context = {
        "nomination": nomination,
        "snapshot": snapshot,
        "identity": identity_row(
            nomination,
            may_read=bool(can_read_identity(request.user, nomination)),
            shown=shown_now(request, nomination),
        ),
        "sections": summary_sections(data),
        "documents": marked_documents(data["documents"]),
        "page_note": page_note(nomination, SUBJECT),
        "may_edit": can_edit_page(request.user, nomination, SUBJECT),
    }
    return render(request, "nominations/content.html", context)


@require_safe
def snapshot_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    nomination = visible_row(request, pk)
    snapshot = get_object_or_404(nomination.snapshots.select_related("pdf"), number=number, pdf__isnull=False)
    return private_file(snapshot.pdf)
