"""For which rules of the administrative stage dossiers would fail now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.models import ScanState
from nominations.enums import TOPICS, EntryKind, WindowKind
from nominations.models import Beneficiary, CandidateEntry, Nomination, ProductEntry, Window
from nominations.rules import (
    BENEFICIARIES,
    SUBJECT,
    Gap,
    answer_gaps,
    candidate_gaps,
    danger_gaps,
    document_gaps,
    incomplete_gaps,
    permit_gap,
    product_gaps,
)
from nominations.selectors.dossiers import ChecklistRow, Filled, filled_of, stars_of
from reference.models import KbliCommodity
from sentra.enums import Scale


@dataclass(slots=True)
class Register:
    """What the register says today of the product of a dossier; `permits` are its own and its firm's."""

    kbli_fits: bool
    star_until: date | None
    assessed_until: date | None
    permits: list[tuple[str, date | None]] = field(default_factory=list)  # kind, last day


def gaps_of(nomination: Nomination, filled: Filled | None = None) -> list[Gap]:
    """What keeps the dossier from being submitted now; costs what `findings_of` costs."""
    return [gap for gap in findings_of(nomination, filled) if gap.blocks]


def findings_of(nomination: Nomination, filled: Filled | None = None) -> list[Gap]:
    """Everything for which the dossier would fail now. Three queries, one with `filled` at hand.

    The same list is the officer's hint while drafting and the guard at submission.
    """
    return findings_by_dossier([nomination], {nomination.pk: filled or filled_of(nomination)})[nomination.pk]


def findings_by_dossier(nominations: Collection[Nomination], filled: Mapping[int, Filled]) -> dict[int, list[Gap]]:
    """The same for many at once. One query for products; for candidates one unless beneficiaries were prefetched."""
    register = _register([one.pk for one in nominations if one.entry_kind is EntryKind.PRODUCT])
    return {one.pk: _findings(one, filled[one.pk], register.get(one.pk)) for one in nominations}


def _findings(nomination: Nomination, filled: Filled, register: Register | None) -> list[Gap]:
    entry = nomination.entry
    if isinstance(entry, ProductEntry) and register:
        own = _product_gaps(nomination, entry, register) + _permit_gaps(filled.rows, register)
    else:
        own = _candidate_gaps(nomination, entry)
    required = [(row.requirement.code, row.requirement.label) for row in filled.rows if row.required]
    infected = [
        (row.requirement.code, row.requirement.label) for row in filled.rows if row.scan_state == ScanState.INFECTED
    ]
    present = {row.requirement.code for row in filled.rows if row.item}
    unanswered = answer_gaps(TOPICS[nomination.entry_kind], filled.texts)
    return own + unanswered + document_gaps(required, present) + danger_gaps(infected)


def _register(nominations: list[int]) -> dict[int, Register]:
    """By nomination; a row of the answer is one permit, or none. One query."""
    if not nominations:
        return {}
    links = KbliCommodity.objects.current().filter(kbli=OuterRef("ikm__kbli"), commodity=OuterRef("sentra__commodity"))
    windows = Window.objects.filter(period=OuterRef("nomination__period"), kind=WindowKind.ASSESSMENT)
    rows = ProductEntry.objects.filter(nomination__in=nominations).annotate(
        fits=Exists(links),
        until=Subquery(stars_of("product").values("star_until")[:1]),
        closes_at=Subquery(windows.values("closes_at")),
    )
    found: dict[int, Register] = {}
    permit = ("product", "ikm__permits__product", "ikm__permits__kind", "ikm__permits__expires_on")
    for key, fits, until, closes_at, product, permitted, kind, expires_on in rows.values_list(
        "nomination", "fits", "until", "closes_at", *permit
    ):
        register = found.setdefault(key, Register(fits, until, closes_at and localdate(closes_at)))
        if kind and permitted in (None, product):
            register.permits.append((kind, expires_on))
    return found


def _product_gaps(nomination: Nomination, entry: ProductEntry, register: Register) -> list[Gap]:
    return product_gaps(
        star_until=None if nomination.review_id else register.star_until,  # the star that it renews
        unit_count=entry.sentra.unit_count,
        min_units=nomination.period.min_units,
        has_decree=entry.sentra.sk_file_id is not None,
        is_large=entry.ikm.scale is Scale.LARGE,
        kbli_fits=register.kbli_fits,
    )


def _permit_gaps(rows: list[ChecklistRow], register: Register) -> list[Gap]:
    gaps = (
        permit_gap(
            f"{row.requirement.code} {row.requirement.label}",
            [end for kind, end in register.permits if kind in row.requirement.permit_kinds],
            today=localdate(),
            assessed_until=register.assessed_until,
        )
        for row in rows
        if row.required and row.requirement.permit_kinds
    )
    return [gap for gap in gaps if gap]


def _candidate_gaps(nomination: Nomination, entry: CandidateEntry | Any) -> list[Gap]:
    facts = {
        _("jenis calon"): entry.candidate_kind,
        _("nomor identitas"): entry.identity_number,
        _("alamat"): entry.address,
        _("telepon"): entry.phone,
    }
    own = incomplete_gaps(SUBJECT, _("Data calon"), facts)
    return own + beneficiary_gaps(nomination, list(entry.beneficiaries.all()))


def beneficiary_gaps(nomination: Nomination, rows: list[Beneficiary]) -> list[Gap]:
    """What the list of IKM binaan lacks: IKM, years, and facts of each of them. No query."""
    gaps = candidate_gaps(
        names=[row.name for row in rows],
        years_with_activity={year for row in rows for year in row.years},
        period_year=nomination.period.year,
        min_beneficiaries=nomination.period.min_beneficiaries,
        years=nomination.period.beneficiary_years,
    )
    for row in rows:
        facts = {
            _("tempat usaha"): row.place,
            _("narahubung dan telepon"): row.contact,
            _("bentuk pembinaan"): row.activity,
            _("tahun pembinaan"): row.years,
        }
        gaps += incomplete_gaps(BENEFICIARIES, _("IKM binaan “%(name)s”") % {"name": row.name}, facts)
    return gaps
