"""Two people, one record: what each of them wrote."""

from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _

from core import formats
from core.comparison import Row, compare
from core.identifiers import Kind, display
from nominations.models import Answer, Beneficiary, CandidateEntry


def conflict_of(stored: Answer | Beneficiary | CandidateEntry, rows: list[Row]) -> dict[str, Any]:
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


def candidate_rows(stored: CandidateEntry, form: BaseForm) -> list[Row]:
    """The fields that differ, as texts, numbers masked; the number only when one was typed. No query."""
    typed, kinds = form.cleaned_data, dict(form.fields["candidate_kind"].choices)
    texts = {
        "candidate_kind": (str(kinds.get(stored.candidate_kind, "")), str(kinds.get(typed.get("candidate_kind"), ""))),
        "name": (stored.name, typed.get("name", "")),
        "address": (stored.address, typed.get("address", "")),
        "phone": (display(Kind.PHONE, stored.phone), display(Kind.PHONE, typed.get("phone", ""))),
    }
    number = typed.get("identity_number", "")
    if number and number != stored.identity_number:
        new = _("%(number)s (isian baru)") % {"number": formats.mask_id(number)}
        texts["identity_number"] = (formats.mask_id(stored.identity_number), new)
    return compare((str(form.fields[name].label), *pair) for name, pair in texts.items())


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
