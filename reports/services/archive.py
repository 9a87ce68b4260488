"""Rounds before this portal, from the project's own file."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nominations.models import Award
from reports.models import ArchiveHolder, ArchiveRound

DATA = Path(settings.BASE_DIR) / "reports" / "data" / "archive_rounds.json"


@transaction.atomic
def load_archive() -> int:
    """Create the rounds that are missing; what the ministry has edited stays. How many were created."""
    made = 0
    awards = set(Award.objects.values_list("pk", flat=True))
    for row in json.loads(DATA.read_text(encoding="utf-8")):
        holders = row.pop("holders")
        if row["award"] not in awards:
            continue
        facts = {"award_id": row.pop("award"), "year": row.pop("year")}
        archived, is_new = ArchiveRound.objects.get_or_create(**facts, defaults=row)
        if is_new:
            made += 1
            ArchiveHolder.objects.bulk_create(ArchiveHolder(round=archived, **holder) for holder in holders)
    return made
