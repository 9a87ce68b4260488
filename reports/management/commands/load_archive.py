from typing import Any

from django.core.management.base import BaseCommand

from reports.services.archive import load_archive


class Command(BaseCommand):
    help = "Memuat penerima sebelum portal ini; yang sudah diubah di portal tidak disentuh."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_archive()} periode terdahulu ditambahkan.")
