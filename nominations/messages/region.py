"""Whom in a region we tell, and how. Only plain text and our own addresses."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import people_with
from accounts.services.notices import notify
from nominations.models import Nomination


def officers_of(nomination: Nomination) -> list[User]:
    """The region's officers now. One query."""
    return officers_in(nomination.region_id)


def officers_in(region_code: str) -> list[User]:
    """The same for a region that may have no nomination. One query."""
    return people_with(Role.DISTRICT_OFFICER, regions=[region_code])


def path_of(nomination: Nomination) -> str:
    return reverse("nomination_detail", args=[nomination.pk])


def page_of(nomination: Nomination) -> str:
    return settings.BASE_URL + path_of(nomination)


def help_line() -> str:
    return _("Bantuan: %(mail)s, %(phone)s") % {"mail": settings.HELP_EMAIL, "phone": settings.HELP_PHONE}


def tell_region(nomination: Nomination, key: str, subject: str, body: str, *, hold: timedelta | None = None) -> None:
    """To every officer of the region, by mail at once: receipts, deadlines, returns and outcomes.

    `hold` as in `core.outbox.put`; the notice in the portal waits for nothing.
    """
    subject %= {"ref": nomination.reference}
    tell_officers(nomination.region_id, key, subject, body, url=path_of(nomination), hold=hold)


def tell_officers(
    region_code: str, key: str, subject: str, body: str, *, url: str = "", hold: timedelta | None = None
) -> None:
    """The same about a region. `url` is where the notice leads, else to the nominations."""
    notify(
        users=officers_in(region_code),
        subject=subject,
        body=with_help(body),
        url=url or reverse("nomination_list"),
        key=key,
        important=True,
        hold=hold,
    )


def with_help(body: str) -> str:
    return f"{body}\n\n{help_line()}\n"
