"""Samples: the receipt, who has had them in hand, and the chain that proves it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import NotPermitted, RuleBroken
from core.files import read_bytes
from nominations.enums import DocumentStage, Status
from nominations.selectors.dossiers import checklist
from scoring.enums import CustodyKind
from scoring.models import CustodyEvent, SampleReceipt
from scoring.selectors.mismatches import mismatches_of
from scoring.selectors.samples import first_broken_step, sample_rows
from scoring.services import samples
from scoring.services.sample_pdf import receipt_context, render_receipt
from scoring.services.samples import Step
from tests import factories
from tests.pdfcheck import broken_rules
from tests.pdftext import text as pdf_text
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def step(kind: CustodyKind, taken_by: str = "", **changes: Any) -> Step:
    return replace(Step(kind, timezone.now(), "Laboratorium", "Utuh", taken_by=taken_by), **changes)


def move(receipt: SampleReceipt, actor: Any, number: int, *given: Any, **changes: Any) -> CustodyEvent:
    return samples.move_sample(receipt_id=receipt.pk, step=step(*given, **changes), number=number, actor=actor)


def test_the_way_of_a_sample(verifier):
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    assert receipt.code == f"{receipt.nomination.reference}-C1"
    move(receipt, verifier, 1, CustodyKind.HANDED_OVER, "Penilai Batik")
    move(receipt, verifier, 2, CustodyKind.TESTED)
    move(receipt, verifier, 3, CustodyKind.RETURNED, "Dinas Perindustrian")
    steps = [(one.given_by, one.taken_by) for one in receipt.events.all()]
    assert steps == [
        ("Dinas Perindustrian", "Sekretariat OVOP"),
        ("Sekretariat OVOP", "Penilai Batik"),
        ("Penilai Batik", "Penilai Batik"),
        ("Penilai Batik", "Dinas Perindustrian"),
    ]
    assert first_broken_step(sample_rows().get()) is None
    with pytest.raises(RuleBroken, match="dikembalikan"):
        move(receipt, verifier, 4, CustodyKind.DESTROYED)


def test_a_step_follows_from_the_one_before(verifier):
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    for wrong, reason in (
        (step(CustodyKind.HANDED_OVER, "Penilai", at=timezone.now() + timedelta(hours=1)), "belum terjadi"),
        (step(CustodyKind.HANDED_OVER, "Penilai", at=timezone.now() - timedelta(days=1)), "sebelum langkah terakhir"),
        (step(CustodyKind.HANDED_OVER), "siapa yang menerima"),
        (step(CustodyKind.RECEIVED, "Penilai"), "sudah diterima"),
    ):
        with pytest.raises(RuleBroken, match=reason):
            samples.move_sample(receipt_id=receipt.pk, step=wrong, number=1, actor=verifier)
    assert receipt.events.count() == 1


def test_who_may_receive_and_move(assessor_batik, chair, auditor, verifier):
    nomination = scenes.ovop(sample=False)
    receipt = factories.receive_sample(nomination)
    for person in (assessor_batik, chair, auditor):
        with pytest.raises(NotPermitted):
            move(receipt, person, 1, CustodyKind.TESTED)
    scenes.assign(nomination, assessor_batik)
    move(receipt, assessor_batik, 1, CustodyKind.HANDED_OVER, "Penilai Batik")
    with pytest.raises(NotPermitted, match="Sekretariat"):
        move(receipt, assessor_batik, 2, CustodyKind.DESTROYED)
    with pytest.raises(NotPermitted):
        factories.receive_sample(scenes.ovop_in_plenary())
    assert factories.receive_sample(scenes.ovop(Status.ELIGIBLE, sample=False)).number == 1


def test_a_recused_person_meets_no_sample(assessor_batik, client_of, post):
    nomination = scenes.ovop(sample=False)
    receipt = factories.receive_sample(nomination)
    scenes.assign(nomination, assessor_batik)
    pages = [reverse("sample_list", args=[nomination.pk]), reverse("sample_detail", args=[receipt.code])]
    assert [client_of(assessor_batik).get(page).status_code for page in pages] == [200, 200]
    scenes.assignments.declare_interest(
        nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=assessor_batik
    )
    for page in [*pages, reverse("sample_pdf", args=[receipt.code])]:
        answer = client_of(assessor_batik).get(page)
        assert answer.status_code == 404
        assert receipt.description not in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE scoring_custodyevent SET taken_by = 'Orang lain' WHERE number = 2",
        "DELETE FROM scoring_custodyevent WHERE number = 2",
        "UPDATE scoring_samplereceipt SET count = 9",
    ],
)
def test_the_database_refuses_to_change_the_way(change, verifier):
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    move(receipt, verifier, 1, CustodyKind.HANDED_OVER, "Penilai Batik")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"given_by": "Orang lain"},
        {"number": 3},
        {"previous_hash": "0" * 64},
        {"kind": CustodyKind.RECEIVED},
    ],
)
def test_the_database_refuses_a_step_that_does_not_follow(wrong, verifier):
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    first = receipt.events.get()
    facts = {
        "number": 2,
        "kind": CustodyKind.HANDED_OVER,
        "given_by": first.taken_by,
        "taken_by": "Penilai",
        "previous_hash": first.hash,
    }
    event = CustodyEvent(receipt=receipt, at=timezone.now(), place="A", condition="B", actor=verifier, hash="1" * 64)
    for name, value in (facts | wrong).items():
        setattr(event, name, value)
    with pytest.raises(IntegrityError, match="scoring_custodyevent_follows"), transaction.atomic():
        event.save()


@pytest.mark.parametrize(
    "change", ["taken_by = 'Orang lain'", "condition = 'Rusak'", "at = at + interval '1 hour'", "deviates = true"]
)
def test_tampering_shows_in_the_chain(change, verifier, client_of):
    """Whoever gets past the database's own guards changes one word of a step."""
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    move(receipt, verifier, 1, CustodyKind.HANDED_OVER, "Penilai Batik")
    move(receipt, verifier, 2, CustodyKind.TESTED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger stands in the way
        cursor.execute(f"UPDATE scoring_custodyevent SET {change} WHERE number = 2")  # noqa: S608 - our own words
    assert first_broken_step(sample_rows().get()) == 2
    page = client_of(verifier).get(reverse("sample_detail", args=[receipt.code])).content.decode()
    assert "tidak utuh sejak langkah ke-2" in page


def test_a_deviating_sample_is_on_the_list_of_mismatches(verifier):
    nomination = scenes.ovop(sample=False)
    factories.receive_sample(nomination, deviates=True, condition="Warna luntur", note="Foto ada.")
    (row,) = mismatches_of([nomination.pk])[nomination.pk]
    assert (row.code, row.actual, row.note) == (f"{nomination.reference}-C1", "Warna luntur", "Foto ada.")


def test_the_receipt_answers_the_document_once():
    nomination = scenes.ovop(sample=False)
    receipt = factories.receive_sample(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    with pytest.raises(RuleBroken, match="Berita acara terima contoh produk"):
        scenes.close(nomination)
    for _delivery in range(2):
        render_receipt(receipt.pk)
    receipt.refresh_from_db()
    (row,) = [row for row in checklist(nomination, DocumentStage.ASSESSMENT) if row.requirement.code == "D19"]
    assert row.item.file == receipt.pdf
    second = factories.receive_sample(nomination)
    render_receipt(second.pk)
    assert nomination.items.filter(requirement__code="D19").count() == 1
    assert SampleReceipt.objects.get(pk=second.pk).pdf is not None
    scenes.close(nomination)


def test_the_printed_receipt_is_an_archive_file_with_the_address():
    receipt = factories.receive_sample(scenes.ovop(sample=False))
    render_receipt(receipt.pk)
    receipt.refresh_from_db()
    document, text = read_bytes(receipt.pdf), pdf_text(read_bytes(receipt.pdf))
    for words in (receipt.code, "Kain batik tulis 2,5 m", "Sekretariat OVOP", receipt_context(receipt)["address"]):
        assert words in text
    for flavour in ("3a", "ua1"):
        assert broken_rules(document, flavour) == []


def test_pages_from_the_receipt_to_the_next_step(verifier, client_of, post):
    nomination = scenes.ovop(sample=False)
    client, page = client_of(verifier), reverse("sample_list", args=[nomination.pk])
    data = {
        "description": "Selendang",
        "count": "1",
        "condition": "Utuh",
        "given_by": "Kurir",
        "taken_by": "Sekretariat",
        "day": f"{timezone.localdate():%d-%m-%Y}",
        "clock": "00.00",
        "place": "Lemari",
    }
    refused = post(client, page, data | {"count": "0", "description": "Nama yang panjang"})
    assert refused.status_code == 422
    assert "Nama yang panjang" in refused.content.decode()
    detail = post(client, page, data)["Location"]
    assert detail == reverse("sample_detail", args=[f"{nomination.reference}-C1"])
    move_on = {key: data[key] for key in ("condition", "day", "clock", "place")}
    move_on |= {"number": "1", "kind": "handed_over", "taken_by": "Penilai"}
    assert post(client, detail, move_on)["Location"] == detail
    stale = post(client, detail, move_on | {"taken_by": "Orang ketiga"})
    assert stale.status_code == 409
    shown = stale.content.decode()
    assert "Orang ketiga" in shown  # what was typed
    assert "Sekretariat → Penilai" in shown  # what came between
