"""A hidden thing changes, and nothing changes for those from whom it is hidden: no page, count, order, search, file or
mail. For those who may see it something does, or the test would prove nothing.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, get_resolver, resolve
from openpyxl import load_workbook

from accounts.models import Notice
from core.files import read_bytes
from core.models import OutboxMail
from core.workbooks import XLSX
from nominations.enums import DocumentStage
from reports.enums import ReportKind
from reports.policies import can_make_report
from reports.services.reports import request_report
from reports.services.writing import write_report
from scoring.services import assignments, sheets
from scoring.services.decrees import DecreeFacts, record_decree
from tests import factories
from tests.scoring import scenes

pytestmark = pytest.mark.django_db
PER_VIEW = 4  # more addresses than the world has nominations
LINK = re.compile(r'(?:href|src)="([^"#]+)')
# Different at each request and telling nothing.
FLEETING = re.compile(
    r'name="(?:csrfmiddlewaretoken|_key|opened)" value="[^"]*"|nonce="[^"]*"|data-stored-keys="[^"]*"'
)
# Lists are asked in every way that a person may ask them.
QUESTIONS = (
    "/usulan/?q=Batik",
    "/usulan/?status=penilaian",
    "/usulan/?status=ditetapkan",
    "/penilaian/?tampil=selesai",
    "/sentra/cari/?q=batik",
    "/penilaian/papan/?siap=1",
    "/penilaian/penugasan/?tampil=kurang",
)


def everything(client: Any, user: Any, more: Iterable[str] = (), without: Container[str] = ()) -> dict[str, Any]:
    """All that the person gets by following links and asking lists, by address, and what was sent to her or him.

    `more` addresses are asked too; views whose name is in `without` are not.
    """
    waiting, seen, visits = deque(["/", "/beranda/", *QUESTIONS, *more]), {}, Counter()
    while waiting:
        address = waiting.popleft()
        view = _view_of(address)
        if address in seen or not view or view.split()[0] in without or visits[view] == PER_VIEW:
            continue
        visits[view] += 1
        answer = client.get(address)
        body = _body(answer)
        seen[address] = (answer.status_code, answer.get("Content-Disposition", ""), answer.get("Location", ""), body)
        if answer.get("Content-Type", "").startswith("text/html"):
            waiting.extend(urljoin(address, href.replace("&amp;", "&")) for href in LINK.findall(body))
        elif answer.get("Location"):
            waiting.append(urljoin(address, answer["Location"]))
    if user:
        mails = OutboxMail.objects.filter(to=user.email).order_by("pk").values_list("subject", "body")
        notices = Notice.objects.filter(user=user).order_by("pk").values_list("text", "url")
        seen["mails"], seen["notices"] = list(mails), list(notices)
    return seen


def _view_of(address: str) -> str:
    """The name of the view, with the filter that a link presets; empty for what is not ours or ends the walk."""
    parts = urlsplit(address)
    try:
        name = "" if parts.netloc else resolve(parts.path).view_name
    except Resolver404:
        return ""
    return "" if name == "account_logout" or not name else f"{name} {bool(parts.query)}"


def _body(answer: Any) -> Any:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if kind == XLSX:
        return _cells(content)
    if 'filename="nilai-' in answer.get("Content-Disposition", ""):
        return sorted(content.decode().splitlines())  # raw scores come as they lie in the database
    if kind.startswith("text/html"):
        return FLEETING.sub("", content.decode())
    return sha256(content).hexdigest()


def _cells(workbook: bytes) -> list[list[list[Any]]]:
    book = load_workbook(BytesIO(workbook))
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]


@pytest.fixture
def world(chair, assessor_batik, assessor_other) -> SimpleNamespace:
    """One nomination with a sheet that is in and one that is begun, one that waits to be closed, one in the plenary."""
    running = scenes.ovop()
    hidden = scenes.submit(scenes.assign(running, scenes.assessors(1)[0]), marks(running, max))
    scenes.save(scenes.assign(running, assessor_batik))
    ready = another_ovop()
    scenes.score_stage(ready, [marks(ready, max)] * 3)
    finalist = another_ovop("tenun")  # of a category in which nothing else waits, so that its ranking can be signed
    scenes.score_stage(finalist, [marks(finalist, max)] * 3)
    scenes.close(finalist)
    return SimpleNamespace(running=running, hidden=hidden, ready=ready, finalist=finalist)


def another_ovop(commodity: str = "batik") -> Any:
    sentra = factories.make_sentra(commodity=commodity, name=f"Sentra {next(factories._serial)}")
    product = factories.make_product(factories.make_ikm(sentra))
    nomination = factories.make_ovop_nomination(scenes.Status.IN_ASSESSMENT, product=product)
    factories.fill_documents(nomination, DocumentStage.ASSESSMENT)
    return nomination


def marks(nomination: Any, pick: Callable[[Any], Any]) -> dict[str, Any]:
    return scenes.full_answers(scenes.stage_of(nomination), pick)


def change_score(world: Any, chair: Any) -> None:
    sheets.reopen_sheet(sheet_id=world.hidden.pk, reason="Rahasia: periksa lagi.", actor=chair)
    scenes.submit(world.hidden.assignment, marks(world.running, min))


def close_stage(world: Any, chair: Any) -> None:
    scenes.close(world.ready, chair=chair)


def recommend(world: Any, chair: Any) -> None:
    scenes.recommend(world.finalist, chair)


def seal(world: Any, chair: Any) -> None:
    scenes.sealed(world.finalist, chair, factories.someone(scenes.Role.MINISTRY_ADMIN))


def decide(world: Any, chair: Any) -> None:
    facts = DecreeFacts("1/RAHASIA/2026", "Penerima", date(2026, 1, 10), "Menteri", "Nama Menteri", "Jakarta")
    admin = factories.someone(scenes.Role.MINISTRY_ADMIN)
    record_decree(period_id=world.finalist.period_id, facts=facts, nomination_ids=[world.finalist.pk], actor=admin)


def recuse(world: Any, chair: Any) -> None:
    other = scenes.assign(world.running, scenes.assessors(1)[0], declare=False)
    assignments.declare_interest(
        nomination_id=world.running.pk, has_conflict=True, reason="Rahasia: keluarga.", actor=other.assessor
    )


OUTSIDE = ("officer_a", "officer_b", "province", "province_other", "assessor_batik", "assessor_other", "juror", None)
# In the order in which they can happen; the verifier reads how far the work is, but no score.
CHANGES = [
    (change_score, (*OUTSIDE, "verifier")),
    (recuse, OUTSIDE),
    (close_stage, OUTSIDE),
    (recommend, OUTSIDE),
    (seal, OUTSIDE),
    (decide, OUTSIDE),
]


def shown_by(world: Any) -> dict[Callable[..., None], str]:
    """Where those who may see a change do see it."""
    scores = {name: f"/penilaian/usulan/{getattr(world, name).pk}/" for name in ("running", "ready")}
    ranking = f"/penilaian/peringkat/{world.finalist.period_id}/{world.finalist.category_id}/"
    return {
        change_score: scores["running"],
        recuse: scores["running"],
        close_stage: scores["ready"],
        recommend: ranking,
        seal: ranking,
        decide: "/beranda/",
    }


def test_what_is_hidden_changes_nothing(world, chair, admin_a, request, client_of):
    people = {name: request.getfixturevalue(name) if name else None for name in (*OUTSIDE, "verifier")}
    clients = {name: client_of(person) for name, person in people.items()}
    overseer, where = client_of(admin_a), shown_by(world)
    before = {name: everything(clients[name], people[name]) for name in people}
    assert all(len(walk) > 5 for walk in before.values()), "a walk went nowhere"
    for change, names in CHANGES:
        seen = _body(overseer.get(where[change]))
        change(world, chair)
        for name in names:
            after = everything(clients[name], people[name])
            assert after.keys() == before[name].keys(), (change.__name__, name)
            different = [address for address in after if after[address] != before[name][address]]
            assert not different, (change.__name__, name, different)
        assert _body(overseer.get(where[change])) != seen, f"{change.__name__} shows nowhere, so this proves nothing"


@pytest.fixture
def aside(world: Any) -> Any:
    """A chair who scores as well and has a conflict with `ready`."""
    person = factories.make_user(scenes.Role.ASSESSOR, institution=scenes.AWAY, name="Ketua Kedua")
    factories.add_membership(person, scenes.Role.PANEL_CHAIR)
    scenes.assign(world.ready, person, declare=False)
    assignments.declare_interest(nomination_id=world.ready.pk, has_conflict=True, reason="Ipar.", actor=person)
    return person


def weak_scores(world: Any, chair: Any) -> None:
    for sheet in world.ready.sheets.order_by("pk"):
        sheets.reopen_sheet(sheet_id=sheet.pk, reason="Rahasia: periksa lagi.", actor=chair)
        scenes.submit(sheet.assignment, marks(world.ready, min))


def test_who_stepped_aside_meets_the_nomination_nowhere(world, aside, chair, client_of):
    """Neither as a scorer nor as a chair, in no sum and in no file that a worker writes."""
    scenes.close(another := full_ovop(), chair=chair)  # of its category, and ahead of it
    client, overseer = client_of(aside), client_of(chair)
    page = f"/penilaian/usulan/{world.ready.pk}/"
    before, files = everything(client, aside), files_of(world.ready, aside)
    named = [address for address, answer in before.items() if world.ready.reference in str(answer)]
    assert not named, named
    assert another.reference in str(before)
    for change in (weak_scores, close_stage):
        seen, in_files = _body(overseer.get(page)), files_of(world.ready, chair)
        change(world, chair)
        after = everything(client, aside)
        assert after.keys() == before.keys(), change.__name__
        different = [address for address in after if after[address] != before[address]]
        assert not different, (change.__name__, different)
        assert files_of(world.ready, aside) == files, change.__name__
        assert _body(overseer.get(page)) != seen
        assert files_of(world.ready, chair) != in_files


def full_ovop() -> Any:
    nomination = another_ovop()
    scenes.score_stage(nomination, [marks(nomination, max)] * 3)
    return nomination


def files_of(nomination: Any, person: Any) -> dict[str, Any]:
    """What a worker writes for the person, by kind: the cells of each workbook, without the moment it was made.

    Nobody finds these files among the own ones afterwards.
    """
    found = {}
    with transaction.atomic():
        for kind in ReportKind:
            if not (kind.is_pdf or kind.is_archive) and can_make_report(person, kind):
                report = request_report(kind=kind, period=nomination.period, actor=person)
                assert write_report(report.pk)
                report.refresh_from_db()
                *tables, about = _cells(read_bytes(report.file))
                found[kind] = [*tables, [row for row in about if row[0] != "Dibuat"]]
        transaction.set_rollback(True)
    return found


def test_files_of_a_worker_show_the_verifier_no_score(world, chair, verifier):
    before, seen = files_of(world.running, verifier), files_of(world.running, chair)
    assert {ReportKind.PROGRESS, ReportKind.ASSIGNMENTS, ReportKind.PARTICIPATION} <= before.keys()
    change_score(world, chair)
    assert files_of(world.running, verifier) == before
    assert files_of(world.running, chair) != seen


def test_refusals_and_errors_of_forms_tell_nothing(world, chair, request, client_of):
    """Whatever is sent to an address with the number of something hidden answers the same, whatever happened to it."""
    nominations = [one.pk for one in (world.running, world.ready, world.finalist)]
    asked = {
        "officer_a": addresses("usulan/", nominations),
        "assessor_batik": addresses("penilaian/", [world.ready.pk, world.hidden.pk, world.hidden.assignment_id]),
    }
    clients = {name: client_of(request.getfixturevalue(name)) for name in asked}
    before = {name: answers(clients[name], urls) for name, urls in asked.items()}
    own = [answer for answer in before["officer_a"].values() if answer[0] in (403, 422)]
    assert len(own) > 5, "the officer was refused nothing of the own"
    for change, _names in CHANGES:
        change(world, chair)
    for name, given in before.items():
        after = answers(clients[name], list(given))
        different = [url for url in given if after[url] != given[url]]
        assert not different, (name, different)


def addresses(start: str, numbers: list[int]) -> list[str]:
    """Every address that begins so and takes one number, for each of these."""
    routes = [prefix + str(one.pattern) for one, prefix in _patterns(get_resolver())]
    chosen = [route for route in routes if route.startswith(start) and route.count("<") == 1 and "<int:pk>" in route]
    assert len(chosen) > 20
    return [f"/{route}".replace("<int:pk>", str(pk)) for route in chosen for pk in numbers]


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[Any, str]]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _patterns(one, prefix + str(one.pattern))
        else:
            yield one, prefix


def answers(client: Any, urls: list[str]) -> dict[str, Any]:
    """What a form with a reason and nothing else gets, taken back at once."""
    found = {}
    for url in urls:
        with transaction.atomic():
            data = {"_key": token_urlsafe(24), "version": "0", "reason": "Alasan yang cukup panjang untuk diterima."}
            answer = client.post(url, data)
            if answer.status_code != 405:
                found[url] = (answer.status_code, answer.get("Location", ""), _body(answer))
            transaction.set_rollback(True)
        client.cookies.pop("messages", None)
    return found
