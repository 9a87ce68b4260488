"""Facts in, answers out: scale of an industry, size of a sentra, validity of a permit."""

import re
from collections.abc import Mapping
from datetime import date

from core.identifiers import Kind, halal_month_of
from sentra.enums import CheckedNumber, CheckHow, Likeness, PermitKind, PermitState, Scale

MIN_UNITS = 5  # PP 29/2018: a sentra has at least five business units
EARLIEST_YEAR = 1800
FIRST_FIGURES_YEAR = 1990
MAX_IMPORT_ROWS = 10_000
SHOWN_FINDINGS = 1000  # of each kind that a page of an import shows; its workbook has them all
SMALL_WORKERS = 19
BILLION = 1_000_000_000
MAX_PHOTOS = 8
ENDING_DAYS = 90
PIRT_WITH_YEAR = 15
HALAL_MONTHS = 2

# How the number of a permit is read; what is not here is numbered by its issuer as it likes.
NUMBER_KINDS: Mapping[PermitKind, Kind] = {
    PermitKind.PIRT: Kind.PIRT,
    PermitKind.BPOM: Kind.BPOM,
    PermitKind.HALAL: Kind.HALAL,
    PermitKind.TRADEMARK: Kind.TRADEMARK,
}
# Permits that always have an end: P-IRT and BPOM five years, a trademark ten, an SNI certificate as long as it says.
ENDING_KINDS = frozenset({PermitKind.PIRT, PermitKind.BPOM, PermitKind.SNI, PermitKind.TRADEMARK})
# Kinds that mean nothing without a word on what they are about: the mark, the standard, what was tested.
MARK_CLASSES = 45  # of the Nice classification
KINDS_WITH_SUBJECT = frozenset(PermitKind) - {PermitKind.PIRT, PermitKind.BPOM, PermitKind.HALAL}

REGISTERS: Mapping[PermitKind | CheckedNumber, CheckHow] = {
    CheckedNumber.NIB: CheckHow.OSS,
    CheckedNumber.NPWP: CheckHow.DJP,
    PermitKind.PIRT: CheckHow.OSS,
    PermitKind.BPOM: CheckHow.BPOM,
    PermitKind.HALAL: CheckHow.BPJPH,
    PermitKind.SNI: CheckHow.BSN,
    PermitKind.TRADEMARK: CheckHow.DJKI,
    PermitKind.OTHER_IP: CheckHow.DJKI,
}
# Least trigram similarity of the names of one record: alone, with something in common, with a phone that few have.
LIKELY_BY_NAME = 0.8
LIKELY_WITH_MARK = 0.5
LIKELY_WITH_OWN_PHONE = 0.3
OWN_PHONE = 3
MOST_HOLDERS = 20


def industry_scale(workers: int, investment: int) -> Scale:
    """Scale from workers and investment in rupiah without land and buildings (Permenperin 64/2016).

    Small: at most 19 workers and less than Rp1 miliar. Medium: at most 19 workers and Rp1 miliar or more, or at least
    20 workers and at most Rp15 miliar. Else large.
    """
    if workers <= SMALL_WORKERS:
        return Scale.SMALL if investment < BILLION else Scale.MEDIUM
    return Scale.MEDIUM if investment <= 15 * BILLION else Scale.LARGE


def permit_state(expires_on: date | None, today: date) -> PermitState:
    """A permit is valid to the end of its last day; within `ENDING_DAYS` of it, it is called ending."""
    if expires_on is None:
        return PermitState.NO_END
    if expires_on < today:
        return PermitState.ENDED
    return PermitState.ENDING if (expires_on - today).days <= ENDING_DAYS else PermitState.VALID


def pirt_end_year(number: str) -> int | None:
    """The year in which a P-IRT number of 15 digits says that it ends (Perka BPOM 22/2018)."""
    return 2000 + int(number[-2:]) if len(number) == PIRT_WITH_YEAR and number.isdigit() else None


def halal_month_differs(number: str, issued_on: date) -> bool:
    """Whether the month inside a BPJPH number lies more than two months from the date on the certificate."""
    month = halal_month_of(number)
    return month is not None and abs((month[0] - issued_on.year) * 12 + month[1] - issued_on.month) > HALAL_MONTHS


def ways_to_check(what: PermitKind | CheckedNumber) -> tuple[CheckHow, ...]:
    """The document itself, the register of whoever issues such numbers, or something that the person names."""
    register = REGISTERS.get(what)
    return (CheckHow.DOCUMENT, *((register,) if register else ()), CheckHow.OTHER)


def newest_complete_year(today: date) -> int:
    """The last calendar year that is over: its figures can be asked for."""
    return today.year - 1


def least_score(mark: Likeness, holders: int) -> float:
    """How similar two names must be when `mark` is the same in both records, as in `holders` records of their region.

    One NPWP is one taxpayer, so the names say nothing. A phone that at most `OWN_PHONE` records have is the firm's own,
    and one word in common is enough; a phone of more is that of an officer or a neighbour. What more than
    `MOST_HOLDERS` records have is a filler, and only the names count.
    """
    if holders > MOST_HOLDERS:
        return LIKELY_BY_NAME
    if mark is Likeness.NPWP:
        return 0
    return LIKELY_WITH_OWN_PHONE if mark is Likeness.PHONE and holders <= OWN_PHONE else LIKELY_WITH_MARK


def likeness(score: float, names: tuple[str, str], same: Mapping[Likeness, int]) -> list[Likeness]:
    """Why two records are probably one: names that are nearly the same, or what they have in common besides.

    Empty when they are not. Names that differ in a number, as "Kelompok 2" and "Kelompok 3" do, are different on
    purpose, unless their taxpayer is one. `score` is the trigram similarity of the names, 0 to 1; `same` says of how
    many records of the region a mark is.
    """
    least = min((least_score(mark, holders) for mark, holders in same.items()), default=LIKELY_BY_NAME)
    numbers_agree = numbers_in(names[0]) == numbers_in(names[1])
    if score < least or (least and not numbers_agree):
        return []
    by_name = [Likeness.NAME] if numbers_agree and score >= LIKELY_WITH_OWN_PHONE else []
    return [*by_name, *same]


def numbers_in(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9]+", name))


LEGAL_FORMS = {"cv", "dagang", "fa", "firma", "ikm", "kop", "koperasi", "pd", "pt", "sentra", "tbk", "ud", "usaha"}


def name_key(name: str) -> str:
    """A name without case, signs, legal form and order of words: the same key, perhaps the same firm."""
    words = re.findall(r"\w+", name.lower())
    return " ".join(sorted(set(words) - LEGAL_FORMS)) or " ".join(words)
