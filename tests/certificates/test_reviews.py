"""Re-evaluation of stars: opened by the Sekretariat, begun by the region, judged in the same stages."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from certificates.enums import CertificateState, StarOutcome
from certificates.models import Certificate
from certificates.rules import renewal_is_over, star_outcome
from certificates.services.upkeep import revoke_certificate
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry, OutboxMail
from nominations.enums import Status, WindowKind
from nominations.models import Nomination, Period, StarReview
from nominations.selectors.findings import gaps_of
from nominations.services import drafting
from nominations.services.awards import ensure_period
from nominations.services.reviews import begin_review, open_reviews, remind_of_reviews
from reports.presenters.holders import validity_text
from scoring.services.instruments import install_stages
from tests import factories
from tests.certificates import scenes
from tests.transactions import together

FAR = date(2035, 1, 1)
LIST, OPEN, START = reverse("review_list"), reverse("review_open"), reverse("nomination_start")


def next_period(later: int = 1) -> Period:
    period = ensure_period("ovop", factories.YEAR + later)
    install_stages(period=period)
    factories.set_windows(period)
    return period


def opened(certificate: Certificate, actor: User, later: int = 1) -> StarReview:
    star = certificate.decision.nomination
    assert open_reviews(period_id=next_period(later).pk, star_ids=[star.pk], actor=actor) == 1
    return StarReview.objects.get(star=star)


def renewed(review: StarReview, stars: int) -> Certificate:
    officer = factories.officer_of(review.star.region_id)
    draft = begin_review(review_id=review.pk, actor=officer)
    factories.write_answers(draft, officer)
    factories.fill_documents(draft)
    return scenes.issued(scenes.recommend(factories.advance(draft, Status.RECOMMENDED), stars))


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [(1, 2, StarOutcome.UP), (2, 2, StarOutcome.KEEP), (3, 1, StarOutcome.DOWN), (3, None, StarOutcome.LAPSE)],
)
def test_the_outcome_follows_from_the_stars(before: int, after: int | None, outcome: StarOutcome) -> None:
    assert star_outcome(before, after) is outcome


@pytest.mark.parametrize(
    ("status", "late", "released", "over"),
    [
        (None, False, False, False),
        (None, True, False, True),
        (Status.DRAFT, True, False, True),
        (Status.SUBMITTED, True, False, False),
        (Status.ELIMINATED, True, False, False),  # sealed until the results are released
        (Status.ELIMINATED, True, True, True),
        (Status.IN_PLENARY, True, True, False),
        (Status.INELIGIBLE, False, False, True),
    ],
)
def test_a_star_lapses_when_nothing_can_come_any_more(
    status: str | None, late: bool, released: bool, over: bool
) -> None:
    now = timezone.now()
    closes_at = now + timedelta(days=-1 if late else 1)
    assert renewal_is_over(status, now=now, closes_at=closes_at, released=released) is over


@pytest.mark.django_db
def test_opening_tells_each_region_once_and_takes_only_stars_that_end(admin_a: User, officer_a: User) -> None:
    home, other = scenes.issued(), scenes.issued(scenes.ovop(region=factories.OTHER))
    period = next_period()
    stars = [home.decision.nomination_id, other.decision.nomination_id]
    with pytest.raises(NotPermitted):
        open_reviews(period_id=period.pk, star_ids=stars, actor=officer_a)
    assert open_reviews(period_id=period.pk, star_ids=stars, actor=admin_a) == 2
    assert OutboxMail.objects.filter(dedupe_key__startswith="review:").count() == 2
    assert AuditEntry.objects.filter(action="nomination.reviews_opened").count() == 1
    with pytest.raises(RuleBroken):
        open_reviews(period_id=period.pk, star_ids=stars, actor=admin_a)


@pytest.mark.django_db
def test_a_renewal_goes_through_the_same_stages_and_its_certificate_takes_the_place_of_the_old(
    admin_a: User, client: Any
) -> None:
    old = scenes.issued(scenes.ovop(stars=2))
    review = opened(old, admin_a)
    assert Certificate.objects.get(pk=old.pk).state == CertificateState.ISSUED
    new = renewed(review, 3)
    old.refresh_from_db()
    star = Nomination.objects.get(pk=review.star_id)
    assert old.state == CertificateState.REPLACED
    assert star.star_until is None
    assert new.decision.nomination.review_id == review.pk
    assert "sudah diganti" in client.get(reverse("certificate_verify", args=[old.token])).content.decode()
    chain = client.get(reverse("holder_page", args=["ovop", new.period.year, new.number])).content.decode()
    assert old.period.name in chain
    assert "Diganti hasil evaluasi ulang" in chain
    moved = client.get(reverse("holder_page", args=["ovop", old.period.year, old.number]))
    assert moved.url == reverse("holder_page", args=["ovop", new.period.year, new.number])


@pytest.mark.django_db
def test_the_address_of_a_star_leads_on_however_often_it_was_renewed(admin_a: User, client: Any) -> None:
    first = scenes.issued(scenes.ovop(stars=1))
    second = renewed(opened(first, admin_a), 2)
    last = renewed(opened(second, admin_a, later=2), 3)
    pages = [reverse("holder_page", args=["ovop", one.period.year, one.number]) for one in (first, second, last)]
    led_to = [client.get(page, follow=True).redirect_chain for page in pages]
    assert led_to == [[(pages[2], 302)], [(pages[2], 302)], []]
    revoke_certificate(certificate_id=last.pk, reason="Salah.", actor=admin_a)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]


@pytest.mark.django_db
@pytest.mark.parametrize(("stars", "word"), [(3, "Naik"), (2, "Tetap"), (1, "Turun")])
def test_the_region_reads_what_became_of_the_star(stars: int, word: str, admin_a: User, client_of: Any) -> None:
    review = opened(scenes.issued(scenes.ovop(stars=2)), admin_a)
    officer = client_of(factories.officer_of(factories.HOME))
    assert "Belum dimulai" in officer.get(LIST).content.decode()
    renewed(review, stars)
    assert word in officer.get(LIST).content.decode()


@pytest.mark.django_db
def test_what_was_not_sent_in_time_lapses(admin_a: User, officer_a: User, client_of: Any) -> None:
    review = opened(scenes.issued(), admin_a)
    begin_review(review_id=review.pk, actor=officer_a)
    client = client_of(officer_a)
    assert "Berakhir" not in client.get(LIST).content.decode()
    factories.set_windows(review.period, closes_at=timezone.now() - timedelta(days=2))
    assert "Berakhir" in client.get(LIST).content.decode()


@pytest.mark.django_db
def test_regions_are_reminded_of_what_nobody_began_and_of_nothing_else(admin_a: User) -> None:
    certificates = [scenes.issued(scenes.ovop(region=region)) for region in (factories.HOME, factories.OTHER)]
    revoked = scenes.issued(scenes.ovop())
    stars = [one.decision.nomination_id for one in [*certificates, revoked]]
    period = next_period()
    open_reviews(period_id=period.pk, star_ids=stars, actor=admin_a)
    Nomination.objects.filter(pk=stars[2]).update(star_until=None)
    begun = StarReview.objects.get(star=stars[1])
    renewal = begin_review(review_id=begun.pk, actor=factories.officer_of(factories.OTHER))
    closes_at = period.windows.get(kind=WindowKind.NOMINATION).closes_at
    mails = OutboxMail.objects.filter(dedupe_key__startswith="review-unbegun:")
    assert remind_of_reviews(closes_at - timedelta(days=15)) == 0
    for days in (10, 10, 9, 3):
        assert remind_of_reviews(closes_at - timedelta(days=days)) == 1
    assert mails.count() == 2, "once for each step, though it was asked four times"
    mail = mails.first()
    assert mail.to == factories.officer_of(factories.HOME).email
    assert certificates[0].decision.nomination.title in mail.body
    assert "1 bintang belum dimulai" in mail.subject
    Nomination.objects.filter(pk=renewal.pk).update(status=Status.WITHDRAWN)
    assert remind_of_reviews(closes_at - timedelta(days=1)) == 2
    assert remind_of_reviews(closes_at + timedelta(minutes=1)) == 0
    factories.set_windows(period, opens_at=closes_at - timedelta(hours=2), closes_at=closes_at)
    assert remind_of_reviews(closes_at - timedelta(days=1)) == 0, "it cannot be begun yet"


def test_two_officers_who_begin_at_once_share_one_draft(cloned_db: str) -> None:
    review = opened(scenes.issued(), factories.someone(Role.MINISTRY_ADMIN))
    officers = [factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME) for _turn in range(2)]
    drafts = together([partial(begin_review, review_id=review.pk, actor=officer) for officer in officers])
    only = Nomination.objects.get(review=review)
    assert drafts == [only, only]
    assert AuditEntry.objects.filter(action="nomination.created", object_id=str(only.pk)).count() == 1


@pytest.mark.django_db
def test_the_star_itself_does_not_block_its_renewal_and_a_plain_nomination_is_sent_there(
    admin_a: User, officer_a: User
) -> None:
    certificate = scenes.issued()
    review = opened(certificate, admin_a)
    product = certificate.decision.nomination.product_entry.product
    with pytest.raises(RuleBroken, match="evaluasi ulang"):
        drafting.create_product_nomination(period=review.period, product=product, actor=officer_a)
    draft = begin_review(review_id=review.pk, actor=officer_a)
    assert "bintang" not in " ".join(gap.text for gap in gaps_of(draft))
    assert not draft.answers.exists()
    assert begin_review(review_id=review.pk, actor=officer_a) == draft


@pytest.mark.django_db
def test_the_database_keeps_one_live_renewal_of_a_star_in_its_period(admin_a: User, officer_a: User) -> None:
    review = opened(scenes.issued(), admin_a)
    draft = begin_review(review_id=review.pk, actor=officer_a)
    facts = {"category": draft.category, "region": draft.region, "created_by": officer_a, "title": "Lain"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(period=review.period, subject_key="lain", review=review, **facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        Nomination.objects.filter(pk=draft.pk).update(review=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Nomination.objects.create(period=review.star.period, subject_key="lain", review=review, **facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        StarReview.objects.filter(pk=review.pk).delete()


@pytest.mark.django_db
def test_the_pages_preview_open_and_begin(admin_a: User, officer_a: User, client_of: Any, post: Any) -> None:
    certificate = scenes.issued()
    period, title = next_period(), certificate.decision.nomination.title
    admin, officer = client_of(admin_a), client_of(officer_a)
    choice = {"period": period.pk, "until": "01-01-2035"}
    page = admin.get(OPEN, choice).content.decode()
    assert "1 bintang akan dinilai kembali" in page
    assert title in page
    assert "Tidak ada bintang" in admin.get(OPEN, choice | {"province": "11"}).content.decode()
    assert admin.get(OPEN, {"period": period.pk, "until": "besok"}).status_code == 422
    assert title not in officer.get(START).content.decode().split("Pilih produk")[0]
    assert post(admin, OPEN, choice | {"pilih": certificate.decision.nomination_id}).status_code == 302
    review = StarReview.objects.get()
    assert title in officer.get(START).content.decode()
    assert "Evaluasi ulang bintang" in officer.get(reverse("home")).content.decode()
    begin = reverse("review_begin", args=[review.pk])
    assert "bukan dari usulan lama" in officer.get(begin).content.decode()
    assert post(officer, begin, {}).status_code == 302
    assert Nomination.objects.filter(review=review).count() == 1


@pytest.mark.django_db
def test_the_list_costs_the_same_for_any_number_of_stars(admin_a: User, officer_a: User, client_of: Any) -> None:
    star, period = scenes.issued().decision.nomination, next_period()
    clients, costs = [client_of(admin_a), client_of(officer_a)], []
    for total in (1, 10, 300):
        stars = scenes.more_stars(star, total - StarReview.objects.count())
        StarReview.objects.bulk_create(StarReview(star=one, period=period, opened_by=admin_a) for one in stars)
        costs.append([_queries(client) for client in clients])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 9


def _queries(client: Any) -> int:
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    return len(queries)


@pytest.mark.django_db
def test_a_star_without_end_can_be_judged_anew_when_it_is_asked_for(
    admin_a: User, officer_a: User, client_of: Any, post: Any
) -> None:
    """It is in force until its renewal takes its place, and no date ever brings it up by itself."""
    nomination = scenes.ovop(stars=2)
    Period.objects.filter(pk=nomination.period_id).update(certificate_years=0)
    nomination.refresh_from_db()
    old = scenes.issued(nomination)
    period, client = next_period(), client_of(admin_a)
    asked = {"period": period.pk, "until": "2035-01-01"}
    assert client.get(OPEN, asked).context["stars"] == []
    page = client.get(OPEN, asked | {"endless": "on"})
    assert [star.pk for star in page.context["stars"]] == [nomination.pk]
    assert "berlaku tanpa batas waktu" in page.content.decode()
    assert post(client, OPEN, asked | {"pilih": [nomination.pk]}).status_code == 302
    mail = OutboxMail.objects.get(dedupe_key__startswith="review:")
    assert "tanpa batas waktu" in mail.body
    assert "bintang berlaku tanpa batas waktu" in client_of(officer_a).get(START).content.decode()
    review = StarReview.objects.get(star=nomination)
    renewed(review, 3)
    old.refresh_from_db()
    nomination.refresh_from_db()
    assert (old.state, nomination.star_until) == (CertificateState.REPLACED, None)
    assert validity_text(old) == "Diganti hasil evaluasi ulang"
    assert {certificate.state for certificate in Certificate.objects.exclude(pk=old.pk)} == {CertificateState.ISSUED}


@pytest.mark.django_db
def test_a_star_without_end_stands_in_lineage_register_and_follow_ups(officer_a: User, client_of: Any) -> None:
    nomination = scenes.ovop(stars=2)
    Period.objects.filter(pk=nomination.period_id).update(certificate_years=0, results_released_at=timezone.now())
    nomination.refresh_from_db()
    certificate = scenes.issued(nomination)
    client, entry = client_of(officer_a), nomination.product_entry
    assert certificate.valid_until is None
    page = client.get(reverse("sentra_lineage", args=[entry.sentra_id])).content.decode()
    assert "2 bintang" in page
    holder = client.get(reverse("holder_page", args=["ovop", certificate.period.year, certificate.number]))
    assert "Tanpa batas waktu" in holder.content.decode()
    assert "tanpa batas waktu" in client.get(reverse("follow_up_detail", args=[nomination.pk])).content.decode()
