"""Texts that scorers of a blind stage read in place of what the submission says."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import audit
from core.http import require
from nominations.services.transitions import lock_nomination
from scoring.models import BlindText
from scoring.policies import can_assign
from scoring.services.conflicts import refuse_conflicted


@transaction.atomic
def save_blind_texts(*, nomination_id: int, texts: Mapping[str, str], actor: Any) -> None:
    """Keep these texts by the label of their row; an empty one is shown as empty. Other rows stay as they are.

    Raises NotPermitted for anybody but the Sekretariat, for who has a conflict, and once the assessment is over.
    """
    nomination = lock_nomination(nomination_id)
    require(can_assign(actor, nomination))
    refuse_conflicted(actor, nomination)
    rows = [BlindText(nomination=nomination, place=place, text=text) for place, text in texts.items()]
    BlindText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["nomination", "place"], update_fields=["text"]
    )
    audit.record(actor, "scoring.blind_texts_saved", nomination, places=sorted(texts))
