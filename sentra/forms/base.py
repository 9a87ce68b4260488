"""What every form of the register does: it says everything that is wrong at once; the services rule again."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core import formats
from core.errors import DomainError, StaleVersion
from core.fields import WholeNumberField, ask_about, confirm_field, word_errors
from sentra.enums import RecordKind
from sentra.errors import Duplicate, MergedAway
from sentra.presenters.duplicates import look_alike_row
from sentra.presenters.records import page_of
from sentra.selectors.duplicates import LookAlike, look_alikes

PHONE_HELP = _("Contoh: 0812-3456-7890 atau 0285-421234.")

WIDE, NARROW = {"class": "w-24ch"}, {"class": "w-8ch"}


def number_field(label: str, **options: Any) -> WholeNumberField:
    attrs = {"inputmode": "numeric", "autocomplete": "off", **NARROW}
    return WholeNumberField(label=label, widget=forms.TextInput(attrs=attrs), **options)


class RegisterForm(forms.ModelForm):
    """One record of the register.

    `version` is what the page shows, for the service to compare; it is None for a new record. `duplicate` is the record
    that holds the number or name already, `conflicts` what somebody else saved meanwhile, `status` the answer's status.
    """

    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    file_field = ""
    compared: tuple[str, ...] = ()  # attributes of the record that its form shows beside the model's own fields
    hidden: tuple[str, ...] = ()  # personal numbers

    confirmed = confirm_field()
    different = forms.BooleanField(label=_("Ini data yang berbeda"), required=False)

    def __init__(self, *args: Any, actor: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for _title, names in self.sections for name in names])
        self.actor = actor
        self.version: int | None = self.instance.version if self.instance.pk else None
        self.duplicate: Any = None
        self.warnings: list[str] = []
        self.conflicts: list[dict[str, str]] = []
        self.look_alikes: list[LookAlike] = []
        self.status = 422 if self.is_bound else 200
        if not self.is_bound:
            del self.fields["confirmed"], self.fields["different"]
        self._word_errors()

    def _word_errors(self) -> None:
        for field in self.fields.values():
            word_errors(field)

    def grouped(self) -> Iterator[dict[str, Any]]:
        """Sections with a heading, notes and bound fields, in order; what has to be confirmed last."""
        for title, names in self.sections:
            yield {"title": title, "notes": [], "fields": [self[name] for name in names if name in self.fields]}
        if "confirmed" in self.fields:
            yield {"title": _("Cocokkan dengan dokumen"), "notes": self.warnings, "fields": [self["confirmed"]]}
        if "different" in self.fields:
            records = [look_alike_row(found) for found in self.look_alikes]
            yield {"title": _("Mungkin sudah terdaftar"), "records": records, "fields": [self["different"]]}

    def clean(self) -> dict[str, Any]:
        """Model uniqueness is not asked for here: `check` finds duplicates with words that fit."""
        self.warnings = [text for field in self.fields.values() for text in getattr(field, "warnings", ())]
        self.check()
        ask_about(self, self.warnings)
        self._clean_look_alikes()
        return self.cleaned_data

    def _clean_look_alikes(self) -> None:
        """The service remembers which records the officer has told apart, so that nobody is asked again."""
        if "name" in self.cleaned_data:
            self.look_alikes = self.find_look_alikes()
        self.cleaned_data["told_apart"] = self.look_alikes
        if not self.look_alikes:
            del self.fields["different"]
        elif not self.cleaned_data.get("different"):
            self.add_error("different", _("Periksa data yang mirip. Bila berbeda, beri centang."))

    def find_look_alikes(self) -> list[LookAlike]:
        """Records that may be the same as the one on this page."""
        return []

    def _look_alikes(self, kind: RecordKind, region: str, **values: Any) -> list[LookAlike]:
        """One query for a new record or one whose name or numbers change; none otherwise."""
        if self.unchanged(**values):
            return []
        return look_alikes(kind, region, type(self.instance)(pk=self.instance.pk, **values))

    def check(self) -> None:
        """Rules over several fields, and duplicates; oddities that only warn go to `warnings`."""

    def refuse(self, error: DomainError) -> None:
        """Show what the service refused where the officer can repair it."""
        if isinstance(error, StaleVersion):
            self.status = error.status
            self._show_conflicts()
            self.add_error(None, error.message)
        elif isinstance(error, MergedAway):
            self.status, self.duplicate = error.status, error.winner
            self.add_error(None, error.message)
        elif isinstance(error, Duplicate):
            self.duplicate = error.record
            self.add_error(error.field, error.message)
        else:
            self.add_error(self.file_field, error.message)

    @property
    def duplicate_url(self) -> str:
        return page_of(self.duplicate) if self.duplicate else ""

    @property
    def lost_files(self) -> bool:
        """A browser forgets the chosen file when a form comes back."""
        return self.is_bound and bool(self.files)

    def _get_validation_exclusions(self) -> set[str]:
        """A choice was looked for among what is offered; the model need not ask again whether it exists."""
        chosen = {name for name, field in self.fields.items() if isinstance(field, forms.ModelChoiceField)}
        return super()._get_validation_exclusions() | chosen

    def unchanged(self, **values: Any) -> bool:
        """Whether a stored record has these values: unique as they are, and looked at when they were saved."""
        return bool(self.instance.pk) and all(getattr(self.instance, name) == value for name, value in values.items())

    def _note(self, duplicate: Duplicate | None) -> None:
        if duplicate:
            self.refuse(duplicate)

    def _problem(self, field: str, problem: str) -> None:
        if problem:
            self.add_error(field, problem)

    def _show_conflicts(self) -> None:
        """The next post is made against the stored record, which the page shows beside what was typed."""
        stored = self._meta.model.objects.get(pk=self.instance.pk)
        self.version = stored.version
        for name in (*self._meta.fields, *self.compared):
            value = getattr(stored, name)
            if name in self.fields and self.cleaned_data.get(name) != value:
                self.conflicts.append(
                    {"key": self.fields[name].label, "value": str(self._as_typed(name, value) or "–")}
                )

    def _as_typed(self, name: str, value: Any) -> Any:
        """A stored value as the form would write it."""
        field = self.fields[name]
        if name in self.hidden:
            return formats.mask_id(value)
        if isinstance(field, forms.TypedChoiceField):
            return dict(field.choices).get(str(value), value)
        plain = value is None or isinstance(value, Model)
        return value if plain else field.widget.format_value(field.prepare_value(value))
