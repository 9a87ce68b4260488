"""Issuing: one certificate and one gapless number each, whatever is delivered twice, killed or failing."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connections, transaction
from django.utils import timezone

from certificates import tasks
from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.rendering import years_later
from certificates.services import issue
from certificates.services.issue import issue_certificate, waiting_ids
from certificates.services.release import release_decree
from certificates.services.upkeep import retry_certificate
from core.counters import next_value
from core.files import read_bytes
from core.models import AuditEntry, StoredFile
from nominations.enums import Status
from nominations.services.snapshots import canonical_json
from tests import pdftext
from tests.certificates import scenes
from tests.pdfcheck import broken_rules

STALE = timedelta(minutes=6)


def fresh(certificate):
    return Certificate.objects.select_related("decision__nomination", "file").get(pk=certificate.pk)


def age_claim(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(claimed_at=timezone.now() - STALE)


@contextmanager
def broken_disk(settings, tmp_path):
    """Nothing can be stored: the folder of the files is a file."""
    whole = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path / "not-a-folder"
    settings.MEDIA_ROOT.write_text("")
    yield
    settings.MEDIA_ROOT = whole


# One certificate


@pytest.mark.django_db
def test_an_issued_certificate_is_complete():
    nomination = scenes.ovop(stars=2)
    certificate = fresh(scenes.issued(nomination))
    assert (certificate.state, certificate.number, certificate.serial) == ("issued", 1, "OVOP/2026/0001")
    assert certificate.decision.nomination.status == Status.AWARDED
    assert certificate.valid_until == date(2028, 1, 15)
    assert certificate.sha256 == certificate.file.sha256
    assert certificate.file.original_name == "OVOP-2026-0001.pdf"
    face = certificate.face
    entry = nomination.product_entry
    assert (face["holder_name"], face["stars"], face["year"]) == (entry.ikm.name, 2, 2026)
    assert face["holder_detail"] == f"{entry.product.name} · {entry.sentra.name}"
    assert face["is_signed"] is False
    assert AuditEntry.objects.filter(action="certificate.issued", actor_id=None).count() == 1


@pytest.mark.django_db
def test_an_award_without_stars():
    nomination = scenes.upakarti(name="Siti Aminah")
    certificate = scenes.issued(nomination)
    assert certificate.serial == "UPAKARTI/2026/0001"
    assert certificate.face["stars"] is None
    assert certificate.face["holder_name"] == "Siti Aminah"
    assert "Bintang" not in pdftext.text(read_bytes(certificate.file))


@pytest.mark.django_db
def test_the_pdf_says_what_the_face_says_and_is_made_for_the_archive():
    certificate = scenes.issued()
    document = read_bytes(certificate.file)
    words = pdftext.text(document)
    for fact in ("holder_name", "serial", "region", "giver_name", "verify_url", "decree_number"):
        assert certificate.face[fact] in words, fact
    assert "BELUM DITANDATANGANI" in words
    assert broken_rules(document, "3a") == []
    with pikepdf.open(BytesIO(document)) as opened:
        assert opened.attachments["piagam.json"].get_file().read_bytes() == canonical_json(certificate.face)


@pytest.mark.django_db
def test_the_qr_address_is_our_own_host_and_the_token():
    certificate = scenes.issued()
    assert certificate.face["verify_url"] == f"{django_settings.BASE_URL}/sertifikat/{certificate.token}/"
    assert certificate.serial not in certificate.face["verify_url"]
    assert len(certificate.token) >= 32


@pytest.mark.django_db
def test_the_holder_is_who_was_judged_not_what_the_register_says_today():
    nomination = scenes.ovop()
    certificate = scenes.released([nomination])[0]
    ikm = nomination.product_entry.ikm
    judged = ikm.name
    ikm.name = "IKM Nama Baru"
    ikm.save()
    issue_certificate(certificate.pk)
    assert fresh(certificate).face["holder_name"] == judged


@pytest.mark.django_db
def test_demo_certificates_say_so(settings):
    settings.IS_DEMO = True
    assert "CONTOH / DEMO" in pdftext.text(read_bytes(scenes.issued().file))


@pytest.mark.parametrize(
    ("day", "years", "until"),
    [
        (date(2026, 9, 17), 2, date(2028, 9, 17)),
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2026, 9, 17), 0, None),
    ],
)
def test_validity(day, years, until):
    assert years_later(day, years) == until


# Repeated, killed and failing deliveries


@pytest.mark.django_db
def test_a_second_delivery_changes_nothing():
    certificate = scenes.issued()
    before = Certificate.objects.filter(pk=certificate.pk).values().get()
    assert not issue_certificate(certificate.pk)
    assert Certificate.objects.filter(pk=certificate.pk).values().get() == before


@pytest.mark.django_db
def test_an_unknown_certificate_is_no_error():
    assert not issue_certificate(10**9)


@pytest.mark.django_db
def test_a_claim_in_work_is_left_alone():
    certificate = scenes.released([scenes.ovop()])[0]
    assert issue._claim(certificate.pk)
    assert not issue_certificate(certificate.pk)
    assert certificate.pk not in waiting_ids()


@pytest.mark.django_db
def test_a_killed_claim_is_taken_over_with_the_same_number_and_face():
    first, second = scenes.released([scenes.ovop(), scenes.ovop()])
    dead = issue._claim(first.pk)
    issue_certificate(second.pk)
    age_claim(first)
    assert waiting_ids() == [first.pk]
    assert issue_certificate(first.pk)
    resumed = fresh(first)
    assert (resumed.number, resumed.face, resumed.attempts) == (1, dead.face, 2)
    assert fresh(second).number == 2


@pytest.mark.django_db
def test_a_worker_that_was_thought_dead_finishes_nothing():
    certificate = scenes.released([scenes.ovop()])[0]
    slow = issue._claim(certificate.pk)
    age_claim(certificate)
    assert issue_certificate(certificate.pk)
    files = StoredFile.objects.count()
    assert not issue._finish(slow, b"%PDF-1.7 other")
    assert StoredFile.objects.count() == files


@pytest.mark.django_db
def test_a_failed_attempt_keeps_the_number_and_is_tried_again(settings, tmp_path):
    certificate = scenes.released([scenes.ovop()])[0]
    with broken_disk(settings, tmp_path):
        assert not issue_certificate(certificate.pk)
    failed = fresh(certificate)
    assert (failed.state, failed.number, failed.attempts, failed.issued_at) == ("wanted", 1, 1, None)
    assert "NotADirectoryError" in failed.last_error
    assert failed.decision.nomination.status == Status.DECIDED
    assert waiting_ids() == [certificate.pk]
    assert issue_certificate(certificate.pk)
    done = fresh(certificate)
    assert (done.number, done.last_error) == (1, "")


@pytest.mark.django_db
def test_after_five_attempts_somebody_has_to_look(settings, tmp_path, admin_a):
    certificate = scenes.released([scenes.ovop()])[0]
    with broken_disk(settings, tmp_path):
        assert [issue_certificate(certificate.pk) for _ in range(5)] == [False] * 5
    assert (fresh(certificate).state, fresh(certificate).attempts) == ("failed", 5)
    assert waiting_ids() == []
    assert not issue_certificate(certificate.pk)
    retry_certificate(certificate_id=certificate.pk, actor=admin_a)
    assert issue_certificate(certificate.pk)
    assert fresh(certificate).number == 1


@pytest.mark.django_db
def test_a_certificate_whose_workers_always_die_is_given_up():
    certificate = scenes.released([scenes.ovop()])[0]
    Certificate.objects.filter(pk=certificate.pk).update(attempts=4)
    assert issue._claim(certificate.pk)
    age_claim(certificate)
    assert waiting_ids() == []
    assert fresh(certificate).state == CertificateState.FAILED


# Concurrency, on committed data


def in_threads(jobs):
    """All at once, each thread with a connection of its own."""

    def run(job):
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db
def test_a_slow_message_leaves_the_rest_to_one_of_its_own(monkeypatch, django_capture_on_commit_callbacks):
    """A certificate that hangs must not eat the time of those behind it."""
    first, *others = scenes.released([scenes.ovop() for _turn in range(3)])
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, kwargs: sent.append((name, kwargs)))
    monkeypatch.setattr(tasks, "TURN", 0)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.render(certificate_ids=[row.pk for row in (first, *others)])
    assert [fresh(row).state for row in (first, *others)] == ["issued", "wanted", "wanted"]
    assert sent == [("certificates.render", {"certificate_ids": [row.pk for row in others]})]


def test_twenty_deliveries_at_once_make_one_certificate(cloned_db):
    certificate = scenes.released([scenes.ovop()])[0]
    in_threads([lambda: tasks.render(certificate_ids=[certificate.pk])] * 20)
    done = fresh(certificate)
    assert (done.state, done.number, done.attempts) == ("issued", 1, 1)
    assert StoredFile.objects.filter(original_name="OVOP-2026-0001.pdf").count() == 1
    assert AuditEntry.objects.filter(action="certificate.issued").count() == 1
    with transaction.atomic():
        assert next_value("certificate:ovop:2026") == 2


def test_two_admins_at_once_release_one_publication(cloned_db):
    nomination = scenes.ovop()
    decree = scenes.recorded([nomination])
    admins = [scenes.admin(f"Perilis {n}") for n in range(4)]
    results = in_threads([lambda a=a: release_decree(decree_id=decree.pk, actor=a) for a in admins])
    assert len({row.released_by_id for row in results}) == 1
    assert Certificate.objects.count() == 1
    assert nomination.status_changes.filter(to_status=Status.DECIDED).count() == 1
    assert AuditEntry.objects.filter(action="decree.released").count() == 1


WORKER = """
import sys, django
django.setup()
from certificates.services.issue import issue_certificate
for pk in sys.argv[1:]:
    issue_certificate(int(pk))
"""


def test_thirty_certificates_by_four_workers_are_numbered_without_gap(cloned_db, settings):
    ids = [str(certificate.pk) for certificate in scenes.released([scenes.ovop() for _ in range(30)])]
    environment = os.environ | {"DATABASE_URL": cloned_db, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, *random.Random(seed).sample(ids, len(ids))],  # noqa: S311
            env=environment,
            cwd=django_settings.BASE_DIR,
        )
        for seed in range(4)
    ]
    assert [worker.wait(timeout=240) for worker in workers] == [0] * 4
    rows = Certificate.objects.order_by("number")
    assert [row.number for row in rows] == list(range(1, 31))
    assert {row.state for row in rows} == {CertificateState.ISSUED}
    assert all((Path(settings.MEDIA_ROOT) / row.file.path).exists() for row in rows)
