"""What every form of the register does: it says everything that is wrong at once; the services rule again."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion
from core.fields import WholeNumberField, word_errors
from sentra.errors import Duplicate
from sentra.presenters.records import page_of

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

    confirmed = forms.BooleanField(label=_("Sudah saya cocokkan dengan dokumen"), required=False)

    def __init__(self, *args: Any, actor: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for _title, names in self.sections for name in names])
        self.actor = actor
        self.version: int | None = self.instance.version if self.instance.pk else None
        self.duplicate: Any = None
        self.warnings: list[str] = []
        self.conflicts: list[dict[str, str]] = []
        self.status = 422 if self.is_bound else 200
        if not self.is_bound:
            del self.fields["confirmed"]
        for field in self.fields.values():
            word_errors(field)

    def grouped(self) -> Iterator[dict[str, Any]]:
        """Sections with a heading, notes and bound fields, in order; the confirmation last, when there is one."""
        for title, names in self.sections:
            yield {"title": title, "notes": [], "fields": [self[name] for name in names]}
        if "confirmed" in self.fields:
            yield {"title": _("Cocokkan dengan dokumen"), "notes": self.warnings, "fields": [self["confirmed"]]}

    def clean(self) -> dict[str, Any]:
        """Model uniqueness is not asked for here: `check` finds duplicates with words that fit."""
        self.check()
        self.warnings = [text for field in self.fields.values() for text in getattr(field, "warnings", ())]
        if not self.warnings:
            del self.fields["confirmed"]
        elif not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", _("Ada isian yang tidak biasa. Cocokkan dengan dokumen, lalu beri centang."))
        return self.cleaned_data

    def check(self) -> None:
        """Rules over several fields, and duplicates."""

    def refuse(self, error: DomainError) -> None:
        """Show what the service refused where the officer can repair it."""
        if isinstance(error, StaleVersion):
            self.status = error.status
            self._show_conflicts()
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
        for name in self._meta.fields:
            value, field = getattr(stored, name), self.fields[name]
            if self.cleaned_data.get(name) != value:
                plain = value is None or isinstance(value, Model)
                text = value if plain else field.widget.format_value(field.prepare_value(value))
                self.conflicts.append({"key": field.label, "value": str(text or "–")})
