from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nominations.models import Award, Period
from scoring.services.instruments import install_stages, load_instruments


class Command(BaseCommand):
    help = "Memuat instrumen penilaian dan memasang tahap pada periode yang belum memilikinya. Aman dijalankan ulang."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Award.objects.exists():
            raise CommandError("Penghargaan belum dimuat. Jalankan load_awards lebih dahulu.")
        instruments = load_instruments()
        stages = sum(len(install_stages(period=period)) for period in Period.objects.all())
        self.stdout.write(f"Instrumen baru: {len(instruments)}. Tahap baru: {stages}.")
