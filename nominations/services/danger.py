"""Telling people of files in which a scanner has found something. The scan itself is `core.scanning`."""

from django.db import transaction
from django.db.models.functions import Now

from core.models import ScanState, StoredFile
from nominations.messages.danger import tell_danger
from nominations.models import DossierItem


@transaction.atomic
def tell_of_danger(item_id: int) -> bool:
    """Mail to those who can replace the document, once; False when that was done already."""
    rows = DossierItem.objects.select_related("file", "requirement", "added_by", "nomination__region")
    item = rows.select_for_update(of=("self",)).get(pk=item_id)
    if item.danger_told_at is not None:
        return False
    tell_danger(item)
    DossierItem.objects.filter(pk=item_id).update(danger_told_at=Now())
    return True


def untold_ids(limit: int = 100) -> list[int]:
    """Current documents with an infected file of which nobody has been told. One query."""
    infected = StoredFile.objects.filter(scan_state=ScanState.INFECTED)
    rows = DossierItem.objects.filter(file__in=infected, danger_told_at=None, superseded_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
