import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Membership
from accounts.roles import ROLES
from ovop_portal.demo.people import PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Menampilkan akun contoh. Akun ini hanya ada dalam data contoh."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="untuk dibaca program")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = demo_accounts() if settings.IS_DEMO else []
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['label']:<24} {row['region_label']:<22} {row['email']}")
        if rows:
            self.stdout.write(f"Sandi semua akun contoh: {PASSWORD}")


def demo_accounts() -> list[dict[str, str]]:
    """The demo people that really exist, in the order of the table. One query."""
    emails = [person.email for person in PEOPLE]
    found = Membership.objects.filter(user__email__in=emails).select_related("user", "region")
    by_email = {membership.user.email: membership for membership in found}
    return [
        {
            "role": str(person.role),
            "label": ROLES[person.role].label,
            "region": by_email[person.email].region_id or "",
            "region_label": by_email[person.email].region.label if by_email[person.email].region else "",
            "name": person.name,
            "email": person.email,
            "password": PASSWORD,
        }
        for person in PEOPLE
        if person.email in by_email
    ]
