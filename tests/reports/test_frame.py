"""Navigation and the public pages: only what one may open, and cheap."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from nominations.enums import Status
from nominations.models import Nomination
from tests.factories import make_ovop_nomination, make_period, set_windows

pytestmark = pytest.mark.django_db
PERSONAS = ["officer_a", "province", "verifier", "assessor_batik", "juror", "chair", "admin_a", "auditor"]
EXPECTED = {
    "officer_a": ["Beranda", "Dasbor", "Sentra", "Wilayah", "Usulan", "Laporan", "Sertifikat"],
    "province": ["Beranda", "Dasbor", "Sentra", "Wilayah", "Usulan", "Pantauan daerah", "Laporan", "Sertifikat"],
    "verifier": [
        "Beranda",
        "Dasbor",
        "Sentra",
        "Wilayah",
        "Usulan",
        "Pantauan daerah",
        "Verifikasi",
        "Batas waktu",
        "Penugasan",
        "Papan penilaian",
        "Laporan",
        "Sertifikat",
    ],
    "assessor_batik": ["Beranda", "Dasbor", "Penilaian"],
    "juror": ["Beranda", "Dasbor", "Penilaian"],
    "chair": ["Beranda", "Dasbor", "Usulan", "Papan penilaian", "Pleno", "Laporan"],
    "auditor": [
        "Beranda",
        "Dasbor",
        "Sentra",
        "Wilayah",
        "Usulan",
        "Pantauan daerah",
        "Batas waktu",
        "Papan penilaian",
        "Pleno",
        "Laporan",
        "Sertifikat",
        "Jejak audit",
    ],
}


def nav(client: Client, path: str = "/beranda/") -> list:
    return client.get(path).context["portal"]["nav"]


@pytest.mark.parametrize("persona", EXPECTED)
def test_each_role_has_its_menu(persona: str, client_of: Callable, request: pytest.FixtureRequest) -> None:
    items = nav(client_of(request.getfixturevalue(persona)))
    assert [item.label for item in items] == EXPECTED[persona]
    assert [item.label for item in items if item.current] == ["Beranda"]


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_link_of_menu_or_home_is_closed_to_its_reader(
    persona: str, client_of: Callable, request: pytest.FixtureRequest
) -> None:
    make_ovop_nomination(Status.SUBMITTED)
    client = client_of(request.getfixturevalue(persona))
    page = client.get("/beranda/")
    urls = [item.url for item in page.context["portal"]["nav"]]
    for section in page.context["sections"]:
        urls += [card.url for card in section.cards] + [f["url"] for f in section.figures if f.get("url")]
    assert {url: client.get(url, follow=True).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_a_page_below_a_menu_entry_marks_it(officer_a: User, client_of: Callable) -> None:
    items = nav(client_of(officer_a), "/usulan/mulai/")
    assert [item.label for item in items if item.current] == ["Usulan"]


def test_visitors_have_the_public_menu_and_cost_no_query(django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(0):
        page = Client().get("/bantuan/")
    assert page.status_code == 200
    items = page.context["portal"]["nav"]
    assert [item.label for item in items] == ["Pemegang penghargaan", "Statistik", "Dari masa ke masa", "Data terbuka"]
    assert "sekretariat@example.go.id" in page.content.decode()


def test_the_frame_costs_a_signed_in_person_three_queries(officer_a: User, client_of: Callable) -> None:
    client = client_of(officer_a)
    client.get("/bantuan/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/bantuan/")
    assert len(queries) == 3, "session, person, memberships"


def test_the_front_page_shows_the_calendar_of_running_rounds(django_assert_num_queries: Callable) -> None:
    over, running = make_period("upakarti"), make_period("ovop")
    now = timezone.now()
    set_windows(over, opens_at=now - timedelta(days=60), closes_at=now - timedelta(days=30))
    with django_assert_num_queries(1):
        page = Client().get("/")
    periods = page.context["periods"]
    assert [period["title"] for period in periods] == [str(running)]
    assert {str(window["state"]["label"]) for window in periods[0]["windows"]} == {"Dibuka"}
    assert "Pengusulan" in page.content.decode()


def test_the_front_page_without_any_round() -> None:
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_home_page_costs_the_same_for_one_ten_and_three_hundred_nominations(
    persona: str, client_of: Callable, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(persona))
    first = make_ovop_nomination(Status.RETURNED)
    counts = [home_queries(client)]
    for copies in (9, 290):
        add_copies(first, copies)
        counts.append(home_queries(client))
    assert len(set(counts)) == 1
    assert counts[0] <= 12


def home_queries(client: Client) -> int:
    client.get("/beranda/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/beranda/")
    return len(queries)


def add_copies(nomination: Nomination, count: int) -> None:
    """Rows that only have to be counted and listed, in all the statuses in turn."""
    start = Nomination.objects.count()
    statuses = list(Status)
    Nomination.objects.bulk_create(
        Nomination(
            reference=f"SALINAN-{number}",
            subject_key=f"salinan {number}",
            title=f"Salinan {number}",
            status=statuses[number % len(statuses)],
            period=nomination.period,
            category=nomination.category,
            region=nomination.region,
            created_by=nomination.created_by,
        )
        for number in range(start, start + count)
    )
