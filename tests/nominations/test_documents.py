"""Documents: what is taken, what a refusal leaves untouched, what replacing keeps, how a file leaves."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.http import parse_header_parameters

from accounts.models import Notice
from core.models import AuditEntry, OutboxMail, ScanState, StoredFile
from nominations.enums import DocumentStage, Status
from nominations.models import DossierItem, Nomination, Requirement
from nominations.selectors.dossiers import checklist
from tests import factories
from tests.files import jpeg_bytes, locked_pdf_bytes, pdf_bytes, pdf_upload, png_bomb, png_bytes
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
KEY = "sebuah-kunci-yang-cukup-panjang"


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def requirement(nomination: Nomination, code: str) -> Requirement:
    return nomination.period.requirements.get(code=code)


def add_url(nomination: Nomination, code: str = "D01") -> str:
    return reverse("document_add", args=[nomination.pk, requirement(nomination, code).pk])


def items(nomination: Nomination, code: str = "D01") -> list[DossierItem]:
    return list(nomination.items.filter(requirement__code=code).select_related("file").order_by("id"))


def current(nomination: Nomination, code: str = "D01") -> DossierItem | None:
    return next(row.item for row in checklist(nomination) if row.requirement.code == code)


def test_a_file_is_kept_and_counted_as_the_answer(draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), add_url(draft), {"file": pdf_upload("surat usulan.pdf")})
    assert (answer.status_code, answer["Location"]) == (302, f"/usulan/{draft.pk}/dokumen/#D01")
    item = current(draft)
    assert (item.file.original_name, item.file.created_by_id, item.added_by) == (
        "surat usulan.pdf",
        officer_a.pk,
        officer_a,
    )
    assert scenes.files_on_disk() >= {item.file.path}
    assert scenes.state_of(draft)["updated_at"] > draft.updated_at


@pytest.mark.parametrize(("name", "picture"), [("foto.jpg", jpeg_bytes), ("foto.PNG", png_bytes)])
def test_photos_are_taken_too(name, picture, draft, officer_a, client_of, post):
    post(client_of(officer_a), add_url(draft, "D08"), {"file": SimpleUploadedFile(name, picture())})
    assert current(draft, "D08").file.original_name == name


REFUSED = {
    "empty": ("surat.pdf", b"", "kosong (0 byte)"),
    "eleven megabytes": (
        "surat.pdf",
        pdf_bytes() + bytes(11 * 1024 * 1024),
        "terlalu besar. Ukuran paling besar 10 MB",
    ),
    "html as pdf": ("surat.pdf", b"<!doctype html><script>alert(1)</script>", "bukan PDF, JPEG, atau PNG"),
    "png as pdf": ("surat.pdf", png_bytes(), "tidak sesuai dengan akhiran namanya"),
    "program": ("pasang.exe", b"MZ" + bytes(100), "bukan PDF, JPEG, atau PNG"),
    "locked pdf": ("surat.pdf", locked_pdf_bytes(), "terkunci dengan kata sandi"),
    "bomb": ("foto.png", png_bomb(30_000, 30_000), "Gambar terlalu besar"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_file_is_explained_and_the_earlier_answer_still_counts(case, draft, officer_a, client_of, post):
    client, (name, data, words) = client_of(officer_a), REFUSED[case]
    post(client, add_url(draft), {"file": pdf_upload("yang-lama.pdf")})
    before = scenes.state_of(draft), scenes.files_on_disk(), StoredFile.objects.count(), AuditEntry.objects.count()
    answer = post(client, add_url(draft), {"file": SimpleUploadedFile(name, data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'href="#D01-file"' in page, "the summary leads to the field"
    assert "yang-lama.pdf" in page
    assert current(draft).file.original_name == "yang-lama.pdf"
    after = scenes.state_of(draft), scenes.files_on_disk(), StoredFile.objects.count(), AuditEntry.objects.count()
    assert after == before


@pytest.mark.parametrize("data", [{}, {"file": ""}, {"link": "https://contoh.go.id/"}])
def test_a_document_asks_for_a_file(data, draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), add_url(draft), data)
    assert answer.status_code == 422
    assert "Pilih berkas yang akan diunggah" in answer.content.decode()
    assert current(draft) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://www.contoh.go.id/video?a=1&b=2", "https://www.contoh.go.id/video?a=1&b=2"),
        ("http://contoh.go.id/video", "http://contoh.go.id/video"),
        ("www.contoh.go.id/video", "https://www.contoh.go.id/video"),
    ],
)
def test_a_link_is_kept(typed, stored, draft, officer_a, client_of, post):
    assert post(client_of(officer_a), add_url(draft, "D09"), {"link": typed}).status_code == 302
    assert (current(draft, "D09").link, current(draft, "D09").file) == (stored, None)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://contoh.go.id/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://contoh.go.id/video",
        "file:///etc/passwd",
        "//contoh",
        "https://",
        "bukan tautan",
        "https://contoh.go.id/" + "a" * 200,
        "https://contoh.go.id/\x00",
        "",
    ],
)
def test_only_a_web_address_is_a_link(typed, draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), add_url(draft, "D09"), {"link": typed})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert current(draft, "D09") is None


def test_a_link_is_text_and_no_anchor_before_somebody_checks_it(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    post(client, add_url(draft, "D09"), {"link": "https://contoh.go.id/video"})
    for name in ("nomination_documents", "nomination_content"):
        page = client.get(reverse(name, args=[draft.pk])).content.decode()
        assert "https://contoh.go.id/video" in page
        assert 'href="https://contoh.go.id/video"' not in page


def test_replacing_keeps_the_history_and_both_files(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    sent = {name: pdf_bytes(name) for name in ("satu.pdf", "dua.pdf")}
    for name, data in sent.items():
        assert post(client, add_url(draft), {"file": SimpleUploadedFile(name, data)}).status_code == 302
    old, new = items(draft)
    assert (old.file.original_name, new.file.original_name) == ("satu.pdf", "dua.pdf")
    assert (old.superseded_at is None, new.superseded_at) == (False, None)
    assert current(draft) == new
    assert scenes.files_on_disk() >= {old.file.path, new.file.path}
    for item in (old, new):
        answer = client.get(reverse("document_download", args=[draft.pk, item.pk]))
        assert b"".join(answer) == sent[item.file.original_name]
    page = client.get(reverse("nomination_documents", args=[draft.pk])).content.decode()
    assert "dua.pdf" in page
    assert "satu.pdf" not in page


def test_a_double_click_uploads_once(draft, officer_a, client_of, post):
    client = client_of(officer_a)
    answers = [post(client, add_url(draft), {"file": pdf_upload("a.pdf")}, key=KEY) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(items(draft)) == 1
    other = post(client, add_url(draft), {"file": pdf_upload("a.pdf", "isi lain")}, key=KEY)
    assert (other.status_code, len(items(draft))) == (409, 1)
    assert post(client, add_url(draft, "D02"), {"file": pdf_upload("a.pdf")}, key=KEY).status_code == 409


def test_after_submission_the_region_adds_nothing_and_the_sekretariat_only_its_own(
    client_of, post, officer_a, verifier
):
    eligible = factories.make_ovop_nomination(Status.ELIGIBLE)
    count = DossierItem.objects.count()
    for user, code, status in ((officer_a, "D01", 403), (officer_a, "D19", 403), (verifier, "D01", 404)):
        assert post(client_of(user), add_url(eligible, code), {"file": pdf_upload()}).status_code == status
    assert DossierItem.objects.count() == count
    assert post(client_of(verifier), add_url(eligible, "D19"), {"file": pdf_upload()}).status_code == 302
    assert checklist(eligible, DocumentStage.ASSESSMENT)[0].item.added_by == verifier
    assert scenes.state_of(eligible)["status"] == Status.ELIGIBLE


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/surat.pdf", "surat.pdf"),
        ("C:\\Berkas\\surat.pdf", "surat.pdf"),
        ("laporan\u202efdp.pdf", "laporanfdp.pdf"),
        ("su\x00rat.pdf", "surat.pdf"),
        ("n" * 300 + ".pdf", "n" * 190 + ".pdf"),
        ("Batik “Jlamprang” – é.pdf", "Batik “Jlamprang” – é.pdf"),
    ],
)
def test_a_file_leaves_under_a_plain_name_and_runs_nothing(sent, shown, draft, officer_a, client_of):
    client = client_of(officer_a)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="_key"\r\n\r\n' + KEY.encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + sent.replace("\\", "\\\\").encode()
        + b'"\r\n'
        b"Content-Type: text/html\r\n\r\n" + pdf_bytes() + b"\r\n--x--\r\n"
    )
    answer = client.post(add_url(draft), body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 302
    item = current(draft)
    answer = client.get(reverse("document_download", args=[draft.pk, item.pk]))
    kind, facts = parse_header_parameters(answer["Content-Disposition"])
    assert (kind, facts["filename"], item.file.original_name) == ("attachment", shown, shown)
    assert answer["Content-Type"] == "application/pdf", "never what the browser claimed"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert shown.partition(".")[0][:20] not in item.file.path


def test_an_infected_file_is_held_back_from_everybody(draft, officer_a, verifier, client_of, post):
    post(client_of(officer_a), add_url(draft), {"file": pdf_upload()})
    item = current(draft)
    url = reverse("document_download", args=[draft.pk, item.pk])
    people = (officer_a, verifier)
    assert [client_of(user).get(url).status_code for user in people] == [200, 200]
    StoredFile.objects.filter(pk=item.file_id).update(scan_state=ScanState.INFECTED)
    assert [client_of(user).get(url).status_code for user in people] == [403, 403]


def test_opening_an_identity_card_leaves_a_trace(officer_a, verifier, province, client_of):
    nomination = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    card = nomination.items.get(requirement__code="D05")
    plain = nomination.items.get(requirement__code="D01")
    opened = AuditEntry.objects.filter(action="nomination.personal_document_opened")
    for item in (card, plain):
        for name in ("document_download", "document_preview"):
            url = reverse(name, args=[nomination.pk, item.pk])
            for person in (verifier, province, item.added_by):
                assert client_of(person).get(url).status_code == 200
    assert sorted(opened.values_list("actor_id", "data__code")) == sorted(
        [(verifier.pk, "D05"), (province.pk, "D05")] * 2
    )


def test_a_fault_after_the_upload_changes_nothing_in_the_database(draft, officer_a, client_of, post, monkeypatch):
    """The bytes that are left on disk are removed a day later (`core.remove_orphan_files`)."""
    client = client_of(officer_a)
    post(client, add_url(draft), {"file": pdf_upload("yang-lama.pdf")})
    before = scenes.state_of(draft), list(DossierItem.objects.values()), StoredFile.objects.count()
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("nominations.services.documents.touch", lambda nomination: 1 / 0)
        assert post(client, add_url(draft), {"file": pdf_upload("baru.pdf")}).status_code == 500
    assert (scenes.state_of(draft), list(DossierItem.objects.values()), StoredFile.objects.count()) == before
    assert current(draft).file.original_name == "yang-lama.pdf"


def test_every_document_says_what_it_is_and_whether_it_must_be(draft, officer_a, client_of):
    page = client_of(officer_a).get(reverse("nomination_documents", args=[draft.pk])).content.decode()
    for row in checklist(draft):
        assert row.requirement.label in page
    assert page.count("(opsional)") == sum(not row.required for row in checklist(draft))
    assert "D10" not in page, "food permits are not asked of batik"
    assert "D19" not in page, "the sample is the Sekretariat's"


ONLY_FOR = {
    "makanan_minuman": {"D10", "D11", "D12"},
    "tenun": {"D13"},
    "batik": {"D13", "D18"},
    "anyaman": {"D13"},
    "gerabah": {"D13", "D18"},
}


@pytest.mark.parametrize("commodity", ONLY_FOR)
def test_each_commodity_is_asked_for_its_own_documents(commodity, officer_a, client_of):
    nomination = factories.make_ovop_nomination(commodity=commodity, complete=False)
    client = client_of(officer_a)
    asked = {row["code"]: row["required"] for row in client.get(documents_url(nomination)).context["rows"]}
    common = {f"D{number:02}" for number in (*range(1, 10), 14, 15, 16, 17)}
    assert set(asked) == common | ONLY_FOR[commodity]
    permits = {"D10", "D11", "D12"}
    assert {code for code, required in asked.items() if required} == {
        *("D01", "D02", "D03", "D04", "D05", "D06", "D08", "D15"),
        *(permits & ONLY_FOR[commodity]),
    }
    assert {row.requirement.code for row in checklist(nomination, DocumentStage.ASSESSMENT)} == {"D19"}


def documents_url(nomination: Nomination) -> str:
    return reverse("nomination_documents", args=[nomination.pk])


def seen_on(answer: Any, code: str = "D01") -> str:
    part = answer.content.decode().partition(f'<section class="document" id="{code}"')[2].partition("</section>")[0]
    return re.search(r'name="seen" value="([0-9]+)"', part)[1]


@pytest.mark.parametrize("first", ["none", "own"])
def test_two_who_upload_for_one_document_are_both_told_and_nothing_is_lost(first, draft, officer_a, client_of, post):
    """The page of the second showed nothing, or an older file, while the first one's came."""
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")
    mine, theirs = client_of(officer_a), client_of(colleague)
    if first == "own":
        post(mine, add_url(draft), {"file": pdf_upload("lama.pdf")})
    opened = {client: seen_on(client.get(documents_url(draft))) for client in (mine, theirs)}
    post(theirs, add_url(draft), {"file": pdf_upload("milik-rekan.pdf"), "seen": opened[theirs]})
    assert not Notice.objects.exists(), "replacing what one has seen is nothing to tell"
    late = {"file": pdf_upload("milik-saya.pdf"), "seen": opened[mine]}
    page = mine.get(post(mine, add_url(draft), late)["Location"]).content.decode()
    for words in ("Rekan Sekantor mengunggah berkas milik-rekan.pdf", "yang dipakai adalah berkas Anda", "riwayat"):
        assert words in page
    assert current(draft).file.original_name == "milik-saya.pdf"
    assert [item.file.original_name for item in items(draft)][-2:] == ["milik-rekan.pdf", "milik-saya.pdf"]
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (
        colleague,
        reverse("document_history", args=[draft.pk, requirement(draft, "D01").pk]),
    )
    mail = OutboxMail.objects.get(to=colleague.email)
    assert f"{officer_a.name} mengunggah dokumen D01 tanpa melihat berkas milik-rekan.pdf" in mail.body
    history = theirs.get(notice.url).content.decode()
    assert "milik-rekan.pdf" in history
    assert "milik-saya.pdf" in history


def test_of_links_the_same_holds(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")
    mine, theirs = client_of(officer_a), client_of(colleague)
    opened = seen_on(mine.get(documents_url(draft)), "D09")
    post(theirs, add_url(draft, "D09"), {"link": "https://contoh.go.id/satu", "seen": opened})
    answer = post(mine, add_url(draft, "D09"), {"link": "https://contoh.go.id/dua", "seen": opened})
    assert "tautan https://contoh.go.id/satu" in mine.get(answer["Location"]).content.decode()
    assert Notice.objects.get().user == colleague


def test_who_has_left_the_region_is_not_told(draft, officer_a, client_of, post):
    colleague = factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME, name="Rekan Sekantor")
    opened = seen_on(client_of(officer_a).get(documents_url(draft)))
    post(client_of(colleague), add_url(draft), {"file": pdf_upload("milik-rekan.pdf"), "seen": opened})
    colleague.memberships.update(region=factories.OTHER)
    client = client_of(officer_a)
    answer = post(client, add_url(draft), {"file": pdf_upload("milik-saya.pdf"), "seen": opened})
    assert "milik-rekan.pdf" in client.get(answer["Location"]).content.decode()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_post_without_what_was_seen_is_taken_or_refused_in_words(seen, draft, officer_a, client_of, post):
    answer = post(client_of(officer_a), add_url(draft), {"file": pdf_upload("surat.pdf"), "seen": seen})
    assert answer.status_code == (422 if seen else 302)
