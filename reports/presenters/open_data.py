"""What the open data sets hold: what a certificate's face shows, and no number, address or contact of a person."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from reports.presenters.holders import holder_url
from reports.selectors.holders import Total

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HOLDER_COLUMNS = {
    "nomor": _("Nomor sertifikat"),
    "penghargaan": _("Kode penghargaan"),
    "tahun": _("Tahun periode"),
    "kategori": _("Kategori"),
    "bintang": _("Bintang; kosong bila penghargaan tidak berbintang"),
    "pemegang": _("Nama seperti tercetak pada sertifikat"),
    "keterangan": _("Produk atau keterangan seperti tercetak"),
    "kode_wilayah": _("Kode kabupaten/kota menurut Kemendagri"),
    "daerah": _("Kabupaten/kota dan provinsi"),
    "keputusan": _("Nomor keputusan Menteri"),
    "tanggal_keputusan": _("Tanggal keputusan (ISO 8601)"),
    "berlaku_sampai": _("Hari terakhir berlaku (ISO 8601); kosong bila tanpa batas"),
    "alamat": _("Halaman pemegang di portal"),
}
TOTAL_COLUMNS = {
    "penghargaan": _("Kode penghargaan"),
    "tahun": _("Tahun periode"),
    "kategori": _("Kategori"),
    "bintang": _("Bintang; kosong bila penghargaan tidak berbintang"),
    "kode_provinsi": _("Kode provinsi menurut Kemendagri"),
    "berlaku": _("Apakah masih berlaku hari ini"),
    "jumlah": _("Banyaknya sertifikat"),
}
COLUMNS, SUMMARY_COLUMNS = list(HOLDER_COLUMNS), list(TOTAL_COLUMNS)


def holder_record(certificate: Certificate) -> dict[str, Any]:
    """One row of the register, by `COLUMNS`. No query."""
    face = certificate.face
    return {
        "nomor": certificate.serial,
        "penghargaan": face["award_code"],
        "tahun": face["year"],
        "kategori": face["category"],
        "bintang": face["stars"],
        "pemegang": face["holder_name"],
        "keterangan": face["holder_detail"],
        "kode_wilayah": face["region_code"],
        "daerah": face["region"],
        "keputusan": face["decree_number"],
        "tanggal_keputusan": face["decree_date"],
        "berlaku_sampai": face["valid_until"],
        "alamat": settings.BASE_URL.rstrip("/") + holder_url(certificate),
    }


def summary_record(row: Total) -> dict[str, Any]:
    """One row of the summary, by `SUMMARY_COLUMNS`."""
    values = (row.award, row.year, row.category, row.stars, row.province, row.current, row.number)
    return dict(zip(SUMMARY_COLUMNS, values, strict=True))


def dataset_facts() -> list[dict[str, Any]]:
    """Title, words, columns and files of each data set."""
    return [
        {
            "title": _("Pemegang penghargaan"),
            "text": _("Semua sertifikat yang terbit dan tidak dicabut atau diganti."),
            "columns": list(HOLDER_COLUMNS.items()),
            "files": [("text/csv", reverse("holders_csv")), ("application/json", reverse("holders_json"))],
        },
        {
            "title": _("Rekapitulasi"),
            "text": _("Banyaknya sertifikat menurut penghargaan, tahun, kategori, bintang, dan provinsi."),
            "columns": list(TOTAL_COLUMNS.items()),
            "files": [("text/csv", reverse("summary_csv")), ("application/json", reverse("summary_json"))],
        },
    ]
