"""The dashboards: what each role reads, what it must not be able to tell, what the charts say, and what they cost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from core.models import AuditEntry
from nominations.enums import Action, HintCounts, Status, WindowKind
from nominations.models import Category, Extension, Nomination, Period, StatusChange, Window
from nominations.presenters.status import SEALED
from reference.models import Region
from reports.presenters import dashboard as presenters
from reports.selectors import dashboard as selectors
from scoring.models import FinalResult
from scoring.services import assignments
from tests import factories
from tests.factories import HOME, OTHER, add_membership, make_sentra, make_user
from tests.nominations.scenes import add_entries, bare, bare_rows
from tests.reports.dashboards import EVERY_STATUS, SEMARANG, URL, ends, funnel, give_score, page
from tests.scoring import scenes
from tests.scoring.test_query_counts import bulk_assignments, bulk_nominations

pytestmark = pytest.mark.django_db
PERSONAS = ["officer_a", "province", "verifier", "admin_a", "auditor", "chair", "assessor_batik", "juror"]


@pytest.fixture(autouse=True)
def period(db: None) -> Any:
    return factories.make_period("ovop")


def test_the_ministry_reads_every_step(verifier, client_of):
    bare_rows([*EVERY_STATUS, (Status.DRAFT, OTHER)])
    context = page(client_of(verifier)).context
    assert funnel(context) == {
        "Dibuat": 15,
        "Diajukan": 13,
        "Lolos verifikasi": 9,
        "Selesai dinilai": 5,
        "Direkomendasikan pleno": 3,
        "Ditetapkan": 2,
    }
    assert ends(context) == {
        "Ditarik daerah": "1",
        "Perlu perbaikan": "1",
        "Tidak memenuhi syarat": "1",
        "Gugur penilaian": "1",
        "Tidak direkomendasikan": "1",
    }


def test_regions_are_rated_by_their_share_and_not_by_their_number(admin_a, client_of):
    small = Region.objects.current().provinces().order_by("code").get(pk="34")  # five kabupaten and kota
    in_small = list(Region.objects.current().regencies().filter(parent=small)[:3])
    in_large = list(Region.objects.current().regencies().filter(parent="33")[:6])
    bare_rows([(Status.SUBMITTED, one.pk) for one in [*in_small, *in_large, in_large[0]]])
    context = page(client_of(admin_a)).context
    first, second = context["coverage"]["shown"]
    assert (first["value"], second["value"]) == (60, 17), "what the interactive chart draws"
    assert (first["label"], first["text"]) == ("DI Yogyakarta", "3 dari 5 (60%)")
    assert (second["label"], second["text"]) == ("Jawa Tengah", "6 dari 35 (17%)")
    assert context["covered"] == {"number": 9, "all": 514, "share": 2}
    assert len(context["coverage"]["silent"]) == 36
    assert len(context["map"]["shapes"]) == 38


def test_a_draft_and_a_withdrawn_nomination_cover_nothing(admin_a, client_of):
    bare_rows([(Status.DRAFT, HOME), (Status.WITHDRAWN, OTHER)])
    context = page(client_of(admin_a)).context
    assert context["covered"]["number"] == 0
    assert context["heat"]["rows"] == []
    assert funnel(context)["Diajukan"] == 0


def test_the_heat_table_says_shares_and_names_the_silent(admin_a, client_of):
    bare_rows([(Status.SUBMITTED, HOME), (Status.SUBMITTED, HOME), (Status.SUBMITTED, SEMARANG)])
    heat = page(client_of(admin_a)).context["heat"]
    [row] = heat["rows"]
    assert row["label"] == "Jawa Tengah"
    batik, *others = row["cells"]
    assert (batik["share"], batik["title"]) == (6, "2 dari 35 kabupaten/kota")
    assert {cell["share"] for cell in others} == {0}
    assert len(heat["silent"]) == 37


def test_another_period_is_not_counted_and_can_be_chosen(admin_a, client_of):
    other = factories.make_earlier_period()
    bare(Status.SUBMITTED)
    client = client_of(admin_a)
    assert funnel(page(client).context)["Diajukan"] == 1
    assert funnel(page(client, f"?periode={other.pk}").context)["Diajukan"] == 0
    assert client.get(f"{URL}?periode=999999").status_code == 404
    assert client.get(f"{URL}?periode=x").status_code == 404


def test_the_period_that_runs_now_comes_first(admin_a, client_of, period):
    newer = Period.objects.create(award_id=period.award_id, year=period.year + 1, name="Tahun depan")
    assert page(client_of(admin_a)).context["period"] == period
    Window.objects.all().delete()
    assert page(client_of(admin_a)).context["period"] == newer


def test_without_any_period_the_page_says_so(officer_a, client_of):
    Window.objects.all().delete()
    Period.objects.all().delete()
    assert "Belum ada periode" in page(client_of(officer_a)).content.decode()


def test_a_person_without_a_duty_has_no_dashboard(client_of):
    assert client_of(make_user(None)).get(URL).status_code == 404


# What regions may not tell


def sealed_page(client: Any) -> str:
    body = page(client).content.decode()
    keys = re.compile(r'name="(?:csrfmiddlewaretoken|_key)" value="[^"]*"')
    return keys.sub("", body[body.index("<main") : body.index("</main>")])


@pytest.mark.parametrize("name", ["officer_a", "province"])
def test_a_region_reads_one_number_for_all_that_is_sealed(name, client_of, request):
    """The same page, byte for byte, whatever the panel has thought of the nomination."""
    nomination = bare(Status.IN_ASSESSMENT)
    client = client_of(request.getfixturevalue(name))
    before = sealed_page(client)
    for status in SEALED:
        Nomination.objects.filter(pk=nomination.pk).update(status=status)
        assert sealed_page(client) == before, status
    Nomination.objects.filter(pk=nomination.pk).update(status=Status.INELIGIBLE)
    assert sealed_page(client) != before, "or the test would prove nothing"


@pytest.mark.parametrize("name", ["officer_a", "province", "assessor_batik", "juror", "verifier"])
def test_no_score_reaches_who_may_not_read_scores(name, client_of, request, period):
    nomination = bare(Status.IN_PLENARY)
    client = client_of(request.getfixturevalue(name))
    before = sealed_page(client)
    give_score(nomination, "87.65")
    after = page(client)
    assert sealed_page(client) == before
    assert "spread" not in after.context
    assert "87,65" not in after.content.decode()
    assert not AuditEntry.objects.filter(action="scoring.spread_viewed").exists()


def test_the_release_lets_a_region_read_how_it_ended(province, client_of, period):
    bare_rows([(Status.AWARDED, HOME), (Status.ELIMINATED, HOME), (Status.NOT_RECOMMENDED, SEMARANG)])
    client = client_of(province)
    sealed = page(client).context
    assert list(funnel(sealed)) == ["Dibuat", "Diajukan", "Lolos verifikasi"]
    assert "Belum terpilih" not in ends(sealed)
    Period.objects.filter(pk=period.pk).update(results_released_at=timezone.now())
    released = page(client).context
    assert funnel(released)["Ditetapkan"] == 1
    assert ends(released)["Belum terpilih"] == "2"


def test_a_province_reads_its_own_alone(province, province_other, client_of):
    rows = bare_rows([(Status.SUBMITTED, HOME)] * 2 + [(Status.DRAFT, SEMARANG), (Status.SUBMITTED, OTHER)])
    for row in rows[:2]:
        add_entries([row], factories.make_product())
    context = page(client_of(province)).context
    assert funnel(context) == {"Dibuat": 3, "Diajukan": 2, "Lolos verifikasi": 0}
    assert context["covered"] == {"number": 1, "all": 35, "share": 3}
    texts = {row["region"].pk: row["text"] for row in context["states"]}
    assert (texts[HOME], texts[SEMARANG], texts["33.01"]) == ("2/2", "baru konsep", "belum ada")
    assert [row["region"].pk for row in context["states"]][:2] == [HOME, SEMARANG]
    assert OTHER not in texts
    assert funnel(page(client_of(province_other)).context)["Diajukan"] == 1


def test_a_province_reads_first_who_did_most_of_what_is_recommended(province, client_of, period):
    one_sentra, *two = (
        factories.make_product(factories.make_ikm(make_sentra(place))) for place in (HOME, SEMARANG, SEMARANG)
    )
    for row in bare_rows([(Status.SUBMITTED, HOME)] * 3):
        add_entries([row], one_sentra)
    for row, product in zip(bare_rows([(Status.SUBMITTED, SEMARANG)] * 2), two, strict=True):
        add_entries([row], product)
    client = client_of(province)
    answer = page(client)
    assert [(row["region"].pk, row["text"]) for row in answer.context["states"]][:2] == [
        (SEMARANG, "2/2"),
        (HOME, "1/2"),
    ]
    assert "Diajukan/anjuran (sentra)" in answer.content.decode()
    Period.objects.filter(pk=period.pk).update(hint_counts=HintCounts.NOMINATIONS)
    answer = page(client)
    assert [(row["region"].pk, row["text"]) for row in answer.context["states"]][:2] == [
        (HOME, "3/2"),
        (SEMARANG, "2/2"),
    ]
    assert "Diajukan/anjuran (usulan)" in answer.content.decode()


def test_a_district_reads_its_own_alone(officer_a, officer_b, client_of):
    own = factories.make_ovop_nomination(Status.RETURNED)
    bare(Status.DRAFT, OTHER, title="Rahasia Garut")
    answer = page(client_of(officer_a))
    [row] = answer.context["unfinished"]
    assert row["nomination"].pk == own.pk
    assert row["reason"]
    assert row["closes_at"]
    assert "Rahasia Garut" not in answer.content.decode()
    assert funnel(answer.context) == {"Dibuat": 1, "Diajukan": 1, "Lolos verifikasi": 0}
    assert {one["label"]: one["value"] for one in answer.context["returns"]} == {
        "Menunggu perbaikan daerah": "1",
        "Kali dikembalikan": "1",
        "Kali diajukan kembali": "0",
    }
    assert funnel(page(client_of(officer_b)).context)["Dibuat"] == 1


def test_a_district_reads_how_its_register_stands(officer_a, client_of):
    factories.make_ovop_nomination(Status.SUBMITTED)
    make_sentra()
    make_sentra(commodity="tenun")
    make_sentra(region=OTHER, commodity="gerabah")
    rows = {row["label"]: row["text"] for row in page(client_of(officer_a)).context["standing"]}
    assert rows == {"Kain batik": "1 dari 2 (50%)", "Kain tenun": "0 dari 1 (0%)"}


def test_a_draft_does_not_count_as_nominated_in_the_register(officer_a, client_of):
    factories.make_ovop_nomination(Status.DRAFT)
    [row] = page(client_of(officer_a)).context["standing"]
    assert row["share"] == 0


def test_an_extension_moves_the_deadline_of_its_region_alone(officer_a, officer_b, client_of, period):
    window = Window.objects.get(period=period, kind=WindowKind.NOMINATION)
    later = window.closes_at + timedelta(days=9)
    Extension.objects.create(window=window, region_id=HOME, closes_at=later, reason="Banjir")

    def closing(user: Any) -> Any:
        rows = page(client_of(user)).context["schedule"]
        return next((row["closes_at"], row["extended"]) for row in rows if row["label"] == "Pengusulan")

    assert closing(officer_a) == (later, True)
    assert closing(officer_b) == (window.closes_at, False)


def test_the_chair_meets_nothing_before_the_verification(chair, client_of):
    bare_rows([(Status.DRAFT, HOME), (Status.SUBMITTED, SEMARANG), (Status.ELIGIBLE, OTHER)])
    context = page(client_of(chair)).context
    assert funnel(context)["Lolos verifikasi"] == 1
    assert "Diajukan" not in funnel(context)
    assert context["covered"]["number"] == 1
    assert "trend" not in context
    assert "returns" not in context
    assert not any(row["url"] for row in context["coverage"]["shown"]), "the chair has no page of a region"


def test_who_stepped_back_meets_nothing_of_the_nomination(client_of):
    nomination = scenes.ovop()
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(both, Role.AUDITOR)
    scenes.assign(nomination, both, declare=False)
    client = client_of(both)
    with_it = page(client).context
    assert funnel(with_it)["Dibuat"] == 1
    assert [row["value"] for row in with_it["own"]["figures"]] == [0, 1, 0]
    assignments.declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Keluarga.", actor=both)
    give_score(nomination, "91.00")
    context = page(client).context
    assert funnel(context)["Dibuat"] == 0
    assert context["covered"]["number"] == 0
    assert context["heat"]["rows"] == []
    assert context["trend"] is None
    assert context["spread"] == []
    assert context["own"]["bars"] == []


def test_a_scorer_reads_the_own_work_alone(client_of):
    nomination = scenes.ovop()
    me, other = scenes.assessors(2)
    scenes.save(scenes.assign(nomination, me))
    scenes.submit(scenes.assign(nomination, other), scenes.full_answers(scenes.stage_of(nomination)))
    context = page(client_of(me)).context
    [row] = context["own"]["bars"]
    assert (row["value"], row["share"], row["text"]) == (0, 0, "0 dari 1 (0%)")
    assert "funnel" not in context
    assert "coverage" not in context
    assert "trend" not in context


# Scores


def test_the_spread_is_five_numbers_and_leaves_a_trace(chair, client_of, period):
    for score in ("60.00", "70.00", "80.00", "90.00", "95.50"):
        give_score(bare(Status.IN_PLENARY), score)
    [row] = page(client_of(chair)).context["spread"]
    assert (row["number"], row["low"], row["median"], row["high"]) == ("5", "60,00", "80,00", "95,50")
    assert row["middle"] == "70,00–90,00"
    assert AuditEntry.objects.filter(action="scoring.spread_viewed", object_id=str(period.pk)).count() == 1


def test_the_spread_keeps_what_the_person_still_has_to_score(client_of):
    nomination = scenes.upakarti()
    scenes.score_stage(nomination, [scenes.even_answers(scenes.stage_of(nomination), "4")] * 2)
    scenes.close(nomination)
    give = FinalResult.objects.filter(nomination=nomination)
    if not give.exists():
        give_score(nomination, "80.00")
    both = make_user(Role.ASSESSOR, institution=scenes.AWAY)
    add_membership(both, Role.PANEL_CHAIR)
    query = f"?periode={nomination.period_id}"
    assert len(page(client_of(both), query).context["spread"]) == 1
    scenes.assign(nomination, both, scenes.stage_of(nomination, "pembuktian_lapangan"))
    assert page(client_of(both), query).context["spread"] == []


# Charts


def test_the_trend_counts_days_in_wib(admin_a, client_of, officer_a):
    """23.30 WIB of the 31st is the 31st, though it is 16.30 UTC; 00.30 WIB is the next day, still the 31st in UTC."""
    rows = bare_rows([(Status.SUBMITTED, HOME)] * 2)
    last = datetime(2026, 5, 31, 16, 30, tzinfo=UTC)
    for row, at in zip(rows, (last, last + timedelta(hours=1)), strict=True):
        Nomination.objects.filter(pk=row.pk).update(created_at=at - timedelta(days=1))
        facts = {"from_status": Status.DRAFT, "to_status": Status.SUBMITTED, "action": Action.SUBMIT}
        StatusChange.objects.create(nomination=row, actor=officer_a, at=at, **facts)
    trend = page(client_of(admin_a)).context["trend"]
    assert [(row["at"], row["begun"], row["sent"], row["all_sent"]) for row in trend["rows"]] == [
        ("2026-05-30", 1, 0, 0),
        ("2026-05-31", 1, 1, 1),
        ("2026-06-01", 0, 1, 2),
    ]


def test_a_window_in_grace_reads_as_closed(officer_a, client_of, period):
    """The grace is not announced."""
    now = timezone.now()
    facts = {"opens_at": now - timedelta(days=30), "closes_at": now - timedelta(minutes=2), "grace_minutes": 30}
    Window.objects.filter(period=period, kind=WindowKind.NOMINATION).update(**facts)
    rows = page(client_of(officer_a)).context["schedule"]
    [row] = [one for one in rows if one["label"] == "Pengusulan"]
    assert str(row["state"]["label"]) == "Ditutup"
    assert row["left"] == ""


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_link_opens_for_its_reader(persona, client_of, request):
    factories.make_ovop_nomination(Status.RETURNED)
    give_score(bare(Status.IN_PLENARY), "80.00")
    client = client_of(request.getfixturevalue(persona))
    context = page(client).context
    rows = [*context.get("coverage", {}).get("silent", []), *context.get("unfinished", [])]
    rows += context.get("own", {}).get("figures", [])
    shapes = context.get("map", context.get("state_map", {})).get("shapes", [])
    urls = {row["url"] for row in rows if row.get("url")} | {shape.url for shape in shapes if shape.url}
    assert {client.get(url).status_code for url in [*sorted(urls)[:3], *sorted(urls)[-3:]]} <= {200}


# Cost


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_page_costs_the_same_for_one_ten_and_three_hundred_nominations(persona, client_of, request):
    client = client_of(request.getfixturevalue(persona))
    counts = []
    for rows in (1, 9, 290):
        made = bare_rows([(list(Status)[-n % 15], HOME if n % 2 else OTHER) for n in range(1, rows + 1)])
        give_score(bare(Status.IN_PLENARY), "80.00")
        assert len(made) == rows
        counts.append(cost(client))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


def test_the_page_of_a_scorer_costs_the_same_for_many_tasks(client_of):
    me = make_user(Role.ASSESSOR)
    client, counts = client_of(me), []
    rows = bulk_nominations(311)
    stage = scenes.stage_of(rows[0])
    for part in (rows[:1], rows[1:11], rows[11:]):
        bulk_assignments(part, [me], stage)
        counts.append(cost(client))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


def cost(client: Any) -> int:
    """Statements without those that a test's own transaction adds."""
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def test_nothing_of_another_period_is_counted(admin_a, period):
    """No row of another period is added up."""
    other = factories.make_earlier_period()
    bare(Status.SUBMITTED)
    rows = selectors.own_nominations(admin_a, other)
    assert selectors.tallies(rows, "region__parent") == {}
    assert selectors.category_coverage(rows, "region__parent") == {}
    assert all(not days for days in selectors.trend(rows, other).values())


def test_the_categories_of_a_province_are_its_regions_over_all_of_them(province, client_of):
    bare_rows([(Status.SUBMITTED, HOME), (Status.SUBMITTED, SEMARANG)])
    first = Category.objects.filter(award="ovop").first()
    row = page(client_of(province)).context["categories"][0]
    assert (row["label"], row["text"]) == (first.label, "2 dari 35 (6%)")


def test_returns_are_counted_as_often_as_they_happened(verifier, client_of):
    factories.make_ovop_nomination(Status.RETURNED)
    figures = {row["label"]: row for row in page(client_of(verifier)).context["returns"]}
    assert figures["Menunggu perbaikan daerah"]["note"] == "100% dari 1 usulan yang diajukan"
    assert figures["Kali dikembalikan"]["value"] == "1"
    assert figures["Kali diajukan kembali"]["note"] == "0% dari pengembalian"


def test_empty_parts_say_so_in_words(admin_a, client_of):
    body = page(client_of(admin_a)).content.decode()
    for words in (
        "Belum ada usulan pada periode ini.",
        "Belum ada usulan yang dapat dibandingkan",
        "Belum ada konsep yang dibuat",
        "Belum ada nilai resmi",
    ):
        assert words in body


def test_the_running_windows_decide_and_not_the_year(period):
    assert presenters.is_running(period, [WindowKind.NOMINATION])
    assert not presenters.is_running(factories.make_earlier_period(), [WindowKind.NOMINATION])
