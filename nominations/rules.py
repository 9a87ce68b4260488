"""Facts in, answers out: which window is open, and what a dossier still lacks. Pure; used as hint and as guard."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _


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


class Task(StrEnum):
    """The pages of a dossier, in the order in which they are offered."""

    SUBJECT = "subject"
    NARRATIVE = "narrative"
    BENEFICIARIES = "beneficiaries"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that would make the dossier fail, in the officer's words, and the page that mends it."""

    task: Task
    text: str


def product_gaps(
    *, unit_count: int, min_units: int, is_large: bool, kbli_fits: bool, empty_answers: Iterable[str]
) -> list[Gap]:
    """What an OVOP dossier lacks beside documents (PP 29/2018 for the sentra, Permenperin 64/2016 for the scale)."""
    gaps = []
    if unit_count < min_units:
        gaps.append(
            Gap(
                Task.SUBJECT,
                _("Sentra baru memiliki %(given)d unit usaha. Sentra IKM paling sedikit %(min)d unit usaha.")
                % {"given": unit_count, "min": min_units},
            )
        )
    if is_large:
        gaps.append(
            Gap(Task.SUBJECT, _("Usaha ini berskala besar. Hanya industri kecil dan menengah yang dapat diusulkan."))
        )
    if not kbli_fits:
        gaps.append(
            Gap(Task.SUBJECT, _("KBLI pada NIB tidak termasuk komoditas sentra. Periksa KBLI IKM atau komoditasnya."))
        )
    return gaps + [unanswered(label) for label in empty_answers]


def candidate_gaps(
    *,
    names: Collection[str],
    years_with_activity: Collection[int],
    period_year: int,
    min_beneficiaries: int,
    years: int,
    empty_answers: Iterable[str],
) -> list[Gap]:
    """What an Upakarti dossier lacks beside its documents (at least five IKM, five years in a row)."""
    gaps = []
    distinct = len({name.casefold().strip() for name in names})
    if distinct < min_beneficiaries:
        gaps.append(
            Gap(
                Task.BENEFICIARIES,
                _("Baru %(given)d IKM binaan yang dicatat. Paling sedikit %(min)d IKM binaan yang berbeda.")
                % {"given": distinct, "min": min_beneficiaries},
            )
        )
    missing = [year for year in activity_years(period_year, years) if year not in years_with_activity]
    if missing:
        gaps.append(
            Gap(
                Task.BENEFICIARIES,
                _("Belum ada pembinaan pada tahun %(years)s. Setiap tahun sejak %(first)d harus ada pembinaan.")
                % {"years": ", ".join(map(str, missing)), "first": period_year - years},
            )
        )
    return gaps + [unanswered(label) for label in empty_answers]


def activity_years(period_year: int, years: int) -> range:
    """The calendar years before the period in which coaching must have happened."""
    return range(period_year - years, period_year)


def unanswered(label: str) -> Gap:
    return Gap(Task.NARRATIVE, _("“%(label)s” belum diisi.") % {"label": label})


def document_gaps(required: Iterable[tuple[str, str]], present: Collection[str]) -> list[Gap]:
    """One gap per required document (code, label) that is not there."""
    return [
        Gap(Task.DOCUMENTS, _("Dokumen %(code)s belum ada: %(label)s.") % {"code": code, "label": label})
        for code, label in required
        if code not in present
    ]


def danger_gaps(infected: Iterable[tuple[str, str]]) -> list[Gap]:
    """One gap per current document (code, label) in which a scanner has found something."""
    return [
        Gap(
            Task.DOCUMENTS,
            _("Berkas dokumen %(code)s terdeteksi berbahaya: %(label)s. Unggah berkas pengganti.")
            % {"code": code, "label": label},
        )
        for code, label in infected
    ]
