"""The score sheet as typed, and what a blind stage shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.fields import ParagraphField
from scoring.maths.instrument import Indicator, InstrumentSpec
from scoring.models import NOTE_LENGTH
from scoring.rules import NA, NOTHING, Answer, plain


class SheetForm:
    """All indicators of an instrument with their notes, as typed; every one may be left for later.

    Reads like a Django form and is none: fifty fields would cost more than the rest of a save.
    """

    note = ParagraphField(required=False, max_length=NOTE_LENGTH)

    def __init__(self, data: Any = None, *, spec: InstrumentSpec, answers: Mapping[str, Answer], version: int) -> None:
        self.spec = spec
        self.is_bound = data is not None
        self.errors: dict[str, str] = {}  # by the name of the field
        self._answers = dict(answers)
        self.typed = _shown(spec, answers) if data is None else _typed(spec, data)
        self.version = str(version) if data is None else data.get("version", "")
        if self.is_bound:
            self._read()

    def is_valid(self) -> bool:
        return self.is_bound and not self.errors

    def answers(self) -> dict[str, Answer]:
        """What was typed, for `services.sheets.save_sheet`; only of a valid form."""
        return self._answers

    @property
    def version_number(self) -> int:
        return int(self.version)

    @property
    def error_links(self) -> list[dict[str, str]]:
        """For the summary of errors."""
        return [{"text": text, "url": f"#{name}"} for name, text in self.errors.items()]

    def _read(self) -> None:
        if not (self.version.isascii() and self.version.isdigit() and len(self.version) < 10):
            self.errors["version"] = _("Formulir tidak lengkap. Muat ulang halaman, lalu kirim lagi.")
        self._answers = {one.code: self._answer(one) for one in self.spec.indicators}

    def _answer(self, indicator: Indicator) -> Answer:
        code = indicator.code
        chosen, note = self.typed[f"value_{code}"], self.typed[f"note_{code}"]
        values = {plain(value): value for value in indicator.values} if chosen else {}
        na = chosen == NA and indicator.na_allowed
        if chosen and not na and chosen not in values:
            self.errors[f"value_{code}"] = _(
                "Nilai %(code)s tidak ada dalam pilihan. Pilih salah satu nilai yang tersedia."
            ) % {"code": code}
        try:
            note = self.note.clean(note) if note else ""
        except ValidationError as error:
            self.errors[f"note_{code}"] = f"{code}: {' '.join(error.messages)}"
        return Answer(values.get(chosen), note, na)


def _shown(spec: InstrumentSpec, answers: Mapping[str, Answer]) -> dict[str, str]:
    """The stored answers as the fields of the form."""
    shown = {}
    for one in spec.indicators:
        given = answers.get(one.code, NOTHING)
        shown[f"value_{one.code}"] = NA if given.na else "" if given.value is None else plain(given.value)
        shown[f"note_{one.code}"] = given.note
    return shown


def _typed(spec: InstrumentSpec, data: Any) -> dict[str, str]:
    names = [f"{kind}_{one.code}" for one in spec.indicators for kind in ("value", "note")]
    return {name: data.get(name, "") for name in names}


class BlindForm(forms.Form):
    """What scorers of a blind stage read, row by row; it begins with what they would read by themselves."""

    mark_optional = False

    def __init__(self, data: Any = None, *, rows: Iterable[tuple[str, str, str]]) -> None:
        """`rows`: label, what the submission says, what is shown."""
        super().__init__(data)
        self.places: dict[str, str] = {}
        for number, (place, original, shown) in enumerate(rows):
            self.places[f"text_{number}"] = place
            self.fields[f"text_{number}"] = ParagraphField(
                label=place,
                help_text=_("Pada usulan: %(text)s") % {"text": original or "–"},
                initial=shown,
                required=False,
                max_length=8000,
                widget=forms.Textarea(attrs={"rows": 1 if len(shown) < 60 else 3}),
            )

    def texts(self) -> dict[str, str]:
        """Those that differ from what would be shown anyway."""
        return {place: self.cleaned_data[name] for name, place in self.places.items() if name in self.changed_data}
