"""Starting a nomination and filling it in. Incomplete answers are kept; completeness is asked at submission."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.enums import IDENTITY_OF, CandidateKind, EntryKind
from nominations.models import Beneficiary, CandidateEntry, Category, Nomination, Period, ProductEntry
from nominations.policies import can_edit, can_nominate
from nominations.selectors.dossiers import CANDIDATE_ANSWERS, PRODUCT_ANSWERS
from nominations.services.transitions import lock_nomination
from sentra.models import Product
from sentra.services.records import lock_record, refuse_merged

TITLE_MAX = 200


@transaction.atomic
def create_product_nomination(*, period: Period, product: Product, actor: Any) -> Nomination:
    """A draft for one product; the category follows from the sentra's commodity.

    Raises RuleBroken when the product already has a live nomination in the period or no category fits, MergedAway when
    it was just merged into another one.
    """
    product = lock_record(Product, product.pk, "ikm__sentra__region")
    refuse_merged(product)
    sentra = product.ikm.sentra
    require(can_nominate(actor, sentra.region_id))
    category = Category.objects.filter(award=period.award_id, commodity=sentra.commodity_id, active=True).first()
    if category is None or period.award.entry_kind != EntryKind.PRODUCT:
        raise RuleBroken(_("Komoditas sentra ini tidak dibuka pada periode tersebut."))
    nomination = _create(
        period=period,
        category=category,
        region_id=sentra.region_id,
        subject_key=f"product:{product.pk}",
        title=Truncator(f"{product.name} – {product.ikm.name}").chars(TITLE_MAX),
        taken=_("Produk ini sudah diusulkan pada periode ini. Buka usulan yang ada dan lanjutkan dari sana."),
        actor=actor,
    )
    ProductEntry.objects.create(nomination=nomination, sentra=sentra, ikm=product.ikm, product=product)
    return nomination


@transaction.atomic
def create_candidate_nomination(
    *, period: Period, category: Category, region_code: str, candidate: dict[str, str], actor: Any
) -> Nomination:
    """A draft for one candidate. `candidate` holds candidate_kind, name, identity_number, address and phone.

    Raises RuleBroken when the candidate already has a live nomination in this category and period.
    """
    require(can_nominate(actor, region_code))
    if candidate["candidate_kind"] not in category.candidate_kinds or category.award_id != period.award_id:
        raise RuleBroken(_("Jenis calon ini tidak sesuai dengan kategori yang dipilih."))
    identity = IDENTITY_OF[CandidateKind(candidate["candidate_kind"])]
    nomination = _create(
        period=period,
        category=category,
        region_id=region_code,
        subject_key=f"{category.code}:{identity}:{candidate['identity_number']}",
        title=candidate["name"],
        taken=_("Calon ini sudah diusulkan dalam kategori dan periode yang sama. Hubungi Sekretariat bila ini keliru."),
        actor=actor,
    )
    CandidateEntry.objects.create(nomination=nomination, identity_kind=identity, **candidate)
    return nomination


def _create(*, taken: str, actor: Any, **fields: Any) -> Nomination:
    try:
        with transaction.atomic():
            nomination = Nomination.objects.create(created_by=actor, **fields)
    except IntegrityError as error:
        if "nominations_nomination_one_live" not in str(error):
            raise
        raise RuleBroken(taken) from error
    audit.record(actor, "nomination.created", nomination, period=nomination.period_id)
    return nomination


@transaction.atomic
def save_answers(*, nomination_id: int, answers: dict[str, str], version: int, actor: Any) -> Nomination:
    """Keep the narrative answers, complete or not. Raises StaleVersion when a colleague saved in between."""
    nomination = _lock_for_edit(nomination_id, actor)
    if nomination.version != version:
        raise StaleVersion(
            _("Rekan Anda menyimpan perubahan pada usulan ini lebih dahulu. Bandingkan isian, lalu simpan lagi.")
        )
    entry = nomination.entry
    names = PRODUCT_ANSWERS if isinstance(entry, ProductEntry) else CANDIDATE_ANSWERS
    for name in names:
        setattr(entry, name, answers.get(name, ""))
    entry.save(update_fields=list(names))
    Nomination.objects.filter(pk=nomination.pk).update(version=F("version") + 1, updated_at=Now())
    nomination.refresh_from_db(fields=["version", "updated_at"])
    audit.record(actor, "nomination.answers_saved", nomination, version=nomination.version)
    return nomination


@transaction.atomic
def save_beneficiary(
    *, nomination_id: int, beneficiary_id: int | None, values: dict[str, Any], actor: Any
) -> Beneficiary:
    """Add or change one IKM binaan.

    Raises RuleBroken when its name is already on the list, StaleVersion when a colleague has just removed it.
    """
    nomination = _lock_for_edit(nomination_id, actor)
    entry = nomination.candidate_entry
    row = _beneficiary(entry, beneficiary_id) if beneficiary_id else Beneficiary(entry=entry)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "nominations_beneficiary_distinct" not in str(error):
            raise
        raise RuleBroken(_("IKM binaan dengan nama ini sudah ada dalam daftar.")) from error
    touch(nomination)
    audit.record(actor, "nomination.beneficiary_saved", nomination, beneficiary=row.pk)
    return row


@transaction.atomic
def remove_beneficiary(*, nomination_id: int, beneficiary_id: int, actor: Any) -> None:
    nomination = _lock_for_edit(nomination_id, actor)
    _beneficiary(nomination.candidate_entry, beneficiary_id).delete()
    touch(nomination)
    audit.record(actor, "nomination.beneficiary_removed", nomination, beneficiary=beneficiary_id)


def touch(nomination: Nomination) -> None:
    """Note a change beside the answers. It makes no open page of answers old, so the version stays. One query."""
    Nomination.objects.filter(pk=nomination.pk).update(updated_at=Now())


def _beneficiary(entry: CandidateEntry, pk: int) -> Beneficiary:
    row = entry.beneficiaries.filter(pk=pk).first()
    if row is None:
        raise StaleVersion(_("IKM binaan ini baru saja dihapus oleh rekan Anda. Muat ulang daftar IKM binaan."))
    return row


def _lock_for_edit(nomination_id: int, actor: Any) -> Nomination:
    nomination = lock_nomination(nomination_id)
    require(can_edit(actor, nomination))
    return nomination
