from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.enums import Role
from accounts.models import User
from ovop_portal.demo.national import IKM, SENTRA, grow_register


class Command(BaseCommand):
    help = "Brings an invented register to the size of the country's. For trial machines only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sentra", type=int, default=SENTRA)
        parser.add_argument("--ikm", type=int, default=IKM)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("This machine does not hold demo data; invented sentra do not belong here.")
        officer = User.objects.filter(memberships__role=Role.DISTRICT_OFFICER).first()
        if officer is None:
            raise CommandError("Run seed_demo first: somebody has to have registered the rows.")
        grow_register(officer, sentra=options["sentra"], ikm=options["ikm"])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{options['sentra']} sentra, {options['ikm']} IKM.")
