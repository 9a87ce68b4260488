"""What a visit brings home: photos, coordinates, interviews; who may see them, and what does not agree."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.files import read_bytes
from core.models import AuditEntry, StoredFile
from nominations.models import Nomination
from scoring.enums import Finding, Visibility
from scoring.models import FieldPhoto, FieldVisit, MismatchNote, Stage, VisitPlan
from scoring.rules import MAX_VISIT_PHOTOS
from scoring.selectors.mismatches import digest_of, mismatch_counts, mismatches_of, mismatches_on, with_deviation
from scoring.selectors.plans import open_visits
from scoring.selectors.sheets import visits_of
from scoring.services import assignments, mismatches, visit_photos, visit_plans, visits
from scoring.services.sheets import Origin
from scoring.services.visits import Found
from tests import factories
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(assessor_batik: Any) -> SimpleNamespace:
    """An opened OVOP visit by `assessor_batik`; `peer` has scored the same nomination at the desk."""
    nomination = scenes.ovop()
    best = scenes.full_answers(scenes.stage_of(nomination))
    sheets = scenes.score_stage(nomination, [best] * 3)
    scenes.close(nomination, skip_optional=False)
    stage = scenes.stage_of(nomination, "lapangan")
    assignment = scenes.assign(nomination, assessor_batik, stage)
    visit = visits.open_visit(assignment_id=assignment.pk, actor=assessor_batik)
    return SimpleNamespace(
        nomination=nomination,
        assignment=assignment,
        visit=visit,
        actor=assessor_batik,
        stage=stage,
        desk=sheets[0].assignment,
        peer=sheets[0].assessor,
    )


def save(trip: Any, findings: dict[int, Found] | None = None, **more: Any) -> FieldVisit:
    given = findings or {claim.pk: Found(Finding.PROVEN) for claim in trip.visit.claims.all()}
    facts = more.pop("facts", scenes.visit_facts(visited_on=timezone.localdate()))
    more.setdefault("version", FieldVisit.objects.get(pk=trip.visit.pk).version)
    return visits.save_visit(assignment_id=trip.assignment.pk, facts=facts, findings=given, actor=trip.actor, **more)


def send(trip: Any, confirm: Any = None) -> None:
    version = FieldVisit.objects.get(pk=trip.visit.pk).version
    visits.submit_visit(assignment_id=trip.assignment.pk, version=version, actor=trip.actor)
    if confirm:
        visits.confirm_visit(visit_id=trip.visit.pk, actor=confirm)


# Photos


def photo_with_place() -> bytes:
    image, exif = Image.effect_noise((1200, 900), 40).convert("RGB"), Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 53.0, 19.0), 3: "E", 4: (109.0, 40.0, 31.0)}
    stream = BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_a_photo_keeps_neither_its_place_nor_its_size(trip):
    data = photo_with_place()
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    upload = SimpleUploadedFile("rumah.jpg", data, "image/jpeg")
    photo = visit_photos.add_photo(
        assignment_id=trip.assignment.pk, upload=upload, caption="Tempat produksi.", actor=trip.actor
    )
    for stored in (photo.file, photo.small):
        assert not Image.open(BytesIO(read_bytes(stored))).getexif()
    assert photo.small.size <= 60_000
    assert FieldVisit.objects.get(pk=trip.visit.pk).version == trip.visit.version


def test_photos_are_bounded_and_removed_with_their_files(trip):
    photos = [factories.visit_photo(trip.assignment) for _ in range(MAX_VISIT_PHOTOS)]
    with pytest.raises(RuleBroken, match="12 foto"):
        factories.visit_photo(trip.assignment)
    files = StoredFile.objects.count()
    visit_photos.remove_photo(photo_id=photos[2].pk, assignment_id=trip.assignment.pk, actor=trip.actor)
    assert StoredFile.objects.count() == files - 2
    assert list(trip.visit.photos.values_list("order", flat=True)) == list(range(1, MAX_VISIT_PHOTOS))


def test_no_photo_into_a_locked_visit(trip):
    photo = factories.visit_photo(trip.assignment)
    save(trip)
    send(trip)
    with pytest.raises(NotPermitted, match="terkunci"):
        factories.visit_photo(trip.assignment)
    with pytest.raises(NotPermitted, match="terkunci"):
        visit_photos.remove_photo(photo_id=photo.pk, assignment_id=trip.assignment.pk, actor=trip.actor)


def test_a_photo_over_http(trip, client_of, post):
    client, url = client_of(trip.actor), reverse("visit_photo_add", args=[trip.assignment.pk])
    wrong = SimpleUploadedFile("catatan.jpg", b"bukan gambar", "image/jpeg")
    refused = post(client, url, {"photo": wrong, "caption": "Keterangan yang panjang"})
    assert refused.status_code == 422
    assert "Keterangan yang panjang" in refused.content.decode()
    good = SimpleUploadedFile("rumah.jpg", photo_with_place(), "image/jpeg")
    data = {"photo": good, "caption": "Tempat produksi.", "made_at": "2026-01-05T03:20:00Z"}
    assert post(client, url, data)["Location"] == reverse("field_visit", args=[trip.assignment.pk])
    photo = FieldPhoto.objects.get()
    assert photo.made_at.isoformat() == "2026-01-05T03:20:00+00:00"
    shown = client.get(reverse("visit_photo", args=[photo.pk]))
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, max-age=3600")
    page = client.get(reverse("field_visit", args=[trip.assignment.pk]))
    assert "geolocation=(self)" in page["Permissions-Policy"]


def photo_answers(client_of: Any, people: list[Any], photo: FieldPhoto) -> list[int]:
    urls = [reverse(name, args=[photo.pk]) for name in ("visit_photo", "visit_photo_download")]
    found = [[client_of(person).get(url).status_code for url in urls] for person in people]
    assert all(len(set(pair)) == 1 for pair in found)
    return [pair[0] for pair in found]


def test_who_sees_a_photo(trip, client_of, chair, auditor, admin_a, verifier, officer_a, province, assessor_other):
    photo = factories.visit_photo(trip.assignment)
    seen = photo_answers(client_of, [trip.actor, chair, auditor, admin_a], photo)
    assert seen == [200] * 4
    hidden = photo_answers(client_of, [verifier, officer_a, province, assessor_other, trip.peer], photo)
    assert hidden == [404] * 5
    save(trip)
    send(trip, chair)
    assert photo_answers(client_of, [trip.peer], photo) == [404]
    scenes.close(trip.nomination)
    assert photo_answers(client_of, [trip.peer, officer_a, assessor_other], photo) == [200, 404, 404]


@pytest.mark.parametrize(
    ("visibility", "open_", "sent", "closed"),
    [
        (Visibility.OWN_ONLY, 404, 404, 404),
        (Visibility.PANEL, 404, 200, 200),
        (Visibility.UNTIL_STAGE_CLOSED, 404, 404, 200),
    ],
)
def test_the_stage_says_when_peers_see_the_visit(visibility, open_, sent, closed, trip, client_of, chair):
    set_visibility(trip.stage, visibility)
    photo, report = factories.visit_photo(trip.assignment), reverse("visit_report", args=[trip.desk.pk])
    save(trip)
    answers = []
    for step in (lambda: None, lambda: send(trip, chair), lambda: scenes.close(trip.nomination)):
        step()
        answers.append(photo_answers(client_of, [trip.peer], photo)[0])
        assert (client_of(trip.peer).get(report).status_code == 200) == (answers[-1] == 200)
    assert answers == [open_, sent, closed]


def set_visibility(stage: Stage, visibility: Visibility) -> None:
    """Past the guard of a stage in use."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE scoring_stage SET visibility = %s WHERE id = %s", [visibility, stage.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_recused_visitor_meets_nothing(trip, client_of, chair):
    photo = factories.visit_photo(trip.assignment)
    assignments.declare_interest(
        nomination_id=trip.nomination.pk, has_conflict=True, reason="Keluarga.", actor=trip.actor
    )
    client = client_of(trip.actor)
    for url in (
        reverse("visit_photo", args=[photo.pk]),
        reverse("field_visit", args=[trip.assignment.pk]),
        reverse("visit_report", args=[trip.assignment.pk]),
        reverse("sample_list", args=[trip.nomination.pk]),
    ):
        assert client.get(url).status_code == 404
    assert trip.nomination.title not in client.get(reverse("visit_plan")).content.decode()
    assert not open_visits(trip.actor).exists()


# The record


def test_coordinates_time_and_interviews_are_kept(trip):
    at = timezone.now() - timedelta(minutes=5)
    facts = scenes.visit_facts(
        visited_on=timezone.localdate(),
        point=(Decimal("-6.888600"), Decimal("109.675300")),
        accuracy_m=12,
        located_at=at,
    )
    visit = save(trip, facts=facts)
    assert (visit.map_point, visit.accuracy_m, visit.located_at) == (facts.point, 12, at)
    assert [(one.name, one.role) for one in visit.interviews.all()] == [("Ibu Sari", "pemilik")]
    visit = save(trip, facts=scenes.visit_facts(visited_on=timezone.localdate(), interviews=()))
    assert (visit.map_point, visit.accuracy_m, visit.located_at, visit.interviews.count()) == (None, None, None, 0)


def test_host_participants_and_interviews_are_asked_for(trip):
    facts = scenes.visit_facts(participants="", host_name="", interviews=(visits.Interview("Ibu Sari"),))
    save(trip, facts=facts)
    with pytest.raises(RuleBroken) as error:
        send(trip)
    for words in ("peserta", "menerima kunjungan", "Baru 0 dari sedikitnya 1 wawancara"):
        assert words in error.value.message


def test_a_repeat_of_a_save_counts_once_and_a_stale_one_is_refused(trip):
    made = timezone.now() - timedelta(hours=2)
    origin = Origin(key="a" * 32, made_at=made, opened_at=made - timedelta(hours=1))
    first = save(trip, version=1, origin=origin)
    again = save(trip, version=1, origin=origin)
    assert (first.version, again.version, first.saved_at) == (2, 2, again.saved_at)
    entry = AuditEntry.objects.get(action="scoring.visit_saved")
    assert entry.data["made_at"] == origin.made_at.isoformat()
    with pytest.raises(StaleVersion):
        save(trip, version=1, facts=scenes.visit_facts(place="Lain"), origin=Origin(key="b" * 32))


def test_a_stale_page_shows_both(trip, client_of, post):
    save(trip)
    data = {"version": "1", "place": "Tempat yang saya tulis", "visited_on": "", "summary": ""}
    answer = post(client_of(trip.actor), reverse("field_visit", args=[trip.assignment.pk]), data)
    rows = {row["code"]: (row["stored"], row["typed"]) for row in answer.context["differences"]}
    assert answer.status_code == 409
    assert rows["Tempat"] == ("Kota Pekalongan", "Tempat yang saya tulis")
    assert rows["Jumlah tenaga kerja sesuai"] == ("Terbukti", "Belum diperiksa")


# What does not agree with the dossier


def test_mismatches_stand_beside_what_was_written(trip, chair, client_of, post):
    workers, books = (trip.visit.claims.get(code=code) for code in ("I2", "M2"))
    found = {claim.pk: Found(Finding.PROVEN) for claim in trip.visit.claims.all()}
    found[workers.pk] = Found(Finding.PARTLY, note="Lima orang sudah keluar.", actual="7 orang")
    found[books.pk] = Found(Finding.NOT_PROVEN, note="Tidak ada pembukuan.")
    save(trip, found)
    assert mismatches_of([trip.nomination.pk]) == {}, "what is not submitted is nobody's business"
    send(trip, chair)
    found = mismatches_of([trip.nomination.pk])[trip.nomination.pk]
    nomination = with_deviation(Nomination.objects.all()).get(pk=trip.nomination.pk)
    assert mismatches_on(nomination, visits_of(nomination)) == found, "the page's list is the very same"
    first, second = found
    assert (first.written, first.actual, first.finding) == (workers.written, "7 orang", "terbukti_sebagian")
    assert (second.code, second.note) == ("M2", "Tidak ada pembukuan.")
    page, url = (reverse(name, args=[trip.nomination.pk]) for name in ("nomination_scores", "mismatches_note"))
    shown = client_of(chair).get(page)
    assert "7 orang" in shown.content.decode()
    digest = shown.context["mismatches"]["digest"]
    assert mismatch_counts([trip.nomination])[trip.nomination.pk] == {"count": 2, "read": False}
    assert post(client_of(chair), url, {"digest": digest, "reason": "Dibahas di pleno."})["Location"] == page
    assert mismatch_counts([trip.nomination])[trip.nomination.pk] == {"count": 2, "read": True}
    assert MismatchNote.objects.get().rows[0][4] == "7 orang"
    assert "Dibahas di pleno." in client_of(chair).get(page).content.decode()


def test_a_list_that_changed_is_not_marked_as_read(trip, chair):
    found = {claim.pk: Found(Finding.PROVEN, actual="Lain") for claim in trip.visit.claims.all()}
    save(trip, found)
    send(trip)
    with pytest.raises(StaleVersion):
        mismatches.note_mismatches(nomination_id=trip.nomination.pk, digest="0" * 64, note="", actor=chair)
    rows = mismatches_of([trip.nomination.pk])[trip.nomination.pk]
    with pytest.raises(NotPermitted):
        mismatches.note_mismatches(nomination_id=trip.nomination.pk, digest=digest_of(rows), note="", actor=trip.actor)


@pytest.mark.parametrize("count", [1, 10])
def test_mismatches_of_many_cost_two_queries(count, django_assert_num_queries):
    nominations = [scenes.ovop(sample=False) for _ in range(count)]
    for nomination in nominations:
        factories.receive_sample(nomination, deviates=True)
    with django_assert_num_queries(2):
        assert len(mismatches_of([nomination.pk for nomination in nominations])) == count


# Planning


def test_plan_by_province(trip, verifier, client_of, post, chair, auditor):
    day = timezone.localdate() + timedelta(days=10)
    url = reverse("visit_date", args=[trip.assignment.pk])
    assert post(client_of(trip.actor), url, {"planned_on": "kapan-kapan"}).status_code == 422
    assert post(client_of(verifier), url, {"planned_on": f"{day:%d-%m-%Y}"}).status_code == 302
    for person in (chair, auditor):
        with pytest.raises(NotPermitted):
            visit_plans.plan_visit(assignment_id=trip.assignment.pk, planned_on=day, actor=person)
    with pytest.raises(RuleBroken, match="lewat"):
        visit_plans.plan_visit(assignment_id=trip.assignment.pk, planned_on=timezone.localdate() - DAY, actor=verifier)
    assert VisitPlan.objects.get().planned_on == day
    for person in (trip.actor, verifier, chair):
        (group,) = client_of(person).get(reverse("visit_plan")).context["provinces"]
        assert [row["planned_on"] for row in group["rows"]] == [day]
    save(trip)
    send(trip)
    assert client_of(verifier).get(reverse("visit_plan")).context["provinces"] == []


DAY = timedelta(days=1)


def test_plan_names_visits_without_a_visitor(verifier, client_of):
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination, skip_optional=False)
    assert "Belum ada petugas" in client_of(verifier).get(reverse("visit_plan")).content.decode()
