"""What a dossier says now, in the form in which a submission freezes it."""

from typing import Any

from django.utils.translation import gettext as _

from core import formats
from nominations import rules
from nominations.enums import FOLLOW_UP_YEARS, TOPICS
from nominations.models import CandidateEntry, Nomination, ProductEntry
from nominations.selectors.dossiers import ChecklistRow, Filled, beneficiary_rows, filled_of
from nominations.selectors.followups import newest_records, record_rows
from sentra.models import Product
from sentra.presenters.records import price_label, scale_label

Section = dict[str, Any]


def snapshot_data(nomination: Nomination, filled: Filled | None = None) -> dict[str, Any]:
    """JSON-ready copy of the dossier: sections of label and value, and the documents with their hashes.

    Personal identity numbers appear masked, and documents that show them are marked: who judges does not need them.
    """
    entry, filled = nomination.entry, filled or filled_of(nomination)
    answers = _answers(nomination, filled.texts)
    of_product = isinstance(entry, ProductEntry)
    sections = _product_sections(entry, answers) if of_product else _candidate_sections(entry, answers)
    if nomination.review_id:
        sections.append(_follow_up_section(nomination))
    return {
        "reference": nomination.reference,
        "title": nomination.title,
        "award": nomination.period.award.name,
        "period": nomination.period.name,
        "category": nomination.category.label,
        "region": nomination.region.full_label,
        "holder": _holder(entry),
        "sections": sections,
        "documents": _documents(filled.rows),
    }


def _holder(entry: ProductEntry | CandidateEntry) -> dict[str, str]:
    """Whom a certificate names. Frozen here, so that a later change of the register does not reach it."""
    if isinstance(entry, ProductEntry):
        return {"name": entry.ikm.name, "detail": f"{entry.product.name} · {entry.sentra.name}"}
    return {"name": entry.name, "detail": ""}


def _documents(rows: list[ChecklistRow]) -> list[dict[str, Any]]:
    return [
        {
            "item_id": row.item.pk,
            "code": row.requirement.code,
            "label": row.requirement.label,
            "file_name": row.item.file.original_name if row.item.file else "",
            "content_type": row.item.file.content_type if row.item.file else "",
            "size": row.item.file.size if row.item.file else 0,
            "sha256": row.item.file.sha256 if row.item.file else "",
            "link": row.item.link,
            "personal": row.requirement.personal,
        }
        for row in rows
        if row.item
    ]


def _answers(nomination: Nomination, texts: dict[str, str]) -> Section:
    questions = TOPICS[nomination.entry_kind]
    rows = [[str(question.label), texts.get(question, "")] for question in questions]
    return {"title": _("Keterangan usulan"), "rows": rows, "pages": [str(question) for question in questions]}


def _product_sections(entry: ProductEntry, answers: Section) -> list[Section]:
    sentra, ikm, product = entry.sentra, entry.ikm, entry.product
    village = sentra.village.name if sentra.village else sentra.village_unlisted
    return [
        {
            "title": _("Sentra IKM"),
            "rows": [
                [_("Nama sentra"), sentra.name],
                [_("Komoditas"), sentra.commodity.name],
                [_("Tempat"), f"{sentra.address}, {village}, {sentra.district.name}"],
                [_("Jumlah unit usaha"), formats.number_id(sentra.unit_count)],
                [_("SK penetapan sentra"), f"{sentra.sk_number}, {formats.date_long(sentra.sk_date)}"],
                [_("Penanda tangan SK"), sentra.sk_signatory],
            ],
        },
        {
            "title": _("IKM"),
            "rows": [
                [_("Nama IKM"), ikm.name],
                [_("Penanggung jawab"), ikm.owner_name],
                [_("NIB"), ikm.nib],
                [_("KBLI"), f"{ikm.kbli.code} (KBLI {ikm.kbli.edition}) {ikm.kbli.title}"],
                [_("Tenaga kerja"), formats.number_id(ikm.workers)],
                [_("Nilai investasi"), formats.rupiah(ikm.investment)],
                [_("Skala usaha"), scale_label(ikm)],
                [_("Tahun mulai usaha"), str(ikm.established_year)],
            ],
        },
        {"title": _("Produk"), "rows": _product_rows(product)},
        answers,
    ]


def _product_rows(product: Product) -> list[list[str]]:
    """Story and price only when there are any: nobody has to give them."""
    optional = ((_("Cerita"), product.story), (_("Harga"), price_label(product)))
    return [
        [_("Nama produk"), product.name],
        [_("Uraian"), product.description],
        [_("Kapasitas per bulan"), product.monthly_capacity],
        [_("Jangkauan pasar"), product.markets],
        *([label, text] for label, text in optional if text),
    ]


def _follow_up_section(nomination: Nomination) -> Section:
    """What was recorded about the star that this nomination renews: the next selection team reads it. Two queries."""
    star = nomination.review.star
    records = newest_records([star.pk]).get(star.pk, {})
    rows = []
    for year in FOLLOW_UP_YEARS:
        after = _("setelah %(year)d tahun") % {"year": year}
        said = record_rows(records[year]) if year in records else [(_("Catatan"), _("Tidak ada"))]
        rows += [[f"{label} ({after})", value] for label, value in said]
    return {"title": _("Tindak lanjut bintang sebelumnya"), "rows": rows}


def _candidate_sections(entry: CandidateEntry, answers: Section) -> list[Section]:
    return [
        {
            "title": _("Calon penerima"),
            "rows": [
                [_("Nama calon"), entry.name],
                [_("Nomor identitas"), formats.mask_id(entry.identity_number)],
                [_("Alamat"), entry.address],
            ],
        },
        answers,
        {
            "title": _("IKM binaan"),
            "rows": beneficiary_rows(entry),
            "page": rules.BENEFICIARIES,
        },
    ]
