"""Forms for the rules and the checklist of a visit. Each takes the document and gives it back with its part changed."""

import copy
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import LineField, ParagraphField
from nominations.models import Category, Requirement, Snapshot
from reference.models import Commodity
from scoring.admin.parts import CodeField, NumberField, plain, rows_of
from scoring.presenters.checklists import FACTS, FINDINGS, Document


class RulesForm(forms.Form):
    """Title, what a visit needs before it is sent, and where findings give a score, what each is worth."""

    title = LineField(label=gettext_lazy("Judul"), max_length=160)
    min_claims = forms.IntegerField(label=gettext_lazy("Klaim yang diperiksa sedikitnya"), min_value=1, max_value=99)
    photos_min = forms.IntegerField(label=gettext_lazy("Foto sedikitnya"), min_value=0, max_value=12)
    interviews_min = forms.IntegerField(label=gettext_lazy("Wawancara sedikitnya"), min_value=0, max_value=10)
    interviews_share = NumberField(
        label=gettext_lazy("Persen IKM binaan yang diwawancarai"), min_value=0, max_value=100
    )
    interviews_max = forms.IntegerField(label=gettext_lazy("Wawancara paling banyak"), min_value=0, max_value=50)
    required_facts = forms.MultipleChoiceField(
        label=gettext_lazy("Wajib diisi"),
        choices=list(FACTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note_required_at = forms.MultipleChoiceField(
        label=gettext_lazy("Wajib catatan untuk temuan"),
        choices=list(FINDINGS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, document: Document) -> None:
        self.old, interviews = document, document.get("interviews") or {}
        self.scored, self.shared = bool(document.get("score")), "share_of_beneficiaries" in interviews
        initial = {key: document.get(key) for key in ("title", "required_facts", "note_required_at")}
        initial |= {"min_claims": (document.get("score") or document).get("min_claims", 1)}
        initial |= {"photos_min": document.get("photos_min", 0), "interviews_min": interviews.get("min", 0)}
        initial |= {"interviews_max": interviews.get("max")}
        if self.shared:
            initial["interviews_share"] = Decimal(str(interviews["share_of_beneficiaries"])) * 100
        super().__init__(data, initial=initial)
        if not self.shared:
            del self.fields["interviews_share"], self.fields["interviews_max"]
        for key, label in FINDINGS.items() if self.scored else ():
            self.fields[f"credit_{key}"] = NumberField(
                label=_("Kredit temuan “%(finding)s”, 0 sampai 1") % {"finding": label},
                min_value=0,
                max_value=1,
                initial=document.get("credits", {}).get(key),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.shared and (data.get("interviews_max") or 0) < (data.get("interviews_min") or 0):
            self.add_error("interviews_max", _("Jumlah paling banyak tidak boleh kurang dari jumlah sedikitnya."))
        return data

    def changed(self) -> dict[str, Any]:
        data, document = self.cleaned_data, copy.deepcopy(dict(self.old))
        document |= {key: data[key] for key in ("title", "photos_min", "required_facts", "note_required_at")}
        document["interviews"] = dict(document.get("interviews") or {}) | {"min": data["interviews_min"]}
        if self.shared:
            share = plain(data["interviews_share"] / 100)
            document["interviews"] |= {"share_of_beneficiaries": str(share), "max": data["interviews_max"]}
        if self.scored:
            document["score"] = dict(document["score"]) | {"min_claims": data["min_claims"]}
            document["credits"] = {key: str(plain(data[f"credit_{key}"])) for key in FINDINGS}
        else:
            document["min_claims"] = data["min_claims"]
        return document


class ClaimForm(forms.Form):
    """One line of the checklist; lines with the same criterion stand together."""

    code = CodeField(label=gettext_lazy("Kode"))
    criterion = LineField(label=gettext_lazy("Bagian"), max_length=80)
    label = LineField(
        label=gettext_lazy("Yang diperiksa"), max_length=200, widget=forms.TextInput(attrs={"class": "wide"})
    )
    written = forms.ChoiceField(label=gettext_lazy("Dibandingkan dengan isian"), required=False)
    commodities = forms.MultipleChoiceField(
        label=gettext_lazy("Hanya untuk komoditas"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def part(self) -> dict[str, Any]:
        data = self.cleaned_data
        part = {"code": data["code"], "label": data["label"]}
        if data["written"]:
            part["written"] = data["written"].split(" › ", 1)
        if data.get("commodities"):
            part["commodities"] = data["commodities"]
        return part


class ChecklistForm(forms.Form):
    """What does not repeat: rules of eligibility by category, and documents whose originals are looked at."""

    documents_criterion = LineField(label=gettext_lazy("Bagian dokumen asli"), max_length=80, required=False)
    documents_label = LineField(label=gettext_lazy("Yang diperiksa pada dokumen asli"), max_length=160, required=False)
    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Dokumen yang dilihat aslinya"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, document: Document) -> None:
        self.old, award = document, document["award"]
        own = next((part for part in document.get("checklist", ()) if "documents" in part), {})
        initial = {"documents_criterion": own.get("criterion"), "documents_label": own.get("label")}
        super().__init__(data, initial=initial | {"documents": own.get("documents")})
        known = Requirement.objects.filter(period__award=award).order_by("code", "-pk").values_list("code", "label")
        labels = {code: f"{code} {label}" for code, label in known}
        labels |= {code: code for code in own.get("documents", ()) if code not in labels}
        self.fields["documents"].choices = list(labels.items())
        self.rules = dict(document.get("eligibility", {}))
        for category in Category.objects.filter(award=award, code__in=self.rules).order_by("order"):
            self.fields[f"rules_{category.code}"] = ParagraphField(
                label=_("Syarat kelayakan %(category)s") % {"category": category.label},
                help_text=_("Satu syarat per baris, masing-masing diperiksa sendiri."),
                initial="\n".join(self.rules[category.code]),
                required=False,
                max_length=3000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("documents"):
            for name in ("documents_criterion", "documents_label"):
                if not data.get(name):
                    self.add_error(name, _("Isi bila ada dokumen yang dilihat aslinya."))
        return data

    def claim_rows(self, data: Any) -> Any:
        """The lines of the checklist, with blank ones for more."""
        rows = [
            claim | {"criterion": part["criterion"], "written": " › ".join(claim.get("written", ()))}
            for part in self.old.get("checklist", ())
            for claim in part.get("claims", ())
        ]
        made = rows_of(ClaimForm, data, rows, "claims", 3)
        written = _lines_of(self.old["award"], (row["written"] for row in rows))
        goods = Commodity.objects.filter(category__award=self.old["award"]).distinct().order_by("order")
        commodities = list(goods.values_list("pk", "name"))
        for form in made.forms:
            form.fields["written"].choices = [("", "–"), *((one, one) for one in written)]
            if commodities:
                form.fields["commodities"].choices = commodities
            else:
                del form.fields["commodities"]
        return made

    def changed(self, claims: Iterable[Any]) -> dict[str, Any]:
        """The document with this checklist; criteria in the order in which they come first."""
        data, document = self.cleaned_data, copy.deepcopy(dict(self.old))
        parts: dict[str, list[Any]] = {}
        for form in claims:
            parts.setdefault(form.cleaned_data["criterion"], []).append(form.part())
        checklist: list[dict[str, Any]] = [{"criterion": name, "claims": rows} for name, rows in parts.items()]
        if data["documents"]:
            documents = {"documents": data["documents"], "label": data["documents_label"]}
            checklist.append({"criterion": data["documents_criterion"]} | documents)
        document["checklist"] = checklist
        for code in self.rules:
            lines = data.get(f"rules_{code}", "\n".join(self.rules[code])).splitlines()
            document["eligibility"][code] = [line.strip() for line in lines if line.strip()]
        return document


def _lines_of(award: str, known: Iterable[str]) -> list[str]:
    """The lines that a submission of the award has, as section and row. One query."""
    newest = Snapshot.objects.filter(nomination__period__award=award).order_by("-pk").first()
    sections = newest.data["sections"] if newest else ()
    found = [f"{section['title']} › {row[0]}" for section in sections for row in section["rows"]]
    return list(dict.fromkeys([*found, *(one for one in known if one)]))
