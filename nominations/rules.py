"""Facts in, answers out: which window is open, and what a dossier still lacks. Pure; used as hint and as guard."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.formats import date_long, until_text
from nominations.enums import AdminRule, Status, Topic, WindowKind

SPELL = timedelta(minutes=5)  # of writing; what it leaves behind is one earlier version
LOST_WORDS = 10


def years_after(day: date, years: int) -> date:
    """The same day some years later; 28 February for a leap day."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def reminder_step(days_late: int) -> int:
    """Which reminder of a record on a star is due: on the day itself, and once more a month later."""
    return 30 if days_late >= 30 else 0


class WindowState(StrEnum):
    NOT_SET = "not_set"
    BEFORE = "before"
    OPEN = "open"
    GRACE = "grace"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """One window as it applies to one region; `closes_at` is the extension's where there is one."""

    opens_at: datetime
    closes_at: datetime
    grace_minutes: int = 0

    @property
    def last_moment(self) -> datetime:
        return self.closes_at + timedelta(minutes=self.grace_minutes)


def window_state(now: datetime, window: WindowFacts | None) -> WindowState:
    """Where `now` lies. Both ends belong to the window; the grace is not announced but counts."""
    if window is None:
        return WindowState.NOT_SET
    if now < window.opens_at:
        return WindowState.BEFORE
    if now <= window.closes_at:
        return WindowState.OPEN
    return WindowState.GRACE if now <= window.last_moment else WindowState.CLOSED


def minutes_late(moment: datetime, window: WindowFacts) -> int | None:
    """Begun minutes after the close, None when in time."""
    over = moment - window.closes_at
    return ceil(over / timedelta(minutes=1)) if over > timedelta(0) else None


# Which window rules the next step of a nomination in that status.
WINDOW_OF: dict[str, WindowKind] = {
    Status.DRAFT: WindowKind.NOMINATION,
    Status.RETURNED: WindowKind.CORRECTION,
    Status.ELIGIBLE: WindowKind.ASSESSMENT,
    Status.IN_ASSESSMENT: WindowKind.ASSESSMENT,
}
REMINDER_DAYS = (14, 7, 3, 1)
REMINDER_HOURS = range(9, 18)


def reminder_day(now: datetime, closes_at: datetime, timezone: str) -> int | None:
    """Which reminder is due now for a region in that zone: 14, 7, 3 or 1 days before the day of the deadline, or None.

    Days and hours are those of the region's own clock. A reminder is due from 09.00; one that was missed is sent until
    18.00 of the same day, and not at all later, because the next one is near.
    """
    zone = ZoneInfo(timezone)
    here = now.astimezone(zone)
    days = (closes_at.astimezone(zone).date() - here.date()).days
    return days if days in REMINDER_DAYS and here.hour in REMINDER_HOURS else None


def review_step(now: datetime, closes_at: datetime, timezone: str) -> int | None:
    """Which reminder of a re-evaluation that nobody began is due: the nearest of these days that is reached, or None.

    What was missed is caught up: unlike a draft, nothing else tells the region of it.
    """
    zone = ZoneInfo(timezone)
    days = (closes_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    return next((step for step in sorted(REMINDER_DAYS) if now < closes_at and days <= step), None)


SUBJECT, BENEFICIARIES, DOCUMENTS = "subject", "beneficiaries", "documents"  # pages beside those of the questions


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that the dossier does not meet, in the officer's words, and the page that mends it.

    What does not block may be submitted, but is likely to fail when the dossier is verified.
    """

    rule: AdminRule
    page: str
    text: str
    blocks: bool = True
    other: int | None = None  # the nomination that it is about, when that is another one


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """How many units the sentra has by its record, and by its figures of the newest year, if there are any."""

    count: int
    wanted: int
    year: int | None = None
    in_year: int | None = None


class Decree(StrEnum):
    """The file of the decree on the sentra."""

    MISSING = "missing"
    DANGEROUS = "dangerous"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Rival:
    """Another live nomination of the same IKM and period for a product of nearly the same name."""

    nomination: int
    title: str


def product_gaps(
    *,
    units: UnitFacts,
    decree: Decree,
    is_large: bool,
    kbli_fits: bool,
    star_until: date | None,
    twin: str | None,
    rival: Rival | None,
) -> list[Gap]:
    """What an OVOP dossier lacks beside permits, answers and documents.

    `star_until` ends a star in force; `twin` is a star of the same IKM for a product of nearly the same name.
    """
    gaps = unit_gaps(units)
    if decree is Decree.MISSING:
        text = _("Berkas SK sentra belum diunggah pada data sentra.")
        gaps.append(Gap(AdminRule.SENTRA_DECREE, SUBJECT, text))
    if decree is Decree.DANGEROUS:
        text = _("Berkas SK sentra terdeteksi berbahaya. Unggah berkas pengganti pada data sentra.")
        gaps.append(Gap(AdminRule.SENTRA_DECREE, SUBJECT, text))
    if is_large:
        text = _("Usaha ini berskala besar. Hanya industri kecil dan menengah yang dapat diusulkan.")
        gaps.append(Gap(AdminRule.SCALE, SUBJECT, text))
    if not kbli_fits:
        text = _("KBLI pada NIB tidak termasuk komoditas sentra. Periksa KBLI IKM atau komoditasnya.")
        gaps.append(Gap(AdminRule.KBLI, SUBJECT, text))
    if star_until:
        gaps.append(Gap(AdminRule.STAR_HOLDER, SUBJECT, star_text(star_until)))
    elif twin:
        text = _(
            "IKM ini memegang bintang untuk %(title)s. Bila produknya sama, bintang itu dinilai kembali lewat evaluasi"
            " ulang, bukan usulan baru."
        )
        gaps.append(Gap(AdminRule.STAR_HOLDER, SUBJECT, text % {"title": twin}, blocks=False))
    if rival:
        text = _(
            "IKM ini juga mengusulkan %(title)s pada periode ini. Bila produknya sama, hanya satu usulan yang dapat"
            " dinilai: lanjutkan salah satu, dan tarik yang lain."
        )
        text %= {"title": rival.title}
        gaps.append(Gap(AdminRule.ONE_LIVE, SUBJECT, text, blocks=False, other=rival.nomination))
    return gaps


def unit_gaps(units: UnitFacts) -> list[Gap]:
    """A record below the least number fails; a record that its own newest figures contradict is likely to."""
    facts: dict[str, int | None] = {"given": units.count, "min": units.wanted}
    if units.count < units.wanted:
        text = _("Sentra baru memiliki %(given)d unit usaha. Sentra IKM paling sedikit %(min)d unit usaha.")
        return [Gap(AdminRule.SENTRA_UNITS, SUBJECT, text % facts)]
    if units.in_year is not None and units.in_year < units.wanted:
        text = _(
            "Data sentra menyebut %(given)d unit usaha, tetapi angka tahun %(year)d hanya %(in_year)d. Sentra IKM"
            " paling sedikit %(min)d unit usaha. Samakan keduanya dengan keadaan sebenarnya."
        )
        facts |= {"year": units.year, "in_year": units.in_year}
        return [Gap(AdminRule.SENTRA_UNITS, SUBJECT, text % facts, blocks=False)]
    return []


@dataclass(frozen=True, slots=True)
class PermitFacts:
    """What the register says of one permit or test report; `ends_on` only where the paper states a last day."""

    kind: str
    issued_on: date
    ends_on: date | None

    def last_day(self, valid_years: int | None) -> date:
        """Without a last day of its own it counts for the years of the period, or for ever."""
        if self.ends_on or valid_years is None:
            return self.ends_on or date.max
        return years_after(self.issued_on, valid_years)


def permit_gap(
    document: str,
    permits: Collection[PermitFacts],
    *,
    today: date,
    assessed_until: date | None,
    valid_years: int | None = None,
    imported: bool = False,
) -> Gap | None:
    """What is wrong with the permits behind a document, of which the one that lasts longest counts.

    `imported`: there is one for imported goods, which counts for nothing.

    A permit that ends before the assessment does is likely to fail the dossier; it may be renewed in time, so it does
    not block. Nor does one that only the years of the period end: the paper itself says nothing of an end.
    """
    best = max(permits, key=lambda permit: permit.last_day(valid_years), default=None)
    if best is None:
        text = _("%(document)s: belum dicatat pada data IKM.")
        if imported:
            text = _("%(document)s: BPOM ML adalah izin produk impor. Produk OVOP memerlukan BPOM MD atau P-IRT.")
        return Gap(AdminRule.PERMITS, SUBJECT, text % {"document": document})
    last, needed = best.last_day(valid_years), assessed_until or today
    facts: dict[str, object] = {"document": document, "end": date_long(last), "until": date_long(needed)}
    if best.ends_on and last < today:
        text = _("%(document)s: yang tercatat sudah berakhir pada %(end)s.")
        return Gap(AdminRule.PERMITS, SUBJECT, text % facts)
    if last >= needed:
        return None
    text = _("%(document)s berakhir pada %(end)s, sebelum masa penilaian selesai pada %(until)s. Perpanjang dahulu.")
    if best.ends_on is None:
        text = _(
            "%(document)s terbit %(issued)s dan tidak menyebut tanggal akhir. Pada periode ini dianggap berlaku"
            " %(years)d tahun, sampai %(end)s, sedangkan penilaian selesai %(until)s. Siapkan yang lebih baru."
        )
        facts |= {"issued": date_long(best.issued_on), "years": valid_years}
    return Gap(AdminRule.PERMITS, SUBJECT, text % facts, blocks=False)


def star_text(until: date) -> str:
    return _(
        "Produk ini memegang bintang yang berlaku %(until)s. Bintangnya dinilai kembali lewat evaluasi ulang,"
        " bukan usulan baru. Evaluasi ulang yang sudah dibuka Sekretariat dimulai dari halaman Mulai usulan."
    ) % {"until": until_text(until)}


def candidate_gaps(
    *,
    names: Collection[str],
    years_with_activity: Collection[int],
    period_year: int,
    min_beneficiaries: int,
    years: int,
) -> list[Gap]:
    """What an Upakarti dossier lacks beside answers and documents (at least five IKM, five years in a row)."""
    gaps = []
    distinct = len({name.casefold().strip() for name in names})
    if distinct < min_beneficiaries:
        text = _("Baru %(given)d IKM binaan yang dicatat. Paling sedikit %(min)d IKM binaan yang berbeda.")
        text %= {"given": distinct, "min": min_beneficiaries}
        gaps.append(Gap(AdminRule.BENEFICIARIES, BENEFICIARIES, text))
    missing = [year for year in activity_years(period_year, years) if year not in years_with_activity]
    if missing:
        text = _("Belum ada pembinaan pada tahun %(years)s. Setiap tahun sejak %(first)d harus ada pembinaan.")
        text %= {"years": ", ".join(map(str, missing)), "first": period_year - years}
        gaps.append(Gap(AdminRule.COACHING_YEARS, BENEFICIARIES, text))
    return gaps


def incomplete_gaps(page: str, record: str, facts: Mapping[str, object]) -> list[Gap]:
    """One gap that names the facts of a record, by their label, that are empty; none when there is no such fact."""
    missing = ", ".join(label for label, value in facts.items() if not value)
    text = _("%(record)s belum lengkap: %(missing)s.") % {"record": record, "missing": missing}
    return [Gap(AdminRule.ANSWERS, page, text)] if missing else []


def activity_years(period_year: int, years: int) -> range:
    """The calendar years before the period in which coaching must have happened."""
    return range(period_year - years, period_year)


def answer_gaps(questions: Iterable[Topic], texts: Mapping[str, str]) -> list[Gap]:
    """One gap per question without a text."""
    return [
        Gap(AdminRule.ANSWERS, question, _("“%(label)s” belum diisi.") % {"label": question.label})
        for question in questions
        if not texts.get(question, "").strip()
    ]


def document_gaps(required: Iterable[tuple[str, str]], present: Collection[str]) -> list[Gap]:
    """One gap per required document (code, label) that is not there."""
    return [
        Gap(
            AdminRule.DOCUMENTS, DOCUMENTS, _("Dokumen %(code)s belum ada: %(label)s.") % {"code": code, "label": label}
        )
        for code, label in required
        if code not in present
    ]


def ends_spell(*, same_author: bool, began_at: datetime, now: datetime, before: str, after: str) -> bool:
    """Whether a text that is overwritten stays among the earlier versions.

    Saves of one author within a few minutes are one spell of writing and leave its last text. A save that takes away
    many words, or all, ends a spell at once: what was cleared by accident can be fetched back.
    """
    lost = (Counter(before.split()) - Counter(after.split())).total()
    return not same_author or now - began_at >= SPELL or lost > LOST_WORDS or bool(before and not after)


def danger_gaps(infected: Iterable[tuple[str, str]]) -> list[Gap]:
    """One gap per current document (code, label) in which a scanner has found something."""
    return [
        Gap(
            AdminRule.DOCUMENTS,
            DOCUMENTS,
            _("Berkas dokumen %(code)s terdeteksi berbahaya: %(label)s. Unggah berkas pengganti.")
            % {"code": code, "label": label},
        )
        for code, label in infected
    ]
