"""Samples: received, handed on, tested, and given back or destroyed. Each step follows from the one before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from core.jobs import enqueue
from nominations.models import Nomination
from nominations.services.transitions import lock_nomination
from scoring.enums import CustodyKind
from scoring.models import CustodyEvent, SampleReceipt
from scoring.policies import can_move_sample, can_receive_sample
from scoring.rules import CUSTODY_ENDS, seal
from scoring.selectors.samples import open_assignments
from scoring.services.conflicts import refuse_conflicted


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to a sample. `given_by` is asked for at the receipt only: later it is whoever has the sample."""

    kind: CustodyKind
    at: datetime
    place: str
    condition: str
    given_by: str = ""
    taken_by: str = ""
    deviates: bool = False
    note: str = ""


@transaction.atomic
def receive_sample(*, nomination_id: int, description: str, count: int, step: Step, actor: Any) -> SampleReceipt:
    """A sample has arrived: its receipt with the first step; a worker makes the printed form.

    Raises NotPermitted, also for who has a conflict, or RuleBroken for a moment to come and a step that is no receipt.
    """
    nomination = lock_nomination(nomination_id)
    require(can_receive_sample(actor, nomination))
    refuse_conflicted(actor, nomination)
    if step.kind is not CustodyKind.RECEIVED or not (step.given_by and step.taken_by):
        raise RuleBroken(_("Isi siapa yang menyerahkan dan siapa yang menerima contoh produk."))
    number = nomination.samples.count() + 1
    receipt = SampleReceipt.objects.create(
        nomination=nomination,
        number=number,
        code=f"{nomination.reference}-C{number}",
        description=description,
        count=count,
        created_by=actor,
    )
    _append(receipt, None, step, actor)
    audit.record(actor, "scoring.sample_received", receipt, code=receipt.code, nomination=nomination.pk)
    enqueue("scoring.render_sample_receipt", receipt_id=receipt.pk)
    return receipt


@transaction.atomic
def move_sample(*, receipt_id: int, step: Step, number: int, actor: Any) -> CustodyEvent:
    """The next step of a sample. `number` is the step that the page showed as the last one.

    Raises NotPermitted, StaleVersion when somebody recorded a step meanwhile, or RuleBroken for a step that does not
    follow: a sample that has left, a moment before the last step, nobody who takes it.
    """
    nomination = _lock_of(receipt_id)
    receipt = SampleReceipt.objects.get(pk=receipt_id)
    require(can_move_sample(actor, step.kind, open_assignments(actor, nomination.pk)))
    refuse_conflicted(actor, nomination)
    last = receipt.events.order_by("-number")[0]
    if last.number != number:
        raise StaleVersion(_("Langkah lain sudah dicatat untuk contoh ini. Periksa riwayatnya, lalu catat lagi."))
    if last.kind in CUSTODY_ENDS:
        raise RuleBroken(_("Contoh ini sudah dikembalikan atau dimusnahkan."))
    if step.kind is CustodyKind.RECEIVED:
        raise RuleBroken(_("Contoh ini sudah diterima. Pilih langkah lain."))
    if step.kind in (CustodyKind.HANDED_OVER, CustodyKind.RETURNED) and not step.taken_by:
        raise RuleBroken(_("Isi siapa yang menerima contoh ini."))
    event = _append(receipt, last, step, actor)
    audit.record(actor, "scoring.sample_moved", receipt, code=receipt.code, kind=step.kind, number=event.number)
    return event


def _append(receipt: SampleReceipt, last: CustodyEvent | None, step: Step, actor: Any) -> CustodyEvent:
    """Under the nomination's lock. One query."""
    if step.at > timezone.now():
        raise RuleBroken(_("Waktunya belum terjadi. Isi waktu sekarang atau sebelumnya."))
    if last and step.at < last.at:
        raise RuleBroken(_("Waktunya sebelum langkah terakhir. Periksa tanggal dan jam."))
    holder = last.taken_by if last else step.given_by
    taken_by = {CustodyKind.TESTED: holder, CustodyKind.DESTROYED: ""}.get(step.kind, step.taken_by)
    event = CustodyEvent(
        receipt=receipt,
        number=last.number + 1 if last else 1,
        kind=step.kind,
        given_by=holder,
        taken_by=taken_by,
        at=step.at,
        place=step.place,
        condition=step.condition,
        deviates=step.deviates,
        note=step.note,
        actor=actor,
        previous_hash=last.hash if last else "",
    )
    event.hash = seal(event.sealed_content(), event.previous_hash)
    event.save(force_insert=True)
    return event


def _lock_of(receipt_id: int) -> Nomination:
    return lock_nomination(SampleReceipt.objects.values_list("nomination", flat=True).get(pk=receipt_id))
