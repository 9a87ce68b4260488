"""Instruments made by people: drafts in the administration, files, copies, comparison."""

import copy
import inspect
import json
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ChoiceField, MultipleChoiceField
from django.utils import timezone

from accounts.enums import Role
from core.errors import NotPermitted, StaleVersion
from core.models import AuditEntry
from scoring.maths import checks, document, versions
from scoring.maths.document import document_problems
from scoring.models import Instrument, Option, Stage
from scoring.presenters.instruments import PROBLEMS, differences, problem_texts, reach_of_bands
from scoring.services import drafts, instruments
from tests.factories import make_period, make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
PAGES = "/pengelola/scoring/instrument/"


@pytest.fixture
def admin(db):
    return make_user(Role.MINISTRY_ADMIN, is_staff=True)


@pytest.fixture
def draft(admin) -> Instrument:
    """A second version of the OVOP instrument, used by no stage."""
    return drafts.copy_instrument(instrument_id=Instrument.objects.get(code="OVOP-DEFAULT-1").pk, actor=admin)


def changed(instrument: Instrument, **parts) -> dict:
    return copy.deepcopy(instrument.definition) | parts


def save(instrument, document, actor, seen="") -> Instrument:
    return drafts.save_instrument(
        instrument_id=instrument.pk, document=document, seen=seen or instrument.sha256, actor=actor
    )


def test_a_copy_is_the_next_version_with_the_same_rows(draft):
    source = Instrument.objects.get(code="OVOP-DEFAULT-1", version=1)
    assert (draft.version, draft.sha256, draft.definition) == (2, source.sha256, source.definition)
    assert Option.objects.filter(indicator__instrument=draft).count() == 82


def test_saving_writes_document_and_rows_together(draft, admin):
    document = changed(draft)
    document["aspects"][0]["indicators"][0] |= {"label": "Asal bahan baku", "guidance": {"umum": "Periksa nota."}}
    saved = save(draft, document, admin)
    row = saved.indicators.get(code="A1")
    assert (row.label, row.guidance, saved.definition) == ("Asal bahan baku", {"umum": "Periksa nota."}, document)
    assert AuditEntry.objects.filter(action="scoring.instrument_changed", object_id=str(draft.pk)).count() == 1


def test_an_unfinished_draft_is_kept_but_no_stage_takes_it(draft, admin):
    document = changed(draft, pass_mark="10")
    document["aspects"][0]["indicators"].pop()
    saved = save(draft, document, admin)
    assert {problem.code for problem in document_problems(saved.definition)} >= {"total_not_100"}
    period = make_period("ovop")
    instruments.install_stages(period=period)
    assert set(Stage.objects.filter(period=period).values_list("instrument__version", flat=True)) == {1}


def test_an_instrument_of_a_stage_must_stay_right(admin):
    instruments.install_stages(period=make_period("ovop"))
    used = Instrument.objects.get(code="OVOP-DEFAULT-1")
    document = changed(used)
    document["aspects"][0]["indicators"].pop()
    with pytest.raises(drafts.WrongDocument) as error:
        save(used, document, admin)
    assert "seharusnya 100" in error.value.message
    used.refresh_from_db()
    assert used.indicators.count() == 25


@pytest.mark.parametrize("submit", [False, True])
def test_a_version_that_was_scored_with_is_refused(admin, submit):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, scenes.assessors(1)[0])
    (scenes.submit if submit else scenes.save)(assignment)
    used = Instrument.objects.get(code="OVOP-DEFAULT-1")
    with pytest.raises(NotPermitted, match="versi baru"):
        save(used, changed(used, title="Lain"), admin)


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.PANEL_CHAIR, Role.ASSESSOR])
def test_only_the_ministry_admin_writes(draft, role):
    person = make_user(role)
    for act in (
        lambda: save(draft, changed(draft), person),
        lambda: drafts.copy_instrument(instrument_id=draft.pk, actor=person),
        lambda: drafts.import_instrument(text="{}", actor=person),
        lambda: drafts.create_instrument(document=draft.definition, actor=person),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_export_and_import_are_equal_byte_for_byte(draft, admin):
    data = drafts.exported(draft)
    again = drafts.import_instrument(text=data.decode(), actor=admin)
    assert (again.version, again.sha256) == (3, draft.sha256)
    assert drafts.exported(again) == data


@pytest.mark.parametrize("instrument", ["UPAKARTI-JURI-1", "UPAKARTI-LAPANGAN-1", "UPAKARTI-JP-SUBSTANSI-1"])
def test_every_kind_goes_out_and_in(admin, instrument):
    data = drafts.exported(Instrument.objects.get(code=instrument))
    assert drafts.exported(drafts.import_instrument(text=data.decode(), actor=admin)) == data


def test_import_lists_every_problem_and_keeps_nothing(admin):
    document = changed(Instrument.objects.get(code="OVOP-DEFAULT-1"))
    document["title"] = ""
    document["aspects"][0]["indicators"][1]["options"][0]["points"] = 1.5
    document["aspects"][0]["indicators"][2]["options"][1]["label"] = None
    document["min_assessors"] = "tiga"
    with pytest.raises(drafts.WrongDocument) as error:
        drafts.import_instrument(text=json.dumps(document), actor=admin)
    text = "\n".join(error.value.problems)
    for place in ("title", "A2.options #1", "A3.options #2", "min_assessors"):
        assert place in text
    assert len(error.value.problems) == 4
    assert Instrument.objects.filter(code="OVOP-DEFAULT-1").count() == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '{"code": NaN}', "[" * 100_000])
def test_what_is_no_instrument_is_refused_in_words(admin, text):
    with pytest.raises(drafts.WrongDocument):
        drafts.import_instrument(text=text, actor=admin)


def test_every_problem_of_the_maths_has_words():
    for module in (checks, document, versions):
        for code in re.findall(r'Problem\(\s*"([a-z_0-9]+)"', inspect.getsource(module)):
            assert code in PROBLEMS, code
    assert problem_texts([document.Problem("total_not_100", "197/2")]) == [
        "Nilai tertinggi seluruh indikator adalah 98,5; seharusnya 100."
    ]


def test_differences_name_what_was_added_removed_and_changed(draft, admin):
    document = changed(draft, discrepancy_threshold="12")
    first = document["aspects"][0]["indicators"]
    first[0]["options"][2] = {"points": 4, "label": "Seluruhnya lokal"}
    del first[1]
    rows = {(row["place"], row["kind"]) for row in differences(draft.definition, document)}
    assert ("Ambang selisih antarpenilai", "diubah") in rows
    assert ("Indikator A1, nilai 3", "dihapus") in rows
    assert ("Indikator A1, nilai 4", "ditambah") in rows
    assert ("Indikator A2", "dihapus") in rows
    assert differences(draft.definition, draft.definition) == []


def test_a_shipped_document_is_loaded_once_though_its_draft_was_edited(admin):
    first = Instrument.objects.get(code="UPAKARTI-JURI-1")
    save(first, changed(first, title="Penilaian juri"), admin)
    assert instruments.load_instruments() == []


def test_the_second_of_two_admins_is_told(draft, admin):
    save(draft, changed(draft, title="Pertama"), admin)
    with pytest.raises(StaleVersion):
        save(draft, changed(draft, title="Kedua"), admin, seen=draft.sha256)


# The pages.


def test_pages_answer_by_role(client, draft):
    first = Instrument.objects.get(code=draft.code, version=1)
    addresses = ["", "add/", "impor/"]
    tails = ("change/", "ketentuan/", "aspek/", "indikator/", "pratinjau/", "unduh/")
    addresses += [f"{draft.pk}/{tail}" for tail in tails]
    addresses += [f"{draft.pk}/indikator/?kode=A1", f"{draft.pk}/banding/?dengan={first.pk}"]
    write = {one for one in addresses if any(t in one for t in ("add", "impor", "ketentuan", "aspek", "indikator"))}
    for role, reads, writes in (
        (Role.MINISTRY_ADMIN, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.VERIFIER, 302, 302),
        (Role.PANEL_CHAIR, 302, 302),
    ):
        client.force_login(make_user(role, is_staff=role in (Role.MINISTRY_ADMIN, Role.AUDITOR)))
        answers = {one: client.get(PAGES + one).status_code for one in addresses}
        assert answers == {one: writes if one in write else reads for one in addresses}, role


def form_of(client, address) -> dict:
    """Everything that the page would post."""
    response = client.get(address)
    data = {"seen": response.context["seen"]}
    forms = [response.context["form"]]
    for __, rows in response.context["row_sets"]:
        forms += [rows.management_form, *rows.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, bool):
                data |= {field.html_name: "on"} if value else {}
            elif value is not None:
                data[field.html_name] = value
            elif isinstance(field.field, MultipleChoiceField):
                continue
            elif isinstance(field.field, ChoiceField):  # a browser posts the first choice of a list
                data[field.html_name] = next(iter(field.field.choices))[0]
    return data


@pytest.mark.parametrize("page", ["ketentuan/", "aspek/", "indikator/?kode=A1", "indikator/?kode=C5"])
def test_saving_a_page_unchanged_changes_no_number(client, draft, admin, page):
    client.force_login(admin)
    address = f"{PAGES}{draft.pk}/{page}"
    assert client.post(address, form_of(client, address)).status_code == 302
    draft.refresh_from_db()
    source = Instrument.objects.get(code="OVOP-DEFAULT-1", version=1)
    assert differences(source.definition, draft.definition) == []
    assert document_problems(draft.definition) == []


@pytest.mark.parametrize("page", ["ketentuan/", "indikator/?kode=A5"])
def test_the_same_on_a_scale(client, admin, page):
    source = Instrument.objects.get(code="UPAKARTI-JP-SUBSTANSI-1")
    draft = drafts.copy_instrument(instrument_id=source.pk, actor=admin)
    client.force_login(admin)
    address = f"{PAGES}{draft.pk}/{page}"
    assert client.post(address, form_of(client, address)).status_code == 302
    draft.refresh_from_db()
    assert differences(source.definition, draft.definition) == []


def test_an_indicator_gets_an_option_guidance_and_na(client, draft, admin):
    client.force_login(admin)
    address = f"{PAGES}{draft.pk}/indikator/?kode=A1"
    data = form_of(client, address) | {"na_allowed": "on", "guidance_batik": "Lihat canting.", "code": "A1X"}
    data |= {"choices-2-points": "3,5", "choices-0-note_required": "on"}
    assert client.post(address, data).status_code == 302
    draft.refresh_from_db()
    part = draft.definition["aspects"][0]["indicators"][0]
    assert (part["code"], part["na_allowed"], part["guidance"]) == ("A1X", True, {"batik": "Lihat canting."})
    assert part["options"][2] == {"points": "3.5", "label": "Seluruh bahan baku lokal"}
    assert [one.get("note_required") for one in part["options"]] == [True, None, None]
    copied = drafts.copy_instrument(instrument_id=draft.pk, actor=admin)
    assert copied.definition["aspects"] == draft.definition["aspects"], "the next version asks the same"
    page = client.get(f"{PAGES}{draft.pk}/change/").content.decode()
    assert "Lebih 0,5 dari 100" in page
    assert "(wajib catatan)" in page
    assert "seharusnya 100" in page


def test_a_stale_page_keeps_what_was_typed(client, draft, admin):
    client.force_login(admin)
    address = f"{PAGES}{draft.pk}/ketentuan/"
    data = form_of(client, address) | {"title": "Judul yang diketik"}
    save(draft, changed(draft, title="Judul rekan"), admin)
    response = client.post(address, data)
    assert response.status_code == 409
    assert "Judul yang diketik" in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Judul rekan"


def test_an_indicator_is_dropped_and_an_aspect_only_when_empty(client, draft, admin):
    client.force_login(admin)
    address = f"{PAGES}{draft.pk}/aspek/"
    refused = client.post(address, form_of(client, address) | {"aspects-0-DELETE": "on"})
    assert refused.status_code == 422
    assert "A1, A2" in refused.content.decode()
    address = f"{PAGES}{draft.pk}/indikator/?kode=A1"
    assert client.post(address, {"seen": draft.sha256, "hapus": "1"}).status_code == 302
    draft.refresh_from_db()
    assert not draft.indicators.filter(code="A1").exists()


def test_a_new_instrument_grows_on_its_pages(client, admin):
    client.force_login(admin)
    data = {"award": "upakarti", "code": "UPAKARTI-BARU-1", "title": "Baru", "method": "scale"}
    assert client.post(f"{PAGES}add/", data).status_code == 302
    made = Instrument.objects.get(code="UPAKARTI-BARU-1")
    address = f"{PAGES}{made.pk}/indikator/"
    data = form_of(client, address) | {"code": "B1", "label": "Dampak", "weight": "100"}
    data |= {"choices-0-points": "5", "choices-0-label": "Dampak nasional"}
    assert client.post(address, data).status_code == 302
    made.refresh_from_db()
    assert document_problems(made.definition) == []
    page = client.get(f"{PAGES}{made.pk}/pratinjau/").content.decode()
    assert "Dampak nasional" in page


def test_preview_is_the_page_of_a_scorer_with_the_guidance_of_the_commodity(client, draft, admin):
    client.force_login(admin)
    page = client.get(f"{PAGES}{draft.pk}/pratinjau/?komoditas=batik").content.decode()
    assert "Label bahan, jenis, dan perawatan." in page
    assert "Kemasan tahan pecah" not in page
    assert "disabled" in page
    assert 'name="value_A1"' in page


def test_the_page_of_an_indicator_says_what_the_others_give(client, draft, admin):
    client.force_login(admin)
    live = client.get(f"{PAGES}{draft.pk}/indikator/?kode=A1").context["live"]
    aspect = next(row for row in live["rows"] if row["code"] == draft.definition["aspects"][0]["code"])
    most = max(Decimal(str(one["points"])) for one in draft.definition["aspects"][0]["indicators"][0]["options"])
    assert (live["others"], aspect["sum"] - aspect["others"]) == (100 - most, most)
    new = client.get(f"{PAGES}{draft.pk}/indikator/").context["live"]
    assert (new["others"], new["total"]) == (100, "Nilai tertinggi seluruh indikator: 100. Sudah tepat.")


@pytest.mark.parametrize(
    ("bands", "texts"),
    [
        ([(5, 86), (3, 76)], ["mulai 86", "mulai 76, di bawah 86"]),
        (
            [(5, 100), (3, 100), (1, 60)],
            ["mulai 100", "kosong: 100 sudah batas bintang di atasnya", "mulai 60, di bawah 100"],
        ),
    ],
)
def test_which_scores_give_which_stars(draft, bands, texts):
    document = changed(draft, bands=[{"stars": stars, "min": start} for stars, start in bands])
    assert [row["text"] for row in reach_of_bands(document)["rows"]] == texts


def test_a_band_above_the_best_sheet_is_out_of_reach(draft):
    document = changed(draft, bands=[{"stars": 5, "min": "99.5"}])
    document["aspects"][0]["indicators"].pop()
    (row,) = reach_of_bands(document)["rows"]
    assert row["text"].startswith("mulai 99,5: tidak terjangkau, nilai tertinggi ")


def test_upload_of_a_file(client, draft, admin):
    client.force_login(admin)
    data = client.get(f"{PAGES}{draft.pk}/unduh/").content
    assert client.post(f"{PAGES}impor/", {"file": SimpleUploadedFile("a.json", data)}).status_code == 302
    assert Instrument.objects.filter(code="OVOP-DEFAULT-1").count() == 3
    broken = data.replace(b'"Sumber bahan baku utama"', b'""')
    response = client.post(f"{PAGES}impor/", {"file": SimpleUploadedFile("a.json", broken)})
    assert response.status_code == 422
    assert "A1.label: teks belum diisi" in response.content.decode()
    assert Instrument.objects.filter(code="OVOP-DEFAULT-1").count() == 3


# Visits


@pytest.fixture
def visit_draft(admin) -> Instrument:
    """A second version of the rules of an OVOP visit."""
    return drafts.copy_instrument(instrument_id=Instrument.objects.get(code="OVOP-LAPANGAN-1").pk, actor=admin)


@pytest.mark.parametrize("page", ["aturan", "daftar-periksa"])
def test_an_unchanged_page_of_a_visit_saves_the_same(client_of, admin, visit_draft, page):
    client, address = client_of(admin), f"{PAGES}{visit_draft.pk}/{page}/"
    assert client.post(address, form_of(client, address)).status_code == 302
    before = visit_draft.definition
    visit_draft.refresh_from_db()
    assert visit_draft.definition == before


def test_rules_and_checklist_of_a_visit_are_forms(client_of, admin, visit_draft):
    client, address = client_of(admin), f"{PAGES}{visit_draft.pk}"
    rules = form_of(client, f"{address}/aturan/")
    rules |= {"min_claims": "5", "photos_min": "3", "interviews_min": "2", "required_facts": ["host_name", "map_point"]}
    assert client.post(f"{address}/aturan/", rules).status_code == 302
    data = form_of(client, f"{address}/daftar-periksa/")
    last = int(data["claims-INITIAL_FORMS"])
    data |= {"claims-0-DELETE": "on", "claims-1-label": "Unit usaha berjalan", "documents": ["D02", "D18"]}
    data |= {f"claims-{last}-{key}": text for key, text in (("criterion", "IKM"), ("code", "I9"), ("label", "Limbah"))}
    assert client.post(f"{address}/daftar-periksa/", data).status_code == 302
    visit_draft.refresh_from_db()
    document = visit_draft.definition
    assert (document["min_claims"], document["photos_min"], document["interviews"]) == (5, 3, {"min": 2})
    assert document["required_facts"] == ["host_name", "map_point"]
    sentra, ikm = document["checklist"][:2]
    assert [claim["code"] for claim in sentra["claims"]] == ["S2", "S3"]
    written = ["Sentra IKM", "Jumlah unit usaha"]
    assert sentra["claims"][0] == {"code": "S2", "label": "Unit usaha berjalan", "written": written}
    assert ikm["claims"][-1] == {"code": "I9", "label": "Limbah"}
    assert document["checklist"][-1]["documents"] == ["D02", "D18"]
    assert document_problems(document) == []
    shown = client.get(f"{address}/change/").content.decode()
    assert "Unit usaha berjalan" in shown
    assert "Koordinat tempat kunjungan" in shown
    old = Instrument.objects.get(code="OVOP-LAPANGAN-1", version=1)
    rows = {row["place"]: row for row in differences(old.definition, document)}
    assert (rows["Foto sedikitnya"]["old"], rows["Foto sedikitnya"]["new"]) == ("0", "3")


def test_a_code_that_stands_twice_is_named_until_it_is_mended(client_of, admin, visit_draft):
    client, address = client_of(admin), f"{PAGES}{visit_draft.pk}"
    data = form_of(client, f"{address}/daftar-periksa/") | {"claims-0-code": "S2"}
    assert client.post(f"{address}/daftar-periksa/", data).status_code == 302
    assert "Kode S2 pada daftar periksa" in client.get(f"{address}/change/").content.decode()


def test_eligibility_and_credits_of_a_scored_visit(client_of, admin):
    source = Instrument.objects.get(code="UPAKARTI-LAPANGAN-1")
    instrument = drafts.copy_instrument(instrument_id=source.pk, actor=admin)
    client, address = client_of(admin), f"{PAGES}{instrument.pk}"
    data = form_of(client, f"{address}/aturan/") | {"credit_terbukti_sebagian": "0,4", "interviews_share": "12,5"}
    assert client.post(f"{address}/aturan/", data | {"interviews_max": "2"}).status_code == 422
    assert client.post(f"{address}/aturan/", data).status_code == 302
    data = form_of(client, f"{address}/daftar-periksa/")
    rules = data["rules_jasa_pengabdian"].splitlines()
    data["rules_jasa_pengabdian"] = "\n".join([*rules, "", "Calon tidak sedang dipidana"])
    assert client.post(f"{address}/daftar-periksa/", data).status_code == 302
    instrument.refresh_from_db()
    document = instrument.definition
    assert document["credits"]["terbukti_sebagian"] == "0.4"
    assert document["interviews"]["share_of_beneficiaries"] == "0.125"
    assert document["eligibility"]["jasa_pengabdian"] == [*rules, "Calon tidak sedang dipidana"]
    assert document["knock_out"] == source.definition["knock_out"]
    assert document_problems(document) == []


def test_pages_of_a_sheet_and_of_a_visit_do_not_mix(client_of, admin, draft, visit_draft):
    client = client_of(admin)
    for page in ("aturan", "daftar-periksa"):
        assert client.get(f"{PAGES}{draft.pk}/{page}/").status_code == 404
    for page in ("ketentuan", "aspek", "indikator"):
        assert client.get(f"{PAGES}{visit_draft.pk}/{page}/").status_code == 404
    Instrument.objects.filter(pk=visit_draft.pk).update(frozen_at=timezone.now())
    assert client.get(f"{PAGES}{visit_draft.pk}/daftar-periksa/").status_code == 403


def test_a_new_visit_begins_without_a_score(client_of, admin):
    data = {"award": "ovop", "code": "OVOP-LAPANGAN-9", "title": "Kunjungan singkat", "method": "findings"}
    assert client_of(admin).post(f"{PAGES}add/", data).status_code == 302
    made = Instrument.objects.get(code="OVOP-LAPANGAN-9")
    assert document_problems(made.definition) == []
