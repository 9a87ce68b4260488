"""Forms for the parts of an instrument's document. Each takes the document and gives it back with its part changed."""

import copy
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import LineField, ParagraphField
from nominations.models import Award
from reference.models import Commodity
from scoring.enums import Method
from scoring.models import Instrument
from scoring.presenters.instruments import Document, number, parts_of, tie_choices
from scoring.rules import GENERAL

TIE_PLACES = 5
COACHES = [
    ("pusat", gettext_lazy("Pusat")),
    ("provinsi", gettext_lazy("Provinsi")),
    ("kabupaten_kota", gettext_lazy("Kabupaten/kota")),
]
CODE_HELP = gettext_lazy("Huruf besar, angka, dan titik. Dipakai untuk menyebut indikator.")


class NumberField(forms.DecimalField):
    """A number with at most two decimals, typed with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 8}))
        super().__init__(max_digits=6, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) and "," in value else number(value) if _is_number(value) else value


def _is_number(value: Any) -> bool:
    try:
        Decimal(str(value))
    except ArithmeticError:
        return False
    return True


def plain(value: Decimal | None) -> int | str | None:
    """A number for the document: whole ones as such, others as text, so that no binary fraction slips in."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


class CodeField(forms.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 8)
        message = gettext_lazy("Pakai huruf besar, angka, titik, atau tanda hubung.")
        super().__init__(r"^[A-Z0-9][A-Z0-9.-]*$", error_messages={"invalid": message}, **kwargs)


class NewInstrumentForm(forms.Form):
    """A new instrument begins with its name; everything else follows on its page."""

    award = forms.ModelChoiceField(Award.objects.order_by("name"), label=gettext_lazy("Penghargaan"))
    code = CodeField(label=gettext_lazy("Kode"), max_length=40, help_text=gettext_lazy("Contoh: OVOP-KRIYA-1"))
    title = LineField(label=gettext_lazy("Judul"), max_length=160)
    method = forms.ChoiceField(
        label=gettext_lazy("Cara menilai"),
        choices=[
            (Method.OPTIONS, gettext_lazy("Pilihan dengan poin")),
            (Method.SCALE, gettext_lazy("Skala dengan bobot")),
            (Method.FINDINGS, gettext_lazy("Temuan kunjungan, tanpa nilai")),
        ],
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if Instrument.objects.filter(code=code).exists():
            raise ValidationError(_("Kode ini sudah ada. Buka instrumennya, lalu salin menjadi versi baru."))
        return code

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        document = {key: data[key] for key in ("code", "title", "method")} | {"award": data["award"].pk}
        if data["method"] == Method.FINDINGS:
            rules = {"score": None, "knock_out": None, "min_claims": 1, "interviews": {"min": 0}}
            return document | rules | {"checklist": []}
        document |= {"aspects": [], "bands": [], "tie_break": [], "min_assessors": 3}
        if data["method"] == Method.SCALE:
            return document | {"scale": {"min": 0, "max": 5, "step": "0.5", "note_required_at": []}}
        return document | {"groups": [{"code": "A", "label": "Kelompok A"}]}


class LimitsForm(forms.Form):
    """Title, limits, scale, and what decides between equal scores."""

    title = LineField(label=gettext_lazy("Judul"), max_length=160)
    min_assessors = forms.IntegerField(label=gettext_lazy("Penilai minimal"), min_value=1, max_value=15)
    discrepancy_threshold = NumberField(
        label=gettext_lazy("Ambang selisih"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Selisih nilai antarpenilai di atas ini harus dibahas dan dicatat."),
    )
    pass_mark = NumberField(
        label=gettext_lazy("Nilai ambang bawaan"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Yang berlaku adalah nilai ambang pada tahapnya."),
    )
    scale_min = NumberField(label=gettext_lazy("Skala mulai"), min_value=0)
    scale_max = NumberField(label=gettext_lazy("Skala sampai"), min_value=0)
    scale_step = NumberField(label=gettext_lazy("Langkah"), min_value=0)
    notes = LineField(
        label=gettext_lazy("Nilai yang wajib dicatat alasannya"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Pisahkan dengan titik koma. Contoh: 0; 1; 5"),
    )
    aspect_weight = NumberField(label=gettext_lazy("Aspek berbobot sedikitnya"), required=False, min_value=0)
    aspect_score = NumberField(label=gettext_lazy("harus bernilai sedikitnya"), required=False, min_value=0)

    def __init__(self, data: Any = None, *, document: Document) -> None:
        scale, rule = document.get("scale") or {}, document.get("min_aspect_score") or {}
        initial = {key: document.get(key) for key in ("title", "min_assessors", "discrepancy_threshold", "pass_mark")}
        initial |= {f"scale_{key}": scale.get(key) for key in ("min", "max", "step")}
        initial |= {"notes": "; ".join(number(value) for value in scale.get("note_required_at", ()))}
        initial |= {"aspect_weight": rule.get("weight_at_least"), "aspect_score": rule.get("score")}
        self.old = document
        super().__init__(data, initial=initial)
        if document["method"] != Method.SCALE:
            for name in ("scale_min", "scale_max", "scale_step", "notes", "aspect_weight", "aspect_score"):
                del self.fields[name]
        keys, choices = list(document.get("tie_break", ())), tie_choices(document)
        choices += [(key, key) for key in keys if key not in dict(choices)]
        for place in range(TIE_PLACES):
            self.fields[f"tie_{place}"] = forms.ChoiceField(
                label=_("Penentu %(place)d bila nilai sama") % {"place": place + 1},
                choices=choices,
                required=False,
                initial=keys[place] if place < len(keys) else "",
            )

    def clean_notes(self) -> list[int | str | None]:
        parts = [part for part in self.cleaned_data["notes"].replace(" ", "").split(";") if part]
        if not all(_is_number(part.replace(",", ".")) for part in parts):
            raise ValidationError(_("Isi dengan angka yang dipisahkan titik koma. Contoh: 0; 1; 5"))
        return [plain(Decimal(part.replace(",", "."))) for part in parts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("aspect_weight") is None) != (data.get("aspect_score") is None):
            self.add_error(
                "aspect_score", _("Isi bobot dan nilai minimal aspek bersama-sama, atau kosongkan keduanya.")
            )
        return data

    def changed(self, bands: list[dict[str, Any]]) -> dict[str, Any]:
        data, document = self.cleaned_data, copy.deepcopy(dict(self.old))
        document |= {"title": data["title"], "min_assessors": data["min_assessors"], "bands": bands}
        document["tie_break"] = [key for place in range(TIE_PLACES) if (key := data[f"tie_{place}"])]
        for key in ("discrepancy_threshold", "pass_mark"):
            document[key] = plain(data[key])
        if document["method"] == Method.SCALE:
            document["scale"] = {key: plain(data[f"scale_{key}"]) for key in ("min", "max", "step")}
            document["scale"]["note_required_at"] = data["notes"]
            rule = {"weight_at_least": plain(data["aspect_weight"]), "score": plain(data["aspect_score"])}
            document["min_aspect_score"] = rule if data["aspect_weight"] is not None else None
        return {key: value for key, value in document.items() if value is not None}


class BandForm(forms.Form):
    """From which score on there are so many stars."""

    stars = forms.IntegerField(label=gettext_lazy("Bintang"), min_value=1, max_value=5)
    min = NumberField(label=gettext_lazy("Mulai nilai"), min_value=0, max_value=100)
    coach = forms.ChoiceField(label=gettext_lazy("Dibina oleh"), choices=[("", "–"), *COACHES])

    def part(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"stars": data["stars"], "min": plain(data["min"]), "coach": data["coach"]}


class GroupForm(forms.Form):
    code = CodeField(label=gettext_lazy("Kode"))
    label = LineField(label=gettext_lazy("Nama kelompok"), max_length=160)

    def part(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in ("code", "label")}


class AspectForm(forms.Form):
    """An aspect of an instrument with options; its indicators go along when its code changes."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    code = CodeField(label=gettext_lazy("Kode"))
    label = LineField(label=gettext_lazy("Nama aspek"), max_length=160)
    group = CodeField(label=gettext_lazy("Kode kelompok"))


class ChoiceForm(forms.Form):
    """An option with its points, or the anchor of a mark on the scale."""

    points = NumberField(label=gettext_lazy("Nilai"), min_value=0)
    label = LineField(label=gettext_lazy("Arti nilai itu"), max_length=200)
    note_required = forms.BooleanField(label=gettext_lazy("Wajib catatan"), required=False)

    def part(self, key: str) -> dict[str, Any]:
        made = {key: plain(self.cleaned_data["points"]), "label": self.cleaned_data["label"]}
        return made | ({"note_required": True} if self.cleaned_data["note_required"] else {})


class Rows(forms.BaseFormSet):
    """Rows of which an empty one says nothing."""

    deletion_widget = forms.CheckboxInput

    def kept(self) -> list[Any]:
        """The rows that are filled in and not ticked for removal, in order."""
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


def rows_of(form: type[forms.Form], data: Any, initial: Iterable[Mapping[str, Any]], prefix: str, extra: int) -> Rows:
    made: type[Rows] = forms.formset_factory(form, formset=Rows, extra=extra, can_delete=True)
    rows = made(data, initial=list(initial), prefix=prefix)
    for one in rows.forms:
        one.fields["DELETE"].label = _("Hapus")
    return rows


class IndicatorForm(forms.Form):
    """One indicator: what is judged, how it is guided, what it weighs."""

    code = CodeField(label=gettext_lazy("Kode"), help_text=CODE_HELP)
    aspect = forms.ChoiceField(label=gettext_lazy("Aspek"))
    label = LineField(label=gettext_lazy("Yang dinilai"), max_length=160)
    weight = NumberField(label=gettext_lazy("Bobot"), min_value=0)
    place = forms.IntegerField(label=gettext_lazy("Urutan dalam aspek"), min_value=1)
    na_allowed = forms.BooleanField(
        label=gettext_lazy("Penilai boleh memilih “tidak berlaku”"),
        required=False,
        help_text=gettext_lazy("Indikator itu lalu tidak dihitung, bukan bernilai nol."),
    )

    def __init__(self, data: Any = None, *, document: Document, code: str = "") -> None:
        self.old, self.old_code = document, code
        self.scale = document["method"] == Method.SCALE
        own = next((one for one in parts_of(document) if one["part"]["code"] == code), None)
        self.part = own["part"] if own else {}
        siblings = self._siblings(document, own["aspect"]["code"] if own else "")
        place = next((n for n, one in enumerate(siblings, start=1) if one["code"] == code), len(siblings) + 1)
        initial = {key: self.part.get(key) for key in ("code", "label", "weight", "na_allowed")}
        super().__init__(data, initial=initial | {"place": place, "aspect": own["aspect"]["code"] if own else ""})
        if self.scale:
            del self.fields["aspect"]
            self.fields["place"].label = _("Urutan")
        else:
            del self.fields["weight"]
            choices = [(one["code"], f"{one['code']} {one['label']}") for one in document["aspects"]]
            self.fields["aspect"].choices = choices
            self.fields["label"] = LineField(label=_("Yang dinilai"), max_length=200)
        self._add_guidance()

    def _siblings(self, document: Document, aspect: str) -> list[Any]:
        if self.scale:
            return list(document["aspects"])
        return [one for row in document["aspects"] if row["code"] == aspect for one in row["indicators"]]

    def _add_guidance(self) -> None:
        guidance = self.part.get("guidance", {})
        commodities = Commodity.objects.filter(category__award=self.old["award"]).distinct().order_by("order")
        self.guided = {GENERAL: _("Panduan untuk semua")}
        self.guided |= {one.pk: _("Panduan khusus %(name)s") % {"name": one.name} for one in commodities}
        self.guided |= {key: key for key in guidance if key not in self.guided}
        for key, label in self.guided.items():
            self.fields[f"guidance_{key}"] = ParagraphField(
                label=label,
                required=False,
                max_length=1000,
                initial=guidance.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def choice_rows(self, data: Any) -> "Rows":
        """The options, or on a scale the anchors; blank rows for more."""
        choices = self.part.get("anchors" if self.scale else "options", ())
        rows = [dict(one) | {"points": one.get("points", one.get("value"))} for one in choices]
        return rows_of(ChoiceForm, data, rows, "choices", 2 if rows else 3)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        others = {one["part"]["code"] for one in parts_of(self.old)} - {self.old_code}
        if code in others:
            raise ValidationError(_("Kode ini sudah dipakai indikator lain."))
        return code

    def changed(self, choices: list[Any]) -> dict[str, Any]:
        """The document with this indicator in its place."""
        data, document = self.cleaned_data, without_indicator(self.old, self.old_code)
        key, value = ("anchors", "value") if self.scale else ("options", "points")
        part = dict(self.part) | {"code": data["code"], "label": data["label"]}
        part |= {"guidance": {name: text for name in self.guided if (text := data[f"guidance_{name}"])}}
        part |= {"na_allowed": data["na_allowed"], key: [form.part(value) for form in choices]}
        if self.scale:
            part["weight"] = plain(data["weight"])
        for name in ("guidance", "na_allowed", "anchors"):
            if not part.get(name):
                part.pop(name, None)
        rows = document["aspects"]
        if not self.scale:
            rows = next(one for one in rows if one["code"] == data["aspect"])["indicators"]
        rows.insert(data["place"] - 1, part)
        if self.old_code:
            keys = document.get("tie_break", [])
            document["tie_break"] = [data["code"] if one == self.old_code else one for one in keys]
        return document


def without_indicator(document: Document, code: str) -> dict[str, Any]:
    """A copy of the document without that indicator."""
    left = copy.deepcopy(dict(document))
    if left["method"] == Method.SCALE:
        left["aspects"] = [one for one in left["aspects"] if one["code"] != code]
        return left
    for aspect in left["aspects"]:
        aspect["indicators"] = [one for one in aspect["indicators"] if one["code"] != code]
    return left


def with_aspects(document: Document, groups: list[Any], aspects: list[Any]) -> dict[str, Any]:
    """A copy of the document with these groups and aspects; the indicators of a renamed aspect go along."""
    changed = copy.deepcopy(dict(document))
    before = {one["code"]: one for one in changed["aspects"]}
    changed["groups"] = [form.part() for form in groups]
    changed["aspects"] = [
        before.get(form.cleaned_data["was"], {"indicators": []})
        | {key: form.cleaned_data[key] for key in ("code", "label", "group")}
        for form in aspects
    ]
    return changed


def lost_indicators(before: Document, after: Document) -> list[str]:
    """Indicators that would go with an aspect that is dropped."""
    left = {one["part"]["code"] for one in parts_of(after)}
    return [code for one in parts_of(before) if (code := one["part"]["code"]) not in left]
