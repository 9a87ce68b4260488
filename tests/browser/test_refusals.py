"""Pages that no link leads to: what a form says when it is refused, and when somebody else was faster.

axe-core finds nothing on them, and they fit a phone of 360 px.
"""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from nominations.enums import Status, Topic
from nominations.models import Answer, Beneficiary, CandidateEntry, Category
from sentra.models import Ikm, Permit, ProductPhoto, Sentra, SentraYear
from tests import factories
from tests.browser.test_every_page import axe, narrow

pytestmark = pytest.mark.browser
PHONE = 360


def problems(page: Page, address: str) -> list[str]:
    page.set_viewport_size({"width": PHONE, "height": 740})
    return [f"{address} {problem}" for problem in axe(page) + narrow(page, (PHONE,))]


def send(page: Page) -> int:
    """Press the first button of the last form on the page; the status of the page that answers."""
    form = page.locator("main form[method=post]").last
    form.evaluate("form => { form.noValidate = true; }")
    with page.expect_navigation() as answer:
        form.locator("button:not([type=button])").first.click()
    return answer.value.status


def refused(page: Page, address: str, change: str = "") -> list[str]:
    """What is wrong with the page that refuses a form as it comes, or after a script has spoilt it."""
    page.goto(address)
    if change:
        page.evaluate(change)
    status = send(page)
    assert page.locator(".error-summary").count() or page.locator("[role=alert], .inset-attention").count(), address
    return [f"{address} answers {status}"] * (status != 422) + problems(page, address)


def test_a_form_that_is_refused_is_accessible_on_a_phone(portal: Any, browse: Any) -> None:
    product = factories.make_product()
    ikm, candidate = product.ikm, factories.make_upakarti_nomination(complete=False)
    draft = factories.make_ovop_nomination()  # only the declaration is missing
    waiting = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    category = Category.objects.filter(award="upakarti", active=True)[0]
    page = browse(factories.officer_of(factories.HOME), scripts=True)
    found = []
    for address in (
        f"{reverse('sentra_create')}?kecamatan=33.75.01",
        reverse("ikm_create", args=[ikm.sentra_id]),
        reverse("product_create", args=[ikm.pk]),
        reverse("permit_create", args=[ikm.pk, "trademark"]),
        reverse("sentra_year_create", args=[ikm.sentra_id]),
        reverse("product_photos", args=[product.pk]),
        reverse("import_create"),
        reverse("nomination_create_candidate", args=[candidate.period_id, category.code]),
        reverse("beneficiary_add", args=[candidate.pk]),
        reverse("nomination_check", args=[draft.pk]),
        reverse("question_list", args=[draft.pk]),
    ):
        found += refused(page, address)
    address = reverse("candidate_edit", args=[candidate.pk])
    page.goto(address)
    found += problems(page, address)
    found += refused(page, address, "() => { document.querySelector('[name=name]').value = ''; }")
    desk = browse(factories.someone(factories.Role.VERIFIER), scripts=True)
    found += refused(desk, reverse("verification_detail", args=[waiting.pk]))
    assert not found, "\n".join(found)


def test_a_form_that_came_second_is_accessible_on_a_phone(portal: Any, browse: Any) -> None:
    photo = factories.make_photo()
    ikm = photo.product.ikm
    permit, year = factories.make_permit(ikm), factories.make_year(ikm.sentra)
    draft, candidate = factories.make_ovop_nomination(), factories.make_upakarti_nomination()
    row = candidate.candidate_entry.beneficiaries.all()[0]
    page = browse(factories.officer_of(factories.HOME), scripts=True)
    found = []
    for address, rows, field, typed in (
        (reverse("sentra_edit", args=[ikm.sentra_id]), Sentra.objects, "contact_name", "name"),
        (reverse("ikm_edit", args=[ikm.pk]), Ikm.objects, "owner_name", "name"),
        (reverse("permit_edit", args=[permit.pk]), Permit.objects, "issuer", "number"),
        (reverse("sentra_year_edit", args=[year.pk]), SentraYear.objects, "units", "workers"),
        (reverse("product_photos", args=[photo.product_id]), ProductPhoto.objects, "caption", "caption"),
        (reverse("nomination_answer", args=[draft.pk, Topic.MARKETING]), Answer.objects, "text", "text"),
        (reverse("candidate_edit", args=[candidate.pk]), CandidateEntry.objects, "address", "name"),
        (reverse("beneficiary_edit", args=[candidate.pk, row.pk]), Beneficiary.objects, "contact", "name"),
    ):
        page.goto(address)
        rows.update(**{field: 7 if field == "units" else "Ditulis rekan", "version": 9})
        form = page.locator(f"main form[method=post]:has([name={typed}])").first
        form.evaluate(f"form => {{ form.elements['{typed}'].value = form.elements['{typed}'].value + '1'; }}")
        with page.expect_navigation() as answer:
            form.locator("button:not([type=button])").first.click()
        assert answer.value.status == 409, address
        assert "Ditulis rekan" in page.content() or field == "units", address
        found += problems(page, address)
    assert not found, "\n".join(found)
