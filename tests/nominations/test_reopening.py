"""Acceptance cases 29 and 30: a return reopens only what was named, and keeps the difference."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotPermitted, RuleBroken
from nominations import policies
from nominations.enums import Action, ItemVerdict, Status, Topic, WindowKind
from nominations.models import AnswerVersion, Beneficiary, DossierItem, Nomination
from nominations.rules import BENEFICIARIES, SUBJECT
from nominations.selectors.reopening import repair_of, returned_of
from nominations.selectors.verification import earlier_check, marks_of, parts_of, proposals_of, section_pages
from nominations.services import drafting, submission, verification
from nominations.services.answers import restore_answer
from nominations.services.documents import add_document
from nominations.services.extensions import extend_nomination
from nominations.services.proxies import open_proxy
from nominations.services.verification import Mark
from sentra.models import Sentra
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
REPAIR = ItemVerdict.REPAIR


def returned(*codes: str, make: Any = factories.make_ovop_nomination) -> Nomination:
    """A dossier that was sent back for these parts only; everything else was accepted."""
    nomination = make(Status.UNDER_VERIFICATION)
    verifier = factories.someone(factories.Role.VERIFIER)
    factories.mark_all(nomination, verifier, **dict.fromkeys(codes, REPAIR))
    verification.conclude_verification(
        nomination_id=nomination.pk, action=Action.RETURN_FOR_REPAIR, reason="Perbaiki.", actor=verifier
    )
    nomination.refresh_from_db()
    return nomination


def requirement(nomination: Nomination, code: str) -> Any:
    return nomination.period.requirements.get(code=code)


def replace(nomination: Nomination, code: str, actor: Any) -> DossierItem:
    return add_document(
        nomination_id=nomination.pk,
        requirement=requirement(nomination, code),
        upload=pdf_upload(f"{code} baru.pdf"),
        actor=actor,
    )


def write(nomination: Nomination, question: Topic, text: str, actor: Any) -> Any:
    return drafting.save_answer(nomination_id=nomination.pk, question=question, text=text, version=1, actor=actor)


def resubmit(nomination: Nomination, actor: Any) -> Nomination:
    submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=actor)
    nomination.refresh_from_db()
    return nomination


@pytest.fixture
def repairing(officer_a: Any, verifier: Any) -> Nomination:
    return returned("D02", "marketing")


def test_case_30_only_what_was_marked_may_be_changed(repairing, officer_a):
    write(repairing, Topic.MARKETING, "Penjualan 2025: Rp265 juta.", officer_a)
    replace(repairing, "D02", officer_a)
    replace(repairing, "D02", officer_a)
    for attempt in (
        lambda: write(repairing, Topic.UNIQUENESS, "Diganti diam-diam.", officer_a),
        lambda: replace(repairing, "D03", officer_a),
    ):
        with pytest.raises(NotPermitted, match="tidak perlu diperbaiki"):
            attempt()
    assert repairing.answers.get(question="uniqueness").text == "Keterangan lengkap."
    assert repairing.items.filter(requirement__code="D03").count() == 1


def test_case_29_a_repair_that_was_not_sent_in_time_is_out_until_an_extension_says_why(
    repairing, officer_a, verifier, admin_a, client_of
):
    replace(repairing, "D02", officer_a)
    write(repairing, Topic.MARKETING, "Dijual di pasar induk.", officer_a)
    scenes.close_window(repairing.period, WindowKind.CORRECTION, scenes.now() - timedelta(hours=1))
    with pytest.raises(RuleBroken, match="Batas waktu sudah lewat"):
        resubmit(repairing, officer_a)
    assert words_of(repairing, client_of(officer_a)) == {"Batas perbaikan lewat"}
    for action in (Action.DECLARE_ELIGIBLE, Action.OPEN_ASSESSMENT):
        assert not policies.can_act(verifier, repairing, action)
    later = scenes.now() + timedelta(days=1)
    with pytest.raises(RuleBroken):
        extend_nomination(nomination_id=repairing.pk, closes_at=later, reason=" ", actor=admin_a)
    extend_nomination(nomination_id=repairing.pk, closes_at=later, reason="Kantor dinas kebanjiran.", actor=admin_a)
    assert "kebanjiran" in client_of(officer_a).get(reverse("nomination_detail", args=[repairing.pk])).content.decode()
    assert words_of(repairing, client_of(officer_a)) == {"Perlu perbaikan"}
    assert resubmit(repairing, officer_a).status == Status.SUBMITTED


def words_of(nomination: Nomination, client: Any) -> set[str]:
    """What list, page and lineage call its status."""
    rows = client.get(reverse("nomination_list")).context["rows"]
    sentra = client.get(reverse("sentra_lineage", args=[nomination.product_entry.sentra_id]))
    years = [year for branch in sentra.context["branches"] for one in branch["products"] for year in one["years"]]
    tags = [row["status"] for row in rows if row["nomination"] == nomination] + [year["status"] for year in years]
    return {
        tag["label"]
        for tag in [*tags, client.get(reverse("nomination_detail", args=[nomination.pk])).context["status"]]
    }


def test_within_the_grace_a_returned_dossier_is_not_called_late(repairing, officer_a, client_of):
    closed = scenes.now() - timedelta(minutes=10)
    scenes.close_window(repairing.period, WindowKind.CORRECTION, closed, grace_minutes=30)
    assert words_of(repairing, client_of(officer_a)) == {"Perlu perbaikan"}
    scenes.close_window(repairing.period, WindowKind.CORRECTION, closed, grace_minutes=5)
    assert words_of(repairing, client_of(officer_a)) == {"Batas perbaikan lewat"}


def test_case_30_by_page(repairing, officer_a, client_of, post):
    client, before = client_of(officer_a), scenes.state_of(repairing)
    locked = reverse("nomination_answer", args=[repairing.pk, "uniqueness"])
    page = client.get(locked)
    assert page.status_code == 200
    assert "Bagian ini tidak perlu diperbaiki" in page.content.decode()
    assert "Keterangan lengkap." in page.content.decode()
    assert "<textarea" not in page.content.decode()
    answer = post(client, locked, {"version": 1, "text": "Diganti diam-diam."})
    assert (answer.status_code, "tidak perlu diperbaiki" in answer.content.decode()) == (403, True)
    upload = reverse("document_add", args=[repairing.pk, requirement(repairing, "D03").pk])
    for data in ({"file": pdf_upload("lain.pdf")}, {}):
        assert post(client, upload, data).status_code == 403
    documents = client.get(reverse("nomination_documents", args=[repairing.pk])).content.decode()
    assert documents.count('type="file"') == 1
    assert "Dokumen lain tidak perlu diperbaiki." in documents
    assert f'action="{reverse("document_add", args=[repairing.pk, requirement(repairing, "D02").pk])}"' in documents
    assert scenes.state_of(repairing) == before
    open_page = client.get(reverse("nomination_answer", args=[repairing.pk, "marketing"])).content.decode()
    assert "Catatan uji." in open_page
    assert "<textarea" in open_page


def test_case_30_by_script_and_by_earlier_versions(repairing, officer_a, client_of, post):
    """What was written earlier cannot come back into a locked topic, neither by typing nor from the history."""
    write(repairing, Topic.MARKETING, "Angka lengkap.", officer_a)
    kept = {"text": "Naskah lama.", "version": 7, "saved_by": officer_a, "saved_at": scenes.now()}
    for topic in ("uniqueness", "marketing"):
        AnswerVersion.objects.create(nomination=repairing, question=topic, **kept)
    repairing.answers.update(version=8)
    client = client_of(officer_a)
    for topic, status, back in (("uniqueness", 403, 403), ("marketing", 200, 302)):
        present = repairing.answers.get(question=topic)
        restore = reverse("answer_version", args=[repairing.pk, topic, 7])
        assert post(client, restore, {"version": 8}).status_code == back
        version = repairing.answers.get(question=topic).version
        save = reverse("nomination_answer_autosave", args=[repairing.pk, topic])
        answer = client.post(save, {"text": "Diketik.", "version": version})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
        if status == 403:
            assert "Bagian ini tidak perlu diperbaiki." in answer.json()["message"]
            assert repairing.answers.get(question=topic).text == present.text
            with pytest.raises(NotPermitted, match="tidak perlu diperbaiki"):
                restore_answer(nomination_id=repairing.pk, question=topic, earlier=7, version=8, actor=officer_a)


def test_the_task_list_tells_marked_from_locked_and_mended(repairing, officer_a, client_of):
    client, url = client_of(officer_a), reverse("nomination_detail", args=[repairing.pk])

    def states() -> dict[str, str]:
        sections = client.get(url).context["tasks"]["sections"]
        return {task["label"]: task["status_label"] for section in sections for task in section["tasks"]}

    assert states() == {
        "Sentra, IKM, dan produk": "Terkunci",
        "Keunikan dan kearifan lokal": "Terkunci",
        "Bahan baku dan proses": "Terkunci",
        "Pemasaran dan penjualan": "Perlu perbaikan",
        "Peran IKM bagi sentra dan masyarakat": "Terkunci",
        "Dokumen": "Perlu perbaikan",
        "Periksa kembali dan kirim usulan": "Belum selesai diperbaiki",
    }
    assert "D02: Catatan uji." in client.get(url).content.decode()
    write(repairing, Topic.MARKETING, "Angka lengkap.", officer_a)
    replace(repairing, "D02", officer_a)
    assert [states()[name] for name in ("Pemasaran dan penjualan", "Dokumen")] == ["Sudah diperbaiki"] * 2


def test_a_gap_that_came_up_meanwhile_is_open_and_stays_open_once_mended(repairing, officer_a):
    DossierItem.objects.filter(nomination=repairing, requirement__code="D04").update(superseded_at=scenes.now())
    repairing.answers.filter(question="materials").update(text="")
    opened = repair_of(repairing, returned_of(repairing)).opened
    assert {part for part in opened if isinstance(part, str)} == {
        "marketing",
        "materials",
    }
    with pytest.raises(RuleBroken, match="D04"):
        resubmit(repairing, officer_a)
    for _turn in range(2):  # the second time it is no gap any more, but a slip must be mendable
        replace(repairing, "D04", officer_a)
    write(repairing, Topic.MATERIALS, "Bahan dari daerah.", officer_a)
    drafting.save_answer(
        nomination_id=repairing.pk, question=Topic.MATERIALS, text="Bahan setempat.", version=2, actor=officer_a
    )
    assert resubmit(repairing, officer_a).status == Status.SUBMITTED


def test_the_list_of_beneficiaries_is_read_only_unless_it_was_marked(officer_a, verifier, client_of, post):
    locked = returned("impact", make=factories.make_upakarti_nomination)
    row = Beneficiary.objects.get(entry__nomination=locked, name="IKM Binaan 1")
    client = client_of(officer_a)
    page = client.get(reverse("beneficiary_list", args=[locked.pk])).content.decode()
    assert "IKM Binaan 1" in page
    assert "tidak perlu diperbaiki" in page
    assert "Tambah IKM binaan" not in page
    assert "Hapus" not in page
    pages = [("beneficiary_add", []), ("beneficiary_edit", [row.pk])]
    for name, args in pages:
        assert client.get(reverse(name, args=[locked.pk, *args])).status_code == 403
    for name, args in [*pages, ("beneficiary_remove", [row.pk])]:
        assert post(client, reverse(name, args=[locked.pk, *args])).status_code == 403
    with pytest.raises(NotPermitted):
        drafting.remove_beneficiary(
            nomination_id=locked.pk, beneficiary_id=row.pk, version=row.version, actor=officer_a
        )
    opened = returned(BENEFICIARIES, make=factories.make_upakarti_nomination)
    other = Beneficiary.objects.get(entry__nomination=opened, name="IKM Binaan 1")
    page = client.get(reverse("beneficiary_list", args=[opened.pk])).content.decode()
    assert page.index("Catatan uji.") < page.index("IKM Binaan 1")
    assert client.get(reverse("beneficiary_edit", args=[opened.pk, other.pk])).status_code == 200


def candidate_fields(nomination: Nomination, **changes: str) -> dict[str, str]:
    entry = nomination.candidate_entry
    names = ("version", "candidate_kind", "name", "identity_number", "address", "phone")
    return {name: getattr(entry, name) for name in names} | changes


def test_the_facts_of_a_candidate_can_be_mended_when_they_were_marked(officer_a, verifier, client_of, post):
    marked, locked = (returned(code, make=factories.make_upakarti_nomination) for code in (SUBJECT, "impact"))
    client, fields = client_of(officer_a), candidate_fields(marked, name="Nama Yang Benar", address="Jalan Baru 9")
    url = reverse("candidate_edit", args=[marked.pk])
    assert "Catatan uji." in client.get(url).content.decode()
    assert url in client.get(reverse("nomination_content", args=[marked.pk])).content.decode()
    assert post(client, url, fields).status_code == 302
    marked = Nomination.objects.get(pk=marked.pk)
    assert (marked.title, marked.candidate_entry.address) == ("Nama Yang Benar", "Jalan Baru 9")
    tasks = client.get(reverse("nomination_detail", args=[marked.pk])).context["tasks"]["sections"]
    assert tasks[0]["tasks"][0]["status_label"] == "Sudah diperbaiki"
    other = reverse("candidate_edit", args=[locked.pk])
    assert client.get(other).headers["Location"] == reverse("nomination_content", args=[locked.pk])
    assert post(client, other, candidate_fields(locked)).status_code == 403
    assert other not in client.get(reverse("nomination_content", args=[locked.pk])).content.decode()


def test_a_mended_identity_is_not_that_of_another_nomination(officer_a, client_of, post):
    mine, other = (factories.make_upakarti_nomination() for _number in range(2))
    taken = candidate_fields(mine, identity_number=other.candidate_entry.identity_number)
    answer = post(client_of(officer_a), reverse("candidate_edit", args=[mine.pk]), taken)
    assert (answer.status_code, "sudah diusulkan" in answer.content.decode()) == (422, True)
    free = candidate_fields(mine, identity_number="3375011708459999")
    assert post(client_of(officer_a), reverse("candidate_edit", args=[mine.pk]), free).status_code == 302
    assert "3375011708459999" in Nomination.objects.get(pk=mine.pk).subject_key
    for kept in (free, candidate_fields(other)):
        del kept["version"]
        with pytest.raises(RuleBroken, match="sudah diusulkan"):
            drafting.create_candidate_nomination(
                period=mine.period,
                category=mine.category,
                region_code=mine.region_id,
                candidate=kept,
                actor=officer_a,
            )


def test_the_policies_for_pages_and_documents_agree_with_can_edit_outside_of_a_return(officer_a, officer_b, verifier):
    for status in Status:
        if status is Status.RETURNED:
            continue
        nomination = scenes.bare(status)
        any_requirement = nomination.period.requirements.first()
        for user in (officer_a, officer_b, verifier):
            expected = policies.can_edit(user, nomination)
            assert policies.can_edit_page(user, nomination, SUBJECT) == expected
            assert policies.can_edit_document(user, nomination, any_requirement) == expected


def test_in_a_return_policy_service_and_page_say_the_same(repairing, officer_a, officer_b, verifier, client_of):
    opened = repair_of(repairing, returned_of(repairing)).opened
    for page in section_pages(repairing.entry_kind):
        assert bool(policies.can_edit_page(officer_a, repairing, page)) == (page in opened) == (page == "marketing")
        for user in (officer_b, verifier):
            assert not policies.can_edit_page(user, repairing, page)
    for wanted in repairing.period.requirements.all():
        assert bool(policies.can_edit_document(officer_a, repairing, wanted)) == (wanted.code == "D02")
        assert not policies.can_edit_document(officer_b, repairing, wanted)


def test_case_30_the_difference_shows_old_and_new_and_what_nobody_asked_for(
    repairing, officer_a, officer_b, verifier, client_of
):
    old = repairing.items.get(requirement__code="D02", superseded_at=None)
    write(repairing, Topic.MARKETING, "Keterangan lengkap dengan angka.", officer_a)
    new = replace(repairing, "D02", officer_a)
    Sentra.objects.update(unit_count=14)
    resubmit(Nomination.objects.get(pk=repairing.pk), officer_a)
    url = reverse("nomination_changes", args=[repairing.pk, 2])
    for user in (officer_a, verifier):
        answer = client_of(user).get(url)
        page = answer.content.decode()
        assert [(s["page"], bool(s["flag"])) for s in answer.context["sections"]] == [
            (SUBJECT, True),
            ("marketing", False),
        ]
        assert '<ins><span class="visually-hidden">ditambahkan: </span>lengkap dengan angka.</ins>' in page
        assert '<del><span class="visually-hidden">dihapus: </span>12 </del>' in page
        assert [(row["change"].code, row["flag"]) for row in answer.context["documents"]] == [("D02", "")]
        for item in (old, new):
            link = reverse("document_download", args=[repairing.pk, item.pk])
            assert link in page
            assert client_of(user).get(link).status_code == 200
    assert client_of(officer_b).get(url).status_code == 404
    for number in (1, 3):
        assert client_of(officer_a).get(reverse("nomination_changes", args=[repairing.pk, number])).status_code == 404
    for name in ("nomination_detail", "nomination_receipt"):
        assert url in client_of(officer_a).get(reverse(name, args=[repairing.pk])).content.decode()


def test_what_did_not_change_is_proposed_and_confirmed_in_one_press(repairing, officer_a, verifier, client_of, post):
    write(repairing, Topic.MARKETING, "Angka lengkap.", officer_a)
    replace(repairing, "D02", officer_a)
    Sentra.objects.update(unit_count=14)
    resubmit(Nomination.objects.get(pk=repairing.pk), officer_a)
    verification.start_verification(nomination_id=repairing.pk, actor=verifier)
    snapshot = repairing.snapshots.get(number=2)
    parts = parts_of(repairing)
    changed = {SUBJECT, "marketing", "D02"}
    proposals = proposals_of(parts, snapshot, {}, earlier_check(snapshot))
    assert {part.code for part in parts if part.key not in proposals} == changed
    verification.save_verdicts(
        nomination_id=repairing.pk, verdicts={"materials": Mark(REPAIR, "Masih kurang.")}, actor=verifier
    )
    client = client_of(verifier)
    page = client.get(reverse("verification_detail", args=[repairing.pk])).content.decode()
    assert "Diterima pada pengajuan 1, belum dikonfirmasi" in page
    confirm = reverse("verification_confirm", args=[repairing.pk])
    assert post(client, confirm).status_code == 302
    marks = marks_of(snapshot)
    assert {part.code for part in parts if part.key not in marks} == changed
    assert marks["materials"].verdict == REPAIR, "a verdict of now is not overwritten by one of before"
    answer = post(client, confirm)
    assert (answer.status_code, "Tidak ada bagian tanpa perubahan" in answer.content.decode()) == (422, True)


def test_the_desk_tells_what_was_said_before(repairing, officer_a, verifier, client_of):
    write(repairing, Topic.MARKETING, "Angka lengkap.", officer_a)
    resubmit(Nomination.objects.get(pk=repairing.pk), officer_a)
    verification.start_verification(nomination_id=repairing.pk, actor=verifier)
    page = client_of(verifier).get(reverse("verification_detail", args=[repairing.pk]) + "?bagian=marketing")
    assert "Perlu perbaikan: Catatan uji." in page.content.decode()


def test_the_notes_of_a_check_that_goes_on_are_not_the_regions(officer_a, province, verifier, client_of):
    checking = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    verification.save_verdicts(
        nomination_id=checking.pk, verdicts={SUBJECT: Mark(REPAIR, "Catatan yang belum dikirim.")}, actor=verifier
    )
    names = ("nomination_detail", "nomination_content", "nomination_receipt")
    for user in (officer_a, province):
        for name in names:
            page = client_of(user).get(reverse(name, args=[checking.pk])).content.decode()
            assert "belum dikirim" not in page
    submission.withdraw_nomination(nomination_id=checking.pk, reason="Batal.", actor=officer_a)
    page = client_of(officer_a).get(reverse("nomination_detail", args=[checking.pk])).content.decode()
    assert "belum dikirim" not in page


def test_what_a_text_says_is_shown_as_text(repairing, officer_a, client_of):
    write(repairing, Topic.MARKETING, "<script>alert(1)</script> & lengkap.", officer_a)
    resubmit(repairing, officer_a)
    page = client_of(officer_a).get(reverse("nomination_changes", args=[repairing.pk, 2])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_dossier_is_not_called_ready_before_what_was_marked_is_mended(officer_a, client_of):
    repairing = returned("D02", "marketing", SUBJECT)
    client = client_of(officer_a)

    def shown() -> tuple[str, int, str]:
        tasks = client.get(reverse("nomination_detail", args=[repairing.pk])).context
        readiness = client.get(reverse("nomination_readiness", args=[repairing.pk])).context
        check = client.get(reverse("nomination_check", args=[repairing.pk])).context
        assert readiness["repairs"] == check["repairs"]
        assert readiness["verdict"] == tasks["verdict"]
        return tasks["tasks"]["sections"][-1]["tasks"][0]["status_label"], len(check["repairs"]), tasks["verdict"]

    assert shown()[:2] == ("Belum selesai diperbaiki", 3)
    assert shown()[2].startswith("3 bagian yang diminta Sekretariat belum diperbaiki.")
    write(repairing, Topic.MARKETING, "Penjualan 2025: Rp265 juta.", officer_a)
    replace(repairing, "D02", officer_a)
    assert shown()[:2] == ("Belum selesai diperbaiki", 1)
    page = client.get(reverse("nomination_check", args=[repairing.pk])).content.decode()
    assert "Catatan uji." in page
    assert reverse("sentra_detail", args=[repairing.product_entry.sentra_id]) in page
    Sentra.objects.update(unit_count=14)
    assert shown() == ("Siap dikirim", 0, "Semua aturan administrasi terpenuhi menurut data yang tercatat.")
    resubmit(Nomination.objects.get(pk=repairing.pk), officer_a)


COMMODITIES = ["batik", "makanan_minuman"]


@pytest.mark.parametrize("commodity", COMMODITIES)
@pytest.mark.parametrize("by_proxy", [False, True], ids=["officer", "proxy"])
def test_a_returned_dossier_whose_register_was_marked_costs_twelve_queries(
    commodity, by_proxy, officer_a, admin_a, client_of, django_assert_max_num_queries
):
    repairing = returned(
        "D02", SUBJECT, make=lambda status: factories.make_ovop_nomination(status, commodity=commodity)
    )
    person = officer_a
    if by_proxy:
        person = admin_a
        open_proxy(
            region_code=repairing.region_id, periods=[repairing.period], reason="Banjir", letter=None, actor=admin_a
        )
        replace(repairing, "D02", type(admin_a).objects.get(pk=admin_a.pk))
    client = client_of(person)
    for name in ("nomination_detail", "nomination_readiness"):
        url = reverse(name, args=[repairing.pk])
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
