"""A hidden thing changes, and nothing changes for those from whom it is hidden: no page, count, order, search, file or
mail. For those who may see it something does, or the test would prove nothing.
"""

import re
from collections import Counter, deque
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from openpyxl import load_workbook

from accounts.models import Notice
from core.models import OutboxMail
from core.workbooks import XLSX
from nominations.enums import DocumentStage
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


def everything(client: Any, user: Any) -> dict[str, Any]:
    """All that the person gets by following links and asking lists, by address, and what was sent to her or him."""
    waiting, seen, visits = deque(["/", "/beranda/", *QUESTIONS]), {}, Counter()
    while waiting:
        address = waiting.popleft()
        view = _view_of(address)
        if address in seen or not view or visits[view] == PER_VIEW:
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
        book = load_workbook(BytesIO(content))
        return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]
    if kind.startswith("text/html"):
        return FLEETING.sub("", content.decode())
    return sha256(content).hexdigest()


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


def test_what_is_hidden_changes_nothing(world, chair, admin_a, request, client_of):
    people = {name: request.getfixturevalue(name) if name else None for name in (*OUTSIDE, "verifier")}
    clients = {name: client_of(person) for name, person in people.items()}
    overseers = {person: client_of(person) for person in (chair, admin_a)}
    before = {name: everything(clients[name], people[name]) for name in people}
    assert all(len(walk) > 5 for walk in before.values()), "a walk went nowhere"
    seen = {person: everything(client, person) for person, client in overseers.items()}
    for change, names in CHANGES:
        change(world, chair)
        for name in names:
            after = everything(clients[name], people[name])
            assert after.keys() == before[name].keys(), (change.__name__, name)
            different = [address for address in after if after[address] != before[name][address]]
            assert not different, (change.__name__, name, different)
        now_seen = {person: everything(client, person) for person, client in overseers.items()}
        assert now_seen != seen, f"{change.__name__} shows nowhere, so this proves nothing"
        seen = now_seen
