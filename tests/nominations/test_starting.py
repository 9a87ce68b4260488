"""Starting a nomination: once per product or candidate, from one's own region, in an open round."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.errors import RuleBroken
from nominations.enums import CandidateKind, IdentityKind, Status, WindowKind
from nominations.models import CandidateEntry, Category, Extension, Nomination, ProductEntry
from nominations.services import drafting
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
CANDIDATE = {
    "candidate_kind": "person",
    "name": "Sri Wahyuni, S.E.",
    "identity_number": "3375 0117 0845 0001",
    "address": "Jalan Pahlawan 3",
    "phone": "0812-3456-7890",
}
KEY = "sebuah-kunci-yang-cukup-panjang"


@pytest.fixture
def product(officer_a: Any) -> Any:
    factories.make_period("ovop")
    return factories.make_product(factories.make_ikm(factories.make_sentra()))


@pytest.fixture
def candidate_url(officer_a: Any) -> str:
    period = factories.make_period("upakarti")
    return reverse("nomination_create_candidate", args=[period.pk, "jasa_pengabdian"])


def create_url(product: Any) -> str:
    return reverse("nomination_create_product", args=[product.pk])


def test_a_product_becomes_a_draft_of_its_region_and_commodity(product, officer_a, client_of, post):
    answer = post(client_of(officer_a), create_url(product))
    nomination = Nomination.objects.get()
    assert answer["Location"] == reverse("nomination_detail", args=[nomination.pk])
    assert (nomination.status, nomination.region_id, nomination.category.code) == (Status.DRAFT, "33.75", "batik")
    assert (nomination.reference, nomination.submitted_at, nomination.version) == (None, None, 1)
    assert nomination.title == f"{product.name} – {product.ikm.name}"
    assert (nomination.entry.product, nomination.entry.sentra) == (product, product.ikm.sentra)


def test_a_candidate_becomes_a_draft_with_bare_numbers(candidate_url, officer_a, client_of, post):
    assert post(client_of(officer_a), candidate_url, CANDIDATE).status_code == 302
    entry = CandidateEntry.objects.get()
    assert (entry.identity_kind, entry.identity_number) == (IdentityKind.NIK, "3375011708450001")
    assert (entry.nomination.title, entry.phone) == ("Sri Wahyuni, S.E.", "+6281234567890")


def test_a_double_click_starts_one_nomination(product, officer_a, client_of, post):
    client = client_of(officer_a)
    answers = [post(client, create_url(product), key=KEY) for _click in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("nomination_detail", args=[Nomination.objects.get().pk]))
    }


def test_a_key_that_comes_back_with_other_content_is_a_conflict(candidate_url, officer_a, client_of, post):
    client = client_of(officer_a)
    assert post(client, candidate_url, CANDIDATE, key=KEY).status_code == 302
    answer = post(client, candidate_url, CANDIDATE | {"name": "Orang Lain"}, key=KEY)
    assert answer.status_code == 409
    assert "sudah pernah dikirim dengan isi lain" in answer.content.decode()
    assert Nomination.objects.get().title == CANDIDATE["name"]


def test_without_a_key_nothing_starts(candidate_url, officer_a, client_of):
    answer = client_of(officer_a).post(candidate_url, CANDIDATE)
    assert answer.status_code == 400
    assert "Muat ulang halaman" in answer.content.decode()
    assert not Nomination.objects.exists()


def test_the_same_product_twice_is_refused_until_the_first_is_withdrawn(product, officer_a, client_of, post):
    client = client_of(officer_a)
    assert post(client, create_url(product)).status_code == 302
    answer = post(client, create_url(product))
    assert (answer.status_code, Nomination.objects.count()) == (422, 1)
    assert "sudah diusulkan pada periode ini" in answer.content.decode()
    factories.advance(Nomination.objects.get(), Status.WITHDRAWN)
    assert post(client, create_url(product)).status_code == 302
    assert sorted(Nomination.objects.values_list("status", flat=True)) == ["draft", "withdrawn"]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.WITHDRAWN])
def test_every_status_but_withdrawn_holds_the_place(status, product, officer_a):
    first = drafting.create_product_nomination(period=factories.make_period(), product=product, actor=officer_a)
    Nomination.objects.filter(pk=first.pk).update(status=status, reference="UJI-1")
    with pytest.raises(RuleBroken, match="sudah diusulkan"):
        drafting.create_product_nomination(period=factories.make_period(), product=product, actor=officer_a)


def test_one_candidate_per_category_and_period_whatever_the_region(
    candidate_url, officer_a, officer_b, client_of, post
):
    assert post(client_of(officer_a), candidate_url, CANDIDATE).status_code == 302
    for officer in (officer_a, officer_b):
        answer = post(client_of(officer), candidate_url, CANDIDATE | {"name": "Nama Lain"})
        page = answer.content.decode()
        assert (answer.status_code, Nomination.objects.count()) == (422, 1)
        assert "sudah diusulkan dalam kategori dan periode yang sama" in page
        assert "Nama Lain" in page, "what was typed stays"
        assert CANDIDATE["name"] not in page, "whose candidate it is stays unsaid"
    category = Category.objects.get(code="jasa_pelestarian")
    Category.objects.filter(pk=category.pk).update(active=True)
    other = candidate_url.replace("jasa_pengabdian", "jasa_pelestarian")
    assert post(client_of(officer_a), other, CANDIDATE).status_code == 302


def test_what_a_form_does_not_ask_for_is_ignored(candidate_url, officer_a, client_of, post):
    forged = {
        "status": "awarded",
        "reference": "UPAKARTI-2026-3375-0001",
        "region": factories.OTHER,
        "region_code": factories.OTHER,
        "period": "1",
        "submitted_at": "2026-01-01",
        "created_by": "1",
        "id": "1",
        "pk": "1",
        "version": "99",
        "identity_kind": "nib",
        "subject_key": "x",
        "text": "disisipkan",
    }
    assert post(client_of(officer_a), candidate_url, CANDIDATE | forged).status_code == 302
    stored = scenes.state_of(Nomination.objects.get())
    assert (stored["status"], stored["reference"], stored["region_id"]) == ("draft", None, factories.HOME)
    assert (stored["submitted_at"], stored["created_by_id"], stored["version"]) == (None, officer_a.pk, 1)
    entry = CandidateEntry.objects.get()
    assert entry.identity_kind == "nik"
    assert not entry.nomination.answers.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"candidate_kind": "company"}, "Jenis calon"),  # not of this category
        ({"candidate_kind": ""}, "Pilih jenis calon, supaya nomor identitasnya dapat diperiksa."),
        ({"name": " "}, "Nama lengkap calon belum diisi."),
        ({"identity_number": "123"}, "NIK"),
        ({"identity_number": "3375 0117 0845 00011"}, "NIK"),
        ({"candidate_kind": "organisation", "identity_number": "123"}, "NPWP"),
        ({"phone": "telepon"}, "Telepon"),
        ({"name": "N" * 121}, "120"),
        ({"name": "\x00\u202e\u200b"}, "Nama lengkap calon belum diisi."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(change, words, candidate_url, officer_a, client_of, post):
    answer = post(client_of(officer_a), candidate_url, CANDIDATE | change)
    page = answer.content.decode()
    assert (answer.status_code, Nomination.objects.exists()) == (422, False)
    assert words in page
    assert "error-summary" in page
    assert CANDIDATE["address"] in page


def test_another_region_or_category_in_the_address_is_not_found(candidate_url, officer_a, client_of, post):
    client, data = client_of(officer_a), dict(CANDIDATE)
    addresses = [
        candidate_url + "?wilayah=" + factories.OTHER,
        candidate_url + "?wilayah=%00",
        candidate_url.replace("jasa_pengabdian", "ikm_modern"),  # retired
        candidate_url.replace("jasa_pengabdian", "batik"),  # of the other award
        candidate_url.replace("jasa_pengabdian", "tidak-ada"),
    ]
    assert [post(client, address, data).status_code for address in addresses] == [404] * 5
    assert not Nomination.objects.exists()
    assert post(client, candidate_url + "?wilayah=" + factories.HOME, data).status_code == 302


def test_outside_the_window_nothing_starts_and_an_extension_opens_only_its_region(
    product, candidate_url, officer_a, officer_b, client_of, post
):
    both = [product.ikm.sentra.region_id, factories.OTHER]
    other = factories.make_product(factories.make_ikm(factories.make_sentra(factories.OTHER)))
    windows = [
        scenes.close_window(factories.make_period(award), WindowKind.NOMINATION, timezone.now() - timedelta(days=1))
        for award in ("ovop", "upakarti")
    ]
    scenes_of = [(officer_a, product), (officer_b, other)]
    for officer, own_product in scenes_of:
        client = client_of(officer)
        assert "Belum ada periode yang dibuka" in client.get(reverse("nomination_start")).content.decode()
        assert post(client, create_url(own_product)).status_code == 422
        assert post(client, candidate_url, CANDIDATE).status_code == 404
    for window in windows:
        Extension.objects.create(
            window=window, region_id=both[0], closes_at=timezone.now() + timedelta(days=1), reason="Listrik padam"
        )
    answers = [post(client_of(officer), create_url(own)).status_code for officer, own in scenes_of]
    assert answers == [302, 422]
    assert [post(client_of(officer), candidate_url, CANDIDATE).status_code for officer, _own in scenes_of] == [302, 404]
    assert Nomination.objects.count() == 2


def test_a_retired_commodity_is_not_open(product, officer_a, client_of, post):
    Category.objects.filter(award="ovop", code="batik").update(active=False)
    answer = post(client_of(officer_a), create_url(product))
    assert (answer.status_code, Nomination.objects.exists()) == (422, False)
    assert "tidak dibuka pada periode tersebut" in answer.content.decode()


def test_the_longest_names_fit(officer_a, client_of, post):
    factories.make_period("ovop")
    ikm = factories.make_ikm(factories.make_sentra(), name="I" * 160)
    product = factories.make_product(ikm, name="P" * 160)
    assert post(client_of(officer_a), create_url(product)).status_code == 302
    assert Nomination.objects.get().title.startswith("P" * 160 + " – III")


def test_the_start_page_offers_what_is_not_yet_nominated(product, officer_a, client_of, post):
    client, page = client_of(officer_a), reverse("nomination_start")
    foreign = factories.make_product(factories.make_ikm(factories.make_sentra(factories.OTHER)))
    before = client.get(page).content.decode()
    assert create_url(product) in before
    assert create_url(foreign) not in before
    post(client, create_url(product))
    assert create_url(product) not in client.get(page).content.decode()


def test_the_database_keeps_one_kind_of_entry(product, officer_a):
    nomination = drafting.create_product_nomination(period=factories.make_period(), product=product, actor=officer_a)
    assert ProductEntry.objects.filter(nomination=nomination).exists()
    with pytest.raises(IntegrityError, match="one_entry"), transaction.atomic():
        CandidateEntry.objects.create(
            nomination=nomination,
            candidate_kind=CandidateKind.PERSON,
            identity_kind=IdentityKind.NIK,
            identity_number="3375011708450001",
        )


def test_an_officer_of_two_regions_chooses_for_which_one(officer_a, candidate_url, client_of, post):
    factories.add_membership(officer_a, Role.DISTRICT_OFFICER, region=factories.OTHER)
    client, url = client_of(officer_a), reverse("nomination_start")
    page = client.get(url).content.decode()
    assert f'href="?wilayah={factories.OTHER}"' in page
    chosen = client.get(url, {"wilayah": factories.OTHER}).content.decode()
    assert f"{candidate_url}?wilayah={factories.OTHER}" in chosen
    assert post(client, f"{candidate_url}?wilayah={factories.OTHER}", CANDIDATE).status_code == 302
    assert Nomination.objects.get().region_id == factories.OTHER


def test_an_officer_of_one_region_is_not_asked(officer_a, candidate_url, client_of):
    assert "?wilayah=" not in client_of(officer_a).get(reverse("nomination_start")).content.decode()


@pytest.mark.parametrize(
    ("left", "way_back"),
    [("http://testserver/produk/?q=1", "/produk/?q=1"), ("https://jahat.example/", None), ("", None)],
)
def test_a_refusal_leads_back_to_the_page_that_was_left(product, left, way_back, officer_a, client_of):
    answer = client_of(officer_a).post(create_url(product), headers={"referer": left})
    assert answer.status_code == 400, "no key"
    page = answer.content.decode()
    assert ("Kembali ke halaman tadi" in page) is bool(way_back)
    assert way_back is None or f'href="{way_back}"' in page


@pytest.fixture
def rounds(product: Any) -> tuple[Any, Any]:
    """The old round is extended for the home region, the new one is open."""
    old, new = factories.make_earlier_period(), factories.make_period("ovop")
    factories.set_windows(old, closes_at=timezone.now() - timedelta(days=1))
    window = old.windows.get(kind=WindowKind.NOMINATION)
    later = timezone.now() + timedelta(days=2)
    Extension.objects.create(window=window, region_id=factories.HOME, closes_at=later, reason="Listrik padam")
    return old, new


def test_two_open_rounds_have_each_their_own_products_and_links(rounds, product, officer_a, client_of, post):
    client, start = client_of(officer_a), reverse("nomination_start")
    page = client.get(start).content.decode()
    assert create_url(product) not in page, "no round is chosen for the officer"
    for period in rounds:
        assert f"?periode={period.pk}#periode-{period.pk}" in page
        links = client.get(start, {"periode": period.pk}).content.decode()
        assert f"{create_url(product)}?periode={period.pk}" in links
        assert links.count(f'href="{create_url(product)}') == 1
    old, new = rounds
    link = f"{create_url(product)}?periode={old.pk}"
    form = client.get(link).content.decode()
    assert f'name="periode" value="{old.pk}"' in form
    assert post(client, link, {"periode": old.pk}).status_code == 302
    assert Nomination.objects.get().period == old
    assert create_url(product) not in client.get(start, {"periode": old.pk}).content.decode(), "nominated already"
    assert create_url(product) in client.get(start, {"periode": new.pk}).content.decode(), "not in this round"


def test_a_product_page_asks_for_the_round_and_no_post_is_taken_without_it(rounds, product, officer_a, client_of, post):
    client = client_of(officer_a)
    page = client.get(create_url(product)).content.decode()
    assert "Untuk periode mana" in page
    assert [f'href="?periode={period.pk}"' in page for period in rounds] == [True, True]
    for wrong in ({}, {"periode": "0"}, {"periode": "\x00"}, {"periode": "satu"}):
        answer = post(client, create_url(product), wrong)
        assert (answer.status_code, Nomination.objects.exists()) == (422, False)
        assert "Pilih periode yang masih dibuka" in answer.content.decode()
    assert post(client, create_url(product), {"periode": rounds[1].pk}).status_code == 302
    assert Nomination.objects.get().period == rounds[1]


def test_a_form_of_a_round_that_has_closed_meanwhile_starts_nothing_in_the_other(
    rounds, product, officer_a, client_of, post
):
    old, _new = rounds
    Extension.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    answer = post(client_of(officer_a), create_url(product), {"periode": old.pk})
    assert (answer.status_code, Nomination.objects.exists()) == (422, False)
