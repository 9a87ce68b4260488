"""A hidden number that is shown in full on the next page, once. The session keeps whose it is, never the number."""

from django.db.models import Model
from django.http import HttpRequest

SESSION_KEY = "shown_once"


def show_once(request: HttpRequest, row: Model) -> None:
    """The next page about `row` may show its number. The caller has asked the policy and written the audit entry."""
    request.session[SESSION_KEY] = _name(row)


def shown_now(request: HttpRequest, row: Model) -> bool:
    """Whether this is that page; afterwards the number is hidden again."""
    if request.session.get(SESSION_KEY) != _name(row):
        return False
    del request.session[SESSION_KEY]
    return True


def _name(row: Model) -> str:
    return f"{row._meta.label_lower} {row.pk}"
