"""Rows of a file that look like another record: warned about by cell, by the rule of the form."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sentra.enums import Likeness, RecordKind
from sentra.models import DuplicatePair, Sentra
from sentra.rules import likeness
from sentra.services.import_likeness import Candidate, LookAlikes, trigrams
from tests import factories
from tests.sentra.sheets import checked, found, ikm_row, sentra_row

NPWP = "0013000666091000"  # as in `ikm_row`
PHONE = "+62285421234"
OTHER_NPWP = {"npwp": "0013000667091000", "phone": "0812-1111-2222"}


@pytest.fixture
def sentra(officer_a: Any) -> Sentra:
    return factories.make_sentra(name="Sentra Kauman")


@pytest.mark.django_db
def test_a_row_is_warned_about_where_the_form_would_stop_it(sentra: Sentra) -> None:
    factories.make_ikm(sentra, name="Batik Pesisir Makmurr", npwp=NPWP, phone=PHONE)
    odd = found(checked("ikm", [ikm_row()]), "warning")
    assert odd == {
        "B2": "Data ini mirip dengan “Batik Pesisir Makmurr” yang sudah terdaftar: nama mirip 0,87; NPWP sama;"
        " telepon sama. Pastikan keduanya memang berbeda."
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "cell"),
    [
        ({"name": "Tenun Bu Umi Kalsum", "npwp": NPWP}, "F2"),
        ({"name": "UD Makmur Batik Pesisir"}, "B2"),
        ({"name": "Batik Tulis Pesisir Bu Umi Kalsum", "phone": PHONE}, "B2"),
        ({"name": "Tenun Bu Umi Kalsum", "phone": PHONE}, ""),
        ({"name": "Batik Tulis Pesisir Bu Umi Kalsum"}, ""),
        ({"name": "Batik Pesisir Makmur 2"}, ""),
    ],
)
def test_npwp_phone_and_name(sentra: Sentra, known: dict[str, str], cell: str) -> None:
    factories.make_ikm(sentra, **known)
    factories.make_ikm(factories.make_sentra(factories.OTHER), name="Batik Pesisir Makmur", npwp=NPWP, phone=PHONE)
    assert list(found(checked("ikm", [ikm_row()]), "warning")) == ([cell] if cell else [])


@pytest.mark.django_db
def test_rows_of_one_file_are_compared_and_fillers_are_not(sentra: Sentra) -> None:
    rows = [
        ikm_row(),
        ikm_row(nib="9120000000001", name="Tenun Bu Umi Kalsum"),
        *(ikm_row(nib=f"81200000000{n}", name=f"Firma {chr(n + 60) * 5}", npwp="0" * 16) for n in range(10, 31)),
    ]
    odd = found(checked("ikm", rows), "warning")
    assert {text.split(":")[0] for text in odd.values() if "mirip" in text} == {
        "Data ini mirip dengan “Batik Pesisir Makmur” pada baris 2"
    }
    assert "NPWP sama" in odd["F3"]


@pytest.mark.django_db
def test_a_change_is_warned_about_unless_a_person_has_told_them_apart(sentra: Sentra, officer_a: Any) -> None:
    mine = factories.make_ikm(sentra, nib="9120001234567", name="Tenun Melati")
    other = factories.make_ikm(sentra, name="Batik Pesisir Makmurr", phone=PHONE)
    job = checked("ikm", [ikm_row()])
    assert "mirip dengan “Batik Pesisir Makmurr” yang" in found(job, "warning")["B2"]
    job.delete()
    DuplicatePair.objects.create(
        kind=RecordKind.IKM, region=sentra.region, first=mine.pk, second=other.pk, score="0.87", reasons=["name"],
        dismissed_by=officer_a, dismissed_at="2026-01-01T00:00Z",
    )  # fmt: skip
    assert "Makmurr" not in found(checked("ikm", [ikm_row()]), "warning")["B2"]


@pytest.mark.django_db
def test_a_sentra_of_another_commodity_is_another_one(officer_a: Any) -> None:
    factories.make_sentra(name="Sentra Batik Kaumann", commodity="tenun")
    factories.make_sentra(name="Sentra Batik Kaumaan")
    odd = found(checked("sentra", [sentra_row()]), "warning")
    assert len(odd) == 1
    assert "“Sentra Batik Kaumaan” yang sudah terdaftar: nama mirip" in odd["A2"]


@pytest.mark.django_db
def test_the_number_of_the_other_edition_is_named_as_in_the_form(sentra: Sentra) -> None:
    job = checked("ikm", [ikm_row(kbli="13133 (KBLI 2020)")])
    assert "Nomor yang sama pada KBLI 2025 adalah" in found(job, "warning")["G2"]


@pytest.mark.django_db
def test_a_file_is_compared_with_one_query(sentra: Sentra) -> None:
    for number in range(30):
        factories.make_ikm(sentra, name=f"Batik {chr(97 + number % 20) * 6}", phone=PHONE)
    costs = []
    for rows in (2, 10, 100):
        data = [
            ikm_row(nib=f"8120000000{n:03d}", name=f"Batik Pesisir {n}", npwp=f"{n // 2:016d}") for n in range(rows)
        ]
        with CaptureQueriesContext(connection) as queries:
            job = checked("ikm", data)
        assert job.warnings > rows // 2 - 1
        costs.append(len(queries))
        job.delete()
    assert costs[0] == costs[1] == costs[2]


NAMES = st.lists(st.sampled_from(("batik", "sari", "sekar", "jagad", "jagat", "2", "3", "ud")), max_size=4).map(
    " ".join
)
ROWS = st.lists(st.tuples(NAMES, st.sampled_from("ab"), st.sampled_from("cd")), min_size=1, max_size=30)


@given(ROWS)
def test_the_short_way_finds_what_comparing_all_with_all_finds(rows: list[tuple[str, str, str]]) -> None:
    drafts = [
        Candidate(name, {Likeness.NPWP: npwp, Likeness.PHONE: phone}, row=row)
        for row, (name, npwp, phone) in enumerate(rows, start=2)
    ]
    finder = LookAlikes([], drafts)
    holders = {
        (mark, value): sum(two.marks[mark] == value for two in drafts)
        for one in drafts
        for mark, value in one.marks.items()
    }
    for place, one in enumerate(drafts):
        expected = []
        for other in drafts[:place]:
            mine, its = trigrams(one.name), trigrams(other.name)
            score = len(mine & its) / max(len(mine | its), 1)
            same = {mark: holders[mark, value] for mark, value in one.marks.items() if other.marks[mark] == value}
            if reasons := likeness(score, (one.name, other.name), same):
                expected.append((Likeness.NPWP in reasons, score))
        match = next(iter(finder.of(one)), None)
        assert (match and (Likeness.NPWP in match.reasons, match.score)) == max(expected, default=None)
        finder.add(one)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "names", [("UD. Sekar-Jagad", "sekar  JAGAT 2"), ("Batik “Bu Umi”", "batik bu'umi"), ("-", "a")]
)
def test_trigrams_are_those_of_the_database(names: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT show_trgm(%s)", [name])
            assert trigrams(name) == set(cursor.fetchone()[0])
