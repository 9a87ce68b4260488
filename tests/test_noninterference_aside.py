"""What happens to a nomination changes nothing for who stepped aside from it, in whatever other role, up to the seal:
no place, no count, no cap, no order, no file. For a chair who did not, each change shows, or this would prove nothing.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from scoring.enums import Outcome
from scoring.models import AwardCap
from scoring.services import agenda, assignments, sheets
from scoring.services.decrees import DecreeFacts, record_decree
from tests import factories
from tests.scoring import scenes
from tests.scoring.practice import answers
from tests.test_noninterference import _body, another_ovop, everything, files_of
from tests.transactions import undone

pytestmark = pytest.mark.django_db
ROLES = {
    "chair": Role.PANEL_CHAIR,
    "admin": Role.MINISTRY_ADMIN,
    "verifier": Role.VERIFIER,
    "auditor": Role.AUDITOR,
}
MOMENT = re.compile(r"<time [^>]*>[^<]*</time>")
# The trail names everything that anybody does, by number and without a gap: that is what it is for.
WITHOUT = ("audit_log",)


@pytest.fixture
def world(chair: Any, verifier: Any, admin_a: Any) -> SimpleNamespace:
    """Two recommended finalists of a category with caps, and between them a nomination whose stage can be closed."""
    factories.make_period("ovop")  # with its stages
    best, other, secret = (another_ovop() for _number in range(3))
    people = {name: aside(secret, role) for name, role in ROLES.items()}  # members of the panel from the start
    for nomination, total in ((best, 95), (other, 85)):
        scenes.score_stage(nomination, [answers(total)] * 3)
        scenes.close(nomination)
    scenes.score_stage(secret, [answers(90)] * 3)
    AwardCap.objects.create(period=best.period, per="", max_awards=4, binding=True)
    AwardCap.objects.create(period=best.period, per="province", max_awards=3, binding=False)
    session = scenes.session_of(best, chair)
    for nomination in (best, other):
        scenes.word(nomination, session, chair)
    return SimpleNamespace(best=best, other=other, secret=secret, session=session, people=people, admin=admin_a)


def aside(nomination: Any, role: Role) -> Any:
    person = factories.make_user(Role.ASSESSOR, institution=scenes.AWAY, name=f"Menyingkir {role}")
    factories.add_membership(person, role)
    scenes.assign(nomination, person, declare=False)
    assignments.declare_interest(nomination_id=nomination.pk, has_conflict=True, reason="Ipar.", actor=person)
    return person


def rescore(world: Any, chair: Any, total: int = 88) -> None:
    for sheet in world.secret.sheets.order_by("pk"):
        sheets.reopen_sheet(sheet_id=sheet.pk, reason="Rahasia: periksa lagi.", actor=chair)
        scenes.submit(sheet.assignment, answers(total))


def close(world: Any, chair: Any) -> None:
    scenes.close(world.secret, chair=chair)


def put_on_agenda(world: Any, chair: Any) -> None:
    assert agenda.update_session(session_id=world.session.pk, actor=chair) == 1


def recommend(world: Any, chair: Any) -> None:
    scenes.word(world.secret, world.session, chair)


def refuse(world: Any, chair: Any) -> None:
    scenes.word(
        world.secret, world.session, chair, outcome=Outcome.NOT_RECOMMENDED, stars=None, reason="Rahasia: belum layak."
    )


def addresses_of(world: Any) -> list[str]:
    """Pages to which no link leads with these questions."""
    where = world.best.period_id, world.best.category_id
    ranking, preview = reverse("ranking_detail", args=where), reverse("ranking_preview", args=where)
    plenary = reverse("plenary_bulk", args=[world.session.pk, world.best.category_id])
    bounds = "band_3=80&band_2=70&band_1=60"
    narrowed = ("provinsi=33", "putusan=undecided", "putusan=recommended")
    simulated = (f"{bounds}&cap=1", f"{bounds}&cap=2", "band_3=89&band_2=70&band_1=60&cap=", "cap=x")
    return [plenary, *(f"{ranking}?{one}" for one in narrowed), *(f"{preview}?{one}" for one in simulated)]


def walks(world: Any, client_of: Any) -> dict[str, dict[str, Any]]:
    """What everybody who stepped aside gets, with the files that a worker writes for them."""
    found = {}
    for name, person in world.people.items():
        pages = everything(client_of(person), person, addresses_of(world), WITHOUT)
        found[name] = pages | {f"file {kind}": cells for kind, cells in files_of(world.secret, person).items()}
    return found


def differences(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Who gets what differently. When something was signed is no secret, and another moment each time."""
    return [
        (name, address)
        for name in before
        for address in sorted({*before[name], *after[name]})
        if MOMENT.sub("", str(before[name].get(address))) != MOMENT.sub("", str(after[name].get(address)))
    ]


def test_who_stepped_aside_meets_it_nowhere_from_its_scores_to_the_plenary(world, chair, client_of):
    overseer = client_of(chair)
    scores, plenary = f"/penilaian/usulan/{world.secret.pk}/", reverse("plenary_detail", args=[world.session.pk])
    before = walks(world, client_of)
    named = [(name, at) for name, pages in before.items() for at, page in pages.items() if names(world, page)]
    assert not named
    assert all(len(pages) > 20 for pages in before.values()), "a walk went nowhere"
    assert plenary in before["chair"]
    steps: tuple[tuple[Callable[..., None], str], ...] = (
        (rescore, scores),
        (close, scores),
        (put_on_agenda, plenary),
        (recommend, plenary),
    )
    for change, where in steps:
        seen = _body(overseer.get(where))
        change(world, chair)
        assert _body(overseer.get(where)) != seen, f"{change.__name__} shows nowhere, so this proves nothing"
    assert not differences(before, walks(world, client_of))


def names(world: Any, page: Any) -> bool:
    return any(word in str(page) for word in (world.secret.reference, world.secret.title))


def test_the_seal_and_the_decree_say_nothing_of_the_hidden_one(world, chair, client_of):
    """Two courses of the world, told apart by nothing that who stepped aside may see: second with a recommendation, or
    last and refused."""
    strong = course(world, chair, client_of, 92, recommend)
    weak = course(world, chair, client_of, 62, refuse)
    assert not differences(strong["aside"], weak["aside"])
    for address in strong["overseer"]:
        assert strong["overseer"][address] != weak["overseer"][address], f"{address} shows nothing of it"
    ranking = reverse("ranking_detail", args=[world.best.period_id, world.best.category_id])
    assert "Disegel, versi 1" in strong["aside"]["chair"][ranking][-1]


def course(world: Any, chair: Any, client_of: Any, total: int, word: Callable[..., None]) -> dict[str, Any]:
    """One course up to the seal and the decree, and what is seen of it; then all is as it was."""
    where = [world.best.period_id, world.best.category_id]
    with same_numbers(), undone():
        for change in (lambda *given: rescore(*given, total), close, put_on_agenda, word):
            change(world, chair)
        ranking = scenes.sealed(world.secret, chair, world.admin)
        facts = DecreeFacts("1/RAHASIA/2026", "Penerima", date(2026, 1, 10), "Menteri", "Nama", "Jakarta")
        chosen = [one.pk for one in (world.best, world.other, *([world.secret] if word is recommend else []))]
        record_decree(period_id=world.best.period_id, facts=facts, nomination_ids=chosen, actor=world.admin)
        pages = [reverse("ranking_version", args=[ranking.pk]), reverse("ranking_detail", args=where)]
        overseer = client_of(chair)
        return {
            "aside": walks(world, client_of),
            "overseer": {address: _body(overseer.get(address)) for address in pages},
        }


@contextmanager
def same_numbers() -> Iterator[None]:
    """What is made inside has the same numbers each time: sequences do not roll back by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences")
        known = cursor.fetchall()
        yield
        for name, last in known:
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, last or 1, last is not None])
