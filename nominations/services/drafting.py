"""Starting a nomination and filling it in. Incomplete answers are kept; completeness is asked at submission."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations import rules
from nominations.enums import IDENTITY_OF, CandidateKind, EntryKind, Question
from nominations.models import Answer, Beneficiary, CandidateEntry, Category, Nomination, Period, ProductEntry
from nominations.policies import can_edit_page, can_nominate
from nominations.services.transitions import lock_nomination
from sentra.models import Product

TITLE_MAX = 200
CANDIDATE_TAKEN = gettext_lazy(
    "Calon ini sudah diusulkan dalam kategori dan periode yang sama. Hubungi Sekretariat bila ini keliru."
)


@transaction.atomic
def create_product_nomination(*, period: Period, product: Product, actor: Any) -> Nomination:
    """A draft for one product; the category follows from the sentra's commodity.

    Raises RuleBroken when the product already has a live nomination in the period or no category fits.
    """
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
        taken=str(CANDIDATE_TAKEN),
        actor=actor,
    )
    CandidateEntry.objects.create(nomination=nomination, identity_kind=identity, **candidate)
    return nomination


@transaction.atomic
def save_candidate(*, nomination_id: int, candidate: dict[str, str], actor: Any) -> Nomination:
    """Change who is nominated, with the same fields as `create_candidate_nomination` and the same refusals."""
    nomination = _lock_for_edit(nomination_id, rules.SUBJECT, actor)
    if candidate["candidate_kind"] not in nomination.category.candidate_kinds:
        raise RuleBroken(_("Jenis calon ini tidak sesuai dengan kategori yang dipilih."))
    identity = IDENTITY_OF[CandidateKind(candidate["candidate_kind"])]
    nomination.subject_key = f"{nomination.category.code}:{identity}:{candidate['identity_number']}"
    nomination.title = candidate["name"]
    try:
        with transaction.atomic():
            nomination.save(update_fields=["subject_key", "title"])
    except IntegrityError as error:
        if "nominations_nomination_one_live" not in str(error):
            raise
        raise RuleBroken(str(CANDIDATE_TAKEN)) from error
    CandidateEntry.objects.filter(nomination=nomination).update(identity_kind=identity, **candidate)
    touch(nomination)
    audit.record(actor, "nomination.candidate_saved", nomination)
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
def save_answer(*, nomination_id: int, question: Question, text: str, version: int, actor: Any) -> Answer:
    """Keep the text of one topic, complete or not; `version` is the one that the page showed, 0 for none.

    Raises StaleVersion when a colleague saved the topic since. The same text again changes nothing: that is how a save
    looks whose answer was lost on the way. At most seven queries while a draft.
    """
    nomination = _lock_for_edit(nomination_id, question, actor)
    row = nomination.answers.filter(question=question).first() or Answer(
        nomination=nomination, question=question, version=0
    )
    if row.version and row.text == text:
        return row
    if row.version != version:
        raise StaleVersion(
            _("Rekan Anda menyimpan bagian ini lebih dahulu. Bandingkan kedua isian, lalu simpan yang benar.")
        )
    row.text, row.version = text, version + 1
    row.saved_by, row.saved_at = actor, transaction_time()
    row.save()
    touch(nomination)
    audit.record(actor, "nomination.answer_saved", nomination, question=question, version=row.version)
    return row


@transaction.atomic
def save_beneficiary(
    *, nomination_id: int, beneficiary_id: int | None, values: dict[str, Any], actor: Any
) -> Beneficiary:
    """Add or change one IKM binaan.

    Raises RuleBroken when its name is already on the list, StaleVersion when a colleague has just removed it.
    """
    nomination = _lock_for_edit(nomination_id, rules.BENEFICIARIES, actor)
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
    nomination = _lock_for_edit(nomination_id, rules.BENEFICIARIES, actor)
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


def _lock_for_edit(nomination_id: int, page: str, actor: Any) -> Nomination:
    nomination = lock_nomination(nomination_id)
    require(can_edit_page(actor, nomination, page))
    return nomination
