"""`manage.py issue_certificates`: asks for the signer's pass phrase and issues all that waits, in this process."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.services.issue import issue_certificate, waiting_ids
from core import signing
from core.errors import SigningFailed


class Command(BaseCommand):
    help = "Issue the certificates that wait; the pass phrase is typed, kept in memory, and gone with this process."

    def handle(self, *args: Any, **options: Any) -> None:
        signing.unlock(getpass("Pass phrase: "))
        try:
            signing.signer()
        except SigningFailed as error:
            raise CommandError(str(error)) from None
        issued = 0
        while waiting := waiting_ids():
            done = sum(issue_certificate(certificate_id) for certificate_id in waiting)
            issued += done
            if not done:
                break
            self.stdout.write(f"{issued} issued")
        self.stdout.write(f"{issued} issued, {len(waiting)} left")
