"""The table holds over HTTP, the policies agree with the querysets, and a refusal gives nothing away."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import StoredFile
from reference.models import Region
from sentra import policies
from sentra.enums import CheckHow, ImportState, RecordKind
from sentra.models import (
    DuplicatePair,
    Ikm,
    NumberCheck,
    Permit,
    Product,
    ProductPhoto,
    RegisterExport,
    RegisterImport,
    Sentra,
    SentraYear,
)
from sentra.selectors.living import visible_photos
from sentra.services.checks import check_permit
from sentra.services.merging import merge_records
from sentra.urls import urlpatterns
from tests import factories
from tests.hostile import wrong_answers
from tests.permissions import PERSONAS
from tests.sentra.data import ikm_data, permit_data, photo_data, product_data, sentra_data, year_data
from tests.sentra.permissions import CHECKERS, PERMISSIONS
from tests.transactions import undone
from tests.weight import weigh_table

pytestmark = pytest.mark.django_db
SECRETS = (
    "Sentra Rahasia Kauman",
    "IKM Rahasia Makmur",
    "Produk Rahasia Jlamprang",
    "9129 9999 9999",
    "188/RAHASIA",
    "129.999.999",
)


@pytest.fixture
def objs(officer_a: Any) -> SimpleNamespace:
    sentra = factories.make_sentra(name=SECRETS[0], sk_number="188/RAHASIA/2024")
    ikm = factories.make_ikm(sentra, name=SECRETS[1], nib="9129999999999")
    product = factories.make_product(ikm, name=SECRETS[2])
    permit = factories.make_permit(ikm, number=SECRETS[4], file=factories.stored_pdf(SECRETS[0]))
    check = check_permit(permit_id=permit.pk, version=1, how=CheckHow.DOCUMENT, note="", actor=ikm.created_by)
    return SimpleNamespace(
        sentra=sentra,
        ikm=ikm,
        product=product,
        photo=factories.make_photo(product, caption=SECRETS[2]),
        permit=permit,
        check=check,
        year=factories.make_year(sentra, turnover=129_999_999),
        **merged(sentra, ikm),
        **tables(sentra, permit.file),
    )


def merged(sentra: Sentra, ikm: Ikm) -> dict[str, Any]:
    """A look-alike of the IKM, and another one that was merged into it."""
    twin = factories.make_ikm(sentra, name=f"{SECRETS[1]} Jaya")
    gone = factories.make_ikm(sentra, name=f"{SECRETS[1]} Lama")
    merge = merge_records(
        kind=RecordKind.IKM,
        winner_id=twin.pk,
        loser_id=gone.pk,
        versions={twin.pk: 1, gone.pk: 1},
        taken=set(),
        actor=sentra.created_by,
    )
    pair = DuplicatePair.objects.create(
        kind="ikm", region=sentra.region, first=ikm.pk, second=twin.pk, score="0.90", reasons=["name"]
    )
    return {"twin": twin, "pair": pair, "merge": merge}


def tables(sentra: Sentra, file: StoredFile) -> dict[str, Any]:
    """An import that is ready, one that is saved, and a finished export, all of the sentra's officer."""
    officer = sentra.created_by
    facts = {"region": sentra.region, "kind": "ikm", "created_by": officer, "file": file, "report": file}
    done = {"applied_by": officer, "applied_at": timezone.now()}
    return {
        "job": RegisterImport.objects.create(state=ImportState.READY, problem=SECRETS[1], **facts),
        "applied": RegisterImport.objects.create(state=ImportState.APPLIED, problem=SECRETS[1], **facts, **done),
        "export": RegisterExport.objects.create(
            kind="ikm", format="xlsx", state="ready", file=file, created_by=officer, scope=policies.scope_of(officer)
        ),
    }


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PERMISSIONS)
    for row in PERMISSIONS.values():
        for method in row.keys() & {"GET", "POST"}:
            assert set(row[method]) == set(PERSONAS)


@pytest.mark.parametrize("name", PERMISSIONS)
def test_http_equals_the_table(name: str, objs: Any, people: Any, client_of: Any, post: Any) -> None:
    row = PERMISSIONS[name]
    url = reverse(name, kwargs=row["kwargs"](objs)) + row.get("query", "")
    for persona, user in people.items():
        answers = {"GET": lambda client: client.get(url), "POST": lambda client: post(client, url)}
        for method in row.keys() & answers.keys():
            with undone():
                answer = answers[method](client_of(user))
            assert answer.status_code == row[method][persona], f"{method} {name} as {persona}"
            if answer.status_code in (302, 403, 404) or persona == "officer_other":
                body = answer.content.decode(errors="replace") + str(answer.headers)
                assert not [secret for secret in SECRETS if secret in body], f"{method} {name} leaks to {persona}"


def test_every_form_is_light(objs: Any, people: Any, client_of: Any) -> None:
    scale = weigh_table(PERMISSIONS, objs, {persona: client_of(user) for persona, user in people.items()})
    assert scale.problems == []
    assert scale.forms > {"sentra_edit", "ikm_edit", "permit_edit", "number_check", "import_create", "record_merge"}
    assert len(scale.forms) > 20


def test_the_policies_of_tables_and_the_querysets_are_twins(people: Any, officer_a: Any) -> None:
    for region in (factories.HOME, factories.OTHER, "33.26", "65.01"):
        RegisterImport.objects.create(region_id=region, kind="ikm", created_by=officer_a)
    for user in filter(None, people.values()):
        RegisterExport.objects.create(kind="ikm", format="csv", created_by=user)
        jobs = RegisterImport.objects.select_related("region")
        seen = {job.pk for job in jobs if policies.can_view_import(user, job)}
        assert seen == set(RegisterImport.objects.visible_to(user).values_list("pk", flat=True)), user
        own = {export.pk for export in RegisterExport.objects.all() if policies.can_view_export(user, export)}
        assert own == set(RegisterExport.objects.visible_to(user).values_list("pk", flat=True)), user
        assert len(own) == 1


@pytest.mark.parametrize("name", [name for name, row in PERMISSIONS.items() if "POST" not in row])
def test_reading_pages_take_no_post(name: str, objs: Any, officer_a: Any, client_of: Any, post: Any) -> None:
    url = reverse(name, kwargs=PERMISSIONS[name]["kwargs"](objs))
    assert post(client_of(officer_a), url).status_code == 405


def test_every_page_that_takes_a_post_is_one_time() -> None:
    for name, row in PERMISSIONS.items():
        if "POST" in row:
            view = get_resolver().resolve(reverse(name, kwargs=row["kwargs"](AnyRow())))
            assert view.func.one_time, name


class AnyRow:
    def __getattr__(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(pk=2 if name == "twin" else 1)


def test_the_policy_and_the_queryset_are_twins(people: Any) -> None:
    for region in (factories.HOME, factories.OTHER, "33.26", "65.01"):
        photo = factories.make_photo(factories.make_product(factories.make_ikm(factories.make_sentra(region))))
        factories.make_permit(photo.product.ikm)
        factories.make_year(photo.product.ikm.sentra)
    for user in filter(None, people.values()):
        by_policy = {s.pk for s in Sentra.objects.select_related("region") if policies.can_view_sentra(user, s)}
        assert by_policy == set(Sentra.objects.visible_to(user).values_list("pk", flat=True)), user
        assert set(Ikm.objects.visible_to(user).values_list("sentra", flat=True)) == by_policy, user
        assert set(Product.objects.visible_to(user).values_list("ikm__sentra", flat=True)) == by_policy, user
        assert set(Permit.objects.visible_to(user).values_list("ikm__sentra", flat=True)) == by_policy, user
        assert set(SentraYear.objects.visible_to(user).values_list("sentra", flat=True)) == by_policy, user
        assert set(visible_photos(user).values_list("product__ikm__sentra", flat=True)) == by_policy, user
        assert bool(by_policy) == bool(policies.can_view_register(user)), user


def test_only_the_regions_own_officer_may_register(people: Any) -> None:
    region = Region.objects.get(pk=factories.HOME)
    allowed = {persona for persona, user in people.items() if user and policies.can_register(user, region)}
    assert allowed == {"officer_own"}
    assert region.label in policies.can_register(people["verifier"], region).reason


def test_an_officer_who_is_also_a_verifier_reads_all_and_writes_at_home(objs: Any) -> None:
    both = factories.make_user(Role.DISTRICT_OFFICER, region=factories.OTHER)
    factories.add_membership(both, Role.VERIFIER)
    assert policies.can_view_sentra(both, objs.sentra)
    assert not policies.can_edit_sentra(both, objs.sentra)


def test_a_membership_that_has_ended_opens_nothing(objs: Any, officer_a: Any, client_of: Any) -> None:
    officer_a.memberships.update(valid_to="2021-01-01")
    assert client_of(officer_a).get(reverse("sentra_list")).status_code == 404
    assert client_of(officer_a).get(reverse("sentra_detail", args=[objs.sentra.pk])).status_code == 404


def test_a_complete_post_of_a_stranger_changes_nothing(objs: Any, people: Any, client_of: Any, post: Any) -> None:
    models = (Sentra, Ikm, Product, SentraYear, Permit, NumberCheck, ProductPhoto)
    before = [list(model.objects.values()) for model in models]
    posts = {
        "sentra_create": sentra_data,
        "sentra_edit": lambda: {**sentra_data(), "version": 1},
        "ikm_create": ikm_data,
        "ikm_edit": lambda: {**ikm_data(), "version": 1},
        "product_create": product_data,
        "product_edit": lambda: {**product_data(), "version": 1},
        "sentra_year_create": lambda: year_data(year=2020),
        "sentra_year_edit": lambda: {**year_data(), "version": 1},
        "permit_create": permit_data,
        "permit_edit": lambda: {**permit_data(subject="Lain", number="1/2/3"), "version": 1},
        "product_photos": photo_data,
        "product_photo_change": lambda: {"wish": "remove"},
        "permit_remove": dict,
    }
    for name, data in posts.items():
        url = reverse(name, kwargs=PERMISSIONS[name]["kwargs"](objs)) + PERMISSIONS[name].get("query", "")
        for persona in people.keys() - {"officer_own"}:
            answer = post(client_of(people[persona]), url, data())
            assert answer.status_code == PERMISSIONS[name]["POST"][persona], f"{name} as {persona}"
    assert before == [list(model.objects.values()) for model in models]


def test_who_reads_but_does_not_check_marks_nothing(objs: Any, people: Any, client_of: Any, post: Any) -> None:
    for persona in people.keys() - set(CHECKERS):
        for name in ("number_check", "permit_check"):
            url = reverse(name, kwargs=PERMISSIONS[name]["kwargs"](objs))
            answer = post(client_of(people[persona]), url, {"how": "document", "version": 1})
            assert answer.status_code == PERMISSIONS[name]["POST"][persona], f"{name} as {persona}"
        post(client_of(people[persona]), reverse("check_withdraw", args=[objs.check.pk]))
    assert list(NumberCheck.objects.all()) == [objs.check]


@pytest.mark.attack
def test_hostile_values_in_any_form_are_answered_in_words(objs: Any, people: Any, client_of: Any) -> None:
    wrong = []
    for persona in ("officer_own", "verifier", "admin"):
        client = client_of(people[persona])
        for name, row in PERMISSIONS.items():
            if row.get("GET", {}).get(persona) == 200:
                wrong += wrong_answers(client, reverse(name, kwargs=row["kwargs"](objs)) + row.get("query", ""))
    assert wrong == []
