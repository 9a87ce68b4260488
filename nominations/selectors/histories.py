"""Every version of a document that a dossier has had."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.models import ScanState, StoredFile
from nominations.models import DossierItem, Nomination, Requirement

MAX_VERSIONS = 200
HELD_LABELS: dict[str, str] = {
    ScanState.WAITING: gettext_lazy("Menunggu pemindaian"),
    ScanState.INFECTED: gettext_lazy("Berkas berbahaya"),
}


def versions_of(nomination: Nomination, requirement: Requirement) -> QuerySet[DossierItem]:
    """The answers to one requirement with file and author, newest first, at most MAX_VERSIONS. One query."""
    rows = DossierItem.objects.filter(nomination=nomination, requirement=requirement)
    return rows.select_related("file", "added_by").order_by("-pk")[:MAX_VERSIONS]


def held_labels(item_ids: list[int]) -> dict[int, str]:
    """Which of these documents are held back, and in which words. One query."""
    files = StoredFile.objects.filter(scan_state__in=[ScanState.WAITING, ScanState.INFECTED])
    rows = DossierItem.objects.filter(pk__in=item_ids, file__in=files)
    return {pk: HELD_LABELS[state] for pk, state in rows.values_list("pk", "file__scan_state")}
