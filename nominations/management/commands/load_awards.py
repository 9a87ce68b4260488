from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from nominations.services.awards import AWARDS, ensure_period, load_awards


class Command(BaseCommand):
    help = "Memuat penghargaan, kategori, dan daftar dokumen; dengan --year juga periodenya. Aman dijalankan ulang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="buat periode tahun ini bila belum ada")

    def handle(self, *args: Any, **options: Any) -> None:
        load_awards()
        if options["year"]:
            for code in AWARDS:
                self.stdout.write(str(ensure_period(code, options["year"])))
