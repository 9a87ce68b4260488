"""What became of the products of a sentra, year by year. What is not released is not shown."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from nominations.presenters.status import status_tag
from sentra.models import Ikm
from sentra.presenters.records import page_of


def ikm_branch(ikm: Ikm, user: Any) -> dict[str, Any]:
    """An IKM with its products, as `selectors.lineage` gives them. No query."""
    return {"name": ikm.name, "url": page_of(ikm), "products": [_product(one, user) for one in ikm.products.all()]}


def _product(product: Any, user: Any) -> dict[str, Any]:
    years = [_year(entry, user) for entry in product.history]
    return {"name": product.name, "url": page_of(product), "years": years}


def _year(entry: Any, user: Any) -> dict[str, Any]:
    nomination = entry.nomination
    return {
        "period": nomination.period.name,
        "status": status_tag(nomination, user, missed=entry.repair_missed),
        "stars": _stars_text(entry),
        "url": reverse("nomination_detail", args=[nomination.pk]),
    }


def _stars_text(entry: Any) -> str:
    """The stars of a released decree, and whether their certificate was revoked; empty before the release."""
    decision = getattr(entry.nomination, "decision", None)
    if decision is None or decision.decree.released_at is None or not decision.stars:
        return ""
    text = _("%(stars)d bintang") % {"stars": decision.stars}
    if entry.certificate_state == CertificateState.REVOKED:
        return _("%(text)s (sertifikat dicabut)") % {"text": text}
    return text
