"""What an officer types, complete and right; each test changes one thing."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reference.models import KbliCode, Region
from sentra.models import Sentra
from tests.factories import HOME
from tests.files import jpeg_bytes, pdf_upload

KECAMATAN = "33.75.01"
CREATE = "/sentra/baru/isi/?kecamatan=" + KECAMATAN


def sentra_data(**changes: Any) -> dict[str, Any]:
    return without_none(
        {
            "name": "Sentra Batik Kauman",
            "commodity": "batik",
            "unit_count": "42",
            "village": Region.objects.filter(parent=KECAMATAN).order_by("pk")[0].pk,
            "village_unlisted": "",
            "address": "Jalan Hayam Wuruk 1",
            "sk_number": "188/82/KEP/2024",
            "sk_date": "01-03-2024",
            "sk_signatory": "Wali Kota Pekalongan",
            "sk_file": pdf_upload("sk.pdf"),
            "contact_name": "Sri Wahyuni",
            "contact_phone": "0812-3456-7890",
            **changes,
        }
    )


def ikm_data(**changes: Any) -> dict[str, Any]:
    return without_none(
        {
            "name": "Batik Pesisir Makmur",
            "owner_name": "Ahmad Fauzi",
            "established_year": "2012",
            "nib": "9120 0012 34567",
            "npwp": "01.300.066.6-091.000",
            "kbli": KbliCode.objects.get(code="13134", edition=2020).pk,
            "workers": "8",
            "investment": "Rp 250.000.000,00",
            "address": "Jalan Hayam Wuruk 2",
            "phone": "(0285) 421234",
            **changes,
        }
    )


def product_data(**changes: Any) -> dict[str, Any]:
    return without_none(
        {
            "name": "Batik Tulis Jlamprang",
            "description": "Kain katun primisima.\nDibatik tulis dengan malam.",
            "monthly_capacity": "200 lembar",
            "markets": "Pekalongan dan Semarang",
            **changes,
        }
    )


def year_data(**changes: Any) -> dict[str, Any]:
    return without_none(
        {
            "year": "2025",
            "units": "42",
            "workers": "1.250",
            "production_amount": "12.000",
            "production_unit": "lembar",
            "turnover": "Rp 2.345.000.000,00",
            "export_value": "0",
            **changes,
        }
    )


def permit_data(**changes: Any) -> dict[str, Any]:
    """A P-IRT; the other kinds change number and subject."""
    return without_none(
        {
            "product": "",
            "number": "P-IRT 2063375010072-29",
            "issuer": "DPMPTSP Kota Pekalongan",
            "issued_on": "21-05-2024",
            "expires_on": "20-05-2029",
            **changes,
        }
    )


def photo_data(**changes: Any) -> dict[str, Any]:
    photo = SimpleUploadedFile("foto.jpg", jpeg_bytes(), "image/jpeg")
    return without_none({"photo": photo, "caption": "Kain tampak depan", **changes})


def without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def ikm_create_url(sentra: Sentra) -> str:
    return reverse("ikm_create", args=[sentra.pk])


def errors_of(answer: Any) -> dict[str, str]:
    """The field errors on a page, as read by the person: name -> joined texts."""
    form = answer.context["form"]
    return {name: " ".join(texts) for name, texts in form.errors.items()}


__all__ = [
    "CREATE",
    "HOME",
    "KECAMATAN",
    "errors_of",
    "ikm_create_url",
    "ikm_data",
    "permit_data",
    "photo_data",
    "product_data",
    "sentra_data",
    "year_data",
]
