"""The matrix of a province: order, counts, quota, what it must not tell, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.formats import date_full
from nominations.enums import Action, HintCounts, Status, WindowKind
from nominations.models import CandidateEntry, Extension, Nomination, Window
from nominations.presenters.status import GROUPS, SEALED
from nominations.services.extensions import extend_region, withdraw_extension
from nominations.services.transitions import apply_transition, lock_nomination
from reference.models import Region
from sentra.models import Sentra
from tests import factories
from tests.factories import HOME, OTHER
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
URL = "/pantauan/"
SEMARANG, CILACAP = "33.74", "33.01"


@pytest.fixture(autouse=True)
def period(db: None) -> Any:
    return factories.make_period("ovop")


def rows(client: Any, query: str = "") -> dict[str, dict[str, Any]]:
    return {item["row"].region.pk: item for item in client.get(URL + query).context["rows"]}


def numbers(item: dict[str, Any]) -> dict[str, int]:
    return {code: cell["number"] for code, cell in zip(GROUPS, item["cells"], strict=True) if cell["number"]}


def test_silent_ones_first_then_drafts_then_the_rest(province, client_of):
    scenes.bare_rows([(Status.SUBMITTED, CILACAP), (Status.DRAFT, CILACAP), (Status.DRAFT, SEMARANG)])
    scenes.bare_rows([(Status.WITHDRAWN, HOME), (Status.SUBMITTED, OTHER)])
    page = client_of(province).get(URL)
    found = rows(client_of(province))
    assert len(found) == 35, "those of the own province, and no other"
    assert list(found)[-2:] == [SEMARANG, CILACAP]
    labels = {code: item["state"]["label"] for code, item in found.items()}
    assert (labels[HOME], labels[SEMARANG], labels[CILACAP]) == ("Belum ada usulan", "Baru konsep", "Sudah mengajukan")
    assert numbers(found[CILACAP]) == {"konsep": 1, "verifikasi": 1}
    assert numbers(found[HOME]) == {"ditarik": 1}
    assert page.context["totals"] | {"cells": None} == {
        "cells": None,
        "silent": 33,
        "drafting": 1,
        "sent": 1,
        "regions": 35,
    }
    assert [cell["number"] for cell in page.context["totals"]["cells"]] == [2, 0, 1, 0, 0, 0, 1]


def test_the_quota_counts_what_was_submitted_and_asks_for_nothing(province, client_of, period):
    first, second = (factories.make_product() for _number in range(2))
    sent = scenes.bare_rows([(Status.SUBMITTED, HOME), (Status.INELIGIBLE, HOME)])
    scenes.add_entries(sent, first)
    scenes.add_entries(scenes.bare_rows([(Status.DRAFT, HOME), (Status.WITHDRAWN, HOME)]), second)
    item = rows(client_of(province))[HOME]
    assert (item["quota"], item["state"]["kind"]) == ("1 dari minimal 2 sentra", "success"), "two of one sentra"
    period.hint_counts = HintCounts.NOMINATIONS
    period.save()
    assert rows(client_of(province))[HOME]["quota"] == "2 dari minimal 2 usulan"


def test_what_is_sealed_cannot_be_told_apart(province, client_of):
    """Neither by a count, nor by the moment of the last activity."""
    nominations = [scenes.bare(Status.IN_ASSESSMENT) for _number in range(2)]
    submitted = timezone.now() - timedelta(days=40)
    Nomination.objects.update(submitted_at=submitted, updated_at=submitted)
    client = client_of(province)

    def seen() -> tuple[Any, ...]:
        item = rows(client)[HOME]
        return numbers(item), item["row"].last_activity, item["state"], item["quota"]

    before = seen()
    assert before[:2] == ({"penilaian": 2}, submitted)
    chair = factories.someone(Role.PANEL_CHAIR)
    for action, nomination in zip((Action.ELIMINATE, Action.SEND_TO_PLENARY), nominations, strict=True):
        apply_transition(lock_nomination(nomination.pk), action, actor=chair, reason="Rahasia panel")
    assert seen() == before
    assert any(statuses >= SEALED for _label, statuses in GROUPS.values())
    assert "Rahasia panel" not in client.get(URL).content.decode()


def test_a_province_opens_no_other_and_the_ministry_opens_all(province, verifier, auditor, client_of):
    scenes.bare(Status.SUBMITTED, OTHER)
    assert client_of(province).get(f"{URL}?provinsi=32").status_code == 404
    for person in (verifier, auditor):
        client = client_of(person)
        assert len(client.get(URL).context["provinces"]) == 38
        assert numbers(rows(client, "?provinsi=32")[OTHER]) == {"verifikasi": 1}
        assert client.get(f"{URL}?provinsi=99").status_code == 404
    assert "Ingatkan yang dipilih" not in client_of(auditor).get(URL).content.decode()
    assert "Ingatkan yang dipilih" in client_of(verifier).get(URL).content.decode()


def test_a_cell_leads_to_the_list_of_exactly_that(province, client_of):
    scenes.bare_rows([(Status.DRAFT, HOME), (Status.SUBMITTED, HOME), (Status.DRAFT, SEMARANG)])
    client = client_of(province)
    cell = rows(client)[HOME]["cells"][0]
    listed = client.get(cell["url"]).context["rows"]
    assert [(row["nomination"].region_id, row["nomination"].status) for row in listed] == [(HOME, Status.DRAFT)]
    assert "Hanya usulan dari" in client.get(cell["url"]).content.decode()


def test_the_filter_by_region_takes_a_province_too_and_shows_nothing_of_others(verifier, province, client_of):
    scenes.bare_rows([(Status.SUBMITTED, HOME), (Status.SUBMITTED, SEMARANG), (Status.SUBMITTED, OTHER)])
    url = reverse("nomination_list")

    def listed(person: Any, code: str) -> set[str]:
        page = client_of(person).get(f"{url}?wilayah={code}")
        return {row["nomination"].region_id for row in page.context["rows"]}

    assert listed(verifier, "33") == {HOME, SEMARANG}
    assert listed(verifier, OTHER) == {OTHER}
    assert listed(province, OTHER) == set()
    assert listed(verifier, "33.7x") == {HOME, SEMARANG, OTHER}, "what is no code narrows nothing"


def test_an_extension_shows_and_the_days_are_counted_in_wib(province, client_of, period):
    closes = timezone.localtime().replace(hour=16, minute=0) + timedelta(days=9)
    factories.set_windows(period, closes_at=closes)
    window = Window.objects.get(period=period, kind=WindowKind.NOMINATION)
    later = closes + timedelta(days=5)
    Extension.objects.create(window=window, region_id=HOME, closes_at=later, reason="Banjir")
    page = client_of(province).get(URL)
    assert page.context["days_left"] == 9
    found = rows(client_of(province))
    assert (found[HOME]["extended"], found[SEMARANG]["extended"]) == (later, None)


def test_of_several_extensions_the_one_that_counts_shows_and_a_withdrawn_one_does_not(
    province, admin_a, officer_a, client_of, period
):
    closes = timezone.now() + timedelta(days=9)
    factories.set_windows(period, closes_at=closes)
    window = Window.objects.get(period=period, kind=WindowKind.NOMINATION)
    for code, days in ((HOME, 1), (HOME, 2), (SEMARANG, 3)):
        later = closes + timedelta(days=days)
        given = extend_region(window_id=window.pk, region_code=code, closes_at=later, reason="Banjir", actor=admin_a)
    withdraw_extension(extension_id=given.pk, reason="Keliru memilih daerah", actor=admin_a)
    found = rows(client_of(province))
    assert (found[HOME]["extended"], found[SEMARANG]["extended"]) == (closes + timedelta(days=2), None)
    page = client_of(province).get(f"/pantauan/ingatkan/?periode={period.pk}&wilayah={HOME}&wilayah={SEMARANG}")
    closing = {row["region"].pk: row["body"] for row in page.context["rows"]}
    assert page.status_code == 200
    assert date_full(closes + timedelta(days=2)) in closing[HOME]
    assert date_full(closes + timedelta(days=3)) not in closing[SEMARANG]


def test_a_region_whose_extension_was_withdrawn_is_not_reminded_after_the_end(
    province, admin_a, officer_a, client_of, period
):
    window = Window.objects.get(period=period, kind=WindowKind.NOMINATION)
    later = window.closes_at + timedelta(days=9)
    given = extend_region(window_id=window.pk, region_code=HOME, closes_at=later, reason="Banjir", actor=admin_a)
    withdraw_extension(extension_id=given.pk, reason="Keliru", actor=admin_a)
    past = timezone.now() - timedelta(days=1)
    factories.set_windows(period, opens_at=past - timedelta(days=9), closes_at=past)
    page = client_of(province).get(f"/pantauan/ingatkan/?periode={period.pk}&wilayah={HOME}")
    assert page.context["sendable"] == 0


def test_all_that_have_not_submitted_are_chosen_by_a_link(province, client_of):
    scenes.bare_rows([(Status.SUBMITTED, HOME), (Status.DRAFT, SEMARANG)])
    chosen = {code for code, item in rows(client_of(province), "?pilih=belum").items() if item["selected"]}
    assert len(chosen) == 34
    assert HOME not in chosen
    page = client_of(province).get(f"{URL}?pilih=belum").content.decode()
    assert page.count(" checked>") == 34


def test_without_any_period_the_page_says_so(province, client_of, period):
    Window.objects.all().delete()
    page = client_of(province).get(URL)
    assert "belum ditetapkan" in page.content.decode()
    assert not page.context["may_remind"]


@pytest.mark.parametrize("query", ["?periode=x", "?periode=999999", "?pilih=%00", "?periode=%27", "?page=-1"])
def test_a_strange_parameter_changes_nothing(province, client_of, query):
    assert len(rows(client_of(province), query)) == 35


def test_it_costs_the_same_for_any_province_and_any_number_of_nominations(province, verifier, client_of):
    sizes = {}
    for code in ("34", "33"):  # five kabupaten and kota, and thirty-five
        regions = list(Region.objects.current().filter(parent=code).values_list("pk", flat=True))
        for factor in (0, 3):
            scenes.bare_rows([(Status.SUBMITTED, region) for region in regions] * factor)
            sizes[code, factor] = cost(client_of(verifier), f"{URL}?provinsi={code}")
    assert set(sizes.values()) == {7}
    assert cost(client_of(province), URL) == 6


def cost(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


DRAFTS = "/pantauan/konsep/"


def drafts_url(period: Any, province: str = "33") -> str:
    return f"{DRAFTS}?provinsi={province}&periode={period.pk}"


def test_each_draft_tells_the_rules_that_it_would_fail_as_its_own_page_does(province, verifier, client_of, period):
    whole, empty = factories.make_ovop_nomination(), factories.make_ovop_nomination(complete=False)
    food = factories.make_ovop_nomination(commodity="makanan_minuman")
    food.product_entry.ikm.permits.all().delete()
    Sentra.objects.filter(pk=empty.product_entry.sentra_id).update(unit_count=4)
    factories.make_ovop_nomination(region=OTHER, complete=False)
    factories.make_ovop_nomination(Status.SUBMITTED)
    for person in (province, verifier):
        page = client_of(person).get(drafts_url(period))
        found = {row["nomination"].pk: [rule["title"] for rule in row["rules"]] for row in page.context["rows"]}
        assert found.keys() == {whole.pk, empty.pk, food.pk}, "those of the province, and drafts alone"
        assert found[whole.pk] == []
        assert {"Jumlah unit usaha sentra", "Keterangan usulan", "Dokumen wajib"} <= set(found[empty.pk])
        assert found[food.pk] == ["Izin dan hasil uji berlaku sampai penilaian berakhir"]
        for nomination in (whole, empty, food):
            own = client_of(person).get(reverse("nomination_readiness", args=[nomination.pk])).context["rows"]
            assert found[nomination.pk] == [row["title"] for row in own if row["gaps"]]
    assert drafts_url(period).replace("&", "&amp;") in client_of(province).get(URL).content.decode()


def test_drafts_of_candidates_are_judged_by_their_own_rules(province, client_of):
    candidate = factories.make_upakarti_nomination()
    candidate.candidate_entry.beneficiaries.all()[0].delete()
    page = client_of(province).get(drafts_url(candidate.period))
    assert [rule["title"] for row in page.context["rows"] for rule in row["rules"]] == ["Jumlah IKM binaan"]


@pytest.mark.parametrize("code", ["32", "99", "33.75", "%00"])
def test_the_drafts_of_another_province_do_not_exist(code, province, province_other, officer_a, client_of, period):
    factories.make_ovop_nomination(region=OTHER, complete=False)
    assert len(client_of(province_other).get(drafts_url(period, "32")).context["rows"]) == 1
    for person in (province, officer_a):
        assert client_of(person).get(drafts_url(period, code)).status_code == 404


@pytest.mark.parametrize("query", ["&periode=x", "&periode=999999", "&periode=%00", "&periode=", "&after=x"])
def test_a_strange_period_shows_no_draft(query, province, client_of, period):
    factories.make_ovop_nomination(complete=False)
    page = client_of(province).get(f"{DRAFTS}?provinsi=33{query}")
    assert (page.status_code, page.context["rows"]) == (200, [])


@pytest.mark.parametrize("award", ["ovop", "upakarti"])
def test_the_drafts_cost_eight_queries_whatever_their_number(award, province, verifier, client_of):
    make = {"ovop": factories.make_ovop_nomination, "upakarti": factories.make_upakarti_nomination}[award]
    url = drafts_url(make(complete=False).period)
    for size in (1, 10, 300):
        grow_drafts(award, size)
        for person in (province, verifier):
            assert cost(client_of(person), url) <= 8
        assert len(client_of(province).get(url).context["rows"]) == min(size, 25)


def grow_drafts(award: str, size: int) -> None:
    first, seen = Nomination.objects.order_by("pk")[0], Nomination.objects.count()
    more = scenes.bare_rows([(Status.DRAFT, HOME)] * (size - seen), award=award)
    if award == "ovop":
        scenes.add_entries(more, first.product_entry.product)
    else:
        known = model_to_dict(first.candidate_entry, exclude=["id", "nomination", "saved_by"])
        CandidateEntry.objects.bulk_create(CandidateEntry(nomination=row, **known) for row in more)
