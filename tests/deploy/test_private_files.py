import pytest

from core.files import store_bytes
from core.http import private_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    return store_bytes(b"%PDF-1.7", name="Surat Usulan é.pdf", content_type="application/pdf")


def test_the_proxy_sends_the_file_that_the_portal_has_allowed(stored, settings):
    settings.PRIVATE_FILES_ACCEL = "/private/"
    response = private_file(stored)

    assert response["X-Accel-Redirect"] == f"/private/{stored.path}"
    assert response.content == b""


def test_both_ways_of_sending_say_the_same_about_the_file(stored, settings):
    direct = private_file(stored)
    settings.PRIVATE_FILES_ACCEL = "/private/"
    by_proxy = private_file(stored)

    for header in ("Content-Type", "Content-Disposition", "Cache-Control", "Content-Security-Policy"):
        assert by_proxy[header] == direct[header]
    assert by_proxy["Content-Disposition"].startswith("attachment;")


def test_the_proxy_repeats_the_headers_that_its_redirect_loses(stored, settings):
    proxy = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    location = proxy[proxy.index("location /private/") :]

    assert f'Content-Security-Policy "{private_file(stored)["Content-Security-Policy"]}" always' in location
    assert "X-Content-Type-Options nosniff always" in location
    assert "internal;" in location
