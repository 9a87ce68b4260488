"""Looking at a document with personal data leaves a trace."""

from typing import Any

from django.db import transaction

from core import audit
from nominations.models import DossierItem, Nomination


def record_personal_view(*, nomination: Nomination, item: DossierItem, actor: Any) -> None:
    """An identity card and its like, by whomever but who uploaded it. `requirement` is joined. One query at most."""
    if item.requirement.personal and item.added_by_id != actor.pk:
        with transaction.atomic():
            audit.record(actor, "nomination.personal_document_opened", nomination, code=item.requirement.code)
