"""Districts sit on weak lines: a form page with all it needs stays far below 100 KB compressed and 8 requests.

Each room weighs every form of its permission table (`tests.weight`). Here are the pages that grow with what is in them.
"""

import gzip
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.enums import Role
from nominations.enums import Status
from reference.models import Region
from scoring.selectors.stages import current_stage
from scoring.services.assignments import assign_assessor, declare_interest
from scoring.services.panel import state_interests
from sentra.services.photos import add_photo
from tests import factories
from tests.nominations.scenes import bare_rows
from tests.weight import assert_light, too_much

pytestmark = pytest.mark.django_db
SCRIPT = 5 * 1024


@pytest.mark.parametrize("name", ["autosave.js", "local-copy.js", "upload.js", "dashboard.js"])
def test_the_scripts_are_small(name):
    with open(finders.find(f"js/{name}"), "rb") as file:  # noqa: PTH123 - finders answer strings
        assert len(gzip.compress(file.read())) <= SCRIPT


def test_a_conflict_of_the_longest_texts(client_of, post):
    nomination = factories.make_ovop_nomination(Status.DRAFT)
    client, url = client_of(nomination.created_by), reverse("nomination_answer", args=[nomination.pk, "uniqueness"])
    words = [f"kata{number}" for number in range(370)]
    for text, version in ((" ".join(words), 1), (" ".join(reversed(words)), 1)):
        answer = post(client, url, {"text": text, "version": version})
    assert answer.status_code == 409
    assert too_much(client, answer.content) == []


def test_eight_photos_on_their_form(client_of):
    product = factories.make_product()
    actor = factories.officer_of(factories.HOME)
    for number in range(8):
        noise = Image.blend(Image.radial_gradient("L"), Image.effect_noise((256, 256), 60), 0.3).resize((1600, 1200))
        stream = BytesIO()
        noise.convert("RGB").save(stream, "JPEG")
        upload = SimpleUploadedFile(f"{number}.jpg", stream.getvalue(), "image/jpeg")
        add_photo(product_id=product.pk, upload=upload, caption=f"Foto {number}", actor=actor)
    assert_light(client_of(actor), reverse("product_photos", args=[product.pk]))


def test_pages_of_the_province(client_of):
    period = factories.make_period("ovop")
    client = client_of(factories.make_user(Role.PROVINCE_OFFICER, region="33"))
    regions = Region.objects.current().filter(parent="33").values_list("pk", flat=True)
    for region in regions:
        factories.officer_of(region)
    assert_light(client, reverse("province_matrix"))
    assert_light(client, reverse("dashboard"))
    chosen = "&".join(f"wilayah={region}" for region in regions)
    assert_light(client, f"{reverse('province_remind')}?periode={period.pk}&{chosen}")


def test_the_verification_desk(client_of):
    nomination = factories.make_ovop_nomination(Status.UNDER_VERIFICATION, commodity="makanan_minuman")
    client = client_of(factories.someone(Role.VERIFIER))
    desk = reverse("verification_detail", args=[nomination.pk])
    for url in (
        f"{desk}?dokumen=D04",
        f"{desk}?bagian=subject&dokumen=D04",
        reverse("verification_conclude", args=[nomination.pk]),
    ):
        assert_light(client, url)


def test_the_dashboard_of_the_ministry(client_of):
    """The library of the interactive charts is not named in a way that a browser would fetch."""
    regions = Region.objects.current().regencies().values_list("pk", flat=True)
    bare_rows((Status.SUBMITTED, region) for region in regions)
    client = client_of(factories.someone(Role.MINISTRY_ADMIN))
    assert_light(client, reverse("dashboard"))
    assert b'data-library="/static/js/chart.js"' in client.get(reverse("dashboard")).content


def test_the_score_sheet(client_of):
    nomination = factories.make_ovop_nomination(Status.IN_ASSESSMENT)
    assessor = factories.make_user(Role.ASSESSOR, commodities=("batik",))
    assignment = assign_assessor(
        nomination_id=nomination.pk,
        stage_id=current_stage(nomination).pk,
        assessor_id=assessor.pk,
        actor=factories.someone(Role.VERIFIER),
    )
    state_interests(period_id=nomination.period_id, ties=(), actor=assessor)
    declare_interest(nomination_id=nomination.pk, has_conflict=False, reason="", actor=assessor)
    assert_light(client_of(assessor), reverse("score_sheet", args=[assignment.pk]))
