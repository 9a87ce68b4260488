"""Awards, categories and document lists from the project's own files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from nominations.enums import AnswerKind, CoachLevel, DocumentStage, EntryKind, HintCounts
from nominations.models import Award, Category, Coaching, Period, Requirement
from reference.models import Commodity

SENTRA_HINT = 2  # what provinces asked of each kabupaten/kota in 2024; a hint, never a block
CERTIFICATE_YEARS = 2  # stars are judged anew every second year; an Upakarti award does not end
# Reports of 2013 and 2015: the ministry coaches 4 and 5 stars, provinces 3, regions 1 and 2. For the scale of three
# nothing is published: this is a proposal, which the ministry edits with the period.
COACHES = {1: CoachLevel.DISTRICT, 2: CoachLevel.PROVINCE, 3: CoachLevel.MINISTRY}
DATA = Path(settings.BASE_DIR) / "nominations" / "data"

AWARDS = {
    "ovop": {
        "name": "One Village One Product (OVOP)",
        "entry_kind": EntryKind.PRODUCT,
        "certificate_title": "Piagam Penghargaan\nOne Village One Product (OVOP)",
    },
    "upakarti": {
        "name": "Upakarti",
        "entry_kind": EntryKind.CANDIDATE,
        "certificate_title": "Piagam Penghargaan Upakarti",
    },
}


@cache
def read_data(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load_awards() -> None:
    """Create the two awards and their categories where they are missing; what the ministry has edited stays.

    Raises RuleBroken before the commodities are there.
    """
    if not Commodity.objects.exists():
        raise RuleBroken(_("Muat data acuan (load_reference) sebelum memuat penghargaan."))
    for code, facts in AWARDS.items():
        Award.objects.get_or_create(code=code, defaults=facts)
    for order, commodity in enumerate(Commodity.objects.order_by("order"), start=1):
        Category.objects.get_or_create(
            award_id="ovop",
            code=commodity.code,
            defaults={"label": commodity.name, "commodity": commodity, "order": order, "active": commodity.active},
        )
    for order, row in enumerate(read_data("upakarti_categories_1.json")["categories"], start=1):
        Category.objects.get_or_create(
            award_id="upakarti",
            code=row["code"],
            defaults={
                "label": row["label"],
                "candidate_kinds": row["candidate_kinds"],
                "order": order,
                "active": row["active"],
            },
        )


@transaction.atomic
def ensure_period(award_code: str, year: int) -> Period:
    """The period of an award and year; a new one gets the default document list, which the ministry may then edit."""
    award = Award.objects.get(pk=award_code)
    by_product = award.entry_kind == EntryKind.PRODUCT
    facts = {
        "name": f"{award.code.upper()} {year}",
        "min_sentra_hint": SENTRA_HINT if by_product else 0,
        "hint_counts": HintCounts.SENTRA if by_product else HintCounts.NOMINATIONS,
        "certificate_years": CERTIFICATE_YEARS if by_product else 0,
    }
    period, created = Period.objects.get_or_create(award=award, year=year, defaults=facts)
    if created:
        _add_requirements(period)
    if created and by_product:
        Coaching.objects.bulk_create(Coaching(period=period, stars=n, level=level) for n, level in COACHES.items())
    return period


def _add_requirements(period: Period) -> None:
    categories = {category.code: category for category in Category.objects.filter(award=period.award_id)}
    for order, row in enumerate(read_data(f"{period.award_id}_documents_1.json"), start=1):
        requirement = Requirement.objects.create(
            period=period,
            code=row["code"],
            label=row["label"],
            level=row["level"],
            answer_kind=row.get("answer_kind", AnswerKind.FILE),
            stage=row.get("stage", DocumentStage.NOMINATION),
            personal=row.get("personal", False),
            hidden_when_blind=row.get("hidden_when_blind", row.get("personal", False)),
            permit_kinds=row.get("permit_kinds", []),
            valid_years=row.get("valid_years"),
            order=order,
        )
        requirement.categories.set(categories[code] for code in row.get("commodities") or row.get("categories") or [])
