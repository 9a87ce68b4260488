from typing import Any

from django.core.management.base import BaseCommand

from ovop_portal.demo.seed import seed


class Command(BaseCommand):
    help = "Membuat data contoh satu kali; dijalankan ulang tidak mengubah apa pun."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Data contoh dibuat." if seed() else "Data contoh sudah ada.")
