from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core import formats

DEADLINE = datetime(2024, 5, 31, 16, 59, tzinfo=UTC)


def test_dates_are_written_out_in_indonesian():
    assert formats.date_long(date(2024, 1, 5)) == "5 Januari 2024"
    assert formats.date_full(date(2024, 5, 21)) == "Selasa, 21 Mei 2024"
    assert formats.date_short(date(2024, 5, 1)) == "01-05-2024"


def test_a_moment_late_in_utc_is_the_next_day_in_jakarta():
    moment = datetime(2024, 5, 31, 17, 30, tzinfo=UTC)
    assert formats.date_long(moment) == "1 Juni 2024"
    assert formats.time_label(moment) == "00.30 WIB"
    assert formats.moment_text(moment, "Asia/Jayapura") == "1 Juni 2024, 02.30 WIT"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        formats.time_label(datetime(2024, 5, 31, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (None, "Jumat, 31 Mei 2024 pukul 23.59 WIB"),
        ("Asia/Jakarta", "Jumat, 31 Mei 2024 pukul 23.59 WIB"),
        (
            "Asia/Makassar",
            "Jumat, 31 Mei 2024 pukul 23.59 WIB (Sabtu, 1 Juni 2024 pukul 00.59 WITA di daerah Anda)",
        ),
        (
            "Asia/Jayapura",
            "Jumat, 31 Mei 2024 pukul 23.59 WIB (Sabtu, 1 Juni 2024 pukul 01.59 WIT di daerah Anda)",
        ),
    ],
)
def test_deadline_is_ruled_in_wib_and_shown_on_the_readers_clock(zone, text):
    assert formats.deadline_text(DEADLINE, zone) == text


def test_deadline_names_the_day_once_when_it_is_the_same_day_there():
    moment = datetime(2026, 6, 26, 9, 0, tzinfo=UTC)
    text = "Jumat, 26 Juni 2026 pukul 16.00 WIB (pukul 18.00 WIT di daerah Anda)"
    assert formats.deadline_text(moment, "Asia/Jayapura") == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0"),
        (1234567, "Rp1.234.567"),
        (Decimal("1234567.00"), "Rp1.234.567"),
        (Decimal("1500.5"), "Rp1.500,50"),
        (-25000, "-Rp25.000"),
    ],
)
def test_rupiah(amount, text):
    assert formats.rupiah(amount) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234.5, None, "1.234,5"),
        (Decimal("81.5"), 2, "81,50"),
        (Decimal("79.995"), 2, "80,00"),
        (Decimal("0.125"), 2, "0,13"),
        (1000000, None, "1.000.000"),
        (Decimal("1E+3"), None, "1.000"),
    ],
)
def test_numbers(value, places, text):
    assert formats.number_id(value, places) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 byte"),
        (1023, "1.023 byte"),
        (1024, "1 KB"),
        (2_516_582, "2,4 MB"),
        (10 * 1024 * 1024, "10 MB"),
        (300_000, "293 KB"),
        (5 * 1024**4, "5.120 GB"),
    ],
)
def test_file_sizes(size, text):
    assert formats.file_size(size) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("3171011708450001", "3171********0001"),
        ("9120001234567", "9120*****4567"),
        ("12345678", "********"),
        ("", ""),
    ],
)
def test_identity_numbers_are_masked(number, text):
    assert formats.mask_id(number) == text


@pytest.mark.parametrize(("day", "text"), [(date(2024, 5, 31), "sampai 31 Mei 2024"), (date.max, "tanpa batas waktu")])
def test_until_when_something_holds(day, text):
    assert formats.until_text(day) == text


@pytest.mark.parametrize(
    ("address", "masked"),
    [("petugas@contoh.id", "pe***@contoh.id"), ("ab@contoh.id", "***@contoh.id"), ("a@b.id", "***@b.id")],
)
def test_a_mail_address_is_masked(address, masked):
    assert formats.mask_mail(address) == masked
