"""Photos of a visit: added on the spot, or later when the line is back."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.pictures import store_picture
from scoring.models import FieldPhoto
from scoring.rules import MAX_VISIT_PHOTOS
from scoring.services.visits import lock_visit


@transaction.atomic
def add_photo(
    *, assignment_id: int, upload: UploadedFile, caption: str, made_at: datetime | None = None, actor: Any
) -> FieldPhoto:
    """A photo behind the others; the version of the visit stays, so that nothing that is being typed gets stale.

    Raises NotPermitted, FileRefused, or RuleBroken when there are as many as may be.
    """
    visit = lock_visit(assignment_id, actor)
    if visit.photos.count() >= MAX_VISIT_PHOTOS:
        raise RuleBroken(_("Sudah ada %(most)d foto. Hapus salah satu sebelum menambah.") % {"most": MAX_VISIT_PHOTOS})
    picture = store_picture(upload, actor=actor)
    width, height = picture.small_size
    last = visit.photos.aggregate(last=Max("order"))["last"] or 0
    photo = FieldPhoto.objects.create(
        visit=visit,
        order=last + 1,
        caption=caption,
        file=picture.large,
        small=picture.small,
        small_width=width,
        small_height=height,
        made_at=made_at,
        created_by=actor,
    )
    audit.record(actor, "scoring.visit_photo_added", visit, photo=photo.pk, sha256=picture.large.sha256)
    return photo


@transaction.atomic
def remove_photo(*, photo_id: int, assignment_id: int, actor: Any) -> None:
    """The files lose their rows with it; the daily clean-up takes the bytes. Raises NotPermitted."""
    visit = lock_visit(assignment_id, actor)
    photo = visit.photos.select_related("file", "small").get(pk=photo_id)
    files = (photo.file, photo.small)
    photo.delete()
    for stored in files:
        stored.delete()
    for order, left in enumerate(visit.photos.order_by("order"), start=1):
        if left.order != order:
            FieldPhoto.objects.filter(pk=left.pk).update(order=order)
    audit.record(actor, "scoring.visit_photo_removed", visit, photo=photo_id, sha256=files[0].sha256)
