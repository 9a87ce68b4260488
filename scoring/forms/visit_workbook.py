"""The form of a visit by way of a workbook: its fields as rows and cells, and the cells as its fields again."""

from typing import Any

from django.utils.translation import gettext as _

from scoring.forms.visits import FINDING_LABELS, INTERVIEW, VisitForm
from scoring.models import FieldVisit
from scoring.rendering.visit_workbook import CLAIMS, FACTS, INTERVIEWS, Filled, Line, Part
from scoring.rules import MAX_INTERVIEWS

VISIT_FIELDS = (
    *("visited_on", "visited_at", "place", "point"),
    *("participants", "host_name", "host_role", "summary"),
)
OF_POINT = ("accuracy_m", "located_at")
CLAIM_FIELDS = ("interviewee", "actual", "note")


def finding_words() -> dict[str, str]:
    """The form's value of each finding by its words."""
    return {str(words): value for value, words in FINDING_LABELS}


def parts_of(form: VisitForm) -> list[Part]:
    """The sheets of the workbook, with what is stored. No query."""
    words = {value: text for text, value in finding_words().items()}
    claim_heads = (_("Kriteria"), _("Klaim"), _("Tertulis pada usulan"))
    found_heads = (_("Hasil pemeriksaan"), _("Narasumber"), _("Keadaan sebenarnya"), _("Catatan"))
    facts = [
        Line(f"K{number}", (str(form.fields[name].label), str(form.fields[name].help_text)), {name: _shown(form, name)})
        for number, name in enumerate(VISIT_FIELDS, start=1)
    ]
    claims = [
        Line(
            str(claim.order),
            (claim.criterion, claim.label, claim.written),
            {f"finding_{claim.pk}": words[claim.finding]}
            | {f"{name}_{claim.pk}": getattr(claim, name) for name in CLAIM_FIELDS},
        )
        for claim in form.claims
    ]
    interviews = [
        Line(f"W{place}", (), {name: _shown(form, name) for name in (f"interview{place}_{part}" for part in INTERVIEW)})
        for place in range(1, MAX_INTERVIEWS + 1)
    ]
    labels = [str(form.fields[f"interview1_{part}"].label) for part in INTERVIEW]
    return [
        Part(FACTS, (_("Kode"), _("Yang dicatat"), _("Cara mengisi"), _("Isian")), (8, 34, 44, 70), facts),
        Part(CLAIMS, (_("Nomor"), *claim_heads, *found_heads), (8, 24, 40, 40, 20, 24, 30, 44), claims, listed=4),
        Part(INTERVIEWS, (_("Kode"), *labels), (8, 30, 30, 18, 70), interviews),
    ]


def _shown(form: VisitForm, name: str) -> str:
    """A field of an unbound form as its box shows it."""
    return str(form.fields[name].widget.format_value(form[name].value()) or "")


def form_from(filled: Filled, stored: VisitForm, visit: FieldVisit) -> VisitForm:
    """The form as if the cells had been typed; how exact a point is stays with a point that was not changed.

    A row that is missing in the workbook is a field that was left empty, and one of the mistakes.
    """
    data: dict[str, Any] = filled.data | {"version": filled.mark.version}
    if data.get("point") == _shown(stored, "point"):
        data |= {name: _shown(stored, name) for name in OF_POINT}
    return VisitForm(data, visit=visit, claims=stored.claims)


def cell_problems(form: VisitForm, filled: Filled) -> list[str]:
    """What is wrong in which cell, with the label of its field."""
    return [
        f"{filled.cells.get(name, '')} ({form.fields[name].label}): {' '.join(problems)}"
        for name, problems in form.errors.items()
    ]
