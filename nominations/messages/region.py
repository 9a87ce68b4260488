"""Whom in a region we tell, and how. Only plain text and our own addresses."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core import outbox
from nominations.models import Nomination


def officers_of(nomination: Nomination) -> list[str]:
    """Addresses of the region's officers now. One query."""
    members = Membership.objects.in_force().filter(
        role=Role.DISTRICT_OFFICER, region=nomination.region_id, user__is_active=True
    )
    return list(members.values_list("user__email", flat=True).distinct())


def page_of(nomination: Nomination) -> str:
    return settings.BASE_URL + reverse("nomination_detail", args=[nomination.pk])


def tell_region(nomination: Nomination, key: str, subject: str, body: str, *, hold: timedelta | None = None) -> None:
    """One mail per officer; `key` and the address make it the only one. `hold` as in `core.outbox.put`."""
    help_line = _("Bantuan: %(mail)s, %(phone)s") % {"mail": settings.HELP_EMAIL, "phone": settings.HELP_PHONE}
    for address in officers_of(nomination):
        outbox.put(
            to=address,
            subject=subject % {"ref": nomination.reference},
            body=f"{body}\n\n{help_line}\n",
            key=f"{key}:{address}",
            hold=hold,
        )
