"""What a certificate says, and the PDF that says it."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Certificate
from core import formats
from nominations.enums import EntryKind
from nominations.services.snapshots import canonical_json

STATEMENTS = {
    EntryKind.PRODUCT: "sebagai produk unggulan yang tumbuh dari kearifan dan keterampilan masyarakat daerahnya",
    EntryKind.CANDIDATE: "atas jasa dan ketekunannya membina dan memajukan industri kecil dan menengah",
}


def face_of(certificate: Certificate, *, serial: str, issued_on: date) -> dict[str, Any]:
    """All that is printed, JSON-ready. `certificate` comes with `with_face`; one more query, for the snapshot.

    The holder is the one of the newest snapshot: what was judged, not what the register says today.
    """
    decision, period = certificate.decision, certificate.period
    decree, nomination = decision.decree, decision.nomination
    holder = nomination.snapshots.latest("number").data["holder"]
    valid_until = years_later(decree.decided_on, period.certificate_years)
    return {
        "serial": serial,
        "award_code": period.award_id,
        "award": period.award.name,
        "award_title": period.award.certificate_title,
        "period": period.name,
        "year": period.year,
        "category_code": nomination.category.code,
        "category": nomination.category.label,
        "stars": decision.stars,
        "holder_name": holder["name"],
        "holder_detail": holder["detail"],
        "region_code": nomination.region_id,
        "region": f"{nomination.region.name}, {nomination.region.parent.label}",
        "statement": _(STATEMENTS[EntryKind(period.award.entry_kind)]),
        "decree_title": _("Keputusan Menteri Perindustrian tentang %(title)s") % {"title": decree.title},
        "decree_number": decree.number,
        "decree_date": decree.decided_on.isoformat(),
        "giver_title": decree.signatory_title,
        "giver_name": decree.signatory_name,
        "place": decree.place,
        "issued_on": issued_on.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "verify_url": settings.BASE_URL.rstrip("/") + reverse("certificate_verify", args=[certificate.token]),
        "is_demo": settings.IS_DEMO,
        "is_signed": False,
    }


def years_later(day: date, years: int) -> date | None:
    """The same day some years later, 28 February for a leap day; None for zero years, which means without end."""
    if not years:
        return None
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def certificate_pdf(face: dict[str, Any], *, created: datetime) -> bytes:
    """PDF/A-3a with the face as attached JSON. For workers only: the engine takes a second to load. No query."""
    from core import pdf  # noqa: PLC0415 - not wanted in web processes

    dates = {name: formats.date_long(date.fromisoformat(face[name])) for name in ("decree_date", "issued_on")}
    valid_until = face["valid_until"] and formats.date_long(date.fromisoformat(face["valid_until"]))
    context = {
        **face,
        **dates,
        "date": dates["issued_on"],
        "subtitle": face["category"],
        "valid_until": valid_until,
        "qr": pdf.qr_data_uri(face["verify_url"]),
    }
    data = pdf.Attachment("piagam.json", canonical_json(face), _("Data piagam yang dapat dibaca mesin"))
    return pdf.render_pdf(
        "pdf/certificate.html",
        context,
        css="certificate.css",
        title=_("Piagam %(serial)s") % {"serial": face["serial"]},
        created=created,
        attachments=[data],
    )
