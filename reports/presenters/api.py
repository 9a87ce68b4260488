"""Rows of the API for systems with a key."""

from types import SimpleNamespace
from typing import Any

from certificates.models import Certificate
from certificates.presenters import state_tag
from nominations.presenters.status import status_tag
from reports.presenters.open_data import holder_record
from sentra.models import Sentra

# A system reads what a region reads: no role, so nothing that is still sealed.
REGION_READER = SimpleNamespace(has_role=lambda *roles: False)


def nomination_record(nomination: Any) -> dict[str, Any]:
    """A nomination with `missed` (`selectors.windows.repair_missed`). No query when period and category are joined."""
    return {
        "nomor": nomination.reference,
        "penghargaan": nomination.period.award_id,
        "tahun": nomination.period.year,
        "kategori": nomination.category.label,
        "judul": nomination.title,
        "kode_wilayah": nomination.region_id,
        "keadaan": status_tag(nomination, REGION_READER, missed=nomination.missed)["label"],
        "diajukan": nomination.submitted_at and nomination.submitted_at.isoformat(),
    }


def sentra_record(sentra: Sentra) -> dict[str, Any]:
    """No query when the commodity is joined."""
    return {
        "id": sentra.pk,
        "nama": sentra.name,
        "kode_wilayah": sentra.region_id,
        "komoditas": sentra.commodity.name,
        "unit_usaha": sentra.unit_count,
        "nomor_sk": sentra.sk_number,
        "tanggal_sk": sentra.sk_date.isoformat(),
    }


def certificate_record(certificate: Certificate) -> dict[str, Any]:
    return {
        **holder_record(certificate),
        "keadaan": state_tag(certificate)["label"],
        "sha256": certificate.sha256,
        "dicabut": certificate.revoked_at and certificate.revoked_at.isoformat(),
    }
