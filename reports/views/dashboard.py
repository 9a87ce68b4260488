"""One page per round for everybody: as much of it as the person may see, and not more."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nominations.enums import WindowKind
from nominations.models import Period
from reports.policies import can_open_dashboard
from reports.presenters import dashboard as presenters
from reports.selectors import dashboard as selectors
from reports.services.dashboard import open_dashboard


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """A period as the person may see it. Twelve queries at most for one role, whatever the number of nominations."""
    user = request.user
    if not can_open_dashboard(user):
        raise Http404
    periods = selectors.periods_with_windows()
    period = _chosen(periods, request.GET.get("periode", ""))
    context: dict[str, Any] = {"periods": periods, "period": period}
    if period:
        context |= open_dashboard(period=period, actor=user)
    return render(request, "reports/dashboard.html", context)


def _chosen(periods: list[Period], wanted: str) -> Period | None:
    """The period of the address, else the newest that nominates or is judged now, else the newest; 404 for no such."""
    if wanted:
        found = next((one for one in periods if str(one.pk) == wanted), None)
        if found is None:
            raise Http404
        return found
    busy = (WindowKind.NOMINATION, WindowKind.CORRECTION, WindowKind.ASSESSMENT)
    running = [one for one in periods if presenters.is_running(one, busy)]
    return next(iter([*running, *periods]), None)
