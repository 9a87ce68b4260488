"""What a certificate says, and the PDF that says it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Certificate
from core import formats
from nominations.enums import EntryKind
from nominations.rules import years_after
from nominations.services.snapshots import canonical_json
from scoring.models import Decree
from scoring.selectors.stages import star_scale

CORRECTABLE = ("holder_name", "holder_detail")
USUAL_SCALE = 3
STAR_WORDS = {1: "Bintang Satu", 2: "Bintang Dua", 3: "Bintang Tiga", 4: "Bintang Empat", 5: "Bintang Lima"}
LOOKS = {EntryKind.PRODUCT: "biru", EntryKind.CANDIDATE: "marun"}  # classes of static/pdf/certificate.css
STATEMENTS = {
    EntryKind.PRODUCT: "sebagai produk unggulan yang tumbuh dari kearifan dan keterampilan masyarakat daerahnya",
    EntryKind.CANDIDATE: "atas jasa dan ketekunannya membina dan memajukan industri kecil dan menengah",
}


def face_of(certificate: Certificate, *, serial: str, issued_on: date, signed: bool) -> dict[str, Any]:
    """All that is printed, JSON-ready. `certificate` comes with `with_face`; two more queries, for the snapshot and
    the star scale.

    The holder is the one of the newest snapshot: what was judged, not what the register says today. A replacement may
    correct the words. `signed`: whether the document will be signed.
    """
    decision, period = certificate.decision, certificate.period
    decree, nomination = decision.decree, decision.nomination
    holder = nomination.snapshots.order_by("number").values_list("data__holder", flat=True).last()
    kind = EntryKind(period.award.entry_kind)
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
        "look": LOOKS[kind],
        "stars": decision.stars,
        "star_scale": star_scale(nomination),
        "holder_name": holder["name"],
        "holder_detail": holder["detail"],
        "region_code": nomination.region_id,
        "region": f"{nomination.region.name}, {nomination.region.parent.label}",
        "statement": _(STATEMENTS[kind]),
        "decree_title": _("Keputusan Menteri Perindustrian tentang %(title)s") % {"title": decree.title},
        "decree_number": decree.number,
        "decree_date": decree.decided_on.isoformat(),
        **giver_of(decree),
        "dated_on": (dated_on_of(decree) or issued_on).isoformat(),
        "issued_on": issued_on.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
        "verify_url": settings.BASE_URL.rstrip("/") + reverse("certificate_verify", args=[certificate.token]),
        "is_demo": settings.IS_DEMO,
        "is_signed": signed,
        **{name: words for name, words in certificate.corrections.items() if name in CORRECTABLE},
    }


def giver_of(decree: Decree) -> Mapping[str, str]:
    """Who gives it and where: of the handover when there is one, else the decree's signatory. No query when joined."""
    handover = getattr(decree, "handover", None)
    if handover:
        return {"giver_title": handover.giver_title, "giver_name": handover.giver_name, "place": handover.place}
    return {"giver_title": decree.signatory_title, "giver_name": decree.signatory_name, "place": decree.place}


def dated_on_of(decree: Decree) -> date | None:
    handover = getattr(decree, "handover", None)
    return handover.dated_on if handover else None


def star_row(stars: int | None, scale: int | None) -> dict[str, Any]:
    """The words and marks for stars; on another scale than that of three, the words name it and open stars show it."""
    if not stars:
        return {}
    top = max(scale or USUAL_SCALE, stars)
    words = _(STAR_WORDS[stars])
    if top != USUAL_SCALE:
        words = _("%(stars)s dari %(scale)d") % {"stars": words, "scale": top}
    open_ones = top - stars if top != USUAL_SCALE else 0
    return {"star_words": words, "star_marks": ["full"] * stars + ["open"] * open_ones}


def years_later(day: date, years: int) -> date | None:
    """None for zero years, which means without end."""
    return years_after(day, years) if years else None


def certificate_pdf(face: dict[str, Any], *, created: datetime) -> bytes:
    """PDF/A-3a with the face as attached JSON. For workers only: the engine takes a second to load. No query."""
    from core import pdf  # noqa: PLC0415 - not wanted in web processes

    dates = {name: formats.date_long(date.fromisoformat(face[name])) for name in ("decree_date", "dated_on")}
    valid_until = face["valid_until"] and formats.date_long(date.fromisoformat(face["valid_until"]))
    context = {
        **face,
        **dates,
        **star_row(face["stars"], face.get("star_scale")),
        "date": dates["dated_on"],
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
