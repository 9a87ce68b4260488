"""Demo sentra, IKM and products: invented names, real regions, commodities and KBLI codes."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from core.files import store_bytes
from ovop_portal.demo.documents import pdf_document
from ovop_portal.demo.living import record_life
from reference.models import KbliCode, Region
from sentra.models import Ikm, Product, Sentra
from sentra.services.duplicates import find_duplicates


@dataclass(frozen=True, slots=True)
class DemoSentra:
    officer: str
    region: str
    commodity: str
    name: str
    units: int
    ikm: str
    owner: str
    product: str


SENTRA = [
    DemoSentra("petugas.pekalongan", "33.75", "batik", "Sentra Batik Jlamprang Contoh", 34, "Batik Sekar Contoh", "Umi Kalsum", "Kain batik tulis jlamprang"),
    DemoSentra("petugas.pekalongan", "33.75", "batik", "Sentra Batik Pesisir Contoh", 21, "Batik Gelombang Contoh", "Slamet Riyadi", "Kain batik cap pesisir"),
    DemoSentra("petugas.pekalongan", "33.75", "makanan_minuman", "Sentra Olahan Ikan Contoh", 9, "Dapur Bahari Contoh", "Nur Azizah", "Abon tongkol"),
    DemoSentra("petugas.ternate", "82.71", "makanan_minuman", "Sentra Olahan Pala Contoh", 12, "Rempah Gamalama Contoh", "Safrudin Hasan", "Sirup pala"),
    DemoSentra("petugas.ternate", "82.71", "makanan_minuman", "Sentra Kenari Contoh", 7, "Kenari Moloku Contoh", "Hadija Amin", "Bagea kenari"),
    DemoSentra("petugas.sikka", "53.07", "tenun", "Sentra Tenun Ikat Contoh", 42, "Tenun Lepo Contoh", "Yosefina Du'a", "Sarung tenun ikat pewarna alam"),
    DemoSentra("petugas.sikka", "53.07", "tenun", "Sentra Tenun Doka Contoh", 18, "Tenun Doka Contoh", "Bernadeta Nona", "Selendang tenun ikat"),
    DemoSentra("petugas.tasikmalaya", "32.06", "anyaman", "Sentra Anyaman Mendong Contoh", 27, "Mendong Lestari Contoh", "Dede Kurnia", "Tas anyaman mendong"),
    DemoSentra("petugas.tasikmalaya", "32.06", "anyaman", "Sentra Anyaman Bambu Contoh", 15, "Bambu Galunggung Contoh", "Enok Rohaeti", "Keranjang anyaman bambu"),
    DemoSentra("petugas.solok", "13.72", "makanan_minuman", "Sentra Kopi Olahan Contoh", 11, "Kopi Singkarak Contoh", "Rahmi Yunus", "Kopi bubuk arabika"),
    DemoSentra("petugas.solok", "13.72", "tenun", "Sentra Songket Contoh", 4, "Songket Bareh Contoh", "Elfi Zahra", "Kain songket"),
    DemoSentra("petugas.lomboktengah", "52.02", "gerabah", "Sentra Gerabah Penujak Contoh", 38, "Gerabah Sasak Contoh", "Baiq Mariani", "Kendi maling gerabah"),
    DemoSentra("petugas.lomboktengah", "52.02", "gerabah", "Sentra Gerabah Hias Contoh", 16, "Tanah Merah Contoh", "Lalu Mahsun", "Vas gerabah ukir"),
    DemoSentra("petugas.tasikmalaya", "32.06", "batik", "Sentra Batik Sukapura Contoh", 23, "Batik Galunggung Contoh", "Iis Aisyah", "Kain batik sukapura"),
    DemoSentra("petugas.lomboktengah", "52.02", "batik", "Sentra Batik Sasambo Contoh", 14, "Batik Rinjani Contoh", "Lalu Wirajaya", "Kain batik sasambo"),
    DemoSentra("petugas.solok", "13.72", "batik", "Sentra Batik Tanah Liek Contoh", 10, "Batik Singkarak Contoh", "Yusnidar", "Kain batik tanah liek"),
]  # fmt: skip

# The same places once more, as a colleague has spelled them.
SPELLED_OTHERWISE = [
    DemoSentra("petugas.pekalongan", "33.75", "batik", "Sentra Batik Djlamprang Contoh", 33, "Batik Sekarr Contoh", "Umi Kalsum", "Selendang batik tulis jlamprang"),
    DemoSentra("petugas.solok", "13.72", "makanan_minuman", "Sentra Kopi Olah Contoh", 11, "Kopi Singkarrak Contoh", "Rahmi Yunus", "Kopi bubuk arabika"),
]  # fmt: skip


def create_duplicates(people: dict[str, User]) -> None:
    """Records for the page of possible duplicates, which is filled at once instead of within the hour."""
    for number, row in enumerate(SPELLED_OTHERWISE, start=len(SENTRA) + 1):
        _create(number, row, people[row.officer])
    find_duplicates(settled=timedelta())


POINTS = {
    "33.75": ("-6.888600", "109.675300"),
    "82.71": ("0.790600", "127.384200"),
    "53.07": ("-8.619900", "122.211100"),
    "32.06": ("-7.358000", "108.106000"),
    "13.72": ("-0.789000", "100.654000"),
    "52.02": ("-8.704700", "116.270400"),
}


def create_register(people: dict[str, User]) -> list[Product]:
    """Every demo sentra with one IKM and one product, in the order of the table."""
    return [_create(number, row, people[row.officer]) for number, row in enumerate(SENTRA, start=1)]


def _create(number: int, row: DemoSentra, officer: User) -> Product:
    region = Region.objects.get(pk=row.region)
    district = Region.objects.filter(parent=region).order_by("pk")[number % 2]
    sk_number = f"188/{40 + number}/KEP/2024"
    sentra = Sentra.objects.create(
        region=region,
        commodity_id=row.commodity,
        name=row.name,
        unit_count=row.units,
        district=district,
        village=Region.objects.filter(parent=district).order_by("pk").first(),
        address=f"Jalan Contoh {number}",
        sk_number=sk_number,
        sk_date=date(2024, 3, number),
        sk_signatory="Wali Kota" if region.kind == "kota" else "Bupati",
        sk_file=store_bytes(
            pdf_document("Keputusan penetapan sentra IKM", f"Nomor {sk_number}", row.name, region.label),
            name=f"SK {row.name}.pdf",
            content_type="application/pdf",
            actor=officer,
        ),
        contact_name=row.owner,
        contact_phone=f"+62812340000{number:02d}",
        contact_email="" if number % 2 else f"sentra{number}@contoh.example",
        latitude=f"{float(POINTS[row.region][0]) + (number * 2 % 5 - 2) * 0.007:.6f}",
        longitude=f"{float(POINTS[row.region][1]) + (number * 3 % 7 - 3) * 0.007:.6f}",
        created_by=officer,
    )
    ikm = Ikm.objects.create(
        sentra=sentra,
        name=row.ikm,
        owner_name=row.owner,
        nib=f"91200012345{number:02d}",
        npwp=f"0013000666{number:03d}000",
        kbli=KbliCode.objects.of_commodity(row.commodity)[0],
        workers=5 + number,
        investment=60_000_000 * number,
        established_year=2008 + number % 9,
        phone=f"+62812350000{number:02d}",
        address=f"Jalan Contoh {number}A",
        created_by=officer,
    )
    product = Product.objects.create(
        ikm=ikm,
        name=row.product,
        description=f"{row.product} buatan {row.ikm}, khas {region.label}, dari bahan baku setempat.",
        story=f"{row.product} dikerjakan turun-temurun di {region.label}. Cerita ini contoh.",
        monthly_capacity=f"{40 * number} buah",
        markets="Nasional, sebagian ekspor melalui agen" if number % 2 else "Provinsi dan nasional",
        price=25_000 * number,
        price_unit="per buah",
        created_by=officer,
    )
    record_life(number, product, officer)
    return product
