"""The table holds over HTTP, nothing answers 500, and a refusal gives nothing away."""

import secrets
from typing import Any

import pytest
from django.urls import resolve, reverse

from accounts.enums import Role
from core.models import OneTimeKey
from nominations.enums import DocumentStage
from nominations.models import Nomination
from nominations.selectors.dossiers import requirements_of
from nominations.urls import urlpatterns
from scoring.services.assignments import assign_assessor
from tests import factories
from tests.files import pdf_upload
from tests.hostile import wrong_answers
from tests.nominations.permissions import PERMISSIONS, PERSONAS, SAID, SECRETS, Objects
from tests.permissions import people_of
from tests.scoring.scenes import stage_of
from tests.test_house import NO_KEY
from tests.transactions import undone
from tests.weight import weigh_table

pytestmark = pytest.mark.django_db
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def objs() -> Objects:
    return Objects()


def url_of(key: str, objs: Objects) -> str:
    return reverse(key.split(maxsplit=1)[0], kwargs=PERMISSIONS[key]["kwargs"](objs))


def leaks(answer: Any) -> list[str]:
    body = answer.content.decode() + str(answer.headers)
    return [secret for secret in SECRETS + SAID if secret in body]


def send(client: Any, method: str, url: str, **data: Any) -> Any:
    """The request in a transaction that is undone, so that every persona finds the same state."""
    with undone():
        return client.generic(method, url) if method != "POST" else client.post(url, data | {"_key": new_key()})


def new_key() -> str:
    return secrets.token_urlsafe(24)


@pytest.fixture
def people(request: Any) -> dict[str, Any]:
    return people_of(request, PERSONAS)


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == {key.split()[0] for key in PERMISSIONS}
    for row in PERMISSIONS.values():
        for method in row.keys() & {"GET", "POST"}:
            assert set(row[method]) == set(PERSONAS)


def test_http_equals_the_table(objs: Objects, people: Any, client_of: Any) -> None:
    clients = {persona: client_of(user) for persona, user in people.items()}
    wrong = []
    for key, row in PERMISSIONS.items():
        url = url_of(key, objs)
        for method in row.keys() & {"GET", "POST"}:
            for persona, expected in row[method].items():
                answer = send(clients[persona], method, url)
                if answer.status_code != expected:
                    wrong.append(f"{method} {key} as {persona}: {answer.status_code} instead of {expected}")
                elif answer.status_code in (302, 403, 404) and leaks(answer):
                    wrong.append(f"{method} {key} leaks to {persona}: {leaks(answer)}")
    assert wrong == []


def test_every_form_is_light(objs: Objects, people: Any, client_of: Any) -> None:
    scale = weigh_table(PERMISSIONS, objs, {persona: client_of(user) for persona, user in people.items()})
    assert scale.problems == []
    assert scale.forms > {"candidate_edit", "beneficiary_edit", "extension_region", "proxy_open", "nomination_withdraw"}
    assert len(scale.forms) > 20


def test_no_other_method_does_anything(verifier: Any, client_of: Any) -> None:
    signed_in, visitor = client_of(verifier), client_of(None)
    for pattern in urlpatterns:
        row = PERMISSIONS[pattern.name]
        taken = ({"GET", "HEAD"} if "GET" in row else set()) | row.keys() & {"POST"}
        for method in set(METHODS) - taken:
            assert send(signed_in, method, some_url(pattern)).status_code == 405, f"{method} {pattern.name}"
            assert send(visitor, method, some_url(pattern)).status_code in (302, 405), f"{method} {pattern.name}"
    assert not OneTimeKey.objects.exists()


def some_url(pattern: Any) -> str:
    return reverse(pattern.name, kwargs=dict.fromkeys(pattern.pattern.converters, 1))


def test_the_table_is_about_data_that_could_leak(objs: Objects, officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    assert leaks(client.get(url_of("nomination_content", objs))) == [SECRETS[n] for n in (0, 1, 2, 4)]
    assert leaks(client.get(url_of("beneficiary_list", objs))) == [SECRETS[3]]
    assert leaks(client.get(url_of("nomination_list", objs))) == [SECRETS[n] for n in (1, 2, 3)]
    assert SAID[0] in leaks(client.get(url_of("question_detail", objs)))
    assert leaks(client.get(url_of("province_comments", objs)))[-2:] == list(SAID[1:3])
    assert SAID[3] in leaks(client.get(url_of("follow_up_detail", objs)))


def test_every_page_that_takes_a_post_is_one_time() -> None:
    for pattern in urlpatterns:
        if "POST" in PERMISSIONS[pattern.name] and pattern.name not in NO_KEY:
            view = resolve(some_url(pattern)).func
            assert getattr(view, "one_time", False) or getattr(view.__wrapped__, "one_time", False), pattern.name


def second_ids(objs: Objects) -> dict[str, tuple[int, str, int]]:
    """For every address with two ids: the nomination, the name of the second id, and one that belongs to it."""
    submitted = objs.submitted
    return {
        "snapshot_pdf": (submitted.pk, "number", 1),
        "beneficiary_edit": _beneficiary(objs.candidate),
        "beneficiary_autosave": _beneficiary(objs.candidate),
        "beneficiary_remove": _beneficiary(objs.candidate),
        "document_add": (
            objs.draft.pk,
            "requirement_id",
            requirements_of(objs.draft, DocumentStage.NOMINATION).first().pk,
        ),
        "question_detail": (objs.question.nomination_id, "question_id", objs.question.pk),
        "document_download": (objs.draft.pk, "item_id", objs.draft.items.first().pk),
        "document_preview": (objs.draft.pk, "item_id", objs.draft.items.first().pk),
    }


def _beneficiary(nomination: Nomination) -> tuple[int, str, int]:
    return nomination.pk, "beneficiary_id", nomination.candidate_entry.beneficiaries.first().pk


def test_a_foreign_second_id_is_not_found_under_ones_own_nomination(
    officer_b: Any, client_of: Any, objs: Objects
) -> None:
    own, foreign, client = Objects(factories.OTHER), objs, client_of(officer_b)
    mine, theirs = second_ids(own), second_ids(foreign)
    data = {"name": "X", "place": "X", "contact": "X", "activity": "X", "years": ["2021"], "body": "X", "version": "1"}
    for name, (pk, field, value) in mine.items():
        methods = PERMISSIONS[name].keys() & {"GET", "POST"}
        foreign_pk, _field, foreign_value = theirs[name]
        pairs = {(pk, foreign_value), (foreign_pk, value), (foreign_pk, foreign_value)}
        if name in ("snapshot_pdf", "document_add"):
            pairs.discard((pk, foreign_value))  # the same number, and the same list of documents in both dossiers
        for method in methods:
            url = reverse(name, kwargs={"pk": pk, field: value})
            assert send(client, method, url, file=pdf_upload(), **data).status_code in (200, 302), "one's own"
            for a_pk, a_value in pairs:
                url = reverse(name, kwargs={"pk": a_pk, field: a_value})
                answer = send(client, method, url, file=pdf_upload(), **data)
                assert (answer.status_code, leaks(answer)) == (404, []), f"{method} {name}"


def test_a_document_of_another_award_or_stage_is_not_asked_for(objs: Objects, officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    other_award = requirements_of(objs.candidate, DocumentStage.NOMINATION).first()
    other_stage = requirements_of(objs.draft, DocumentStage.ASSESSMENT).first()
    food_only = objs.draft.period.requirements.get(code="D10")
    for requirement in (other_award, other_stage, food_only):
        url = reverse("document_add", args=[objs.draft.pk, requirement.pk])
        assert send(client, "POST", url, file=pdf_upload()).status_code == 404, requirement


def test_pages_of_candidates_do_not_exist_for_products(objs: Objects, officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    for name in ("beneficiary_list", "beneficiary_add"):
        assert client.get(reverse(name, args=[objs.candidate.pk])).status_code == 200
        assert client.get(reverse(name, args=[objs.draft.pk])).status_code == 404


def test_who_scores_a_dossier_never_opens_it(client_of: Any) -> None:
    nomination = Objects().assessed
    scorers = [factories.make_user(role, institution="Balai Lain") for role in (Role.ASSESSOR, Role.JUROR)]
    assign_assessor(
        nomination_id=nomination.pk,
        stage_id=stage_of(nomination).pk,
        assessor_id=scorers[0].pk,
        actor=factories.someone(Role.VERIFIER),
    )
    item = nomination.items.first().pk
    addresses = [
        *(reverse(name, args=[nomination.pk]) for name in ("nomination_detail", "nomination_content")),
        *(reverse(name, args=[nomination.pk]) for name in ("nomination_documents", "nomination_receipt")),
        reverse("document_download", args=[nomination.pk, item]),
        reverse("snapshot_pdf", args=[nomination.pk, 1]),
        reverse("nomination_list"),
        reverse("nomination_list") + "?q=Rahasia",
    ]
    nomination.snapshots.update(pdf=factories.stored_pdf(SECRETS[4]))
    chair = client_of(factories.someone(Role.PANEL_CHAIR))
    assert chair.get(addresses[0]).status_code == chair.get(addresses[4]).status_code == 200
    for scorer in scorers:
        for address in addresses:
            answer = client_of(scorer).get(address)
            assert (answer.status_code, leaks(answer)) == (404, []), address


def test_impossible_numbers_are_not_found(objs: Objects, officer_a: Any, client_of: Any) -> None:
    client = client_of(officer_a)
    for pk in ("0", "9" * 18, "9" * 19, "9" * 400):
        paths = [
            f"/usulan/{pk}/",
            f"/usulan/{objs.submitted.pk}/berkas/{pk}/",
            f"/usulan/{objs.submitted.pk}/cuplikan/{pk}/",
            f"/usulan/mulai/produk/{pk}/",
            f"/usulan/mulai/calon/{pk}/jasa_pengabdian/",
        ]
        assert [client.get(path).status_code for path in paths] == [404] * 5
        assert send(client, "POST", f"/usulan/{objs.draft.pk}/dokumen/{pk}/unggah/").status_code == 404


def test_a_colleague_of_the_region_goes_on_where_the_first_stopped(
    officer_a: Any, objs: Objects, client_of: Any
) -> None:
    colleague = factories.make_user(Role.DISTRICT_OFFICER, region=factories.HOME)
    assert objs.draft.created_by_id == officer_a.pk
    assert client_of(colleague).get(url_of("nomination_answer", objs)).status_code == 200
    colleague.memberships.update(valid_to="2021-01-01")
    answer = client_of(colleague).get(url_of("nomination_answer", objs))
    assert (answer.status_code, leaks(answer)) == (404, [])


@pytest.mark.attack
def test_hostile_values_in_any_form_are_answered_in_words(objs: Objects, people: Any, client_of: Any) -> None:
    wrong = []
    for persona in ("officer_own", "province", "verifier", "admin"):
        client = client_of(people[persona])
        for key, row in PERMISSIONS.items():
            if row.get("GET", {}).get(persona) == 200:
                wrong += wrong_answers(client, url_of(key, objs))
    assert wrong == []
