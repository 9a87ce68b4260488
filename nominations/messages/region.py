"""Whom in a region we tell, and how. Only plain text and our own addresses."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core import outbox
from nominations.models import Nomination


def officers_of(nomination: Nomination) -> list[str]:
    """Addresses of the region's officers now. One query."""
    return officers_in(nomination.region_id)


def officers_in(region_code: str) -> list[str]:
    """The same for a region that may have no nomination. One query."""
    members = Membership.objects.in_force().filter(role=Role.DISTRICT_OFFICER, region=region_code, user__is_active=True)
    return list(members.values_list("user__email", flat=True).distinct())


def page_of(nomination: Nomination) -> str:
    return settings.BASE_URL + reverse("nomination_detail", args=[nomination.pk])


def tell_region(nomination: Nomination, key: str, subject: str, body: str) -> None:
    tell_officers(nomination.region_id, key, subject % {"ref": nomination.reference}, body)


def tell_officers(region_code: str, key: str, subject: str, body: str) -> None:
    """One mail to each officer of the region, with the help line below. `key` says once for all what it is about."""
    for address in officers_in(region_code):
        outbox.put(to=address, subject=subject, body=with_help(body), key=f"{key}:{address}")


def with_help(body: str) -> str:
    help_line = _("Bantuan: %(mail)s, %(phone)s") % {"mail": settings.HELP_EMAIL, "phone": settings.HELP_PHONE}
    return f"{body}\n\n{help_line}\n"
