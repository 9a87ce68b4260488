"""Permits and checks as pages show them, and what is wrong or odd about a permit."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import formats
from core.identifiers import IdentifierError, Kind, Reading, display, read
from sentra.enums import CHECK_LABELS, PERMIT_LABELS, CheckedNumber, CheckHow, PermitKind, PermitState
from sentra.errors import Duplicate
from sentra.models import NumberCheck, Permit
from sentra.rules import (
    ENDING_KINDS,
    NUMBER_KINDS,
    halal_month_differs,
    permit_state,
    pirt_end_year,
)
from sentra.selectors.living import number_is_used_elsewhere, same_permit

NUMBER_LABELS: dict[PermitKind, str] = {
    PermitKind.PIRT: "Nomor P-IRT",
    PermitKind.BPOM: "Nomor izin edar BPOM",
    PermitKind.HALAL: "Nomor sertifikat halal",
    PermitKind.SNI: "Nomor sertifikat SNI",
    PermitKind.TRADEMARK: "Nomor pendaftaran atau permohonan",
    PermitKind.OTHER_IP: "Nomor pencatatan atau sertifikat",
    PermitKind.LAB_TEST: "Nomor laporan uji",
    PermitKind.OTHER: "Nomor izin",
}
SUBJECT_LABELS: dict[PermitKind, str] = {
    PermitKind.SNI: "Standar SNI",
    PermitKind.TRADEMARK: "Nama merek",
    PermitKind.OTHER_IP: "Jenis dan nama",
    PermitKind.LAB_TEST: "Yang diuji",
    PermitKind.OTHER: "Nama izin",
}


def kind_label(kind: str) -> str:
    return str(PERMIT_LABELS[PermitKind(kind)])


def permit_title(permit: Permit) -> str:
    """`Merek: Sekar Jagad, kelas 25`."""
    label = kind_label(permit.kind)
    title = f"{label}: {permit.subject}" if permit.subject else label
    return (
        _("%(title)s, kelas %(number)d") % {"title": title, "number": permit.mark_class} if permit.mark_class else title
    )


def number_kind(kind: PermitKind, *, in_process: bool = False) -> Kind:
    """How the number is read. An application for a trademark has a number of another shape."""
    return Kind.CERTIFICATE if in_process else NUMBER_KINDS.get(kind, Kind.CERTIFICATE)


def read_permit(kind: PermitKind, number: str, *, in_process: bool) -> Reading:
    """The bare number with its oddities. Raises IdentifierError."""
    reading = read(number_kind(kind, in_process=in_process), number)
    if in_process and _is_registered(reading.value):
        text = _("Nomor yang diawali IDM adalah nomor pendaftaran. Pilih Terdaftar bila mereknya sudah terdaftar.")
        return Reading(reading.value, (text,))
    return reading


def _is_registered(number: str) -> bool:
    try:
        read(Kind.TRADEMARK, number)
    except IdentifierError:
        return False
    return True


def permit_number(permit: Permit) -> str:
    return display(number_kind(PermitKind(permit.kind), in_process=permit.in_process), permit.number)


def state_tag(permit: Permit, today: date | None = None) -> dict[str, str]:
    """Words and kind of the tag: until when it is valid, or since when no more."""
    today = today or localdate()
    if permit.in_process:
        return {"label": _("Masih dalam proses"), "kind": "progress"}
    state, end = permit_state(permit.expires_on, today), permit.expires_on
    if end is None:
        unknown = PermitKind(permit.kind) in ENDING_KINDS
        label = _("Tanggal akhir belum dicatat") if unknown else _("Tanpa tanggal akhir")
        return {"label": label, "kind": "attention" if unknown else "neutral"}
    if state is PermitState.ENDED:
        return {"label": _("Sudah berakhir %(day)s") % {"day": formats.date_long(end)}, "kind": "stopped"}
    if state is PermitState.ENDING:
        days = (end - today).days
        text = _("Berakhir dalam %(days)d hari, %(day)s") if days else _("Berakhir hari ini, %(day)s")
        return {"label": text % {"days": days, "day": formats.date_long(end)}, "kind": "attention"}
    return {"label": _("Berlaku sampai %(day)s") % {"day": formats.date_long(end)}, "kind": "success"}


def permit_rows(permits: list[Permit], checks: dict[Any, NumberCheck]) -> list[dict[str, Any]]:
    """What the list on the page of the IKM says of each. No query."""
    return [
        {
            "permit": permit,
            "title": permit_title(permit),
            "number": permit_number(permit),
            "scope": permit.product.name if permit.product else _("Semua produk"),
            "issued": _("%(issuer)s, %(day)s") % {"issuer": permit.issuer, "day": formats.date_long(permit.issued_on)},
            "state": state_tag(permit),
            "check": check_text(checks.get(permit.pk)),
            "check_url": reverse("permit_check", args=[permit.pk]),
        }
        for permit in permits
    ]


def check_text(check: NumberCheck | None) -> str:
    """`Dicocokkan oleh … pada … dengan laman OSS`; empty when nobody did, or the number changed since."""
    if check is None:
        return ""
    how = CHECK_LABELS[CheckHow(check.how)]
    return _("Dicocokkan oleh %(who)s pada %(day)s dengan %(how)s.") % {
        "who": check.checked_by.name,
        "day": formats.date_long(check.checked_at),
        "how": f"{how}: {check.note}" if check.note else how,
    }


def number_checks(checks: dict[Any, NumberCheck]) -> list[dict[str, str]]:
    """NIB and NPWP with what is known of their comparison. No query."""
    return [
        {"name": number.value, "label": number.value.upper(), "text": check_text(checks.get(number))}
        for number in CheckedNumber
    ]


def dates_problem(issued_on: date, expires_on: date | None) -> tuple[str, str] | None:
    """The field and the words; None when the dates can be right."""
    if issued_on > localdate():
        return "issued_on", _("Tanggal terbit tidak boleh sesudah hari ini. Cocokkan dengan dokumen.")
    if expires_on and expires_on < issued_on:
        return "expires_on", _("Tanggal akhir tidak boleh sebelum tanggal terbit. Cocokkan dengan dokumen.")
    return None


def permit_oddities(permit: Permit) -> list[str]:
    """What the dates and other records say against the number. One query when the number is a nation-wide one."""
    kind, odd = PermitKind(permit.kind), []
    year = pirt_end_year(permit.number) if kind is PermitKind.PIRT else None
    if year and permit.expires_on and permit.expires_on.year != year:
        text = _("Menurut nomor P-IRT, izin berakhir tahun %(year)d, tetapi tanggal akhirnya tahun %(typed)d.")
        odd.append(text % {"year": year, "typed": permit.expires_on.year})
    if kind is PermitKind.HALAL and halal_month_differs(permit.number, permit.issued_on):
        odd.append(_("Bulan dan tahun pada nomor sertifikat halal jauh dari tanggal terbitnya."))
    if kind in NUMBER_KINDS and number_is_used_elsewhere(permit.ikm_id, permit.kind, permit.number):
        odd.append(_("Nomor ini juga tercatat pada IKM lain. Pastikan izin ini milik IKM ini."))
    return odd


def duplicate_permit(ikm: int, kind: str, number: str, besides: int | None = None) -> Duplicate | None:
    """One query."""
    same = same_permit(ikm, kind, number, besides)
    text = _("Izin dengan nomor ini sudah dicatat pada IKM ini. Gunakan data yang sudah ada.")
    return Duplicate(text, field="number", record=same) if same else None
