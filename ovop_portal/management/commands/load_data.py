from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

AWARD_YEAR = 2026


class Command(BaseCommand):
    help = "Memuat data acuan: wilayah, KBLI, komoditas, penghargaan, dokumen, instrumen, tahap, penerima terdahulu."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_reference", stdout=self.stdout)
        call_command("load_awards", year=AWARD_YEAR, stdout=self.stdout)
        call_command("load_instruments", stdout=self.stdout)
        call_command("load_archive", stdout=self.stdout)
