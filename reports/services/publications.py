"""What a holder agreed to show on the public page: written down, replaced by a later agreement, withdrawn."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.files import read_bytes, store_bytes
from core.http import require
from core.models import StoredFile
from nominations.models import Nomination
from nominations.services.transitions import lock_nomination
from reports.models import Publication
from reports.policies import can_publish
from sentra.models import ProductPhoto

# The version is its words: they are stored with each agreement.
CONSENT = (
    "Saya menyetujui foto dan cerita yang dipilih di halaman ini ditampilkan untuk umum pada portal OVOP dan Upakarti,"
    " bersama keterangan yang tercetak pada sertifikat. Persetujuan ini dapat saya cabut kapan saja lewat dinas"
    " atau Sekretariat; sesudah itu foto dan cerita tidak ditampilkan lagi."
)


@transaction.atomic
def record_publication(
    *, nomination_id: int, photo: ProductPhoto | None, story: str, consented_by: str, consented_on: date, actor: Any
) -> Publication:
    """The agreement in force from now on; an earlier one ends. Raises NotPermitted. Eight queries."""
    nomination = lock_nomination(nomination_id)
    require(can_publish(actor, nomination))
    _end(nomination, actor)
    publication = Publication.objects.create(
        nomination=nomination,
        photo=photo and _copy(photo, actor),
        caption=photo.caption if photo else "",
        story=story,
        consent_text=_(CONSENT),
        consented_by=consented_by,
        consented_on=consented_on,
        recorded_by=actor,
    )
    audit.record(actor, "publication.recorded", publication, nomination=nomination.pk, photo=photo is not None)
    return publication


@transaction.atomic
def withdraw_publication(*, nomination_id: int, actor: Any) -> bool:
    """Nothing is shown any more. False when there was no agreement. Raises NotPermitted. Four queries."""
    nomination = lock_nomination(nomination_id)
    require(can_publish(actor, nomination))
    if not _end(nomination, actor):
        return False
    audit.record(actor, "publication.withdrawn", nomination)
    return True


def _copy(photo: ProductPhoto, actor: Any) -> StoredFile:
    kept = photo.file
    return store_bytes(read_bytes(kept), name=kept.original_name, content_type=kept.content_type, actor=actor)


def _end(nomination: Nomination, actor: Any) -> int:
    rows = Publication.objects.in_force().filter(nomination=nomination)
    return rows.update(withdrawn_at=timezone.now(), withdrawn_by=actor)
