import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template


class SentraForm(forms.Form):
    name = forms.CharField(label="Nama sentra", help_text="Seperti di keputusan.")
    commodity = forms.ChoiceField(label="Komoditas", choices=[("", "Pilih"), ("t", "Kain tenun")])
    process = forms.ChoiceField(
        label="Jenis proses", choices=[("a", "ATBM"), ("g", "Gedogan")], widget=forms.RadioSelect
    )
    story = forms.CharField(label="Cerita produk", required=False)
    checked = forms.BooleanField(label="Sudah dicocokkan")
    secret = forms.CharField(label="Versi", widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Sentra ini sudah terdaftar.")


class DraftForm(SentraForm):
    mark_optional = False


def render(source: str, **context: object) -> str:
    return Template("{% load portal crispy_forms_tags %}" + source).render(Context(context))


def summary(form: forms.Form) -> str:
    return render('{% include "components/error_summary.html" %}', form=form)


def test_a_field_shows_label_help_error_and_control_in_this_order():
    page = render("{{ form|crispy }}", form=SentraForm({}))
    parts = ["Nama sentra", "Seperti di keputusan.", "Nama sentra belum diisi.", 'name="name"']
    positions = [page.index(part) for part in parts]
    assert positions == sorted(positions)


def test_a_control_points_to_its_help_and_its_error():
    page = render("{{ form|crispy }}", form=SentraForm({}))
    (described,) = re.findall(r'name="name"[^>]*aria-describedby="([^"]*)"', page)
    assert described.split()
    for target in described.split():
        assert f'id="{target}"' in page


def test_only_optional_fields_are_marked():
    page = render("{{ form|crispy }}", form=SentraForm())
    assert page.count("(opsional)") == 1
    assert "asteriskField" not in page
    assert "(opsional)" not in render("{{ form|crispy }}", form=DraftForm())


def test_the_summary_names_each_missing_field_and_leads_to_it():
    form = SentraForm({})
    page, fields = summary(form), render("{{ form|crispy }}", form=form)
    for text in (
        "Nama sentra belum diisi.",
        "Komoditas belum dipilih.",
        "Jenis proses belum dipilih.",
        "Beri tanda pada “Sudah dicocokkan”.",
    ):
        assert text in page
    links = re.findall(r'href="#([^"]+)"', page)
    assert links == ["id_name", "id_commodity", "id_process_0", "id_checked"]
    for link in links:
        assert f'id="{link}"' in fields


def test_errors_without_a_visible_field_have_no_link():
    page = summary(SentraForm({}))
    assert "<li>Sentra ini sudah terdaftar.</li>" in page
    assert "<li>Versi belum diisi.</li>" in page


def test_own_messages_of_a_field_are_kept():
    form = SentraForm({})
    form.fields["name"].error_messages["required"] = "Isi nama seperti di SK."
    assert "Isi nama seperti di SK." in summary(form)


def test_the_summary_reads_every_form_of_a_formset():
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-secret": "1", "form-1-secret": "1"}
    formset = forms.formset_factory(SentraForm, extra=2)(data)
    page = render('{% include "components/error_summary.html" %}', formset=formset)
    assert 'href="#id_form-0-name"' in page
    assert 'href="#id_form-1-name"' in page


def test_no_errors_no_summary():
    assert summary(SentraForm()).strip() == ""


@pytest.mark.parametrize("zone", [None, "", "Asia/Jayapura"])
def test_the_deadline_stands_in_a_time_element(zone):
    moment = datetime(2024, 5, 31, 16, 59, tzinfo=UTC)
    page = render("{% deadline moment zone %}", moment=moment, zone=zone)
    assert page.startswith('<time datetime="2024-05-31T16:59:00+00:00">Jumat, 31 Mei 2024 pukul 23.59 WIB')
    assert ("01.59 WIT" in page) == (zone == "Asia/Jayapura")
    assert render("{% deadline missing %}") == ""


def test_absent_values_print_nothing():
    source = "{{ x|rupiah }}{{ x|number_id }}{{ x|file_size }}{{ x|mask_id }}{{ x|date_long }}{{ x|moment }}"
    assert render(source, x=None) == ""


def test_each_one_time_key_is_fresh():
    first, second = render("{% one_time_key %}"), render("{% one_time_key %}")
    assert first != second
    assert first.startswith('<input type="hidden" name="_key" value="')
