"""What stops the start: a signer that is named but not described."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ovop_portal.settings.values import signer_place

REMOTE = {
    "SIGNER": "remote",
    "SIGNER_ADDRESS": "https://esign.example.go.id/",
    "SIGNER_USER": "portal",
    "SIGNER_PASSWORD": "kata-sandi",
    "SIGNER_IDENTITY": "3171010101010001",
    "SIGNER_TRUST": "/run/secrets/authority.pem",
}
LOCAL = {"SIGNER": "pkcs12", "SIGNER_FILE": "/run/secrets/signer.p12", "SIGNER_TRUST": "/run/secrets/authority.pem"}


@pytest.fixture
def place(monkeypatch):
    def read(values):
        for name in {*REMOTE, *LOCAL, "SIGNER_PASS_PHRASE_FILE", "SIGNER_TIMESTAMPS"}:
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return signer_place(environ.Env())

    return read


def test_without_a_signer_documents_stay_unsigned(place):
    assert place({}) is None


def test_a_key_in_a_file_and_a_service(place):
    assert place(LOCAL)["kind"] == "pkcs12"
    assert place(LOCAL)["pass_phrase_file"] == ""
    assert place(REMOTE)["address"] == "https://esign.example.go.id"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (LOCAL | {"SIGNER": "usb"}, "pkcs12, remote or empty"),
        (LOCAL | {"SIGNER_FILE": ""}, "SIGNER_FILE"),
        (LOCAL | {"SIGNER_TRUST": ""}, "SIGNER_TRUST"),
        (REMOTE | {"SIGNER_PASSWORD": ""}, "SIGNER_PASSWORD"),
        (REMOTE | {"SIGNER_TIMESTAMPS": "https://tsa.example.go.id"}, "SIGNER_TIMESTAMPS is for pkcs12"),
        (REMOTE | {"SIGNER_ADDRESS": "http://esign.example.go.id"}, "https"),
    ],
)
def test_a_signer_that_is_half_described_stops_the_start(place, values, says):
    with pytest.raises(ImproperlyConfigured, match=says):
        place(values)
