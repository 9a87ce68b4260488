"""A batch: held from the start or stopped in the middle, resumed, handed over by somebody else, replaced."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.selectors import batch_of
from certificates.services.handover import HandoverFacts, change_handover
from certificates.services.holding import hold_certificates, resume_certificates
from certificates.services.issue import issue_certificate, waiting_ids
from certificates.services.release import release_decree
from certificates.services.upkeep import replace_certificate
from core.errors import NotPermitted, RuleBroken
from core.files import read_bytes
from core.models import AuditEntry
from nominations.enums import Status
from tests import pdftext
from tests.certificates import scenes
from tests.certificates.test_issue import in_threads

CEREMONY = HandoverFacts("Presiden Republik Indonesia", "Nama Presiden", "Istana Negara, Jakarta", date(2026, 12, 19))


def states() -> list[str]:
    return [row.state for row in Certificate.objects.order_by("pk")]


@pytest.mark.django_db
def test_a_batch_is_stopped_and_resumed_and_numbers_have_no_gap(admin_a: Any) -> None:
    rows = scenes.released([scenes.ovop() for _ in range(4)])
    decree = rows[0].decision.decree
    assert issue_certificate(rows[0].pk)
    assert hold_certificates(decree_id=decree.pk, actor=admin_a) == 3
    assert states() == ["issued", "held", "held", "held"]
    assert waiting_ids() == []
    assert not issue_certificate(rows[1].pk)
    assert resume_certificates(decree_id=decree.pk, actor=admin_a) == 3
    assert waiting_ids() == [row.pk for row in rows[1:]]
    assert all(issue_certificate(row.pk) for row in rows[1:])
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert AuditEntry.objects.filter(action__startswith="certificate.batch_", actor_id=admin_a.pk).count() == 2


def test_holding_and_issuing_at_once_lose_nothing(cloned_db: Any) -> None:
    rows = scenes.released([scenes.ovop() for _ in range(6)])
    decree, actor = rows[0].decision.decree, scenes.admin("Penahan")
    jobs = [lambda pk=row.pk: issue_certificate(pk) for row in rows]
    jobs.insert(3, lambda: hold_certificates(decree_id=decree.pk, actor=actor))
    in_threads(jobs)
    assert set(states()) <= {"issued", "held"}
    resume_certificates(decree_id=decree.pk, actor=actor)
    in_threads([lambda pk=row.pk: issue_certificate(pk) for row in rows] * 2)
    assert set(states()) == {"issued"}
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db
def test_results_are_released_while_giver_place_and_date_are_open(admin_a: Any, admin_b: Any) -> None:
    nomination = scenes.ovop()
    decree = scenes.recorded([nomination], admin_a)
    release_decree(decree_id=decree.pk, actor=admin_b, hold=True)
    certificate = Certificate.objects.get()
    assert certificate.state == CertificateState.HELD
    assert not issue_certificate(certificate.pk)
    change_handover(decree_id=decree.pk, facts=CEREMONY, actor=admin_a)
    resume_certificates(decree_id=decree.pk, actor=admin_a)
    assert issue_certificate(certificate.pk)
    certificate.refresh_from_db()
    words = pdftext.text(read_bytes(certificate.file))
    assert "Istana Negara, Jakarta, 19 Desember 2026 Presiden Republik Indonesia" in words
    assert "Nama Presiden" in words
    assert certificate.valid_until == date(2028, 1, 15)


@pytest.mark.django_db
@pytest.mark.parametrize("persona", scenes.OTHERS)
def test_only_an_admin_of_the_ministry_steers_a_batch(persona: str, request: Any) -> None:
    certificate, actor = scenes.issued(), request.getfixturevalue(persona)
    decree = certificate.decision.decree_id
    for act in (
        lambda: hold_certificates(decree_id=decree, actor=actor),
        lambda: resume_certificates(decree_id=decree, actor=actor),
        lambda: change_handover(decree_id=decree, facts=CEREMONY, actor=actor),
        lambda: replace_certificate(certificate_id=certificate.pk, reason="Alasan.", corrections={}, actor=actor),
    ):
        with pytest.raises(NotPermitted):
            act()


@pytest.mark.django_db
def test_a_replacement_has_its_own_number_and_the_old_one_says_that_it_was_replaced(admin_a: Any, client: Any) -> None:
    nomination = scenes.ovop()
    old = scenes.issued(nomination)
    change_handover(decree_id=old.decision.decree_id, facts=CEREMONY, actor=admin_a)
    new = replace_certificate(
        certificate_id=old.pk, reason="Gelar keliru.", corrections={"holder_name": "Hj. Nama Benar"}, actor=admin_a
    )
    assert issue_certificate(new.pk)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state, new.number, new.replaces) == ("replaced", "issued", 2, old)
    assert new.face["holder_name"] == "Hj. Nama Benar"
    assert new.face["giver_name"] == "Nama Presiden"
    assert old.face["holder_name"] == nomination.product_entry.ikm.name
    assert (new.valid_until, new.decision.nomination.status) == (old.valid_until, Status.AWARDED)
    page = client.get(reverse("certificate_verify", args=[old.token])).content.decode()
    assert "sudah diganti" in page
    assert "Gelar keliru" not in page
    assert "asli dan berlaku" in client.get(reverse("certificate_verify", args=[new.token])).content.decode()


@pytest.mark.django_db
def test_a_replacement_needs_a_reason_and_one_that_is_in_force(admin_a: Any) -> None:
    old = scenes.issued()
    with pytest.raises(RuleBroken, match="alasan"):
        replace_certificate(certificate_id=old.pk, reason=" ", corrections={}, actor=admin_a)
    replace_certificate(certificate_id=old.pk, reason="Rusak.", corrections={}, actor=admin_a)
    with pytest.raises(NotPermitted):
        replace_certificate(certificate_id=old.pk, reason="Rusak.", corrections={}, actor=admin_a)


def test_two_admins_at_once_make_one_replacement(cloned_db: Any) -> None:
    old = scenes.issued()
    admins = [scenes.admin(f"Pengganti {n}") for n in range(4)]

    def attempt(actor: Any) -> bool:
        try:
            replace_certificate(certificate_id=old.pk, reason="Rusak.", corrections={}, actor=actor)
        except NotPermitted:
            return False
        return True

    assert sorted(in_threads([lambda a=a: attempt(a) for a in admins])) == [False, False, False, True]
    assert Certificate.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"replaces": None}, {"corrections": {"holder_name": "X"}}, {"replacement_reason": "lain"}], ids=str
)
def test_what_a_replacement_replaces_and_corrects_cannot_be_altered(change: dict[str, Any], admin_a: Any) -> None:
    new = replace_certificate(certificate_id=scenes.issued().pk, reason="Rusak.", corrections={}, actor=admin_a)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=new.pk).update(**change)


@pytest.mark.django_db
def test_the_page_of_a_batch_shows_progress_and_its_cost_does_not_grow(admin_a: Any, client_of: Any, post: Any) -> None:
    first = scenes.released([scenes.ovop() for _ in range(2)])[0]
    decree = first.decision.decree
    issue_certificate(first.pk)
    address = reverse("admin:scoring_decree_issuing", args=[decree.pk])
    client = client_of(admin_a)
    page = client.get(address).content.decode()
    assert "1 dari 2 terbit" in page
    assert "data-progress" in page
    assert post(client, address, {"act": "hold"}).status_code == 302
    assert "Lanjutkan 1 sertifikat" in client.get(address).content.decode()
    assert "data-progress" not in client.get(address).content.decode()
    post(client, address, {"act": "resume"})
    assert states() == ["issued", "wanted"]
    post(client, address, {"giver_title": "Presiden", "giver_name": "Nama", "place": "Jakarta", "dated_on": ""})
    decree.refresh_from_db()
    assert decree.handover.giver_title == "Presiden"
    with CaptureQueriesContext(connection) as queries:
        batch = batch_of(decree)
        assert (batch.issued, batch.total, batch.busy) == (1, 2, 1)
    assert len(queries) == 2


@pytest.mark.django_db
def test_a_replacement_by_its_page(admin_a: Any, client_of: Any, post: Any) -> None:
    old = scenes.issued()
    client = client_of(admin_a)
    address = reverse("admin:certificates_certificate_replace", args=[old.pk])
    assert old.face["holder_name"] in client.get(address).content.decode()
    form = {"holder_name": "Nama Baru", "holder_detail": old.face["holder_detail"], "reason": ""}
    assert post(client, address, form).status_code == 422
    assert post(client, address, form | {"reason": "Salah tulis."}).status_code == 302
    new = Certificate.objects.get(replaces=old)
    assert (new.corrections, new.replacement_reason) == ({"holder_name": "Nama Baru"}, "Salah tulis.")
