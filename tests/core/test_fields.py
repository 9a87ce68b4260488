"""Form fields: one amount, number, date or line, however it is typed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.fields import (
    DayField,
    IdentifierField,
    LineField,
    MapPointField,
    ParagraphField,
    RupiahField,
    WholeNumberField,
)
from core.identifiers import Kind


@pytest.mark.parametrize(
    "typed",
    [
        "1234567",
        "1.234.567",
        "Rp 1.234.567,00",
        "Rp1.234.567",
        "rp. 1.234.567",
        "RP 1234567",
        " 1.234.567,0 ",
        "Rp1.234.567,-",
    ],
)
def test_one_amount_in_many_spellings(typed: str) -> None:
    assert RupiahField().clean(typed) == 1_234_567


@pytest.mark.parametrize(
    "typed",
    ["1,234,567", "1.23.456", "1.234.56", "12 345", "1e6", "-5", "Rp", "1.234,50", "1.234,005", "250 juta", "1.5", "٣"],
)
def test_an_amount_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="tanpa sen"):
        RupiahField().clean(typed)


def test_an_amount_is_shown_grouped_and_a_typing_error_as_typed() -> None:
    assert RupiahField().prepare_value(1_234_567) == "1.234.567"
    assert RupiahField().prepare_value("Rp lima") == "Rp lima"


@pytest.mark.parametrize(("typed", "number"), [("1000", 1000), ("1.000", 1000), (" 7 ", 7), ("012", 12), (5, 5)])
def test_whole_numbers(typed: Any, number: int) -> None:
    assert WholeNumberField().clean(typed) == number


@pytest.mark.parametrize("typed", ["1.00", "1,0", "1.0", "-1", "Rp5", "satu", "9" * 5000])
def test_not_a_whole_number(typed: str) -> None:
    with pytest.raises(ValidationError, match="angka bulat"):
        WholeNumberField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["21-05-2024", "21/05/2024", "2024-05-21", "21 Mei 2024", "21 mei 2024", "21  MEI  2024", "21/5/2024"]
)
def test_one_day_in_many_spellings(typed: str) -> None:
    assert DayField().clean(typed) == date(2024, 5, 21)


@pytest.mark.parametrize(
    "typed", ["31-02-2024", "05/21/2024", "21 May 2024", "21 Ju 2024", "21 Jun", "kemarin", "0-0-0"]
)
def test_not_a_day(typed: str) -> None:
    with pytest.raises(ValidationError, match="tanggal yang ada"):
        DayField().clean(typed)


def test_a_month_needs_enough_letters_to_be_one() -> None:
    assert DayField().clean("1 Jun 2024") == date(2024, 6, 1)
    assert DayField().clean("1 Agu 2024") == date(2024, 8, 1)


def test_lines_lose_what_cannot_be_seen() -> None:
    assert LineField().clean("  a\u00a0 b\u200b\u202ec\t\n d\x07 ") == "a bc d"
    assert ParagraphField().clean("a \r\n\r\n b\u200b") == "a\n\nb"
    with pytest.raises(ValidationError):
        LineField().clean("\u200b")


def test_identifiers_are_bare_and_carry_their_warnings_in_one_form_only() -> None:
    field = IdentifierField(Kind.NPWP)
    assert field.clean("01.300.066.6-091.000") == "0013000666091000"
    assert field.warnings == ()
    assert field.clean("01.300.066.5-091.000") == "0013000665091000"
    assert field.warnings
    assert IdentifierField(Kind.NPWP).warnings == ()
    assert IdentifierField(Kind.NIB, required=False).clean("") == ""
    assert field.prepare_value("0013000666091000") == "0013 0006 6609 1000"


@pytest.mark.parametrize(
    "typed",
    [
        "-6.8886, 109.6753",
        "-6.8886,109.6753",
        "-6,8886, 109,6753",
        "-6,8886; 109,6753",
        "  -6.8886 109.6753 ",
        "\u22126.8886, 109.6753",
        "-6.88860004, 109.67530004",
    ],
)
def test_a_point_in_many_spellings(typed: str) -> None:
    assert MapPointField().clean(typed) == (Decimal("-6.8886"), Decimal("109.6753"))


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("109.6753, -6.8886", "terbalik"),
        ("-6.8886", "dipisah koma"),
        ("6°53'19\"S 109°40'31\"E", "dipisah koma"),
        ("-6.8886, 109.6753, 12", "dipisah koma"),
        ("alun-alun", "dipisah koma"),
        ("NaN, Infinity", "dipisah koma"),
        ("1.3521, 203.8198", "luar Indonesia"),
        ("-33.8688, 151.2093", "luar Indonesia"),
        ("-11.2, 123", "luar Indonesia"),
        ("0, 0", "luar Indonesia"),
    ],
)
def test_a_point_that_cannot_be_there_is_refused(typed: str, part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        MapPointField().clean(typed)


@pytest.mark.parametrize("typed", ["6.076, 95.29", "-11.007, 122.87", "-8.5, 141.02", "5.9, 94.97"])
def test_the_ends_of_the_country_are_inside(typed: str) -> None:
    assert MapPointField().clean(typed)


def test_no_point_is_none_and_a_stored_one_is_shown_as_maps_write_it() -> None:
    assert MapPointField(required=False).clean(" ") is None
    assert MapPointField().prepare_value((Decimal("-6.888600"), Decimal("110.000000"))) == "-6.8886, 110"
    assert MapPointField().prepare_value("salah") == "salah"
