"""Wording of follow-ups."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import formats
from nominations.models import COACH_LABELS, FollowUp, Nomination
from nominations.selectors.followups import Step, newest_records, record_rows, steps_of


def coach_label(star: Nomination) -> str:
    """For a row of `selectors.followups.awarded_stars`."""
    return COACH_LABELS.get(star.coach, _("Belum ditetapkan"))


def step_tag(step: Step) -> dict[str, str]:
    if step.record:
        return {"label": _("Tercatat"), "kind": "success"}
    if step.due <= localdate():
        return {"label": _("Perlu diisi"), "kind": "attention"}
    return {"label": _("Mulai %(day)s") % {"day": formats.date_short(step.due)}, "kind": "neutral"}


def list_rows(stars: Iterable[Nomination]) -> list[dict[str, Any]]:
    """One query for all records."""
    stars = list(stars)
    records = newest_records(star.pk for star in stars)
    return [
        {
            "star": star,
            "coach": coach_label(star),
            "steps": [{"year": step.year, "tag": step_tag(step)} for step in steps_of(star, records.get(star.pk, {}))],
        }
        for star in stars
    ]


def step_cards(star: Nomination, may_write: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Both years of one star with what was recorded; `may_write` by year. One query."""
    records = newest_records([star.pk]).get(star.pk, {})
    return [
        {
            "year": step.year,
            "tag": step_tag(step),
            "record": step.record,
            "rows": summary(step.record),
            "may_write": may_write[step.year],
        }
        for step in steps_of(star, records)
    ]


def summary(record: FollowUp | None) -> list[dict[str, str]]:
    """For the summary list; nothing for none."""
    return [{"key": label, "value": value} for label, value in record_rows(record)] if record else []
