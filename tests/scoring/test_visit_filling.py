"""The visit over HTTP while somebody writes on the spot, what a device sends later, and the way over a workbook."""

from datetime import date, time, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.claims import SALT
from core.models import AuditEntry
from core.workbooks import XLSX
from scoring.enums import Finding
from scoring.models import FieldVisit
from scoring.rules import MAX_INTERVIEWS
from scoring.services import assignments, visits
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(assessor_batik: Any, client_of: Any) -> SimpleNamespace:
    """An opened OVOP visit by `assessor_batik`."""
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    assignment = scenes.assign(nomination, assessor_batik, scenes.stage_of(nomination, "lapangan"))
    visit = visits.open_visit(assignment_id=assignment.pk, actor=assessor_batik)
    return SimpleNamespace(
        nomination=nomination,
        assignment=assignment,
        visit=visit,
        actor=assessor_batik,
        client=client_of(assessor_batik),
        page=reverse("field_visit", args=[assignment.pk]),
        autosave=reverse("visit_autosave", args=[assignment.pk]),
    )


def typed(trip: Any, **changes: Any) -> dict[str, Any]:
    """Everything that may be written, as the page sends it."""
    data: dict[str, Any] = {
        "version": 1,
        "visited_on": "05-01-2026",
        "visited_at": "09.30",
        "place": "Buaran",
        "point": "-6.888600, 109.675300",
        "accuracy_m": "14",
        "located_at": "2026-01-05T02:20:00Z",
        "participants": "Penilai Balai",
        "host_name": "Ibu Sari",
        "host_role": "pemilik",
        "summary": "Produksi berjalan.",
        "interview1_name": "Ibu Sari",
        "interview1_role": "pemilik",
        "interview1_held_on": "05-01-2026",
        "interview1_summary": "Pesanan rutin.",
    }
    for claim in trip.visit.claims.all():
        data |= {f"finding_{claim.pk}": "terbukti", f"note_{claim.pk}": "Dilihat."}
    return data | changes


def stored(trip: Any) -> FieldVisit:
    return FieldVisit.objects.get(pk=trip.visit.pk)


def test_autosave_stores_everything_and_says_so(trip):
    answer = trip.client.post(trip.autosave, typed(trip))
    visit, claims = stored(trip), trip.visit.claims.count()
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert "Tersimpan" in answer.json()["receipt"]
    assert answer.json()["progress"] == f"{claims} dari {claims} klaim sudah diperiksa dan tersimpan"
    assert (visit.place, str(visit.visited_at), visit.accuracy_m) == ("Buaran", "09:30:00", 14)
    assert [one.summary for one in visit.interviews.all()] == ["Pesanan rutin."]
    assert set(visit.claims.values_list("finding", "note")) == {("terbukti", "Dilihat.")}
    assert answer.json()["receipt"] in trip.client.get(trip.page).content.decode()


def test_the_same_again_stores_nothing_and_gives_the_receipt_of_then(trip, post):
    first = trip.client.post(trip.autosave, typed(trip)).json()
    again = trip.client.post(trip.autosave, typed(trip)).json()
    assert again == first
    assert post(trip.client, trip.page, typed(trip, version=2)).status_code == 302
    assert stored(trip).version == 2


def test_case_24_a_repeat_counts_once_even_when_the_visit_was_sent_meanwhile(trip):
    data = typed(trip, key="a" * 32)
    assert trip.client.post(trip.autosave, data).json()["version"] == 2
    visits.submit_visit(assignment_id=trip.assignment.pk, version=2, actor=trip.actor)
    again = trip.client.post(trip.autosave, data)
    assert (again.status_code, again.json()["version"]) == (200, 3)
    other = trip.client.post(trip.autosave, data | {"key": "b" * 32, "place": "Kauman"})
    assert (other.status_code, stored(trip).place) == (403, "Buaran")
    assert "terkunci" in other.json()["message"]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"version": 7}, 409, "jendela lain"),
        ({"visited_on": "32-13-2026"}, 422, "Tanggal kunjungan: "),
        ({"visited_on": "01-01-2999"}, 422, "belum terjadi"),
        ({"point": "109, -6"}, 422, "Koordinat: Urutannya terbalik"),
        ({"version": "x"}, 422, ""),
    ],
)
def test_autosave_refuses_in_words(trip, changes, status, words):
    answer = trip.client.post(trip.autosave, typed(trip, **changes))
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert stored(trip).saved_at is None


def test_what_is_not_one_s_own_is_not_there(trip, client_of, assessor_other, chair):
    for person in (assessor_other, chair):
        assert client_of(person).post(trip.autosave, typed(trip)).status_code == 404
    assignments.declare_interest(
        nomination_id=trip.nomination.pk, has_conflict=True, reason="Keluarga.", actor=trip.actor
    )
    assert trip.client.post(trip.autosave, typed(trip)).status_code == 404
    assert stored(trip).saved_at is None


def test_case_24_the_moment_of_opening_cannot_be_made_up(trip, client_of, chair):
    made, hour = timezone.now() - timedelta(minutes=20), timezone.now() - timedelta(hours=1)
    real = signing.dumps([f"visit:{trip.assignment.pk}", hour.timestamp()], salt=SALT)
    foreign = signing.dumps([f"sheet:{trip.assignment.pk}", hour.timestamp()], salt=SALT)
    found = []
    for version, opened in enumerate((real, foreign, "made-up"), start=1):
        data = typed(trip, version=version, summary=f"{version}", made_at=made.isoformat(), opened=opened)
        assert trip.client.post(trip.autosave, data).status_code == 200
        found.append(stored(trip).made_at)
    assert found == [made, None, None]
    said = AuditEntry.objects.filter(action="scoring.visit_saved").values_list("data__made_at", flat=True)
    assert list(said) == [made.isoformat()], "one spell of writing, noted once"
    scores = client_of(chair).get(reverse("nomination_scores", args=[trip.nomination.pk])).content.decode()
    assert "Diisi tanpa sinyal" not in scores


def test_the_report_says_when_it_was_made(trip, client_of, chair):
    hour = timezone.now() - timedelta(hours=1)
    opened = signing.dumps([f"visit:{trip.assignment.pk}", hour.timestamp()], salt=SALT)
    made = (hour + timedelta(minutes=10)).isoformat()
    trip.client.post(trip.autosave, typed(trip, opened=opened, made_at=made))
    visits.submit_visit(assignment_id=trip.assignment.pk, version=2, actor=trip.actor)
    scores = client_of(chair).get(reverse("nomination_scores", args=[trip.nomination.pk])).content.decode()
    assert "Diisi tanpa sinyal" in scores


def test_case_25_a_stale_record_is_shown_beside_the_stored_one(trip, post):
    trip.client.post(trip.autosave, typed(trip))
    claim = trip.visit.claims.first()
    changes = {
        "point": "-6.900000, 109.700000",
        "interview1_summary": "Pesanan berhenti.",
        f"finding_{claim.pk}": Finding.PARTLY.value,
        "visited_on": "06-01-2026",
    }
    answer = post(trip.client, trip.page, typed(trip, **changes))
    rows = {row["code"]: (row["stored"], row["typed"]) for row in answer.context["differences"]}
    assert answer.status_code == 409
    assert rows["Koordinat"] == ("-6.8886, 109.6753", "-6.9, 109.7")
    assert rows["Tanggal kunjungan"] == ("05-01-2026", "06-01-2026")
    assert rows["Wawancara 1"][1].endswith("Pesanan berhenti.")
    assert rows[claim.label] == ("Terbukti; Dilihat.", "Terbukti sebagian; Dilihat.")
    assert len(rows) == 4


def test_case_27_a_locked_visit_shows_what_was_typed_even_when_it_is_wrong(trip, post):
    trip.client.post(trip.autosave, typed(trip))
    visits.submit_visit(assignment_id=trip.assignment.pk, version=2, actor=trip.actor)
    answer = post(trip.client, trip.page, typed(trip, version=2, summary="Ditulis tanpa sinyal.", point="di sawah"))
    rows = {row["code"]: row["typed"] for row in answer.context["differences"]}
    assert answer.status_code == 403
    assert rows == {"Ringkasan kunjungan": "Ditulis tanpa sinyal.", "Koordinat": "di sawah"}
    assert "Ditulis tanpa sinyal." in answer.content.decode()


def test_the_last_interview_is_not_lost_on_the_way(trip, post):
    last = f"interview{MAX_INTERVIEWS}"
    data = typed(trip, **{f"{last}_name": "Pak Darmo", f"{last}_summary": "Pewarnaan."})
    assert [row["spare"] for row in trip.client.get(trip.page).context["form"].interview_rows()].count(False) == 2
    refused = post(trip.client, trip.page, data | {"visited_on": "x"})
    assert "Pak Darmo" in refused.content.decode()
    assert post(trip.client, trip.page, data).status_code == 302
    assert [one.name for one in stored(trip).interviews.all()] == ["Ibu Sari", "Pak Darmo"]


def test_cost_of_opening_autosave_and_save(trip, post):
    trip.client.post(trip.autosave, typed(trip))
    trip.client.get(trip.page)
    claim = trip.visit.claims.first()
    with CaptureQueriesContext(connection) as opened:
        trip.client.get(trip.page)
    with CaptureQueriesContext(connection) as autosaved:
        changed = typed(trip, version=2, **{f"note_{claim.pk}": "Baru."})
        assert trip.client.post(trip.autosave, changed).status_code == 200
    with CaptureQueriesContext(connection) as saved:
        assert post(trip.client, trip.page, typed(trip, version=3)).status_code == 302
    costs = [sum("SAVEPOINT" not in q["sql"] for q in made.captured_queries) for made in (opened, autosaved, saved)]
    assert costs == [10, 14, 16]


# The workbook


def filled(trip: Any, **cells: Any) -> SimpleUploadedFile:
    """The downloaded workbook with some cells changed: `Klaim_E2="Terbukti"`."""
    content = trip.client.get(reverse("visit_workbook_file", args=[trip.assignment.pk])).content
    book = load_workbook(BytesIO(content))
    for place, value in cells.items():
        sheet, _line, cell = place.partition("_")
        book[sheet][cell] = value
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("kunjungan.xlsx", stream.getvalue(), content_type=XLSX)


def upload(trip: Any, post: Any, file: Any) -> Any:
    return post(trip.client, reverse("visit_workbook", args=[trip.assignment.pk]), {"file": file} if file else {})


def test_a_visit_goes_down_is_filled_in_and_comes_up_again_as_a_draft(trip, post):
    """What is stored stays as it was, with how exact its point is; dates that a spreadsheet made are read as well."""
    trip.client.post(trip.autosave, typed(trip, summary="=SUM(1)", host_role="- pemilik"))
    first = trip.visit.claims.first()
    change = {"Kunjungan_D4": "Kauman", "Kunjungan_D3": time(10, 15), "Klaim_E2": "terbukti SEBAGIAN"}
    change |= {"Klaim_G2": "Tiga orang", "Wawancara_B3": "Pak Budi", "Wawancara_D3": date(2026, 1, 4)}
    change["Wawancara_E3"] = "Bahan dari Solo."
    answer = upload(trip, post, filled(trip, **change))
    assert answer["Location"] == trip.page
    visit = stored(trip)
    assert (visit.status, visit.version, visit.place, str(visit.visited_at)) == ("open", 3, "Kauman", "10:15:00")
    assert (visit.summary, visit.host_role, visit.accuracy_m) == ("=SUM(1)", "- pemilik", 14)
    first.refresh_from_db()
    assert (first.finding, first.note, first.actual) == (Finding.PARTLY, "Dilihat.", "Tiga orang")
    people = list(visit.interviews.values_list("name", "held_on", "summary"))
    assert people[1] == ("Pak Budi", date(2026, 1, 4), "Bahan dari Solo.")
    assert AuditEntry.objects.filter(action="scoring.visit_saved", data__source="xlsx").count() == 1
    assert upload(trip, post, filled(trip))["Location"] == trip.page
    assert stored(trip).version == 3, "the same again stores nothing"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Kunjungan_D2": "32-13-2026"}, "Kunjungan!D2 (Tanggal kunjungan): "),
        ({"Kunjungan_D2": "=NOW()"}, "Kunjungan!D2: tulis isinya, bukan rumus."),
        ({"Kunjungan_D5": "109, -6"}, "Kunjungan!D5 (Koordinat): "),
        ({"Kunjungan_A5": "K99"}, "Kunjungan: baris K4 tidak ada."),
        ({"Kunjungan_D2": "01-01-2999"}, "Tanggal kunjungan belum terjadi."),
        ({"Klaim_E2": "mungkin"}, "Klaim!E2: “mungkin” tidak ada dalam pilihan (Belum diperiksa, Terbukti, "),
        ({"Klaim_A2": "99"}, "Klaim!A2: kode “99” tidak dikenal"),
        ({"Klaim_A3": "1"}, "Klaim!A3: kode “1” tidak dikenal atau tertulis dua kali."),
        ({"Klaim_H2": "x" * 1001}, "Klaim!H2 ("),
    ],
)
def test_every_mistake_in_the_workbook_names_its_cell_and_nothing_is_saved(trip, post, cells, words):
    answer = upload(trip, post, filled(trip, **{"Kunjungan_D4": "Kauman", **cells}))
    texts = [error["text"] for error in answer.context["errors"]]
    assert answer.status_code == 422
    assert any(text.startswith(words) for text in texts), texts
    assert (stored(trip).version, stored(trip).place) == (1, "")


def test_case_25_an_older_workbook_is_shown_beside_the_stored_visit(trip, post):
    file = filled(trip, Kunjungan_D4="Kauman")
    trip.client.post(trip.autosave, typed(trip))
    answer = upload(trip, post, file)
    assert answer.status_code == 409
    assert {"code": "Tempat", "url": "#id_place", "stored": "Buaran", "typed": "Kauman"} in answer.context[
        "differences"
    ]
    assert stored(trip).place == "Buaran"


def test_a_workbook_of_another_visit_of_nothing_or_of_a_visit_that_was_sent(trip, post):
    mine = filled(trip)
    book = load_workbook(BytesIO(mine.read()))
    book["tanda"]["A2"] = str(trip.assignment.pk + 1)
    stream = BytesIO()
    book.save(stream)
    for data in (stream.getvalue(), b"PK not a workbook", None):
        file = data and SimpleUploadedFile("x.xlsx", data, content_type=XLSX)
        assert upload(trip, post, file).status_code == 422
    trip.client.post(trip.autosave, typed(trip))
    file = filled(trip)
    visits.submit_visit(assignment_id=trip.assignment.pk, version=2, actor=trip.actor)
    assert upload(trip, post, file).status_code == 403
    assert "terkunci" in upload(trip, post, file).content.decode()
