"""Signing a ranking by two persons, and the way to a corrected version. After the second signature nothing changes."""

import json
from datetime import UTC
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.enums import Status
from nominations.models import Nomination
from scoring import messages
from scoring.models import RankingCorrection, RankingEntry, RankingSnapshot, Sheet, StageResult
from scoring.policies import can_confirm_correction, can_countersign, is_chair
from scoring.rules import canonical, seal
from scoring.selectors.bundle import (
    FORMAT,
    RANKED,
    UNFINISHED,
    has_broken_chain,
    inputs_of,
    names_of,
    ranking_content,
)
from scoring.selectors.plenary import cap_states, finalists, ranked_categories, tie_orders
from scoring.services.conflicts import refuse_conflicted_in
from scoring.services.locks import refuse_if_sealed
from scoring.verify import DifferenceError, MalformedError, Ranking

NAMED = 10  # in a refusal; the others follow when these are done


@transaction.atomic
def sign_ranking(*, period_id: int, category_id: int, actor: Any) -> RankingSnapshot:
    """The chair's signature: the ranking as it stands becomes the next numbered version. An admin seals it.

    Raises RuleBroken when it is signed already, somebody is still being judged or was judged and is missing, a tie is
    undecided, a cap of the whole period is exceeded, a chain of events is broken, something is not as it is computed
    again, or the chair is recused from one of the nominations.
    """
    require(is_chair(actor))
    nominations = _lock(period_id, category_id)
    refuse_if_sealed(period_id, category_id)
    rows = RankingSnapshot.objects.filter(period=period_id, category=category_id)
    if rows.filter(signed_by_2=None).exists():
        raise RuleBroken(_("Peringkat ini sudah ditandatangani ketua dan menunggu tanda tangan admin kementerian."))
    refuse_conflicted_in(actor, period_id, nominations)
    _refuse_unfinished(period_id, category_id)
    _refuse_left_out(period_id, category_id)
    _refuse_beyond_caps(period_id, category_id)
    inputs = inputs_of(period_id, category_id)
    if has_broken_chain(inputs):
        raise RuleBroken(
            _("Rantai peristiwa sebuah lembar nilai atau kunjungan tidak utuh. Hubungi pengelola portal dan auditor.")
        )
    version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
    content = ranking_content(inputs, version)
    if not content["result"]:
        raise RuleBroken(_("Belum ada usulan yang diputuskan pleno dalam kategori ini."))
    _refuse_unverified(content)
    ranking = RankingSnapshot.objects.create(
        period_id=period_id,
        category_id=category_id,
        version=version,
        content=canonical(content),
        sha256=seal(content),
        names=names_of(inputs),
        signed_by_1=actor,
    )
    RankingEntry.objects.bulk_create(_entry(ranking, row) for row in content["result"])
    audit.record(actor, "scoring.ranking_signed", ranking, version=version, sha256=ranking.sha256)
    messages.tell_ranking_signed(ranking, actor)
    ranking.refresh_from_db()
    return ranking


@transaction.atomic
def countersign_ranking(*, ranking_id: int, seen: str, actor: Any) -> RankingSnapshot:
    """The second signature seals the ranking. `seen` is the sha256 of the page that the actor agreed to.

    Raises StaleVersion when something has changed since the chair signed, NotPermitted for the same person, RuleBroken
    when it is sealed already or the actor is recused from one of the nominations.
    """
    found = RankingSnapshot.objects.get(pk=ranking_id)
    nominations = _lock(found.period_id, found.category_id)
    ranking = RankingSnapshot.objects.select_for_update().get(pk=ranking_id)
    require(can_countersign(actor, ranking))
    refuse_conflicted_in(actor, found.period_id, nominations)
    fresh = ranking_content(inputs_of(ranking.period_id, ranking.category_id), ranking.version)
    if seen != ranking.sha256 or seal(fresh) != ranking.sha256:
        raise StaleVersion(
            _(
                "Isi peringkat berubah sejak ditandatangani ketua. Minta ketua menarik tanda tangan, lalu"
                " menandatangani lagi."
            )
        )
    RankingSnapshot.objects.filter(pk=ranking.pk).update(signed_by_2=actor, signed_at_2=Now())
    audit.record(actor, "scoring.ranking_sealed", ranking, version=ranking.version, sha256=ranking.sha256)
    ranking.refresh_from_db()
    return ranking


@transaction.atomic
def withdraw_signature(*, ranking_id: int, actor: Any) -> None:
    """The chair takes back a signature that nobody has answered yet; the audit trail keeps that it was there.

    Raises RuleBroken once it is sealed, and for a chair with a conflict on one of the nominations.
    """
    require(is_chair(actor))
    ranking = RankingSnapshot.objects.select_for_update().get(pk=ranking_id)
    _refuse_conflicted(actor, ranking)
    if ranking.signed_by_2_id:
        raise RuleBroken(_("Peringkat ini sudah disegel. Perubahan hanya lewat koreksi."))
    audit.record(actor, "scoring.ranking_signature_withdrawn", ranking, version=ranking.version, sha256=ranking.sha256)
    ranking.delete()


@transaction.atomic
def open_correction(*, ranking_id: int, reason: str, actor: Any) -> RankingCorrection:
    """The chair asks to open a sealed ranking again; it stays sealed until another person confirms.

    Raises RuleBroken for another than the newest sealed version, without a reason, when it is asked already, or for a
    chair with a conflict on one of the nominations.
    """
    require(is_chair(actor))
    ranking = RankingSnapshot.objects.select_for_update().get(pk=ranking_id)
    _refuse_conflicted(actor, ranking)
    newest = RankingSnapshot.objects.filter(period=ranking.period_id, category=ranking.category_id)
    if not ranking.signed_by_2_id or newest.filter(version__gt=ranking.version).exists():
        raise RuleBroken(_("Hanya versi terakhir yang sudah disegel yang dapat dikoreksi."))
    if RankingCorrection.objects.filter(ranking=ranking).exists():
        raise RuleBroken(_("Koreksi versi ini sudah diajukan."))
    if not reason.strip():
        raise RuleBroken(_("Tulis alasan koreksi."))
    correction = RankingCorrection.objects.create(ranking=ranking, reason=reason.strip(), opened_by=actor)
    audit.record(actor, "scoring.correction_opened", ranking, version=ranking.version, reason=correction.reason)
    messages.tell_correction_opened(ranking, actor)
    return correction


@transaction.atomic
def confirm_correction(*, ranking_id: int, actor: Any) -> RankingCorrection:
    """Another person agrees: the category is open until its next version is sealed. The version stays readable.

    Raises NotPermitted for the same person, RuleBroken for one with a conflict on one of the nominations.
    """
    rows = RankingCorrection.objects.select_for_update(of=("self",)).select_related("ranking")
    correction = rows.get(ranking=ranking_id)
    require(can_confirm_correction(actor, correction))
    ranking = correction.ranking
    refuse_conflicted_in(actor, ranking.period_id, _lock(ranking.period_id, ranking.category_id))
    RankingCorrection.objects.filter(pk=correction.pk).update(confirmed_by=actor, confirmed_at=Now())
    audit.record(actor, "scoring.correction_confirmed", correction.ranking, version=correction.ranking.version)
    correction.refresh_from_db()
    return correction


@transaction.atomic
def drop_correction(*, ranking_id: int, actor: Any) -> None:
    """A correction that nobody confirmed goes away again, by the chair or by who was asked to confirm.

    Raises RuleBroken once it is confirmed, and for who has a conflict on one of the nominations.
    """
    correction = RankingCorrection.objects.select_for_update().get(ranking=ranking_id)
    if not (is_chair(actor) or can_confirm_correction(actor, correction)):
        require(can_confirm_correction(actor, correction))
    _refuse_conflicted(actor, correction.ranking)
    if correction.confirmed_at:
        raise RuleBroken(_("Koreksi ini sudah disetujui."))
    audit.record(actor, "scoring.correction_dropped", correction.ranking, reason=correction.reason)
    correction.delete()


def bundle_bytes(ranking: RankingSnapshot) -> bytes:
    """The file that `scoring.verify` reads. The same version gives the same bytes. No query."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "ranking": json.loads(ranking.content),
        "sha256": ranking.sha256,
        "signatures": [
            {"role": role, "by": str(by), "at": at.astimezone(UTC).isoformat()}
            for role, by, at in (
                ("panel_chair", ranking.signed_by_1_id, ranking.signed_at_1),
                ("ministry_admin", ranking.signed_by_2_id, ranking.signed_at_2),
            )
            if at
        ],
    }
    return canonical(body | {"file_sha256": seal(body)}).encode()


def _lock(period_id: int, category_id: int) -> list[int]:
    """Every nomination of the category: whoever changes a score holds one of these rows."""
    rows = Nomination.objects.filter(period=period_id, category=category_id).order_by("pk")
    return list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _refuse_conflicted(actor: Any, ranking: RankingSnapshot) -> None:
    """Without locks: the ranking's row is held already, and everywhere else it comes after the nominations."""
    rows = Nomination.objects.filter(period=ranking.period_id, category=ranking.category_id)
    refuse_conflicted_in(actor, ranking.period_id, list(rows.values_list("pk", flat=True)))


def _refuse_unfinished(period_id: int, category_id: int) -> None:
    waiting = Nomination.objects.filter(period=period_id, category=category_id, status__in=UNFINISHED)
    names = list(waiting.order_by("pk").values_list("reference", flat=True))
    if names:
        some = ", ".join(names[:NAMED]) + ("" if len(names) <= NAMED else ", …")
        raise RuleBroken(
            _("Masih ada %(count)d usulan yang belum selesai dinilai atau diputuskan: %(names)s.")
            % {"count": len(names), "names": some}
        )
    for group in ranked_categories(finalists(period_id), tie_orders(period_id)):
        if group["category"].pk == category_id and any(row["panel_decides"] for row in group["rows"]):
            raise RuleBroken(_("Masih ada usulan yang seri. Catat urutannya dalam sidang pleno lebih dahulu."))


def _refuse_left_out(period_id: int, category_id: int) -> None:
    """What a bundle cannot tell: that everybody who was judged is in it. No use-case leaves anybody out."""
    here = {"nomination": OuterRef("pk"), "stage__period": period_id, "stage__category": category_id}
    judged = Exists(StageResult.objects.filter(**here)) | Exists(Sheet.objects.filter(**here))
    ranked = Q(period=period_id, category=category_id, status__in=RANKED)
    without_result = ~Q(status=Status.ELIMINATED) & Q(final_result=None)
    lost = Nomination.objects.filter(judged, ~ranked | without_result)
    if names := ", ".join(lost.order_by("pk").values_list("reference", flat=True)):
        raise RuleBroken(
            _(
                "Sudah dinilai, tetapi tidak masuk peringkat: %(names)s. Keadaan atau hasil akhirnya diubah di luar"
                " portal. Hubungi pengelola portal dan auditor; tandatangani setelah datanya dipulihkan."
            )
            % {"names": names}
        )


def _refuse_beyond_caps(period_id: int, category_id: int) -> None:
    """Once more at the end: a cap may have been lowered. One of the whole period counts other categories, too, so that
    no bundle of one category shows that it is kept."""
    for state in cap_states(period_id):
        most = max(state.used.values(), default=0)
        concerns = state.cap.category_id in (None, category_id)
        if state.cap.binding and concerns and most > state.cap.max_awards:
            where = state.cap.category.label if state.cap.category else _("seluruh periode")
            raise RuleBroken(
                _(
                    "Batas penerima %(where)s terlampaui: %(used)d direkomendasikan, paling banyak %(cap)d."
                    " Kembalikan usulan ke pleno sampai batasnya terpenuhi, lalu tandatangani."
                )
                % {"where": where, "used": most, "cap": state.cap.max_awards}
            )


def _refuse_unverified(content: dict[str, Any]) -> None:
    """What is signed stands up to the check that anybody can make of it."""
    try:
        Ranking(content).check()
    except (DifferenceError, MalformedError) as difference:
        raise RuleBroken(
            _(
                "Peringkat ini tidak dapat dihitung ulang dengan hasil yang sama. %(what)s. Kembalikan usulan itu ke"
                " pleno, buka kembali tahap terakhirnya, lalu tutup lagi. Bila tetap berbeda, hubungi pengelola portal"
                " dan auditor."
            )
            % {"what": difference}
        ) from difference


def _entry(ranking: RankingSnapshot, row: dict[str, Any]) -> RankingEntry:
    return RankingEntry(
        ranking=ranking,
        nomination_id=row["nomination"],
        rank=row["rank"],
        score=row["score"],
        outcome=row["outcome"],
        stars=row["recommended_stars"],
    )
