"""The password rules as a table; the form, not only the validator, is asked."""

import pytest

from accounts.forms import FirstPasswordForm
from accounts.models import User

PERSON = User(email="sri.wahyuni@pekalongankota.go.id", name="Sri Wahyuni Handayani")

REFUSED = {
    "": "empty",
    "empat belas ab": "14 characters",
    "kalimat panjang " * 8 + "x": "129 characters",
    "password1234567": "well known, made long with digits",
    "PasswordPassword": "well known, twice",
    "1234567890qwertyuiop": "well known",
    "111111111111111": "well known",
    "abababababababababab": "two characters",
    "kemenperin-ovop-2026": "the portal's own words",
    "upakarti-upakarti-1": "the portal's own words",
    "sri wahyuni handayani": "the person's name",
    "sri.wahyuni@pekalongankota": "the person's address",
}
TAKEN = [
    "lima belas char",
    "x" + "abcde fghij " * 10,
    "  jarak di depan dan belakang  ",
    "ᬅᬓ᭄ᬱᬭᬩᬮᬶᬳᬶᬤᬸᬧ᭄ᬮ",
    "😀🌋🐘🦜🌺😀🌋🐘🦜🌺😀🌋🐘🦜🌺",
    "tanpa angka dan huruf besar",
    "Kata kunci sentra tenun ovop di desa",
]


def form(password: str) -> FirstPasswordForm:
    return FirstPasswordForm({"password1": password, "password2": password}, user=PERSON)


@pytest.mark.parametrize("password", REFUSED, ids=REFUSED.values())
def test_refused(password: str) -> None:
    assert "password1" in form(password).errors


@pytest.mark.parametrize("password", TAKEN)
def test_taken_exactly_as_typed(password: str) -> None:
    checked = form(password)
    assert checked.is_valid(), checked.errors
    assert checked.cleaned_data["password1"] == password


def test_both_entries_must_agree() -> None:
    data = {"password1": "tanpa angka dan huruf besar", "password2": "tanpa angka dan huruf kecil"}
    assert "password2" in FirstPasswordForm(data, user=PERSON).errors
