"""The home page says what this person has to do, and nothing of others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from nominations.enums import HintCounts, Status, WindowKind
from nominations.models import Extension, Nomination, Window
from scoring.services.assignments import declare_interest
from tests.factories import (
    HOME,
    OTHER,
    add_membership,
    make_ikm,
    make_ovop_nomination,
    make_period,
    make_product,
    make_sentra,
    make_upakarti_nomination,
    make_user,
    set_windows,
)
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    response = client.get("/beranda/")
    assert response.status_code == 200
    return response.content.decode()


def cards(client: Client) -> dict[str, object]:
    """Cards by title."""
    response = client.get("/beranda/")
    return {card.title: card for section in response.context["sections"] for card in section.cards}


def named(region: str, name: str, status: Status = Status.DRAFT) -> Nomination:
    return make_ovop_nomination(status, product=make_product(make_ikm(make_sentra(region)), name=name))


# District


def test_a_district_reads_what_it_has_to_finish_and_why_it_came_back(officer_a: User, client_of: Callable) -> None:
    draft = named(HOME, "Batik Konsep")
    named(HOME, "Batik Kembali", Status.RETURNED)
    named(HOME, "Batik Terkirim", Status.SUBMITTED)
    found = cards(client_of(officer_a))
    unfinished = [title for title in found if title.startswith("Batik")]
    assert len(unfinished) == 2
    assert unfinished[0].startswith("Batik Kembali"), "returned ones first"
    returned = next(card for title, card in found.items() if title.startswith("Batik Kembali"))
    assert "Alasan uji." in returned.text
    assert returned.kind == "attention"
    assert returned.due == Window.objects.get(period=draft.period, kind=WindowKind.CORRECTION).closes_at
    open_draft = next(card for title, card in found.items() if title.startswith("Batik Konsep"))
    assert open_draft.due == Window.objects.get(period=draft.period, kind=WindowKind.NOMINATION).closes_at
    assert open_draft.url == f"/usulan/{draft.pk}/"


def test_a_district_reads_nothing_of_another(officer_a: User, client_of: Callable) -> None:
    named(OTHER, "Rahasia Garut")
    named(OTHER, "Rahasia Garut Kembali", Status.RETURNED)
    page = home(client_of(officer_a))
    assert "Rahasia" not in page
    figures = client_of(officer_a).get("/beranda/").context["sections"][2].figures
    assert [figure["value"] for figure in figures] == [0, 0, 0]


def test_a_colleague_of_the_same_region_goes_on_with_the_work(officer_a: User, client_of: Callable) -> None:
    named(HOME, "Batik Bersama")
    colleague = make_user(Role.DISTRICT_OFFICER, region=HOME)
    assert "Batik Bersama" in home(client_of(colleague))


@pytest.mark.parametrize(("sent", "kind"), [(0, "attention"), (1, "attention"), (2, "neutral")])
def test_a_district_sees_how_many_are_asked_for(officer_a: User, client_of: Callable, sent: int, kind: str) -> None:
    period = make_period("ovop")
    for number in range(sent):
        named(HOME, f"Batik {number}", Status.SUBMITTED)
    named(HOME, "Konsep", Status.DRAFT)
    named(OTHER, "Punya Garut", Status.SUBMITTED)
    card = cards(client_of(officer_a))[str(period)]
    words = f"{sent} usulan dari {sent} sentra diajukan, dianjurkan paling sedikit 2 sentra."
    start = f"/usulan/mulai/?periode={period.pk}#periode-{period.pk}"
    assert (card.text, card.kind, card.url) == (words, kind, start)
    period.hint_counts = HintCounts.NOMINATIONS
    period.save()
    card = cards(client_of(officer_a))[str(period)]
    assert (card.text, card.kind) == (f"{sent} usulan diajukan, dianjurkan paling sedikit 2.", kind)


def test_two_nominations_of_one_sentra_are_one_of_the_sentra_that_are_asked_for(
    officer_a: User, client_of: Callable
) -> None:
    sentra = make_sentra(HOME)
    for _number in range(2):
        make_ovop_nomination(Status.SUBMITTED, product=make_product(make_ikm(sentra)))
    card = cards(client_of(officer_a))[str(make_period("ovop"))]
    assert card.text.startswith("2 usulan dari 1 sentra diajukan")
    assert card.kind == "attention"


def test_a_deadline_is_told_in_wib_and_in_the_zone_of_the_region(client_of: Callable) -> None:
    period = make_period("ovop")
    closes_at = (timezone.localtime() + timedelta(days=9)).replace(hour=23, minute=59, second=0, microsecond=0)
    set_windows(period, closes_at=closes_at)
    ternate = make_user(Role.DISTRICT_OFFICER, region="82.71")
    page = home(client_of(ternate))
    assert "pukul 23.59 WIB" in page
    assert "pukul 01.59 WIT di daerah Anda" in page


def test_an_extension_moves_the_date_for_its_region_only(officer_a: User, officer_b: User, client_of: Callable) -> None:
    period = make_period("ovop")
    now = timezone.now()
    set_windows(period, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    window = Window.objects.get(period=period, kind=WindowKind.NOMINATION)
    later = now + timedelta(days=3)
    Extension.objects.create(window=window, region_id=HOME, closes_at=later, reason="Banjir")
    assert cards(client_of(officer_a))[str(period)].due == later
    closed = cards(client_of(officer_b))[str(period)]
    assert closed.due is None
    assert "sudah ditutup" in closed.text


def test_before_the_opening_the_date_is_told(officer_a: User, client_of: Callable) -> None:
    period = make_period("ovop")
    set_windows(period, opens_at=timezone.now() + timedelta(days=5), closes_at=timezone.now() + timedelta(days=50))
    card = cards(client_of(officer_a))[str(period)]
    assert card.text.startswith("Pengusulan dibuka ")
    assert card.action == "Lihat usulan"


# Province


def test_a_province_sees_its_regions_the_silent_ones_first(province: User, client_of: Callable) -> None:
    named(HOME, "Batik Pekalongan", Status.SUBMITTED)
    named("33.74", "Batik Semarang")
    named(OTHER, "Garut")
    response = client_of(province).get("/beranda/")
    section = response.context["sections"][0]
    names = [region.label for region in section.regions]
    assert len(names) == 35
    assert names[-1] == "Kota Pekalongan"
    assert names[-2] == "Kota Semarang"
    assert "Garut" not in response.content.decode()
    assert section.cards[0].count == 34


# Sekretariat


def test_a_verifier_sees_what_waits(verifier: User, client_of: Callable) -> None:
    for number in range(2):
        named(HOME, f"Baru {number}", Status.SUBMITTED)
    named(HOME, "Diperiksa", Status.UNDER_VERIFICATION)
    make_upakarti_nomination(Status.ELIGIBLE)
    found = cards(client_of(verifier))
    assert {title: card.count for title, card in found.items()} == {
        "Usulan baru": 2,
        "Sedang diverifikasi": 1,
        "Menunggu penilai": 1,
    }


def test_with_nothing_to_do_the_page_says_so(verifier: User, client_of: Callable) -> None:
    assert "tidak ada pekerjaan yang menunggu Anda" in home(client_of(verifier))


# Panel


def test_an_assessor_sees_declarations_and_open_sheets(client_of: Callable) -> None:
    assessor, other = scenes.assessors(2)
    first, second, third = (scenes.ovop() for _ in range(3))
    scenes.assign(first, assessor, declare=False)
    scenes.assign(second, assessor)
    scenes.submit(scenes.assign(third, assessor))
    scenes.assign(first, other)
    found = cards(client_of(assessor))
    period = first.period
    assert {title: card.count for title, card in found.items()} == {
        f"Pernyataan benturan kepentingan: {period.name}": 1,
        f"Penilaian: {period.name}": 1,
    }
    assert all(card.due for card in found.values())


def test_an_assessor_reads_no_title_and_no_count_of_others(client_of: Callable) -> None:
    assessor, other = scenes.assessors(2)
    nomination = scenes.ovop()
    scenes.assign(nomination, other)
    page = home(client_of(assessor))
    assert nomination.title not in page
    assert "tidak ada penilaian yang menunggu" in page


def test_what_an_assessor_may_not_judge_leaves_the_page(client_of: Callable) -> None:
    (assessor,) = scenes.assessors(1)
    nomination = scenes.ovop()
    scenes.assign(nomination, assessor, declare=False)
    declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Saudara pemilik IKM.", actor=assessor)
    assert cards(client_of(assessor)) == {}


def test_a_chair_sees_what_can_be_closed_and_what_waits_for_the_plenary(chair: User, client_of: Callable) -> None:
    scenes.ovop_in_plenary()
    ready = scenes.ovop()
    scenes.score_stage(ready, [scenes.full_answers(scenes.stage_of(ready))] * 3)
    scenes.assign(scenes.ovop(), scenes.assessors(1)[0])
    found = cards(client_of(chair))
    assert {title: card.count for title, card in found.items()} == {"Siap ditutup": 1, "Menunggu pleno": 1}


# Ministry


def test_an_auditor_sees_totals_and_no_task(auditor: User, client_of: Callable) -> None:
    named(HOME, "A", Status.SUBMITTED)
    named(OTHER, "B")
    response = client_of(auditor).get("/beranda/")
    overview, checks = response.context["sections"]
    values = {figure["label"]: figure["value"] for figure in overview.figures}
    assert (values["Diajukan dan diverifikasi"], values["Konsep"], overview.cards) == (1, 1, [])
    assert [card.url for card in checks.cards] == ["/jejak-audit/"]


def test_somebody_without_a_role_is_told_whom_to_ask(client_of: Callable) -> None:
    assert "belum memiliki tugas" in home(client_of(make_user(None)))


def test_roles_add_up(officer_a: User, client_of: Callable) -> None:
    add_membership(officer_a, Role.ASSESSOR)
    titles = [section.title for section in client_of(officer_a).get("/beranda/").context["sections"]]
    assert titles == ["Perlu Anda kerjakan", "Pengusulan", "Data daerah Anda", "Penilaian Anda"]
