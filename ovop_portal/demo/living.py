"""What the demo register has gathered over the years: figures, permits, checks, photos, through the real services."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from accounts.models import User
from ovop_portal.demo.documents import pdf_document, photo
from sentra.enums import CheckedNumber, CheckHow, PermitKind
from sentra.models import Product, Sentra
from sentra.services.checks import check_number, check_permit
from sentra.services.permits import record_permit
from sentra.services.photos import add_photo
from sentra.services.years import record_year

YEARS = 3


def record_life(number: int, product: Product, officer: User) -> None:
    """Three years of figures, up to four permits, two photos. Every third firm has a number that is not checked."""
    _figures(number, product.ikm.sentra, officer)
    _permits(number, product, officer)
    for turn, caption in enumerate((f"{product.name}, tampak depan", f"Pembuatan {product.name.lower()}")):
        upload = SimpleUploadedFile(f"foto {turn + 1}.jpg", photo(number * 7 + turn), "image/jpeg")
        add_photo(product_id=product.pk, upload=upload, caption=caption, actor=officer)
    if number % 3:
        check_number(
            ikm_id=product.ikm_id,
            number=CheckedNumber.NIB,
            version=1,
            how=CheckHow.OSS if number % 2 else CheckHow.DOCUMENT,
            note="",
            actor=officer,
        )


def _figures(number: int, sentra: Sentra, officer: User) -> None:
    """The newest year is missing for every fifth sentra."""
    last = localdate().year - (2 if number % 5 == 0 else 1)
    for back in range(YEARS, 0, -1):
        year = last - back + 1
        grown = 100 - 6 * (back - 1)
        values = {
            "year": year,
            "units": max(1, sentra.unit_count - (back - 1)),
            "workers": sentra.unit_count * 4 * grown // 100,
            "production_amount": 1200 * number * grown // 100,
            "production_unit": "buah",
            "turnover": 320_000_000 * number * grown // 100,
            "export_value": 45_000_000 * number * grown // 100 if number % 2 else 0,
        }
        record_year(sentra_id=sentra.pk, values=values, actor=officer)


def _permits(number: int, product: Product, officer: User) -> None:
    today = localdate()
    end = (today + timedelta(days=40)) if number % 4 == 0 else date(today.year + 3, 6, 30)
    trademark = {
        "subject": product.ikm.name,
        "number": f"IDM000{900_000 + number}" if number % 2 else f"D0020260{number:05d}",
        "in_process": number % 2 == 0,
        "issuer": "Direktorat Jenderal Kekayaan Intelektual",
        "expires_on": date(today.year + 6, 1, 31) if number % 2 else None,
    }
    _permit(PermitKind.TRADEMARK, product, officer, trademark)
    if product.ikm.sentra.commodity_id != "makanan_minuman":
        return
    region = product.ikm.sentra.region_id.replace(".", "")
    pirt = {
        "number": f"206{region}01{number:04d}{end.year % 100:02d}",
        "issuer": "DPMPTSP contoh",
        "expires_on": end,
    }
    issued = today - timedelta(days=400)
    halal = {
        "number": f"ID{region[:2]}11{number:09d}{issued.month:02d}{issued.year % 100:02d}",
        "issuer": "BPJPH",
        "issued_on": issued,
    }
    permit = _permit(PermitKind.PIRT, product, officer, pirt)
    check_permit(permit_id=permit.pk, version=1, how=CheckHow.DOCUMENT, note="", actor=officer)
    _permit(PermitKind.HALAL, product, officer, halal)
    report = {
        "subject": f"Cemaran mikroba dan logam pada {product.name.lower()}"[:120],
        "number": f"LHU-{number:04d}/{today.year}",
        "issuer": "Laboratorium contoh",
        "issued_on": today - timedelta(days=100),
    }
    _permit(PermitKind.LAB_TEST, product, officer, report)


def _permit(kind: PermitKind, product: Product, officer: User, facts: dict[str, Any]) -> Any:
    values = {
        "product": None,
        "subject": "",
        "in_process": False,
        "issued_on": localdate() - timedelta(days=700),
        "expires_on": None,
        **facts,
    }
    data = pdf_document(f"Contoh {kind.value}", values["number"], product.ikm.name)
    upload = SimpleUploadedFile(f"{kind.value}.pdf", data, "application/pdf")
    return record_permit(ikm_id=product.ikm_id, kind=kind, values=values, file_upload=upload, actor=officer)
