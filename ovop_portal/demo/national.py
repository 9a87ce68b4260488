"""A register as large as the country's, invented: for measurements and for trying the pages at their real size.

10,514 sentra and 456,488 IKM were counted in 2020. Names repeat as real ones do.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from accounts.models import User
from core.files import store_bytes
from core.models import StoredFile
from ovop_portal.demo.documents import pdf_document
from reference.enums import RegionLevel
from reference.models import Commodity, KbliCode, Region
from sentra.models import Ikm, Product, Sentra

SENTRA, IKM = 10_514, 456_488
BATCH = 2_000
FIRST = (
    "Sinar", "Mekar", "Karya", "Sumber", "Bina", "Rejeki", "Cahaya", "Tunas", "Mitra", "Sekar", "Jaya", "Sari",
    "Lestari", "Mulya", "Harapan", "Melati",
)  # fmt: skip
SECOND = (
    "Abadi", "Bersama", "Mandiri", "Makmur", "Sejahtera", "Utama", "Indah", "Kencana", "Nusantara", "Asri", "Agung",
    "Barokah", "Permata", "Wangi",
)  # fmt: skip
CRAFT = {
    "makanan_minuman": "Pangan", "tenun": "Tenun", "batik": "Batik", "anyaman": "Anyaman", "gerabah": "Gerabah",
}  # fmt: skip


def grow_register(officer: User, *, sentra: int = SENTRA, ikm: int = IKM) -> None:
    """Bring the register to so many sentra and IKM, one product each, spread evenly. About 0.4 ms of CPU per row."""
    _grow(Sentra, _sentra(officer, Sentra.objects.count(), sentra))
    places = list(Sentra.objects.order_by("pk").values_list("pk", "commodity", "region"))
    have = Ikm.objects.count()
    _grow(Ikm, _ikm(officer, places, have, ikm))
    lacking = Ikm.objects.filter(products=None).order_by("pk").values_list("pk", "sentra__commodity")
    _grow(Product, (_product(officer, pk, commodity) for pk, commodity in lacking.iterator(chunk_size=BATCH)))


def _grow(model: type, rows: Iterator) -> None:
    while batch := list(islice(rows, BATCH)):
        model.objects.bulk_create(batch)


def _name(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]} {SECOND[number // len(FIRST) % len(SECOND)]}"


def _sentra(officer: User, have: int, wanted: int) -> Iterator[Sentra]:
    villages = list(
        Region.objects.filter(level=RegionLevel.VILLAGE, valid_to=None)
        .order_by("pk")
        .values_list("pk", "name", "parent", "parent__parent")
    )
    commodities = [code for code in Commodity.objects.order_by("order").values_list("pk", flat=True) if code in CRAFT]
    decree = _decree()
    for number in range(have, wanted):
        pk, village, district, region = villages[number * 7919 % len(villages)]
        commodity = commodities[number % len(commodities)]
        yield Sentra(
            region_id=region,
            commodity_id=commodity,
            name=f"Sentra {CRAFT[commodity]} {village.title()} {number}",
            unit_count=5 + number % 60,
            district_id=district,
            village_id=pk,
            address=f"Dusun {number % 12 + 1}",
            sk_number=f"188/{number}/KEP/2024",
            sk_date=date(2024, 1 + number % 12, 1),
            sk_signatory="Bupati",
            sk_file=decree,
            contact_name=_name(number),
            contact_phone=f"+62812{number:08d}",
            created_by=officer,
        )


def _decree() -> StoredFile:
    """One file stands for all decrees."""
    name = "SK contoh nasional.pdf"
    found = StoredFile.objects.filter(original_name=name).first()
    return found or store_bytes(pdf_document("SK"), name=name, content_type="application/pdf")


def _ikm(officer: User, places: list[tuple[int, str, str]], have: int, wanted: int) -> Iterator[Ikm]:
    classes = {code: list(KbliCode.objects.of_commodity(code)) for code in CRAFT}
    for number in range(have, wanted):
        sentra, commodity, __ = places[number * 31 % len(places)]
        yield Ikm(
            sentra_id=sentra,
            name=f"{CRAFT[commodity]} {_name(number)} {number % 997}",
            owner_name=_name(number * 13),
            nib=f"8{number:012d}",
            npwp=f"0{number:015d}",
            kbli=classes[commodity][number % len(classes[commodity])],
            workers=1 + number % 24,
            investment=10_000_000 * (1 + number % 120),
            established_year=1990 + number % 35,
            phone=f"+62813{number:08d}",
            address=f"RT {number % 9 + 1}",
            created_by=officer,
        )


def _product(officer: User, ikm: int, commodity: str) -> Product:
    return Product(
        ikm_id=ikm,
        name=f"{CRAFT[commodity]} {SECOND[ikm % len(SECOND)]}",
        description="Produk contoh.",
        monthly_capacity="100 buah",
        markets="Nasional",
        created_by=officer,
    )
