"""The simulator says at every moment which rule the dossier would fail, why, on what basis, and what mends it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core import formats
from core.errors import RuleBroken
from core.models import ScanState, StoredFile
from nominations.enums import ADMIN_RULES, BASIS, Action, AdminRule, EntryKind, Status, WindowKind
from nominations.models import Nomination
from nominations.presenters.readiness import TITLES
from nominations.selectors.findings import findings_of
from nominations.services import drafting, verification
from nominations.services.extensions import extend_region, withdraw_extension
from nominations.services.stars import note_star
from reference.models import KbliCode
from sentra.enums import PermitKind
from sentra.models import Ikm, Sentra, SentraYear
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination()


def page_of(client: Any, nomination: Nomination) -> str:
    return client.get(reverse("nomination_readiness", args=[nomination.pk])).content.decode()


def row_of(page: str, rule: AdminRule) -> str:
    """The part of the page about one rule."""
    return next(row for row in page.split('class="readiness-row"')[1:] if f"<h2>{TITLES[rule]}</h2>" in row)


def hold_star(nomination: Nomination, *, days: int | None) -> None:
    """The product of the nomination won a star in an earlier round; None for one without end."""
    entry = nomination.product_entry
    earlier = Nomination.objects.create(
        reference=f"OVOP-2024-3375-{nomination.pk}",
        period=factories.make_earlier_period(),
        category=nomination.category,
        region=nomination.region,
        subject_key=f"earlier:{nomination.pk}",
        title="Usulan periode lalu",
        status=Status.AWARDED,
        created_by=nomination.created_by,
    )
    type(entry).objects.create(nomination=earlier, sentra=entry.sentra, ikm=entry.ikm, product=entry.product)
    until = None if days is None else timezone.localdate() + timedelta(days=days)
    note_star(nomination_id=earlier.pk, until=until)


SPOIL = {
    AdminRule.SENTRA_UNITS: lambda n: Sentra.objects.update(unit_count=4),
    AdminRule.SENTRA_DECREE: lambda n: Sentra.objects.update(sk_file=None),
    AdminRule.SCALE: lambda n: Ikm.objects.update(workers=20, investment=15_000_000_001),
    AdminRule.KBLI: lambda n: Ikm.objects.update(kbli=KbliCode.objects.of_commodity("gerabah").first()),
    AdminRule.STAR_HOLDER: lambda n: hold_star(n, days=0),
    AdminRule.ANSWERS: lambda n: n.answers.filter(question="marketing").update(text=""),
    AdminRule.DOCUMENTS: lambda n: n.items.filter(requirement__code="D04").delete(),
}


def test_a_complete_dossier_meets_every_rule(draft, officer_a, client_of):
    page = page_of(client_of(officer_a), draft)
    assert page.count("Terpenuhi") == len(ADMIN_RULES[EntryKind.PRODUCT])
    assert "Semua aturan administrasi terpenuhi" in page
    assert "Perbaiki" not in page


@pytest.mark.parametrize("rule", SPOIL)
def test_a_broken_rule_is_named_with_reason_basis_and_the_page_that_mends_it(rule, draft, officer_a, client_of):
    SPOIL[rule](draft)
    client = client_of(officer_a)
    page = page_of(client, draft)
    row = row_of(page, rule)
    (gap,) = findings_of(Nomination.objects.get(pk=draft.pk))
    assert "Akan gugur" in row
    assert gap.text in row
    assert str(BASIS[rule]) in row
    assert client.get(re.search(r'<a href="([^"]+)">Perbaiki', row)[1]).status_code == 200
    assert page.index(TITLES[rule]) == min(page.index(f"<h2>{TITLES[r]}") + 4 for r in ADMIN_RULES[EntryKind.PRODUCT])
    assert "gugur pada 1 aturan" in client.get(reverse("nomination_detail", args=[draft.pk])).content.decode()


def test_the_province_reads_and_gets_no_links_to_mend(draft, province, client_of):
    Sentra.objects.update(unit_count=4)
    page = page_of(client_of(province), draft)
    assert "Akan gugur" in page
    assert "Perbaiki" not in page


def test_after_submission_there_is_nothing_to_simulate(officer_a, client_of):
    submitted = factories.make_ovop_nomination(Status.SUBMITTED)
    answer = client_of(officer_a).get(reverse("nomination_readiness", args=[submitted.pk]))
    assert answer["Location"] == reverse("nomination_detail", args=[submitted.pk])


def test_a_candidate_is_judged_by_the_rules_of_its_award(officer_a, client_of):
    candidate = factories.make_upakarti_nomination()
    page = page_of(client_of(officer_a), candidate)
    assert [title for title in TITLES.values() if f"<h2>{title}</h2>" in page] == [
        TITLES[rule] for rule in TITLES if rule in ADMIN_RULES[EntryKind.CANDIDATE]
    ]
    candidate.candidate_entry.beneficiaries.all()[0].delete()
    assert "Akan gugur" in row_of(page_of(client_of(officer_a), candidate), AdminRule.BENEFICIARIES)


PERMITS = {
    "none": (None, "Akan gugur", "belum dicatat pada data IKM"),
    "ended yesterday": (-1, "Akan gugur", "sudah berakhir pada"),
    "last day today": (0, "Berisiko gugur", "sebelum masa penilaian selesai"),
    "one day before the assessment ends": (29, "Berisiko gugur", "Perpanjang dahulu"),
    "the day on which it ends": (30, "Terpenuhi", "Dasar:"),
    "no end": ("never", "Terpenuhi", "Dasar:"),
}


@pytest.mark.parametrize("case", PERMITS)
def test_permits_of_food_outlast_the_assessment(case, officer_a, client_of, post):
    """The assessment window of the scene closes in thirty days."""
    days, label, words = PERMITS[case]
    food = factories.make_ovop_nomination(commodity="makanan_minuman")
    food.product_entry.ikm.permits.all().delete()
    if days is not None:
        end = None if days == "never" else timezone.localdate() + timedelta(days=days)
        factories.make_food_permits(food.product_entry.ikm, issued_on=date(2020, 1, 1), expires_on=end)
    client = client_of(officer_a)
    row = row_of(page_of(client, food), AdminRule.PERMITS)
    assert label in row
    assert words in row
    check = reverse("nomination_check", args=[food.pk])
    assert post(client, check, {"declared": "on"}).status_code == (422 if label == "Akan gugur" else 302)


def test_figures_of_the_newest_year_that_contradict_the_record_are_a_risk(draft, officer_a, client_of):
    sentra = draft.product_entry.sentra
    factories.make_year(sentra, factories.YEAR - 2, units=3)
    newest = factories.make_year(sentra, factories.YEAR - 1, units=5)
    assert not findings_of(draft)
    SentraYear.objects.filter(pk=newest.pk).update(units=4)
    row = row_of(page_of(client_of(officer_a), draft), AdminRule.SENTRA_UNITS)
    assert "Berisiko gugur" in row
    assert f"angka tahun {factories.YEAR - 1} hanya 4" in row
    assert not [gap for gap in findings_of(draft) if gap.blocks]


def test_a_decree_in_which_a_scanner_found_something_is_none(draft, officer_a, verifier):
    file = draft.product_entry.sentra.sk_file
    StoredFile.objects.filter(pk=file.pk).update(scan_state=ScanState.INFECTED)
    (gap,) = findings_of(draft)
    assert (gap.rule, gap.blocks) == (AdminRule.SENTRA_DECREE, True)
    assert "berbahaya" in gap.text


@pytest.mark.parametrize("state", [ScanState.WAITING, ScanState.INFECTED])
def test_no_dossier_passes_while_the_decree_is_held(state, verifier):
    nomination = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    factories.mark_all(nomination, verifier)
    StoredFile.objects.filter(pk=nomination.product_entry.sentra.sk_file_id).update(scan_state=state)
    facts = {"nomination_id": nomination.pk, "action": Action.DECLARE_ELIGIBLE, "reason": "", "actor": verifier}
    with pytest.raises(RuleBroken, match="pemindaian"):
        verification.conclude_verification(**facts)
    StoredFile.objects.update(scan_state=ScanState.CLEAN)
    assert verification.conclude_verification(**facts).status == Status.ELIGIBLE


def test_a_permit_for_imported_goods_does_not_count(officer_a):
    food = factories.make_ovop_nomination(commodity="makanan_minuman")
    food.product_entry.ikm.permits.filter(kind=PermitKind.PIRT).update(kind=PermitKind.BPOM, number="ML867028042317")
    (gap,) = findings_of(food)
    assert (gap.rule, gap.blocks) == (AdminRule.PERMITS, True)
    assert "produk impor" in gap.text
    food.product_entry.ikm.permits.filter(kind=PermitKind.BPOM).update(number="MD867028042317")
    assert not findings_of(food)


def test_the_same_product_entered_anew_is_a_risk_where_its_twin_holds_a_star(draft, officer_a):
    star = factories.make_ovop_nomination(Status.WITHDRAWN)
    hold_star(star, days=30)
    held = star.product_entry.product
    product = factories.make_product(held.ikm, name=f"{held.name} (baru)")
    anew = factories.make_ovop_nomination(product=product)
    (gap,) = findings_of(anew)
    assert (gap.rule, gap.blocks) == (AdminRule.STAR_HOLDER, False)
    assert "Usulan periode lalu" in gap.text
    product.name = "Sapu lidi"
    product.save()
    assert not findings_of(anew)
    assert not findings_of(draft), "of another IKM"


REPORTS = {  # issued so many days ago, its own last day in so many, and what is said of it
    "no end, fresh": (300, None, ""),
    "no end, a year over before the assessment ends": (340, None, "dianggap berlaku 1 tahun"),
    "no end, old": (900, None, "Siapkan yang lebih baru"),
    "an end of its own counts alone": (900, 40, ""),
    "an end of its own before the assessment ends": (10, 20, "Perpanjang dahulu"),
}


@pytest.mark.parametrize("case", REPORTS)
def test_a_laboratory_test_that_is_too_old_when_the_assessment_ends_is_a_risk(case, officer_a, client_of):
    """The assessment window closes in thirty days; the period takes a report without an end for a year."""
    age, end, words = REPORTS[case]
    food, today = factories.make_ovop_nomination(commodity="makanan_minuman"), timezone.localdate()
    days = {"issued_on": today - timedelta(days=age), "expires_on": end and today + timedelta(days=end)}
    food.product_entry.ikm.permits.filter(kind=PermitKind.LAB_TEST).update(**days)
    gaps = findings_of(food)
    assert [(gap.rule, gap.blocks) for gap in gaps] == [(AdminRule.PERMITS, False)] * bool(words)
    row = row_of(page_of(client_of(officer_a), food), AdminRule.PERMITS)
    assert words in row
    assert ("D12" in row) is bool(words)
    food.period.requirements.update(valid_years=None)
    assert [gap.text for gap in findings_of(food)] == [gap.text for gap in gaps if end]


def test_two_live_nominations_for_what_looks_like_one_product_are_named_before_they_collide(
    draft, officer_a, client_of, post
):
    client, entry = client_of(officer_a), draft.product_entry
    row = row_of(page_of(client, draft), AdminRule.ONE_LIVE)
    assert ("Terpenuhi" in row, str(BASIS[AdminRule.ONE_LIVE]) in row) == (True, True)
    create = reverse("nomination_create_product", args=[entry.product_id])
    taken = client.get(create).content.decode()
    assert f'href="{reverse("nomination_detail", args=[draft.pk])}"' in taken
    assert "Mulai usulan</button>" not in taken
    again = factories.make_product(entry.ikm, name=f"{entry.product.name} (baru)")
    page = client.get(reverse("nomination_create_product", args=[again.pk])).content.decode()
    assert "produk yang mirip" in page
    assert "Mulai usulan</button>" in page
    anew = factories.make_ovop_nomination(product=again)
    row = row_of(page_of(client, anew), AdminRule.ONE_LIVE)
    assert "Berisiko gugur" in row
    assert f'<a href="{reverse("nomination_detail", args=[draft.pk])}">Perbaiki' in row
    again.name = "Sapu lidi"
    again.save()
    assert not findings_of(anew)


def test_a_permit_of_another_product_does_not_count(officer_a):
    food = factories.make_ovop_nomination(commodity="makanan_minuman")
    ikm = food.product_entry.ikm
    ikm.permits.update(product=factories.make_product(ikm))
    assert {gap.rule for gap in findings_of(food)} == {AdminRule.PERMITS}


@pytest.mark.parametrize(("days", "holds"), [(0, True), (400, True), (-1, False)])
def test_the_holder_of_a_valid_star_is_judged_anew_and_not_nominated(days, holds, officer_a, client_of, post):
    old = factories.make_ovop_nomination(Status.WITHDRAWN)
    hold_star(old, days=days)
    client, product = client_of(officer_a), old.product_entry.product
    create = reverse("nomination_create_product", args=[product.pk])
    start = client.get(reverse("nomination_start")).content.decode()
    assert (f'href="{create}?' in start) is not holds
    assert ("pemegang bintang sampai" in start) is holds
    assert post(client, create, {}).status_code == (422 if holds else 302)


def test_a_star_without_end_is_a_star(draft, officer_a, client_of, post):
    hold_star(draft, days=None)
    client, product = client_of(officer_a), draft.product_entry.product
    row = row_of(page_of(client, draft), AdminRule.STAR_HOLDER)
    assert "bintang yang berlaku tanpa batas waktu" in row
    factories.advance(draft, Status.WITHDRAWN)
    assert "pemegang bintang tanpa batas waktu" in client.get(reverse("nomination_start")).content.decode()
    assert post(client, reverse("nomination_create_product", args=[product.pk])).status_code == 422
    other = factories.make_product(product.ikm, name=f"{product.name} (baru)")
    twin = factories.make_ovop_nomination(product=other)
    assert [(gap.rule, gap.blocks) for gap in findings_of(twin)] == [(AdminRule.STAR_HOLDER, False)]


def test_a_permit_lasts_until_the_assessment_of_the_region_ends(officer_a, admin_a):
    """With its extension: the assessment of one region may go on while it is over elsewhere."""
    food = factories.make_ovop_nomination(commodity="makanan_minuman", complete=False)
    window = food.period.windows.get(kind=WindowKind.ASSESSMENT)
    last = timezone.localdate(window.closes_at)
    factories.make_food_permits(food.product_entry.ikm, expires_on=last)

    def ending() -> list[str]:
        return [gap.text for gap in findings_of(food) if "sebelum masa penilaian selesai" in gap.text]

    assert ending() == []
    later = window.closes_at + timedelta(days=5)
    facts = {"window_id": window.pk, "closes_at": later, "reason": "Banjir", "actor": admin_a}
    other = extend_region(region_code=factories.OTHER, **facts)
    assert ending() == [], "the extension of another region"
    given = extend_region(region_code=food.region_id, **facts)
    assert len(ending()) == 3
    assert formats.date_long(later) in ending()[0]
    withdraw_extension(extension_id=given.pk, reason="Keliru", actor=admin_a)
    assert ending() == []
    assert other.withdrawn_at is None


def test_no_service_nominates_a_holder(officer_a):
    old = factories.make_ovop_nomination(Status.WITHDRAWN)
    hold_star(old, days=30)
    with pytest.raises(RuleBroken, match="dinilai kembali lewat evaluasi ulang"):
        drafting.create_product_nomination(period=old.period, product=old.product_entry.product, actor=officer_a)


def test_the_simulator_costs_the_same_for_an_empty_and_a_full_dossier(
    officer_a, client_of, django_assert_max_num_queries
):
    for nomination in (factories.make_ovop_nomination(), factories.make_ovop_nomination(complete=False)):
        client, url = client_of(officer_a), reverse("nomination_readiness", args=[nomination.pk])
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
