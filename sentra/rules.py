"""Facts in, answers out: scale of an industry, size of a sentra."""

import re

from sentra.enums import Scale

MIN_UNITS = 5  # PP 29/2018: a sentra has at least five business units
EARLIEST_YEAR = 1800
MAX_IMPORT_ROWS = 10_000
SMALL_WORKERS = 19
BILLION = 1_000_000_000


def industry_scale(workers: int, investment: int) -> Scale:
    """Scale from workers and investment in rupiah without land and buildings (Permenperin 64/2016).

    Small: at most 19 workers and less than Rp1 miliar. Medium: at most 19 workers and Rp1 miliar or more, or at least
    20 workers and at most Rp15 miliar. Else large.
    """
    if workers <= SMALL_WORKERS:
        return Scale.SMALL if investment < BILLION else Scale.MEDIUM
    return Scale.MEDIUM if investment <= 15 * BILLION else Scale.LARGE


LEGAL_FORMS = {"cv", "dagang", "fa", "firma", "ikm", "kop", "koperasi", "pd", "pt", "sentra", "tbk", "ud", "usaha"}


def name_key(name: str) -> str:
    """A name without case, signs, legal form and order of words: the same key, perhaps the same firm."""
    words = re.findall(r"\w+", name.lower())
    return " ".join(sorted(set(words) - LEGAL_FORMS)) or " ".join(words)
