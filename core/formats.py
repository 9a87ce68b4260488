"""How dates, times, money, numbers, sizes and identity numbers are written for people. Pure functions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

JAKARTA = "Asia/Jakarta"
ZONE_LABELS = {JAKARTA: "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
BYTE_UNITS = ("byte", "KB", "MB", "GB")
MASKED_HEAD, MASKED_TAIL = 4, 4


def date_long(value: date, timezone: str = JAKARTA) -> str:
    """`31 Mei 2024`. A moment is read in `timezone`, a plain date as it is."""
    day = _local_day(value, timezone)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_full(value: date, timezone: str = JAKARTA) -> str:
    """`Jumat, 31 Mei 2024`."""
    return f"{DAYS[_local_day(value, timezone).weekday()]}, {date_long(value, timezone)}"


def date_short(value: date, timezone: str = JAKARTA) -> str:
    """`31-05-2024`, for tables."""
    return f"{_local_day(value, timezone):%d-%m-%Y}"


def until_text(day: date) -> str:
    """`sampai 31 Mei 2024`, and `tanpa batas waktu` for `date.max`, which stands for no end."""
    return _("tanpa batas waktu") if day == date.max else _("sampai %(day)s") % {"day": date_long(day)}


def time_label(moment: datetime, timezone: str = JAKARTA) -> str:
    """`23.59 WIB`. Raises KeyError for a zone outside Indonesia, ValueError for a moment without a zone."""
    return f"{_local(moment, timezone):%H.%M} {ZONE_LABELS[timezone]}"


def moment_text(moment: datetime, timezone: str = JAKARTA) -> str:
    """`31 Mei 2024, 23.59 WIB`, for histories and receipts."""
    return f"{date_long(moment, timezone)}, {time_label(moment, timezone)}"


def deadline_text(moment: datetime, user_timezone: str | None = None) -> str:
    """The deadline as it is ruled, in WIB, and beside it the reader's own clock when that differs."""
    ruled = _day_and_time(moment, JAKARTA)
    if user_timezone is None or user_timezone == JAKARTA:
        return ruled
    if date_short(moment, user_timezone) == date_short(moment):
        local = _("pukul %(time)s") % {"time": time_label(moment, user_timezone)}
    else:
        local = _day_and_time(moment, user_timezone)
    return _("%(ruled)s (%(local)s di daerah Anda)") % {"ruled": ruled, "local": local}


def moment_full(moment: datetime, timezone: str = JAKARTA) -> str:
    """`Jumat, 31 Mei 2024 pukul 23.59 WIB`."""
    return _day_and_time(moment, timezone)


def time_left(moment: datetime, now: datetime, timezone: str = JAKARTA) -> str:
    """`3 hari lagi`, on the last day `5 jam 20 menit lagi`, afterwards `sudah lewat`.

    Days are counted by the reader's calendar, as people count them; the last 24 hours by the clock, rounded down.
    """
    left = moment - now
    if left < timedelta(0):
        return _("sudah lewat")
    if left >= timedelta(days=1):
        days = (_local_day(moment, timezone) - _local_day(now, timezone)).days
        return _("%(days)d hari lagi") % {"days": days}
    hours, minutes = divmod(left // timedelta(minutes=1), 60)
    if not hours and not minutes:
        return _("kurang dari 1 menit lagi")
    parts = [_("%d jam") % hours] if hours else []
    parts += [_("%d menit") % minutes] if minutes else []
    return _("%(time)s lagi") % {"time": " ".join(parts)}


def rupiah(amount: int | Decimal) -> str:
    """`Rp1.234.567`: no blank after Rp (EYD). Cents are shown only when there are any."""
    sign = "-" if amount < 0 else ""
    places = 0 if amount == int(amount) else 2
    return f"{sign}Rp{number_id(abs(amount), places)}"


def number_id(value: int | float | Decimal, places: int | None = None) -> str:
    """`1.234,5`. Without `places` the decimals stay as given; with it they are rounded half up and padded."""
    number = Decimal(str(value))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def map_point(latitude: Decimal, longitude: Decimal) -> str:
    """`-6.8886, 109.6753`, with points, as maps take it."""
    return f"{latitude.normalize():f}, {longitude.normalize():f}"


def file_size(size: int) -> str:
    """`2,4 MB`, in steps of 1024."""
    amount = Decimal(size)
    unit = BYTE_UNITS[0]
    for unit in BYTE_UNITS:
        if amount < 1024 or unit == BYTE_UNITS[-1]:
            break
        amount /= 1024
    whole = unit == BYTE_UNITS[0] or amount >= 100
    return f"{number_id(amount, 0 if whole else 1).removesuffix(',0')} {unit}"


def mask_id(number: str) -> str:
    """`3171********0001`: enough to recognise an identity number, not enough to use it."""
    hidden = len(number) - MASKED_HEAD - MASKED_TAIL
    if hidden <= 0:
        return "*" * len(number)
    return number[:MASKED_HEAD] + "*" * hidden + number[-MASKED_TAIL:]


def mask_mail(address: str) -> str:
    """`pe***@contoh.id`: enough to recognise a colleague, not enough to write to."""
    name, _at, domain = address.partition("@")
    return f"{name[:2] if len(name) > 2 else ''}***@{domain}"


def _day_and_time(moment: datetime, timezone: str) -> str:
    return _("%(day)s pukul %(time)s") % {
        "day": date_full(moment, timezone),
        "time": time_label(moment, timezone),
    }


def _local_day(value: date, timezone: str) -> date:
    return _local(value, timezone).date() if isinstance(value, datetime) else value


def _local(moment: datetime, timezone: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ZoneInfo(timezone))
