"""No score without its check: what a person may not meet answers 404, as if it did not exist."""

from functools import cache
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.claims import claimed_moment, opened_at
from core.errors import RuleBroken
from core.fields import ParagraphField
from core.verdict import Verdict
from scoring.models import Assignment
from scoring.selectors.assignments import with_facts
from scoring.selectors.mismatches import with_deviation
from scoring.selectors.stages import assessed_nominations
from scoring.services.sheets import Origin

KEY_LENGTH = 64  # of what a browser makes to tell a repeat


def posted_number(request: HttpRequest, name: str = "version") -> int:
    """What a page put into its form, such as the version that it showed. Raises RuleBroken when the form lacks it."""
    given = request.POST.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise RuleBroken(_("Formulir tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    return int(given)


def posted_origin(request: HttpRequest, subject: str) -> Origin:
    """What a script says of its save: the key by which a repeat is known, and when it was made on a page about
    `subject` that we have opened (`core.claims.opening`)."""
    return Origin(
        key=request.POST.get("key", "")[:KEY_LENGTH],
        made_at=claimed_moment(request.POST.get("made_at", "")),
        opened_at=opened_at(request.POST.get("opened", ""), subject),
    )


def posted_reason(request: HttpRequest, max_length: int = 1000) -> str:
    """The reason as typed, without what nobody sees; "" when there is none. Raises RuleBroken when it is too long."""
    try:
        return ParagraphField(max_length=max_length, required=False).clean(request.POST.get("reason", ""))
    except ValidationError as error:
        raise RuleBroken(error.messages[0]) from error


def hidden_unless(verdict: Verdict) -> None:
    if not verdict:
        raise Http404


def own_assignment(request: HttpRequest, pk: int) -> Any:
    """The scorer's live assignment with its facts, the judged snapshot and the moment (`now`), or 404. One query."""
    return get_object_or_404(_assignments().of_scorer(request.user), pk=pk)


@cache
def _assignments() -> QuerySet[Assignment]:
    """Built once, as in `scoring.services.locks`."""
    return with_facts(Assignment.objects.all()).select_related("sheet__snapshot").annotate(now=TransactionNow())


def assessed_nomination(request: HttpRequest, pk: int) -> Any:
    """A nomination for the board, assignment and score pages (`sample_deviates` said), or 404. One query."""
    rows = with_deviation(assessed_nominations(request.user)).select_related(
        "period__award", "category", "region__parent", "final_result"
    )
    return get_object_or_404(rows, pk=pk)
