"""Facts in, answers out: who may judge whom, what a note needs, and how the sheet's events are chained. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

INTRODUCTION_MAX = 1000  # characters of a reminder's first words


class Answer(NamedTuple):
    """What a scorer gave to one indicator. In a draft the value may still be missing.

    `na` says that the indicator does not apply; then there is no value, and the maths leaves the indicator out.
    """

    value: Decimal | None
    note: str = ""
    na: bool = False

    @property
    def given(self) -> bool:
        return self.na or self.value is not None


NOTHING = Answer(None)
GENERAL = "umum"  # guidance that holds for every commodity
NA = "na"  # how an event and a form spell that an indicator does not apply
NA_LABEL = gettext_lazy("Tidak berlaku")  # and how people do


class Question(NamedTuple):
    """An indicator in words."""

    code: str
    label: str
    guidance: Mapping[str, str]  # by commodity
    options: list[tuple[Decimal, str]]  # points with their words; on a scale the marks that have any


def guidance_text(guidance: Mapping[str, str], commodity: str | None) -> str:
    """What to look at: for every commodity, then for this one."""
    texts = (guidance.get(GENERAL, ""), guidance.get(commodity, "") if commodity else "")
    return "\n".join(text for text in texts if text)


def questions_in(definition: Mapping[str, Any]) -> list[Question]:
    """The indicators of an instrument document in order; on a scale the aspect itself is one. No query."""
    return [
        Question(
            one["code"],
            one["label"],
            one.get("guidance", {}),
            [
                (Decimal(str(option.get("points", option.get("value")))), option["label"])
                for option in one.get("options", one.get("anchors", ()))
            ],
        )
        for aspect in definition["aspects"]
        for one in aspect.get("indicators", [aspect])
    ]


def plain(value: Decimal) -> str:
    """One spelling of a value for a form: 3 for 3.00, 0.5 for 0.50."""
    return f"{value.normalize():f}"


def plain_number(value: Decimal) -> Decimal:
    return Decimal(plain(value))


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


def sealed_answer(answer: Answer) -> list[str | None]:
    """An answer in an event: the value as text so that no digit is lost, `na`, or nothing; then the note."""
    return [NA if answer.na else None if answer.value is None else str(answer.value), answer.note]


def answer_from(sealed: Sequence[str | None]) -> Answer:
    """The answer that an event names; the other way of `sealed_answer`."""
    value, note = sealed
    return Answer(None if value in (None, NA) else Decimal(str(value)), note or "", na=value == NA)


def replay(events: Iterable[Mapping[str, Any]]) -> dict[str, Answer]:
    """The answers after these `data` of events, oldest first. A save names what changed, a submission everything."""
    answers: dict[str, Answer] = {}
    for data in events:
        if "answers" in data:
            answers = {code: answer_from(sealed) for code, sealed in data["answers"].items()}
        for code, sealed in data.get("changed", {}).items():
            answers[code] = answer_from(sealed)
    return {code: answer for code, answer in answers.items() if answer != NOTHING}


def bounded_claim(claim: datetime | None, *, opened_at: datetime | None, now: datetime) -> datetime | None:
    """When a device says that something was written, within what can be true: not before the page was opened and not
    in the future. None without a claim, and without a page that we know of."""
    if claim is None or opened_at is None:
        return None
    return min(max(claim, opened_at), now)
