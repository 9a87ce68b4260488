"""Districts sit on weak lines: a form page with all it needs stays far below 100 KB compressed and 8 requests."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from accounts.enums import Role
from nominations.enums import Status
from scoring.selectors.stages import current_stage
from scoring.services.assignments import assign_assessor, declare_interest
from tests import factories

pytestmark = pytest.mark.django_db
LIMIT, REQUESTS = 100 * 1024, 8


def weight(html: bytes) -> tuple[int, int]:
    """Compressed bytes and requests of a first visit: the page and every static file that it names."""
    names = set(re.findall(rb"""(?:href|src)="/static/([^"?#]+)""", html))
    files = [finders.find(name.decode()) for name in names]
    assert all(files), names
    bodies = [html]
    for path in files:
        with open(path, "rb") as file:  # noqa: PTH123 - finders answer strings
            bodies.append(file.read())
    return sum(len(gzip.compress(body)) for body in bodies), len(bodies)


def assert_light(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    size, requests = weight(answer.content)
    assert size <= LIMIT, f"{url}: {size} bytes"
    assert requests <= REQUESTS, f"{url}: {requests} requests"
    assert not re.findall(rb"<script(?! src=)", answer.content), "scripts are files, or the browser refuses them"


def test_pages_of_the_district(client_of):
    nomination = factories.make_ovop_nomination(Status.DRAFT, commodity="makanan_minuman")
    client = client_of(nomination.created_by)
    entry = nomination.product_entry
    for url in (
        reverse("sentra_start"),
        reverse("sentra_create") + "?kecamatan=33.75.01",
        reverse("ikm_create", args=[entry.sentra_id]),
        reverse("product_create", args=[entry.ikm_id]),
        reverse("nomination_answers", args=[nomination.pk]),
        reverse("nomination_documents", args=[nomination.pk]),
        reverse("nomination_check", args=[nomination.pk]),
    ):
        assert_light(client, url)


def test_the_score_sheet(client_of):
    nomination = factories.make_ovop_nomination(Status.IN_ASSESSMENT)
    assessor = factories.make_user(Role.ASSESSOR, commodities=("batik",))
    assignment = assign_assessor(
        nomination_id=nomination.pk,
        stage_id=current_stage(nomination).pk,
        assessor_id=assessor.pk,
        actor=factories.someone(Role.VERIFIER),
    )
    declare_interest(nomination_id=nomination.pk, has_conflict=False, reason="", actor=assessor)
    assert_light(client_of(assessor), reverse("score_sheet", args=[assignment.pk]))
