"""A released decree whose number, subject or date was wrong: two persons put it right, and replacements follow."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from certificates.models import Certificate, DecreeCorrection
from certificates.services.corrections import DecreeWords, confirm_correction, propose_correction, withdraw_correction
from certificates.services.holding import resume_certificates
from certificates.services.issue import issue_certificate
from certificates.services.release import release_decree
from certificates.services.upkeep import replace_certificate
from core.errors import NotPermitted, RuleBroken, StaleVersion
from core.models import AuditEntry
from scoring.models import Decree
from tests.certificates import scenes

pytestmark = pytest.mark.django_db
RIGHT = DecreeWords(number="4711 Tahun 2026", title="Penerima Penghargaan yang Benar", decided_on=date(2026, 1, 14))


def held(admin_b: Any) -> Decree:
    return release_decree(decree_id=scenes.recorded([scenes.ovop()]).pk, actor=admin_b, hold=True)


def propose(decree: Decree, actor: Any, words: DecreeWords = RIGHT, reason: str = "Nomor salah ketik.") -> str:
    return str(propose_correction(decree_id=decree.pk, words=words, reason=reason, actor=actor).pk)


def face_of(certificate: Certificate) -> dict[str, Any]:
    assert issue_certificate(certificate.pk)
    return Certificate.objects.get(pk=certificate.pk).face


def test_before_the_first_number_two_persons_put_the_decree_right(admin_a: Any, admin_b: Any) -> None:
    decree = held(admin_b)
    seen = propose(decree, admin_a)
    decree.refresh_from_db()
    assert decree.number != RIGHT.number
    with pytest.raises(NotPermitted, match="admin kementerian lain"):
        confirm_correction(decree_id=decree.pk, seen=seen, actor=admin_a)
    changed = confirm_correction(decree_id=decree.pk, seen=seen, actor=admin_b)
    assert (changed.number, changed.title, changed.decided_on) == (RIGHT.number, RIGHT.title, RIGHT.decided_on)
    resume_certificates(decree_id=decree.pk, actor=admin_a)
    face = face_of(Certificate.objects.get())
    assert (face["decree_number"], face["decree_date"]) == ("4711 Tahun 2026", "2026-01-14")
    assert RIGHT.title in face["decree_title"]
    history = DecreeCorrection.objects.get()
    assert (history.before["number"], history.proposed_by, history.closed_by) == (decree.number, admin_a, admin_b)
    entries = AuditEntry.objects.filter(object_id=str(decree.pk), action__startswith="decree.correct")
    assert list(entries.order_by("pk").values_list("action", "actor_id")) == [
        ("decree.correction_proposed", admin_a.pk),
        ("decree.corrected", admin_b.pk),
    ]
    assert entries.last().data["after"]["number"] == RIGHT.number


def test_what_is_issued_keeps_its_words_and_its_replacement_has_the_right_ones(admin_a: Any, admin_b: Any) -> None:
    old = scenes.issued()
    wrong = old.face["decree_number"]
    confirm_correction(decree_id=old.decision.decree_id, seen=propose(old.decision.decree, admin_a), actor=admin_b)
    assert Certificate.objects.get(pk=old.pk).face["decree_number"] == wrong
    new = replace_certificate(certificate_id=old.pk, reason="Nomor keputusan salah.", corrections={}, actor=admin_a)
    face = face_of(new)
    assert face["decree_number"] == RIGHT.number
    assert face["valid_until"] == "2028-01-14"


def test_what_is_no_correction_is_refused(admin_a: Any, admin_b: Any, chair: Any) -> None:
    open_one = scenes.recorded([scenes.upakarti()], number="9 Tahun 2026")
    decree = held(admin_b)
    same = DecreeWords(decree.number, decree.title, decree.decided_on)
    with pytest.raises(NotPermitted, match="belum dirilis"):
        propose(open_one, admin_a)
    with pytest.raises(NotPermitted):
        propose(decree, chair)
    for words, reason, says in (
        (RIGHT, " ", "alasan"),
        (same, "Salah.", "Belum ada yang berubah"),
        (DecreeWords(RIGHT.number, RIGHT.title, date(2099, 1, 1)), "Salah.", "belum terjadi"),
        (DecreeWords("9 Tahun 2026", RIGHT.title, RIGHT.decided_on), "Salah.", "keputusan lain"),
    ):
        with pytest.raises(RuleBroken, match=says):
            propose(decree, admin_a, words, reason)
    seen = propose(decree, admin_a)
    with pytest.raises(RuleBroken, match="menunggu persetujuan"):
        propose(decree, admin_b)
    withdraw_correction(decree_id=decree.pk, seen=seen, actor=admin_a)
    for close in (confirm_correction, withdraw_correction):
        with pytest.raises(StaleVersion):
            close(decree_id=decree.pk, seen=seen, actor=admin_b)
    with pytest.raises(StaleVersion):
        confirm_correction(decree_id=decree.pk, seen=seen + propose(decree, admin_a), actor=admin_b)
    assert Decree.objects.get(pk=decree.pk).number == decree.number


def test_the_database_itself_wants_a_confirmed_correction(admin_a: Any, admin_b: Any) -> None:
    decree = held(admin_b)
    seen = propose(decree, admin_a)
    rows, corrections = Decree.objects.filter(pk=decree.pk), DecreeCorrection.objects.filter(pk=seen)
    right = {"number": RIGHT.number, "title": RIGHT.title, "decided_on": RIGHT.decided_on}
    refused = [
        lambda: rows.update(**right),
        lambda: corrections.update(closed_by=admin_a, closed_at=decree.released_at, is_confirmed=True),
        lambda: corrections.update(number="1"),
        lambda: corrections.delete(),
    ]
    _all_refused(refused)
    confirm_correction(decree_id=decree.pk, seen=seen, actor=admin_b)
    _all_refused(
        [
            lambda: rows.update(number="Lain"),
            lambda: rows.update(**right, place="Bandung"),
            lambda: rows.delete(),
            lambda: corrections.update(reason="Lain"),
        ]
    )


def _all_refused(attempts: list[Any]) -> None:
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_the_page_proposes_confirms_and_shows_the_history(
    admin_a: Any, admin_b: Any, client_of: Any, post: Any
) -> None:
    decree = held(admin_b)
    url = reverse("admin:scoring_decree_correct", args=[decree.pk])
    one, two = client_of(admin_a), client_of(admin_b)
    typed = {"number": RIGHT.number, "title": RIGHT.title, "decided_on": "2026-01-14", "reason": ""}
    refused = post(one, url, typed)
    assert refused.status_code == 422
    assert RIGHT.number in refused.content.decode()
    same = {"number": decree.number, "title": decree.title, "decided_on": str(decree.decided_on), "reason": "Tetap?"}
    unchanged = post(one, url, same)
    assert unchanged.status_code == 422
    for words in ("Belum ada yang berubah", "Tetap?"):
        assert words in unchanged.content.decode()
    assert post(one, url, {**typed, "reason": "Salah ketik."}).status_code == 302
    assert "Setujui koreksi" not in one.get(url).content.decode()
    page = two.get(url).content.decode()
    for words in ("Setujui koreksi", "Salah ketik.", RIGHT.number, "14 Januari 2026"):
        assert words in page
    seen = DecreeCorrection.objects.get().pk
    assert post(one, url, {"act": "confirm", "correction": seen}).status_code == 403
    assert post(two, url, {"act": "confirm", "correction": "x"}).status_code == 409
    assert post(two, url, {"act": "confirm", "correction": seen}).status_code == 302
    assert f"Nomor {decree.number} menjadi {RIGHT.number}" in two.get(url).content.decode()
    assert url in two.get(reverse("admin:scoring_decree_change", args=[decree.pk])).content.decode()
