"""The letter to each region: what it tells, whom, and when."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notice
from core.errors import NotPermitted
from core.models import AuditEntry, OutboxMail
from nominations.enums import AdminRule, Status
from nominations.models import IneligibilityReason, Period
from reports.enums import ReportKind
from reports.models import Report
from reports.services import reports
from reports.services.letters import tell_of_letters
from scoring.models import Sheet
from tests import factories
from tests.factories import make_user, officer_of
from tests.pdfcheck import broken_rules
from tests.reports.papers import URL, bookmarks, granted_and_ended, released, text_of, words_of, written
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def test_a_letter_tells_the_own_region_how_its_nominations_did_and_names_no_scorer():
    best, other = granted_and_ended()
    report = written(ReportKind.LETTERS, released(best.period), officer_of(factories.HOME))
    text = words_of(report)
    assert report.rows == 1
    assert report.file.content_type == "application/pdf"
    assert report.file.original_name.endswith(".pdf")
    assert best.reference in text
    assert "Ditetapkan sebagai penerima, bintang 3" in text
    assert "nilai 100,00" in text
    assert "Kuat" in text
    assert other.reference not in text
    scorers = list(Sheet.objects.values_list("assessor__name", flat=True))
    assert scorers
    assert not any(name in text for name in scorers)


def test_a_letter_says_why_the_documents_were_not_enough():
    best, other = granted_and_ended()
    reason = IneligibilityReason.objects.filter(snapshot__nomination=other).first()
    text = words_of(written(ReportKind.LETTERS, released(best.period), officer_of(factories.OTHER)))
    assert "Tidak memenuhi syarat administrasi" in text
    assert reason is not None
    assert str(AdminRule(reason.rule).label) in text
    assert best.reference not in text
    assert "nilai 100" not in text


def test_the_ministry_gets_all_letters_bound_with_bookmarks_and_page_numbers(admin_a):
    best, _other = granted_and_ended()
    report = written(ReportKind.LETTERS, released(best.period), admin_a)
    assert report.rows == 2
    titles = bookmarks(report)
    assert len(titles) == 2
    assert best.region.label in titles[0] + titles[1]
    assert "Halaman 1 dari 2" in words_of(report)


def test_the_ministry_gets_a_file_for_each_region_in_one_zip(admin_a, client_of):
    best, other = granted_and_ended()
    report = written(ReportKind.LETTER_FILES, released(best.period), admin_a)
    again = written(ReportKind.LETTER_FILES, report.period, admin_a)
    assert report.rows == 2
    assert report.file.sha256 == again.file.sha256
    answer = client_of(admin_a).get(f"{URL}{report.pk}/unduh/")
    assert answer["Content-Type"] == "application/zip"
    assert AuditEntry.objects.get(action="report.downloaded").data["rows"] == 2
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert list(files) == ["jawa-barat/32.05-kab-garut.pdf", "jawa-tengah/33.75-kota-pekalongan.pdf"]
    away, home = files.values()
    assert (best.reference in text_of(home), best.reference in text_of(away)) == (True, False)
    assert (other.reference in text_of(home), other.reference in text_of(away)) == (False, True)
    assert broken_rules(home, "3a") == []


def test_all_letters_are_for_the_secretariat_and_the_auditor(chair, auditor, client_of, post):
    best, _other = granted_and_ended()
    data = {"kind": "letter_files", "period": best.period_id}
    for person in (officer_of(factories.HOME), chair):
        assert post(client_of(person), URL, data).status_code == 422
    assert post(client_of(auditor), URL, data).status_code == 302
    Period.objects.filter(pk=best.period_id).update(results_released_at=None)
    assert post(client_of(auditor), URL, data).status_code == 422


def test_each_region_is_told_of_its_letter_and_again_when_it_holds_more(client_of):
    best, _other = granted_and_ended()
    home, away = officer_of(factories.HOME), officer_of(factories.OTHER)
    mails = OutboxMail.objects.filter(dedupe_key__startswith="letter:")
    assert tell_of_letters(timezone.now()) == 2
    assert tell_of_letters(timezone.now()) == 0
    assert set(mails.values_list("to", flat=True)) == {home.email, away.email}
    notice = Notice.objects.get(user=home, key__startswith="letter:")
    page = client_of(home).get(notice.url).content.decode()
    assert '<option value="letters" selected' in page
    assert f'<option value="{best.period_id}" selected' in page
    factories.make_ovop_nomination(Status.INELIGIBLE)
    assert tell_of_letters(timezone.now()) == 1
    assert "memuat hasil 2 usulan" in mails.get(to=home.email, body__contains="2 usulan").body
    new = make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    assert tell_of_letters(timezone.now()) == 1
    assert mails.filter(to=new.email).count() == 1
    Notice.objects.all().delete()  # as after half a year, and a later decree of the period keeps the letters fresh
    assert tell_of_letters(timezone.now()) == 0, "nobody is told twice of the same letter"
    make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    assert tell_of_letters(timezone.now() + timedelta(days=61)) == 0, "what is old is told to nobody"


def test_nobody_is_told_of_a_letter_that_tells_nothing():
    waiting = scenes.ovop_in_plenary()
    factories.make_ovop_nomination(Status.NOT_RECOMMENDED, region=factories.OTHER)
    assert tell_of_letters(timezone.now()) == 0
    released(waiting.period)
    assert tell_of_letters(timezone.now()) == 0, "no decree"


def test_no_letter_before_the_release_by_any_way(client_of, post):
    nomination = scenes.ovop_in_plenary()
    officer = officer_of(factories.HOME)
    with pytest.raises(NotPermitted):
        reports.request_report(kind=ReportKind.LETTERS, period=nomination.period, actor=officer)
    answer = post(client_of(officer), URL, {"kind": "letters", "period": nomination.period_id})
    assert answer.status_code == 422
    assert "setelah hasil periode ini dirilis" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_nomination_that_is_not_decided_yet_shows_no_score_in_the_letter():
    waiting = scenes.ovop_in_plenary()
    text = words_of(written(ReportKind.LETTERS, released(waiting.period), officer_of(factories.HOME)))
    assert waiting.reference in text
    assert "Masih diproses" in text
    assert "100" not in text.replace(waiting.reference, "")


def test_an_officer_who_lost_the_region_does_not_get_its_letter(client_of):
    best, _other = granted_and_ended()
    officer = officer_of(factories.HOME)
    report = written(ReportKind.LETTERS, released(best.period), officer)
    assert client_of(officer).get(f"{URL}{report.pk}/unduh/").status_code == 200
    officer.memberships.update(region=factories.OTHER)
    assert client_of(officer).get(f"{URL}{report.pk}/unduh/").status_code == 403
    assert AuditEntry.objects.filter(action="report.downloaded").count() == 1


def test_an_officer_is_offered_letter_and_dashboard_alone(client_of, post):
    nomination = scenes.ovop_in_plenary()
    client = client_of(officer_of(factories.HOME))
    page = client.get(URL).content.decode()
    assert "Surat umpan balik daerah" in page
    assert "Rekap nilai" not in page
    for kind in set(ReportKind) - {ReportKind.LETTERS, ReportKind.DASHBOARD}:
        data = {"kind": kind.value, "period": nomination.period_id, "category": nomination.category_id}
        assert post(client, URL, data).status_code == 422
