"""A blind stage: nothing tells scorers whom a nomination is about (acceptance cases 6 and 7)."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from accounts.models import Notice
from core.errors import RuleBroken
from core.files import store_bytes
from core.models import OutboxMail
from nominations.models import DossierItem, Requirement
from scoring.models import BlindText, Stage
from scoring.presenters.blind import covered_data, identities, scrubbed
from scoring.selectors.blind import Cover
from scoring.services import calibration, sheets
from tests.core.test_anonymous import OWNER, bytes_in, jpeg_of, pdf_of
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def blind(assessor_batik):
    """An OVOP nomination in a blind stage, assigned; everything that would tell whose it is."""
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    Stage.objects.filter(pk=stage.pk).update(blind=True)
    scenes.state(nomination, assessor_batik)
    assignment = scenes.assign(nomination, assessor_batik, declare=False)
    entry = nomination.entry
    secrets = [
        entry.ikm.name,
        entry.ikm.owner_name,
        entry.ikm.nib,
        entry.sentra.name,
        entry.sentra.sk_number,
        nomination.region.label,
        nomination.region.name,
        nomination.reference,
        *nomination.snapshots.get().data["holder"]["detail"].split(" · ")[1:],
    ]
    return assignment, [secret for secret in dict.fromkeys(secrets) if secret]


def leaks(response, secrets) -> list[str]:
    content = response.content
    if content.startswith(b"PK"):  # a workbook: everything in it, its properties too
        with ZipFile(BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    text = content.decode() + str(response.headers)
    return [secret for secret in secrets if secret.casefold() in text.casefold()]


def test_pages_of_the_scorer_tell_nothing(client, blind, assessor_batik):
    assignment, secrets = blind
    assert len(secrets) > 6
    client.force_login(assessor_batik)
    before = f"/penilaian/tugas/{assignment.pk}/pernyataan/"
    for path in ("/penilaian/", before):
        assert leaks(client.get(path), secrets) == [], path
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    scenes.save(assignment)
    assert not client.get("/penilaian/", {"q": secrets[0]}).context["rows"]
    for tail in ("nilai/", "kirim/", "pernyataan/", "excel/", "excel/unduh/"):
        response = client.get(f"/penilaian/tugas/{assignment.pk}/{tail}")
        assert response.status_code == 200
        assert leaks(response, secrets) == [], tail
    page = client.get(f"/penilaian/tugas/{assignment.pk}/nilai/").content.decode()
    assert assignment.stage.name_of(assignment.nomination) in page
    assert "(disamarkan)" in page


def test_the_open_stage_tells_it(client, blind, assessor_batik):
    """The counterpart: without `blind` the same pages show it, so the test above can fail."""
    assignment, secrets = blind
    Stage.objects.update(blind=False)
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    client.force_login(assessor_batik)
    assert len(leaks(client.get(f"/penilaian/tugas/{assignment.pk}/nilai/"), secrets)) > 5


def test_documents_that_name_the_holder_are_closed_and_others_lose_their_file_name(client, blind, assessor_batik):
    assignment, secrets = blind
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    client.force_login(assessor_batik)
    documents = {d["code"]: d for d in assignment.nomination.snapshots.get().data["documents"]}
    closed, opened = documents["D02"]["item_id"], documents["D08"]["item_id"]
    base = f"/penilaian/tugas/{assignment.pk}/dokumen/"
    for tail in ("", "pratinjau/"):
        assert client.get(f"{base}{closed}/{tail}").status_code == 404
        response = client.get(f"{base}{opened}/{tail}")
        assert response.status_code == 200
        assert leaks(response, secrets) == [] if tail else "D08" in (named := response["Content-Disposition"]), named
    Requirement.objects.filter(period=assignment.nomination.period_id, code="D08").update(hidden_when_blind=True)
    assert client.get(f"{base}{opened}/").status_code == 404


@pytest.fixture
def signed_files(blind):
    """Documents of the open stage as their owner's programs wrote them: each names her."""
    assignment, __ = blind
    documents = {d["code"]: d for d in assignment.nomination.snapshots.get().data["documents"]}
    made = {
        "D08": (jpeg_of(OWNER), "image/jpeg", "Sekar Arum.jpg"),
        "D02": (pdf_of(OWNER), "application/pdf", "Sekar Arum.pdf"),
    }
    Requirement.objects.filter(period=assignment.nomination.period_id, code__in=made).update(hidden_when_blind=False)
    for code, (data, content_type, name) in made.items():
        stored = store_bytes(data, name=name, content_type=content_type)
        DossierItem.objects.filter(pk=documents[code]["item_id"]).update(file=stored, link="")
    return {code: documents[code]["item_id"] for code in made}


@pytest.mark.parametrize("code", ["D08", "D02"])
def test_an_open_document_tells_nobody_in_its_bytes(client, blind, signed_files, assessor_batik, code):
    assignment, __ = blind
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    client.force_login(assessor_batik)
    address = f"/penilaian/tugas/{assignment.pk}/dokumen/{signed_files[code]}/"
    response = client.get(address)
    assert response.status_code == 200
    assert OWNER.encode() not in bytes_in(response.content)
    assert "Sekar" not in str(response.headers)
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    Stage.objects.update(blind=False)  # the counterpart: in an open stage the file comes as it was sent
    response = client.get(address)
    assert OWNER.encode() in bytes_in(b"".join(response.streaming_content))
    assert "Sekar" in response["Content-Disposition"]


def test_a_document_that_cannot_be_stripped_is_not_handed_out(client, blind, signed_files, assessor_batik):
    assignment, __ = blind
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    broken = store_bytes(f"%PDF-1.7 {OWNER}".encode(), name="x.pdf", content_type="application/pdf")
    DossierItem.objects.filter(pk=signed_files["D02"]).update(file=broken)
    client.force_login(assessor_batik)
    response = client.get(f"/penilaian/tugas/{assignment.pk}/dokumen/{signed_files['D02']}/")
    assert response.status_code == 403
    assert "Baca pratinjaunya" in response.content.decode()
    assert OWNER not in response.content.decode()


def test_the_cover_name_leads_to_no_number(client, blind, assessor_batik, verifier):
    """It stays the same, differs by nomination and stage, and the Sekretariat reads it beside the nomination."""
    assignment, __ = blind
    stage, nomination = assignment.stage, assignment.nomination
    others = [scenes.ovop() for _number in range(3)]
    for one in others:
        scenes.assign(one, assessor_batik, declare=False)
    names = {one.pk: stage.name_of(one) for one in (nomination, *others)}
    assert len(set(names.values())) == 4
    for name in names.values():
        assert re.fullmatch(r"Usulan tersamar [A-Z2-7]{4}-[A-Z2-7]{4}", name)
    assert stage.name_of(nomination) == names[nomination.pk]
    assert Stage(pk=stage.pk + 1, blind=True).name_of(nomination) != names[nomination.pk]
    client.force_login(assessor_batik)
    desk = client.get("/penilaian/").content.decode()
    assert [name for name in names.values() if name not in desk] == []
    client.force_login(verifier)
    assert names[nomination.pk] in client.get(f"/penilaian/usulan/{nomination.pk}/samaran/").content.decode()


def test_the_cover_name_changes_with_the_secret_key(blind, settings):
    """Whoever knows how it is made still cannot try numbers."""
    assignment, __ = blind
    before = assignment.stage.name_of(assignment.nomination)
    settings.SECRET_KEY = "kunci lain " * 6
    assert assignment.stage.name_of(assignment.nomination) != before


def test_a_redacted_text_left_blank_shows_blank(client, blind, assessor_batik):
    """Acceptance case 6."""
    assignment, __ = blind
    original = assignment.nomination.entry.product.description
    BlindText.objects.create(nomination=assignment.nomination, place="Uraian", text="")
    BlindText.objects.create(nomination=assignment.nomination, place="Nama IKM", text="Sebuah IKM batik")
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    client.force_login(assessor_batik)
    page = client.get(f"/penilaian/tugas/{assignment.pk}/nilai/").content.decode()
    assert original not in page
    assert "Sebuah IKM batik" in page


def test_lists_and_mails_use_the_cover_name(client, blind, assessor_batik, chair):
    """Acceptance case 7."""
    assignment, secrets = blind
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    sheet = scenes.submit(assignment)
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Salah baca.", actor=chair)
    client.force_login(assessor_batik)
    for path in ("/penilaian/", "/penilaian/?tampil=selesai", "/", "/akun/pemberitahuan/"):
        assert leaks(client.get(path, follow=True), secrets) == [], path
    told = [*Notice.objects.filter(user=assessor_batik).values_list("text", flat=True)]
    told += OutboxMail.objects.filter(to=assessor_batik.email).values_list("subject", flat=True)
    told += OutboxMail.objects.filter(to=assessor_batik.email).values_list("body", flat=True)
    assert told
    assert [text for text in told if any(secret in text for secret in secrets)] == []


DATA = {
    "title": "Batik Tulis Sekar Arum",
    "reference": "OVOP-2026-3375-0001",
    "region": "Kota Pekalongan, Jawa Tengah",
    "holder": {"name": "CV Batik Sekar Arum", "detail": "Batik Tulis Sekar Arum · Sentra Batik Kauman"},
    "sections": [
        {"title": "IKM", "rows": [["Nama IKM", "CV Batik Sekar Arum"], ["Penanggung jawab", "Siti Aminah"]]},
        {"title": "Produk", "rows": [["Nama produk", "Batik Tulis Sekar Arum"]]},
        {
            "title": "Keterangan usulan",
            "pages": ["uniqueness"],
            "rows": [
                ["Keunikan", "Ibu Aminah dari Kauman, Pekalongan: sekararum@contoh.id, 0812-3456-7890, IG @sekararum."]
            ],
        },
    ],
    "documents": [
        {"item_id": 1, "code": "D09", "label": "Video", "file_name": "", "link": "https://x", "personal": False},
        {"item_id": 2, "code": "D08", "label": "Foto", "file_name": "Sekar Arum.JPG", "link": "", "personal": False},
    ],
}


def test_names_contacts_and_numbers_leave_free_texts():
    covered = covered_data(DATA, Cover(frozenset(), {}))
    text = str(covered)
    for secret in ("Sekar Arum", "Aminah", "Kauman", "Pekalongan", "contoh.id", "7890", "@sekararum", "https://x"):
        assert secret not in text, secret
    assert covered["sections"][1]["rows"] == [["Nama produk", "Batik Tulis …"]]
    assert [(one["personal"], one["file_name"]) for one in covered["documents"]] == [(True, ""), (False, "D08.jpg")]


def test_years_and_amounts_stay():
    names = identities(DATA)
    text = "Berdiri 1972, 12 perajin, Rp2.500.000 sebulan, 80% lokal."
    assert scrubbed(text, names) == text
    assert re.search("…", scrubbed("Telepon 0285 421 889", names))


def test_the_secretariat_writes_what_is_read_instead(client, post, blind, assessor_batik, verifier):
    """A text that is emptied is empty for the scorer; rows that were not touched follow the submission."""
    assignment, __ = blind
    client.force_login(verifier)
    address = f"/penilaian/usulan/{assignment.nomination_id}/samaran/"
    form = client.get(address).context["form"]
    data = {field.html_name: field.value() or "" for field in form}
    names = {place: name for name, place in form.places.items()}
    assert "Nama IKM" not in names
    assert post(client, address, data | {names["Uraian"]: "", names["Nama produk"]: "Kain batik"}).status_code == 302
    texts = dict(BlindText.objects.values_list("place", "text"))
    assert texts == {"Uraian": "", "Nama produk": "Kain batik"}
    scenes.assignments.declare_interest(
        nomination_id=assignment.nomination_id, has_conflict=False, reason="", actor=assessor_batik
    )
    client.force_login(assessor_batik)
    page = client.get(f"/penilaian/tugas/{assignment.pk}/nilai/").content.decode()
    assert "Kain batik" in page
    assert assignment.nomination.entry.product.description not in page


def test_no_calibration_in_a_blind_stage(blind, chair):
    """Its anchors are shown to every scorer as they were submitted."""
    assignment, __ = blind
    with pytest.raises(RuleBroken, match="tersamar"):
        calibration.set_up_round(stage_id=assignment.stage_id, required=False, actor=chair)
