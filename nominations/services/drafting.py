"""Starting a nomination and filling it in. Incomplete answers are kept; completeness is asked at submission."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.proxies import use_proxy
from core import audit
from core.clock import transaction_time
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations import rules
from nominations.enums import IDENTITY_OF, CandidateKind, EntryKind, Topic
from nominations.models import (
    Answer,
    AnswerVersion,
    Beneficiary,
    CandidateEntry,
    Category,
    Nomination,
    Period,
    ProductEntry,
    StarReview,
)
from nominations.policies import can_edit_page, can_nominate
from nominations.rules import ends_spell, star_text
from nominations.selectors.dossiers import star_until
from nominations.selectors.reviews import review_of
from nominations.services.proxies import note_proxy
from nominations.services.transitions import lock_row
from sentra.models import Product
from sentra.services.records import lock_record, refuse_merged

TITLE_MAX = 200
CANDIDATE_TAKEN = gettext_lazy(
    "Calon ini sudah diusulkan dalam kategori dan periode yang sama. Hubungi Sekretariat bila ini keliru."
)


@transaction.atomic
def create_product_nomination(
    *, period: Period, product: Product, actor: Any, review: StarReview | None = None
) -> Nomination:
    """A draft for one product; the category follows from the sentra's commodity.

    With `review` it renews a star. Raises RuleBroken when the product already has a live nomination in the period, a
    star in force or one that is open for a re-evaluation, or no category fits, MergedAway when it was just merged into
    another one.
    """
    product = lock_record(Product, product.pk, "ikm__sentra__region")
    refuse_merged(product)
    sentra = product.ikm.sentra
    require(can_nominate(actor, sentra.region_id, period))
    category = Category.objects.filter(award=period.award_id, commodity=sentra.commodity_id, active=True).first()
    if category is None or period.award.entry_kind != EntryKind.PRODUCT:
        raise RuleBroken(_("Komoditas sentra ini tidak dibuka pada periode tersebut."))
    if review is None and (until := star_until(product.pk)):
        raise RuleBroken(star_text(until))
    if review is None and review_of(product.pk, period.pk):
        raise RuleBroken(_("Bintang produk ini dibuka untuk evaluasi ulang. Mulailah dari daftar evaluasi ulang."))
    nomination = _create(
        period=period,
        category=category,
        region_id=sentra.region_id,
        subject_key=f"product:{product.pk}",
        title=Truncator(f"{product.name} – {product.ikm.name}").chars(TITLE_MAX),
        review=review,
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

    All but the name may be empty until it is submitted. Raises RuleBroken when the candidate already has a live
    nomination in this category and period.
    """
    require(can_nominate(actor, region_code, period))
    identity = _identity_kind(period, category, candidate["candidate_kind"])
    nomination = _create(
        period=period,
        category=category,
        region_id=region_code,
        subject_key=_subject_key(category, identity, candidate["identity_number"]),
        title=candidate["name"],
        taken=str(CANDIDATE_TAKEN),
        actor=actor,
    )
    CandidateEntry.objects.create(nomination=nomination, identity_kind=identity, saved_by=actor, **candidate)
    return nomination


@transaction.atomic
def save_candidate(*, nomination_id: int, candidate: dict[str, str], version: int, actor: Any) -> CandidateEntry:
    """Change who is nominated; `version` is the one that the page showed, an empty number leaves the stored one.

    The same fields as `create_candidate_nomination` and the same refusals; StaleVersion when somebody saved since. The
    same values again change nothing. The audit trail notes spells of writing, and every change of the number.
    """
    nomination = lock_for_edit(nomination_id, rules.SUBJECT, actor)
    row = CandidateEntry.objects.get(nomination=nomination)
    number = candidate["identity_number"] or row.identity_number
    identity = _identity_kind(nomination.period, nomination.category, candidate["candidate_kind"])
    values = candidate | {"identity_kind": identity, "identity_number": number}
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    if row.version != version:
        raise StaleVersion(_("Data calon sudah diubah sejak halaman Anda dibuka. Bandingkan, lalu simpan yang benar."))
    before = nomination.subject_key, nomination.title
    nomination.subject_key = _subject_key(nomination.category, identity, number)
    if row.identity_kind != identity and number and not candidate["identity_number"]:
        raise RuleBroken(_("Jenis calon berubah. Isi %(kind)s calon.") % {"kind": identity.upper()})
    nomination.title = candidate["name"]
    if (nomination.subject_key, nomination.title) != before:
        _rename(nomination)
    renumbered = number != row.identity_number
    begins = _write(row, values, actor) or row.version == 2 or renumbered  # its first version came with the draft
    _note_spell(nomination, "candidate_saved", begins=begins, actor=actor)
    return row


def _rename(nomination: Nomination) -> None:
    """Raises RuleBroken when its candidate already has a live nomination of that kind."""
    try:
        with transaction.atomic():
            nomination.save(update_fields=["subject_key", "title"])
    except IntegrityError as error:
        if "nominations_nomination_one_live" not in str(error):
            raise
        raise RuleBroken(str(CANDIDATE_TAKEN)) from error


def _write(row: CandidateEntry | Beneficiary, values: dict[str, Any], actor: Any) -> bool:
    """Store the values as the next version; whether that begins a spell of writing. Two queries."""
    now = transaction_time()
    begins = _begins_spell(row, values, actor, now)
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.saved_by, row.saved_at = row.version + 1, actor, now
    if begins:
        row.spell_began_at = now
    row.save()
    return begins


def _note_spell(nomination: Nomination, act: str, *, begins: bool, actor: Any, **data: Any) -> None:
    """Audit and proxy trail note a spell of writing in an entry, not each pause in it."""
    touch(nomination)
    if begins:
        facts = note_proxy(nomination, act, actor=actor)
        audit.record(actor, f"nomination.{act}", nomination, **data, **facts)
    else:
        use_proxy(actor, nomination.region_id)


def _identity_kind(period: Period, category: Category, kind: str) -> str:
    """Which number identifies that kind of candidate; "" while the kind is open. Raises RuleBroken."""
    if (kind and kind not in category.candidate_kinds) or category.award_id != period.award_id:
        raise RuleBroken(_("Jenis calon ini tidak sesuai dengan kategori yang dipilih."))
    return IDENTITY_OF[CandidateKind(kind)] if kind else ""


def _subject_key(category: Category, identity: str, number: str) -> str:
    """By which a candidate is the same one; "" while its number is open. Raises RuleBroken for a number of no kind."""
    if number and not identity:
        raise RuleBroken(_("Pilih jenis calon, supaya nomor identitasnya dapat diperiksa."))
    return f"{category.code}:{identity}:{number}" if number else ""


def _create(*, taken: str, actor: Any, **fields: Any) -> Nomination:
    try:
        with transaction.atomic():
            nomination = Nomination.objects.create(created_by=actor, **fields)
    except IntegrityError as error:
        if "nominations_nomination_one_live" not in str(error):
            raise
        raise RuleBroken(taken) from error
    facts = note_proxy(nomination, "created", actor=actor)
    audit.record(actor, "nomination.created", nomination, period=nomination.period_id, **facts)
    return nomination


@transaction.atomic
def save_answer(*, nomination_id: int, question: Topic, text: str, version: int, actor: Any) -> Answer:
    """Keep the text of one topic, complete or not; `version` is the one that the page showed, 0 for none.

    Raises StaleVersion when the topic was saved since. The same text again changes nothing: that is how a save looks
    whose answer was lost on the way. Audit and earlier versions note a spell of writing, not each pause in it. Four
    queries; six when a spell begins.
    """
    nomination = lock_for_edit(nomination_id, question, actor)
    row = nomination.answers.filter(question=question).annotate(now=TransactionNow()).first()
    if row is None:
        row = Answer(nomination=nomination, question=question, version=0, text="", saved_by=actor)
        row.now = transaction_time()
    elif row.text == text:
        return row
    if row.version != version:
        raise StaleVersion(_stale_text(row, actor))
    if _begins_spell(row, {"text": text}, actor, row.now):
        keep_earlier(row)
        row.spell_began_at = row.now
        facts = note_proxy(nomination, "answer_saved", actor=actor, detail=str(question.label))
        audit.record(actor, "nomination.answer_saved", nomination, question=question, version=version + 1, **facts)
    else:
        use_proxy(actor, nomination.region_id)
    row.text, row.version = text, version + 1
    row.saved_by, row.saved_at = actor, row.now
    row.save()
    touch(nomination)
    return row


def _begins_spell(
    row: Answer | CandidateEntry | Beneficiary, values: dict[str, Any], actor: Any, now: datetime
) -> bool:
    before, after = (
        " ".join(map(str, texts)).strip() for texts in ([getattr(row, name) for name in values], values.values())
    )
    return not row.version or ends_spell(
        same_author=row.saved_by_id == actor.pk, began_at=row.spell_began_at, now=now, before=before, after=after
    )


def keep_earlier(row: Answer) -> None:
    """Put a stored answer among the earlier versions before it is overwritten; once. One query."""
    if row.version:
        kept = AnswerVersion(
            nomination_id=row.nomination_id,
            question=row.question,
            text=row.text,
            version=row.version,
            saved_by_id=row.saved_by_id,
            saved_at=row.saved_at,
        )
        AnswerVersion.objects.bulk_create([kept], ignore_conflicts=True)


def _stale_text(row: Answer, actor: Any) -> str:
    if not row.version:
        return _("Bagian ini belum pernah disimpan, sedangkan halaman Anda menyebut isian lama. Simpan sekali lagi.")
    if row.saved_by_id == actor.pk:
        return _("Bagian ini sudah Anda simpan dari jendela lain. Bandingkan kedua isian, lalu simpan yang benar.")
    return _("Rekan Anda menyimpan bagian ini lebih dahulu. Bandingkan kedua isian, lalu simpan yang benar.")


@transaction.atomic
def save_beneficiary(
    *, nomination_id: int, beneficiary_id: int | None, values: dict[str, Any], version: int = 0, actor: Any
) -> Beneficiary:
    """Add or change one IKM binaan; `version` is the one that the page showed, 0 for a new row.

    Raises RuleBroken when its name is already on the list, StaleVersion when somebody saved or removed it since. The
    same values again change nothing, nor do those of a row on the list add another. Audited by spells of writing.
    """
    nomination = lock_for_edit(nomination_id, rules.BENEFICIARIES, actor)
    entry = nomination.candidate_entry
    if beneficiary_id:
        row = _beneficiary(entry, beneficiary_id)
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
        _check_version(row, version)
    elif same := entry.beneficiaries.filter(**values).first():
        return same
    else:
        row = Beneficiary(entry=entry, version=0)
    try:
        with transaction.atomic():
            begins = _write(row, values, actor)
    except IntegrityError as error:
        if "nominations_beneficiary_distinct" not in str(error):
            raise
        raise RuleBroken(_("IKM binaan dengan nama ini sudah ada dalam daftar.")) from error
    _note_spell(nomination, "beneficiary_saved", begins=begins, actor=actor, beneficiary=row.pk)
    return row


@transaction.atomic
def remove_beneficiary(*, nomination_id: int, beneficiary_id: int, version: int, actor: Any) -> None:
    """Take one IKM binaan off the list. Raises StaleVersion when somebody saved or removed it since."""
    nomination = lock_for_edit(nomination_id, rules.BENEFICIARIES, actor)
    row = _beneficiary(nomination.candidate_entry, beneficiary_id)
    _check_version(row, version)
    row.delete()
    touch(nomination)
    facts = note_proxy(nomination, "beneficiary_removed", actor=actor)
    audit.record(actor, "nomination.beneficiary_removed", nomination, beneficiary=beneficiary_id, **facts)


def touch(nomination: Nomination) -> None:
    """Note a change beside the answers. It makes no open page of answers old, so the version stays. One query."""
    Nomination.objects.filter(pk=nomination.pk).update(updated_at=Now())


def _beneficiary(entry: CandidateEntry, pk: int) -> Beneficiary:
    row = entry.beneficiaries.filter(pk=pk).first()
    if row is None:
        raise StaleVersion(_("IKM binaan ini baru saja dihapus oleh rekan Anda. Muat ulang daftar IKM binaan."))
    return row


def _check_version(row: Beneficiary, version: int) -> None:
    if row.version != version:
        raise StaleVersion(_("IKM binaan ini sudah diubah sejak halaman Anda dibuka. Periksa isinya yang terbaru."))


def lock_for_edit(nomination_id: int, page: str, actor: Any) -> Nomination:
    """The nomination, locked; NotPermitted when this page of it is shut for this person. One query for a draft."""
    nomination = lock_row(nomination_id)
    require(can_edit_page(actor, nomination, page))
    return nomination
