from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import require
from core.paging import page_of
from reports import selectors
from reports.filters import audit_filter
from reports.policies import can_read_audit
from reports.presenters.audit import audit_row
from reports.presenters.calendar import calendar
from reports.presenters.home import home_sections
from reports.views.public import public_page


@public_page
def landing(request: HttpRequest) -> HttpResponse:
    """The public front page with the calendar of the rounds. One query."""
    return render(request, "public/landing.html", {"periods": calendar(selectors.schedule())})


@public_page
def help(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the person has to do now. At most twelve queries."""
    return render(request, "reports/home.html", {"sections": home_sections(request.user)})


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first. Five queries."""
    require(can_read_audit(request.user))
    form, entries = audit_filter(request.GET)
    page = page_of(entries, request.GET)
    context = {"form": form, "page": page, "rows": [audit_row(entry) for entry in page.items]}
    return render(request, "reports/audit_log.html", context)
