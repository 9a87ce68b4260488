"""Facts in, answers out: who may judge whom, what a note needs, and how the sheet's events are chained. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from scoring.enums import CustodyKind

INTRODUCTION_MAX = 1000  # characters of a reminder's first words


CUSTODY_ENDS = frozenset({CustodyKind.RETURNED, CustodyKind.DESTROYED})
MAX_INTERVIEWS = 10
MAX_VISIT_PHOTOS = 12


class Answer(NamedTuple):
    """What a scorer gave to one indicator. In a draft the value may still be missing."""

    value: Decimal | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScorerFacts:
    """What decides whether a person may judge a nomination in a stage."""

    holds_role: bool
    provinces: frozenset[str]  # of every membership in force, whatever its role
    institutions: frozenset[str]
    commodities: frozenset[str]  # of the memberships with the stage's role; none means all
    has_conflict: bool = False
    is_nominator: bool = False
    is_assigned: bool = False


def same_home(scorer_provinces: Iterable[str], nomination_province: str) -> bool:
    """Nobody judges the own province, whichever membership ties the person to it."""
    return nomination_province in scorer_provinces


def assignment_obstacle(scorer: ScorerFacts, *, province: str, commodity: str | None, nominee: str) -> str:
    """Why this person may not be assigned, in words; empty when nothing stands in the way."""
    if not scorer.holds_role:
        return _("Tidak memegang peran penilai untuk tahap ini.")
    if scorer.is_assigned:
        return _("Sudah ditugaskan pada tahap ini.")
    if scorer.has_conflict:
        return _("Menyatakan benturan kepentingan atas usulan ini.")
    if scorer.is_nominator:
        return _("Ikut menyusun usulan ini.")
    if same_home(scorer.provinces, province):
        return _("Berasal dari provinsi yang sama dengan usulan.")
    if nominee.casefold().strip() in {name.casefold().strip() for name in scorer.institutions}:
        return _("Berasal dari lembaga yang diusulkan.")
    if commodity and scorer.commodities and commodity not in scorer.commodities:
        return _("Keahlian komoditasnya tidak sesuai dengan kategori usulan.")
    return ""


def seal(content: Mapping[str, Any], previous: str = "") -> str:
    """sha256 over the seal before and the canonical JSON of the content: a chain when `previous` is given."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()
