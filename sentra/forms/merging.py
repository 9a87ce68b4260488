"""The form of a merge: which value counts where two records differ."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sentra.presenters.duplicates import difference_rows
from sentra.selectors.merging import Plan

PREFIX = "pakai_"
WINNER, LOSER = "dipakai", "digabung"


class MergeForm(forms.Form):
    """One choice per difference, and both versions as the page showed them."""

    winner_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    loser_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label=_("Kedua data ini memang satu, dan isi di atas sudah saya periksa"),
        error_messages={"required": _("Beri centang bila kedua data ini memang satu.")},
    )

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        initial = {"winner_version": plan.winner.version, "loser_version": plan.loser.version}
        super().__init__(*args, initial=initial, **options)
        self.status = 422 if self.is_bound else 200
        for row in difference_rows(plan):
            self.fields[PREFIX + row["name"]] = forms.ChoiceField(
                label=row["label"],
                choices=[(WINNER, row["winner"]), (LOSER, row["loser"])],
                initial=WINNER,
                widget=forms.RadioSelect,
            )
        self.order_fields([*(name for name in self.fields if name.startswith(PREFIX)), "confirmed"])

    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def taken(self) -> set[str]:
        """The groups of fields whose values come from the record that goes."""
        picked = self.cleaned_data.items()
        return {name.removeprefix(PREFIX) for name, value in picked if name.startswith(PREFIX) and value == LOSER}
