"""A star that was renewed: the new certificate takes the place of the old one."""

from certificates.enums import CertificateState
from certificates.models import Certificate
from core import audit
from nominations.models import Nomination
from nominations.services.stars import forget_star


def supersede_star(renewal: Nomination) -> None:
    """Take the certificate of the star that `renewal` renews out of force; nothing for a first star.

    Called in the transaction that issues the new one, so that never two stars of a product are in force. No query
    for a first star, at most six for a renewal.
    """
    if renewal.review_id is None:
        return
    star = renewal.review.star_id
    for old in Certificate.objects.select_for_update().filter(decision__nomination=star, state=CertificateState.ISSUED):
        old.state = CertificateState.REPLACED
        old.save(update_fields=["state"])
        audit.record(None, "certificate.superseded", old, serial=old.serial, renewal=renewal.pk)
    forget_star(nomination_id=star)
