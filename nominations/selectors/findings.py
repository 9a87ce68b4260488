"""For which rules of the administrative stage dossiers would fail now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.models import ScanState
from nominations.enums import NOT_LIVE, TOPICS, EntryKind, Status, WindowKind
from nominations.models import Beneficiary, CandidateEntry, Nomination, Period, ProductEntry
from nominations.rules import (
    BENEFICIARIES,
    SUBJECT,
    Decree,
    Gap,
    PermitFacts,
    Rival,
    UnitFacts,
    answer_gaps,
    candidate_gaps,
    danger_gaps,
    document_gaps,
    incomplete_gaps,
    permit_gap,
    product_gaps,
)
from nominations.selectors.dossiers import ChecklistRow, Filled, filled_of, stars_of
from nominations.selectors.windows import closing_of
from reference.models import KbliCommodity
from sentra.enums import PermitKind, Scale
from sentra.models import Product, SentraYear

IMPORTED = "ML"  # how a BPOM number of imported goods begins
TWIN = 0.5  # likeness of names from which a product is taken for another one of the same IKM
FACTS = (
    "fits",
    "until",
    "twin",
    "rival",
    "sentra__sk_file",
    "sentra__sk_file__scan_state",
    "year",
    "units",
    "closes_at",
)


@dataclass(slots=True)
class Register:
    """What the register says today of the product of a dossier; `permits` are its own and its firm's."""

    kbli_fits: bool
    star_until: date | None
    twin: str | None
    rival: Rival | None
    decree: Decree
    year: int | None
    units: int | None
    assessed_until: date | None
    permits: list[PermitFacts] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)  # kinds of which there is one for imported goods


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
    found: dict[int, Register] = {}
    permit = (
        "product",
        "ikm__permits__product",
        "ikm__permits__kind",
        "ikm__permits__number",
        "ikm__permits__issued_on",
        "ikm__permits__expires_on",
    )
    for (
        key,
        fits,
        until,
        twin,
        rival,
        sk,
        scan,
        year,
        units,
        closes_at,
        product,
        permitted,
        kind,
        number,
        issued,
        ends,
    ) in _register_rows(nominations).values_list("nomination", *FACTS, *permit):
        decree = Decree.MISSING if sk is None else Decree.DANGEROUS if scan == ScanState.INFECTED else Decree.THERE
        register = found.setdefault(
            key,
            Register(
                fits, until, twin, rival and Rival(**rival), decree, year, units, closes_at and localdate(closes_at)
            ),
        )
        if kind and permitted in (None, product):
            if kind == PermitKind.BPOM and number.startswith(IMPORTED):
                register.imported.add(kind)
            else:
                register.permits.append(PermitFacts(kind, issued, ends))
    return found


def _register_rows(nominations: list[int]) -> QuerySet[ProductEntry]:
    links = KbliCommodity.objects.current().filter(kbli=OuterRef("ikm__kbli"), commodity=OuterRef("sentra__commodity"))
    newest = SentraYear.objects.filter(sentra=OuterRef("sentra")).order_by("-year")
    alike = _alike(OuterRef("ikm"), OuterRef("product__name"))
    twins = alike.filter(status=Status.AWARDED, star_until__gte=localdate())
    twins = twins.exclude(product_entry__product=OuterRef("product"))
    rivals = alike.filter(period=OuterRef("nomination__period")).exclude(status__in=NOT_LIVE)
    rivals = rivals.exclude(pk=OuterRef("nomination"))
    return ProductEntry.objects.filter(nomination__in=nominations).annotate(
        fits=Exists(links),
        until=Subquery(stars_of("product").values("star_until")[:1]),
        twin=Subquery(twins.values("title")[:1]),
        rival=Subquery(rivals.values(row=JSONObject(nomination="pk", title="title"))[:1]),
        year=Subquery(newest.values("year")[:1]),
        units=Subquery(newest.values("units")[:1]),
        closes_at=closing_of(WindowKind.ASSESSMENT, "nomination"),
    )


def _alike(ikm: Any, name: Any) -> QuerySet[Nomination]:
    """Nominations of an IKM for products of that name, or nearly so; the closest first."""
    rows: QuerySet[Nomination] = Nomination.objects.filter(product_entry__ikm=ikm)
    rows = rows.annotate(alike=TrigramSimilarity("product_entry__product__name", name))
    return rows.filter(alike__gte=TWIN).order_by("-alike", "pk")


def rivals_of(product: Product, period: Period) -> list[Nomination]:
    """Live nominations of the period for this product, or for one of its IKM that looks like it. One query."""
    rows = _alike(product.ikm_id, product.name).filter(period=period).exclude(status__in=NOT_LIVE)
    return list(rows.select_related("product_entry"))


def _product_gaps(nomination: Nomination, entry: ProductEntry, register: Register) -> list[Gap]:
    is_renewal = nomination.review_id is not None
    return product_gaps(
        star_until=None if is_renewal else register.star_until,  # the star that it renews
        twin=None if is_renewal else register.twin,
        rival=register.rival,
        units=UnitFacts(entry.sentra.unit_count, nomination.period.min_units, register.year, register.units),
        decree=register.decree,
        is_large=entry.ikm.scale is Scale.LARGE,
        kbli_fits=register.kbli_fits,
    )


def _permit_gaps(rows: list[ChecklistRow], register: Register) -> list[Gap]:
    gaps = (
        permit_gap(
            f"{row.requirement.code} {row.requirement.label}",
            [permit for permit in register.permits if permit.kind in row.requirement.permit_kinds],
            today=localdate(),
            assessed_until=register.assessed_until,
            valid_years=row.requirement.valid_years,
            imported=bool(register.imported.intersection(row.requirement.permit_kinds)),
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
