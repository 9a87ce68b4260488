from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reference.services import TableChange, load_reference


class Command(BaseCommand):
    help = "Memuat wilayah, komoditas, dan KBLI. Aman dijalankan berulang kali."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_reference()
        for name, change in (
            (_("Wilayah"), report.regions),
            (_("Komoditas"), report.commodities),
            (_("Kode KBLI"), report.kbli_codes),
            (_("Kaitan KBLI"), report.kbli_links),
        ):
            self.stdout.write(f"{name}: {self._counts(change)}")

    def _counts(self, change: TableChange) -> str:
        return _("%(inserted)d baru, %(updated)d diperbarui, %(closed)d dicabut, %(reopened)d berlaku kembali") % {
            "inserted": change.inserted,
            "updated": change.updated,
            "closed": change.closed,
            "reopened": change.reopened,
        }
