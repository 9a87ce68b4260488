"""The ministry's pages: recording a decree in two steps, its release by somebody else, certificates, periods."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates.enums import CertificateState
from certificates.models import Certificate
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Category, Period, Requirement, Window
from scoring.models import Decree, Recommendation, Stage
from scoring.services.instruments import load_instruments
from tests import factories
from tests.certificates import scenes

pytestmark = pytest.mark.django_db
ADD = "admin:scoring_decree_add"


def change(decree: Decree) -> str:
    return reverse("admin:scoring_decree_change", args=[decree.pk])


def release(decree: Decree) -> str:
    return reverse("admin:scoring_decree_release", args=[decree.pk])


def fields(period: Period | None = None, **changes: Any) -> dict[str, Any]:
    values = {
        "number": "3137 Tahun 2026",
        "title": "Penerima Penghargaan OVOP Tahun 2026",
        "decided_on": "2026-01-15",
        "signatory_title": "Menteri Perindustrian Republik Indonesia",
        "signatory_name": "Nama Pejabat",
        "place": "Jakarta",
    }
    return values | ({"period": period.pk} if period else {}) | changes


def texts(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# The decree


def test_a_decree_is_recorded_in_two_steps(admin_a: Any, client_of: Any) -> None:
    chosen, left, elsewhere = scenes.ovop(stars=2), scenes.ovop(), scenes.upakarti()
    client = client_of(admin_a)
    answer = client.post(reverse(ADD), fields(chosen.period))
    decree = Decree.objects.get()
    assert answer["Location"] == change(decree)
    assert decree.recorded_by == admin_a
    page = texts(client.get(change(decree)))
    assert chosen.reference in page
    assert left.reference in page
    assert "Bintang 2" in page
    assert elsewhere.reference not in page
    client.post(change(decree), fields(nominations=[chosen.pk]))
    assert list(decree.decisions.values_list("nomination_id", "stars")) == [(chosen.pk, 2)]


@pytest.mark.parametrize("status", [Status.IN_PLENARY, Status.NOT_RECOMMENDED])
def test_only_recommended_nominations_can_be_chosen(status: Status, admin_a: Any, client_of: Any) -> None:
    decree = scenes.recorded([scenes.ovop()], admin_a)
    other = factories.make_ovop_nomination(status, commodity="tenun")  # the ranking of batik is signed
    answer = client_of(admin_a).post(change(decree), fields(nominations=[other.pk]))
    assert answer.status_code == 200
    assert "nominations" in answer.context["adminform"].form.errors
    assert decree.decisions.exclude(nomination=other).count() == 1


def test_a_date_to_come_and_a_known_number_are_refused_in_the_form(admin_a: Any, client_of: Any) -> None:
    period = scenes.recorded([scenes.ovop()], admin_a, number="3137 Tahun 2026").period
    answer = client_of(admin_a).post(reverse(ADD), fields(period, decided_on="2999-01-01"))
    assert set(answer.context["adminform"].form.errors) == {"number", "decided_on"}


def test_a_released_decree_is_read_only(admin_a: Any, client_of: Any) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    decree = certificate.decision.decree
    client = client_of(admin_a)
    page = client.get(change(decree))
    assert certificate.decision.nomination.reference in texts(page)
    assert b'name="number"' not in page.content
    assert client.post(change(decree), fields(number="Lain")).status_code == 403
    assert release(decree) not in texts(page)


def test_hidden_actions_do_nothing(admin_a: Any, superuser: Any, client_of: Any) -> None:
    decree = scenes.recorded([scenes.ovop()], admin_a)
    data = {"action": "delete_selected", "_selected_action": [decree.pk], "post": "yes", "index": "0"}
    for user in (admin_a, superuser):
        for action in ("delete_selected", "release", "release_decree"):
            client_of(user).post(reverse("admin:scoring_decree_changelist"), data | {"action": action})
    decree.refresh_from_db()
    assert decree.released_at is None
    assert decree.decisions.count() == 1


# The release


def preview_of(client: Any, decree: Decree) -> dict[str, str]:
    answer = client.get(release(decree))
    return {"seen": answer.context["object"].recorded_at.isoformat()}


def test_the_preview_shows_what_will_be_printed(admin_a: Any, admin_b: Any, client_of: Any) -> None:
    three, one, left = scenes.ovop(stars=3), scenes.ovop(stars=1), scenes.ovop()
    decree = scenes.recorded([three, one], admin_a)
    page = texts(client_of(admin_b).get(release(decree)))
    for nomination in (three, one):
        assert nomination.product_entry.ikm.name in page
        assert nomination.reference in page
    assert left.reference not in page
    for words in ("2 penerima", "Bintang 3: 1", "Bintang 1: 1", "1 usulan yang direkomendasikan", "Admin Satu"):
        assert words in page


def test_another_admin_releases(admin_a: Any, admin_b: Any, client_of: Any, post: Any) -> None:
    decree = scenes.recorded([scenes.ovop()], admin_a)
    client = client_of(admin_b)
    data, key = preview_of(client, decree), "a" * 32
    answers = [post(client, release(decree), data, key=key) for _ in range(2)]
    issuing = reverse("admin:scoring_decree_issuing", args=[decree.pk])
    assert [answer["Location"] for answer in answers] == [issuing] * 2
    decree.refresh_from_db()
    assert decree.released_by == admin_b
    assert Certificate.objects.count() == 1
    client.get(change(decree))  # reads the message of success away
    for late in (client, client_of(admin_a)):
        assert post(late, release(decree), {"seen": "lain"})["Location"] == issuing
        page = texts(late.get(change(decree)))
        assert "sudah dirilis sebelumnya" in page
        assert "Sertifikat sedang dibuat" not in page


def test_the_recorder_is_told_why_not(admin_a: Any, client_of: Any, post: Any) -> None:
    decree = scenes.recorded([scenes.ovop()], admin_a)
    client = client_of(admin_a)
    page = client.get(release(decree))
    assert "admin kementerian lain" in texts(page)
    assert b'type="submit" class="default"' not in page.content
    assert post(client, release(decree), preview_of(client, decree)).status_code == 403
    decree.refresh_from_db()
    assert decree.released_at is None


def test_a_decree_that_was_changed_after_the_preview_is_not_released(
    admin_a: Any, admin_b: Any, client_of: Any, post: Any
) -> None:
    decree, more = scenes.recorded([scenes.ovop()], admin_a), scenes.ovop()
    client = client_of(admin_b)
    data = preview_of(client, decree)
    client_of(admin_a).post(change(decree), fields(nominations=[more.pk]))
    assert post(client, release(decree), data).status_code == 409
    decree.refresh_from_db()
    assert decree.released_at is None


def test_what_stands_in_a_decree_is_recommended_for_good(admin_a: Any) -> None:
    """Its ranking is signed, so the database refuses another word of the plenary."""
    nomination = scenes.ovop(stars=3)
    scenes.recorded([nomination], admin_a)
    with pytest.raises(IntegrityError, match="scoring_ranking_sealed"), transaction.atomic():
        Recommendation.objects.filter(nomination=nomination).update(stars=1)


def test_a_release_needs_a_one_time_key(admin_a: Any, admin_b: Any, client_of: Any) -> None:
    decree = scenes.recorded([scenes.ovop()], admin_a)
    client = client_of(admin_b)
    assert client.post(release(decree), preview_of(client, decree)).status_code == 400


# Certificates


def test_a_certificate_is_revoked_with_a_reason(admin_a: Any, client_of: Any, post: Any) -> None:
    certificate = scenes.issued()
    client = client_of(admin_a)
    url = reverse("admin:certificates_certificate_revoke", args=[certificate.pk])
    assert url in texts(client.get(reverse("admin:certificates_certificate_change", args=[certificate.pk])))
    assert post(client, url, {"reason": "  "}).status_code == 422
    assert post(client, url, {"reason": "Data produksi tidak benar."}).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.state, certificate.revoked_reason) == ("revoked", "Data produksi tidak benar.")
    assert AuditEntry.objects.filter(action="certificate.revoked", actor_id=admin_a.pk).count() == 1
    assert post(client, url, {"reason": "Sekali lagi."}).status_code == 403


def test_a_failed_certificate_is_made_again(admin_a: Any, client_of: Any, post: Any) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    Certificate.objects.filter(pk=certificate.pk).update(state=CertificateState.FAILED, attempts=5, last_error="penuh")
    client = client_of(admin_a)
    url = reverse("admin:certificates_certificate_retry", args=[certificate.pk])
    assert "penuh" in texts(client.get(url))
    assert post(client, url).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.state, certificate.attempts) == ("wanted", 0)


# Periods and what hangs on them


def windows(opens: str, closes: str, kind: str = "nomination") -> dict[str, Any]:
    row = {"kind": kind, "opens_at_0": opens, "opens_at_1": "08:00", "closes_at_0": closes, "closes_at_1": "23:59:59"}
    management = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0}
    data = {f"windows-0-{name}": value for name, value in (row | {"grace_minutes": 0}).items()}
    return (
        data
        | {f"windows-{name}": value for name, value in management.items()}
        | {f"stages-{name}": 0 for name in management}
    )


PERIOD = {
    "award": "upakarti",
    "year": 2030,
    "name": "Upakarti 2030",
    "min_sentra_hint": 2,
    "hint_counts": "nominations",
    "min_units": 5,
    "min_beneficiaries": 5,
    "beneficiary_years": 5,
    "certificate_years": 0,
}


def test_a_new_period_gets_documents_stages_and_windows(admin_a: Any, client_of: Any) -> None:
    load_instruments()
    answer = client_of(admin_a).post(
        reverse("admin:nominations_period_add"), PERIOD | windows("2030-01-01", "2030-03-31")
    )
    assert answer.status_code == 302
    period = Period.objects.get(award="upakarti", year=2030)
    assert (period.name, period.certificate_years) == ("Upakarti 2030", 0)
    assert period.requirements.exists()
    assert Stage.objects.filter(period=period).exists()
    window = Window.objects.get(period=period)
    assert window.closes_at.isoformat() == "2030-03-31T16:59:59+00:00"
    assert AuditEntry.objects.filter(action="nominations.period.added", actor_id=admin_a.pk).count() == 1


def test_a_window_that_closes_before_it_opens_is_refused(admin_a: Any, client_of: Any) -> None:
    answer = client_of(admin_a).post(
        reverse("admin:nominations_period_add"), PERIOD | windows("2030-03-31", "2030-01-01")
    )
    assert "Waktu tutup harus sesudah waktu buka." in texts(answer)
    assert not Period.objects.filter(year=2030).exists()


def test_sentra_are_not_counted_where_no_nomination_has_one(admin_a: Any, client_of: Any) -> None:
    data = PERIOD | windows("2030-01-01", "2030-03-31") | {"hint_counts": "sentra"}
    client, url = client_of(admin_a), reverse("admin:nominations_period_add")
    assert "tidak berasal dari sentra" in texts(client.post(url, data))
    assert not Period.objects.filter(year=2030).exists()
    assert client.post(url, data | {"award": "ovop"}).status_code == 302
    period = Period.objects.get(award="ovop", year=2030)
    url = reverse("admin:nominations_period_change", args=[factories.make_period("upakarti").pk])
    assert "tidak berasal dari sentra" in texts(client.post(url, data))
    assert period.hint_counts == "sentra"


def test_a_document_can_be_deleted_only_as_long_as_nothing_was_handed_in(admin_a: Any, client_of: Any) -> None:
    nomination = factories.make_ovop_nomination()
    used = nomination.items.first().requirement
    free = Requirement.objects.filter(period=nomination.period, items=None).first()
    client = client_of(admin_a)
    for requirement, status in ((used, 403), (free, 302)):
        url = reverse("admin:nominations_requirement_delete", args=[requirement.pk])
        assert client.post(url, {"post": "yes"}).status_code == status
    assert list(Requirement.objects.filter(pk__in=[used.pk, free.pk])) == [used]
    assert AuditEntry.objects.filter(action="nominations.requirement.deleted").count() == 1


def test_a_document_belongs_to_categories_of_its_own_award(admin_a: Any, client_of: Any) -> None:
    period = factories.make_period("ovop")
    foreign = Category.objects.get(award="upakarti", code="jasa_pengabdian")
    data = {
        "period": period.pk,
        "code": "D99",
        "label": "Surat tambahan",
        "level": "optional",
        "answer_kind": "file",
        "stage": "pengusulan",
        "order": 99,
        "categories": [foreign.pk],
    }
    url, client = reverse("admin:nominations_requirement_add"), client_of(admin_a)
    assert "penghargaan periode ini" in texts(client.post(url, data))
    assert client.post(url, data | {"categories": []}).status_code == 302
    assert Requirement.objects.get(code="D99").period == period


def test_a_category_is_retired_not_deleted(admin_a: Any, client_of: Any) -> None:
    category = Category.objects.get(award="upakarti", code="jasa_pengabdian")
    url = reverse("admin:nominations_category_change", args=[category.pk])
    data = {"label": category.label, "candidate_kinds": category.candidate_kinds, "order": category.order}
    assert client_of(admin_a).post(url, data).status_code == 302
    category.refresh_from_db()
    assert (category.active, category.code) == (False, "jasa_pengabdian")
