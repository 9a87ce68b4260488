"""What was submitted stays as it was: sealed, masked, and refused any change by the database."""

import hashlib
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core import outbox
from core.clock import transaction_time
from core.files import read_bytes
from core.models import AuditEntry, OutboxMail, StoredFile
from nominations.enums import Status, Topic
from nominations.models import CandidateEntry, Nomination, Snapshot
from nominations.selectors.contents import snapshot_data
from nominations.selectors.dossiers import checklist, texts_of
from nominations.services import documents_pdf
from nominations.services.snapshots import canonical_json
from nominations.tasks import render_snapshot
from reference.models import Commodity
from sentra.models import Ikm, Product, Sentra
from tests import factories
from tests.broker import broker_away
from tests.pdftext import text as pdf_text

pytestmark = pytest.mark.django_db


def sealed(snapshot: Snapshot) -> bool:
    """Computed by hand from the stored value, as an auditor would."""
    text = json.dumps(snapshot.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest() == snapshot.sha256


def rows_of(data: dict[str, Any]) -> dict[str, str]:
    return {label: value for section in data["sections"] for label, value in section["rows"]}


@pytest.fixture
def submitted(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(Status.SUBMITTED)


def test_a_snapshot_holds_the_dossier_and_its_documents(submitted):
    snapshot = Snapshot.objects.get()
    entry, data = submitted.entry, snapshot.data
    assert (data["reference"], data["title"]) == (submitted.reference, submitted.title)
    assert (data["region"], data["category"]) == (submitted.region.full_label, submitted.category.label)
    assert data["holder"] == {"name": entry.ikm.name, "detail": f"{entry.product.name} · {entry.sentra.name}"}
    rows = rows_of(data)
    assert rows["Nama sentra"] == entry.sentra.name
    assert rows["Nilai investasi"] == "Rp250.000.000"
    assert rows["Keunikan dan kearifan lokal"] == texts_of(submitted)[Topic.UNIQUENESS]
    given = [row.item for row in checklist(submitted) if row.item]
    assert [(d["item_id"], d["sha256"], d["size"]) for d in data["documents"]] == [
        (item.pk, item.file.sha256, item.file.size) for item in given
    ]
    assert sealed(Snapshot.objects.get())


def test_the_seal_is_over_the_stored_value_also_with_every_kind_of_text(officer_a):
    draft = factories.make_ovop_nomination()
    odd = 'Kutip " \\ / <b> é 😀 \u2028 \u202e tab\t baris\r\n1.50 1e3 null'
    draft.answers.filter(question=Topic.UNIQUENESS).update(text=odd)
    Sentra.objects.update(name=odd[:160])
    factories.advance(draft, Status.SUBMITTED)
    snapshot = Snapshot.objects.get()
    assert rows_of(snapshot.data)["Keunikan dan kearifan lokal"] == odd
    assert sealed(snapshot)
    snapshot.data["title"] += " "
    assert not sealed(snapshot)


def test_the_canonical_form_is_one_whatever_the_order():
    assert canonical_json({"b": 1, "a": [True, None, "é"]}) == b'{"a":[true,null,"\xc3\xa9"],"b":1}'
    assert canonical_json({"a": [True, None, "é"], "b": 1}) == canonical_json({"b": 1, "a": [True, None, "é"]})


def test_a_later_change_of_the_register_does_not_reach_it(submitted, officer_a, verifier, client_of):
    before = Snapshot.objects.get().data
    for model, name in ((Sentra, "Sentra Baru"), (Ikm, "IKM Baru"), (Product, "Produk Baru")):
        model.objects.update(name=name)
    Commodity.objects.filter(pk="batik").update(name="Batik dan Jumputan")
    Sentra.objects.update(unit_count=999)
    submitted.answers.update(text="Diubah kemudian")
    assert snapshot_data(Nomination.objects.get(pk=submitted.pk)) != before
    assert Snapshot.objects.get().data == before
    assert sealed(Snapshot.objects.get())
    for user in (officer_a, verifier):
        page = client_of(user).get(reverse("nomination_content", args=[submitted.pk])).content.decode()
        assert rows_of(before)["Nama sentra"] in page
        assert "Sentra Baru" not in page
        assert "Diubah kemudian" not in page


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nominations_snapshot SET data = '{}'",
        "UPDATE nominations_snapshot SET sha256 = repeat('0', 64)",
        "UPDATE nominations_snapshot SET number = 2",
        "UPDATE nominations_snapshot SET created_at = now() - interval '1 day'",
        "UPDATE nominations_snapshot SET nomination_id = nomination_id + 1",
        "DELETE FROM nominations_snapshot",
        "TRUNCATE nominations_snapshot CASCADE",
        "UPDATE nominations_statuschange SET reason = 'lain'",
        "DELETE FROM nominations_statuschange",
        "TRUNCATE nominations_statuschange",
    ],
)
def test_the_database_refuses_to_change_what_was_submitted(statement, submitted):
    connection.check_constraints()  # PostgreSQL truncates nothing while it has constraints to check
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert sealed(Snapshot.objects.get())


def test_the_printed_form_is_attached_once(submitted):
    snapshot, files = Snapshot.objects.get(), [factories.stored_pdf(name) for name in ("satu.pdf", "dua.pdf")]
    Snapshot.objects.filter(pk=snapshot.pk).update(pdf=files[0])
    for other in (files[1], None):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Snapshot.objects.filter(pk=snapshot.pk).update(pdf=other)
    assert Snapshot.objects.get().pdf == files[0]


def test_identity_numbers_are_masked_wherever_they_could_be_read(officer_a, verifier, client_of):
    candidate = factories.make_upakarti_nomination(Status.SUBMITTED)
    number = CandidateEntry.objects.get().identity_number
    snapshot = Snapshot.objects.get()
    masked = rows_of(snapshot.data)["Nomor identitas"]
    assert masked == f"{number[:4]}********{number[-4:]}"
    written = [json.dumps(snapshot.data), *OutboxMail.objects.values_list("body", flat=True)]
    written += [json.dumps(entry.data) for entry in AuditEntry.objects.filter(action__startswith="nomination.")]
    for user in (officer_a, verifier):
        for name in ("nomination_detail", "nomination_content", "nomination_receipt"):
            written.append(client_of(user).get(reverse(name, args=[candidate.pk])).content.decode())
    assert masked in "".join(written)
    assert not [text for text in written if number in text]


def test_a_candidates_snapshot_lists_the_beneficiaries(officer_a):
    factories.make_upakarti_nomination(Status.SUBMITTED)
    section = Snapshot.objects.get().data["sections"][-1]
    assert (section["title"], len(section["rows"])) == ("IKM binaan", 5)
    assert section["rows"][0] == [
        "IKM Binaan 1",
        "Kota Pekalongan. Pelatihan dan pendampingan (2021, 2022, 2023, 2024, 2025)",
    ]


def test_freezing_costs_the_same_for_few_and_many(officer_a, django_assert_max_num_queries):
    small, large = factories.make_upakarti_nomination(complete=False), factories.make_upakarti_nomination()
    for nomination in (small, large):
        fresh = Nomination.objects.select_related("period__award", "category", "region__parent", "candidate_entry")
        loaded = fresh.get(pk=nomination.pk)
        with django_assert_max_num_queries(4):
            snapshot_data(loaded)


def test_the_printed_form_is_made_once_and_given_up_after_five_attempts(submitted, monkeypatch):
    snapshot = Snapshot.objects.get()
    assert documents_pdf.waiting_ids() == [snapshot.pk]
    with monkeypatch.context() as broken:
        broken.setattr("core.pdf.render_pdf", lambda *args, **kwargs: 1 / 0)
        for _attempt in range(documents_pdf.MAX_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                render_snapshot(snapshot.pk)
    assert documents_pdf.waiting_ids() == [], "somebody has to look at it"
    for _delivery in range(2):
        render_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    assert snapshot.pdf.original_name == f"{submitted.reference}-1.pdf"
    assert StoredFile.objects.filter(original_name=snapshot.pdf.original_name).count() == 1
    assert submitted.reference in pdf_text(read_bytes(snapshot.pdf))


def test_a_broker_that_is_away_stops_no_submission(officer_a, client_of, post, django_capture_on_commit_callbacks):
    draft = factories.make_ovop_nomination()
    with broker_away(), django_capture_on_commit_callbacks(execute=True) as tasks:
        answer = post(client_of(officer_a), reverse("nomination_check", args=[draft.pk]), {"declared": "on"})
    assert answer.status_code == 302
    assert len(tasks) == 1, "the receipt waits for its PDF"
    assert outbox.waiting_ids() == []
    OutboxMail.objects.update(rests_until=transaction_time())
    assert outbox.waiting_ids() == [OutboxMail.objects.get().pk], "a sweeper finds the mail when nothing comes"
    assert documents_pdf.waiting_ids() == [Snapshot.objects.get().pk], "and the form that is to be printed"
    assert client_of(officer_a).get(answer["Location"]).status_code == 200


def test_the_scale_is_frozen_and_story_and_price_only_when_given(officer_a):
    ikm = factories.make_ikm(workers=20, investment=0)
    plain = factories.make_product(ikm)
    told = factories.make_product(ikm, story="Dari abad ke-18.", price=350_000, price_unit="per lembar")
    for product, expected in ((plain, (None, None)), (told, ("Dari abad ke-18.", "Rp350.000 per lembar"))):
        data = snapshot_data(factories.make_ovop_nomination(product=product, complete=False))
        rows = dict(row for section in data["sections"] for row in section["rows"])
        assert rows["Skala usaha"] == "Menengah"
        assert (rows.get("Cerita"), rows.get("Harga")) == expected
