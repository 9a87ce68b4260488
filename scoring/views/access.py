"""No score without its check: what a person may not meet answers 404, as if it did not exist."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.verdict import Verdict
from nominations.models import Nomination
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.stages import assessed_nominations


def posted_version(request: HttpRequest) -> int:
    """Which version of a record the page showed. Raises RuleBroken when the form does not say."""
    given = request.POST.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise RuleBroken(_("Formulir tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    return int(given)


def hidden_unless(verdict: Verdict) -> None:
    if not verdict:
        raise Http404


def own_assignment(request: HttpRequest, pk: int) -> Any:
    """The scorer's live assignment with its facts, or 404. One query."""
    return get_object_or_404(with_facts(Assignment.objects.of_scorer(request.user)), pk=pk)


def assessed_nomination(request: HttpRequest, pk: int) -> Nomination:
    """A nomination for the board, assignment and score pages, or 404. One query."""
    rows = assessed_nominations(request.user).select_related("period__award", "category", "region__parent")
    return get_object_or_404(rows, pk=pk)
