"""The first account of a new installation, and any later one from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.enums import Role
from accounts.models import Membership
from accounts.services.activation import invite_user


class Command(BaseCommand):
    help = "Makes an account with one role and mails its activation link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--role", choices=[role.value for role in Role], default=Role.MINISTRY_ADMIN.value)
        parser.add_argument("--region", help="code of the province, kabupaten or kota, for roles that need one")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role(options["role"])
        try:
            user = invite_user(
                email=options["email"],
                name=options["name"],
                memberships=[Membership(role=role, region_id=options["region"])],
                actor=None,
                is_staff=role is Role.MINISTRY_ADMIN,
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Activation mail to {user.email} is on its way.")
