"""The chair has read what does not agree with the dossier."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.models import MismatchNote
from scoring.policies import is_chair
from scoring.selectors.mismatches import digest_of, mismatches_of
from scoring.services.conflicts import refuse_conflicted


@transaction.atomic
def note_mismatches(*, nomination_id: int, digest: str, note: str, actor: Any) -> MismatchNote:
    """Keep that the chair has read the list, and the list as it stood. A second call changes nothing.

    `digest` is that of the list on the page. Raises NotPermitted, StaleVersion when the list has changed, or
    RuleBroken when there is nothing on it.
    """
    nomination = lock_nomination(nomination_id)
    require(is_chair(actor))
    refuse_conflicted(actor, nomination)
    rows = mismatches_of([nomination.pk]).get(nomination.pk, [])
    if not rows:
        raise RuleBroken(_("Tidak ada ketidaksesuaian yang tercatat pada usulan ini."))
    if digest_of(rows) != digest:
        raise StaleVersion(_("Daftar ketidaksesuaian sudah berubah. Baca daftar terbaru, lalu tandai lagi."))
    noted, created = MismatchNote.objects.get_or_create(
        nomination=nomination,
        digest=digest,
        defaults={"rows": [list(row) for row in rows], "note": note.strip(), "noted_by": actor},
    )
    if created:
        audit.record(actor, "scoring.mismatches_noted", nomination, count=len(rows), digest=digest)
    return noted
