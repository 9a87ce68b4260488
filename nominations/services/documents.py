"""Documents of a dossier: added and replaced, never overwritten."""

from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.files import store_upload
from core.http import require
from core.previews import want_preview
from nominations.enums import AnswerKind, DocumentStage
from nominations.messages.overtaken import tell_overtaken
from nominations.models import DossierItem, Nomination, Requirement
from nominations.policies import can_add_assessment_document, can_edit_document, can_view
from nominations.services.drafting import touch
from nominations.services.proxies import note_proxy
from nominations.services.transitions import lock_row


@transaction.atomic
def add_document(
    *,
    nomination_id: int,
    requirement: Requirement,
    upload: File | None,
    link: str = "",
    seen: int | None = None,
    actor: Any,
) -> DossierItem:
    """Answer one of the nomination's requirements by a file or a link; an earlier answer stays in the history.

    `seen` is the answer that the page showed, 0 for none. What a colleague added since is replaced too, because neither
    file is worth less; it is `overtaken` of the new answer, and the colleague is told. Raises RuleBroken (FileRefused
    for a bad file); then the earlier answer still counts.
    """
    nomination = lock_row(nomination_id)
    if requirement.stage == DocumentStage.ASSESSMENT:
        require(can_add_assessment_document(actor, nomination))
    else:
        require(can_edit_document(actor, nomination, requirement))
    if requirement.answer_kind == AnswerKind.FILE:
        if upload is None:
            raise RuleBroken(_("Pilih berkas yang akan diunggah."))
        stored, link = store_upload(upload, actor=actor), ""
    else:
        if not link:
            raise RuleBroken(_("Isi tautan, misalnya https://www.contoh.go.id/video."))
        stored = None
    if stored:
        want_preview(stored)
    overtaken = _supersede(nomination, requirement, seen)
    item = DossierItem.objects.create(
        nomination=nomination, requirement=requirement, file=stored, link=link, added_by=actor
    )
    if overtaken and overtaken.added_by_id != actor.pk:
        item.overtaken = overtaken
        if can_view(overtaken.added_by, nomination):  # who has left the region is told nothing of it
            tell_overtaken(item, overtaken)
    touch(nomination)
    # A document of the assessment stage is the Sekretariat's own, whoever else it acts for.
    of_region = requirement.stage == DocumentStage.NOMINATION
    facts = note_proxy(nomination, "document_added", actor=actor, detail=requirement.code) if of_region else {}
    audit.record(actor, "nomination.document_added", nomination, code=requirement.code, item=item.pk, **facts)
    return item


def _supersede(nomination: Nomination, requirement: Requirement, seen: int | None) -> DossierItem | None:
    """End the answer that counted until now; which one, when the page knew another. One to three queries."""
    counting = nomination.items.filter(requirement=requirement, superseded_at=None)
    known = counting if seen is None else counting.filter(pk=seen)
    if known.update(superseded_at=Now()) or seen is None:
        return None
    former = counting.first()
    if former:
        counting.update(superseded_at=Now())
    return former
