"""The administration pages show the reference data and change none of it."""

import pytest
from django.urls import reverse

from accounts.models import User
from reference.models import KbliCode, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client_of):
    return client_of(User.objects.create_superuser("root@contoh.id", "Pengelola", "kalimat sandi yang panjang"))


def page(model, kind, *args):
    return reverse(f"admin:reference_{model}_{kind}", args=args)


def test_region_can_be_found_by_code_and_name(root):
    found = root.get(page("region", "changelist"), {"q": "32.73.01"})
    assert found.status_code == 200
    assert b"Sukasari" in found.content
    assert b"Kabupaten Bandung" in root.get(page("region", "changelist"), {"q": "bandung"}).content


def test_business_class_shows_its_commodities(root):
    kbli = KbliCode.objects.get(code="13133", edition=2025)
    assert b"Kain batik" in root.get(page("kblicode", "change", kbli.pk)).content


@pytest.mark.parametrize("kind", ["change", "delete"])
@pytest.mark.parametrize(("model", "pk"), [("region", "32.73"), ("commodity", "batik")])
def test_even_a_superuser_changes_nothing(root, model, pk, kind):
    assert root.post(page(model, kind, pk), {"name": "Salah", "post": "yes"}).status_code == 403
    assert Region.objects.get(code="32.73").name == "Kota Bandung"


@pytest.mark.parametrize("model", ["region", "commodity", "kblicode"])
def test_even_a_superuser_adds_nothing(root, model):
    assert root.get(page(model, "add")).status_code == 403
