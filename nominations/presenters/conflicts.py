"""Two people, one record: what each of them wrote."""

from typing import Any

from django.forms import BaseForm

from core.comparison import Row, compare
from nominations.models import Answer, Beneficiary


def conflict_of(stored: Answer | Beneficiary, rows: list[Row]) -> dict[str, Any]:
    """What the conflict page says about the stored record, and where it differs from what was typed. No query."""
    who = stored.saved_by.name if stored.saved_by else ""
    return {"who": who, "at": stored.saved_at, "version": stored.version, "rows": rows}


def beneficiary_rows(stored: Beneficiary, form: BaseForm) -> list[Row]:
    """The fields that differ, as texts. No query."""
    names = ("name", "place", "contact", "activity", "years")
    return compare(
        (str(form.fields[name].label), _text(getattr(stored, name)), _text(form.cleaned_data.get(name, "")))
        for name in names
    )


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
