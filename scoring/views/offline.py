"""The service worker of the scorer's pages. It stands below `/penilaian/tugas/`, for that is how far it may reach."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The script as it is, without a query of its own."""
    script = Path(str(finders.find("js/offline-worker.js"))).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
